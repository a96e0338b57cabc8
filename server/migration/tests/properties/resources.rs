//! Definitions as custom resources in YAML, their texts in all styles.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;

/// How a text can be written.
const STYLES: u8 = 5;
/// The one with which it stands elsewhere.
const ALIAS: u8 = 4;

/// How texts are written, in turn.
pub(crate) fn styles(with_aliases: bool) -> impl Strategy<Value = Vec<u8>> {
    vec(0..if with_aliases { STYLES } else { ALIAS }, 1..40)
}

/// A definition as a custom resource; `None` for a text that is no JSON object.
pub(crate) fn resource_of(definition: &str, styles: &[u8]) -> Option<String> {
    let spec: Value = serde_json::from_str(definition).ok()?;
    let mut writer = Writer { out: String::new(), anchors: String::new(), styles, texts: 0 };
    writer.value(&spec, 1);
    let Writer { out, anchors, .. } = writer;
    let head = "apiVersion: gravitee.io/v1alpha1\nkind: ApiDefinition\nmetadata:\n  name: orders\n  annotations:\n";
    spec.is_object().then(|| format!("{head}    a: b\n{anchors}spec:{out}\n"))
}

struct Writer<'s> {
    out: String,
    /// What aliases stand for.
    anchors: String,
    styles: &'s [u8],
    texts: usize,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) {
        let indent = "  ".repeat(depth);
        match value {
            Value::Object(members) if !members.is_empty() => {
                for (key, value) in members {
                    let _ = write!(self.out, "\n{indent}{}:", Value::from(key.as_str()));
                    self.value(value, depth + 1);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                for item in items {
                    let _ = write!(self.out, "\n{indent}-");
                    self.value(item, depth + 1);
                }
            }
            Value::String(text) => self.text(text, &indent),
            other => {
                let _ = write!(self.out, " {other}");
            }
        }
    }

    fn text(&mut self, text: &str, indent: &str) {
        self.texts += 1;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let is_plain = text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(is_word);
        let is_simple = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
        let _ = match self.styles[self.texts % self.styles.len()] {
            1 if is_simple => write!(self.out, " '{}'", text.replace('\'', "''")),
            2 if is_simple => write!(self.out, " |-\n{indent}{text}"),
            3 if is_plain => write!(self.out, " {text}"),
            ALIAS if is_simple => {
                let _ = writeln!(self.anchors, "    a{0}: &a{0} {1}", self.texts, Value::from(text));
                write!(self.out, " *a{}", self.texts)
            }
            _ => write!(self.out, " {}", Value::from(text)),
        };
    }
}

/// A part that is cut out of a text, and what is put there.
pub(crate) fn damage() -> impl Strategy<Value = (Index, usize, &'static str)> {
    let words = ["", "\n", "  ", "- ", ": ", "&a ", "*a", "<<: *a", "|\n", "'", "\"", "{", "]", "#", "null", "!!str "];
    (any::<Index>(), 0..12_usize, proptest::sample::select(words.to_vec()))
}

/// The text with a part of it damaged.
pub(crate) fn damaged(text: &str, damages: &[(Index, usize, &'static str)]) -> String {
    damages.iter().fold(text.to_owned(), |text, (at, length, put)| {
        let characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len() + 1);
        let end = (at + length).min(characters.len());
        characters[..at].iter().copied().chain(put.chars()).chain(characters[end..].iter().copied()).collect()
    })
}
