//! From a script to its tokens.

use super::{Language, Token, TokenKind};

/// The tokens of a script, comments too. A text that does not end goes to the end of its line, or of the script where
/// it may have many lines.
#[must_use]
pub fn tokens(text: &str, language: Language) -> Vec<Token> {
    let mut lexer = Lexer { text, language, at: 0, tokens: Vec::new(), open: Vec::new(), no_slashes_before: 0 };
    if text.starts_with("#!") {
        lexer.line_of(TokenKind::Comment);
    }
    while let Some(first) = lexer.rest().chars().next() {
        lexer.token(first);
    }
    lexer.tokens
}

/// How a text is written.
#[derive(Clone, Copy)]
struct Quotes {
    /// What ends it.
    close: &'static str,
    /// It may have line ends in it.
    lines: bool,
    /// `${…}` and, in Groovy, `$name` in it are code.
    code: bool,
    /// What makes the sign after it plain.
    escape: u8,
    kind: TokenKind,
}

const SINGLE: Quotes = Quotes { close: "'", lines: false, code: false, escape: b'\\', kind: TokenKind::Text };
const DOUBLE: Quotes = Quotes { close: "\"", ..SINGLE };
const DOUBLE_WITH_CODE: Quotes = Quotes { code: true, ..DOUBLE };
const TRIPLE_SINGLE: Quotes = Quotes { close: "'''", lines: true, ..SINGLE };
const TRIPLE_DOUBLE: Quotes = Quotes { close: "\"\"\"", lines: true, code: true, ..SINGLE };
const BACKTICKS: Quotes = Quotes { close: "`", lines: true, code: true, ..SINGLE };
const SLASHES: Quotes = Quotes { close: "/", lines: true, code: true, escape: b'\\', kind: TokenKind::Regex };
const DOLLAR_SLASHES: Quotes = Quotes { close: "/$", lines: true, code: true, escape: b'$', kind: TokenKind::Regex };

/// A text whose code is being read.
struct Open {
    quotes: Quotes,
    /// Braces that are open in the code.
    braces: usize,
}

