//! Texts in all styles: which bytes they come from, and edits that leave the rest as it is.
//!
//! `V4WARD_CASES` sets the number of cases per property.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use proptest::prelude::*;
use proptest::sample::{Index, select};
use v4ward_syntax::edit::{self, Change, Value};
use v4ward_syntax::{Document, Format, Node, Span, quote_json, unescape_json};

fn config() -> ProptestConfig {
    let cases = std::env::var("V4WARD_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1000);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Style {
    Json,
    Double,
    Single,
    Plain,
    Literal,
}

const STYLES: [Style; 5] = [Style::Json, Style::Double, Style::Single, Style::Plain, Style::Literal];
const PIECES: [&str; 17] =
    ["a", "bc", "d e", " ", "  ", "é", "😀", "'", "\"", "\\", "/", " #x", "{#y['z']}", ": ", "\n", "\n\n", "\t"];
const INDENTATION: &str = "    ";

/// A text that a style can hold, of more than one word.
fn text(style: Style) -> impl Strategy<Value = String> {
    let fits = move |piece: &&str| match style {
        Style::Json | Style::Double | Style::Literal => true,
        Style::Single => !piece.contains(['\n', '\t']),
        Style::Plain => !piece.contains(['\n', '\t', ':', '#']),
    };
    let pieces: Vec<&str> = PIECES.into_iter().filter(fits).collect();
    prop::collection::vec(select(pieces), 0..30).prop_map(|pieces| format!("w {}w", pieces.concat()))
}

/// A document whose second value is the text.
fn written(style: Style, text: &str, newline: &str, escaped: &[bool]) -> String {
    let mut flips = escaped.iter().cycle();
    let mut escape = |c: char| match quote_json(&c.to_string()) {
        quoted if quoted.len() > c.len_utf8() + 2 => quoted[1..quoted.len() - 1].to_owned(),
        _ if c.len_utf8() < 4 && *flips.next().unwrap() => format!("\\u{:04x}", u32::from(c)),
        _ => c.to_string(),
    };
    let value = match style {
        Style::Json | Style::Double => format!("\"{}\"", text.chars().map(&mut escape).collect::<String>()),
        Style::Single => format!("'{}'", text.replace('\'', "''")),
        Style::Plain => text.to_owned(),
        Style::Literal => {
            let lines = text.split('\n').map(|line| match line {
                "" => newline.to_owned(),
                line => format!("{newline}{INDENTATION}{line}"),
            });
            format!("|-{}", lines.collect::<String>())
        }
    };
    match style {
        Style::Json => format!("{{\"k\": 1,{newline}\"t\": {value}, \"z\": 2}}"),
        _ => format!("k: 1{newline}t: {value}{newline}z: 2{newline}"),
    }
}

/// The text that some bytes of a value stand for.
fn decoded(style: Style, bytes: &str, newline: &str) -> String {
    match style {
        Style::Json => unescape_json(&format!("\"{bytes}\"")).into_owned(),
        Style::Double => Document::parse_yaml(format!("\"{bytes}\"")).root().unwrap().scalar().into_owned(),
        Style::Single => bytes.replace("''", "'"),
        Style::Plain => bytes.to_owned(),
        Style::Literal => bytes.replace(newline, "\n").replace(&format!("\n{INDENTATION}"), "\n"),
    }
}

#[derive(Debug)]
struct Case {
    style: Style,
    text: String,
    newline: &'static str,
    document: Document,
}

impl Case {
    fn node(&self) -> Node<'_> {
        self.document.root().unwrap().get("t").unwrap()
    }
}

