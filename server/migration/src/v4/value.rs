//! The V4 definition as a tree whose leaves know where they come from.

use std::borrow::Cow;

use v4ward_syntax::{Node, NodeId, NodeKind};

use crate::v2::{Field, Text};

/// Where a leaf of the V4 definition comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Nowhere: V4 asks for it, or V2 has it as a default.
    Added,
    /// A V2 leaf, as it is.
    Carried(NodeId),
    /// A V2 leaf, in another form.
    Converted(NodeId),
    /// Several V2 leaves.
    Merged(Box<[NodeId]>),
}

impl Origin {
    /// The same leaves, for a value that is not as it was.
    #[must_use]
    pub fn converted(self) -> Self {
        match self {
            Self::Carried(node) => Self::Converted(node),
            other => other,
        }
    }
}

/// A scalar of the V4 definition.
#[derive(Clone, Debug)]
pub enum Scalar<'d> {
    /// `true` or `false`
    Bool(bool),
    /// A whole number
    Integer(i64),
    /// A text
    Text(Cow<'d, str>),
    /// A scalar as it is written in the V2 text
    Token(Node<'d>),
}

/// A value of the V4 definition.
#[derive(Clone, Debug)]
pub enum Value<'d> {
    /// A leaf.
    Scalar(Scalar<'d>, Origin),
    /// A list, with the V2 list it comes from.
    Array(Vec<Value<'d>>, Option<NodeId>),
    /// An object.
    Object(Object<'d>),
    /// A part of the V2 text that is taken over whole, such as the configuration of a policy.
    Raw(Node<'d>),
    /// JSON that stood inside a V2 text.
    Embedded(serde_json::Value, NodeId),
}

/// Members in their order, with the V2 object they come from.
#[derive(Clone, Debug, Default)]
pub struct Object<'d> {
    /// The members.
    pub members: Vec<(Cow<'d, str>, Value<'d>)>,
    /// The V2 object this one was made of.
    pub source: Option<NodeId>,
    /// The V2 leaf that this object's own key was made of.
    pub named_by: Option<NodeId>,
}

impl<'d> Object<'d> {
    /// An object made of a V2 object.
    #[must_use]
    pub fn of(source: Node<'d>) -> Self {
        Self { source: Some(source.id()), ..Self::default() }
    }

    /// Adds a member.
    pub fn set(&mut self, key: impl Into<Cow<'d, str>>, value: Value<'d>) {
        self.members.push((key.into(), value));
    }

    /// Adds a member if there is a value.
    pub fn set_some(&mut self, key: impl Into<Cow<'d, str>>, value: Option<Value<'d>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    /// The member with this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value<'d>> {
        self.members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Takes the member with this key out; those after it keep their order.
    pub fn take(&mut self, key: &str) -> Option<Value<'d>> {
        let at = self.members.iter().position(|(name, _)| name == key)?;
        Some(self.members.remove(at).1)
    }

    /// True when there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl<'d> From<Object<'d>> for Value<'d> {
    fn from(object: Object<'d>) -> Self {
        Self::Object(object)
    }
}

impl<'d> Value<'d> {
    /// A text that V4 asks for.
    pub fn added(text: impl Into<Cow<'d, str>>) -> Self {
        Self::Scalar(Scalar::Text(text.into()), Origin::Added)
    }

    /// A truth value that V4 asks for.
    #[must_use]
    pub fn added_bool(value: bool) -> Self {
        Self::Scalar(Scalar::Bool(value), Origin::Added)
    }

    /// A number that V4 asks for.
    #[must_use]
    pub fn added_integer(value: i64) -> Self {
        Self::Scalar(Scalar::Integer(value), Origin::Added)
    }

    /// A text made of a V2 leaf.
    pub fn converted(text: impl Into<Cow<'d, str>>, from: Node<'d>) -> Self {
        Self::Scalar(Scalar::Text(text.into()), Origin::Converted(from.id()))
    }

    /// A text made of V2 leaves.
    pub fn merged(text: impl Into<Cow<'d, str>>, from: impl IntoIterator<Item = Node<'d>>) -> Self {
        Self::Scalar(Scalar::Text(text.into()), Origin::Merged(from.into_iter().map(Node::id).collect()))
    }

    /// A truth value made of a V2 leaf.
    #[must_use]
    pub fn converted_bool(value: bool, from: Node<'d>) -> Self {
        Self::Scalar(Scalar::Bool(value), Origin::Converted(from.id()))
    }

    /// The text of a leaf that is one.
    #[must_use]
    pub fn as_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Scalar(Scalar::Text(text), _) => Some(Cow::Borrowed(text)),
            Self::Scalar(Scalar::Token(node), _) | Self::Raw(node) => node.as_str(),
            _ => None,
        }
    }

    /// The V2 parts that its leaves come from.
    pub fn origins(&self, found: &mut Vec<NodeId>) {
        match self {
            Self::Scalar(_, Origin::Added) => {}
            Self::Scalar(_, Origin::Carried(node) | Origin::Converted(node)) => found.push(*node),
            Self::Scalar(_, Origin::Merged(nodes)) => found.extend(nodes),
            Self::Array(items, _) => items.iter().for_each(|item| item.origins(found)),
            Self::Object(object) => object.members.iter().for_each(|(_, value)| value.origins(found)),
            Self::Raw(node) => found.push(node.id()),
            Self::Embedded(_, node) => found.push(*node),
        }
    }

    /// A V2 text as it is.
    #[must_use]
    pub fn text(field: &Text<'d>) -> Self {
        if is_value_of(field) {
            Self::Scalar(Scalar::Token(field.node), Origin::Carried(field.node.id()))
        } else {
            Self::converted(field.value.clone(), field.node)
        }
    }

    /// A V2 truth value as it is.
    #[must_use]
    pub fn bool(field: &Field<'d, bool>) -> Self {
        let exact = field.node.kind() == NodeKind::Bool;
        Self::Scalar(Scalar::Bool(field.value), origin(field.node, exact))
    }

    /// A V2 number as it is.
    #[must_use]
    pub fn integer(field: &Field<'d, i64>) -> Self {
        let exact = field.node.kind() == NodeKind::Number && field.node.scalar() == field.value.to_string();
        Self::Scalar(Scalar::Integer(field.value), origin(field.node, exact))
    }

    /// A word of a fixed list in its canonical spelling.
    #[must_use]
    pub fn word(field: &Field<'d, &'static str>) -> Self {
        let exact = field.node.as_str().is_some_and(|text| text == field.value);
        Self::Scalar(Scalar::Text(Cow::Borrowed(field.value)), origin(field.node, exact))
    }

    /// A V2 truth value, or what V2 takes when it is absent.
    #[must_use]
    pub fn bool_or(field: Option<&Field<'d, bool>>, default: bool) -> Self {
        field.map_or(Self::added_bool(default), Self::bool)
    }

    /// A V2 number, or what V2 takes when it is absent.
    #[must_use]
    pub fn integer_or(field: Option<&Field<'d, i64>>, default: i64) -> Self {
        field.map_or(Self::added_integer(default), Self::integer)
    }
}

/// False for a text that was read from a member's key, as header names in a map are.
fn is_value_of(field: &Text<'_>) -> bool {
    field.node.as_str().is_some_and(|text| text == field.value)
}

fn origin(node: Node<'_>, exact: bool) -> Origin {
    if exact { Origin::Carried(node.id()) } else { Origin::Converted(node.id()) }
}
