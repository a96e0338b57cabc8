//! The JSON parser: one pass, no recursion, never fails.
//!
//! Recovery is local: a wrong character is reported and skipped, a missing comma or colon is reported and taken as
//! there, a bracket of the wrong kind closes what it can. So the part of a half-typed text that is fine is still read.

use crate::tree::{Comment, NO_KEY, NO_PARENT, NodeData, NodeKind, Span, SyntaxError, SyntaxErrorKind as E};

pub(crate) struct Parsed {
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) errors: Vec<SyntaxError>,
}

/// More errors than this help nobody, and would take memory without limit on binary content.
const MAX_ERRORS: usize = 100;

pub(crate) fn parse(text: &str) -> Parsed {
    let mut parser = Parser {
        bytes: text.as_bytes(),
        text,
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        // Real definitions have one node per 25 to 40 bytes.
        nodes: Vec::with_capacity(text.len() / 28 + 8),
        comments: Vec::new(),
        errors: Vec::new(),
        open: NO_PARENT,
        key: NO_KEY,
    };
    parser.run();
    shadow_duplicates(text, &mut parser.nodes);
    Parsed { nodes: parser.nodes, comments: parser.comments, errors: parser.errors }
}

struct Parser<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    nodes: Vec<NodeData>,
    comments: Vec<Comment>,
    errors: Vec<SyntaxError>,
    /// The innermost open container.
    open: u32,
    /// The key that waits for its value.
    key: Span,
}

/// What may come next inside the innermost container.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// The root value, or the value after a colon.
    Value,
    /// After `[`: an element or `]`; after `{`: a member or `}`.
    FirstOrClose,
    /// After a comma: an element or member.
    Item,
    /// After an element or member: a comma or the closing bracket.
    CommaOrClose,
    /// After the root value.
    End,
}

