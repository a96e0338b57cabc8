//! What can be written at a place of a custom resource in YAML that may be half typed.
//!
//! In YAML the indentation of a line says what it belongs to, and a line that is half typed makes the tree say something
//! else, or nothing. So a word is put at the cursor in a copy of the text, as a key and as a value, and the copy is read:
//! where the word stands in its tree is the place, by the rules of the language and by no others. A word that the reader
//! takes for a part of a comment, of a text or of another word is not found there, and nothing is offered.

mod insert;
#[cfg(test)]
mod tests;
mod token;

use v4ward_syntax::edit::{YamlQuote, YamlStyle, bracket_of, in_flow};
use v4ward_syntax::{Document, Node, NodeId, NodeKind, Span};

use super::is_resource;
use super::site::Slot;
use token::{Token, line_around};

/// A word that nobody has in a definition.
const WORD: &str = "v4wardCursor";

/// A place to write at.
pub(super) struct Place {
    slot: Slot,
    token: Token,
    /// The text with the word, read.
    tried: Document,
    /// The member or element that the word became.
    node: NodeId,
    around: Around,
    style: YamlStyle,
    /// In brackets.
    is_flow: bool,
}

/// The marks between the token and its neighbours.
#[derive(Clone, Copy, Default, Debug)]
struct Around {
    /// What has to be written before it.
    before: &'static str,
    /// What has to be written after it.
    after: &'static str,
    /// The key has its colon already.
    has_colon: bool,
}

/// The places at an offset: where a key may stand, a value may do so as well. Each costs a reading of the text.
pub(super) fn find(document: &Document, offset: u32) -> impl Iterator<Item = Place> {
    let is_ours = document.roots().any(is_resource);
    let token = is_ours.then(|| Token::at(document.text(), offset as usize)).flatten();
    token.into_iter().flat_map(move |token| {
        let tries = match bracket_around(document, offset) {
            Some(container) => vec![in_brackets(document, token, container)],
            None => in_lines(document, token),
        };
        tries.into_iter().filter_map(move |(slot, around)| attempt(document, token, slot, around))
    })
}

type Try = (Slot, Around);

/// The object or list in brackets around an offset.
fn bracket_around(document: &Document, offset: u32) -> Option<Node<'_>> {
    let node = document.at(offset)?;
    let holds = |node: &Node<'_>| {
        let closing = if node.kind() == NodeKind::Object { '}' } else { ']' };
        let is_inside = offset < node.span().end || !node.text().ends_with(closing);
        !node.is_alias() && is_inside && bracket_of(*node).is_some_and(|bracket| bracket < offset)
    };
    std::iter::once(node).chain(node.ancestors()).find(holds)
}

/// What may stand between brackets: the marks beside the token tell, and the commas that it needs.
fn in_brackets(document: &Document, token: Token, container: Node<'_>) -> Try {
    let (before, after) = around(document, token);
    let (last, next) = (last_mark(document, before.len()), next_mark(document, token.span.end as usize));
    if last == Some(b':') {
        return (Slot::Value, Around { before: blank_after_colon(before), ..Around::default() });
    }
    let slot = if container.kind() == NodeKind::Object { Slot::Key } else { Slot::Element };
    if slot == Slot::Key && next == Some(b':') {
        return (slot, Around { has_colon: true, ..Around::default() });
    }
    let is_first = last.is_none_or(|byte| matches!(byte, b'{' | b'[' | b','));
    let is_last = next.is_none_or(|byte| matches!(byte, b'}' | b']' | b','));
    let blank_follows = after.first().is_none_or(u8::is_ascii_whitespace);
    let after = match (is_last, blank_follows) {
        (true, _) => "",
        (false, true) => ",",
        (false, false) => ", ",
    };
    (slot, Around { before: if is_first { "" } else { ", " }, after, has_colon: false })
}

