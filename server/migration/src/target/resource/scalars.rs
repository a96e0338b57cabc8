//! Texts as YAML scalars that every reader takes for the same text, those of YAML 1.1 too.

use std::borrow::Cow;

use v4ward_syntax::{Document, Node};

use super::style::Style;

/// A scalar as it is written.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Written<'t> {
    /// On the line of its key.
    Inline(Cow<'t, str>),
    /// A header on the line of the key, and lines to be indented below it; empty ones stay empty.
    Block(String, Vec<Cow<'t, str>>),
}

/// The style of a text in YAML.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Own {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

/// A text, in the style of a V2 text where there is one and it can hold it.
pub(super) fn text<'t>(text: &'t str, like: Option<Node<'_>>, style: &Style) -> Written<'t> {
    let own = like.map(|node| (own_style(properties_end(node.resolved().text())), node.resolved()));
    match own {
        Some((Own::Single, _)) if can_be_single(text) => return Written::Inline(single(text).into()),
        Some((Own::Single | Own::Double, _)) => return Written::Inline(double(text).into()),
        Some((Own::Folded, node)) => {
            if let Some(folded) = folded(text, node) {
                return folded;
            }
        }
        _ => {}
    }
    let block = matches!(own, Some((Own::Literal | Own::Folded, _))) && !text.is_empty() || text.contains('\n');
    if block && let Some(literal) = literal(text) {
        return literal;
    }
    Written::Inline(inline(text, style))
}

/// A text on one line: plain where that is safe, else in the quotes that the source prefers.
pub(super) fn inline<'t>(text: &'t str, style: &Style) -> Cow<'t, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let (has_single, has_double) = (text.contains('\''), text.contains(['"', '\\']));
    let prefers_single = if style.single_quotes { !has_single || has_double } else { has_double && !has_single };
    Cow::Owned(if prefers_single && can_be_single(text) { single(text) } else { double(text) })
}

/// The text of a scalar after its anchor and its tag.
fn properties_end(text: &str) -> &str {
    let mut rest = text;
    while rest.starts_with(['&', '!']) {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        rest = rest[end..].trim_start();
    }
    rest
}

fn own_style(text: &str) -> Own {
    match text.as_bytes().first() {
        Some(b'\'') => Own::Single,
        Some(b'"') => Own::Double,
        Some(b'|') => Own::Literal,
        Some(b'>') => Own::Folded,
        _ => Own::Plain,
    }
}

/// A folded text with its lines as they were, if they still say the same.
fn folded<'t>(text: &str, node: Node<'_>) -> Option<Written<'t>> {
    let written = properties_end(node.text());
    let mut lines = written.lines();
    let header: String = lines.next()?.chars().take_while(|c| matches!(c, '>' | '-' | '+')).collect();
    let lines: Vec<&str> = lines.collect();
    let indents = lines.iter().filter(|line| !line.trim().is_empty());
    let indent = indents.map(|line| line.len() - line.trim_start_matches(' ').len()).min()?;
    let lines: Vec<String> = lines.iter().map(|line| line.get(indent..).unwrap_or_default().to_owned()).collect();
    if !lines.iter().all(|line| line.chars().all(is_printable)) {
        return None;
    }
    let again = Document::parse_yaml(format!("k: {header}\n  {}\n", lines.join("\n  ")));
    let same = again.errors().is_empty() && again.resolve("/k").is_some_and(|node| node.scalar() == text);
    same.then(|| Written::Block(header, lines.into_iter().map(Cow::Owned).collect()))
}

/// A text of several lines as they are; `None` where readers could take it for something else.
fn literal(text: &str) -> Option<Written<'_>> {
    let content = text.trim_end_matches('\n');
    // The first line tells how far the others are indented.
    let first = content.split('\n').find(|line| !line.is_empty())?;
    let ends_blank = content.ends_with([' ', '\t']);
    if first.starts_with([' ', '\t']) || ends_blank && content.lines().last().is_some_and(|line| line.trim().is_empty())
    {
        return None;
    }
    if !text.chars().all(|c| c == '\n' || is_printable(c)) || text.contains("{{") {
        return None;
    }
    let breaks = text.len() - content.len();
    let header = match breaks {
        0 => "|-",
        1 => "|",
        _ => "|+",
    };
    let mut lines: Vec<Cow<'_, str>> = content.split('\n').map(Cow::Borrowed).collect();
    lines.extend((1..breaks).map(|_| Cow::Borrowed("")));
    Some(Written::Block(header.to_owned(), lines))
}

/// True for a text that needs no quotes for any reader.
fn is_plain(text: &str) -> bool {
    let (Some(first), Some(last)) = (text.chars().next(), text.chars().next_back()) else { return false };
    let starts_well = first.is_alphanumeric() || matches!(first, '/' | '_' | '$' | '(' | '.' | '+' | '^' | ';' | '~');
    let ends_well = !last.is_whitespace() && last != ':';
    starts_well
        && ends_well
        && text.chars().all(|c| is_printable(c) && c != '\t')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains("{{")
        && !is_word(text)
        && !looks_like_number(text)
}