struct Lexer<'t> {
    text: &'t str,
    language: Language,
    at: usize,
    tokens: Vec<Token>,
    /// The texts around the code that is being read, the innermost last.
    open: Vec<Open>,
    /// Up to here it is known that a slash starts nothing that ends: no byte is looked at for it twice.
    no_slashes_before: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        let start = self.at;
        self.at += length;
        self.tokens.push(Token { kind, span: start..self.at });
    }

    fn line_of(&mut self, kind: TokenKind) {
        let rest = self.rest();
        self.push(kind, rest.find('\n').unwrap_or(rest.len()));
    }

    fn token(&mut self, first: char) {
        let rest = self.rest();
        if first.is_whitespace() {
            self.at += first.len_utf8();
        } else if rest.starts_with("$/") && self.language == Language::Groovy {
            self.quoted(self.at, self.at + 2, DOLLAR_SLASHES);
        } else if is_in_name(first) && !first.is_numeric() {
            self.push(TokenKind::Identifier, rest.find(|c| !is_in_name(c)).unwrap_or(rest.len()));
        } else if first.is_ascii_digit() {
            self.push(TokenKind::Number, number(rest.as_bytes()));
        } else if rest.starts_with("//") {
            self.line_of(TokenKind::Comment);
        } else if rest.starts_with("/*") {
            let end = rest.get(2..).and_then(|inner| inner.find("*/")).map_or(rest.len(), |at| at + 4);
            self.push(TokenKind::Comment, end);
        } else if let Some((open, quotes)) = self.quotes(rest) {
            self.quoted(self.at, self.at + open, quotes);
        } else if first == '/' && self.slash_starts_text() && self.slashes() {
            // Done.
        } else {
            self.sign(first);
        }
    }

    /// The quotes that a text starts with, and their length.
    fn quotes(&self, rest: &str) -> Option<(usize, Quotes)> {
        let known: &[(&str, Quotes)] = match self.language {
            Language::Groovy => {
                &[("'''", TRIPLE_SINGLE), ("\"\"\"", TRIPLE_DOUBLE), ("'", SINGLE), ("\"", DOUBLE_WITH_CODE)]
            }
            Language::JavaScript => &[("'", SINGLE), ("\"", DOUBLE), ("`", BACKTICKS)],
        };
        known.iter().find(|(open, _)| rest.starts_with(open)).map(|(open, quotes)| (open.len(), *quotes))
    }

    fn sign(&mut self, first: char) {
        match (first, self.open.last_mut()) {
            ('{', Some(open)) => open.braces += 1,
            ('}', Some(open)) if open.braces > 0 => open.braces -= 1,
            // The end of the code in a text.
            ('}', Some(_)) => {
                if let Some(open) = self.open.pop() {
                    self.quoted(self.at, self.at + 1, open.quotes);
                }
                return;
            }
            _ => {}
        }
        let rest = self.rest();
        // Signs of which rules have to know that they are one.
        let known = ["?.", "*.", ".&", "?:", "=>", "->", "==", "!=", "<=", ">=", "&&", "||", "++", "--", "+=", "::"];
        let length = known.iter().find(|sign| rest.starts_with(**sign)).map_or(first.len_utf8(), |sign| sign.len());
        self.push(TokenKind::Punctuation, length);
    }

    /// Reads on in a text, from `from`, and writes the token that starts at `start`. Its code is read after it.
    fn quoted(&mut self, mut start: usize, from: usize, quotes: Quotes) {
        let bytes = self.text.as_bytes();
        let mut kind = if bytes.get(start) == Some(&b'}') { TokenKind::TextPiece } else { quotes.kind };
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            let rest = bytes.get(at..).unwrap_or_default();
            let escaped = match quotes.escape {
                b'$' => rest.starts_with(b"$$") || rest.starts_with(b"$/"),
                escape => byte == escape,
            };
            if escaped {
                at += 2;
            } else if rest.starts_with(quotes.close.as_bytes()) {
                return self.finish(start, at + quotes.close.len(), kind);
            } else if byte == b'\n' && !quotes.lines {
                break;
            } else if quotes.code && rest.starts_with(b"${") {
                self.finish(start, at + 2, TokenKind::TextPiece);
                return self.open.push(Open { quotes, braces: 0 });
            } else if quotes.code && byte == b'$' && self.language == Language::Groovy && self.name_at(at + 1).is_some()
            {
                self.finish(start, at + 1, TokenKind::TextPiece);
                self.dotted_name();
                (start, at, kind) = (self.at, self.at, TokenKind::TextPiece);
            } else {
                at += 1;
            }
        }
        self.finish(start, at, kind);
    }

    fn finish(&mut self, start: usize, end: usize, kind: TokenKind) {
        let mut end = end.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        self.at = end;
        if start < end {
            self.tokens.push(Token { kind, span: start..end });
        }
    }

    /// The length of a name that stands here; `$` is no part of names in texts.
    fn name_at(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let length = rest.find(|c| !is_in_name(c) || c == '$').unwrap_or(rest.len());
        (length > 0 && !rest.starts_with(char::is_numeric)).then_some(length)
    }

    /// `a.b.c` after a `$` in a text.
    fn dotted_name(&mut self) {
        while let Some(length) = self.name_at(self.at) {
            self.push(TokenKind::Identifier, length);
            if !self.rest().starts_with('.') || self.name_at(self.at + 1).is_none() {
                return;
            }
            self.push(TokenKind::Punctuation, 1);
        }
    }

    /// True where a slash starts a text; after a value it divides.
    fn slash_starts_text(&self) -> bool {
        let before = self.tokens.iter().rev().find(|token| token.kind != TokenKind::Comment);
        let Some(before) = before else { return true };
        let text = self.text.get(before.span.clone()).unwrap_or_default();
        self.at >= self.no_slashes_before
            && match before.kind {
                TokenKind::Identifier => BEFORE_VALUES.contains(&text),
                TokenKind::Punctuation => !matches!(text, ")" | "]" | "}" | "++" | "--"),
                TokenKind::TextPiece => text.ends_with('{'),
                TokenKind::Number | TokenKind::Text | TokenKind::Regex | TokenKind::Comment => false,
            }
    }

    /// Reads a text between slashes, if it ends.
    fn slashes(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let groovy = self.language == Language::Groovy;
        let (mut at, mut in_class) = (self.at + 1, false);
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\n' if !groovy => break,
                b'$' if groovy && bytes.get(at + 1) == Some(&b'{') => {
                    self.quoted(self.at, self.at + 1, SLASHES);
                    return true;
                }
                b'/' if groovy => {
                    self.quoted(self.at, self.at + 1, SLASHES);
                    return true;
                }
                b'/' if !in_class => {
                    let flags = bytes.iter().skip(at + 1).take_while(|flag| flag.is_ascii_alphabetic()).count();
                    self.push(TokenKind::Regex, at + 1 + flags - self.at);
                    return true;
                }
                b'[' => in_class = true,
                b']' => in_class = false,
                _ => {}
            }
            at += 1;
        }
        self.no_slashes_before = at;
        false
    }
}

/// Keywords after which a value starts.
const BEFORE_VALUES: &[&str] =
    &["return", "typeof", "case", "in", "of", "void", "delete", "throw", "new", "else", "do", "assert", "instanceof"];

fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// The length of a number. The dot of `1.method()` does not belong to it.
fn number(bytes: &[u8]) -> usize {
    let belongs = |at: usize, byte: u8| match byte {
        b'.' => bytes.get(at + 1).is_some_and(u8::is_ascii_digit),
        _ => byte.is_ascii_alphanumeric() || byte == b'_',
    };
    bytes.iter().enumerate().find(|(at, byte)| !belongs(*at, **byte)).map_or(bytes.len(), |(at, _)| at)
}
