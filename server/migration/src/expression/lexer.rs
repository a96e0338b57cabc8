//! The words and signs of an expression.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A name, or an operator that is a word.
    Word,
    /// A number.
    Number,
    /// A quoted text with its quotes.
    Text,
    /// A bracket, an operator or another sign.
    Sign,
    /// What no expression has, such as a quote without its other.
    Unknown,
}

/// A token with its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    /// Where it starts.
    pub(super) start: usize,
}

impl Token<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Signs of two bytes; those of one are found by [`is_sign`].
const DOUBLE_SIGNS: [&[u8; 2]; 14] =
    [b"?.", b"?:", b"?[", b"![", b"^[", b"$[", b"==", b"!=", b"<=", b">=", b"&&", b"||", b"++", b"--"];

fn is_sign(byte: u8) -> bool {
    b"#.,:;()[]{}+-*/%^=<>!?@&".contains(&byte)
}

fn is_in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// The tokens of a part of a text.
pub(super) fn tokens(text: &str, range: Range<usize>) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text.get(range.clone()).unwrap_or_default();
    let mut start = range.start;
    loop {
        let trimmed = rest.trim_start();
        start += rest.len() - trimmed.len();
        rest = trimmed;
        let Some(first) = rest.chars().next() else { return tokens };
        let (kind, length) = token(rest, first);
        let (token, after) = rest.split_at(length);
        tokens.push(Token { kind, text: token, start });
        start += length;
        rest = after;
    }
}

/// The kind and the length of the token that a text starts with.
fn token(text: &str, first: char) -> (Kind, usize) {
    let bytes = text.as_bytes();
    if matches!(first, '\'' | '"') {
        return match quoted(bytes) {
            Some(length) => (Kind::Text, length),
            None => (Kind::Unknown, bytes.len()),
        };
    }
    if bytes.get(..2).is_some_and(|two| DOUBLE_SIGNS.iter().any(|sign| *sign == two)) {
        return (Kind::Sign, 2);
    }
    if first.is_ascii_digit() {
        return (Kind::Number, number(bytes));
    }
    if is_in_word(first) {
        let length = text.find(|c| !is_in_word(c)).unwrap_or(text.len());
        return (Kind::Word, length);
    }
    let sign = u8::try_from(first).is_ok_and(is_sign);
    (if sign { Kind::Sign } else { Kind::Unknown }, first.len_utf8())
}

/// The length of a quoted text; a doubled quote stands for itself.
fn quoted(bytes: &[u8]) -> Option<usize> {
    let quote = *bytes.first()?;
    let mut at = 1;
    loop {
        at += memchr::memchr(quote, bytes.get(at..)?)? + 1;
        if bytes.get(at) != Some(&quote) {
            return Some(at);
        }
        at += 1;
    }
}

/// The length of a number: `12`, `1.5`, `1e-3`, `0xFF`, `5L`.
fn number(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let next_is_digit = || bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let belongs = match byte {
            b'.' => next_is_digit(),
            b'+' | b'-' => {
                let hexadecimal = bytes.starts_with(b"0x") || bytes.starts_with(b"0X");
                at > 0 && !hexadecimal && matches!(bytes.get(at - 1), Some(b'e' | b'E')) && next_is_digit()
            }
            _ => byte.is_ascii_alphanumeric(),
        };
        if !belongs {
            break;
        }
        at += 1;
    }
    at
}