/// The words that are no texts in YAML 1.1 or 1.2, whatever their case.
fn is_word(text: &str) -> bool {
    const WORDS: &[&str] = &["null", "~", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Anything that some reader may take for a number, a time or a date.
fn looks_like_number(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
    if !starts || is_uuid(text) {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let is_special = [".inf", "+.inf", ".nan"].contains(&lower.as_str());
    let of_number = |b: u8| b.is_ascii_hexdigit() || matches!(b, b'x' | b'o' | b'_' | b'+' | b'-' | b'.' | b':' | b',');
    let of_date = |b: u8| b.is_ascii_digit() || matches!(b, b'-' | b':' | b'.' | b'+' | b't' | b'z' | b' ');
    is_special || lower.bytes().all(of_number) || lower.bytes().all(of_date)
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.bytes().filter(|b| *b == b'-').count() == 4 && uuid::Uuid::try_parse(text).is_ok()
}

/// What may stand in YAML as it is, and is no line break in YAML 1.1 either.
fn is_printable(c: char) -> bool {
    let control = c.is_control() && c != '\t';
    !control && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn can_be_single(text: &str) -> bool {
    text.chars().all(|c| is_printable(c) && c != '\t')
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            // All of them are below U+10000.
            c => out.push_str(&format!("\\u{:04X}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use v4ward_syntax::NodeKind;

    const STYLE: Style =
        Style { indent: 2, lists_indented: true, single_quotes: false, crlf: false, starts_explicitly: false };

    fn shown(written: &Written<'_>) -> String {
        match written {
            Written::Inline(text) => text.to_string(),
            Written::Block(header, lines) => {
                let line = |line: &Cow<'_, str>| if line.is_empty() { "\n".to_owned() } else { format!("\n  {line}") };
                format!("{header}{}", lines.iter().map(line).collect::<String>())
            }
        }
    }

    #[test]
    fn every_text_reads_as_itself() {
        let odd = [
            "on",
            "Yes",
            "y",
            "N",
            "1.0",
            "012",
            "1e3",
            "0x1F",
            "12:30:45",
            "2001-12-14",
            "2001-12-14 21:59:43.10 -5",
            "~",
            "null",
            "NULL",
            "",
            " ",
            " a",
            "a ",
            "a: b",
            "a:",
            "a #b",
            "#a",
            "- a",
            "-",
            "?",
            ": a",
            "{a}",
            "[a]",
            "{{ a }}",
            "a {{ b }}",
            "---",
            "...",
            "\u{7}",
            "😀 é",
            "\u{feff}a",
            "a\u{2028}b",
            "a\tb",
            "\ta",
            "a\rb",
            "a\r\nb",
            "'",
            "\"",
            "a\\b",
            "it's \"so\"",
            "*a",
            "&a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a",
            "=",
            "<<",
            ".inf",
            ".NaN",
            "+1",
            "1_000",
            "0o17",
            "0b1",
            "1.0.0",
            "10.0.0.1",
            "a\nb",
            "a\nb\n",
            "a\n\nb\n\n\n",
            "\na",
            "\n",
            " a\nb",
            "\ta\nb",
            "a\n\tb\n",
            "a\n  \n",
            "a\n  ",
            "a  \nb",
            "\n\n a",
            "a\n---\nb",
            "a\n# b\n",
            "\u{85}a",
            "\u{fffe}",
            "\u{9f}",
            "{\"a\": 1}",
            "{#request.path}",
            "/orders/:id",
            "http://b.example/x?y=z#f",
            "a,b",
            "8be358c9-be95-4b18-a358-c9be95bb1847",
            "0 */5 * * * *",
            "12345678-1234",
            "1,000",
            "a\u{a0}",
        ];
        for (text, single_quotes) in odd.iter().flat_map(|text| [(*text, true), (*text, false)]) {
            let written = shown(&super::text(text, None, &Style { single_quotes, ..STYLE }));
            for yaml in [format!("k: {written}\nz: 1\n"), format!("- {written}\n- 1\n")] {
                let document = Document::parse_yaml(yaml.as_str());
                assert!(document.errors().is_empty(), "{yaml:?}: {:?}", document.errors());
                let node = document.root().and_then(|root| root.values().next());
                let read = node.map(|node| (node.kind(), node.scalar().into_owned()));
                assert_eq!(read, Some((NodeKind::String, text.to_owned())), "{yaml:?}");
            }
        }
    }

    #[test]
    fn quotes_stand_only_where_they_are_needed() {
        let shown = |text: &str| shown(&super::text(text, None, &STYLE));
        for plain in ["Free plan", "/orders/:id", "http://b.example", "8be358c9-be95-4b18-a358-c9be95bb1847", "café"] {
            assert_eq!(shown(plain), plain);
        }
        assert_eq!(shown("1.0"), "\"1.0\"");
        assert_eq!(shown("{\"a\": 1}"), "'{\"a\": 1}'");
        assert_eq!(shown("a\nb"), "|-\n  a\n  b");
        assert_eq!(shown("a\nb\n\n"), "|+\n  a\n  b\n");
        assert_eq!(super::inline("on", &Style { single_quotes: true, ..STYLE }), "'on'");
    }

    #[test]
    fn texts_keep_the_style_they_had() {
        let source =
            "a: 'x'\nb: \"x\"\nc: x\nd: >-\n    one\n    two\n\n    three\ne: |\n      one\nf: !!str &n >\n  z\n  y\n";
        let document = Document::parse_yaml(source);
        let shown = |key: &str| {
            let node = document.resolve(key).unwrap();
            shown(&super::text(&node.scalar(), Some(node), &STYLE))
        };
        assert_eq!(shown("/a"), "'x'");
        assert_eq!(shown("/b"), "\"x\"");
        assert_eq!(shown("/c"), "x");
        assert_eq!(shown("/d"), ">-\n  one\n  two\n\n  three");
        assert_eq!(shown("/e"), "|\n  one");
        assert_eq!(shown("/f"), ">\n  z\n  y");
    }
}
