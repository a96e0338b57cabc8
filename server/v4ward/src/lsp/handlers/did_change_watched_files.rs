//! `workspace/didChangeWatchedFiles`

use std::path::PathBuf;
use std::sync::Arc;

use tower_lsp::ls_types::DidChangeWatchedFilesParams;

use crate::lsp::convert;
use crate::lsp::resources;
use crate::lsp::state::State;

pub(in crate::lsp) fn handle(state: &Arc<State>, params: &DidChangeWatchedFilesParams) {
    let paths: Vec<PathBuf> = params.changes.iter().filter_map(|change| convert::path_of(&change.uri)).collect();
    let about_settings = {
        let settings = state.settings();
        paths.iter().any(|path| settings.depend_on(path))
    };
    if about_settings {
        settings_changed(state);
    }
    if paths.iter().any(|path| resources::is_about(path)) {
        resources::files_changed(state);
    }
    state.announce_files();
}

/// Settings files have other content than what was read.
pub(super) fn settings_changed(state: &Arc<State>) {
    state.settings().forget_files();
    refresh(state);
}

/// Everything has to be looked at again, and the client has to ask again for what it pulls.
pub(super) fn refresh(state: &Arc<State>) {
    let uris = state.documents().mark_all_stale();
    state.worker.analyse(uris);
    state.worker.tell_of_settings();
    state.announce_files();
    ask_again(state);
}

/// Tells the client to ask again for what it pulls.
pub(in crate::lsp) fn ask_again(state: &Arc<State>) {
    let state = Arc::clone(state);
    tokio::spawn(async move {
        if state.support().pulls_diagnostics && state.support().refreshes_diagnostics {
            let _ = state.client.workspace_diagnostic_refresh().await;
        }
        if state.support().refreshes_lenses {
            let _ = state.client.code_lens_refresh().await;
        }
    });
}
