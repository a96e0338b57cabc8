//! Nodes written again in another place: their lines at another indentation, with their comments, without their
//! anchors, and with aliases that still mean the same.

use super::place::{self, Shape, block_column, content_end, content_start, line_end, outer_column, shape};
use super::render::{Place, Rendered};
use super::{Writer, scalar};
use crate::edit::{EditError, TextEdit, Value, replace};
use crate::string::quote_json;
use crate::tree::{Node, NodeKind, Span};

impl Writer<'_, '_> {
    pub(super) fn copy(&self, node: Node<'_>, place: Place) -> Result<Rendered, EditError> {
        if node.is_alias() {
            return self.alias(node, place, |target| self.copy(target, place));
        }
        match shape(node) {
            Shape::Empty => Ok(Rendered::inline("null")),
            Shape::Block => self.copy_block(node, place),
            // A pair in a list in brackets has none of its own.
            Shape::Flow if !is_braced(node) => self.copy_flow(node, place).map(Rendered::inline),
            _ => self.copy_inline(node, place),
        }
    }

    /// The alias itself where its anchor still means the same, else what it stands for.
    fn alias<T: From<String>>(
        &self,
        alias: Node<'_>,
        place: Place,
        expand: impl FnOnce(Node<'_>) -> Result<T, EditError>,
    ) -> Result<T, EditError> {
        let target = alias.resolved();
        if self.sees(alias, target.id(), place) { Ok(T::from(alias.text().to_owned())) } else { expand(target) }
    }

    fn copy_block(&self, node: Node<'_>, place: Place) -> Result<Rendered, EditError> {
        let text = self.document.text();
        let Some(first) = node.children().next() else { return Err(EditError::WrongPlace) };
        let start = place::start_of(first);
        let old = block_column(node);
        let new = if node.kind() == NodeKind::Object { self.object_column(place) } else { self.list_column(place) };
        let end = line_end(text, content_end(node));
        // Comments between the key and the first member belong to the value.
        let from = match node.parent() {
            Some(_) if place::is_first_on_line(text, start) => place::with_leading_comments(self.document, start),
            _ => start,
        };
        let copied = self.without_anchors(node, Span::new(from as u32, end as u32), place)?;
        let shift = new as i64 - old as i64;
        let mut lines = lines(&copied).map(|line| shifted(line, shift));
        let mut body: Vec<String> = Vec::new();
        if let Some(first) = lines.next() {
            body.push(format!("{}{}", " ".repeat(new), first.trim_start_matches(' ')));
        }
        body.extend(lines);
        let tag = tag(node);
        Ok(Rendered { head: tag.to_owned(), body })
    }

    /// A scalar or a collection in brackets.
    fn copy_inline(&self, node: Node<'_>, place: Place) -> Result<Rendered, EditError> {
        let span = Span::new(content_start(node) as u32, content_end(node) as u32);
        let copied = self.without_anchors(node, span, place)?;
        if !copied.contains(['\n', '\r']) {
            let tagged = [tag(node), &copied].join(" ");
            return Ok(Rendered::inline(tagged.trim_start()));
        }
        let column = |outer: Option<usize>| outer.map_or(-1, |column| column as i64);
        let shift = column(place.outer) - column(outer_column(node));
        let mut lines = lines(&copied);
        let first = lines.next().unwrap_or_default();
        let head = match tag(node) {
            "" => first.to_owned(),
            tag => format!("{tag} {first}"),
        };
        let rest: Vec<String> = lines.map(|line| shifted(line, shift)).collect();
        if shape(node) == Shape::Literal || rest.is_empty() {
            return Ok(Rendered { head, body: rest });
        }
        let newline = self.style.newline;
        Ok(Rendered::inline(format!("{head}{newline}{}", rest.join(newline))))
    }

    /// A part of the text that holds a node, without the anchors in it and with aliases that lose theirs written out.
    fn without_anchors(&self, node: Node<'_>, part: Span, place: Place) -> Result<String, EditError> {
        let text = self.document.slice(part);
        let is_template = |template: &Span| template.start < part.end && part.start < template.end;
        if self.document.templates().iter().any(is_template) {
            return Err(EditError::Template);
        }
        let mut edits: Vec<TextEdit> = self.strip_copied(part).into_iter().collect();
        for anchor in self.document.anchors().iter().filter(|anchor| node.holds(anchor.node)) {
            if part.contains(anchor.span) {
                edits.push(TextEdit { span: self.with_blank(anchor.span), text: String::new() });
            }
        }
        for alias in node.subtree().filter(|node| node.is_alias()) {
            let target = alias.resolved();
            if !self.sees(alias, target.id(), place) {
                self.replace_at(alias, &Value::Copy(target.id()), place, &mut edits)?;
            }
        }
        if edits.is_empty() {
            return Ok(text.to_owned());
        }
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        for edit in &mut edits {
            if !part.contains(edit.span) {
                return Err(EditError::ResultDiffers);
            }
            edit.span = Span::new(edit.span.start - part.start, edit.span.end - part.start);
        }
        replace(text, &edits)
    }

    /// An anchor with the spaces after it, or with those before when it ends its line.
    pub(super) fn with_blank(&self, anchor: Span) -> Span {
        let text = self.document.text();
        let blank = |c: &u8| matches!(c, b' ' | b'\t');
        let after = text.as_bytes()[anchor.end as usize..].iter().take_while(|c| blank(c)).count() as u32;
        let ends_line = line_end(text, anchor.end as usize) as u32 == anchor.end + after;
        let before = text.as_bytes()[..anchor.start as usize].iter().rev().take_while(|c| blank(c)).count() as u32;
        if ends_line {
            Span::new(anchor.start - before, anchor.end)
        } else {
            Span::new(anchor.start, anchor.end + after)
        }
    }

    /// A node on one line, for inside of brackets.
    pub(super) fn copy_flow(&self, node: Node<'_>, place: Place) -> Result<String, EditError> {
        if node.is_alias() {
            return self.alias(node, place, |target| self.copy_flow(target, place));
        }
        let span = Span::new(content_start(node) as u32, node.span().end);
        if self.document.templates().iter().any(|template| span.contains(*template)) {
            return Err(EditError::Template);
        }
        let text = self.document.slice(span);
        if node.is_container() {
            return self.copy_flow_collection(node, text, place);
        }
        let tag = tag(node);
        let value = match node.kind() {
            NodeKind::String if scalar::Quote::of(text).is_some() && !text.contains(['\n', '\r']) => text.to_owned(),
            // Beside its tag a text needs no quotes, but has to be one.
            NodeKind::String if tag.is_empty() => scalar::write(&node.scalar(), true, place.text, self.style.quote),
            NodeKind::String => quote_json(&node.scalar()),
            NodeKind::Null => "null".to_owned(),
            NodeKind::Invalid => return Err(EditError::ResultDiffers),
            _ if text.contains(['\n', '\r']) => node.scalar().into_owned(),
            _ => text.to_owned(),
        };
        Ok(if tag.is_empty() { value } else { format!("{tag} {value}") })
    }

    fn copy_flow_collection(&self, node: Node<'_>, text: &str, place: Place) -> Result<String, EditError> {
        let special = |node: Node<'_>| {
            node.is_alias() || self.document.anchors().binary_search_by_key(&node.id(), |anchor| anchor.node).is_ok()
        };
        if is_braced(node) && !text.contains(['\n', '\r', '#']) && !node.subtree().any(special) {
            return Ok(text.to_owned());
        }
        let is_object = node.kind() == NodeKind::Object;
        let mut items = Vec::new();
        for child in node.children() {
            let value = self.copy_flow(child, place)?;
            items.push(match child.key() {
                Some(_) if child.is_merge_key() => format!("<<: {value}"),
                Some(key) => format!("{}: {value}", self.key(&key, Place { flow: true, ..place })),
                None => value,
            });
        }
        let items = items.join(", ");
        Ok(if is_object { format!("{{{items}}}") } else { format!("[{items}]") })
    }
}

