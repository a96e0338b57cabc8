//! `initialize`

use std::sync::Arc;

use serde_json::Value;
use tower_lsp::ls_types::{InitializeParams, InitializeResult, ServerInfo, WorkspaceFolder};

use crate::lsp::capabilities::{self, ClientSupport, InitializationOptions};
use crate::lsp::state::State;
use crate::lsp::worker::Worker;

pub(in crate::lsp) fn handle(state: &Arc<State>, params: InitializeParams) -> InitializeResult {
    let support = ClientSupport::new(&params.capabilities);
    let options = InitializationOptions::new(params.initialization_options.as_ref().unwrap_or(&Value::Null));
    state.settings().set(&options.settings);
    state.workspace().set(folders(params));
    let capabilities = capabilities::of_server(&support, &options);
    state.initialize(support, options);
    Worker::start(state);
    InitializeResult {
        capabilities,
        server_info: Some(ServerInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        offset_encoding: None,
    }
}

/// The folders of the workspace, as old and new clients tell them.
#[allow(deprecated, reason = "old clients say nothing else")]
fn folders(params: InitializeParams) -> Vec<WorkspaceFolder> {
    match (params.workspace_folders, params.root_uri) {
        (Some(folders), _) => folders,
        (None, Some(uri)) => vec![WorkspaceFolder { uri, name: String::new() }],
        (None, None) => Vec::new(),
    }
}
