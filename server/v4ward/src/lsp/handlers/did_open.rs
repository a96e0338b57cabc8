//! `textDocument/didOpen`

use std::sync::Arc;

use tower_lsp::ls_types::DidOpenTextDocumentParams;

use crate::lsp::state::State;

pub(in crate::lsp) fn handle(state: &Arc<State>, params: DidOpenTextDocumentParams) {
    let uri = params.text_document.uri.clone();
    let replaced = state.documents().open(params.text_document);
    // What was said under another spelling of the name would stay for ever.
    if let Some(document) = replaced.filter(|document| document.uri != uri) {
        state.worker.forget(document.uri);
    }
    state.worker.analyse([uri]);
}
