//! The V4 tree as a list, one item per node of the text to be written, in its order. So the number of an item is that
//! of its node.

use std::borrow::Cow;

use v4ward_syntax::{Document, Format, Node, NodeId, NodeKind};

use crate::target::{Link, Origins};
use crate::v4::{Object, Origin, Scalar, Value};

/// The reader takes far less, but what aliases stand for adds up. `unreadable-part` lets 240 levels pass.
const MAX_DEPTH: usize = 1_000;

/// A node of the text.
pub(super) struct Item<'a> {
    /// The key, for a member of an object.
    pub(super) key: Option<Cow<'a, str>>,
    /// What it is.
    pub(super) shape: Shape<'a>,
    /// One past the last item below it.
    pub(super) end: usize,
}

/// What an item is.
pub(super) enum Shape<'a> {
    Object,
    Array,
    /// A text, with the V2 text in YAML whose style it has.
    Text(Cow<'a, str>, Option<Node<'a>>),
    /// A truth value, a number or `null`.
    Bare(Cow<'a, str>),
}

/// The items of some documents, and where they come from.
pub(super) struct Items<'a> {
    source: &'a Document,
    pub(super) list: Vec<Item<'a>>,
    pub(super) origins: Origins,
    /// Nothing was cut off.
    pub(super) is_whole: bool,
    key: Option<Cow<'a, str>>,
    depth: usize,
}

