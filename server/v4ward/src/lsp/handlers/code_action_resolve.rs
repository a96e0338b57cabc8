//! `codeAction/resolve`

use std::sync::Arc;

use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{CodeAction, WorkspaceEdit};
use v4ward_migration::fixes::Selection;
use v4ward_syntax::edit::EditError;

use super::code_action::{Intent, What, migrate_edit};
use crate::lsp::documents::Snapshot;
use crate::lsp::edits;
use crate::lsp::repoint;
use crate::lsp::state::{State, in_background};

pub(in crate::lsp) async fn handle(state: &Arc<State>, mut action: CodeAction) -> Result<CodeAction> {
    let Some(data) = action.data.clone() else { return Ok(action) };
    let intent: Intent =
        serde_json::from_value(data).map_err(|_| Error::invalid_params("this is no action of v4ward"))?;
    let snapshot = state.snapshot(&intent.uri).await.filter(|snapshot| snapshot.id == intent.snapshot);
    // An edit for another text would spoil this one.
    let Some(snapshot) = snapshot else { return Err(Error::content_modified()) };
    let state = Arc::clone(state);
    let edit = in_background(move || edit(&intent.what, &snapshot, &state)).await?;
    action.edit = Some(edit.ok_or_else(|| Error::invalid_params("this action cannot be made here"))?);
    Ok(action)
}

fn edit(what: &What, snapshot: &Snapshot, state: &State) -> Option<WorkspaceEdit> {
    match what {
        What::Fix { finding, fix } => {
            let fix = snapshot.fixes().get(*finding)?.get(*fix)?;
            edits::of_fix(fix, snapshot.findings.get(*finding)?.rule, snapshot, state)
        }
        What::Expand { finding, fix } => {
            let fix = snapshot.fixes().get(*finding)?.get(*fix)?;
            let Err(EditError::Shared { anchor }) = fix.fits(&snapshot.document) else { return None };
            edits::of_expansion(anchor, snapshot, state)
        }
        What::FixAll => edits::of_all(&Selection::default(), snapshot, state).map(|(_, edit)| edit),
        What::Repoint { document } => {
            let defined = snapshot.definitions.iter().find(|defined| defined.document == *document)?;
            repoint::repoint(&[repoint::rollout_of(defined, snapshot)?], snapshot, state).edit
        }
        What::Migrate => migrate_edit(snapshot, state),
    }
}
