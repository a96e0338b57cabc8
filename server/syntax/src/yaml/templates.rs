//! Places that a template engine fills in: `{{ … }}` of Helm and others, before the text is YAML.
//!
//! Found by a small scanner of lines that knows quotes, comments and block texts, and masked in a copy by as many bytes,
//! so that the rest of the text reads. It works on half-typed text too: a quote that is never closed ends with its line.

use std::borrow::Cow;

use memchr::memmem;

use super::spans::{is_marker, line_end, line_start, next_line};
use crate::tree::Span;

/// Templates, and the text without them.
pub(super) struct Templates<'t> {
    pub(super) spans: Vec<Span>,
    /// Of equal length.
    pub(super) text: Cow<'t, str>,
    /// What stands in it for values that are not known.
    pub(super) unknown: Vec<Span>,
}

/// Finds and masks the templates of a text.
pub(super) fn find(source: &str) -> Templates<'_> {
    let spans = match memmem::find(source.as_bytes(), b"{{") {
        None => Vec::new(),
        Some(_) => Scanner::new(source).spans(),
    };
    if spans.is_empty() {
        return Templates { spans, text: Cow::Borrowed(source), unknown: Vec::new() };
    }
    let (text, unknown) = masked(source, &spans);
    Templates { spans, text: Cow::Owned(text), unknown }
}

/// A template alone on its line is blank; any other is a plain text of as many bytes on its first line.
fn masked(source: &str, spans: &[Span]) -> (String, Vec<Span>) {
    let mut bytes = source.as_bytes().to_vec();
    for byte in spans.iter().flat_map(|span| span.range()) {
        if !matches!(bytes[byte], b'\n' | b'\r') {
            bytes[byte] = b' ';
        }
    }
    let mut unknown = Vec::new();
    // Which lines hold nothing else shows once all are blank.
    let blank = bytes.clone();
    for span in spans {
        let start = span.start as usize;
        let first = start..line_end(&blank, start).min(span.end as usize);
        let last = span.end as usize;
        if is_blank(&blank[line_start(&blank, start)..line_end(&blank, start)])
            && is_blank(&blank[line_start(&blank, last)..line_end(&blank, last)])
        {
            continue;
        }
        bytes[first].fill(b'x');
        unknown.push(*span);
    }
    // Whole characters were replaced by ASCII, so this never fails.
    (String::from_utf8(bytes).unwrap_or_else(|_| source.to_owned()), unknown)
}

/// True for white space, also with a comment.
fn is_blank(line: &[u8]) -> bool {
    line.iter().find(|byte| !byte.is_ascii_whitespace()).is_none_or(|byte| *byte == b'#')
}

/// The longest template, in bytes: beyond, the braces are something else.
const MAX_BYTES: usize = 10_000;

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    /// How many brackets are open.
    depth: usize,
    /// A value or a key may begin here.
    fresh: bool,
    /// Where the last value or list item of the line begins, which a block text is indented further than.
    column: usize,
    /// The next `}}`, once looked for; the length when there is none.
    closing: usize,
    spans: Vec<Span>,
}

impl<'t> Scanner<'t> {
    fn new(source: &'t str) -> Self {
        let at = if source.starts_with('\u{feff}') { 3 } else { 0 };
        Self { bytes: source.as_bytes(), at, depth: 0, fresh: true, column: 0, closing: 0, spans: Vec::new() }
    }

    fn spans(mut self) -> Vec<Span> {
        self.start_line();
        while self.at < self.bytes.len() {
            self.step();
        }
        self.spans
    }

    fn step(&mut self) {
        match self.bytes[self.at] {
            b'\n' | b'\r' => {
                self.at += 1;
                self.start_line();
            }
            b' ' | b'\t' => self.at += 1,
            b'#' if self.at == 0 || self.bytes[self.at - 1].is_ascii_whitespace() => {
                self.at = line_end(self.bytes, self.at);
            }
            b'{' if self.bytes[self.at..].starts_with(b"{{") => match self.template() {
                Some(end) => self.take(end),
                None => self.other(b'{'),
            },
            quote @ (b'"' | b'\'') if self.fresh => self.quoted(quote),
            b'|' | b'>' if self.fresh && self.depth == 0 && self.is_header() => self.block(),
            byte => self.other(byte),
        }
    }

    fn start_line(&mut self) {
        self.fresh = true;
        if is_marker(&self.bytes[self.at..]) {
            self.depth = 0;
            self.at += 3;
        }
        self.column = self.bytes[self.at..].iter().take_while(|byte| **byte == b' ').count();
    }

