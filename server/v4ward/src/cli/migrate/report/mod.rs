//! `--report`: what a migration came to, to be kept: a person signs it off, or a program reads it.
//!
//! The same run gives the same bytes: no time, no machine, files in the order of their paths. Places and rules are
//! named and no value of a definition is, so there is no secret in it.

mod markdown;

use serde::Serialize;
use v4ward_migration::fixes::{AppliedFix, Selection};
use v4ward_migration::migrate::{Migration, Verdicts};
use v4ward_migration::rules::Group;
use v4ward_migration::{Analysis, Definition, DocumentFormat, FixLevel, Judged, Options, Output, Verdict, analyse};
use v4ward_migration::{Finding, Severity};
use v4ward_syntax::Document;

use super::outcome::{FixReport, Outcome, RolloutReport, Status, Tally};
use super::without_settings;
use crate::cli::args::{MigrateArgs, ReportForm};
use crate::cli::render::Source;
use crate::cli::render::json::{ErrorReport, FindingReport};
use crate::files::write::REPORTS;
use crate::transfer::{self, How, Spot, document_of};
use crate::words;

/// The version of the JSON. Raise it, and what a report begins with, on a change that breaks readers.
const SCHEMA: u32 = 1;

/// What is collected while files are migrated.
#[derive(Default)]
pub(super) struct Collected {
    files: Vec<FileReport>,
}

/// The whole report.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    schema: u32,
    kind: &'static str,
    tool: Tool,
    request: Request,
    summary: Summary<'a>,
    files: &'a [FileReport],
    errors: &'a [ErrorReport],
    /// For import files; their lines are joined.
    next_steps: Vec<String>,
    /// For custom resources.
    rollout_steps: Vec<String>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// What was asked for.
#[derive(Serialize)]
struct Request {
    fixes: &'static str,
    force: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    definitions: usize,
    #[serde(flatten)]
    tally: &'a Tally,
    values: Values,
    needs_look: usize,
    behaviour: usize,
}

/// A file that was looked at.
#[derive(Serialize)]
pub(super) struct FileReport {
    path: String,
    status: Status,
    /// The V4 file.
    output: Option<String>,
    /// Why it was refused or failed.
    message: Option<String>,
    definitions: Vec<DefinitionReport>,
    /// How each custom resource takes the place of its V2 resource.
    rollout: Vec<RolloutReport>,
    #[serde(skip)]
    steps: Option<Steps>,
}

/// Which next steps a file needs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Steps {
    Import,
    Rollout,
}

/// One of the definitions of a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DefinitionReport {
    /// Which document of the file, counted from 0.
    document: usize,
    name: Option<String>,
    definition: Definition,
    format: DocumentFormat,
    verdict_before: Option<Verdict>,
    /// After the fixes.
    verdict: Option<Verdict>,
    /// Places at which V4 would refuse it after the fixes.
    refused_places: usize,
    fixes_applied: Vec<FixReport>,
    /// None where nothing could be converted.
    values: Option<Values>,
    converted: Vec<ConvertedReport>,
    dropped: Vec<DroppedReport>,
    /// What the fixes leave of blockers, of what APIM would only force, and of what V4 would refuse.
    needs_look: Vec<FindingReport>,
    /// Requests that are handled differently: as the file is on disk, before any fix.
    behaviour: Vec<BehaviourReport>,
    /// Findings beyond these.
    other_findings: usize,
}

/// How many values had which outcome.
#[derive(Clone, Copy, Default, Serialize)]
struct Values {
    carried: usize,
    converted: usize,
    dropped: usize,
}

