//! `v4ward.migrate`: writes V4 files beside V2 files, which stay as they are.
//!
//! When it is cancelled it is not dropped but asked to stop (`lsp/cancel.rs`), so that every file it writes is in its answer.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{MessageType, ProgressToken, ShowDocumentParams, Uri};
use v4ward_migration::migrate::{Migration, Request, migrate};
use v4ward_migration::redact::Redactor;
use v4ward_migration::{Options, Target, Verdict};

use super::dry_run::is_unsaved;
use super::rollout::RolloutReport;
use super::{FixReport, Fixes, Ids, RecordCounts, capitalised, targets, versioned, words};
use crate::files::write::{WriteError, Writer, Written};
use crate::generated;
use crate::lsp::convert;
use crate::lsp::documents::Snapshot;
use crate::lsp::progress::Run;
use crate::lsp::state::{State, in_background};
use crate::lsp::workspace;

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Argument {
    uri: Option<Uri>,
    uris: Option<Vec<Uri>>,
    fixes: Option<Fixes>,
    ids: Option<Ids>,
    #[serde(default)]
    force: bool,
    #[serde(default)]
    overwrite: bool,
    #[serde(default)]
    show: bool,
    version: Option<i32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Migrations {
    results: Vec<Outcome>,
    /// It was stopped on the way; files that are not among the results were not touched.
    cancelled: bool,
    summary: Summary,
    next_steps: Vec<String>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    written: usize,
    up_to_date: usize,
    refused: usize,
    failed: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Written,
    UpToDate,
    Refused,
    Failed,
}

#[derive(Serialize)]
struct Outcome {
    uri: Uri,
    status: Status,
    output: Option<Uri>,
    unsaved: bool,
    verdict: Option<Verdict>,
    refusal: Option<&'static str>,
    message: Option<String>,
    fixes: Vec<FixReport>,
    record: Option<RecordCounts>,
    rollout: Vec<RolloutReport>,
}

impl Outcome {
    fn new(uri: &Uri, status: Status) -> Self {
        Self {
            uri: uri.clone(),
            status,
            output: None,
            unsaved: false,
            verdict: None,
            refusal: None,
            message: None,
            fixes: Vec::new(),
            record: None,
            rollout: Vec::new(),
        }
    }

    /// What came of it, in a line.
    fn brief(&self) -> String {
        let path = self.output.as_ref().and_then(convert::path_of).map(|path| path.display().to_string());
        let path = path.unwrap_or_else(|| self.uri.as_str().to_owned());
        let file = convert::path_of(&self.uri).and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        let file = file.unwrap_or_else(|| self.uri.as_str().to_owned());
        let unsaved = if self.unsaved { ", from the unsaved text of the editor" } else { "" };
        match (self.status, &self.message) {
            (Status::Written, _) => format!("{path} was written{unsaved}. The V2 file stays as it is."),
            (Status::UpToDate, _) => format!("{path} is up to date{unsaved}"),
            (_, Some(message)) => format!("{file}: {message}"),
            (_, None) => format!("{path} was not written"),
        }
    }

    fn refused(mut self, refusal: &'static str, message: String) -> Self {
        self.status = Status::Refused;
        self.refusal = Some(refusal);
        self.message = Some(message);
        self
    }
}

pub(super) async fn run(state: &Arc<State>, argument: Argument, token: Option<ProgressToken>) -> Result<Value> {
    let uris = targets(super::MIGRATE, argument.uri.clone(), argument.uris.clone())?;
    if argument.version.is_some() && uris.len() > 1 {
        return Err(Error::invalid_params("v4ward.migrate: \"version\" goes with one \"uri\""));
    }
    let paths = state.all_permitted(&uris).await?;
    let (run, guard) = Run::new(state, "Migrating to V4", token);
    // Also when an error or the end of the server ends this function on the way.
    let _news = AnnounceFiles(Arc::clone(state));
    let writer = Arc::new(Writer::default());
    let (mut results, mut cancelled) = (Vec::with_capacity(uris.len()), false);
    for (index, (uri, path)) in uris.iter().zip(&paths).enumerate() {
        if run.step(index, uris.len()).is_err() {
            cancelled = true;
            break;
        }
        results.push(match workspace::look_at(state, uri, path).await {
            Ok(snapshot) => {
                let (argument, writer, of_work) = (argument.clone(), Arc::clone(&writer), Arc::clone(state));
                in_background(move || migrate_one(&snapshot, &argument, &writer, &of_work)).await?
            }
            Err(message) => Outcome { message: Some(capitalised(&message)), ..Outcome::new(uri, Status::Failed) },
        });
    }
    drop(run);
    guard.finish().await;
    if argument.show {
        show(state, &results);
    }
    let mut summary = Summary::default();
    for outcome in &results {
        *match outcome.status {
            Status::Written => &mut summary.written,
            Status::UpToDate => &mut summary.up_to_date,
            Status::Refused => &mut summary.refused,
            Status::Failed => &mut summary.failed,
        } += 1;
    }
    // Of one kind of file the steps are those of that kind.
    let is_resource = |outcome: &Outcome| {
        outcome.output.as_ref().and_then(convert::path_of).is_some_and(|path| generated::is_resource(&path))
    };
    let target = if results.first().is_some_and(is_resource) { Target::Resource } else { Target::ImportJson };
    let next_steps = words::next_steps(target);
    versioned(&Migrations { results, cancelled, summary, next_steps })
}

/// Tells of changed files when it goes.
struct AnnounceFiles(Arc<State>);

impl Drop for AnnounceFiles {
    fn drop(&mut self) {
        self.0.announce_files();
    }
}

fn migrate_one(snapshot: &Snapshot, argument: &Argument, writer: &Writer, state: &State) -> Outcome {
    let mut outcome = Outcome::new(&snapshot.uri, Status::Failed);
    if argument.version.is_some() && argument.version != snapshot.version {
        return outcome.refused("changed", "The text has changed since; look at it again".to_owned());
    }
    if let Some(bytes) = snapshot.too_long {
        return outcome.refused(words::TOO_LARGE, words::too_large(bytes));
    }
    let mut options = Options::clone(&snapshot.options);
    options.ids = argument.ids.map_or(options.ids, Into::into);
    let request = Request { fixes: argument.fixes.unwrap_or_default().into(), force: argument.force };
    let Migration { verdict, applied, result, .. } = migrate(&snapshot.document, &options, &request);
    let redactor = Redactor::new(&snapshot.document);
    outcome.unsaved = is_unsaved(snapshot);
    outcome.verdict = snapshot.verdict.map(|_| verdict);
    outcome.fixes = FixReport::all(&applied, None, &|text| redactor.message(text));
    match result {
        Ok(output) => {
            outcome.record = Some(output.record.summary().into());
            outcome.rollout = RolloutReport::all(&output.rollouts, snapshot, state);
            write(snapshot, &output.text, argument.overwrite, outcome, writer)
        }
        Err(refusal) => outcome.refused(words::refusal_name(&refusal), words::refusal(&refusal, snapshot)),
    }
}

fn write(snapshot: &Snapshot, text: &str, overwrite: bool, mut outcome: Outcome, writer: &Writer) -> Outcome {
    let Some((source, path)) = snapshot.path.as_deref().zip(snapshot.v4_path()) else { return outcome };
    outcome.output = convert::uri_of(&path);
    // A folder that is gone is not made again for the V4 file alone.
    if !path.parent().is_some_and(Path::is_dir) {
        let message = format!("{} cannot be written: its folder does not exist", path.display());
        return Outcome { message: Some(message), ..outcome };
    }
    match writer.write(&path, text, overwrite, source) {
        Ok(Written::New) => Outcome { status: Status::Written, ..outcome },
        Ok(Written::UpToDate) => Outcome { status: Status::UpToDate, ..outcome },
        Err(WriteError::Differs) => outcome.refused(
            "exists",
            format!("{} exists already with other content; compare the two, then overwrite it", path.display()),
        ),
        Err(error @ WriteError::IsSource) => outcome.refused("exists", format!("{} {error}", path.display())),
        Err(error) => Outcome { message: Some(format!("{} {error}", path.display())), ..outcome },
    }
}

/// Tells what came of it, and asks the client to open what was written. Neither is waited for.
fn show(state: &Arc<State>, results: &[Outcome]) {
    let told = results.iter().map(Outcome::brief).collect::<Vec<_>>().join("\n");
    let good = |outcome: &Outcome| matches!(outcome.status, Status::Written | Status::UpToDate);
    let kind = if results.iter().all(good) { MessageType::INFO } else { MessageType::WARNING };
    super::show(state, kind, told);
    let uri = results
        .iter()
        .find(|outcome| good(outcome))
        .and_then(|outcome| outcome.output.clone())
        .filter(|_| state.support().shows_documents);
    if let Some(uri) = uri {
        let client = state.client.clone();
        tokio::spawn(async move {
            let params = ShowDocumentParams { uri, external: None, take_focus: Some(true), selection: None };
            let _ = client.show_document(params).await;
        });
    }
}
