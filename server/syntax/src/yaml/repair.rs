//! Half-typed text: what to take out of a copy so that the rest of a document reads.
//!
//! A repair puts bytes in the place of others, one for one, so that offsets stay. A value that cannot be read becomes a
//! placeholder, so that its key stays; a line that cannot be read becomes blank.

use granit_parser::ErrorKind as E;

use super::read::Failure;
use super::spans::{after_blanks, is_marker, line_end, line_start, next_line};
use crate::tree::Span;

/// What stands for a value that is not known.
const PLACEHOLDER: u8 = b'x';

/// A change of the copy.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Repair {
    /// Becomes a placeholder; empty for none.
    pub(super) value: Span,
    /// Become blank, but for line breaks.
    pub(super) blank: Vec<Span>,
}

impl Repair {
    fn of_value(start: usize, end: usize) -> Self {
        Self { value: span(start, end), blank: Vec::new() }
    }

    fn of_lines(blank: Vec<Span>) -> Self {
        Self { value: Span::empty(0), blank }
    }

    pub(super) fn apply(&self, text: &mut [u8]) {
        text[self.value.range()].fill(PLACEHOLDER);
        for byte in self.blank.iter().flat_map(|blank| blank.range()) {
            if !matches!(text[byte], b'\n' | b'\r') {
                text[byte] = b' ';
            }
        }
    }

    /// Where the trouble is.
    pub(super) fn place(&self) -> Option<Span> {
        if self.value.is_empty() { self.blank.first().copied() } else { Some(self.value) }
    }
}

/// What may help, the best first.
pub(super) fn candidates(text: &str, failure: &Failure, end: usize) -> Vec<Repair> {
    let bytes = &text.as_bytes()[..end];
    let at = failure.at.min(end);
    if failure.kind == E::RecursionLimitExceeded {
        // Too deep between the brackets of one line: the rest reads. In lines there is no telling what is the rest.
        let value = value_at(bytes, at);
        return value.into_iter().filter(|value| matches!(bytes[value.value.start as usize], b'[' | b'{')).collect();
    }
    // What was begun and not read.
    let begun = begun(bytes, failure.stop.read);
    let mut out = Vec::new();
    let conflict = conflict_markers(bytes, failure.stop.content);
    if !conflict.is_empty() {
        out.push(Repair::of_lines(conflict));
    }
    if let Some(bracket) = failure.stop.bracket {
        out.extend(rest_of_item(bytes, bracket, at));
        out.extend(value_from(bytes, bracket));
    }
    if let Some(last) =
        failure.stop.last.filter(|last| failure.kind == E::MappingValueNotAllowed && is_first(bytes, *last))
    {
        // A key without a colon goes on in the line below.
        out.push(Repair::of_lines(vec![line(bytes, last)]));
    }
    let told = last_content(bytes, at);
    let places = match failure.kind {
        // The quote that opens it may be lines before.
        E::UnclosedQuotedScalar
        | E::InvalidQuotedScalarIndent
        | E::InvalidTrailingDoubleQuotedScalar
        | E::InvalidTrailingSingleQuotedScalar
        | E::DocumentIndicatorInQuotedScalar => [begun, told],
        E::TabInPlainScalar => [tab_line(bytes, at).unwrap_or(told), told],
        _ => [told, begun],
    };
    for place in places.into_iter().filter(|place| *place < end) {
        out.extend(value_at(bytes, place));
        let mut lines = [vec![line(bytes, place)], block(bytes, place)];
        if line_text(bytes, place).ends_with(b":") {
            // What is below belongs to it.
            lines.reverse();
        }
        out.extend(lines.map(Repair::of_lines));
    }
    let mut unique: Vec<Repair> = Vec::with_capacity(out.len());
    for repair in out {
        let is_change = repair.blank.iter().chain([&repair.value]).any(|span| !span.is_empty());
        if is_change && !unique.contains(&repair) {
            unique.push(repair);
        }
    }
    unique
}

fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end.max(start) as u32)
}

/// What comes after the indicators that follow a place.
fn begun(bytes: &[u8], read: usize) -> usize {
    let mut at = after_blanks(bytes, read);
    while matches!(bytes.get(at), Some(b':' | b'-' | b'?' | b','))
        && bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace)
    {
        at = after_blanks(bytes, at + 1);
    }
    at
}

/// True for the first thing of a line.
fn is_first(bytes: &[u8], at: usize) -> bool {
    line(bytes, at).start as usize == at
}

