//! `textDocument/foldingRange`

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};
use v4ward_syntax::{Format, Node, Span};

use crate::lsp::documents::Snapshot;
use crate::lsp::state::{State, in_background};

pub(in crate::lsp) async fn handle(
    state: &Arc<State>,
    params: FoldingRangeParams,
) -> Result<Option<Vec<FoldingRange>>> {
    let snapshot = state.snapshot(&params.text_document.uri).await;
    let Some(snapshot) = snapshot.filter(|it| state.options().gives_structure_of(it)) else { return Ok(None) };
    let whole_lines = state.support().line_folding_only;
    in_background(move || {
        Some(match snapshot.document.format() {
            Format::Json => brackets(&snapshot, snapshot.document.nodes(), whole_lines),
            Format::Yaml => of_yaml(&snapshot, whole_lines),
        })
    })
    .await
}

/// Objects and lists of more than one line; the line of the closing bracket stays.
fn brackets<'d>(snapshot: &Snapshot, nodes: impl Iterator<Item = Node<'d>>, whole_lines: bool) -> Vec<FoldingRange> {
    let containers = nodes.filter(|node| node.is_container());
    let range = containers.filter_map(|node| {
        let range = snapshot.range(node.span());
        let last = range.end.line.checked_sub(1).filter(|last| *last > range.start.line)?;
        Some(FoldingRange {
            start_line: range.start.line,
            start_character: (!whole_lines).then_some(range.start.character + 1),
            end_line: if whole_lines { last } else { range.end.line },
            end_character: (!whole_lines).then_some(range.end.character.saturating_sub(1)),
            ..FoldingRange::default()
        })
    });
    range.collect()
}

/// Everything of more than one line: what has brackets as in JSON, the rest whole. Of two that begin on one line the
/// outer one counts.
fn of_yaml(snapshot: &Snapshot, whole_lines: bool) -> Vec<FoldingRange> {
    let document = &snapshot.document;
    let (flow, block): (Vec<Node<'_>>, Vec<Node<'_>>) =
        document.nodes().filter(|node| !node.is_alias()).partition(|node| node.text().starts_with(['{', '[']));
    let mut ranges = comments(snapshot);
    ranges.extend(documents(snapshot));
    let bracket = |node: &Node<'_>| snapshot.ranges().position(node.span().start).line;
    let key = |node: &Node<'_>| snapshot.ranges().position(node.member_span().start).line;
    let (below, beside): (Vec<Node<'_>>, Vec<Node<'_>>) = flow.into_iter().partition(|node| key(node) < bracket(node));
    // A root's first line is a member's, which says what folds there.
    let block = block.into_iter().chain(below).filter(|node| node.parent().is_some());
    ranges.extend(block.filter_map(|node| lines(snapshot, node.member_span(), None)));
    ranges.extend(brackets(snapshot, beside.into_iter(), whole_lines));
    ranges.sort_by_key(|range| (range.start_line, std::cmp::Reverse(range.end_line)));
    ranges.dedup_by_key(|range| range.start_line);
    ranges
}

/// The lines of a span, when there are several.
fn lines(snapshot: &Snapshot, span: Span, kind: Option<FoldingRangeKind>) -> Option<FoldingRange> {
    // What ends with a line does not reach into the next one.
    let text = snapshot.document.slice(span).trim_end();
    let range = snapshot.range(Span::new(span.start, span.start + text.len() as u32));
    let (start_line, end_line) = (range.start.line, range.end.line);
    (start_line < end_line).then(|| FoldingRange { start_line, end_line, kind, ..FoldingRange::default() })
}

/// Each document, where there are several: from the line of its marker.
fn documents(snapshot: &Snapshot) -> Vec<FoldingRange> {
    const MARKER: &str = "---";
    let text = snapshot.document.text();
    let spans = snapshot.document.document_spans();
    if spans.len() < 2 {
        return Vec::new();
    }
    let with_marker = |span: &Span| {
        let before = text.get(..span.start as usize).unwrap_or_default().trim_end();
        let start = if before.ends_with(MARKER) { before.len() - MARKER.len() } else { span.start as usize };
        Span::new(start as u32, span.end)
    };
    spans.iter().filter_map(|span| lines(snapshot, with_marker(span), None)).collect()
}

/// Lines of comments that follow each other.
fn comments(snapshot: &Snapshot) -> Vec<FoldingRange> {
    let text = snapshot.document.text();
    let mut blocks: Vec<Span> = Vec::new();
    for comment in snapshot.document.comments() {
        let before = text.get(..comment.span.start as usize).unwrap_or_default();
        let indent = before.trim_end_matches([' ', '\t']);
        if !(indent.is_empty() || indent.ends_with(['\n', '\r'])) {
            continue;
        }
        match blocks.last_mut() {
            Some(block) if snapshot.document.slice(Span::new(block.end, comment.span.start)).trim().is_empty() => {
                block.end = comment.span.end;
            }
            _ => blocks.push(comment.span),
        }
    }
    blocks.into_iter().filter_map(|block| lines(snapshot, block, Some(FoldingRangeKind::Comment))).collect()
}
