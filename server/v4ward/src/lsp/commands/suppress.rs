//! `v4ward.suppress`: findings that a person accepts, written down with the reason.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{MessageType, Uri, WorkspaceEdit};
use v4ward_migration::suppress::Date;

use super::versioned;
use crate::config;
use crate::lsp::edits;
use crate::lsp::state::{State, in_background};
use crate::lsp::workspace;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Argument {
    uri: Uri,
    rule: String,
    pointer: Option<String>,
    reason: Option<String>,
    expires: Option<String>,
    apply: Option<bool>,
}

#[derive(Serialize)]
struct Suppressed {
    edit: Option<WorkspaceEdit>,
}

pub(super) async fn run(state: &Arc<State>, argument: Argument) -> Result<Value> {
    let Argument { uri, rule, pointer, reason, expires, apply } = argument;
    if !config::is_rule(&rule) {
        return Err(Error::invalid_params(format!("there is no rule \"{rule}\"{}", config::near_rule(&rule))));
    }
    let expires: Option<Date> = match expires.map(|text| text.parse()) {
        None => None,
        Some(Ok(date)) => Some(date),
        Some(Err(())) => {
            return Err(Error::invalid_params("v4ward.suppress: \"expires\" is a day such as 2026-12-31"));
        }
    };
    let path = state.permitted(&uri).await?;
    let snapshot = workspace::look_at(state, &uri, &path).await.map_err(Error::invalid_params)?;
    // An entry without a reason is an error until a person has written it: no reason is made up.
    let reason = reason.map(|reason| reason.trim().to_owned()).unwrap_or_default();
    let is_given = !reason.is_empty();
    let of_work = Arc::clone(state);
    let edit = in_background(move || edits::suppress(&rule, pointer.as_deref(), &reason, expires, &snapshot, &of_work))
        .await?;
    if let Some(edit) = edit.clone().filter(|_| apply.unwrap_or(true) && state.support().applies_edits) {
        let client = state.client.clone();
        // The answer does not wait for the client, which may ask a person first.
        tokio::spawn(async move {
            let _ = client.apply_edit(edit).await;
        });
        if !is_given {
            let message = format!("Write the reason into {}: an entry without one is an error.", config::FILE_NAME);
            super::show(state, MessageType::INFO, message);
        }
    }
    versioned(&Suppressed { edit })
}