impl<'a> Items<'a> {
    /// `source` is the text that the documents were made of.
    pub(super) fn of(documents: &'a [Object<'a>], source: &'a Document) -> Self {
        let mut items =
            Self { source, list: Vec::new(), origins: Origins::default(), is_whole: true, key: None, depth: 0 };
        for document in documents {
            items.object(document);
        }
        items
    }

    /// The documents' roots.
    pub(super) fn roots(&self) -> impl Iterator<Item = usize> {
        let after = |root: usize| Some(self.list[root].end).filter(|next| *next < self.list.len());
        std::iter::successors((!self.list.is_empty()).then_some(0), move |root| after(*root))
    }

    /// The items right below one.
    pub(super) fn children(&self, of: usize) -> impl Iterator<Item = usize> + use<'a, '_> {
        let end = self.list[of].end;
        let first = Some(of + 1).filter(|first| *first < end);
        std::iter::successors(first, move |child| Some(self.list[*child].end).filter(|next| *next < end))
    }

    /// True for a list or an object with something in it.
    pub(super) fn is_filled(&self, item: usize) -> bool {
        self.list[item].end > item + 1
    }

    fn value(&mut self, value: &'a Value<'a>) {
        match value {
            Value::Scalar(scalar, origin) => {
                let same = self.scalar(scalar);
                self.link(origin, same);
            }
            Value::Array(items, source) => self.container(Shape::Array, *source, |this| {
                items.iter().for_each(|item| this.value(item));
            }),
            Value::Object(object) => self.object(object),
            Value::Raw(node) => self.raw(*node),
            Value::Embedded(value, source) => {
                // The text as a whole became this object, even an empty one.
                self.origins.links.push(Link { v2: *source, v4: self.next(), same: false });
                self.embedded(value, *source);
            }
        }
    }

    fn object(&mut self, object: &'a Object<'a>) {
        if let Some(leaf) = object.named_by {
            self.origins.keys.push(Link { v2: leaf, v4: self.next(), same: false });
        }
        self.container(Shape::Object, object.source, |this| {
            for (key, value) in &object.members {
                this.key = Some(Cow::Borrowed(key));
                this.value(value);
            }
        });
    }

    /// A part of the V2 text.
    fn raw(&mut self, node: Node<'a>) {
        match node.kind() {
            NodeKind::Object => self.container(Shape::Object, Some(node.id()), |this| {
                for member in node.values() {
                    this.key = member.key();
                    this.raw(member);
                }
            }),
            NodeKind::Array => self.container(Shape::Array, Some(node.id()), |this| {
                node.children().for_each(|item| this.raw(item));
            }),
            _ => {
                let same = self.token(node);
                self.link(&Origin::Carried(node.id()), same);
            }
        }
    }

    fn embedded(&mut self, value: &'a serde_json::Value, source: NodeId) {
        match value {
            serde_json::Value::Object(members) => self.container(Shape::Object, None, |this| {
                for (key, value) in members {
                    this.key = Some(Cow::Borrowed(key));
                    this.embedded(value, source);
                }
            }),
            serde_json::Value::Array(items) => self.container(Shape::Array, None, |this| {
                items.iter().for_each(|item| this.embedded(item, source));
            }),
            serde_json::Value::String(text) => {
                self.push(Shape::Text(Cow::Borrowed(text), None));
                self.link(&Origin::Converted(source), false);
            }
            scalar => {
                self.push(Shape::Bare(Cow::Owned(scalar.to_string())));
                self.link(&Origin::Converted(source), false);
            }
        }
    }

    /// A list or an object; an empty one is a leaf.
    fn container(&mut self, shape: Shape<'a>, source: Option<NodeId>, fill: impl FnOnce(&mut Self)) {
        if self.depth == MAX_DEPTH {
            self.is_whole = false;
            self.push(Shape::Bare(Cow::Borrowed("null")));
            return;
        }
        let at = self.push(shape);
        if let Some(source) = source {
            self.origins.parts.push((at as u32, source));
        }
        self.depth += 1;
        fill(self);
        self.depth -= 1;
        self.list[at].end = self.list.len();
        if let Some(source) = source.filter(|_| !self.is_filled(at)) {
            // An empty map may have become an empty list.
            let is_array = self.source.node(source).kind() == NodeKind::Array;
            self.link(&Origin::Carried(source), is_array == matches!(self.list[at].shape, Shape::Array));
        }
    }

    /// False when the text does not say quite what the V2 text says.
    fn scalar(&mut self, scalar: &'a Scalar<'a>) -> bool {
        let shape = match scalar {
            Scalar::Token(node) => return self.token(*node),
            Scalar::Bool(value) => Shape::Bare(Cow::Borrowed(if *value { "true" } else { "false" })),
            Scalar::Integer(value) => Shape::Bare(Cow::Owned(value.to_string())),
            Scalar::Text(text) => Shape::Text(Cow::Borrowed(text), None),
        };
        self.push(shape);
        true
    }

    fn token(&mut self, node: Node<'a>) -> bool {
        let value = node.scalar();
        match node.kind() {
            NodeKind::String => {
                let like = (node.document().format() == Format::Yaml).then_some(node);
                self.push(Shape::Text(value, like));
                true
            }
            NodeKind::Number => {
                // YAML readers write a number's exponent in lower case.
                let same = !value.contains('E');
                self.push(Shape::Bare(if same { value } else { Cow::Owned(value.replace('E', "e")) }));
                same
            }
            NodeKind::Bool => {
                self.push(Shape::Bare(value));
                true
            }
            _ => {
                self.push(Shape::Bare(Cow::Borrowed("null")));
                node.is_null()
            }
        }
    }

    fn next(&self) -> u32 {
        self.list.len() as u32
    }

    fn push(&mut self, shape: Shape<'a>) -> usize {
        let at = self.list.len();
        self.list.push(Item { key: self.key.take(), shape, end: at + 1 });
        at
    }

    /// Links the last item with what it comes from.
    fn link(&mut self, origin: &Origin, exact: bool) {
        let v4 = self.next() - 1;
        match origin {
            Origin::Added => {}
            Origin::Carried(v2) => self.origins.links.push(Link { v2: *v2, v4, same: exact }),
            Origin::Converted(v2) => self.origins.links.push(Link { v2: *v2, v4, same: false }),
            Origin::Merged(all) => {
                self.origins.links.extend(all.iter().map(|v2| Link { v2: *v2, v4, same: false }));
            }
        }
    }
}
