//! `textDocument/didClose`

use std::sync::Arc;

use tower_lsp::ls_types::DidCloseTextDocumentParams;

use crate::lsp::resources;
use crate::lsp::state::State;

pub(in crate::lsp) fn handle(state: &Arc<State>, params: &DidCloseTextDocumentParams) {
    let closed = state.documents().close(&params.text_document.uri);
    if let Some(document) = closed {
        resources::leave(&document.uri, state);
        state.worker.forget(document.uri);
        // Those who wait for its analysis need not.
        state.announce_analysis();
        state.announce_files();
    }
}