impl Parser<'_> {
    fn run(&mut self) {
        let mut next = Next::Value;
        loop {
            self.skip_blank();
            let Some(&byte) = self.bytes.get(self.at) else { break };
            next = match next {
                Next::End => {
                    self.trailing(byte);
                    Next::End
                }
                Next::Value => self.value(byte),
                Next::FirstOrClose | Next::Item => self.item(byte, next),
                Next::CommaOrClose => self.comma_or_close(byte),
            };
        }
        self.finish(next);
    }

    /// A member, an element or a closing bracket.
    fn item(&mut self, byte: u8, next: Next) -> Next {
        match byte {
            b'}' | b']' => {
                if next == Next::Item {
                    self.error(self.comma_before(), E::CommaUnexpected);
                }
                self.close(byte)
            }
            b',' => {
                self.error_here(1, E::CommaUnexpected);
                self.at += 1;
                Next::Item
            }
            _ if self.in_object() => self.member(byte),
            _ => self.value(byte),
        }
    }

    /// The comma that was read last: only white space and comments stand between it and here.
    fn comma_before(&self) -> Span {
        let comma = memchr::memrchr(b',', &self.bytes[..self.at]).unwrap_or(self.at.saturating_sub(1));
        span(comma, comma + 1)
    }

    fn member(&mut self, byte: u8) -> Next {
        if byte != b'"' {
            if is_word(byte) {
                return self.bare_key();
            }
            if byte == b'\'' {
                return self.single_quoted_key();
            }
            self.error_here(self.char_len(), E::KeyExpected);
            self.at += self.char_len();
            // A bracket opened where a key belongs is read as a value without a key would be: skipped.
            return Next::FirstOrClose;
        }
        let key = self.string();
        self.after_key(key)
    }

    /// An unquoted key, as in a half-typed line: taken as a key when a colon follows.
    fn bare_key(&mut self) -> Next {
        let word = self.word();
        self.error(word, E::KeyExpected);
        self.skip_blank();
        if self.bytes.get(self.at) == Some(&b':') {
            return self.after_key(word);
        }
        Next::CommaOrClose
    }

    fn single_quoted_key(&mut self) -> Next {
        let key = self.single_quoted();
        self.error(key, E::KeyExpected);
        self.after_key(key)
    }

    fn after_key(&mut self, key: Span) -> Next {
        self.key = key;
        self.skip_blank();
        match self.bytes.get(self.at) {
            Some(b':') => {
                self.at += 1;
                Next::Value
            }
            Some(b',' | b'}' | b']') | None => {
                self.error(key, E::ColonExpected);
                self.missing(Span::empty(key.end));
                Next::CommaOrClose
            }
            // A key on its own line before another key: the next line is not its value.
            Some(b'"') if self.colon_follows_string() => {
                self.error(key, E::ColonExpected);
                self.missing(Span::empty(key.end));
                Next::CommaOrClose
            }
            Some(_) => {
                self.error(key, E::ColonExpected);
                Next::Value
            }
        }
    }

    /// True when a string starts here and a colon follows it: it is the next member's key.
    fn colon_follows_string(&self) -> bool {
        let end = string_end(self.bytes, self.at).0;
        let rest = &self.bytes[end..];
        rest.iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n')) == Some(&b':')
    }

    fn value(&mut self, byte: u8) -> Next {
        match byte {
            b'{' => self.open(NodeKind::Object),
            b'[' => self.open(NodeKind::Array),
            b'"' => {
                // `"a": "b": 1`: the value of a is missing, b is the next key.
                if self.key != NO_KEY && self.on_next_line() && self.colon_follows_string() {
                    self.error(Span::empty(self.key.end), E::ValueExpected);
                    self.missing(Span::empty(self.key.end));
                    return Next::CommaOrClose;
                }
                let value = self.string();
                self.leaf(NodeKind::String, value)
            }
            b'\'' => {
                let value = self.single_quoted();
                self.error(value, E::ValueInvalid);
                self.leaf(NodeKind::Invalid, value)
            }
            b'-' | b'0'..=b'9' => self.number(),
            b',' | b'}' | b']' => {
                let place = if self.key == NO_KEY { span(self.at, self.at + 1) } else { self.key };
                self.error(place, E::ValueExpected);
                if self.open == NO_PARENT {
                    self.at += 1;
                    return Next::Value;
                }
                self.missing(Span::empty(place.end));
                Next::CommaOrClose
            }
            _ if is_word(byte) => self.literal(),
            _ => {
                let here = span(self.at, self.at + self.char_len());
                self.error(here, E::ValueInvalid);
                self.at += self.char_len();
                self.leaf(NodeKind::Invalid, here)
            }
        }
    }

    /// True when a line break stands between the key that waits and here.
    fn on_next_line(&self) -> bool {
        self.bytes[self.key.end as usize..self.at].contains(&b'\n')
    }

    fn literal(&mut self) -> Next {
        let word = self.word();
        let kind = match &self.text[word.range()] {
            "true" | "false" => NodeKind::Bool,
            "null" => NodeKind::Null,
            _ => {
                self.error(word, E::ValueInvalid);
                NodeKind::Invalid
            }
        };
        self.leaf(kind, word)
    }

    fn number(&mut self) -> Next {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|b| is_word(*b) || matches!(b, b'-' | b'+' | b'.')) {
            self.at += 1;
        }
        let number = span(start, self.at);
        if is_number(&self.bytes[start..self.at]) {
            return self.leaf(NodeKind::Number, number);
        }
        self.error(number, E::NumberInvalid);
        self.leaf(NodeKind::Invalid, number)
    }

    fn comma_or_close(&mut self, byte: u8) -> Next {
        match byte {
            b',' => {
                self.at += 1;
                Next::Item
            }
            b'}' | b']' => self.close(byte),
            b':' => {
                self.error_here(1, E::ValueInvalid);
                self.at += 1;
                Next::CommaOrClose
            }
            _ => {
                self.error_here(self.char_len(), E::CommaExpected);
                Next::Item
            }
        }
    }

    fn trailing(&mut self, byte: u8) {
        if matches!(byte, b'}' | b']') {
            self.error_here(1, E::BracketUnexpected);
            self.at += 1;
            return;
        }
        self.error_here(self.char_len(), E::TrailingText);
        self.at = self.bytes.len();
    }

    fn open(&mut self, kind: NodeKind) -> Next {
        let id = self.nodes.len() as u32;
        self.push(kind, span(self.at, self.at + 1));
        self.open = id;
        self.at += 1;
        Next::FirstOrClose
    }

    /// Closes the innermost container that the bracket fits; those inside it are closed with it.
    fn close(&mut self, byte: u8) -> Next {
        let wanted = if byte == b'}' { NodeKind::Object } else { NodeKind::Array };
        let mut fits = self.open;
        while fits != NO_PARENT && self.nodes[fits as usize].kind != wanted {
            fits = self.nodes[fits as usize].parent;
        }
        if fits != self.open {
            self.error_here(1, E::BracketMismatch);
        }
        if fits == NO_PARENT {
            self.at += 1;
            return Next::CommaOrClose;
        }
        while self.open != fits {
            self.end_container(self.at);
        }
        self.at += 1;
        self.end_container(self.at);
        if self.open == NO_PARENT { Next::End } else { Next::CommaOrClose }
    }

    fn end_container(&mut self, end: usize) {
        let count = self.nodes.len() as u32;
        let node = &mut self.nodes[self.open as usize];
        node.span.end = end as u32;
        node.subtree_end = count;
        self.open = node.parent;
    }

    fn finish(&mut self, next: Next) {
        if self.nodes.is_empty() {
            self.error(Span::empty(self.at as u32), E::Empty);
            return;
        }
        if next == Next::Value && self.key != NO_KEY {
            self.error(self.key, E::ValueExpected);
            self.missing(Span::empty(self.key.end));
        }
        if self.open != NO_PARENT {
            let start = self.nodes[self.open as usize].span.start;
            self.error(Span::new(start, start + 1), E::Unclosed);
        }
        while self.open != NO_PARENT {
            self.end_container(self.at);
        }
        self.errors.sort_by_key(|error| error.span);
    }

    fn leaf(&mut self, kind: NodeKind, value: Span) -> Next {
        self.push(kind, value);
        if self.open == NO_PARENT { Next::End } else { Next::CommaOrClose }
    }

    fn missing(&mut self, at: Span) {
        self.push(NodeKind::Invalid, at);
    }

    fn push(&mut self, kind: NodeKind, value: Span) {
        let id = self.nodes.len() as u32;
        let key = std::mem::replace(&mut self.key, NO_KEY);
        self.nodes.push(NodeData { kind, shadowed: false, key, span: value, parent: self.open, subtree_end: id + 1 });
    }

    fn in_object(&self) -> bool {
        self.open != NO_PARENT && self.nodes[self.open as usize].kind == NodeKind::Object
    }

    fn string(&mut self) -> Span {
        let start = self.at;
        let (end, closed) = string_end(self.bytes, start);
        self.at = end;
        self.check_string(start + 1, if closed { end - 1 } else { end });
        if !closed {
            self.error(span(start, end), E::StringUnclosed);
        }
        span(start, end)
    }

    /// Escapes and control characters between `start` and `end`.
    fn check_string(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            let byte = self.bytes[at];
            if byte == b'\\' {
                let len = escape_len(&self.bytes[at..end]);
                if len == 0 {
                    let shown = self.text[at + 1..end].chars().next().map_or(1, |c| 1 + c.len_utf8());
                    self.error(span(at, at + shown), E::EscapeInvalid);
                    at += shown;
                } else {
                    at += len;
                }
                continue;
            }
            if byte < 0x20 {
                self.error(span(at, at + 1), E::ControlCharacter);
            }
            at += 1;
        }
    }

    /// A text in single quotes, to its closing quote or the end of its line.
    fn single_quoted(&mut self) -> Span {
        let start = self.at;
        let rest = &self.bytes[start + 1..];
        let len = rest.iter().position(|b| matches!(b, b'\'' | b'\n' | b'\r')).unwrap_or(rest.len());
        self.at = start + 1 + len;
        if self.bytes.get(self.at) == Some(&b'\'') {
            self.at += 1;
        }
        span(start, self.at)
    }

    fn word(&mut self) -> Span {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|b| is_word(*b)) {
            self.at += 1;
        }
        span(start, self.at)
    }

    fn skip_blank(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'/' if matches!(self.bytes.get(self.at + 1), Some(b'/' | b'*')) => self.comment(),
                _ => break,
            }
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start + 2..];
        let len = if self.bytes[start + 1] == b'/' {
            memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
        } else {
            memchr::memmem::find(rest, b"*/").map_or(rest.len(), |at| at + 2)
        };
        self.at = start + 2 + len;
        let comment = span(start, self.at);
        self.comments.push(Comment { span: comment });
        self.error(comment, E::CommentNotAllowed);
    }

    /// Length of the character here, in bytes.
    fn char_len(&self) -> usize {
        self.text[self.at..].chars().next().map_or(1, char::len_utf8)
    }

    fn error_here(&mut self, len: usize, kind: E) {
        self.error(span(self.at, self.at + len), kind);
    }

    fn error(&mut self, span: Span, kind: E) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError { span, kind });
        }
    }
}

