//! `v4ward.fixAll`: fixes of whole documents, as an edit that the client makes.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    ChangeAnnotation, DocumentChanges, ProgressToken, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};
use v4ward_migration::fixes::Selection;
use v4ward_migration::redact::Redactor;
use v4ward_migration::rules;

use super::{FixReport, targets, versioned};
use crate::lsp::edits;
use crate::lsp::progress::Run;
use crate::lsp::state::{State, in_background};
use crate::lsp::workspace;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Argument {
    uri: Option<Uri>,
    uris: Option<Vec<Uri>>,
    #[serde(default, rename = "unsafe")]
    needs_decision: bool,
    rules: Option<Vec<String>>,
    /// Only the fixes in this document of a text of several, counted from 0.
    document: Option<usize>,
    apply: Option<bool>,
}

#[derive(Serialize)]
struct Fixed {
    fixes: Vec<FixReport>,
    edit: Option<WorkspaceEdit>,
}

pub(super) async fn run(state: &Arc<State>, argument: Argument, token: Option<ProgressToken>) -> Result<Value> {
    let uris = targets(super::FIX_ALL, argument.uri, argument.uris)?;
    if argument.document.is_some() && uris.len() > 1 {
        return Err(Error::invalid_params("v4ward.fixAll: \"document\" goes with one \"uri\""));
    }
    if let Some(unknown) = argument.rules.iter().flatten().find(|id| rules::find(id).is_none()) {
        return Err(Error::invalid_params(format!("v4ward.fixAll: there is no rule \"{unknown}\"")));
    }
    let selection = Arc::new(Selection {
        needs_decision: argument.needs_decision,
        rules: argument.rules,
        document: argument.document,
    });
    let (run, guard) = Run::new(state, "Fixing API definitions", token);
    let (mut fixes, mut edit) = (Vec::new(), None);
    for (index, uri) in uris.iter().enumerate() {
        run.step(index, uris.len()).map_err(|_| Error::request_cancelled())?;
        let path = state.permitted(uri).await?;
        let snapshot = workspace::look_at(state, uri, &path).await.map_err(Error::invalid_params)?;
        let (selection, of_work) = (Arc::clone(&selection), Arc::clone(state));
        let fixed = in_background(move || {
            let (applied, edit) = edits::of_all(&selection, &snapshot, &of_work).filter(|_| snapshot.is_v2())?;
            let redactor = Redactor::new(&snapshot.document);
            Some((FixReport::all(&applied, Some(&snapshot.uri), &|text| redactor.message(text)), edit))
        });
        if let Some((applied, one)) = fixed.await? {
            fixes.extend(applied);
            edit = Some(match edit {
                None => one,
                Some(all) => joined(all, one),
            });
        }
    }
    drop(run);
    guard.finish().await;
    if let Some(edit) = edit.clone().filter(|_| argument.apply.unwrap_or(true) && state.support().applies_edits) {
        let client = state.client.clone();
        // The answer does not wait for the client, which may ask a person first.
        tokio::spawn(async move {
            let _ = client.apply_edit(edit).await;
        });
    }
    versioned(&Fixed { fixes, edit })
}

/// One edit of the documents of two, which are others.
fn joined(mut all: WorkspaceEdit, one: WorkspaceEdit) -> WorkspaceEdit {
    if let Some(changes) = one.changes {
        all.changes.get_or_insert_with(HashMap::<Uri, Vec<TextEdit>>::new).extend(changes);
    }
    if let (Some(DocumentChanges::Edits(all)), Some(DocumentChanges::Edits(one))) =
        (&mut all.document_changes, one.document_changes)
    {
        let one: Vec<TextDocumentEdit> = one;
        all.extend(one);
    }
    if let Some(annotations) = one.change_annotations {
        all.change_annotations.get_or_insert_with(HashMap::<String, ChangeAnnotation>::new).extend(annotations);
    }
    all
}
