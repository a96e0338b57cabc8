//! What is half typed at an offset of YAML: a word, or a text in quotes that may lack the closing one.

use v4ward_syntax::Span;
use v4ward_syntax::edit::YamlQuote;

/// The bytes that a completion takes the place of; empty at the cursor when nothing is typed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) span: Span,
    pub(super) quote: Option<YamlQuote>,
}

impl Token {
    /// The token at an offset; none right behind a dash, which needs a blank first.
    pub(super) fn at(text: &str, offset: usize) -> Option<Self> {
        let line = line_around(text, offset)?;
        let at = offset - line.start;
        let (start, end, quote) = quoted(&text[line.clone()], at).or_else(|| word(&text[line.clone()], at))?;
        let span = Span::new((line.start + start) as u32, (line.start + end) as u32);
        Some(Self { span, quote })
    }
}

/// The line around an offset, without its break.
pub(super) fn line_around(text: &str, offset: usize) -> Option<std::ops::Range<usize>> {
    let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let (before, after) = text.split_at_checked(offset)?;
    let start = before.bytes().rposition(|byte| is_break(&byte)).map_or(0, |last| last + 1);
    let end = after.as_bytes().iter().position(is_break).map_or(text.len(), |first| offset + first);
    Some(start..end)
}

type Found = (usize, usize, Option<YamlQuote>);

fn word(line: &str, at: usize) -> Option<Found> {
    let (before, after) = line.as_bytes().split_at_checked(at)?;
    let start = at - before.iter().rev().take_while(|byte| is_word(**byte)).count();
    let end = at + length(after);
    (line.as_bytes().get(start) != Some(&b'-')).then_some((start, end, None))
}

/// The text in quotes that begins before the place and does not end there.
fn quoted(line: &str, at: usize) -> Option<Found> {
    let bytes = line.as_bytes();
    let (mut next, mut before) = (0, b' ');
    while next < at {
        let byte = bytes[next];
        let may_open = before.is_ascii_whitespace() || matches!(before, b'{' | b'[' | b',' | b':');
        let quote = match byte {
            b'"' if may_open => Some(YamlQuote::Double),
            b'\'' if may_open => Some(YamlQuote::Single),
            _ => None,
        };
        match quote {
            None => next += 1,
            Some(quote) => match closed(bytes, next, quote) {
                Some(end) if end < at => next = end,
                Some(end) => return Some((next, end, Some(quote))),
                None => return Some((next, at + length(&bytes[at..]), Some(quote))),
            },
        }
        before = byte;
    }
    None
}

/// The end of a text in quotes; none where it is not closed: the next quote then is that of another text, which a word
/// follows.
fn closed(line: &[u8], start: usize, quote: YamlQuote) -> Option<usize> {
    let mark = line[start];
    let mut at = start + 1;
    while let Some(byte) = line.get(at) {
        let is_escape = match quote {
            YamlQuote::Double => *byte == b'\\',
            YamlQuote::Single => *byte == mark && line.get(at + 1) == Some(&mark),
        };
        if is_escape {
            at += 2;
        } else if *byte == mark {
            return line.get(at + 1).is_none_or(|next| !is_word(*next)).then_some(at + 1);
        } else {
            at += 1;
        }
    }
    None
}

/// How much of a text belongs to a word.
fn length(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_word(**byte)).count()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-' | b'.' | b'/') || byte >= 0x80
}