/// Offsets fit in 32 bits because longer texts are refused before.
fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}

/// Letters, digits, underscores and everything beyond ASCII.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// The end of the string that starts at `start`, and whether it has its closing quote before the end of the line.
fn string_end(bytes: &[u8], start: usize) -> (usize, bool) {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return (at + 1, true),
            b'\\' if at + 1 < bytes.len() && !matches!(bytes[at + 1], b'\n' | b'\r') => {
                at += 2;
                // The second byte may start a longer character; its other bytes are no quotes and no backslashes.
            }
            b'\n' | b'\r' => return (at, false),
            _ => at += 1,
        }
    }
    (bytes.len(), false)
}

/// The length of the escape sequence at the start of `bytes`, or 0 when it is not valid.
fn escape_len(bytes: &[u8]) -> usize {
    match bytes.get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
        Some(b'u') if bytes.len() >= 6 && bytes[2..6].iter().all(u8::is_ascii_hexdigit) => 6,
        _ => 0,
    }
}

/// The number grammar of RFC 8259.
fn is_number(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"-").unwrap_or(bytes);
    let (whole, rest) = split_digits(bytes);
    if whole.is_empty() || (whole.len() > 1 && whole[0] == b'0') {
        return false;
    }
    let rest = match rest.strip_prefix(b".") {
        None => rest,
        Some(fraction) => {
            let (digits, rest) = split_digits(fraction);
            if digits.is_empty() {
                return false;
            }
            rest
        }
    };
    match rest {
        [] => true,
        [b'e' | b'E', exponent @ ..] => {
            let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
            let (digits, rest) = split_digits(exponent);
            !digits.is_empty() && rest.is_empty()
        }
        _ => false,
    }
}

