//! JSON string literals.

use std::borrow::Cow;
use std::ops::Range;

/// The text between the quotes of a literal; a missing closing quote (half-typed text) is fine, and so are single
/// quotes, which the parser reports and reads on.
pub(crate) fn inner(literal: &str) -> &str {
    let Some(quote) = literal.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return literal };
    let rest = &literal[1..];
    match rest.strip_suffix(quote) {
        Some(inner) if !ends_in_escape(inner) => inner,
        _ => rest,
    }
}

/// True when the text ends in an odd number of backslashes, so that a quote after it would be escaped.
fn ends_in_escape(text: &str) -> bool {
    text.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1
}

/// The decoded text of a JSON string literal.
///
/// Lenient: unknown escapes stand for themselves, half of a surrogate pair becomes U+FFFD.
#[must_use]
pub fn unescape_json(literal: &str) -> Cow<'_, str> {
    let inner = inner(literal);
    let Some(first) = memchr::memchr(b'\\', inner.as_bytes()) else { return Cow::Borrowed(inner) };
    let mut out = String::with_capacity(inner.len());
    out.push_str(&inner[..first]);
    let mut rest = &inner[first..];
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = push_escape(&mut out, &rest[at + 1..]);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Where the text between the quotes begins.
pub(crate) fn inner_start(literal: &str) -> usize {
    usize::from(inner(literal).len() < literal.len())
}

/// Hands out the parts of a literal in order: what stands there as it is, and each escape (`true`). Stops at a `None`.
pub(crate) fn pieces(literal: &str, mut piece: impl FnMut(Range<usize>, bool) -> Option<()>) -> Option<()> {
    let inner = inner(literal);
    let end = inner_start(literal) + inner.len();
    let (mut rest, mut decoded) = (inner, String::new());
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        let start = end - rest.len();
        piece(start..start + at, false)?;
        decoded.clear();
        rest = push_escape(&mut decoded, &rest[at + 1..]);
        // A backslash at the end of half a literal stands for nothing.
        if !decoded.is_empty() {
            piece(start + at..end - rest.len(), true)?;
        }
    }
    piece(end - rest.len()..end, false)
}

/// Decodes what follows a backslash and returns the text after it.
fn push_escape<'a>(out: &mut String, rest: &'a str) -> &'a str {
    let mut chars = rest.chars();
    let Some(c) = chars.next() else { return rest };
    match c {
        'n' => out.push('\n'),
        't' => out.push('\t'),
        'r' => out.push('\r'),
        'b' => out.push('\u{8}'),
        'f' => out.push('\u{c}'),
        'u' => return push_unicode(out, chars.as_str()),
        other => out.push(other),
    }
    chars.as_str()
}

fn push_unicode<'a>(out: &mut String, rest: &'a str) -> &'a str {
    let Some(high) = hex4(rest) else {
        out.push('u');
        return rest;
    };
    let after = &rest[4..];
    if (0xd800..0xdc00).contains(&high) {
        let low = after.strip_prefix("\\u").and_then(hex4).filter(|low| (0xdc00..0xe000).contains(low));
        if let Some(low) = low {
            let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            return &after[6..];
        }
    }
    out.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
    after
}

fn hex4(text: &str) -> Option<u32> {
    let digits = text.get(..4)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

/// The text with everything escaped that a JSON string literal cannot hold as it is.
#[must_use]
pub fn escape_json(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|b| b < 0x20 || b == b'"' || b == b'\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The text as a JSON string literal, with its quotes.
#[must_use]
pub fn quote_json(text: &str) -> String {
    format!("\"{}\"", escape_json(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_serde_json_decodes() {
        for literal in
            [r#""""#, r#""a""#, r#""\n\t\"\\\/\b\f\r""#, r#""\u00e9""#, r#""\ud83d\ude00 x""#, r#""ü\u0041""#]
        {
            let expected: String = serde_json::from_str(literal).unwrap();
            assert_eq!(unescape_json(literal), expected, "{literal}");
        }
    }

    #[test]
    fn pieces_are_all_of_a_literal() {
        let of = |literal: &str| {
            let mut found = Vec::new();
            let all = pieces(literal, |piece, is_escape| {
                found.push((literal[piece].to_owned(), is_escape));
                Some(())
            });
            all.map(|()| found.into_iter().filter(|(text, _)| !text.is_empty()).collect::<Vec<_>>()).unwrap()
        };
        let expected =
            [("a", false), (r"\n", true), ("é", false), (r"\ud83d\ude00", true), ("d", false), (r"\/", true)];
        assert_eq!(of(r#""a\né\ud83d\ude00d\/""#), expected.map(|(text, is_escape)| (text.to_owned(), is_escape)));
        assert_eq!(of("\"a\\"), [("a".to_owned(), false)]);
        assert_eq!(of("\""), []);
    }

    #[test]
    fn half_a_literal_is_decoded_as_far_as_it_goes() {
        assert_eq!(unescape_json("\"ab"), "ab");
        assert_eq!(unescape_json("\"ab\\\""), "ab\"");
        assert_eq!(unescape_json("\"a\\"), "a");
        assert_eq!(unescape_json("\"\\u12"), "u12");
        assert_eq!(unescape_json("\"\\ud83d\""), "\u{fffd}");
        assert_eq!(unescape_json("'it\\'s'"), "it's");
        assert_eq!(unescape_json("\"'a'\""), "'a'");
    }

    #[test]
    fn quoting_round_trips() {
        for text in ["", "a\"b\\c\n\u{1}é😀"] {
            assert_eq!(unescape_json(&quote_json(text)), text);
            assert_eq!(serde_json::from_str::<String>(&quote_json(text)).unwrap(), text);
        }
    }
}
