//! `textDocument/diagnostic`

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;

use crate::lsp::diagnostics;
use crate::lsp::documents::Snapshot;
use crate::lsp::state::{State, in_background};
use crate::lsp::workspace;

pub(in crate::lsp) async fn handle(
    state: &Arc<State>,
    params: DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReportResult> {
    let uri = &params.text_document.uri;
    // A file of the workspace that is not open has findings too.
    let snapshot = match (state.snapshot(uri).await, state.permitted(uri).await) {
        (None, Ok(path)) => workspace::look_at(state, uri, &path).await.ok(),
        (Some(snapshot), Ok(path)) if waits_for_resources(&snapshot, state) => {
            workspace::look_at(state, uri, &path).await.ok()
        }
        (snapshot, _) => snapshot,
    };
    let state = Arc::clone(state);
    in_background(move || {
        let items = snapshot.map(|snapshot| diagnostics::of(&snapshot, &state)).unwrap_or_default();
        let result_id = diagnostics::result_id(&items);
        DocumentDiagnosticReportResult::Report(if params.previous_result_id.as_ref() == Some(&result_id) {
            DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
            })
        } else {
            DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
                related_documents: None,
                full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(result_id), items },
            })
        })
    })
    .await
}

/// True where all that is known has to be in this answer: the client cannot be told to ask again.
fn waits_for_resources(snapshot: &Snapshot, state: &State) -> bool {
    snapshot.format.is_v2_resource() && !state.support().refreshes_diagnostics
}
