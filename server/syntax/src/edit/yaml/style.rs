//! How a document is written, for what is new in it.

use super::place::{Shape, block_column, dash_of, shape};
use super::scalar::{self, Quote};
use crate::tree::{Document, Node, NodeKind};

/// How a YAML document is written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub(super) newline: &'static str,
    /// How much deeper the members of a member stand.
    pub unit: usize,
    /// From a dash to what follows it.
    pub(super) gap: usize,
    /// How much deeper than its key a list stands; 0 for `key:` with `- a` right below it.
    pub list: usize,
    /// The quotes that the document uses most.
    pub(super) quote: Quote,
}

impl Style {
    /// That of a document, from the first of its lines that tell.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        let mut found = Found::default();
        for node in document.nodes() {
            if found.is_complete() {
                break;
            }
            found.look_at(node);
        }
        let unit = found.unit.or(found.list.filter(|list| *list > 0)).unwrap_or(2);
        Self {
            newline: document.line_ending(),
            unit,
            gap: found.gap.unwrap_or(2),
            list: found.list.unwrap_or(unit),
            quote: if found.double > found.single { Quote::Double } else { Quote::Single },
        }
    }

    /// A text on one line: in `wanted` quotes if any, else plain if that is safe there, else in the document's quotes.
    #[must_use]
    pub fn scalar(&self, text: &str, in_flow: bool, wanted: Option<Quote>) -> String {
        scalar::write(text, in_flow, wanted, self.quote)
    }
}

/// Quotes to count before one kind counts as the document's.
const ENOUGH: usize = 50;

#[derive(Default)]
struct Found {
    unit: Option<usize>,
    gap: Option<usize>,
    list: Option<usize>,
    single: usize,
    double: usize,
}

impl Found {
    fn is_complete(&self) -> bool {
        self.unit.is_some() && self.gap.is_some() && self.list.is_some() && self.single + self.double >= ENOUGH
    }

    fn look_at(&mut self, node: Node<'_>) {
        let document = node.document();
        for written in node.key_span().into_iter().chain((!node.is_container()).then(|| node.span())) {
            match Quote::of(document.slice(written)) {
                Some(Quote::Single) => self.single += 1,
                Some(Quote::Double) => self.double += 1,
                None => {}
            }
        }
        if node.is_leaf() || self.unit.is_some() && self.gap.is_some() && self.list.is_some() {
            return;
        }
        if shape(node) != Shape::Block {
            return;
        }
        if node.kind() == NodeKind::Array && self.gap.is_none() {
            let item = node.children().find(|item| !item.span().is_empty());
            let gap = item.and_then(|item| Some(item.span().start as usize - dash_of(item)?));
            self.gap = gap.filter(|gap| (2..=8).contains(gap));
        }
        let Some(parent) = node.parent().filter(|parent| parent.kind() == NodeKind::Object) else { return };
        let deeper = block_column(node).checked_sub(block_column(parent));
        let place = if node.kind() == NodeKind::Object { &mut self.unit } else { &mut self.list };
        if place.is_none() {
            *place = deeper;
        }
    }
}
