//! The V4 tree as plain JSON data, for the schemas.

use serde_json::{Map, Number};
use v4ward_syntax::{Node, NodeKind};

use crate::v4::{Object, Scalar, Value};

/// The document as JSON data.
#[must_use]
pub fn to_json(document: &Object<'_>) -> serde_json::Value {
    object(document)
}

fn object(object: &Object<'_>) -> serde_json::Value {
    let mut out = Map::with_capacity(object.members.len());
    for (key, member) in &object.members {
        out.insert(key.as_ref().to_owned(), if is_opaque(key, member) { empty() } else { value(member) });
    }
    serde_json::Value::Object(out)
}

/// The configuration of a policy, a resource or a plan: the schemas ask for an object and look no further.
fn is_opaque(key: &str, value: &Value<'_>) -> bool {
    let is_object = match value {
        Value::Raw(node) => node.kind() == NodeKind::Object,
        Value::Embedded(value, _) => value.is_object(),
        _ => false,
    };
    is_object && key == "configuration"
}

fn empty() -> serde_json::Value {
    serde_json::Value::Object(Map::new())
}

fn value(v4: &Value<'_>) -> serde_json::Value {
    match v4 {
        Value::Scalar(scalar, _) => self::scalar(scalar),
        Value::Array(items, _) => items.iter().map(value).collect(),
        Value::Object(members) => object(members),
        Value::Raw(node) => raw(*node),
        Value::Embedded(value, _) => value.clone(),
    }
}

fn scalar(scalar: &Scalar<'_>) -> serde_json::Value {
    match scalar {
        Scalar::Bool(value) => (*value).into(),
        Scalar::Integer(value) => (*value).into(),
        Scalar::Text(text) => text.as_ref().into(),
        Scalar::Token(node) => raw(*node),
    }
}

/// Parts of the V2 text are at most 1,000 levels deep: `unreadable-part` refuses deeper ones before.
fn raw(node: Node<'_>) -> serde_json::Value {
    match node.kind() {
        NodeKind::Null | NodeKind::Invalid => serde_json::Value::Null,
        NodeKind::Bool => (node.text() == "true").into(),
        NodeKind::String => node.as_str().unwrap_or_default().into(),
        NodeKind::Number => number(node.text()),
        NodeKind::Array => node.children().map(raw).collect(),
        NodeKind::Object => {
            let members = node.values().map(|member| (member.key().unwrap_or_default().into_owned(), raw(member)));
            serde_json::Value::Object(members.collect())
        }
    }
}

/// A number as far as this machine can hold it; the text that is written keeps all its digits.
fn number(text: &str) -> serde_json::Value {
    let integer = text.parse::<i64>().map(Number::from).ok().or_else(|| text.parse::<u64>().map(Number::from).ok());
    let number = integer.or_else(|| Number::from_f64(text.parse().ok()?));
    number.map_or(0.into(), serde_json::Value::Number)
}
