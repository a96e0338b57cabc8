//! YAML: the events of a strict parser into the same arena as JSON, with aliases, merge keys and several documents.
//!
//! * `read`: the documents of a text one after the other, also after errors;
//! * `repair`: what to take out of a broken document so that the rest reads;
//! * `templates`: what a template engine fills in, found and masked;
//! * `build`: events to nodes, with spans widened to anchors, tags and block headers;
//! * `scalar`: what type a plain text has;
//! * `links`: aliases and merge keys, within a budget.

mod build;
mod built;
mod errors;
mod links;
mod read;
mod repair;
mod scalar;
mod spans;
mod templates;

use crate::tree::{Comment, NodeData, NodeId, Span, SyntaxError};

/// An anchored node and the aliases that stand for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// The anchored node.
    pub node: NodeId,
    /// `&name` in the text.
    pub span: Span,
    /// Where the node is used again: aliases, and the merge keys among them.
    pub aliases: Vec<NodeId>,
}

pub(crate) struct Parsed {
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) errors: Vec<SyntaxError>,
    pub(crate) yaml: Yaml,
}

/// What only YAML has, beside the arena. All lists are in document order.
#[derive(Default)]
pub(crate) struct Yaml {
    /// The values of scalars that are not as they are written.
    values: Decoded,
    /// The same of keys, by the node they belong to.
    keys: Decoded,
    /// Aliases with the nodes they stand for.
    links: Vec<(u32, u32)>,
    /// Objects with the members that merge keys bring.
    merged: Vec<(u32, Vec<NodeId>)>,
    pub(crate) anchors: Vec<Anchor>,
    pub(crate) documents: Vec<Span>,
    pub(crate) templates: Vec<Span>,
}

impl Yaml {
    pub(crate) fn key(&self, node: u32) -> Option<&str> {
        self.keys.get(node)
    }

    pub(crate) fn value(&self, node: u32) -> Option<&str> {
        self.values.get(node)
    }

    pub(crate) fn target(&self, alias: u32) -> Option<u32> {
        let at = self.links.binary_search_by_key(&alias, |(alias, _)| *alias).ok()?;
        Some(self.links[at].1)
    }

    pub(crate) fn merged(&self, object: u32) -> &[NodeId] {
        let at = self.merged.binary_search_by_key(&object, |(object, _)| *object);
        at.map_or(&[], |at| &self.merged[at].1)
    }
}

/// Texts by node, one after the other in one buffer.
#[derive(Default)]
struct Decoded {
    text: String,
    /// Node, start and end in the buffer.
    entries: Vec<(u32, u32, u32)>,
}

impl Decoded {
    fn push(&mut self, node: u32, text: &str) {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        self.entries.push((node, start, self.text.len() as u32));
    }

    fn mark(&self) -> (usize, usize) {
        (self.text.len(), self.entries.len())
    }

    /// Takes out what came after the mark; its places stay those in this buffer.
    fn split_off(&mut self, (text, entries): (usize, usize)) -> Self {
        Self { text: self.text.split_off(text), entries: self.entries.split_off(entries) }
    }

    /// Puts back what was taken out after the same mark.
    fn append(&mut self, mut rest: Self) {
        self.text.push_str(&rest.text);
        self.entries.append(&mut rest.entries);
    }

    fn get(&self, node: u32) -> Option<&str> {
        let at = self.entries.binary_search_by_key(&node, |(node, ..)| *node).ok()?;
        let (_, start, end) = self.entries[at];
        self.text.get(start as usize..end as usize)
    }
}

/// So many errors are told.
const MAX_ERRORS: usize = 100;

/// Reads a text. Never fails: what cannot be read is missing, and an error says so.
pub(crate) fn parse(text: &str) -> Parsed {
    let mut built = read::read(text);
    links::link(text, &mut built);
    let built::Built { nodes, mut comments, mut errors, yaml, .. } = built;
    // Those between two documents may be read with both.
    comments.sort_by_key(|comment| comment.span);
    comments.dedup_by(|later, earlier| later.span.start < earlier.span.end);
    errors.sort_by_key(|error| error.span);
    errors.dedup();
    errors.truncate(MAX_ERRORS);
    Parsed { nodes, comments, errors, yaml }
}
