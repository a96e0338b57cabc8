//! `textDocument/selectionRange`

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{SelectionRange, SelectionRangeParams};
use v4ward_syntax::{Node, Span};

use crate::lsp::documents::Snapshot;
use crate::lsp::state::{State, in_background};

/// A wider selection than that is the whole text.
const MAX_STEPS: usize = 100;

pub(in crate::lsp) async fn handle(
    state: &Arc<State>,
    params: SelectionRangeParams,
) -> Result<Option<Vec<SelectionRange>>> {
    let snapshot = state.snapshot(&params.text_document.uri).await;
    let Some(snapshot) = snapshot.filter(|it| state.options().gives_structure_of(it)) else { return Ok(None) };
    in_background(move || {
        let at = |position| selection(&snapshot, snapshot.offset(position));
        Some(params.positions.into_iter().map(at).collect())
    })
    .await
}

/// From the token to the text: its inside, itself, its member, the inside of what is around it, and so on.
fn selection(snapshot: &Snapshot, offset: u32) -> SelectionRange {
    let length = snapshot.document.text().len() as u32;
    let mut spans = Vec::new();
    if let Some(node) = snapshot.document.at(offset) {
        for node in std::iter::once(node).chain(node.ancestors()).take(MAX_STEPS) {
            push(node, offset, &mut spans);
        }
    }
    spans.extend(snapshot.document.document_spans().into_iter().find(|span| span.contains(Span::empty(offset))));
    spans.push(Span::new(0, length));
    spans.dedup();
    let ranges = spans.into_iter().rev();
    ranges
        .fold(None, |parent: Option<SelectionRange>, span| {
            Some(SelectionRange { range: snapshot.range(span), parent: parent.map(Box::new) })
        })
        .unwrap_or_else(|| SelectionRange { range: snapshot.range(Span::empty(offset)), parent: None })
}

fn push(node: Node<'_>, offset: u32, spans: &mut Vec<Span>) {
    let key = node.key_span().filter(|key| key.start <= offset && offset <= key.end);
    let token = key.unwrap_or(node.span());
    let text = node.document().slice(token);
    let quoted =
        text.len() >= 2 && ['"', '\''].into_iter().any(|quote| text.starts_with(quote) && text.ends_with(quote));
    let inside = Span::new(token.start + 1, token.end.saturating_sub(1));
    // A block of YAML has no brackets.
    if (quoted || (node.is_container() && text.starts_with(['{', '['])))
        && key.is_none_or(|_| quoted)
        && inside.start <= offset
        && offset <= inside.end
    {
        spans.push(inside);
    }
    spans.push(token);
    spans.push(node.member_span());
}
