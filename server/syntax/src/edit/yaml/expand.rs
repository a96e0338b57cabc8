//! Aliases written out, so that a change of one place is one of that place only.

use std::collections::HashSet;

use super::place::{Shape, block_column, in_flow, line_end, shape, start_of};
use super::render::{Place, Rendered};
use super::shared::sources;
use super::style::Style;
use super::{Writer, in_order};
use crate::edit::{Change, EditError, Plan, TextEdit, Value};
use crate::tree::{Document, Node, NodeId, Span};

/// The edits that put the value of an anchored node in place of its aliases, and remove the anchor.
pub(in crate::edit) fn expand(document: &Document, anchor: NodeId) -> Result<Vec<TextEdit>, EditError> {
    let at = document.anchors().binary_search_by_key(&anchor, |anchor| anchor.node);
    let anchor = &document.anchors()[at.map_err(|_| EditError::WrongPlace)?];
    let mut changes = Vec::new();
    let mut spliced = Vec::new();
    for alias in &anchor.aliases {
        let alias = document.node(*alias);
        match merge_of(alias) {
            None => changes.push(Change::Replace { node: alias.id(), value: Value::Copy(anchor.node) }),
            Some(merge) if sources(merge).count() == 1 => {
                let members = brought(merge, alias);
                match members.is_empty() {
                    true => changes.push(Change::Remove { node: merge.id() }),
                    false => spliced.push((merge, members)),
                }
            }
            Some(merge) => {
                let object = merge.parent().ok_or(EditError::WrongPlace)?.id();
                changes.push(Change::Remove { node: alias.id() });
                changes.extend(brought(merge, alias).into_iter().map(|(key, value)| Change::InsertMember {
                    object,
                    after: Some(merge.id()),
                    key,
                    value,
                }));
            }
        }
    }
    let plan = Plan::new(document, &changes)?;
    let writer = Writer { document, plan: &plan, style: Style::of(document) };
    let mut edits = vec![TextEdit { span: writer.with_blank(anchor.span), text: String::new() }];
    writer.all(&mut edits)?;
    for (merge, members) in spliced {
        writer.splice(merge, &members, &mut edits)?;
    }
    in_order(document, edits)
}

/// The merge key that an alias belongs to.
fn merge_of(alias: Node<'_>) -> Option<Node<'_>> {
    if alias.is_merge_key() {
        return Some(alias);
    }
    alias.parent().filter(|list| list.is_merge_key())
}

/// The members that one source of a merge key brings: not those of the object itself or of an earlier source.
fn brought(merge: Node<'_>, wanted: Node<'_>) -> Vec<(String, Value)> {
    let Some(object) = merge.parent() else { return Vec::new() };
    let own = object.children().filter(|child| !child.is_shadowed() && !child.is_merge_key());
    let mut taken: HashSet<String> = own.filter_map(|child| child.key()).map(Into::into).collect();
    let merges = object.children().filter(|child| child.is_merge_key());
    for source in merges.flat_map(sources) {
        let mut members = Vec::new();
        for value in source.values() {
            let key = value.key().unwrap_or_default().into_owned();
            if taken.insert(key.clone()) {
                members.push((key, Value::Copy(value.id())));
            }
        }
        if source == wanted {
            return members;
        }
    }
    Vec::new()
}

impl Writer<'_, '_> {
    /// Members in place of one; a comment beside it stays on its line.
    fn splice(&self, merge: Node<'_>, members: &[(String, Value)], edits: &mut Vec<TextEdit>) -> Result<(), EditError> {
        let object = merge.parent().ok_or(EditError::WrongPlace)?;
        let place = Place { key: None, text: None, ..self.place_of(merge) };
        let span = Span::new(start_of(merge) as u32, merge.span().end);
        if in_flow(merge) || shape(object) != Shape::Block {
            let items = members.iter().map(|(key, value)| self.flow_item(Some(key), value, place));
            edits.push(TextEdit { span, text: items.collect::<Result<Vec<_>, _>>()?.join(", ") });
            return Ok(());
        }
        let column = block_column(object);
        let lines = members.iter().map(|(key, value)| self.item_lines(Some(key), value, column, place));
        let mut lines = lines.collect::<Result<Vec<_>, _>>()?.concat();
        let below = lines.split_off(lines.len().min(1));
        edits.push(TextEdit { span, text: lines.concat().trim_start_matches(' ').to_owned() });
        let at = line_end(self.document.text(), span.end as usize) as u32;
        let below = Rendered { head: String::new(), body: below };
        edits.push(TextEdit { span: Span::empty(at), text: self.below(&below) });
        Ok(())
    }
}
