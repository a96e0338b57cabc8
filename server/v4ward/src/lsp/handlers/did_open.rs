//! `textDocument/didOpen`

use std::sync::Arc;

use tower_lsp::ls_types::DidOpenTextDocumentParams;

use crate::lsp::state::State;

pub(in crate::lsp) fn handle(state: &Arc<State>, params: DidOpenTextDocumentParams) {
    let uri = params.text_document.uri.clone();
    state.documents().open(params.text_document);
    state.worker.analyse([uri]);
}
