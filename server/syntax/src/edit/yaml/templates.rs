//! Templates, `{{ … }}`: no edit changes one, and nothing new comes under a condition.

use crate::edit::TextEdit;
use crate::tree::{Document, Node, Span};

/// True for an edit that changes a template or the line beside it.
pub(super) fn touches(document: &Document, edit: &TextEdit, template: Span) -> bool {
    let (start, end) = (edit.span.start, edit.span.end);
    let begins_line = |text: &str| text.starts_with(['\n', '\r']);
    let ends_line = |text: &str| text.ends_with(['\n', '\r']);
    let (old, new) = (document.slice(edit.span), edit.text.as_str());
    if start == template.end {
        return !((old.is_empty() || begins_line(old)) && (new.is_empty() || begins_line(new)));
    }
    if end == template.start {
        return !((old.is_empty() || ends_line(old)) && (new.is_empty() || ends_line(new)));
    }
    start < template.end && template.start < end
}

/// True when what is inserted into a block at an offset would be there only sometimes, or many times, while other
/// parts of the block are not: between an `if` and its `end`.
pub(super) fn is_conditional(block: Node<'_>, at: u32) -> bool {
    let document = block.document();
    if document.templates().is_empty() {
        return false;
    }
    let span = Span::new(block.span().start, block.span().end.max(at));
    let (mut depth, mut lowest, mut there) = (0i64, i64::MAX, 0);
    for template in document.templates().iter().take_while(|template| template.start < span.end) {
        if template.start >= span.start {
            lowest = lowest.min(depth);
        }
        depth += step(document.slice(*template));
        if template.end <= at {
            there = depth;
        }
    }
    there > lowest.min(depth)
}

/// How much deeper in conditions and loops it is after a template.
fn step(template: &str) -> i64 {
    let inner = template.trim_start_matches(['{', '-']).trim_start();
    let word = inner.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    match word {
        "if" | "with" | "range" | "define" | "block" => 1,
        "end" => -1,
        _ => 0,
    }
}
