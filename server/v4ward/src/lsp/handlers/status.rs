//! `v4ward/status`, a notification of ours to clients that ask for it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::ls_types::notification::Notification;
use v4ward_migration::Verdict;

use crate::lsp::commands;
use crate::lsp::documents::Snapshot;

/// What is known of an open document.
pub(in crate::lsp) enum Status {}

impl Notification for Status {
    type Params = StatusParams;
    const METHOD: &'static str = "v4ward/status";
}

/// Its parameters, described in `docs/protocol.md`.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::lsp) struct StatusParams(Value);

impl StatusParams {
    pub(in crate::lsp) fn of(snapshot: &Snapshot) -> Self {
        Self(serde_json::json!({
            "uri": snapshot.uri,
            "version": snapshot.version,
            "name": snapshot.name,
            "definition": snapshot.definition,
            "verdict": snapshot.verdict,
            "refusedByV4": snapshot.verdict.is_some_and(|it| it != Verdict::NotMigratable) && snapshot.refusals() > 0,
            "headline": commands::headline(snapshot),
            "counts": snapshot.counts(),
        }))
    }
}
