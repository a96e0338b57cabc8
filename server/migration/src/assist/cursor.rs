//! What can be written at a place of a JSON text that may be half typed.
//!
//! The tree says which object or list is around; the text says which marks stand before and after the cursor, since a
//! tree does not keep those.

use v4ward_syntax::{Document, Node, NodeKind, Span};

use super::site::Slot;

/// A place to write at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'d> {
    pub(super) slot: Slot,
    /// The object or list around.
    pub(super) container: Node<'d>,
    /// What is written there already, if anything: a member or an element.
    pub(super) current: Option<Node<'d>>,
    /// The token there; empty at the cursor when there is none.
    pub(super) replace: Span,
    /// What is before it needs a comma.
    pub(super) comma_before: bool,
    /// What is after it needs one.
    pub(super) comma_after: bool,
    /// The key has its colon already.
    pub(super) has_colon: bool,
}

/// The place at an offset, unless nothing can be written there.
pub(super) fn find(document: &Document, offset: u32) -> Option<Cursor<'_>> {
    if !document.text().is_char_boundary(offset as usize) || in_comment(document, offset) {
        return None;
    }
    let container = innermost(document, offset)?;
    let neighbours = Neighbours::of(container, offset);
    let Some(last) = neighbours.last else { return Some(neighbours.gap(offset)) };
    if let Some(key) = last.key_span() {
        if offset <= key.end {
            return Some(neighbours.token(Slot::Key, last, trim(document, key, offset)));
        }
        if lacks_value(last) {
            let after = skip_blank(document.text().as_bytes(), key.end as usize);
            let has_colon = document.text().as_bytes().get(after) == Some(&b':') && after < offset as usize;
            return has_colon.then(|| neighbours.token(Slot::Value, last, Span::empty(offset)));
        }
    }
    let value = last.span();
    if offset < value.start || (last.is_container() && offset == value.start) {
        return None;
    }
    if !last.is_container() && offset <= value.end {
        let slot = if last.key_span().is_some() { Slot::Value } else { Slot::Element };
        return Some(neighbours.token(slot, last, trim(document, value, offset)));
    }
    Some(neighbours.gap(offset))
}

/// What stands before the cursor in the innermost object or list.
struct Neighbours<'d> {
    container: Node<'d>,
    /// The last one that begins before the cursor.
    last: Option<Node<'d>>,
    /// The one before that.
    before: Option<Node<'d>>,
}

impl<'d> Neighbours<'d> {
    fn of(container: Node<'d>, offset: u32) -> Self {
        let mut neighbours = Self { container, last: None, before: None };
        for child in container.children().take_while(|child| child.member_span().start < offset) {
            neighbours.before = neighbours.last.replace(child);
        }
        neighbours
    }

    /// In or right behind something that stands there.
    fn token(&self, slot: Slot, current: Node<'d>, replace: Span) -> Cursor<'d> {
        let comma_before = slot != Slot::Value && self.lacks_comma(self.before, replace.start);
        self.cursor(slot, Some(current), replace, comma_before)
    }

    /// Between two members or elements, maybe in a word that is neither.
    fn gap(&self, offset: u32) -> Cursor<'d> {
        let slot = if self.container.kind() == NodeKind::Object { Slot::Key } else { Slot::Element };
        let replace = word_around(self.container.document(), self.start_of_gap(self.last), offset);
        let comma_before = self.lacks_comma(self.last, replace.start);
        self.cursor(slot, None, replace, comma_before)
    }

    fn cursor(&self, slot: Slot, current: Option<Node<'d>>, replace: Span, comma_before: bool) -> Cursor<'d> {
        let text = self.container.document().text().as_bytes();
        let next = text.get(skip_blank(text, replace.end as usize)).copied();
        let has_colon = slot == Slot::Key && next == Some(b':');
        let comma_after = next.is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'{' | b'[' | b'-') || is_word(byte));
        let comma_before = comma_before && !has_colon;
        Cursor { slot, container: self.container, current, replace, comma_before, comma_after, has_colon }
    }

    fn start_of_gap(&self, before: Option<Node<'d>>) -> u32 {
        before.map_or(self.container.span().start + 1, |before| before.member_span().end)
    }

    /// True when something stands before and no comma between it and `to`.
    fn lacks_comma(&self, before: Option<Node<'d>>, to: u32) -> bool {
        let text = self.container.document().text().as_bytes();
        let (mut at, end) = (self.start_of_gap(before) as usize, to as usize);
        before.is_some() && {
            at = skip_blank(text, at);
            while at < end && text[at] != b',' {
                at = skip_blank(text, at + 1);
            }
            at >= end
        }
    }
}