/// The place, or the last thing before it when nothing but white space follows.
fn last_content(bytes: &[u8], at: usize) -> usize {
    if after_blanks(bytes, at) < bytes.len() {
        return at;
    }
    let used = bytes[..at].iter().rposition(|byte| !byte.is_ascii_whitespace());
    used.unwrap_or(at)
}

/// A line from its first to its last visible byte, without the marker of a document.
fn line(bytes: &[u8], at: usize) -> Span {
    let (mut start, end) = (line_start(bytes, at), line_end(bytes, at));
    if is_marker(&bytes[start..]) {
        start += 3;
    }
    let blank = bytes[start..end].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let start = start + blank;
    span(start, trimmed(bytes, start, end))
}

fn trimmed(bytes: &[u8], start: usize, end: usize) -> usize {
    bytes[start..end].iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(start, |last| start + last + 1)
}

fn indent(bytes: &[u8], at: usize) -> usize {
    let start = line_start(bytes, at);
    bytes[start..].iter().take_while(|byte| **byte == b' ').count()
}

/// A line and the lines below that are indented further.
fn block(bytes: &[u8], at: usize) -> Vec<Span> {
    let depth = indent(bytes, at);
    let first = line(bytes, at);
    let mut out = vec![first];
    out.extend(below(bytes, first.end as usize, |next| indent(bytes, next) > depth));
    out
}

/// The lines after the one of `at`, as long as they belong to it; empty ones are passed over.
fn below(bytes: &[u8], at: usize, belongs: impl Fn(usize) -> bool) -> Vec<Span> {
    let mut out = Vec::new();
    let mut next = next_line(bytes, at);
    while next < bytes.len() {
        let line = line(bytes, next);
        if !line.is_empty() && !belongs(next) {
            break;
        }
        if !line.is_empty() {
            out.push(line);
        }
        next = next_line(bytes, next);
    }
    out
}

/// The value that begins at a bracket that is never closed, with the lines below that belong to it.
fn value_from(bytes: &[u8], bracket: usize) -> Option<Repair> {
    let end = trimmed(bytes, bracket, line_end(bytes, bracket));
    let depth = indent(bytes, bracket);
    let mut repair = Repair::of_value(bracket, end);
    repair.blank = below(bytes, bracket, |next| indent(bytes, next) > depth || is_closing(line_text(bytes, next)));
    (end > bracket).then_some(repair)
}

/// What is too much in an item between brackets on one line.
fn rest_of_item(bytes: &[u8], bracket: usize, at: usize) -> Option<Repair> {
    let rest = bracket < at && at < line_end(bytes, bracket);
    let len =
        rest.then(|| bytes[at..line_end(bytes, at)].iter().position(|byte| matches!(byte, b',' | b']' | b'}')))?;
    len.map(|len| Repair::of_lines(vec![span(at, at + len)]))
}

fn line_text(bytes: &[u8], at: usize) -> &[u8] {
    &bytes[line(bytes, at).range()]
}

fn is_closing(line: &[u8]) -> bool {
    !line.is_empty() && line.iter().all(|byte| matches!(byte, b']' | b'}' | b',' | b' '))
}

/// The value of the line's key or list item, when the place is in it.
fn value_at(bytes: &[u8], at: usize) -> Option<Repair> {
    let line = line(bytes, at);
    let text = &bytes[line.range()];
    let mut start = 0;
    while text[start..].starts_with(b"- ") {
        start += 2 + text[start + 2..].iter().take_while(|byte| **byte == b' ').count();
    }
    if let Some(colon) = memchr::memmem::find(&text[start..], b": ") {
        start += colon + 2;
        start += text[start..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }
    let start = line.start as usize + start;
    (start > line.start as usize && at >= start).then(|| Repair::of_value(start, line.end as usize))
}

/// The first line after the place that begins with white space with a tab.
fn tab_line(bytes: &[u8], at: usize) -> Option<usize> {
    let next = next_line(bytes, at);
    let line = line(bytes, next.min(bytes.len()));
    let start = line_start(bytes, line.start as usize);
    (next < bytes.len() && bytes[start..line.start as usize].contains(&b'\t')).then_some(line.start as usize)
}

/// The lines that version control leaves where two changes meet.
fn conflict_markers(bytes: &[u8], from: usize) -> Vec<Span> {
    let mut out = Vec::new();
    for marker in [b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"] {
        for found in memchr::memmem::find_iter(&bytes[from..], marker) {
            let at = from + found;
            let is_alone = bytes.get(at + marker.len()).is_none_or(u8::is_ascii_whitespace);
            if is_alone && at == line_start(bytes, at) {
                out.push(line(bytes, at));
            }
        }
    }
    out.sort_unstable();
    out
}
