//! Our tree as something the schemas can look at, without a copy.

use std::borrow::Cow;
use std::collections::HashSet;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object};
use serde_json::{Map, Number, Value};
use v4ward_syntax::{Document, Node, NodeKind};

/// The representation: a [`Document`].
pub(crate) struct Tree;

/// A value of a document, or a text that the validator made of a property name.
#[derive(Clone, Copy)]
pub(crate) enum Instance<'a> {
    Node(Node<'a>, Nulls),
    Text(&'a str),
}

/// Whether members that are null are members.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nulls {
    Kept,
    /// The server takes them out before it looks at a configuration.
    Removed,
}

impl<'a> Instance<'a> {
    /// A value, with what an alias stands for in its place.
    pub(crate) fn of(node: Node<'a>, nulls: Nulls) -> Self {
        Self::Node(node.resolved(), nulls)
    }

    fn kind(self) -> NodeKind {
        match self {
            Self::Node(node, _) => node.kind(),
            Self::Text(_) => NodeKind::String,
        }
    }

    /// The node as a container, when it is of this kind.
    fn container(self, kind: NodeKind) -> Option<Container<'a>> {
        match self {
            Self::Node(node, nulls) if node.kind() == kind => Some(Container(node, nulls)),
            _ => None,
        }
    }

    /// The node, when it is of this kind.
    fn node(self, kind: NodeKind) -> Option<Node<'a>> {
        match self {
            Self::Node(node, _) if node.kind() == kind => Some(node),
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
        self.container(NodeKind::Object)
    }

    fn as_array(&self) -> Option<Container<'a>> {
        self.container(NodeKind::Array)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Node(node, _) => node.as_str(),
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
            Self::Node(node, _) => {
                let document = std::ptr::from_ref::<Document>(node.document()) as usize;
                Some(NodeIdentity::tagged(document, node.id().index() as u32))
            }
            Self::Text(_) => None,
        }
    }
}

/// An object or a list.
pub(crate) struct Container<'a>(Node<'a>, Nulls);

impl<'a> Object<'a, Tree> for Container<'a> {
    type Node = Instance<'a>;
    type MemberName = Cow<'a, str>;
    type MembersIter = Entries<'a>;

    fn len(&self) -> usize {
        self.members().count()
    }

    fn is_empty(&self) -> bool {
        self.members().next().is_none()
    }

    fn get(&self, key: &String) -> Option<Instance<'a>> {
        let member = self.0.get(key).filter(|member| self.1 == Nulls::Kept || !member.resolved().is_null())?;
        Some(Instance::of(member, self.1))
    }

    fn members(&self) -> Entries<'a> {
        let kind = if self.0.has_merges() {
            Members::Merged(Box::new(self.0.values()))
        } else {
            Members::Own(self.0.children())
        };
        Entries(kind, self.1)
    }
}

impl<'a> Array<'a, Tree> for Container<'a> {
    type Node = Instance<'a>;
    type ElementsIter = Elements<'a>;

    fn len(&self) -> usize {
        self.0.children().count()
    }

    fn elements(&self) -> Elements<'a> {
        Elements(self.0.children(), self.1)
    }

    fn is_unique(&self) -> bool {
        // Lists of words are all that the schemas ask to be unique; anything else is the same when it is written so.
        let mut seen = HashSet::new();
        self.0.children().all(|node| seen.insert((node.kind(), node.scalar())))
    }
}

/// The members of an object that count.
pub(crate) struct Entries<'a>(Members<'a>, Nulls);

enum Members<'a> {
    /// Those of its own.
    Own(v4ward_syntax::Members<'a>),
    /// Those of its own and those that merge keys bring (YAML).
    Merged(Box<dyn Iterator<Item = Node<'a>> + 'a>),
}

impl<'a> Iterator for Entries<'a> {
    type Item = (Cow<'a, str>, Instance<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let Self(members, nulls) = self;
        let counts = |member: &Node<'_>| *nulls == Nulls::Kept || !member.resolved().is_null();
        let member = match members {
            Members::Own(members) => members.find(|member| !member.is_shadowed() && counts(member))?,
            Members::Merged(members) => members.find(counts)?,
        };
        Some((member.key().unwrap_or_default(), Instance::of(member, *nulls)))
    }
}

/// The elements of a list.
pub(crate) struct Elements<'a>(v4ward_syntax::Members<'a>, Nulls);

impl<'a> Iterator for Elements<'a> {
    type Item = Instance<'a>;

    fn next(&mut self) -> Option<Instance<'a>> {
        self.0.next().map(|element| Instance::of(element, self.1))
    }
}

/// A number as JSON writes it.
pub(crate) struct NumberToken<'a>(Cow<'a, str>);

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
