//! Where the comments of the source go: along with the member or element that they stand above or beside.
//!
//! A comment above a part that the V4 text does not have goes to the first thing that was made of something in it; else
//! to the nearest part around it, unless the part was dropped: what is said of it is dropped with it. What stands below
//! the last member of a part stays below that part's last one. Each comment is written once.

use std::collections::{HashMap, HashSet};

use v4ward_syntax::{Document, Format, Node, NodeId};

use super::items::Items;
use super::style::{dash_column, start_marker};
use crate::convert::Notes;

/// Lines of comments by item; an empty line is a blank one.
#[derive(Default)]
pub(super) struct Comments<'a> {
    /// Before the `---` of the first document.
    pub(super) header: Vec<&'a str>,
    before: HashMap<usize, Vec<&'a str>>,
    beside: HashMap<usize, &'a str>,
    below: HashMap<usize, Vec<&'a str>>,
}

impl<'a> Comments<'a> {
    /// Finds places for all comments.
    pub(super) fn place(source: &'a Document, items: &Items<'a>, notes: &Notes) -> Self {
        let mut placed = Self::default();
        if source.format() != Format::Yaml || source.comments().is_empty() {
            return placed;
        }
        let places = Places::new(source, items, notes);
        let marker = start_marker(source);
        let mut header_end = 0;
        for comment in source.comments() {
            let (start, end) = (comment.span.start as usize, comment.span.end as usize);
            let text = source.slice(comment.span).trim_end();
            if marker.is_some_and(|marker| start < marker) {
                placed.header.extend(blank_before(source, start).then_some(""));
                placed.header.push(text);
                header_end = placed.header.len();
                continue;
            }
            let Some(place) = places.of(start) else {
                // The first document may be none of ours, and the licence is of the whole file.
                if source.root().is_some_and(|root| start < root.member_span().start as usize) {
                    placed.header.push(text);
                    header_end = if blank_after(source, end) { placed.header.len() } else { header_end };
                }
                continue;
            };
            match place {
                Place::Before(item) => {
                    let lines = placed.before.entry(item).or_default();
                    if !lines.is_empty() && blank_before(source, start) && lines.last() != Some(&"") {
                        lines.push("");
                    }
                    lines.push(text);
                    lines.extend(blank_after(source, end).then_some(""));
                }
                Place::Beside(item) if !placed.beside.contains_key(&item) => {
                    placed.beside.insert(item, text);
                }
                Place::Beside(item) => placed.before.entry(item).or_default().push(text),
                Place::Below(item) => {
                    let lines = placed.below.entry(item).or_default();
                    lines.extend(blank_before(source, start).then_some(""));
                    lines.push(text);
                }
            }
        }
        placed.header.truncate(header_end);
        placed
    }

    /// The lines above an item.
    pub(super) fn before(&mut self, item: usize) -> Vec<&'a str> {
        self.before.remove(&item).unwrap_or_default()
    }

    /// What stands on the line of an item.
    pub(super) fn beside(&mut self, item: usize) -> Option<&'a str> {
        self.beside.remove(&item)
    }

    /// The lines after the last thing in an item.
    pub(super) fn below(&mut self, item: usize) -> Vec<&'a str> {
        self.below.remove(&item).unwrap_or_default()
    }
}

/// A blank line stands before this place.
fn blank_before(source: &Document, start: usize) -> bool {
    let before = source.text()[..start].trim_end_matches([' ', '\t']);
    let before = before.strip_suffix('\n').map_or(before, |line| line.strip_suffix('\r').unwrap_or(line));
    !before.is_empty() && before.trim_end_matches([' ', '\t']).ends_with('\n')
}

/// A blank line stands after the line of this place.
fn blank_after(source: &Document, end: usize) -> bool {
    let mut lines = source.text()[end..].lines();
    lines.next();
    lines.next().is_some_and(|line| line.trim().is_empty()) && lines.next().is_some()
}

enum Place {
    Before(usize),
    Beside(usize),
    Below(usize),
}

/// What is needed to find the place of a comment.
struct Places<'p, 'a> {
    source: &'a Document,
    items: &'p Items<'a>,
    /// V2 nodes with the items made of them.
    made: Vec<(NodeId, u32)>,
    dropped: HashSet<NodeId>,
    /// The document of each root.
    documents: Vec<v4ward_syntax::Span>,
}

impl<'p, 'a> Places<'p, 'a> {
    fn new(source: &'a Document, items: &'p Items<'a>, notes: &Notes) -> Self {
        let parts = items.origins.parts.iter().map(|(item, node)| (*node, *item));
        let mut made: Vec<_> = parts.chain(items.origins.links.iter().map(|link| (link.v2, link.v4))).collect();
        made.sort_unstable();
        let dropped = notes.dropped.iter().map(|(node, _)| *node).collect();
        Self { source, items, made, dropped, documents: source.document_spans() }
    }