    /// Where the template that begins here ends.
    fn template(&mut self) -> Option<usize> {
        if !self.bytes[self.at..].starts_with(b"{{") {
            return None;
        }
        let inner = self.at + 2;
        if self.closing < inner {
            let found = memmem::find(&self.bytes[inner..], b"}}");
            self.closing = found.map_or(self.bytes.len(), |len| inner + len);
        }
        let end = self.closing;
        // When the next one begins before, this one is not closed.
        let is_whole = end < self.bytes.len()
            && end - self.at <= MAX_BYTES
            && memmem::find(&self.bytes[inner..end], b"{{").is_none();
        is_whole.then_some(end + 2)
    }

    fn take(&mut self, end: usize) {
        self.spans.push(Span::new(self.at as u32, end as u32));
        self.at = end;
        self.fresh = false;
    }

    /// A text in quotes. A template in it that holds the quote itself can only be filled in before this is YAML.
    fn quoted(&mut self, quote: u8) {
        let start = self.at;
        self.at += 1;
        self.fresh = false;
        let mut inside = Vec::new();
        while let Some(byte) = self.bytes.get(self.at).copied() {
            match byte {
                b'{' => match self.template().filter(|end| self.holds(quote, *end)) {
                    Some(end) => {
                        inside.push(Span::new(self.at as u32, end as u32));
                        self.at = end;
                    }
                    None => self.at += 1,
                },
                b'\\' if quote == b'"' => self.at += 2,
                _ if byte == quote && quote == b'\'' && self.bytes.get(self.at + 1) == Some(&quote) => self.at += 2,
                _ if byte == quote => {
                    self.at += 1;
                    self.spans.append(&mut inside);
                    return;
                }
                b'-' | b'.' if is_marker(&self.bytes[self.at..]) && line_start(self.bytes, self.at) == self.at => break,
                _ => self.at += 1,
            }
        }
        // Never closed.
        self.at = line_end(self.bytes, start);
    }

    /// True when the template up to `end`, on one line, holds pairs of this quote.
    fn holds(&self, quote: u8, end: usize) -> bool {
        let quotes = self.bytes[self.at..end].iter().filter(|byte| **byte == quote).count();
        quotes > 0 && quotes % 2 == 0 && line_end(self.bytes, self.at) >= end
    }

    /// True for the header of a block text: nothing but indicators and a comment follow on its line.
    fn is_header(&self) -> bool {
        let rest = &self.bytes[self.at + 1..line_end(self.bytes, self.at)];
        let signs = rest.iter().take_while(|byte| matches!(byte, b'+' | b'-' | b'0'..=b'9')).count();
        is_blank(&rest[signs..]) && rest.get(signs) != Some(&b'#')
    }

    /// Passes over a block text: the lines that are indented further than what it belongs to.
    fn block(&mut self) {
        let is_document = self.bytes[line_start(self.bytes, self.at)..].starts_with(b"---");
        let mut next = next_line(self.bytes, self.at);
        while next < self.bytes.len() {
            let end = line_end(self.bytes, next);
            let line = &self.bytes[next..end];
            let indent = line.iter().take_while(|byte| **byte == b' ').count();
            let is_inside = if is_document { !is_marker(line) } else { indent > self.column };
            if !is_inside && !line.iter().all(u8::is_ascii_whitespace) {
                break;
            }
            next = next_line(self.bytes, next);
        }
        self.at = next.min(self.bytes.len());
        self.start_line();
    }

    fn other(&mut self, byte: u8) {
        let next = self.bytes.get(self.at + 1).is_none_or(u8::is_ascii_whitespace);
        let was_fresh = self.fresh;
        self.fresh = match byte {
            b'[' | b'{' if was_fresh => {
                self.depth += 1;
                true
            }
            b']' | b'}' if self.depth > 0 => {
                self.depth -= 1;
                false
            }
            b',' => self.depth > 0,
            b':' => next || self.depth > 0,
            b'-' | b'?' if was_fresh && next => {
                self.set_column();
                true
            }
            b'&' | b'!' if was_fresh => return self.property(),
            _ => false,
        };
        if was_fresh && !self.fresh {
            self.set_key_column();
        }
        self.at += 1;
    }

    /// Passes over an anchor or a tag; a value follows.
    fn property(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|byte| byte.is_ascii_whitespace()).unwrap_or(rest.len());
    }

    fn set_column(&mut self) {
        self.column = self.at - line_start(self.bytes, self.at);
    }

    /// A key after `- ` is what a block text is indented further than; a value after a key is not.
    fn set_key_column(&mut self) {
        let line = &self.bytes[line_start(self.bytes, self.at)..self.at];
        if line.iter().all(|byte| matches!(byte, b' ' | b'-' | b'?')) {
            self.set_column();
        }
    }
}
