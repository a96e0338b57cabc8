//! `v4ward.dryRun`: all that a person needs before migrating, of one definition or in short of all.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{MessageType, ProgressToken, Range, Uri};
use v4ward_migration::fixes::{Action, Applicability, Fix};
use v4ward_migration::migrate::Refusal;
use v4ward_migration::redact::Redactor;
use v4ward_migration::rules;
use v4ward_migration::{ApimState, Definition, DocumentFormat, Severity, Verdict};

use super::rollout::RolloutReport;
use super::{FixReport, RecordCounts, versioned, words};
use crate::lsp::convert;
use crate::lsp::documents::{Counts, Defined, Found, Migrated, Snapshot};
use crate::lsp::progress::Run;
use crate::lsp::repoint;
use crate::lsp::state::{State, in_background};
use crate::lsp::v4file::{self, Standing};
use crate::lsp::workspace::{self, Entry};
use crate::transfer::{self, How, Spot};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Argument {
    uri: Option<Uri>,
    #[serde(default)]
    show: bool,
}

pub(super) async fn run(state: &Arc<State>, argument: Argument, token: Option<ProgressToken>) -> Result<Value> {
    match argument.uri {
        Some(uri) => of_one(state, &uri, argument.show).await,
        None => of_all(state, token).await,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DryRun {
    uri: Uri,
    source: &'static str,
    unsaved: bool,
    version: Option<i32>,
    name: Option<String>,
    definition: Definition,
    format: DocumentFormat,
    verdict: Option<Verdict>,
    verdict_after_fixes: Option<Verdict>,
    headline: String,
    refusal: Option<&'static str>,
    message: Option<String>,
    counts: Counts,
    definitions: Vec<Part>,
    findings: Vec<FindingReport>,
    fixes: Vec<FixReport>,
    record: Option<RecordCounts>,
    converted: Vec<Converted>,
    dropped: Vec<Dropped>,
    output: Option<Output>,
    rollout: Vec<RolloutReport>,
    notices: Vec<String>,
    next_steps: Vec<String>,
}

/// One of the definitions of the text.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    document: usize,
    range: Range,
    name: Option<String>,
    definition: Definition,
    format: DocumentFormat,
    verdict: Option<Verdict>,
    headline: String,
    counts: Counts,
    safe_fixes: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingReport {
    /// Which document of the text it is in.
    document: Option<usize>,
    rule: &'static str,
    /// The group of the rule.
    group: Option<&'static str>,
    severity: Severity,
    apim: Option<ApimState>,
    subject: Option<String>,
    blocks: bool,
    pointer: Option<String>,
    range: Range,
    message: String,
    help: String,
    docs: Option<String>,
    fixes: Vec<OfferedFix>,
}

#[derive(Serialize)]
struct OfferedFix {
    title: String,
    applicability: Applicability,
    action: &'static str,
}

/// A value that stands in V4 in another form.
#[derive(Serialize)]
struct Converted {
    document: usize,
    pointer: String,
    range: Range,
    /// Places of the V4 text.
    to: Vec<Spot>,
    how: How,
    reason: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dropped {
    document: usize,
    pointer: String,
    range: Range,
    rule: &'static str,
    reason: String,
    by_fix: bool,
}

#[derive(Serialize)]
struct Output {
    uri: Uri,
    state: Standing,
}

async fn of_one(state: &Arc<State>, uri: &Uri, show: bool) -> Result<Value> {
    let path = state.permitted(uri).await?;
    let snapshot = workspace::look_at(state, uri, &path).await.map_err(Error::invalid_params)?;
    let of_work = Arc::clone(state);
    let report = in_background(move || report(&snapshot, &of_work)).await?;
    if show {
        super::show(
            state,
            MessageType::INFO,
            words::summary(&report.headline, report.findings.iter().map(FindingReport::brief)),
        );
    }
    versioned(&report)
}

impl FindingReport {
    /// What needs a person, in a line.
    fn brief(&self) -> Option<String> {
        let fix =
            if self.fixes.iter().any(|fix| fix.applicability == Applicability::Safe) { " (safe fix)" } else { "" };
        let told = self.blocks || self.apim.is_some() || self.severity == Severity::Error;
        told.then(|| format!("line {}: {}{fix}", self.range.start.line + 1, self.message))
    }
}

fn report(snapshot: &Snapshot, state: &State) -> DryRun {
    let is_v2 = snapshot.is_v2();
    let migrated = is_v2.then(|| snapshot.migrated());
    let refusal = migrated.map_or_else(
        || Some(Refusal::NotV2(snapshot.definition, snapshot.format)),
        |migrated| without_force(&migrated.migration),
    );
    let too_large = snapshot.too_long;
    let redactor = Redactor::new(&snapshot.document);
    let redact = |text: &str| redactor.message(text);
    let applied = migrated.map(|it| it.migration.applied.as_slice()).unwrap_or_default();
    let record = migrated.and_then(|it| it.migration.result.as_ref().ok()).map(|output| &output.record);
    let unsaved = is_unsaved(snapshot);
    let mut notices: Vec<String> = Vec::new();
    if unsaved {
        notices.push("The text in the editor is not saved; it is what is migrated.".to_owned());
    }
    notices.extend(words::NOTICES.iter().map(|notice| (*notice).to_owned()));
    DryRun {
        uri: snapshot.uri.clone(),
        source: if snapshot.version.is_some() { "buffer" } else { "disk" },
        unsaved,
        version: snapshot.version,
        name: snapshot.name.clone(),
        definition: snapshot.definition,
        format: snapshot.format,
        verdict: snapshot.verdict,
        verdict_after_fixes: migrated.map(|it| it.migration.verdict),
        headline: words::headline(snapshot),
        refusal: too_large.map_or_else(|| refusal.as_ref().map(words::refusal_name), |_| Some(words::TOO_LARGE)),
        message: too_large.map(words::too_large).or_else(|| refusal.as_ref().map(|it| words::refusal(it, snapshot))),
        counts: snapshot.counts(),
        definitions: parts(snapshot),
        findings: findings(snapshot),
        fixes: FixReport::all(applied, None, &redact),
        record: record.map(|record| record.summary().into()),
        converted: migrated.map(|migrated| converted(migrated, snapshot)).unwrap_or_default(),
        dropped: record.map(|record| dropped(record, snapshot)).unwrap_or_default(),
        output: output(snapshot),
        rollout: RolloutReport::all(repoint::rollouts(snapshot), snapshot, state),
        notices,
        next_steps: words::next_steps(snapshot.options.target_for(snapshot.format)),
    }
}

/// Why migrating would be refused unless it is forced, from what forcing it gave.
fn without_force(migration: &v4ward_migration::Migration) -> Option<Refusal> {
    match (&migration.result, migration.verdict) {
        (Err(refusal), _) => Some(refusal.clone()),
        (Ok(_), Verdict::PartiallyMigratable) => Some(Refusal::NeedsForce),
        (Ok(_), _) if migration.errors > 0 => Some(Refusal::WouldBeRefused),
        (Ok(_), _) => None,
    }
}

/// True when the editor's text is not that of the file.
pub(super) fn is_unsaved(snapshot: &Snapshot) -> bool {
    let Some(path) = snapshot.path.as_deref().filter(|_| snapshot.version.is_some()) else { return false };
    let text = snapshot.document.text();
    match crate::files::read::read(path) {
        // Editors keep the byte order mark to themselves.
        Ok(bytes) => bytes != text.as_bytes() && bytes.strip_prefix("\u{feff}".as_bytes()) != Some(text.as_bytes()),
        Err(_) => true,
    }
}

fn parts(snapshot: &Snapshot) -> Vec<Part> {
    let part = |defined: &Defined| Part {
        document: defined.document,
        range: snapshot.range(snapshot.document.node(defined.root).span()),
        name: defined.name.clone(),
        definition: defined.definition,
        format: defined.format,
        verdict: defined.verdict,
        headline: words::headline_of(defined, snapshot),
        counts: Counts::of(snapshot.findings_of(defined)),
        safe_fixes: snapshot.safe_fixes_in(defined.findings.clone()),
    };
    snapshot.definitions.iter().map(part).collect()
}

fn findings(snapshot: &Snapshot) -> Vec<FindingReport> {
    let report = |(found, fixes): (&Found, &Vec<Fix>)| FindingReport {
        document: found.node.map(|node| snapshot.document_of(node)),
        rule: found.rule,
        group: rules::find(found.rule).map(|rule| rule.declaration().group.name()),
        severity: found.severity,
        apim: found.apim,
        subject: found.subject.clone(),
        blocks: found.blocks,
        pointer: snapshot.pointer(found),
        range: snapshot.range(found.span),
        message: found.message.clone(),
        help: found.help.clone(),
        docs: rules::find(found.rule).map(|rule| rule.declaration().docs()),
        fixes: fixes.iter().map(OfferedFix::new).collect(),
    };
    snapshot.findings.iter().zip(snapshot.fixes()).map(report).collect()
}

impl OfferedFix {
    fn new(fix: &Fix) -> Self {
        let action = if matches!(fix.action, Action::Edit(_)) { "edit" } else { "settings" };
        Self { title: fix.title.clone(), applicability: fix.applicability, action }
    }
}

fn converted(migrated: &Migrated, snapshot: &Snapshot) -> Vec<Converted> {
    let (Ok(output), Some(v4)) = (&migrated.migration.result, &migrated.document) else { return Vec::new() };
    let converted = transfer::converted(&output.record, v4).into_iter().map(|value| {
        let node = snapshot.document.node(value.leaf);
        Converted {
            document: snapshot.document_of(value.leaf),
            pointer: node.pointer(),
            range: snapshot.range(node.key_span().unwrap_or(node.span())),
            to: value.to,
            how: value.how,
            reason: value.how.reason(),
        }
    });
    converted.collect()
}

fn dropped(record: &v4ward_migration::record::Record, snapshot: &Snapshot) -> Vec<Dropped> {
    let dropped = transfer::dropped(record).into_iter().map(|value| {
        let node = snapshot.document.node(value.leaf);
        Dropped {
            document: snapshot.document_of(value.leaf),
            pointer: node.pointer(),
            range: snapshot.range(node.key_span().unwrap_or(node.span())),
            rule: value.rule,
            reason: value.reason.to_owned(),
            by_fix: value.by_fix,
        }
    });
    dropped.collect()
}

fn output(snapshot: &Snapshot) -> Option<Output> {
    let path = snapshot.v4_path()?;
    Some(Output { uri: convert::uri_of(&path)?, state: v4file::standing(&path, snapshot) })
}

#[derive(Serialize)]
struct Workspace {
    definitions: Vec<Listed>,
    skipped: Vec<Skipped>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    uri: Uri,
    path: String,
    folder: Uri,
    name: Option<String>,
    definition: Definition,
    format: DocumentFormat,
    verdict: Option<Verdict>,
    verdict_after_fixes: Option<Verdict>,
    counts: Counts,
    safe_fixes: usize,
    definitions: Vec<workspace::Part>,
    output: Option<ListedOutput>,
    error: Option<String>,
}

#[derive(Serialize)]
struct ListedOutput {
    uri: Uri,
    exists: bool,
}

#[derive(Serialize)]
struct Skipped {
    uri: Uri,
    reason: String,
}

async fn of_all(state: &Arc<State>, token: Option<ProgressToken>) -> Result<Value> {
    let (run, guard) = Run::new(state, "Looking for API definitions", token);
    let state = Arc::clone(state);
    let found = in_background(move || workspace::definitions(&state, &run)).await?;
    guard.finish().await;
    let found = found.map_err(|_| Error::request_cancelled())?;
    let (mut definitions, mut skipped) = (Vec::new(), Vec::new());
    for (folder, entry) in &found {
        match &entry.error {
            Some(error) => skipped.push(Skipped { uri: entry.uri.clone(), reason: error.clone() }),
            None => definitions.push(listed(folder, entry)),
        }
    }
    versioned(&Workspace { definitions, skipped })
}

fn listed(folder: &workspace::Folder, entry: &Entry) -> Listed {
    let below = entry.path.strip_prefix(&folder.path).unwrap_or(&entry.path);
    let output =
        entry.v4.as_deref().and_then(|path| Some(ListedOutput { uri: convert::uri_of(path)?, exists: path.exists() }));
    Listed {
        uri: entry.uri.clone(),
        path: below.to_string_lossy().replace('\\', "/"),
        folder: folder.uri.clone(),
        name: entry.name.clone(),
        definition: entry.definition,
        format: entry.format,
        verdict: entry.verdict,
        verdict_after_fixes: entry.verdict_after_fixes,
        counts: entry.counts,
        safe_fixes: entry.safe_fixes,
        definitions: entry.definitions.clone(),
        output,
        error: None,
    }
}
