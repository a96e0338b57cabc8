//! `workspace/diagnostic`

use std::collections::HashMap;
use std::sync::Arc;

use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::*;

use crate::lsp::diagnostics;
use crate::lsp::progress::Run;
use crate::lsp::state::{State, in_background};
use crate::lsp::workspace::{self, Entry, Folder};

/// Answers when something differs from what the client has. Until then a client that tells of changed files is left
/// waiting, so that it need not ask again and again. What is typed does not end the wait: of documents that are open the
/// client asks by themselves.
pub(in crate::lsp) async fn handle(
    state: &Arc<State>,
    params: WorkspaceDiagnosticParams,
) -> Result<WorkspaceDiagnosticReportResult> {
    // A token is good for one run.
    let mut token = params.work_done_progress_params.work_done_token;
    let previous = params.previous_result_ids.into_iter().map(|id| (id.uri.as_str().to_owned(), id));
    let previous: Arc<HashMap<String, PreviousResultId>> = Arc::new(previous.collect());
    let (number, mut later) = state.poll();
    let mut files = state.files();
    loop {
        let (run, guard) = Run::new(state, "Looking for API definitions", token.take());
        let (of_work, before) = (Arc::clone(state), Arc::clone(&previous));
        let report = in_background(move || {
            let found = workspace::definitions(&of_work, &run).map_err(|_| Error::request_cancelled())?;
            Ok(report(&found, &before))
        });
        let (items, changed) = report.await??;
        guard.finish().await;
        let is_over = *later.borrow_and_update() != number;
        if changed || number == 1 || is_over || !state.support().watches_files {
            return Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }));
        }
        tokio::select! {
            news = files.changed() => news.map_err(|_| Error::request_cancelled())?,
            // Whoever asks anew needs no answer to the question before; many that wait would hold up everything.
            _ = later.changed() => {}
        }
    }
}

/// A report on all files, and whether it says anything new.
fn report(
    found: &[(Folder, Arc<Entry>)],
    previous: &HashMap<String, PreviousResultId>,
) -> (Vec<WorkspaceDocumentDiagnosticReport>, bool) {
    let (mut items, mut changed, mut known) = (Vec::with_capacity(found.len()), false, 0);
    for (_, entry) in found {
        let result_id = diagnostics::result_id(&entry.diagnostics);
        let before = previous.get(entry.uri.as_str());
        known += usize::from(before.is_some());
        let (uri, version) = (entry.uri.clone(), entry.version.map(i64::from));
        items.push(if before.is_some_and(|before| before.value == result_id) {
            let report = UnchangedDocumentDiagnosticReport { result_id };
            WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report: report,
            })
        } else {
            changed = true;
            let items = entry.diagnostics.clone();
            let report = FullDocumentDiagnosticReport { result_id: Some(result_id), items };
            WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
                uri,
                version,
                full_document_diagnostic_report: report,
            })
        });
    }
    if known < previous.len() {
        changed |= push_gone(found, previous, &mut items);
    }
    (items, changed)
}

/// Takes back what was said about files that are definitions no more.
fn push_gone(
    found: &[(Folder, Arc<Entry>)],
    previous: &HashMap<String, PreviousResultId>,
    items: &mut Vec<WorkspaceDocumentDiagnosticReport>,
) -> bool {
    let there: std::collections::HashSet<&str> = found.iter().map(|(_, entry)| entry.uri.as_str()).collect();
    let nothing = diagnostics::result_id(&[]);
    let mut gone: Vec<&PreviousResultId> =
        previous.values().filter(|id| !there.contains(id.uri.as_str()) && id.value != nothing).collect();
    gone.sort_by(|a, b| a.uri.cmp(&b.uri));
    for id in &gone {
        let report = FullDocumentDiagnosticReport { result_id: Some(nothing.clone()), items: Vec::new() };
        items.push(WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
            uri: id.uri.clone(),
            version: None,
            full_document_diagnostic_report: report,
        }));
    }
    !gone.is_empty()
}