fn case() -> impl Strategy<Value = Case> {
    let flips = prop::collection::vec(any::<bool>(), 1..5);
    let styled = select(STYLES.to_vec()).prop_flat_map(|style| (Just(style), text(style)));
    (styled, select(vec!["\n", "\r\n"]), flips).prop_map(|((style, text), newline, flips)| {
        let format = if style == Style::Json { Format::Json } else { Format::Yaml };
        let document = Document::parse(written(style, &text, newline, &flips), format);
        Case { style, text, newline, document }
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn bytes_of_a_part_stand_for_it(case in case(), one: Index, other: Index) {
        prop_assert_eq!(case.node().scalar().into_owned(), case.text.clone(), "{:?}", case.document.text());
        let places: Vec<usize> = case.text.char_indices().map(|(at, _)| at).chain([case.text.len()]).collect();
        let (one, other) = (places[one.index(places.len())], places[other.index(places.len())]);
        let range = one.min(other)..one.max(other);
        let span = case.node().text_span(range.clone());
        let bytes = case.document.slice(span);
        prop_assert_eq!(decoded(case.style, bytes, case.newline), &case.text[range], "{:?}", case.document.text());
        prop_assert!(span != case.node().span() || case.style == Style::Plain);
    }

    #[test]
    fn an_edit_of_one_character_leaves_the_rest(case in case(), at: Index) {
        let characters: Vec<(usize, char)> = case.text.char_indices().filter(|(_, c)| *c != '\n').collect();
        let (at, c) = characters[at.index(characters.len())];
        let range = at..at + c.len_utf8();
        let mut new = case.text.clone();
        new.replace_range(range.clone(), "Q");
        let change = Change::Replace { node: case.node().id(), value: Value::String(new.clone()) };
        let applied = edit::apply(&case.document, &[change]).unwrap();
        prop_assert_eq!(applied.document.root().unwrap().get("t").unwrap().scalar().into_owned(), new);
        prop_assert_eq!(applied.edits.len(), 1);
        prop_assert_eq!(&applied.edits[0].text, "Q", "{:?}", case.document.text());
        prop_assert_eq!(applied.edits[0].span, case.node().text_span(range));
    }

    #[test]
    fn any_range_of_any_value_is_in_bounds(
        pieces in prop::collection::vec(select(vec![
            "a", ": ", "- ", "|", ">", "|-\n", ">2\n", "\n", "\n  ", "\r\n    ", "'", "\"", "\\", "\\\n", "\\u00e9", "é", "''",
            "&x ", "*x", "!!str ", "{", "}", ", ", "#", " ", "\t", "{{ t }}",
        ]), 0..40),
        start in 0usize..60,
        len in 0usize..60,
    ) {
        for format in [Format::Json, Format::Yaml] {
            let document = Document::parse(pieces.concat(), format);
            for node in document.nodes().filter(|node| !node.is_container()) {
                let Span { start, end } = node.text_span(start..start + len);
                prop_assert!(start <= end && document.text().get(start as usize..end as usize).is_some());
            }
        }
    }
}

#[test]
fn a_word_is_replaced_as_a_whole() {
    for (format, text, edit) in [
        (Format::Json, r#"{"t": "v3"}"#, "\"v4-engine\""),
        (Format::Yaml, "t: v3\n", "v4-engine"),
        (Format::Yaml, "t: 'v3'\n", "'v4-engine'"),
    ] {
        let document = Document::parse(text, format);
        let node = document.root().unwrap().get("t").unwrap().id();
        let applied =
            edit::apply(&document, &[Change::Replace { node, value: Value::String("v4-engine".into()) }]).unwrap();
        assert_eq!(applied.edits.iter().map(|edit| edit.text.as_str()).collect::<Vec<_>>(), [edit], "{text}");
    }
}

#[test]
fn folded_texts_are_told_by_line() {
    let text = "t: >\n  one two\n  three\n\n  four\n   five\n\n\nu: 'a\n  b''c'\nv: p\n  q\nw: yes\n";
    let document = Document::parse_yaml(text);
    let of = |key: &str, part: &str| {
        let node = document.root().unwrap().get(key).unwrap();
        let start = node.scalar().find(part).unwrap();
        document.slice(node.text_span(start..start + part.len())).to_owned()
    };
    for part in ["one", "two", "three", "four", " five", "ve\n"] {
        assert_eq!(of("t", part), part);
    }
    assert_eq!(of("t", "two th"), "two\n  th");
    assert_eq!(of("t", "three\nf"), "three\n\n  f");
    assert_eq!(of("u", "b'"), "b''");
    assert_eq!(of("u", "a b"), "a\n  b");
    assert_eq!(of("v", "q"), "q");
    assert_eq!(of("w", "t"), "yes");
}
