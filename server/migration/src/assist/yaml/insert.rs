//! The texts that completions write in YAML.

use v4ward_syntax::{Node, Span};

use super::{Place, Slot, column_in_line};
use crate::assist::insert::{Text, brackets};
use crate::assist::schema;
use crate::assist::site::Site;

impl Site for Place {
    fn slot(&self) -> Slot {
        self.slot
    }

    fn container(&self) -> Node<'_> {
        let word = self.tried.node(self.node);
        word.parent().unwrap_or(word)
    }

    fn current(&self) -> Option<Node<'_>> {
        Some(self.tried.node(self.node))
    }

    fn replace(&self) -> Span {
        self.token.span
    }

    fn is_quoted(&self) -> bool {
        self.token.quote.is_some()
    }

    fn token(&self, text: &str) -> String {
        self.style.scalar(text, self.is_flow, self.token.quote)
    }

    fn member(&self, name: &str, place: &schema::Place<'_>) -> Text {
        let key = self.token(name);
        if self.around.has_colon {
            return Text::fixed(key);
        }
        self.value(self.first_value(place).between(&format!("{key}:"), ""))
    }

    fn value(&self, value: Text) -> Text {
        value.between(self.around.before, self.around.after)
    }

    /// Nobody wants one on a line of its own.
    fn empty(&self, kind: &str) -> Option<Text> {
        self.is_flow.then(|| self.value(brackets(kind)))
    }
}

impl Place {
    /// What follows the colon of a new key: a place to go on. Its lines count from the indentation of the line that the
    /// key is on, as editors insert snippets.
    fn first_value(&self, place: &schema::Place<'_>) -> Text {
        let types = place.types();
        let kind = types.first().copied().unwrap_or_default();
        let below = |deeper: usize, begin: &str| {
            let column = column_in_line(self.tried.text(), self.token.span.start as usize) + deeper;
            let snippet = format!("{}{}{begin}$0", self.tried.line_ending(), " ".repeat(column));
            Text { plain: String::new(), snippet: Some(snippet) }
        };
        match kind {
            // Its members stand there already.
            _ if !self.tried.node(self.node).span().is_empty() => Text::fixed(String::new()),
            "array" | "object" if self.is_flow => brackets(kind).between(" ", ""),
            "array" => below(self.style.list, "- "),
            "object" => below(self.style.unit, ""),
            // The cursor goes before the comma.
            _ if !self.around.after.is_empty() => Text { plain: " ".to_owned(), snippet: Some(" $0".to_owned()) },
            _ => Text::fixed(" ".to_owned()),
        }
    }
}
