//! `workspace/didChangeWorkspaceFolders`

use std::sync::Arc;

use tower_lsp::ls_types::DidChangeWorkspaceFoldersParams;

use crate::lsp::resources;
use crate::lsp::state::State;

pub(in crate::lsp) fn handle(state: &Arc<State>, params: DidChangeWorkspaceFoldersParams) {
    state.workspace().change(params.event.added, &params.event.removed);
    resources::folders_changed(state);
    state.announce_files();
}
