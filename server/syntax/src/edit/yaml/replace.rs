//! A value in place of another; keys.

use super::Writer;
use super::place::{self, Shape, block_end, content_end, head_end, in_flow, line_end, outer_column, shape};
use super::render::{Place, Rendered};
use super::scalar::{self, Quote};
use crate::edit::{EditError, TextEdit, Value};
use crate::tree::{Node, NodeId, NodeKind, Span};

impl Writer<'_, '_> {
    /// The place of a node's value.
    pub(super) fn place_of(&self, node: Node<'_>) -> Place {
        let flow = in_flow(node);
        let quoted =
            |node: Node<'_>| Quote::of(&self.document.text()[place::content_start(node)..node.span().end as usize]);
        let was_text = node.kind() == NodeKind::String && !node.is_alias();
        let key = node.key_span().and_then(|key| Quote::of(self.document.slice(key)));
        Place {
            outer: if flow { None } else { outer_column(node) },
            dash: (node.parent().is_some() && node.key_span().is_none()).then(|| self.gap(node)),
            flow,
            // Beside a key in quotes, as in JSON, a text in brackets has some too.
            text: if was_text { quoted(node) } else { key.filter(|_| flow) },
            key,
            at: node.span().start,
            root: self.document.root_of(node.id()).id(),
        }
    }

    /// How far an element is from its dash.
    fn gap(&self, item: Node<'_>) -> usize {
        let text = self.document.text();
        let Some(dash) = place::dash_of(item).filter(|_| !item.span().is_empty()) else { return self.style.gap };
        let start = item.span().start as usize;
        place::column(text, start).saturating_sub(place::column(text, dash)).max(1)
    }

    pub(super) fn replace(&self, node: Node<'_>, value: &Value, edits: &mut Vec<TextEdit>) -> Result<(), EditError> {
        let place = self.place_of(node);
        if let Some(text) = value.as_text() {
            if let Some(small) = self.text_edits(node, text, place) {
                edits.extend(small);
                return Ok(());
            }
            if shape(node) == Shape::Literal
                && let Some(block) = self.block_text(text, place)
            {
                self.put(node, block, place, edits);
                return Ok(());
            }
        }
        let rendered = self.render(value, place)?;
        self.put(node, rendered, place, edits);
        Ok(())
    }

    /// The same inside of something that is copied to another place, which tells what aliases see.
    pub(super) fn replace_at(
        &self,
        node: Node<'_>,
        value: &Value,
        seen_from: Place,
        edits: &mut Vec<TextEdit>,
    ) -> Result<(), EditError> {
        let place = Place { at: seen_from.at, root: seen_from.root, ..self.place_of(node) };
        let rendered = self.render(value, place)?;
        self.put(node, rendered, place, edits);
        Ok(())
    }

    pub(super) fn put(&self, node: Node<'_>, new: Rendered, place: Place, edits: &mut Vec<TextEdit>) {
        if place.flow {
            return self.put_flow(node, &new.head, edits);
        }
        let text = self.document.text();
        let start = node.span().start as usize;
        match shape(node) {
            Shape::Block => self.put_over_block(node, new, edits),
            Shape::Literal => {
                let header = place::content_start(node) + place::literal_header(node).len();
                let line = line_end(text, header);
                let from = self.value_start(node, start, &new);
                edits.push(edit(from, header, self.after_head(node, from, &new)));
                edits.push(edit(line, content_end(node), self.below(&new)));
            }
            _ => {
                let end = node.span().end as usize;
                let from = self.value_start(node, start, &new);
                if new.head.is_empty()
                    && place::trailing_comment(self.document, end).is_none()
                    && self.joins(node, from)
                {
                    edits.push(edit(from, end, self.joined(node, from, &new, place)));
                    return;
                }
                edits.push(edit(from, end, self.after_head(node, from, &new)));
                if !new.body.is_empty() {
                    let line = line_end(text, end);
                    edits.push(edit(line, line, self.below(&new)));
                }
            }
        }
    }

    /// In place of a block: beside its key or its dash, and the lines below.
    fn put_over_block(&self, node: Node<'_>, new: Rendered, edits: &mut Vec<TextEdit>) {
        let text = self.document.text();
        let Some(first) = node.children().next() else { return };
        let start = place::start_of(first);
        let last_line = self.last_line(node);
        let head = head_end(node);
        let is_lined = place::is_first_on_line(text, start) && node.parent().is_some();
        if !is_lined {
            let from = if node.parent().is_none() { node.span().start as usize } else { start };
            edits.push(edit(from, last_line, self.joined_at(&new)));
            return;
        }
        let properties = if (node.span().start as usize) < start { place::properties_end(node) } else { head };
        let properties = properties.max(head);
        let head_text = if new.head.is_empty() { String::new() } else { format!(" {}", new.head) };
        edits.push(edit(head, properties, head_text));
        edits.push(edit(line_end(text, properties), last_line, self.below(&new)));
    }