fn split_digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let len = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    bytes.split_at(len)
}

/// Objects with more members than this are searched for duplicates with a hash map.
const SMALL_OBJECT: usize = 24;

/// Marks each member whose key comes again later in the same object.
fn shadow_duplicates(text: &str, nodes: &mut [NodeData]) {
    let mut members: Vec<u32> = Vec::new();
    for object in 0..nodes.len() {
        if nodes[object].kind != NodeKind::Object {
            continue;
        }
        members.clear();
        let mut child = object as u32 + 1;
        while child < nodes[object].subtree_end {
            members.push(child);
            child = nodes[child as usize].subtree_end;
        }
        shadow_in(text, nodes, &members);
    }
}

fn shadow_in(text: &str, nodes: &mut [NodeData], members: &[u32]) {
    if members.len() > SMALL_OBJECT {
        let mut last = std::collections::HashMap::with_capacity(members.len());
        for &member in members {
            let key = crate::string::unescape_json(&text[nodes[member as usize].key.range()]);
            if let Some(earlier) = last.insert(key, member) {
                nodes[earlier as usize].shadowed = true;
            }
        }
        return;
    }
    for (i, &later) in members.iter().enumerate().skip(1) {
        let key = nodes[later as usize].key;
        for &earlier in &members[..i] {
            let other = nodes[earlier as usize].key;
            if same_key(text, key, other) {
                nodes[earlier as usize].shadowed = true;
            }
        }
    }
}

fn same_key(text: &str, a: Span, b: Span) -> bool {
    let (raw_a, raw_b) = (&text.as_bytes()[a.range()], &text.as_bytes()[b.range()]);
    if raw_a == raw_b {
        return true;
    }
    let escaped = |raw: &[u8]| raw.contains(&b'\\') || raw.first() != Some(&b'"');
    (escaped(raw_a) || escaped(raw_b))
        && crate::string::unescape_json(&text[a.range()]) == crate::string::unescape_json(&text[b.range()])
}
