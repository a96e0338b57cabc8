//! `textDocument/didChange`

use std::sync::Arc;

use tower_lsp::ls_types::DidChangeTextDocumentParams;

use crate::lsp::state::State;

pub(in crate::lsp) fn handle(state: &Arc<State>, params: DidChangeTextDocumentParams) {
    let DidChangeTextDocumentParams { text_document, content_changes } = params;
    let encoding = state.support().encoding;
    let known = state.documents().change(&text_document.uri, text_document.version, content_changes, encoding);
    if known {
        state.worker.analyse([text_document.uri]);
    }
}
