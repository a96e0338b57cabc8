//! The V4 tree as YAML text, with the places of its leaves.

use v4ward_syntax::Document;

use super::comments::Comments;
use super::items::{Items, Shape};
use super::scalars::{self, Written as Scalar};
use super::style::Style;
use crate::convert::Notes;
use crate::target::Written;
use crate::v4::Object;

/// Readers look for the `:` of a key only so far.
const LONG_KEY: usize = 500;

/// Writes resources, one document each, in the style of their source and with its comments.
#[must_use]
pub fn write(definitions: &[Object<'_>], source: &Document, notes: &Notes) -> Written {
    let style = Style::of(source);
    let items = Items::of(definitions, source);
    let comments = Comments::place(source, &items, notes);
    let text = String::with_capacity(source.text().len() * 2);
    let mut writer = Writer { text, items: &items, style: &style, comments, keeps_breaks: false };
    writer.documents();
    let text = writer.text;
    let text = if style.crlf { text.replace('\n', "\r\n") } else { text };
    Written { text, is_whole: items.is_whole, origins: items.origins }
}

struct Writer<'w, 'a> {
    text: String,
    items: &'w Items<'a>,
    style: &'w Style,
    comments: Comments<'a>,
    /// Blank lines after what was written last would belong to it.
    keeps_breaks: bool,
}

impl Writer<'_, '_> {
    fn documents(&mut self) {
        let header = std::mem::take(&mut self.comments.header);
        self.lines(&header, 0);
        for (place, root) in self.items.roots().enumerate() {
            if place > 0 || self.style.starts_explicitly {
                self.text.push_str("---\n");
            }
            let before = self.comments.before(root);
            self.lines(&before, 0);
            self.members(root, 0, false);
        }
    }

    /// Members in lines of their own, but for the first one after a `-`.
    fn members(&mut self, object: usize, column: usize, after_dash: bool) {
        for (place, member) in self.items.children(object).enumerate() {
            if place > 0 || !after_dash {
                let before = self.comments.before(member);
                self.lines(&before, column);
                self.indent(column);
            }
            self.key(member, column);
            self.value(member, column);
        }
        let below = self.comments.below(object);
        self.lines(&below, column);
    }

    fn elements(&mut self, array: usize, column: usize, after_dash: bool) {
        for (place, element) in self.items.children(array).enumerate() {
            if place > 0 || !after_dash {
                self.before_dash(element, column);
                self.indent(column);
            }
            self.text.push('-');
            match self.items.list[element].shape {
                Shape::Object if self.items.is_filled(element) => {
                    self.text.push(' ');
                    self.members(element, column + 2, true);
                }
                Shape::Array if self.items.is_filled(element) => {
                    self.text.push(' ');
                    self.elements(element, column + 2, true);
                }
                _ => self.leaf(element, column + 2),
            }
        }
        let below = self.comments.below(array);
        self.lines(&below, column);
    }

    /// The comments above an element and above what stands on the line of its `-`.
    fn before_dash(&mut self, element: usize, column: usize) {
        let mut first = element;
        loop {
            let before = self.comments.before(first);
            self.lines(&before, column);
            let is_inline = first == element || self.items.list[first].key.is_none();
            if !is_inline || !self.items.is_filled(first) {
                return;
            }
            first += 1;
        }
    }

    fn key(&mut self, member: usize, column: usize) {
        let key = self.items.list[member].key.as_deref().unwrap_or_default();
        let key = scalars::inline(key, self.style);
        if key.len() > LONG_KEY {
            self.text.push_str("? ");
            self.text.push_str(&key);
            self.text.push('\n');
            self.indent(column);
        } else {
            self.text.push_str(&key);
        }
        self.text.push(':');
    }

    /// What follows the `:` of a key that stands in this column.
    fn value(&mut self, member: usize, column: usize) {
        let step = self.style.indent;
        match self.items.list[member].shape {
            Shape::Object if self.items.is_filled(member) => {
                self.end_line(member);
                self.members(member, column + step, false);
            }
            Shape::Array if self.items.is_filled(member) => {
                self.end_line(member);
                let column = if self.style.lists_indented { column + step } else { column };
                self.elements(member, column, false);
            }
            _ => self.leaf(member, column + step),
        }
    }

    /// A scalar or an empty collection; the lines of a block text begin in this column.
    fn leaf(&mut self, item: usize, column: usize) {
        self.text.push(' ');
        self.keeps_breaks = false;
        let items = self.items;
        match &items.list[item].shape {
            Shape::Object => self.text.push_str("{}"),
            Shape::Array => self.text.push_str("[]"),
            Shape::Bare(token) => self.text.push_str(token),
            Shape::Text(text, like) => match scalars::text(text, *like, self.style) {
                Scalar::Inline(text) => self.text.push_str(&text),
                Scalar::Block(header, lines) => {
                    self.text.push_str(&header);
                    self.end_line(item);
                    self.block(&lines, column);
                    self.keeps_breaks = header.ends_with('+');
                    return;
                }
            },
        }
        self.end_line(item);
    }

    fn block(&mut self, lines: &[std::borrow::Cow<'_, str>], column: usize) {
        for line in lines {
            if !line.is_empty() {
                self.indent(column);
                self.text.push_str(line);
            }
            self.text.push('\n');
        }
    }

    /// Ends the line of an item, with the comment that stands beside it.
    fn end_line(&mut self, item: usize) {
        if let Some(comment) = self.comments.beside(item) {
            self.text.push(' ');
            self.text.push_str(comment);
        }
        self.text.push('\n');
        self.keeps_breaks = false;
    }

    /// Comments, each on a line of its own.
    fn lines(&mut self, lines: &[&str], column: usize) {
        for line in lines {
            if line.is_empty() {
                if !self.keeps_breaks {
                    self.text.push('\n');
                }
                continue;
            }
            self.keeps_breaks = false;
            self.indent(column);
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    fn indent(&mut self, column: usize) {
        self.text.extend(std::iter::repeat_n(' ', column));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v4::Value;

    fn written(object: Object<'_>) -> String {
        write(&[object], &Document::parse_json("{}"), &Notes::default()).text
    }

    #[test]
    fn what_is_nested_without_end_is_cut() {
        let mut value = Value::added("deep");
        for level in 0..3_000 {
            value = match level % 2 {
                0 => Value::Array(vec![value], None),
                _ => {
                    let mut object = Object::default();
                    object.set("k", value);
                    object.into()
                }
            };
        }
        let mut root = Object::default();
        root.set("k", value);
        let written = write(&[root], &Document::parse_json("{}"), &Notes::default());
        assert!(!written.is_whole);
        assert!(written.text.ends_with("null\n"));
        assert_eq!(written.text.matches("k:").count(), 501);
    }

    #[test]
    fn lists_in_lists_and_long_keys_read_as_they_are() {
        let list = |items| Value::Array(items, None);
        let mut inner = Object::default();
        inner.set("a: b", Value::added_integer(1));
        inner.set("on", list(vec![Value::added("x\ny\n"), Object::default().into(), list(Vec::new())]));
        let mut root = Object::default();
        root.set("k".repeat(2_000), inner.clone().into());
        root.set("é \"'\n", list(vec![list(vec![list(vec![inner.into()]), Value::added("~")])]));
        let text = written(root);
        let read = Document::parse_yaml(text.as_str());
        assert_eq!(read.errors(), [], "{text}");
        let scalar = |pointer: &str| read.resolve(pointer).map(|node| node.scalar().into_owned());
        assert_eq!(scalar("/é \"'\n/0/0/0/on/0").as_deref(), Some("x\ny\n"), "{text}");
        assert_eq!(scalar("/é \"'\n/0/1").as_deref(), Some("~"));
        assert_eq!(scalar(&format!("/{}/a: b", "k".repeat(2_000))).as_deref(), Some("1"), "{text}");
    }
}
