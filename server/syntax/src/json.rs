//! The JSON parser: one pass, no recursion, never fails.
//!
//! Recovery is local: a wrong character is reported and skipped, a missing comma or colon is reported and taken as
//! there, a bracket of the wrong kind closes what it can. So the part of a half-typed text that is fine is still read.

use std::collections::HashMap;

use crate::scan;
use crate::string::unescape_json;
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
        open: Vec::new(),
        open_objects: 0,
        members: Vec::new(),
        key: Key::NONE,
        comma: Span::empty(0),
    };
    parser.run();
    Parsed { nodes: parser.nodes, comments: parser.comments, errors: parser.errors }
}

struct Parser<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    nodes: Vec<NodeData>,
    comments: Vec<Comment>,
    errors: Vec<SyntaxError>,
    /// The open containers, the innermost last.
    open: Vec<Open>,
    /// How many of them are objects.
    open_objects: usize,
    /// The members of all open objects so far.
    members: Vec<Member>,
    /// The key that waits for its value.
    key: Key,
    /// The separator that was read last.
    comma: Span,
}

#[derive(Clone, Copy)]
struct Open {
    node: u32,
    is_object: bool,
    /// Where its part of the members begins.
    first_member: u32,
}

/// A member of an open object.
#[derive(Clone, Copy)]
struct Member {
    fingerprint: u32,
    node: u32,
}

#[derive(Clone, Copy)]
struct Key {
    span: Span,
    /// In double quotes and without escapes: the bytes between the quotes are the key.
    plain: bool,
}

impl Key {
    const NONE: Self = Self { span: NO_KEY, plain: false };

    fn is_some(self) -> bool {
        self.span != NO_KEY
    }
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

    /// Goes on with `step` at the next character without the way through [`Parser::run`]: the common transitions.
    #[inline]
    fn go_on(&mut self, next: Next, step: impl FnOnce(&mut Self, u8) -> Next) -> Next {
        self.skip_blank();
        match self.bytes.get(self.at) {
            Some(&byte) => step(self, byte),
            None => next,
        }
    }

    /// A member, an element or a closing bracket.
    fn item(&mut self, byte: u8, next: Next) -> Next {
        match byte {
            b'}' | b']' => self.close(byte, next),
            b',' => {
                self.error_here(1, E::CommaUnexpected);
                self.at += 1;
                next
            }
            _ if self.in_object() => self.member(byte),
            _ => self.value(byte),
        }
    }

    fn member(&mut self, byte: u8) -> Next {
        match byte {
            b'"' => {
                let key = self.string();
                self.after_key(key)
            }
            b'\'' => {
                let span = self.single_quoted();
                self.error(span, E::KeyExpected);
                self.after_key(Key { span, plain: false })
            }
            _ if is_word(byte) => self.bare_key(),
            _ => {
                // A bracket opened where a key belongs is skipped too: what it holds is read as members of this object.
                let garbage = self.garbage();
                self.error(garbage, E::KeyExpected);
                Next::FirstOrClose
            }
        }
    }

    /// An unquoted key, as in a half-typed line: taken as a key when a colon follows.
    fn bare_key(&mut self) -> Next {
        let word = self.word();
        self.error(word, E::KeyExpected);
        self.skip_blank();
        if self.bytes.get(self.at) == Some(&b':') {
            return self.after_key(Key { span: word, plain: false });
        }
        Next::CommaOrClose
    }

    fn after_key(&mut self, key: Key) -> Next {
        self.key = key;
        self.skip_blank();
        match self.bytes.get(self.at) {
            Some(b':') => {
                self.at += 1;
                self.go_on(Next::Value, Self::value)
            }
            Some(b',' | b'}' | b']') | None => self.missing(E::ColonExpected),
            // A key on its own line before another key: the next line is not its value.
            Some(b'"') if self.colon_follows_string() => self.missing(E::ColonExpected),
            Some(_) => {
                self.error(key.span, E::ColonExpected);
                Next::Value
            }
        }
    }

    /// True when a string starts here and a colon follows it: it is the next member's key.
    fn colon_follows_string(&self) -> bool {
        let end = string_end(self.bytes, self.at);
        let rest = &self.bytes[end..];
        rest.iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n')) == Some(&b':')
    }