impl From<String> for Rendered {
    fn from(head: String) -> Self {
        Self::inline(head)
    }
}

/// True for a collection with brackets of its own.
pub(super) fn is_braced(node: Node<'_>) -> bool {
    let bracket = node.document().text().as_bytes().get(content_start(node));
    matches!((node.kind(), bracket), (NodeKind::Object, Some(b'{')) | (NodeKind::Array, Some(b'[')))
}

/// The tag of a value.
fn tag(node: Node<'_>) -> &str {
    let before = node.document().slice(Span::new(node.span().start, place::properties_end(node) as u32));
    before.split_ascii_whitespace().find(|part| part.starts_with('!')).unwrap_or_default()
}

/// The lines of a text, without their line breaks.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let line = rest?;
        let end = line_end(line, 0);
        rest = (end < line.len()).then(|| &line[place::next_line(line, end)..]);
        Some(&line[..end])
    })
}

/// A line that stands so much deeper, or less deep.
fn shifted(line: &str, by: i64) -> String {
    if line.is_empty() {
        return String::new();
    }
    if by >= 0 {
        return format!("{}{line}", " ".repeat(by as usize));
    }
    let spaces = line.bytes().take_while(|b| *b == b' ').count().min(by.unsigned_abs() as usize);
    line[spaces..].to_owned()
}
