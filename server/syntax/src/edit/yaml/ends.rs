//! A block text at the very end, without a last line break: it has no line break at its end where readers agree, and
//! would have one as soon as something follows it. A header that says so, `|-`, keeps it as it is.

use super::Writer;
use super::place::{self, Shape, content_end, line_end, literal_header, next_line, shape};
use crate::edit::{EditError, TextEdit, replace};
use crate::tree::{Document, Node, NodeKind, Span};

/// The block text at the end of a text, when it has lines and does not say that no line break is at its end.
fn last_literal(document: &Document) -> Option<Node<'_>> {
    let text = document.text();
    let last = document.nth(document.nodes().len().checked_sub(1)?).filter(|last| is_open_literal(*last))?;
    let ends = next_line(text, content_end(last)) == text.len();
    (ends && line_end(text, place::content_start(last)) < text.len()).then_some(last)
}

fn is_open_literal(node: Node<'_>) -> bool {
    node.kind() == NodeKind::String && shape(node) == Shape::Literal && !literal_header(node).contains('-')
}

fn has_last_line_break(document: &Document) -> bool {
    document.text().ends_with(['\n', '\r'])
}

/// The block text that would be another text with a line break after it.
fn cut_off(document: &Document) -> Option<Node<'_>> {
    if has_last_line_break(document) {
        return None;
    }
    last_literal(document).filter(|literal| {
        let value = literal.scalar();
        if value.is_empty() { literal_header(*literal).contains('+') } else { !value.ends_with('\n') }
    })
}

/// The header of a block text, made to say that no line break is at its end.
fn stripping(node: Node<'_>) -> TextEdit {
    let header = literal_header(node);
    let start = place::content_start(node);
    let span = Span::new(start as u32, (start + header.len()) as u32);
    TextEdit { span, text: format!("{}-", header.replace('+', "")) }
}

impl Writer<'_, '_> {
    /// What a copy of a part of the text needs besides, when the part ends with a text that is cut off.
    pub(super) fn strip_copied(&self, part: Span) -> Option<TextEdit> {
        let literal = cut_off(self.document)?;
        let edit = stripping(literal);
        part.contains(edit.span).then_some(edit)
    }

    /// True when the line break at an offset is one of the block text that ends before a node.
    pub(super) fn ends_literal_before(&self, node: Node<'_>, line_break: usize) -> bool {
        let before = (node.id().0 as usize).checked_sub(1).and_then(|before| self.document.nth(before));
        before.is_some_and(|before| is_open_literal(before) && line_break <= content_end(before))
    }
}

/// Edits in order, and what the ends of the old and the new text ask for.
pub(super) fn with_ends(document: &Document, edits: &mut Vec<TextEdit>) -> Result<(), EditError> {
    let end = document.text().len() as u32;
    let Some(last) = edits.last().filter(|last| last.span.end == end && !last.text.is_empty()) else { return Ok(()) };
    if last.span.is_empty()
        && let Some(literal) = cut_off(document)
    {
        let edit = stripping(literal);
        let at = edits.partition_point(|other| other.span.start < edit.span.start);
        // Nothing to keep when it goes away itself.
        if edits[at..].iter().all(|other| other.span.start == end)
            && at.checked_sub(1).is_none_or(|before| edits[before].span.end <= edit.span.start)
        {
            edits.insert(at, edit);
        }
    }
    if let [.., removal, last] = edits.as_mut_slice()
        && removal.span.end == end
        && removal.text.is_empty()
        && last.text.starts_with(['\n', '\r'])
    {
        // What is new has a line break of its own before it.
        let start = removal.span.start as usize;
        let is_line = place::column(document.text(), start) == 0;
        removal.span.start = if is_line { place::previous_line_end(document.text(), start) } else { start } as u32;
    }
    end_new_literal(document, edits)
}

/// A line break after a new block text at the very end: it was written to be followed by one.
fn end_new_literal(document: &Document, edits: &mut [TextEdit]) -> Result<(), EditError> {
    let has_lines = |edit: &TextEdit| edit.text.contains(['\n', '\r']);
    if has_last_line_break(document) || !edits.last().is_some_and(has_lines) {
        return Ok(());
    }
    let result = Document::parse_yaml(replace(document.text(), edits)?);
    if last_literal(&result).is_some()
        && let Some(last) = edits.last_mut()
    {
        last.text.push_str(document.line_ending());
    }
    Ok(())
}