fn lacks_value(member: Node<'_>) -> bool {
    member.kind() == NodeKind::Invalid && member.span().is_empty()
}

/// The smallest object or list around the offset.
fn innermost(document: &Document, offset: u32) -> Option<Node<'_>> {
    let inside = |node: &Node<'_>| node.is_container() && is_inside(*node, offset);
    let mut around = document.root().filter(inside)?;
    while let Some(child) =
        around.children().take_while(|child| child.member_span().start < offset).filter(inside).last()
    {
        around = child;
    }
    Some(around)
}

fn is_inside(container: Node<'_>, offset: u32) -> bool {
    let span = container.span();
    span.start < offset && (offset < span.end || (offset == span.end && !is_closed(container)))
}

/// True when the last byte of the container is its own bracket: not that of a child, nor one in a comment.
fn is_closed(container: Node<'_>) -> bool {
    let span = container.span();
    let bracket = if container.kind() == NodeKind::Object { '}' } else { ']' };
    span.len() >= 2
        && container.text().ends_with(bracket)
        && container.children().last().is_none_or(|child| child.member_span().end < span.end)
        && !in_comment(container.document(), span.end - 1)
}

/// True when the offset is inside a comment; the end of a line's comment is inside, too.
fn in_comment(document: &Document, offset: u32) -> bool {
    let comments = document.comments();
    let before = comments.partition_point(|comment| comment.span.start < offset);
    before.checked_sub(1).is_some_and(|last| {
        let span = comments[last].span;
        let open_end = document.slice(span).starts_with("//");
        offset < span.end || (offset == span.end && open_end)
    })
}

/// The part of a token that belongs to what is written. A text without its closing quote goes on to the end of the line,
/// or to the quote that opens the next one, which a word then follows: of such a text, only the word at the cursor.
fn trim(document: &Document, token: Span, offset: u32) -> Span {
    let text = document.slice(token);
    let backslashes = text.bytes().rev().skip(1).take_while(|byte| *byte == b'\\').count();
    let closed = text.len() >= 2 && text.ends_with('"') && backslashes.is_multiple_of(2);
    let word_follows = document.text().as_bytes().get(token.end as usize).is_some_and(|byte| is_word(*byte));
    if !text.starts_with('"') || (closed && !word_follows) {
        return token;
    }
    let rest = document.slice(Span::new(offset, token.end)).bytes();
    let word = rest.take_while(|byte| is_word(*byte)).count();
    Span::new(token.start, offset + word as u32)
}

/// The word around the offset, as far back as `from`.
fn word_around(document: &Document, from: u32, offset: u32) -> Span {
    let text = document.text().as_bytes();
    let before = text[from.min(offset) as usize..offset as usize].iter().rev().take_while(|byte| is_word(**byte));
    let after = text[offset as usize..].iter().take_while(|byte| is_word(**byte));
    let before = before.count() as u32;
    // A word that begins at the cursor is the next member, not what is being written.
    let after = if before == 0 { 0 } else { after.count() as u32 };
    Span::new(offset - before, offset + after)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-') || byte >= 0x80
}

/// The next byte that is neither white space nor in a comment.
fn skip_blank(text: &[u8], mut at: usize) -> usize {
    loop {
        at += text.get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let rest = text.get(at..).unwrap_or_default();
        let length = match rest {
            [b'/', b'/', ..] => memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()),
            [b'/', b'*', inner @ ..] => memchr::memmem::find(inner, b"*/").map_or(rest.len(), |end| end + 4),
            _ => return at,
        };
        at += length;
    }
}
