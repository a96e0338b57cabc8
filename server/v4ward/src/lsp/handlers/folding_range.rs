//! `textDocument/foldingRange`

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{FoldingRange, FoldingRangeParams};

use crate::lsp::documents::Snapshot;
use crate::lsp::state::{State, in_background};

pub(in crate::lsp) async fn handle(
    state: &Arc<State>,
    params: FoldingRangeParams,
) -> Result<Option<Vec<FoldingRange>>> {
    let Some(snapshot) = state.snapshot(&params.text_document.uri).await.filter(|it| it.is_ours()) else {
        return Ok(None);
    };
    let whole_lines = state.support().line_folding_only;
    in_background(move || Some(ranges(&snapshot, whole_lines))).await
}

/// Objects and lists of more than one line; the line of the closing bracket stays.
fn ranges(snapshot: &Snapshot, whole_lines: bool) -> Vec<FoldingRange> {
    let containers = snapshot.document.nodes().filter(|node| node.is_container());
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