    fn of(&self, at: usize) -> Option<Place> {
        let line = &self.source.text()[..at];
        let line = &line[line.rfind(['\n', '\r']).map_or(0, |start| start + 1)..];
        let last = self.last_before(at);
        if line.bytes().all(|b| matches!(b, b' ' | b'-')) || line.starts_with("---") || last.is_none() {
            return self.on_own_line(at, line.len(), last);
        }
        let flow = |node: &Node<'a>| node.is_container() && node.text().starts_with(['{', '[']);
        let last = last?;
        let closed = last.ancestors().filter(|node| flow(node) && node.span().end as usize <= at).last();
        match self.item_of(closed.unwrap_or(last))? {
            Found::Same(item) if self.has_own_line(item) => Some(Place::Beside(item)),
            Found::Same(item) | Found::Other(item) => Some(Place::Before(item)),
        }
    }

    /// True for an item with a line of its own, on which a comment may stand.
    fn has_own_line(&self, item: usize) -> bool {
        self.items.list[item].key.is_some() || !self.items.is_filled(item)
    }

    fn on_own_line(&self, at: usize, column: usize, last: Option<Node<'a>>) -> Option<Place> {
        let next = last.map_or(0, |last| last.id().index() + 1);
        let is_here = |next: &Node<'a>| self.document(next.member_span().start as usize) == self.document(at);
        let next = self.source.nth(next).filter(is_here);
        if let Some(next) = next.filter(|next| last.is_none() || column <= child_column(*next)) {
            return match self.item_of(next)? {
                Found::Same(item) | Found::Other(item) => Some(Place::Before(item)),
            };
        }
        let last = last?;
        let part = self.around(last, column, self.source.text()[at..].starts_with("# -"));
        match self.item_of(part)? {
            Found::Same(item) if self.items.is_filled(item) => Some(Place::Below(item)),
            Found::Same(item) | Found::Other(item) => Some(Place::Before(item)),
        }
    }

    /// What a line below a node belongs to: the innermost list or object whose parts begin in this column or before it.
    /// Where a list and the object around it begin in the same one, the object, unless an element was commented out.
    fn around(&self, last: Node<'a>, column: usize, is_element: bool) -> Node<'a> {
        let column_in = |node: Node<'a>| node.children().next().map(child_column);
        let is_in = |node: &Node<'a>| !node.is_alias() && column_in(*node).is_some_and(|inner| inner <= column);
        let mut around = std::iter::once(last).chain(last.ancestors()).filter(is_in);
        let Some(part) = around.next() else { return self.source.root_of(last.id()) };
        let outer = around.next().filter(|outer| !is_element && column_in(*outer) == column_in(part));
        outer.unwrap_or(part)
    }

    /// Which document a place is in; the first one begins at its `---`, after the first comments.
    fn document(&self, at: usize) -> usize {
        self.documents.partition_point(|span| (span.start as usize) <= at).max(1)
    }

    /// The last node that begins before a place.
    fn last_before(&self, at: usize) -> Option<Node<'a>> {
        let (mut low, mut high) = (0, self.source.nodes().len());
        while low < high {
            let middle = (low + high) / 2;
            let starts = self.source.nth(middle).is_some_and(|node| (node.member_span().start as usize) < at);
            if starts { low = middle + 1 } else { high = middle }
        }
        self.source.nth(low.checked_sub(1)?)
    }

    fn item_of(&self, node: Node<'a>) -> Option<Found> {
        let first = self.made.partition_point(|(made, _)| *made < node.id());
        if let Some((made, item)) = self.made.get(first)
            && *made == node.id()
        {
            return Some(Found::Same(*item as usize));
        }
        let below = self.made[first..].iter().take_while(|(made, _)| node.holds(*made));
        if let Some(item) = below.map(|(_, item)| *item).min() {
            return Some(Found::Other(item as usize));
        }
        // A part that lacks something counts as dropped, and stands in the V4 text all the same.
        for around in std::iter::once(node).chain(node.ancestors()) {
            let at = self.made.partition_point(|(made, _)| *made < around.id());
            match self.made.get(at) {
                Some((made, item)) if *made == around.id() => return Some(Found::Other(*item as usize)),
                _ if self.dropped.contains(&around.id()) => return None,
                _ => {}
            }
        }
        None
    }
}

enum Found {
    /// The item made of the node.
    Same(usize),
    /// An item near it.
    Other(usize),
}

fn column_of(node: Node<'_>) -> usize {
    let text = &node.document().text()[..node.member_span().start as usize];
    text.len() - text.rfind(['\n', '\r']).map_or(0, |at| at + 1)
}

fn child_column(child: Node<'_>) -> usize {
    let dash = if child.key_span().is_none() { dash_column(child) } else { None };
    dash.unwrap_or_else(|| column_of(child))
}
