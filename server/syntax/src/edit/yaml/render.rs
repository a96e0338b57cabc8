//! The text of new values.

use super::Writer;
use super::scalar::{self, Quote};
use crate::edit::{EditError, Value};
use crate::tree::NodeId;

/// Where a value goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The column of its member or its dash; none for a root.
    pub(super) outer: Option<usize>,
    /// After a dash: how far it is from the dash.
    pub(super) dash: Option<usize>,
    /// Inside of brackets.
    pub(super) flow: bool,
    /// The quotes of the text that stood there, or of all texts around.
    pub(super) text: Option<Quote>,
    /// The quotes of the keys around.
    pub(super) key: Option<Quote>,
    /// The place in the old text, and its root: which anchors an alias sees.
    pub(super) at: u32,
    pub(super) root: NodeId,
}

impl Place {
    /// The place of a member's value, or of an element, of a block at `column`.
    fn inside(self, column: usize, dash: Option<usize>) -> Self {
        Self { outer: Some(column), dash, text: None, ..self }
    }
}

/// The text of a value.
#[derive(Clone, Default, Debug)]
pub(super) struct Rendered {
    /// What stands right after the key or the dash.
    pub(super) head: String,
    /// The lines below, with their indentation.
    pub(super) body: Vec<String>,
}

impl Rendered {
    pub(super) fn inline(head: impl Into<String>) -> Self {
        Self { head: head.into(), body: Vec::new() }
    }
}

impl Writer<'_, '_> {
    pub(super) fn render(&self, value: &Value, place: Place) -> Result<Rendered, EditError> {
        if place.flow {
            return self.render_flow(value, place).map(Rendered::inline);
        }
        Ok(match value {
            Value::Bool(value) => Rendered::inline(value.to_string()),
            Value::Integer(value) => Rendered::inline(value.to_string()),
            Value::String(text) | Value::Derived { text, .. } => self.text(text, place),
            Value::Copy(node) => self.copy(self.document.node(*node), place)?,
            Value::Array(items) if items.is_empty() => Rendered::inline("[]"),
            Value::Object(members) if members.is_empty() => Rendered::inline("{}"),
            Value::Array(items) => {
                let column = self.list_column(place);
                let lines = items.iter().map(|item| self.item_lines(None, item, column, place));
                Rendered { head: String::new(), body: lines.collect::<Result<Vec<_>, _>>()?.concat() }
            }
            Value::Object(members) => {
                let column = self.object_column(place);
                let lines = members.iter().map(|(key, value)| self.item_lines(Some(key), value, column, place));
                Rendered { head: String::new(), body: lines.collect::<Result<Vec<_>, _>>()?.concat() }
            }
        })
    }

    pub(super) fn object_column(&self, place: Place) -> usize {
        let deeper = place.dash.unwrap_or(self.style.unit);
        place.outer.map_or(0, |outer| outer + deeper)
    }

    pub(super) fn list_column(&self, place: Place) -> usize {
        let deeper = place.dash.unwrap_or(self.style.list);
        place.outer.map_or(0, |outer| outer + deeper)
    }

    /// The lines of a member, or of an element when there is no key, of a block at `column`.
    pub(super) fn item_lines(
        &self,
        key: Option<&str>,
        value: &Value,
        column: usize,
        place: Place,
    ) -> Result<Vec<String>, EditError> {
        let value = self.render(value, place.inside(column, key.is_none().then_some(self.style.gap)))?;
        Ok(self.lines_of(key, value, column, place))
    }

    fn lines_of(&self, key: Option<&str>, value: Rendered, column: usize, place: Place) -> Vec<String> {
        let indent = " ".repeat(column);
        let mut lines = Vec::with_capacity(value.body.len() + 1);
        let mut body = value.body.into_iter();
        let head = match key {
            Some(key) if value.head.is_empty() => format!("{indent}{}:", self.key(key, place)),
            Some(key) => format!("{indent}{}: {}", self.key(key, place), value.head),
            None if value.head.is_empty() => {
                let first = body.next().unwrap_or_default();
                format!("{indent}-{}{}", " ".repeat(self.style.gap - 1), first.trim_start_matches(' '))
            }
            None => format!("{indent}-{}{}", " ".repeat(self.style.gap - 1), value.head),
        };
        lines.push(head);
        lines.extend(body);
        lines
    }

    pub(super) fn key(&self, key: &str, place: Place) -> String {
        scalar::write(key, place.flow, place.key, self.style.quote)
    }

    /// A text: as a block when it has many lines and nothing asks for quotes.
    fn text(&self, text: &str, place: Place) -> Rendered {
        let has_lines = place.text.is_none() && scalar::literal(text).is_some();
        let block = if has_lines { self.block_text(text, place) } else { None };
        block.unwrap_or_else(|| Rendered::inline(scalar::write(text, place.flow, place.text, self.style.quote)))
    }

    /// A text as a block; none for one that a block cannot hold for sure.
    pub(super) fn block_text(&self, text: &str, place: Place) -> Option<Rendered> {
        let (header, lines) = scalar::block(text)?;
        let deeper = place.dash.unwrap_or(self.style.unit);
        let indent = " ".repeat(place.outer.unwrap_or(0) + deeper);
        let indented = |line: &str| if line.is_empty() { String::new() } else { format!("{indent}{line}") };
        Some(Rendered { head: header.to_owned(), body: lines.into_iter().map(indented).collect() })
    }

    pub(super) fn render_flow(&self, value: &Value, place: Place) -> Result<String, EditError> {
        // What is quoted around is quoted within.
        let inner = Place { text: place.text.and(place.key), flow: true, ..place };
        Ok(match value {
            Value::Bool(value) => value.to_string(),
            Value::Integer(value) => value.to_string(),
            Value::String(text) | Value::Derived { text, .. } => {
                scalar::write(text, true, place.text, self.style.quote)
            }
            Value::Copy(node) => self.copy_flow(self.document.node(*node), place)?,
            Value::Array(items) => {
                let items = items.iter().map(|item| self.render_flow(item, inner));
                format!("[{}]", items.collect::<Result<Vec<_>, _>>()?.join(", "))
            }
            Value::Object(members) => {
                let members = members.iter().map(|(key, value)| self.flow_item(Some(key), value, inner));
                format!("{{{}}}", members.collect::<Result<Vec<_>, _>>()?.join(", "))
            }
        })
    }

    /// A member, or an element when there is no key, for inside of brackets.
    pub(super) fn flow_item(&self, key: Option<&str>, value: &Value, place: Place) -> Result<String, EditError> {
        let value = self.render_flow(value, place)?;
        Ok(match key {
            Some(key) => format!("{}: {value}", self.key(key, place)),
            None => value,
        })
    }
}
