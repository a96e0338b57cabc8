//! Texts as scalars: plain where that reads back as the same text everywhere, else in quotes.

use crate::string::escape_json;
use crate::tree::{Document, NodeKind};

/// A kind of quotes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quote {
    /// `'`
    Single,
    /// `"`
    Double,
}

impl Quote {
    /// The quotes that something written begins with.
    #[must_use]
    pub fn of(written: &str) -> Option<Self> {
        match written.as_bytes().first()? {
            b'\'' => Some(Self::Single),
            b'"' => Some(Self::Double),
            _ => None,
        }
    }
}

/// A text on one line: in `wanted` quotes if any, else plain if that is safe, else in `preferred` ones.
pub(super) fn write(text: &str, flow: bool, wanted: Option<Quote>, preferred: Quote) -> String {
    match wanted {
        None if is_plain(text, flow) => text.to_owned(),
        _ => quoted(text, wanted.unwrap_or(preferred)),
    }
}

fn quoted(text: &str, quote: Quote) -> String {
    if quote == Quote::Single && text.chars().all(is_printable) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    format!("\"{}\"", within_double(text))
}

/// A text for between double quotes.
pub(super) fn within_double(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in escape_json(text).chars() {
        // JSON lets some through that YAML takes for line breaks or does not print.
        if is_printable(c) { out.push(c) } else { out.push_str(&format!("\\u{:04x}", u32::from(c))) }
    }
    out
}

/// True for a character that may stand in a text as it is, and is no line break to anybody.
pub(super) fn is_printable(c: char) -> bool {
    !(c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
}

/// True for a text that is the same text when it stands there without quotes.
pub(super) fn is_plain(text: &str, flow: bool) -> bool {
    may_be_plain(text, flow) && text.len() <= 1000 && text.chars().all(is_printable) && reads_as_itself(text)
}

/// True for a text that some may write without quotes, on one line or more.
pub(super) fn may_be_plain(text: &str, flow: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let second = text[first.len_utf8()..].chars().next();
    let blank_after = second.is_none_or(|c| c == ' ' || flow);
    let starts_well = match first {
        '-' | '?' | ':' => !blank_after,
        _ => !",[]{}#&*!|>'\"%@`= ".contains(first),
    };
    let holds_none = !text.contains(": ") && !text.contains(" #") && !text.contains("{{") && !text.contains("}}");
    let in_flow = flow && (text.contains([',', '[', ']', '{', '}']) || text.contains("::"));
    starts_well
        && holds_none
        && !in_flow
        && !text.ends_with([' ', ':'])
        && !text.starts_with("---")
        && !text.starts_with("...")
        && text != "<<"
        && !looks_typed(text)
}

/// True for what some reader takes for a number, a time or a date.
fn looks_typed(text: &str) -> bool {
    let rest = text.trim_start_matches(['+', '-', '.']);
    let lower = rest.to_ascii_lowercase();
    let starts = rest.starts_with(|c: char| c.is_ascii_digit());
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, ':' | '_' | '-' | '+' | 'e' | 'E' | 'T' | 'Z' | ' ');
    lower == "inf" || lower == "nan" || (starts && rest.chars().all(|c| of_number(c) || c == '.') && !is_version(rest))
}

/// `1.2.3` is nothing but a text.
fn is_version(text: &str) -> bool {
    text.matches('.').count() >= 2 && text.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// The reader itself is the judge.
fn reads_as_itself(text: &str) -> bool {
    let document = Document::parse_yaml(text);
    let root = document.root().filter(|_| document.errors().is_empty() && document.comments().is_empty());
    root.is_some_and(|root| root.kind() == NodeKind::String && root.scalar() == text && root.text() == text)
}

/// The header and the lines of a text of many lines as a block.
pub(super) fn literal(text: &str) -> Option<(&'static str, Vec<&str>)> {
    block(text).filter(|(_, lines)| lines.len() > 1)
}

/// The header and the lines of a text as a block; `None` for a text that a block cannot hold for sure.
pub(super) fn block(text: &str) -> Option<(&'static str, Vec<&str>)> {
    let (header, body) = match text.strip_suffix('\n') {
        Some(body) => ("|", body),
        None => ("|-", text),
    };
    let lines: Vec<&str> = body.split('\n').collect();
    let first = lines.iter().find(|line| !line.is_empty())?;
    let fits = |line: &&str| line.chars().all(|c| is_printable(c) || c == '\t') && !line.ends_with([' ', '\t']);
    let holds = lines.iter().all(fits) && !body.ends_with('\n') && !text.contains("{{");
    (holds && !first.starts_with([' ', '\t'])).then_some((header, lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_only_where_it_is_the_same_text_to_everybody() {
        for text in ["a", "a b", "http://x/y?z#w", "é", "a:b", "-x", "1.2.3", "1s", "a'b", "x,y", "no way", "C#"] {
            assert!(is_plain(text, false), "{text}");
        }
        for text in [
            "",
            " a",
            "a ",
            "yes",
            "Off",
            "null",
            "~",
            "1",
            "0x1F",
            "1e3",
            "12:30",
            "2015-01-01",
            ".inf",
            "-.INF",
            "- a",
            "-",
            "a: b",
            "a:",
            "a #b",
            "#a",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "'a",
            "\"a",
            "%a",
            "@a",
            "`a",
            "[a",
            "{a",
            "{{ a }}",
            "a{{b}}",
            "a\nb",
            "a\tb",
            "---",
            "...",
            "<<",
            "=",
            "\u{85}",
            "\u{feff}a",
            "1_000",
            "y",
        ] {
            assert!(!is_plain(text, false), "{text}");
        }
        for text in ["x,y", "a]", "}", "-x"] {
            assert!(!is_plain(text, true), "{text}");
        }
    }

    #[test]
    fn quotes_hold_anything() {
        assert_eq!(write("on", false, None, Quote::Single), "'on'");
        assert_eq!(write("it's", false, Some(Quote::Single), Quote::Double), "'it''s'");
        assert_eq!(write("a\n\u{85}\u{7f}\"", false, Some(Quote::Single), Quote::Single), "\"a\\n\\u0085\\u007f\\\"\"");
    }

    #[test]
    fn blocks_hold_what_has_no_odd_spaces() {
        assert_eq!(literal("a\n\n b"), Some(("|-", vec!["a", "", " b"])));
        assert_eq!(literal("a\n"), None);
        assert_eq!(block("a\n"), Some(("|", vec!["a"])));
        assert_eq!(literal("a\nb\n"), Some(("|", vec!["a", "b"])));
        for text in ["", "\n", "a \nb", " a\nb", "a\nb\n\n", "a\r\nb", "a\n\u{85}"] {
            assert_eq!(block(text), None, "{text:?}");
        }
    }
}
