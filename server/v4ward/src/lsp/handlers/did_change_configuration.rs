//! `workspace/didChangeConfiguration`

use std::sync::Arc;

use serde_json::Value;
use tower_lsp::ls_types::{ConfigurationItem, DidChangeConfigurationParams, MessageType};

use super::did_change_watched_files::refresh;
use crate::lsp::state::State;

const SECTION: &str = "v4ward";

pub(in crate::lsp) fn handle(state: &Arc<State>, mut params: DidChangeConfigurationParams) {
    if state.support().configuration {
        // What the client sends along may be nothing, or the settings of all extensions.
        ask(state);
    } else if let Some(section) = params.settings.get_mut(SECTION) {
        apply(state, &section.take());
    }
}

/// Asks the client for our section, without waiting for it.
pub(super) fn ask(state: &Arc<State>) {
    let state = Arc::clone(state);
    tokio::spawn(async move {
        let item = ConfigurationItem { scope_uri: None, section: Some(SECTION.to_owned()) };
        if let Ok(answer) = state.client.configuration(vec![item]).await
            && let Some(section) = answer.into_iter().next().filter(|section| !section.is_null())
        {
            apply(&state, &section);
        }
    });
}

/// Takes over our section and tells what is wrong in it.
pub(super) fn apply(state: &Arc<State>, section: &Value) {
    let problems = state.settings().set(section);
    if !problems.is_empty() {
        let client = state.client.clone();
        let message = format!("The settings of v4ward: {}", problems.join("; "));
        tokio::spawn(async move { client.show_message(MessageType::WARNING, message).await });
    }
    refresh(state);
}
