//! What was read so far.

use std::borrow::Cow;

use super::Yaml;
use crate::tree::{Comment, NodeData, Span, SyntaxError, SyntaxErrorKind};

/// What the events of a text gave, before aliases are followed.
#[derive(Default)]
pub(super) struct Built {
    pub(super) nodes: Vec<NodeData>,
    pub(super) comments: Vec<Comment>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) yaml: Yaml,
    /// Aliases with the anchored nodes, in document order.
    pub(super) links: Vec<(u32, u32)>,
    /// Members with the key `<<`, in document order.
    pub(super) merge_keys: Vec<u32>,
}

/// How much was read before a document: the lengths of all lists.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    pub(super) nodes: usize,
    comments: usize,
    errors: usize,
    values: (usize, usize),
    keys: (usize, usize),
    anchors: usize,
    documents: usize,
    links: usize,
    merge_keys: usize,
}

impl Built {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            nodes: self.nodes.len(),
            comments: self.comments.len(),
            errors: self.errors.len(),
            values: self.yaml.values.mark(),
            keys: self.yaml.keys.mark(),
            anchors: self.yaml.anchors.len(),
            documents: self.yaml.documents.len(),
            links: self.links.len(),
            merge_keys: self.merge_keys.len(),
        }
    }

    /// Takes out what was read after the mark.
    pub(super) fn split_off(&mut self, mark: &Mark) -> Self {
        Self {
            nodes: self.nodes.split_off(mark.nodes),
            comments: self.comments.split_off(mark.comments),
            errors: self.errors.split_off(mark.errors),
            yaml: Yaml {
                values: self.yaml.values.split_off(mark.values),
                keys: self.yaml.keys.split_off(mark.keys),
                anchors: self.yaml.anchors.split_off(mark.anchors),
                documents: self.yaml.documents.split_off(mark.documents),
                ..Yaml::default()
            },
            links: self.links.split_off(mark.links),
            merge_keys: self.merge_keys.split_off(mark.merge_keys),
        }
    }

    /// Puts back what was taken out after the same mark.
    pub(super) fn append(&mut self, mut rest: Self) {
        self.nodes.append(&mut rest.nodes);
        self.comments.append(&mut rest.comments);
        self.errors.append(&mut rest.errors);
        self.yaml.values.append(rest.yaml.values);
        self.yaml.keys.append(rest.yaml.keys);
        self.yaml.anchors.append(&mut rest.yaml.anchors);
        self.yaml.documents.append(&mut rest.yaml.documents);
        self.links.append(&mut rest.links);
        self.merge_keys.append(&mut rest.merge_keys);
    }

    /// The key of a member, decoded.
    pub(super) fn key<'a>(&'a self, text: &'a str, member: u32) -> Cow<'a, str> {
        let node = &self.nodes[member as usize];
        let written = &text[node.key.range()];
        Cow::Borrowed(match self.yaml.key(member) {
            _ if node.plain_key => &written[1..written.len() - 1],
            Some(key) => key,
            None => written,
        })
    }

    pub(super) fn is_merge_key(&self, member: u32) -> bool {
        self.merge_keys.binary_search(&member).is_ok()
    }

    pub(super) fn error(&mut self, span: Span, message: &'static str) {
        self.errors.push(SyntaxError { span, kind: SyntaxErrorKind::Yaml(message) });
    }
}