/// What may stand on a line without brackets: a key, a value or an element, when nothing but a comment follows it.
fn in_lines(document: &Document, token: Token) -> Vec<Try> {
    let (before, after) = around(document, token);
    let line = after.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    match line.trim_ascii_start() {
        [b':', rest @ ..] if !token.span.is_empty() && rest.first().is_none_or(u8::is_ascii_whitespace) => {
            vec![(Slot::Key, Around { has_colon: true, ..Around::default() })]
        }
        rest if rest.is_empty() || rest.starts_with(b"#") && rest.len() < line.len() => {
            let of_value = Around { before: blank_after_colon(before), ..Around::default() };
            vec![(Slot::Key, Around::default()), (Slot::Value, of_value)]
        }
        _ => Vec::new(),
    }
}

/// The last byte before a place that is neither blank nor of a comment.
fn last_mark(document: &Document, mut at: usize) -> Option<u8> {
    let (text, comments) = (document.text().as_bytes(), document.comments());
    loop {
        at = text.get(..at)?.trim_ascii_end().len();
        let before = comments.partition_point(|comment| (comment.span.start as usize) < at);
        match before.checked_sub(1).map(|last| comments[last].span) {
            Some(comment) if comment.end as usize >= at => at = comment.start as usize,
            _ => return text[..at].last().copied(),
        }
    }
}

/// The next byte from a place on that is neither blank nor of a comment.
fn next_mark(document: &Document, mut at: usize) -> Option<u8> {
    let (text, comments) = (document.text().as_bytes(), document.comments());
    loop {
        let rest = text.get(at..)?;
        at += rest.len() - rest.trim_ascii_start().len();
        let next = comments.partition_point(|comment| (comment.span.start as usize) < at);
        match comments.get(next).filter(|comment| comment.span.start as usize == at && !comment.span.is_empty()) {
            Some(comment) => at = comment.span.end as usize,
            None => return text.get(at).copied(),
        }
    }
}

/// The text before and after a token.
fn around(document: &Document, token: Token) -> (&[u8], &[u8]) {
    let text = document.text().as_bytes();
    (&text[..token.span.start as usize], &text[token.span.end as usize..])
}

/// A value does not begin right behind the colon.
fn blank_after_colon(before: &[u8]) -> &'static str {
    if before.ends_with(b":") { " " } else { "" }
}

/// The place when the word is read there as what it is meant to be, and all else is read as well as before.
fn attempt(document: &Document, token: Token, slot: Slot, around: Around) -> Option<Place> {
    let word = match token.quote {
        Some(YamlQuote::Single) => format!("'{WORD}'"),
        Some(YamlQuote::Double) => format!("\"{WORD}\""),
        None => WORD.to_owned(),
    };
    let (before, after) = document.text().split_at_checked(token.span.start as usize)?;
    let after = after.get(token.span.len() as usize..)?;
    let colon = if slot == Slot::Key && !around.has_colon { ": " } else { "" };
    let tried = Document::parse_yaml([before, around.before, &word, colon, around.after, after].concat());
    let start = (before.len() + around.before.len()) as u32;
    let node = tried.at(start)?;
    let slot = slot_of(node, Span::new(start, start + word.len() as u32))?;
    // What stands below an empty line belongs to what stands above it.
    let takes = slot == Slot::Key && token.span.is_empty() && !node.span().is_empty();
    if takes || tried.errors().len() > document.errors().len() || !is_resource(tried.root_of(node.id())) {
        return None;
    }
    let (node, is_flow, style) = (node.id(), in_flow(node), YamlStyle::of(&tried));
    Some(Place { slot, token, tried, node, around, style, is_flow })
}

/// What the word became, when it is a key, a value or an element as a whole.
fn slot_of(node: Node<'_>, word: Span) -> Option<Slot> {
    if node.key_span() == Some(word) {
        return Some(Slot::Key);
    }
    let of_object = node.parent()?.kind() == NodeKind::Object;
    (node.span() == word && node.scalar() == WORD).then_some(if of_object { Slot::Value } else { Slot::Element })
}

/// Spaces from the first thing on the line of an offset to the offset.
fn column_in_line(text: &str, offset: usize) -> usize {
    let Some(line) = line_around(text, offset) else { return 0 };
    let before = &text[line.start..offset];
    before.trim_start_matches(' ').chars().count()
}
