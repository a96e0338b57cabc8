//! Members and elements that go away, with their lines or their commas.

use super::Writer;
use super::place::{self, block_column, block_end, head_end, is_first_on_line, next_line, start_of};
use crate::edit::{EditError, TextEdit};
use crate::tree::{Node, NodeKind, Span};

impl Writer<'_, '_> {
    /// Removes each run of children of a block that keeps some.
    pub(super) fn remove_lines(
        &self,
        node: Node<'_>,
        children: &[Node<'_>],
        gone: &[bool],
        edits: &mut Vec<TextEdit>,
    ) -> Result<(), EditError> {
        let text = self.document.text();
        let column = block_column(node);
        for (first, last) in runs(gone) {
            let start = start_of(children[first]);
            if node.kind() == NodeKind::Array && !text[start..].starts_with('-') {
                return Err(EditError::WrongPlace);
            }
            let end = block_end(children[last], column);
            let after = next_line(text, end);
            let span = if !is_first_on_line(text, start) {
                // The next one moves up behind the dash.
                let blank = text[after..].bytes().take_while(u8::is_ascii_whitespace).count();
                Span::new(start as u32, (after + blank) as u32)
            } else {
                // A comment on top of a document may be about all of it.
                let is_top = first == 0 && node.parent().is_none();
                let from = if is_top {
                    place::line_start(text, start)
                } else {
                    place::with_leading_comments(self.document, start)
                };
                // The new end has no line break either, but for one that a block text has for its own.
                let line_break = place::previous_line_end(text, from);
                let keeps_it = end < text.len() || self.ends_literal_before(children[first], line_break);
                let from = if keeps_it { from } else { line_break };
                Span::new(from as u32, after as u32)
            };
            edits.push(TextEdit { span, text: String::new() });
        }
        Ok(())
    }

    /// Removes each run of children inside of brackets that keep some.
    pub(super) fn remove_items(&self, children: &[Node<'_>], gone: &[bool], edits: &mut Vec<TextEdit>) {
        for (first, last) in runs(gone) {
            let (start, end) = (start_of(children[first]), item_end(children[last]));
            let span = match children.get(last + 1) {
                Some(next) => {
                    // The lines of comments above the next one are about it.
                    let next = start_of(*next);
                    let to = self.own_line_comment(end, next).unwrap_or(next);
                    Span::new(start as u32, to as u32)
                }
                None => self.span_at_end(item_end(children[first - 1]), start, end),
            };
            edits.push(TextEdit { span, text: String::new() });
        }
    }

    /// What goes with the last items: the comma before, or the one after when a comment stands before.
    fn span_at_end(&self, before: usize, start: usize, end: usize) -> Span {
        let text = self.document.text();
        let lined = is_first_on_line(text, start);
        let own_comment = |end: usize| place::trailing_comment(self.document, end).filter(|_| lined);
        let with_comment = |end: usize| own_comment(end).map_or(end, |comment| comment.end as usize);
        if !self.has_comment(before, start) {
            return Span::new(before as u32, with_comment(end) as u32);
        }
        let comma = place::skip_blank(self.document, end);
        let to = with_comment(if text.as_bytes().get(comma) == Some(&b',') { comma + 1 } else { end });
        let from = if lined { place::previous_line_end(text, place::line_start(text, start)) } else { start };
        Span::new(from as u32, to as u32)
    }

    fn has_comment(&self, from: usize, to: usize) -> bool {
        let first = self.document.comments().partition_point(|comment| (comment.span.start as usize) < from);
        self.document.comments().get(first).is_some_and(|comment| (comment.span.start as usize) < to)
    }

    fn own_line_comment(&self, from: usize, to: usize) -> Option<usize> {
        let first = self.document.comments().partition_point(|comment| (comment.span.start as usize) < from);
        let starts = self.document.comments()[first..].iter().map(|comment| comment.span.start as usize);
        starts.take_while(|start| *start < to).find(|start| is_first_on_line(self.document.text(), *start))
    }
}

/// The end of a member or an element inside of brackets.
pub(super) fn item_end(item: Node<'_>) -> usize {
    let end = item.member_span().end as usize;
    if item.key_span().is_some() { end.max(head_end(item)) } else { end }
}

/// The first and the last of each run that goes.
fn runs(gone: &[bool]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in (0..gone.len()).filter(|at| gone[*at]) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == at => *last = at,
            _ => runs.push((at, at)),
        }
    }
    runs
}
