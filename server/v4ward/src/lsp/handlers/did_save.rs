//! `textDocument/didSave`

use std::sync::Arc;

use tower_lsp::ls_types::DidSaveTextDocumentParams;

use crate::lsp::convert;
use crate::lsp::resources;
use crate::lsp::state::State;

/// Saving changes no text. It matters for settings files and resources of clients that do not watch files.
pub(in crate::lsp) fn handle(state: &Arc<State>, params: &DidSaveTextDocumentParams) {
    let path = convert::path_of(&params.text_document.uri);
    let about_settings = path.as_ref().is_some_and(|path| state.settings().depend_on(path));
    if about_settings {
        super::did_change_watched_files::settings_changed(state);
    }
    if path.is_some_and(|path| resources::is_about(&path)) {
        resources::files_changed(state);
    }
    state.announce_files();
}
