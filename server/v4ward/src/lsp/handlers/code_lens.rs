//! `textDocument/codeLens`

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command, Range};
use v4ward_migration::Definition;

use crate::lsp::commands::{self, DRY_RUN, FIX_ALL, MIGRATE, PREVIEW};
use crate::lsp::documents::{Defined, Snapshot};
use crate::lsp::state::{State, in_background};

pub(in crate::lsp) async fn handle(state: &Arc<State>, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    match state.snapshot(&params.text_document.uri).await.filter(|it| it.path.is_some()) {
        Some(snapshot) if snapshot.is_v2() => in_background(move || Some(lenses(&snapshot))).await,
        Some(snapshot) => Ok(of_v4(&snapshot).map(|lens| vec![lens])),
        None => Ok(None),
    }
}

fn lenses(snapshot: &Snapshot) -> Vec<CodeLens> {
    let several = snapshot.definitions.len() > 1;
    let v2 = snapshot.definitions.iter().filter(|defined| defined.definition == Definition::V2);
    v2.flat_map(|defined| of_definition(defined, several, snapshot)).collect()
}

/// How a V4 file stands to the V2 file beside it, on its first line. It is only to be read.
fn of_v4(snapshot: &Snapshot) -> Option<CodeLens> {
    let since = snapshot.since.as_ref()?;
    let title = match since.differences {
        0 => format!("Everything transferred from {}", since.name),
        1 => format!("1 place differs from what {} becomes", since.name),
        many => format!("{many} places differ from what {} becomes", since.name),
    };
    let command = Command { title, command: String::new(), arguments: None };
    Some(CodeLens { range: Range::default(), command: Some(command), data: None })
}

/// At the start of a definition. What is migrated is the file, what is fixed is the definition.
fn of_definition(defined: &Defined, several: bool, snapshot: &Snapshot) -> Vec<CodeLens> {
    let start = snapshot.document.node(defined.root).span().start;
    let position = snapshot.ranges().position(start);
    let range = Range::new(position, position);
    let lens = |title: String, command: &str, argument: Value| CodeLens {
        range,
        command: Some(Command { title, command: command.to_owned(), arguments: Some(vec![argument]) }),
        data: None,
    };
    let uri = &snapshot.uri;
    let mut lenses = vec![
        lens(commands::headline_of(defined, snapshot), DRY_RUN, json!({ "uri": uri, "show": true })),
        lens("Migrate to V4".to_owned(), MIGRATE, json!({ "uri": uri, "show": true })),
        lens("Preview V4".to_owned(), PREVIEW, json!({ "uri": uri })),
    ];
    let fixes = if several { json!({ "uri": uri, "document": defined.document }) } else { json!({ "uri": uri }) };
    match snapshot.safe_fixes_in(defined.findings.clone()) {
        0 => {}
        1 => lenses.push(lens("Fix 1 safe problem".to_owned(), FIX_ALL, fixes)),
        safe => lenses.push(lens(format!("Fix {safe} safe problems"), FIX_ALL, fixes)),
    }
    lenses
}
