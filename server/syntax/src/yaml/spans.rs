//! Places that the parser does not tell, found in the text between two of its events.

use std::ops::Range;

use crate::tree::Span;

pub(super) fn span_of(range: &Range<usize>) -> Span {
    Span::new(range.start as u32, range.end as u32)
}

/// Where the header of a block text stands, `|` or `>`: after the indicators, properties and comments that follow `at`.
pub(super) fn block_header(text: &str, at: usize) -> Option<usize> {
    after_properties(text, at, |byte| matches!(byte, b'|' | b'>'))
}

/// Where the first `-` of a block list stands.
pub(super) fn first_item(text: &str, at: usize) -> Option<usize> {
    after_properties(text, at, |byte| byte == b'-')
}

fn after_properties(text: &str, mut at: usize, is_it: impl Fn(u8) -> bool) -> Option<usize> {
    let bytes = text.as_bytes();
    loop {
        match *bytes.get(at)? {
            byte if is_it(byte) => return Some(at),
            b'#' => at = line_end(bytes, at),
            b'&' | b'!' => at += bytes[at..].iter().position(u8::is_ascii_whitespace)?,
            _ => at += 1,
        }
    }
}

/// The place after the indicator that follows `at`; `at` itself when something else follows.
pub(super) fn after_indicator(text: &str, at: usize, indicator: u8, in_flow: bool) -> usize {
    let next = after_blanks(text.as_bytes(), at);
    let is_alone = |byte: &u8| byte.is_ascii_whitespace() || in_flow && matches!(byte, b',' | b']' | b'}');
    match text.as_bytes().get(next) {
        Some(byte) if *byte == indicator && text.as_bytes().get(next + 1).is_none_or(is_alone) => next + 1,
        _ => at,
    }
}

/// The first byte from `at` on that is neither blank nor in a comment; a comment has a blank before it.
pub(super) fn after_blanks(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(byte) if byte.is_ascii_whitespace() => at += 1,
            Some(b'#') if at == 0 || bytes[at - 1].is_ascii_whitespace() => at = line_end(bytes, at),
            _ => return at,
        }
    }
}

/// The end of the line that holds `at`, without its line break.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |len| at + len)
}

/// The start of the line after the one that holds `at`, or beyond the end.
pub(super) fn next_line(bytes: &[u8], at: usize) -> usize {
    let end = line_end(bytes, at);
    if bytes[end..].starts_with(b"\r\n") { end + 2 } else { end + 1 }
}

/// The start of the line that holds `at`.
pub(super) fn line_start(bytes: &[u8], at: usize) -> usize {
    memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |before| before + 1)
}

/// The first line from `at` on that ends a document, `---` or `...`; the length when there is none.
pub(super) fn document_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        let is_start = at == 0 || matches!(bytes[at - 1], b'\n' | b'\r');
        if is_start && is_marker(&bytes[at..]) {
            return at;
        }
        at = line_end(bytes, at) + 1;
    }
    bytes.len()
}

/// True for a line that begins with `---` or `...`.
pub(super) fn is_marker(line: &[u8]) -> bool {
    (line.starts_with(b"---") || line.starts_with(b"...")) && line.get(3).is_none_or(u8::is_ascii_whitespace)
}