    fn value(&mut self, byte: u8) -> Next {
        match byte {
            b'"' => {
                // `"a": "b": 1` on two lines: the value of a is missing, b is the next key.
                if self.key.is_some() && self.on_next_line() && self.colon_follows_string() {
                    return self.missing(E::ValueExpected);
                }
                let value = self.string();
                self.leaf(NodeKind::String, value.span)
            }
            b'{' => self.open(NodeKind::Object),
            b'[' => self.open(NodeKind::Array),
            b'-' | b'0'..=b'9' => self.number(),
            b'+' | b'.' if self.bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit) => self.number(),
            b'\'' => {
                let value = self.single_quoted();
                self.invalid(value, E::ValueInvalid)
            }
            b',' | b'}' | b']' if self.key.is_some() => self.missing(E::ValueExpected),
            b',' | b'}' | b']' => {
                self.error_here(1, E::ValueExpected);
                self.at += 1;
                Next::Value
            }
            b':' if self.key.is_some() => {
                self.error_here(1, E::ValueInvalid);
                self.at += 1;
                Next::Value
            }
            _ if is_word(byte) => self.literal(),
            _ => {
                let garbage = self.garbage();
                self.invalid(garbage, E::ValueInvalid)
            }
        }
    }

    /// True when a line break stands between the key that waits and here.
    fn on_next_line(&self) -> bool {
        self.bytes[self.key.span.end as usize..self.at].iter().any(|byte| matches!(byte, b'\n' | b'\r'))
    }

    fn literal(&mut self) -> Next {
        let word = self.word();
        match &self.bytes[word.range()] {
            b"true" | b"false" => self.leaf(NodeKind::Bool, word),
            b"null" => self.leaf(NodeKind::Null, word),
            _ => self.invalid(word, E::ValueInvalid),
        }
    }

    fn number(&mut self) -> Next {
        let start = self.at;
        self.at += 1;
        while self.bytes.get(self.at).is_some_and(|b| is_word(*b) || matches!(b, b'-' | b'+' | b'.')) {
            self.at += 1;
        }
        let number = span(start, self.at);
        if is_number(&self.bytes[start..self.at]) {
            self.leaf(NodeKind::Number, number)
        } else {
            self.invalid(number, E::NumberInvalid)
        }
    }

    fn comma_or_close(&mut self, byte: u8) -> Next {
        match byte {
            b',' => {
                self.comma = span(self.at, self.at + 1);
                self.at += 1;
                self.go_on(Next::Item, |parser, byte| parser.item(byte, Next::Item))
            }
            b'}' | b']' => self.close(byte, Next::CommaOrClose),
            b':' => {
                self.error_here(1, E::ValueInvalid);
                self.at += 1;
                Next::CommaOrClose
            }
            // What cannot start a member is reported as that; a missing comma is not the trouble.
            _ if self.in_object() && !is_word(byte) && !matches!(byte, b'"' | b'\'') => Next::Item,
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
        let node = self.nodes.len() as u32;
        self.push(kind, span(self.at, self.at + 1));
        let is_object = kind == NodeKind::Object;
        self.open.push(Open { node, is_object, first_member: self.members.len() as u32 });
        self.open_objects += usize::from(is_object);
        self.at += 1;
        Next::FirstOrClose
    }

    /// Closes the innermost container that the bracket fits; those inside it are closed with it. A bracket that fits
    /// none is skipped.
    fn close(&mut self, byte: u8, next: Next) -> Next {
        let is_object = byte == b'}';
        if self.in_object() != is_object {
            self.error_here(1, E::BracketMismatch);
            // Counting keeps this from walking through all that is open for each of many wrong brackets.
            let fitting = if is_object { self.open_objects } else { self.open.len() - self.open_objects };
            if fitting == 0 {
                self.at += 1;
                return next;
            }
            while self.in_object() != is_object {
                self.end_container(self.at);
            }
        }
        if next == Next::Item {
            self.error(self.comma, E::CommaUnexpected);
        }
        self.at += 1;
        self.end_container(self.at);
        self.after_value()
    }

    fn end_container(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let count = self.nodes.len() as u32;
        let node = &mut self.nodes[open.node as usize];
        node.span.end = end as u32;
        node.subtree_end = count;
        if open.is_object {
            self.open_objects -= 1;
            let first = open.first_member as usize;
            shadow_duplicates(self.text, &mut self.nodes, &mut self.members[first..]);
            self.members.truncate(first);
        }
    }

    fn finish(&mut self, next: Next) {
        if next == Next::Value && self.key.is_some() {
            self.missing(E::ValueExpected);
        }
        if let Some(open) = self.open.last() {
            let start = self.nodes[open.node as usize].span.start;
            self.error(Span::new(start, start + 1), E::Unclosed);
        }
        while !self.open.is_empty() {
            self.end_container(self.at);
        }
        if self.nodes.is_empty() && self.errors.iter().all(|error| error.kind == E::CommentNotAllowed) {
            self.error(Span::empty(self.at as u32), E::Empty);
        }
        self.errors.sort_by_key(|error| error.span);
    }

    fn leaf(&mut self, kind: NodeKind, value: Span) -> Next {
        self.push(kind, value);
        self.after_value()
    }

    fn invalid(&mut self, value: Span, kind: E) -> Next {
        self.error(value, kind);
        self.leaf(NodeKind::Invalid, value)
    }

    /// The value of the key that waits is not there.
    fn missing(&mut self, kind: E) -> Next {
        let key = self.key.span;
        self.error(key, kind);
        self.leaf(NodeKind::Invalid, Span::empty(key.end))
    }

    fn after_value(&self) -> Next {
        if self.open.is_empty() { Next::End } else { Next::CommaOrClose }
    }

    #[inline]
    fn push(&mut self, kind: NodeKind, value: Span) {
        let id = self.nodes.len() as u32;
        let key = std::mem::replace(&mut self.key, Key::NONE);
        if key.is_some() {
            self.members.push(Member { fingerprint: key_fingerprint(self.text, key), node: id });
        }
        let parent = self.open.last().map_or(NO_PARENT, |open| open.node);
        self.nodes.push(NodeData { plain_key: key.plain, key: key.span, ..NodeData::new(kind, id, value, parent) });
    }

    fn in_object(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_object)
    }

    /// A string in double quotes, to its closing quote or the end of its line.
    fn string(&mut self) -> Key {
        let start = self.at;
        let mut plain = true;
        self.at += 1;
        loop {
            self.at = scan::string_stop(self.bytes, self.at);
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Key { span: span(start, self.at), plain };
                }
                Some(b'\\') => {
                    plain = false;
                    self.escape();
                }
                None | Some(b'\n' | b'\r') => {
                    let span = span(start, self.at);
                    self.error(span, E::StringUnclosed);
                    return Key { span, plain: false };
                }
                Some(_) => {
                    self.error_here(1, E::ControlCharacter);
                    self.at += 1;
                }
            }
        }
    }

    /// The escape sequence here; a wrong one is reported with the character after the backslash, unless the line ends.
    fn escape(&mut self) {
        let mut len = escape_len(&self.bytes[self.at..]);
        if len == 0 {
            let escaped = self.text[self.at + 1..].chars().next().filter(|c| !matches!(c, '\n' | '\r'));
            len = 1 + escaped.map_or(0, char::len_utf8);
            self.error_here(len, E::EscapeInvalid);
        }
        self.at += len;
    }

    /// A text in single quotes, to its closing quote or the end of its line.
    fn single_quoted(&mut self) -> Span {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' | b'\r' => break,
                b'\'' => {
                    self.at += 1;
                    break;
                }
                b'\\' if matches!(self.bytes.get(self.at + 1), Some(b'\'' | b'\\')) => self.at += 2,
                _ => self.at += 1,
            }
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

    /// The character here and those after it that can be part of nothing. They are ASCII: all beyond it are words.
    fn garbage(&mut self) -> Span {
        let start = self.at;
        self.at += 1;
        while self.bytes.get(self.at).is_some_and(|b| is_garbage(*b)) {
            self.at += 1;
        }
        span(start, self.at)
    }

    // Comparisons in the order of what is most likely: a jump table for this is guessed wrong often. Inlined by force, as
    // that is worth an eighth of the whole time.
    #[inline(always)]
    fn skip_blank(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte > b' ' {
                if byte != b'/' || !self.at_comment() {
                    return;
                }
                self.comment();
            } else if byte == b'\n' || byte == b' ' {
                self.at = scan::spaces_end(self.bytes, self.at + 1);
            } else if byte == b'\t' || byte == b'\r' {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn at_comment(&self) -> bool {
        matches!(self.bytes.get(self.at + 1), Some(b'/' | b'*'))
    }

    #[cold]
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

    #[cold]
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

/// Neither blank nor part of any token, comment or separator.
fn is_garbage(byte: u8) -> bool {
    let known = b" \t\r\n\"'{}[],:/-";
    !is_word(byte) && !known.contains(&byte)
}

/// The end of the string that starts at `start`: after its closing quote, else the end of its line.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    loop {
        at = scan::string_stop(bytes, at);
        at += match bytes.get(at) {
            Some(b'"') => return at + 1,
            None | Some(b'\n' | b'\r') => return at,
            Some(b'\\') if bytes.get(at + 1).is_some_and(|b| !matches!(b, b'\n' | b'\r')) => 2,
            Some(_) => 1,
        };
    }
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

fn key_fingerprint(text: &str, key: Key) -> u32 {
    if key.plain {
        scan::fingerprint(&text.as_bytes()[key.span.start as usize + 1..], key.span.len() as usize - 2)
    } else {
        let key = unescape_json(&text[key.span.range()]);
        scan::fingerprint(key.as_bytes(), key.len())
    }
}

/// Marks each member of an object whose key comes again later. Without equal fingerprints there is none.
fn shadow_duplicates(text: &str, nodes: &mut [NodeData], members: &mut [Member]) {
    members.sort_unstable_by_key(|member| member.fingerprint);
    if members.windows(2).all(|pair| pair[0].fingerprint != pair[1].fingerprint) {
        return;
    }
    members.sort_unstable_by_key(|member| member.node);
    let mut last = HashMap::with_capacity(members.len());
    for member in members {
        let key = unescape_json(&text[nodes[member.node as usize].key.range()]);
        if let Some(earlier) = last.insert(key, member.node) {
            nodes[earlier as usize].shadowed = true;
        }
    }
}
