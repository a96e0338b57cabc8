//! `initialized`

use std::sync::Arc;

use serde_json::json;
use tower_lsp::ls_types::Registration;

use super::did_change_configuration;
use crate::lsp::state::State;

pub(in crate::lsp) fn handle(state: &Arc<State>) {
    let mut registrations = Vec::new();
    if state.support().watches_files {
        registrations.push(Registration {
            id: "v4ward/files".to_owned(),
            method: "workspace/didChangeWatchedFiles".to_owned(),
            register_options: Some(json!({"watchers": [
                {"globPattern": "**/v4ward.toml"}, {"globPattern": "**/*.json"}, {"globPattern": "**/*.{yaml,yml}"},
            ]})),
        });
    }
    if state.support().configuration {
        registrations.push(Registration {
            id: "v4ward/settings".to_owned(),
            method: "workspace/didChangeConfiguration".to_owned(),
            register_options: Some(json!({"section": "v4ward"})),
        });
        did_change_configuration::ask(state);
    } else if !state.options().settings.is_null() {
        // They count already; now what is wrong in them can be told.
        did_change_configuration::apply(state, &state.options().settings);
    }
    if !registrations.is_empty() {
        let client = state.client.clone();
        tokio::spawn(async move {
            // A client that refuses tells of less; the rest works.
            let _ = client.register_capability(registrations).await;
        });
    }
}
