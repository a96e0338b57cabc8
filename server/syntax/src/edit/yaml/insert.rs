//! New members and elements.

use super::place::{self, block_column, block_end, content_start, in_flow, is_first_on_line, start_of};
use super::remove::item_end;
use super::render::{Place, Rendered};
use super::scalar::{self, Quote};
use super::{Writer, templates};
use crate::edit::{EditError, Insertion, TextEdit, Value};
use crate::tree::{Node, NodeKind, Span};

impl Writer<'_, '_> {
    /// The place of what is new among the children of a container.
    fn place_among(&self, container: Node<'_>, neighbour: Option<Node<'_>>, flow: bool) -> Place {
        let quote = |span: Span| Quote::of(self.document.slice(span));
        let key = neighbour.and_then(|child| child.key_span()).and_then(quote);
        let text = match neighbour {
            Some(child) if child.key_span().is_none() && child.kind() == NodeKind::String => quote(child.span()),
            _ => key,
        };
        let own = self.place_of(container);
        Place { flow, key, text: text.filter(|_| flow), at: container.span().end, ..own }
    }

    /// A block of which no child stays.
    pub(super) fn whole_block(
        &self,
        node: Node<'_>,
        inserted: &[Insertion<'_>],
        edits: &mut Vec<TextEdit>,
    ) -> Result<(), EditError> {
        let place = self.place_among(node, node.children().next(), false);
        let properties = self.properties(node);
        let new = if inserted.is_empty() {
            let brackets = if node.kind() == NodeKind::Object { "{}" } else { "[]" };
            Rendered::inline([properties, brackets].join(" ").trim_start())
        } else {
            Rendered { head: properties.to_owned(), body: self.all_lines(inserted, block_column(node), place)? }
        };
        self.put(node, new, Place { flow: false, ..place }, edits);
        Ok(())
    }

    fn all_lines(&self, inserted: &[Insertion<'_>], column: usize, place: Place) -> Result<Vec<String>, EditError> {
        let lines = inserted.iter().map(|item| self.item_lines(item.key, item.value, column, place));
        Ok(lines.collect::<Result<Vec<_>, _>>()?.concat())
    }

    /// The anchor and the tag of a value.
    fn properties(&self, node: Node<'_>) -> &str {
        &self.document.text()[node.span().start as usize..place::properties_end(node)]
    }

    /// Brackets that are empty, or lose all: they stay, unless what is new asks for lines.
    pub(super) fn whole_brackets(
        &self,
        node: Node<'_>,
        inserted: &[Insertion<'_>],
        edits: &mut Vec<TextEdit>,
    ) -> Result<(), EditError> {
        let text = self.document.text();
        let close = if node.kind() == NodeKind::Object { '}' } else { ']' };
        let (start, end) = (content_start(node) + 1, node.span().end as usize);
        if end <= start || !text[..end].ends_with(close) {
            return Err(EditError::WrongPlace);
        }
        if !in_flow(node) && inserted.iter().any(|item| self.asks_for_lines(item.value)) {
            let place = self.place_among(node, None, false);
            let is_object = node.kind() == NodeKind::Object;
            let column = if is_object { self.object_column(place) } else { self.list_column(place) };
            let head = self.properties(node).to_owned();
            self.put(node, Rendered { head, body: self.all_lines(inserted, column, place)? }, place, edits);
            return Ok(());
        }
        let place = self.place_among(node, node.children().next().or(node.key_span().map(|_| node)), true);
        let items = self.all_items(inserted, place)?;
        let inner = Span::new(start as u32, end as u32 - 1);
        let has_comments = self.document.comments().iter().any(|comment| inner.contains(comment.span));
        let span = if has_comments && node.is_leaf() { Span::empty(inner.end) } else { inner };
        edits.push(TextEdit { span, text: items.join(", ") });
        Ok(())
    }

    fn all_items(&self, inserted: &[Insertion<'_>], place: Place) -> Result<Vec<String>, EditError> {
        inserted.iter().map(|item| self.flow_item(item.key, item.value, place)).collect()
    }

    /// True for what nobody would write on one line.
    fn asks_for_lines(&self, value: &Value) -> bool {
        match value {
            Value::Array(items) => !items.is_empty(),
            Value::Object(members) => !members.is_empty(),
            Value::String(text) | Value::Derived { text, .. } => scalar::literal(text).is_some(),
            Value::Copy(node) => {
                let shape = place::shape(self.document.node(*node));
                matches!(shape, place::Shape::Block | place::Shape::Literal)
            }
            Value::Bool(_) | Value::Integer(_) => false,
        }
    }

    /// New lines of a block that keeps some of its children.
    pub(super) fn insert_lines(
        &self,
        node: Node<'_>,
        children: &[Node<'_>],
        gone: &[bool],
        inserted: &[Insertion<'_>],
        edits: &mut Vec<TextEdit>,
    ) -> Result<(), EditError> {
        let column = block_column(node);
        for (after, group) in groups(children, gone, inserted) {
            let place = self.place_among(node, Some(after), false);
            let at = block_end(after, column);
            if templates::is_conditional(node, at as u32) {
                return Err(EditError::Template);
            }
            for insertion in group {
                let body = self.item_lines(insertion.key, insertion.value, column, Place { at: at as u32, ..place })?;
                let text = self.below(&Rendered { head: String::new(), body });
                edits.push(TextEdit { span: Span::empty(at as u32), text });
            }
        }
        Ok(())
    }

    /// New items inside of brackets that keep some of their children.
    pub(super) fn insert_items(
        &self,
        node: Node<'_>,
        children: &[Node<'_>],
        gone: &[bool],
        inserted: &[Insertion<'_>],
        edits: &mut Vec<TextEdit>,
    ) -> Result<(), EditError> {
        let text = self.document.text();
        for (after, group) in groups(children, gone, inserted) {
            let place = self.place_among(node, Some(after), true);
            let items = group.iter().map(|item| self.flow_item(item.key, item.value, place));
            let items: Vec<String> = items.collect::<Result<_, _>>()?;
            let (start, end) = (start_of(after), item_end(after));
            let mut push = |at: usize, text: String| edits.push(TextEdit { span: Span::empty(at as u32), text });
            if !is_first_on_line(text, start) {
                push(end, items.iter().map(|item| format!(", {item}")).collect());
                continue;
            }
            let line = format!("{}{}", self.style.newline, &text[place::line_start(text, start)..start]);
            let comma = end + text[end..].bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
            let has_comma = text[comma..].starts_with(',');
            match place::trailing_comment(self.document, if has_comma { comma + 1 } else { end }) {
                Some(comment) if has_comma => {
                    push(comment.end as usize, items.iter().map(|item| format!("{line}{item},")).collect());
                }
                Some(comment) if place::skip_blank(self.document, end) + 1 == node.span().end as usize => {
                    push(end, ",".to_owned());
                    push(comment.end as usize, format!("{line}{}", items.join(&format!(",{line}"))));
                }
                _ => push(end, items.iter().map(|item| format!(",{line}{item}")).collect()),
            }
        }
        Ok(())
    }
}

/// What is new by the child that it follows; what goes to the end comes after the rest.
fn groups<'d, 'i>(
    children: &[Node<'d>],
    gone: &[bool],
    inserted: &'i [Insertion<'i>],
) -> Vec<(Node<'d>, Vec<&'i Insertion<'i>>)> {
    let Some(last_kept) = (0..children.len()).rev().find(|at| !gone[*at]).map(|at| children[at]) else {
        return Vec::new();
    };
    let (named, at_end): (Vec<_>, Vec<_>) = inserted.iter().partition(|insertion| insertion.after.is_some());
    let mut groups: Vec<(Node<'d>, Vec<&'i Insertion<'i>>)> = Vec::new();
    for insertion in named.into_iter().chain(at_end) {
        let after = insertion.after.and_then(|id| children.iter().find(|child| child.id() == id));
        let after = *after.unwrap_or(&last_kept);
        match groups.iter_mut().find(|(child, _)| *child == after) {
            Some((_, group)) => group.push(insertion),
            None => groups.push((after, vec![insertion])),
        }
    }
    groups
}
