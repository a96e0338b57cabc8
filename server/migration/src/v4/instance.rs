//! Our tree as something the schemas can look at, without a copy.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object};
use serde_json::{Map, Number, Value};
use v4ward_syntax::{Document, Members, Node, NodeKind};

/// The representation: a [`Document`].
pub(super) struct Tree;

/// A value of a document, or a text that the validator made of a property name.
#[derive(Clone, Copy)]
pub(super) enum Instance<'a> {
    Node(Node<'a>),
    Text(&'a str),
}

impl<'a> Instance<'a> {
    /// A value, with what an alias stands for in its place.
    pub(super) fn of(node: Node<'a>) -> Self {
        Self::Node(node.resolved())
    }

    fn kind(self) -> NodeKind {
        match self {
            Self::Node(node) => node.kind(),
            Self::Text(_) => NodeKind::String,
        }
    }

    /// The node, when it is of this kind.
    fn node(self, kind: NodeKind) -> Option<Node<'a>> {
        match self {
            Self::Node(node) if node.kind() == kind => Some(node),
            _ => None,
        }
    }
}

impl Json for Tree {
    type Node<'a> = Instance<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(Instance<'_>) -> T) -> T {
        f(Instance::Text(string))
    }
}

impl<'a> JsonNode<'a, Tree> for Instance<'a> {
    type Object = Container<'a>;
    type Array = Container<'a>;
    type Number = NumberToken<'a>;

    fn as_object(&self) -> Option<Container<'a>> {
        self.node(NodeKind::Object).map(Container)
    }

    fn as_array(&self) -> Option<Container<'a>> {
        self.node(NodeKind::Array).map(Container)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Node(node) => node.as_str(),
            Self::Text(text) => Some(Cow::Borrowed(text)),
        }
    }

    fn as_number(&self) -> Option<NumberToken<'a>> {
        self.node(NodeKind::Number).map(|node| NumberToken(node.scalar()))
    }

    fn as_boolean(&self) -> Option<bool> {
        self.node(NodeKind::Bool).and_then(|node| node.as_bool())
    }

    fn is_null(&self) -> bool {
        self.json_type() == JsonType::Null
    }

    fn is_number(&self) -> bool {
        self.kind() == NodeKind::Number
    }

    fn json_type(&self) -> JsonType {
        match self.kind() {
            NodeKind::Null | NodeKind::Invalid => JsonType::Null,
            NodeKind::Bool => JsonType::Boolean,
            NodeKind::Number => JsonType::Number,
            NodeKind::String => JsonType::String,
            NodeKind::Array => JsonType::Array,
            NodeKind::Object => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match (expected, self.as_string()) {
            (Value::String(expected), Some(text)) => *expected == text,
            (Value::String(_), None) => false,
            (Value::Bool(expected), _) => self.as_boolean() == Some(*expected),
            _ => jsonschema::json::cmp::equal(&self.to_value(), expected),
        }
    }

    /// Scalars only: the schemas compare nothing else, and what validation reports is never shown.
    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(match self.json_type() {
            JsonType::Boolean => self.as_boolean().unwrap_or_default().into(),
            JsonType::Number => self.as_number().map_or(Value::Null, |number| number.to_number().into_owned().into()),
            JsonType::String => self.as_string().unwrap_or_default().into(),
            JsonType::Array => Value::Array(Vec::new()),
            JsonType::Object => Value::Object(Map::new()),
            _ => Value::Null,
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        match self {
            Self::Node(node) => {
                let document = std::ptr::from_ref::<Document>(node.document()) as usize;
                Some(NodeIdentity::tagged(document, node.id().index() as u32))
            }
            Self::Text(_) => None,
        }
    }
}

/// An object or a list.
pub(super) struct Container<'a>(Node<'a>);

impl<'a> Object<'a, Tree> for Container<'a> {
    type Node = Instance<'a>;
    type MemberName = Cow<'a, str>;
    type MembersIter = Entries<'a>;

    fn len(&self) -> usize {
        self.0.values().count()
    }

    fn is_empty(&self) -> bool {
        self.0.values().next().is_none()
    }

    fn get(&self, key: &String) -> Option<Instance<'a>> {
        self.0.get(key).map(Instance::of)
    }

    fn members(&self) -> Entries<'a> {
        Entries::of(self.0)
    }
}

impl<'a> Array<'a, Tree> for Container<'a> {
    type Node = Instance<'a>;
    type ElementsIter = Elements<'a>;

    fn len(&self) -> usize {
        self.0.children().count()
    }

    fn elements(&self) -> Elements<'a> {
        Elements(self.0.children())
    }

    fn is_unique(&self) -> bool {
        // Lists of words are all that the schemas ask to be unique; anything else is the same when it is written so.
        let texts: Vec<_> = self.0.children().map(|node| (node.kind(), node.scalar())).collect();
        texts.iter().enumerate().all(|(i, text)| !texts[..i].contains(text))
    }
}

/// The members of an object that count.
pub(super) enum Entries<'a> {
    /// Those of its own.
    Own(Members<'a>),
    /// Those of its own and those that merge keys bring (YAML).
    Merged(Box<dyn Iterator<Item = Node<'a>> + 'a>),
}

impl<'a> Entries<'a> {
    fn of(object: Node<'a>) -> Self {
        if object.has_merges() { Self::Merged(Box::new(object.values())) } else { Self::Own(object.children()) }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = (Cow<'a, str>, Instance<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let member = match self {
            Self::Own(members) => members.find(|member| !member.is_shadowed())?,
            Self::Merged(members) => members.next()?,
        };
        Some((member.key().unwrap_or_default(), Instance::of(member)))
    }
}

/// The elements of a list.
pub(super) struct Elements<'a>(Members<'a>);

impl<'a> Iterator for Elements<'a> {
    type Item = Instance<'a>;

    fn next(&mut self) -> Option<Instance<'a>> {
        self.0.next().map(Instance::of)
    }
}

/// A number as JSON writes it.
pub(super) struct NumberToken<'a>(Cow<'a, str>);

impl JsonNumber for NumberToken<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }

    /// The nearest number that this machine can hold.
    fn to_number(&self) -> Cow<'_, Number> {
        let whole = self.as_i64().map(Number::from).or_else(|| self.as_u64().map(Number::from));
        let number = whole.or_else(|| Number::from_f64(self.as_f64()?));
        Cow::Owned(number.unwrap_or_else(|| Number::from(0)))
    }
}