#[derive(Serialize)]
struct ConvertedReport {
    pointer: String,
    to: Vec<Spot>,
    how: How,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DroppedReport {
    pointer: String,
    rule: &'static str,
    reason: &'static str,
    by_fix: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BehaviourReport {
    #[serde(flatten)]
    finding: FindingReport,
    /// A fix that was made keeps requests as they are.
    settled_by_fix: bool,
}

/// What is told of each definition of a text that was migrated.
pub(super) fn definitions(
    document: &Document,
    options: &Options,
    fixes: FixLevel,
    migration: &Migration,
) -> Vec<DefinitionReport> {
    // Severities that a user changed decide nothing about migrating; what is told of behaviour follows them.
    let plain = without_settings(options);
    let (own, plain) = (analyse(document, options), analyse(document, &plain));
    let source = Source::new(document);
    let judged = plain.definitions.iter().zip(&own.definitions);
    let mut reports: Vec<DefinitionReport> = judged
        .map(|(plain_one, own_one)| one((&plain, plain_one), (&own, own_one), fixes, migration, &source))
        .collect();
    if let Ok(output) = &migration.result {
        add_record(&mut reports, output, document);
    }
    reports
}

fn one(
    (plain, judged): (&Analysis<'_>, &Judged<'_>),
    (own, own_judged): (&Analysis<'_>, &Judged<'_>),
    fixes: FixLevel,
    migration: &Migration,
    source: &Source<'_>,
) -> DefinitionReport {
    let selection = Selection { needs_decision: fixes == FixLevel::All, ..Selection::default() };
    let mended = |finding: &Finding<'_>| fixes != FixLevel::None && selection.choose(finding).is_some();
    let is_behaviour = |finding: &Finding<'_>| finding.declaration().group == Group::Behaviour;
    let matters =
        |finding: &Finding<'_>| finding.blocks() || finding.apim.is_some() || finding.severity == Severity::Error;
    let all = plain.findings.get(judged.findings.clone()).unwrap_or_default();
    let needs_look: Vec<&Finding<'_>> =
        all.iter().filter(|finding| !is_behaviour(finding) && matters(finding) && !mended(finding)).collect();
    let all = own.findings.get(own_judged.findings.clone()).unwrap_or_default();
    let behaviour = all.iter().filter(|finding| is_behaviour(finding));
    let other = all.iter().filter(|finding| !is_behaviour(finding) && !matters(finding) && !mended(finding));
    let verdicts = migration.definitions.iter().find(|verdicts| verdicts.document == judged.document);
    let applied = migration.applied.iter().filter(|fix| fix.document == judged.document);
    let fix = |fix: &AppliedFix| FixReport {
        rule: fix.rule,
        title: source.redacted(&fix.title),
        pointer: fix.pointer.clone(),
        applicability: fix.applicability,
    };
    DefinitionReport {
        document: judged.document,
        name: judged.name().map(|name| source.redacted(name)),
        definition: judged.definition,
        format: judged.format,
        verdict_before: Some(judged.verdict),
        verdict: verdicts.map(|verdicts| verdicts.after),
        refused_places: verdicts.map_or(0, refused_places),
        fixes_applied: applied.map(fix).collect(),
        values: None,
        converted: Vec::new(),
        dropped: Vec::new(),
        needs_look: needs_look.iter().map(|finding| FindingReport::new(finding, source)).collect(),
        behaviour: behaviour
            .map(|finding| BehaviourReport {
                finding: FindingReport::new(finding, source),
                settled_by_fix: mended(finding),
            })
            .collect(),
        other_findings: other.count(),
    }
}

/// Errors of a definition that is not migratable say nothing of V4.
fn refused_places(verdicts: &Verdicts) -> usize {
    if verdicts.after == Verdict::NotMigratable { 0 } else { verdicts.errors }
}

/// Adds what became of the values.
fn add_record(reports: &mut [DefinitionReport], output: &Output, v2: &Document) {
    let v4 = Document::parse(output.text.as_str(), output.target.format());
    for report in reports.iter_mut().filter(|report| report.definition == Definition::V2) {
        let Some(root) = v2.roots().nth(report.document) else { continue };
        let mut values = Values::default();
        for outcome in output.record.outcomes_below(v2, root.id()) {
            values.add(outcome);
        }
        report.values = Some(values);
    }
    let report_of = |leaf| {
        let document = document_of(v2, leaf);
        reports.iter().position(|report| report.document == document)
    };
    let converted = transfer::converted(&output.record, &v4);
    let dropped = transfer::dropped(&output.record);
    let converted: Vec<_> = converted.into_iter().map(|value| (report_of(value.leaf), value)).collect();
    let dropped: Vec<_> = dropped.into_iter().map(|value| (report_of(value.leaf), value)).collect();
    for (index, value) in converted {
        if let Some(report) = index.and_then(|index| reports.get_mut(index)) {
            let pointer = v2.node(value.leaf).pointer();
            report.converted.push(ConvertedReport { pointer, to: value.to, how: value.how });
        }
    }
    for (index, value) in dropped {
        if let Some(report) = index.and_then(|index| reports.get_mut(index)) {
            let (pointer, rule) = (v2.node(value.leaf).pointer(), value.rule);
            report.dropped.push(DroppedReport { pointer, rule, reason: value.reason, by_fix: value.by_fix });
        }
    }
}

impl Values {
    fn add(&mut self, outcome: v4ward_migration::record::Outcome<'_>) {
        use v4ward_migration::record::{NULL, Outcome};
        match outcome {
            Outcome::Carried { .. } => self.carried += 1,
            Outcome::Converted { .. } => self.converted += 1,
            // Nothing is lost with a null.
            Outcome::Dropped { rule: NULL, .. } => {}
            Outcome::Dropped { .. } => self.dropped += 1,
        }
    }
}

impl Collected {
    /// Keeps what is told of a file.
    pub(super) fn add(&mut self, outcome: &mut Outcome) {
        let report = &outcome.report;
        let steps = match (report.status, report.target) {
            (Status::Refused | Status::Failed, _) | (_, None) => None,
            (_, Some(v4ward_migration::Target::ImportJson)) => Some(Steps::Import),
            (_, Some(v4ward_migration::Target::Resource)) => Some(Steps::Rollout),
        };
        self.files.push(FileReport {
            path: report.path.clone(),
            status: report.status,
            output: report.output.clone(),
            message: report.message.clone(),
            definitions: std::mem::take(&mut outcome.definitions),
            rollout: report.rollout.clone(),
            steps,
        });
    }

    /// The text of the report.
    pub(super) fn text(&self, form: ReportForm, args: &MigrateArgs, tally: &Tally, errors: &[ErrorReport]) -> String {
        let mut summary = Summary { definitions: 0, tally, values: Values::default(), needs_look: 0, behaviour: 0 };
        for definition in self.files.iter().flat_map(|file| &file.definitions) {
            summary.definitions += 1;
            let values = definition.values.unwrap_or_default();
            summary.values.carried += values.carried;
            summary.values.converted += values.converted;
            summary.values.dropped += values.dropped;
            summary.needs_look += definition.needs_look.len();
            summary.behaviour += definition.behaviour.iter().filter(|finding| !finding.settled_by_fix).count();
        }
        let steps = |wanted: Steps, steps: &[&str]| {
            let needed = self.files.iter().any(|file| file.steps == Some(wanted));
            // The console's lines are broken where they are long.
            if needed { steps.iter().map(|step| step.replace('\n', " ")).collect() } else { Vec::new() }
        };
        let report = Report {
            schema: SCHEMA,
            kind: "v4ward-migration",
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            request: Request { fixes: args.fixes.name(), force: args.force },
            summary,
            files: &self.files,
            errors,
            next_steps: steps(Steps::Import, words::NEXT_STEPS),
            rollout_steps: steps(Steps::Rollout, words::ROLLOUT_STEPS),
        };
        match form {
            // It has no maps and no numbers that JSON does not know, so this cannot fail.
            ReportForm::Json => serde_json::to_string_pretty(&report).unwrap_or_default() + "\n",
            ReportForm::Markdown => format!("{}\n{}", REPORTS[1], markdown::text(&report)),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::args::{Cli, Command};

    #[test]
    fn reports_begin_with_what_they_are_known_by() {
        let cli = Cli::try_parse_from(["v4ward", "migrate", "x"]).unwrap();
        let Command::Migrate(args) = cli.command else { panic!("another command") };
        for (form, begin) in [(ReportForm::Json, REPORTS[0]), (ReportForm::Markdown, REPORTS[1])] {
            let text = Collected::default().text(form, &args, &Tally::default(), &[]);
            assert!(text.starts_with(begin), "{text}");
        }
    }
}
