//! Changes as edits of YAML text.
//!
//! * `place`: lines, columns, dashes, and which comments belong to what;
//! * `style`, `scalar`: how this document writes things, and which texts need quotes;
//! * `render`, `copy`: new values, and old ones in new places;
//! * `replace`, `text`, `insert`, `remove`: the edits;
//! * `shared`, `expand`: aliases, through which a change would reach other places;
//! * `ends`: block texts at the end, which a line break would change;
//! * `templates`: what a template engine fills in stays as it is.
//!
//! What a comment belongs to: one at the end of a line to that line; lines of comments right above a member, at its
//! indentation, to the member, but not those above the first member of a document, which may be a licence; lines that
//! stand deeper than the member before them to that member. A member that goes takes its comments along.

mod copy;
mod ends;
mod expand;
mod insert;
mod place;
mod remove;
mod render;
mod replace;
mod scalar;
mod shared;
mod style;
mod templates;
mod text;

pub(super) use expand::expand;
pub(crate) use place::content_start;
pub use place::{bracket_of, in_flow};
pub use scalar::Quote;
pub use style::Style;

use super::{EditError, Plan, TextEdit};
use crate::tree::{Document, Node, Span};

pub(super) fn edits(document: &Document, plan: &Plan<'_>) -> Result<Vec<TextEdit>, EditError> {
    shared::refuse(document, plan)?;
    let writer = Writer { document, plan, style: Style::of(document) };
    let mut edits = Vec::new();
    writer.all(&mut edits)?;
    in_order(document, edits)
}

struct Writer<'d, 'p> {
    document: &'d Document,
    plan: &'p Plan<'p>,
    style: Style,
}

impl Writer<'_, '_> {
    fn all(&self, edits: &mut Vec<TextEdit>) -> Result<(), EditError> {
        for (id, value) in &self.plan.replaced {
            self.replace(self.document.node(*id), value, edits)?;
        }
        for (id, key) in &self.plan.renamed {
            edits.push(self.rename(self.document.node(*id), key)?);
        }
        // The inner ones first: what is inserted at the end of a member stands before what follows the member.
        for id in self.plan.containers.iter().rev() {
            self.container(self.document.node(*id), edits)?;
        }
        Ok(())
    }

    fn container(&self, node: Node<'_>, edits: &mut Vec<TextEdit>) -> Result<(), EditError> {
        let children: Vec<Node<'_>> = node.children().collect();
        let gone: Vec<bool> = children.iter().map(|child| self.plan.removed.contains(&child.id())).collect();
        let inserted = self.plan.inserted.get(&node.id()).map(Vec::as_slice).unwrap_or_default();
        let block = place::shape(node) == place::Shape::Block;
        if !block && !copy::is_braced(node) {
            return Err(EditError::WrongPlace);
        }
        match (gone.iter().all(|gone| *gone), block) {
            (true, true) => self.whole_block(node, inserted, edits),
            (true, false) => self.whole_brackets(node, inserted, edits),
            (false, true) => {
                self.remove_lines(node, &children, &gone, edits)?;
                self.insert_lines(node, &children, &gone, inserted, edits)
            }
            (false, false) => {
                self.remove_items(&children, &gone, edits);
                self.insert_items(node, &children, &gone, inserted, edits)
            }
        }
    }
}

/// Edits by their place, those at the same place as one; none that touches a template.
fn in_order(document: &Document, mut edits: Vec<TextEdit>) -> Result<Vec<TextEdit>, EditError> {
    edits.retain(|edit| document.slice(edit.span) != edit.text);
    out_of_removals(document, &mut edits);
    // An insertion at an offset goes before a removal that starts there.
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    edits.dedup_by(|later, first| {
        let same = later.span == first.span && first.span.is_empty();
        if same {
            first.text.push_str(&later.text);
        }
        same
    });
    if edits.windows(2).any(|pair| pair[0].span.end > pair[1].span.start) {
        return Err(EditError::Conflict);
    }
    ends::with_ends(document, &mut edits)?;
    let touches =
        |edit: &TextEdit| document.templates().iter().any(|template| templates::touches(document, edit, *template));
    if edits.iter().any(touches) { Err(EditError::Template) } else { Ok(edits) }
}

/// New lines after something whose last lines go away: they follow what is left of it.
fn out_of_removals(document: &Document, edits: &mut [TextEdit]) {
    let text = document.text();
    let is_removal = |edit: &&TextEdit| edit.text.is_empty() && place::column(text, edit.span.start as usize) == 0;
    let removals: Vec<Span> = edits.iter().filter(is_removal).map(|edit| edit.span).collect();
    for edit in edits.iter_mut().filter(|edit| edit.span.is_empty() && edit.text.starts_with(['\n', '\r'])) {
        let within = |at: u32| removals.iter().find(|removal| removal.start < at && at < removal.end);
        while let Some(removal) = within(edit.span.start) {
            edit.span = Span::empty(place::previous_line_end(text, removal.start as usize) as u32);
        }
    }
}

#[cfg(test)]
mod tests;