    /// The end of the last line of a block, with what belongs to it.
    pub(super) fn last_line(&self, block: Node<'_>) -> usize {
        let column = place::block_column(block);
        let end = block.children().last().map_or(block.span().end as usize, |last| block_end(last, column));
        end.max(line_end(self.document.text(), content_end(block)))
    }

    /// Where a value's edit begins: a text that is beside its key stays there, anything else comes below.
    fn value_start(&self, node: Node<'_>, start: usize, new: &Rendered) -> usize {
        let head = head_end(node);
        let between = &self.document.text()[head.min(start)..start];
        let blank = between.bytes().all(|b| matches!(b, b' ' | b'\t'));
        if new.head.is_empty() && blank { head.min(start) } else { start }
    }

    fn after_head(&self, node: Node<'_>, from: usize, new: &Rendered) -> String {
        let is_glued =
            self.document.text()[..from].ends_with([':', '-']) && from == head_end(node) && node.parent().is_some();
        if is_glued && !new.head.is_empty() { format!(" {}", new.head) } else { new.head.clone() }
    }

    /// True where lines may follow without a line break: after a dash, and at a root.
    fn joins(&self, node: Node<'_>, from: usize) -> bool {
        let own_line = place::is_first_on_line(self.document.text(), from);
        node.key_span().is_none() || own_line
    }

    fn joined(&self, node: Node<'_>, from: usize, new: &Rendered, place: Place) -> String {
        let text = self.joined_at(new);
        match place.dash.filter(|_| from == head_end(node)) {
            Some(gap) => format!("{}{text}", " ".repeat(gap - 1)),
            None => text,
        }
    }

    /// All of a value, where its first line is begun.
    pub(super) fn joined_at(&self, new: &Rendered) -> String {
        if new.body.is_empty() {
            return new.head.clone();
        }
        let lines = new.body.join(self.style.newline);
        if new.head.is_empty() {
            lines.trim_start_matches(' ').to_owned()
        } else {
            format!("{}{}{lines}", new.head, self.style.newline)
        }
    }

    /// The lines below a head.
    pub(super) fn below(&self, new: &Rendered) -> String {
        new.body.iter().flat_map(|line| [self.style.newline, line]).collect()
    }

    fn put_flow(&self, node: Node<'_>, new: &str, edits: &mut Vec<TextEdit>) {
        let span = node.span();
        let key = node.key_span();
        let before = key.map(|key| self.document.slice(Span::new(key.end, span.start.max(key.end))));
        let text = match before {
            Some(before) if span.is_empty() && !before.contains(':') => format!(": {new}"),
            Some(before) if before.ends_with(':') && (span.is_empty() || !is_json_like(self.document, key)) => {
                format!(" {new}")
            }
            _ => new.to_owned(),
        };
        edits.push(TextEdit { span, text });
    }

    pub(super) fn rename(&self, node: Node<'_>, key: &str) -> Result<TextEdit, EditError> {
        let span = node.key_span().ok_or(EditError::WrongPlace)?;
        let quotes = Quote::of(self.document.slice(span));
        let text = scalar::write(key, in_flow(node), quotes, self.style.quote);
        Ok(TextEdit { span, text })
    }

    /// True when an alias, written at a place, still stands for the same value.
    pub(super) fn sees(&self, alias: Node<'_>, target: NodeId, place: Place) -> bool {
        let anchors = self.document.anchors();
        let Ok(at) = anchors.binary_search_by_key(&target, |anchor| anchor.node) else { return false };
        let name = &alias.text()[1..];
        let before = anchors.iter().rev().find(|anchor| {
            anchor.span.start < place.at && self.document.slice(anchor.span).strip_prefix('&') == Some(name)
        });
        before.is_some_and(|before| before.node == anchors[at].node)
            && self.document.root_of(target).id() == place.root
            && self.plan.keeps(self.document.node(target))
    }
}

/// After a key in quotes a value may follow its colon right away.
fn is_json_like(document: &crate::tree::Document, key: Option<Span>) -> bool {
    key.is_some_and(|key| Quote::of(document.slice(key)).is_some())
}

fn edit(start: usize, end: usize, text: String) -> TextEdit {
    TextEdit { span: Span::new(start as u32, end.max(start) as u32), text }
}
