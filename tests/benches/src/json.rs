//! A JSON tree that keeps the order of its members, and its text form.
//!
//! Own code, so that a change of a JSON library can never change what the benchmarks measure.

/// A JSON value. Numbers are whole: no field of a V2 definition needs a fraction.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Bool(bool),
    Number(i64),
    Text(String),
    Array(Vec<Value>),
    Object(Vec<(String, Value)>),
}

/// Makes an object: `object! { "name": "x", "port": 80 }`.
macro_rules! object {
    ($($key:literal : $value:expr),* $(,)?) => {
        $crate::json::Value::Object(vec![$(($key.to_owned(), $crate::json::Value::from($value))),*])
    };
}

/// Makes an array: `array!["a", 1, true]`.
macro_rules! array {
    ($($value:expr),* $(,)?) => {
        $crate::json::Value::Array(vec![$($crate::json::Value::from($value)),*])
    };
}

pub(crate) use {array, object};

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }
}

impl Value {
    /// The member of an object.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The member of an object, to change it.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match self {
            Self::Object(members) => members.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Sets the member of an object: in its place when it is there, else at the end.
    pub(crate) fn set(&mut self, key: &str, value: impl Into<Self>) {
        let value = value.into();
        if let Some(old) = self.get_mut(key) {
            *old = value;
        } else if let Self::Object(members) = self {
            members.push((key.to_owned(), value));
        }
    }

    /// Takes the member out of an object.
    pub(crate) fn remove(&mut self, key: &str) -> Option<Self> {
        match self {
            Self::Object(members) => {
                let position = members.iter().position(|(name, _)| name == key)?;
                Some(members.remove(position).1)
            }
            _ => None,
        }
    }

    /// The elements of an array; empty for anything else.
    pub(crate) fn items_mut(&mut self) -> &mut [Self] {
        match self {
            Self::Array(items) => items,
            _ => &mut [],
        }
    }

    /// Adds an element to an array.
    pub(crate) fn push(&mut self, value: impl Into<Self>) {
        if let Self::Array(items) = self {
            items.push(value.into());
        }
    }

    /// The text, when it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Text over several lines, two spaces per level, without a newline at the end.
    pub(crate) fn pretty(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, Some(0));
        out
    }

    /// Text on one line, as it stands in fields that hold JSON as a string.
    pub(crate) fn compact(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, None);
        out
    }

    /// The length which the value adds to a pretty text when it stands `depth` levels deep.
    pub(crate) fn pretty_len(&self, depth: usize) -> usize {
        let mut out = String::new();
        self.write(&mut out, Some(depth));
        out.len()
    }

    /// `depth` is `None` for text on one line.
    fn write(&self, out: &mut String, depth: Option<usize>) {
        match self {
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(value) => out.push_str(&value.to_string()),
            Self::Text(text) => write_text(out, text),
            Self::Array(items) => {
                out.push('[');
                for (position, item) in items.iter().enumerate() {
                    separate(out, position, depth);
                    item.write(out, depth.map(|depth| depth + 1));
                }
                close(out, items.is_empty(), depth);
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (position, (key, value)) in members.iter().enumerate() {
                    separate(out, position, depth);
                    write_text(out, key);
                    out.push_str(if depth.is_some() { ": " } else { ":" });
                    value.write(out, depth.map(|depth| depth + 1));
                }
                close(out, members.is_empty(), depth);
                out.push('}');
            }
        }
    }
}

/// What stands before an element.
fn separate(out: &mut String, position: usize, depth: Option<usize>) {
    if position > 0 {
        out.push(',');
    }
    if let Some(depth) = depth {
        new_line(out, depth + 1);
    }
}

/// What stands before the closing bracket.
fn close(out: &mut String, empty: bool, depth: Option<usize>) {
    if let (false, Some(depth)) = (empty, depth) {
        new_line(out, depth);
    }
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", control as u32)),
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms() {
        let value = object! { "a": array![1, true], "b": object! {}, "c": array![], "d": "x\"\\\n\u{1}é" };
        assert_eq!(value.compact(), "{\"a\":[1,true],\"b\":{},\"c\":[],\"d\":\"x\\\"\\\\\\n\\u0001é\"}");
        assert_eq!(
            value.pretty(),
            "{\n  \"a\": [\n    1,\n    true\n  ],\n  \"b\": {},\n  \"c\": [],\n  \"d\": \"x\\\"\\\\\\n\\u0001é\"\n}"
        );
    }

    #[test]
    fn members_are_set_in_place_and_taken_out() {
        let mut value = object! { "a": 1, "b": 2 };
        value.set("a", 3);
        value.set("c", 4);
        assert_eq!(value.remove("b"), Some(Value::Number(2)));
        assert_eq!(value.compact(), "{\"a\":3,\"c\":4}");
    }
}
