//! Small damages to a text, as people and tools do them.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use v4ward_syntax::{Document, Node, Span};

/// A damage; places are shares of what the text has.
#[derive(Clone, Debug)]
pub(crate) enum Mutation {
    /// Some bytes are gone.
    Delete(Index, usize),
    /// Some bytes are there twice.
    Duplicate(Index, usize),
    /// The rest is missing.
    Truncate(Index),
    /// Two values have changed places.
    Swap(Index, Index),
    /// A value is another one.
    Retype(Index, &'static str),
    /// A value stands within this text, at `@`.
    Wrap(Index, &'static str),
    /// A key has another name.
    Rename(Index, &'static str),
    /// A key has the name of another.
    Borrow(Index, Index),
}

const VALUES: &[&str] = &[
    "null", "true", "0", "-1", "1e999", "\"\"", "\" \"", "\"5000\"", "\"true\"", "[]", "{}", "[null]", "[{}]", "{", "]",
];
const WRAPPERS: &[&str] = &["[@]", "[@, @]", "{\"value\": @}", "{\"0\": @, \"0\": @}", "[[[[@]]]]"];
const KEYS: &[&str] = &["", "x", "name", "type", "path", "steps", "\\u0000", "a/b~c", "é😀"];

/// Any damage.
pub(crate) fn any() -> impl Strategy<Value = Mutation> {
    let place = proptest::prelude::any::<Index>;
    prop_oneof![
        2 => (place(), 1..40_usize).prop_map(|(at, length)| Mutation::Delete(at, length)),
        2 => (place(), 1..200_usize).prop_map(|(at, length)| Mutation::Duplicate(at, length)),
        1 => place().prop_map(Mutation::Truncate),
        3 => (place(), place()).prop_map(|(one, other)| Mutation::Swap(one, other)),
        4 => of_node(),
        2 => (place(), place()).prop_map(|(one, other)| Mutation::Borrow(one, other)),
    ]
}

/// Damages that leave each value where it was.
pub(crate) fn of_node() -> impl Strategy<Value = Mutation> {
    let place = proptest::prelude::any::<Index>;
    prop_oneof![
        3 => (place(), select(VALUES)).prop_map(|(node, value)| Mutation::Retype(node, value)),
        1 => (place(), select(WRAPPERS)).prop_map(|(node, wrapper)| Mutation::Wrap(node, wrapper)),
        1 => (place(), select(KEYS)).prop_map(|(node, key)| Mutation::Rename(node, key)),
    ]
}

/// The text after all damages.
pub(crate) fn mutate(text: &str, mutations: &[Mutation]) -> String {
    mutations.iter().fold(text.to_owned(), |text, mutation| mutated(&text, mutation))
}

fn mutated(text: &str, mutation: &Mutation) -> String {
    match mutation {
        Mutation::Delete(at, length) => {
            let (from, to) = range(text, at, *length);
            format!("{}{}", &text[..from], &text[to..])
        }
        Mutation::Duplicate(at, length) => {
            let (from, to) = range(text, at, *length);
            format!("{}{}", &text[..to], &text[from..])
        }
        Mutation::Truncate(at) => text[..range(text, at, 0).0].to_owned(),
        Mutation::Swap(one, other) => swapped(text, one, other),
        Mutation::Retype(at, value) => with_node(text, at, |node| Some((node.span(), (*value).to_owned()))),
        Mutation::Wrap(at, wrapper) => {
            with_node(text, at, |node| Some((node.span(), wrapper.replace('@', node.text()))))
        }
        Mutation::Rename(at, key) => with_node(text, at, |node| Some((node.key_span()?, format!("\"{key}\"")))),
        Mutation::Borrow(one, other) => borrowed(text, one, other),
    }
}

/// Offsets on the borders of characters.
fn range(text: &str, at: &Index, length: usize) -> (usize, usize) {
    let border = |offset: usize| (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let from = border(at.index(text.len() + 1));
    (from, border(from + length).max(from))
}

/// A node other than the root, if there is one.
fn node<'d>(document: &'d Document, at: &Index) -> Option<Node<'d>> {
    let count = document.nodes().len().checked_sub(1).filter(|count| *count > 0)?;
    document.nodes().nth(1 + at.index(count))
}

fn with_node(text: &str, at: &Index, change: impl Fn(Node<'_>) -> Option<(Span, String)>) -> String {
    let document = Document::parse_json(text);
    match node(&document, at).and_then(change) {
        Some((span, new)) => format!("{}{new}{}", &text[..span.start as usize], &text[span.end as usize..]),
        None => text.to_owned(),
    }
}

fn swapped(text: &str, one: &Index, other: &Index) -> String {
    let document = Document::parse_json(text);
    let (Some(one), Some(other)) = (node(&document, one), node(&document, other)) else { return text.to_owned() };
    let (first, last) = if one.span() <= other.span() { (one, other) } else { (other, one) };
    if first.span().end > last.span().start {
        return text.to_owned();
    }
    let between = Span::new(first.span().end, last.span().start);
    let (before, after) = (&text[..first.span().start as usize], &text[last.span().end as usize..]);
    format!("{before}{}{}{}{after}", last.text(), document.slice(between), first.text())
}

fn borrowed(text: &str, one: &Index, other: &Index) -> String {
    let document = Document::parse_json(text);
    let key = node(&document, other).and_then(Node::key_span).map(|span| document.slice(span).to_owned());
    match key {
        Some(key) => with_node(text, one, |node| Some((node.key_span()?, key.clone()))),
        None => text.to_owned(),
    }
}
