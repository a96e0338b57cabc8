//! The texts that completions write, plain and with placeholders; those of JSON.

use serde_json::Value;
use v4ward_syntax::{Node, Span, quote_json};

use super::cursor::Cursor;
use super::schema::Place;
use super::site::{Site, Slot};

/// A text to write, and the same with LSP placeholders where there is something to fill in.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) plain: String,
    pub(super) snippet: Option<String>,
}

impl Text {
    /// A text that is written as it is.
    pub(super) fn fixed(plain: String) -> Self {
        Self { plain, snippet: None }
    }

    /// With something before and after both forms.
    pub(super) fn between(self, before: &str, after: &str) -> Self {
        let snippet = self.snippet.map(|snippet| format!("{}{snippet}{}", escape(before), escape(after)));
        Self { plain: format!("{before}{}{after}", self.plain), snippet }
    }

    /// With the marks that the neighbours need.
    fn fit(self, cursor: &Cursor<'_>) -> Self {
        let text = cursor.container.document().text().as_bytes();
        let at = cursor.replace;
        let after_colon = at.is_empty() && at.start > 0 && text.get(at.start as usize - 1) == Some(&b':');
        let spaced = !cursor.container.document().is_one_line();
        let before = match cursor.slot {
            Slot::Value if after_colon && spaced => " ",
            _ if cursor.comma_before => ", ",
            _ => "",
        };
        let blank_follows = text.get(at.end as usize).is_none_or(u8::is_ascii_whitespace);
        let after = match (cursor.comma_after, blank_follows) {
            (false, _) => "",
            (true, true) => ",",
            (true, false) => ", ",
        };
        self.between(before, after)
    }
}

impl Site for Cursor<'_> {
    fn slot(&self) -> Slot {
        self.slot
    }

    fn container(&self) -> Node<'_> {
        self.container
    }

    fn current(&self) -> Option<Node<'_>> {
        self.current
    }

    fn replace(&self) -> Span {
        self.replace
    }

    fn is_quoted(&self) -> bool {
        self.container.document().slice(self.replace).starts_with('"')
    }

    fn token(&self, text: &str) -> String {
        quote_json(text)
    }

    fn member(&self, name: &str, place: &Place<'_>) -> Text {
        let text = if self.has_colon { Text::fixed(quote_json(name)) } else { member(name, place) };
        text.fit(self)
    }

    fn value(&self, value: Text) -> Text {
        value.fit(self)
    }

    fn empty(&self, kind: &str) -> Option<Text> {
        Some(brackets(kind).fit(self))
    }
}

/// A member with a value to begin with.
fn member(name: &str, place: &Place<'_>) -> Text {
    first_value(place).between(&format!("{}: ", quote_json(name)), "")
}

/// A value to begin with: the default, the only one, or an empty one of the type.
fn first_value(place: &Place<'_>) -> Text {
    let allowed = place.allowed();
    let only = (allowed.len() == 1).then(|| allowed[0].0).filter(|_| place.types() == ["string"]);
    if let Some(value) = place.default().or(only) {
        return filled(value);
    }
    match place.types().first() {
        Some(&"string") => with_snippet("\"\"", "\"$1\""),
        Some(&("integer" | "number")) => with_snippet("0", "${1:0}"),
        Some(&"boolean") => with_snippet("false", "${1:false}"),
        Some(kind) => brackets(kind),
        None => brackets("object"),
    }
}

/// An empty `array` or `object`.
pub(super) fn brackets(kind: &str) -> Text {
    if kind == "array" { with_snippet("[]", "[$1]") } else { with_snippet("{}", "{$1}") }
}

fn filled(value: &Value) -> Text {
    let plain = value.to_string();
    let inner = |open: char, close: char| plain.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    let parts = match value {
        Value::String(_) => inner('"', '"').map(|text| ("\"", text, "\"")),
        Value::Array(_) => inner('[', ']').map(|text| ("[", text, "]")),
        Value::Object(_) => inner('{', '}').map(|text| ("{", text, "}")),
        _ => None,
    };
    let (open, text, close) = parts.unwrap_or(("", &plain, ""));
    let placeholder = if text.is_empty() { "$1".to_owned() } else { format!("${{1:{}}}", escape(text)) };
    let snippet = format!("{open}{placeholder}{close}");
    Text { snippet: Some(snippet), plain }
}

fn with_snippet(plain: &str, snippet: &str) -> Text {
    Text { plain: plain.to_owned(), snippet: Some(snippet.to_owned()) }
}

/// Text inside a placeholder or around it.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}
