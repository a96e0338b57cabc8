//! `v4ward.repoint`: subscriptions that name a V2 resource, made to name the V4 one by an edit of the client.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{Uri, WorkspaceEdit};
use v4ward_migration::rollout::Rollout;

use super::rollout::{RolloutReport, SubscriptionReport};
use super::versioned;
use crate::lsp::documents::Snapshot;
use crate::lsp::repoint;
use crate::lsp::state::{State, in_background};
use crate::lsp::workspace;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Argument {
    uri: Uri,
    apply: Option<bool>,
}

#[derive(Serialize)]
struct Repointed {
    edit: Option<WorkspaceEdit>,
    subscriptions: Vec<SubscriptionReport>,
    skipped: Vec<Skipped>,
}

#[derive(Serialize)]
struct Skipped {
    uri: Uri,
    reason: String,
}

pub(super) async fn run(state: &Arc<State>, argument: Argument) -> Result<Value> {
    let path = state.permitted(&argument.uri).await?;
    let snapshot = workspace::look_at(state, &argument.uri, &path).await.map_err(Error::invalid_params)?;
    let of_work = Arc::clone(state);
    let result = in_background(move || repointed(&snapshot, &of_work)).await?;
    if let Some(edit) = result.edit.clone().filter(|_| argument.apply.unwrap_or(true) && state.support().applies_edits)
    {
        let client = state.client.clone();
        // The answer does not wait for the client, which asks a person first.
        tokio::spawn(async move {
            let _ = client.apply_edit(edit).await;
        });
    }
    versioned(&result)
}

fn repointed(snapshot: &Snapshot, state: &State) -> Repointed {
    let rollouts: Vec<&Rollout> = repoint::rollouts(snapshot).iter().collect();
    let result = repoint::repoint(&rollouts, snapshot, state);
    let reports = rollouts.into_iter().map(|rollout| RolloutReport::new(rollout, snapshot, state));
    Repointed {
        edit: result.edit,
        subscriptions: reports.flat_map(|report| report.subscriptions).collect(),
        skipped: result.skipped.into_iter().map(|(uri, reason)| Skipped { uri, reason }).collect(),
    }
}
