//! `textDocument/codeLens`

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command, Range};

use crate::lsp::commands::{self, DRY_RUN, FIX_ALL, MIGRATE, PREVIEW};
use crate::lsp::documents::Snapshot;
use crate::lsp::state::{State, in_background};

pub(in crate::lsp) async fn handle(state: &Arc<State>, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    match state.snapshot(&params.text_document.uri).await.filter(|it| it.is_v2() && it.path.is_some()) {
        Some(snapshot) => in_background(move || Some(lenses(&snapshot))).await,
        None => Ok(None),
    }
}

fn lenses(snapshot: &Snapshot) -> Vec<CodeLens> {
    let start = snapshot.document.root().map_or(0, |root| root.span().start);
    let position = snapshot.ranges().position(start);
    let range = Range::new(position, position);
    let lens = |title: String, command: &str, argument: Value| CodeLens {
        range,
        command: Some(Command { title, command: command.to_owned(), arguments: Some(vec![argument]) }),
        data: None,
    };
    let uri = &snapshot.uri;
    let mut lenses = vec![
        lens(commands::headline(snapshot), DRY_RUN, json!({ "uri": uri, "show": true })),
        lens("Migrate to V4".to_owned(), MIGRATE, json!({ "uri": uri, "show": true })),
        lens("Preview V4".to_owned(), PREVIEW, json!({ "uri": uri })),
    ];
    match snapshot.safe_fixes() {
        0 => {}
        1 => lenses.push(lens("Fix 1 safe problem".to_owned(), FIX_ALL, json!({ "uri": uri }))),
        safe => lenses.push(lens(format!("Fix {safe} safe problems"), FIX_ALL, json!({ "uri": uri }))),
    }
    lenses
}
