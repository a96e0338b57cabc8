//! What the schema of a policy has against a configuration, in words of ours.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;
use v4ward_syntax::{Node, NodeKind, push_pointer_part};

use super::walk::{referred, resolved};
use crate::v2::Expected;
use crate::v4::{Places, what_of};

/// Words of a list are told up to this many.
const TOLD: usize = 12;

/// Something that the schema of a policy has against a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Breach {
    /// What it is about.
    pub kind: BreachKind,
    /// What is wrong, in words that quote no value.
    pub what: String,
}

/// What a breach is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BreachKind {
    /// A property that V4 does not know. It drops it without a word.
    Unknown,
    /// A property that is not there; the place is the object.
    Missing,
    /// A value of another type; the type that is meant, where the value fits once it is written so.
    WrongType(Option<Expected>),
    /// Anything else about a value.
    Other,
}

impl Breach {
    /// What is told first of a place.
    pub(super) fn rank(&self) -> u8 {
        match self.kind {
            BreachKind::WrongType(_) => 0,
            BreachKind::Other => 1,
            BreachKind::Missing => 2,
            BreachKind::Unknown => 3,
        }
    }

    /// True when both are about one value.
    pub(super) fn is_about_value(&self, other: &Self) -> bool {
        self.rank() < 2 && other.rank() < 2
    }
}

/// Adds what an error says, at its place.
pub(super) fn describe<'d>(
    error: &ValidationError<'_>,
    places: &mut Places<'d>,
    schema: &Value,
    found: &mut Vec<(Node<'d>, Breach)>,
) {
    let pointer = error.instance_path().to_string();
    let Some(node) = places.find(&pointer).map(Node::resolved) else { return };
    // Null is taken out before the server looks.
    let is_seen = |node: Node<'_>| !node.is_null() && node.kind() != NodeKind::Invalid;
    if !is_seen(node) {
        return;
    }
    let mut add = |node, kind, what| found.push((node, Breach { kind, what }));
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let pointer_to = |name: &String| {
                let mut pointer = format!("{pointer}/");
                push_pointer_part(&mut pointer, name);
                pointer
            };
            let members = unexpected.iter().filter_map(|name| places.find(&pointer_to(name)));
            members.filter(|member| is_seen(*member)).for_each(|member| {
                add(member, BreachKind::Unknown, "V4 does not know this property".to_owned());
            });
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            add(node, BreachKind::Missing, format!("{name} is missing"));
        }
        ValidationErrorKind::Pattern { .. } => {
            add(node, BreachKind::Other, "this is not of the form that the policy asks for".to_owned());
        }
        ValidationErrorKind::Enum { options } => add(node, BreachKind::Other, one_of(options)),
        ValidationErrorKind::Type { kind } => {
            let kind = BreachKind::WrongType(meant(node, kind, schema, &pointer));
            add(node, kind, what_of(error));
        }
        _ => add(node, BreachKind::Other, what_of(error)),
    }
}

fn one_of(options: &Value) -> String {
    let words = options.as_array().map_or(&[][..], Vec::as_slice);
    let told: Vec<String> = words.iter().take(TOLD).map(Value::to_string).collect();
    let more = if words.len() > TOLD { " or another one of its list" } else { "" };
    format!("this must be one of {}{more}", told.join(", "))
}

/// The type that is meant, when the value is as good as any once it is written in that type.
fn meant(node: Node<'_>, kind: &TypeKind, schema: &Value, pointer: &str) -> Option<Expected> {
    let TypeKind::Single(kind) = kind else { return None };
    let (expected, value) = match kind {
        // Of other numbers the server writes the digits in its own way.
        JsonType::String if node.kind() == NodeKind::Bool || is_plain_integer(node) => {
            (Expected::Text, Value::from(node.text()))
        }
        JsonType::Integer => (Expected::Integer, Value::from(node.as_str()?.parse::<i64>().ok()?)),
        JsonType::Boolean => (Expected::Bool, Value::from(node.as_str()?.parse::<bool>().ok()?)),
        _ => return None,
    };
    allows(part_at(schema, pointer)?, &value).then_some(expected)
}

fn is_plain_integer(node: Node<'_>) -> bool {
    node.kind() == NodeKind::Number && node.text().parse().is_ok_and(|number: i64| number.to_string() == node.text())
}

/// The part of a schema for the value at a pointer, where properties and elements lead to it.
fn part_at<'s>(schema: &'s Value, pointer: &str) -> Option<&'s Value> {
    let mut part = schema;
    for key in pointer.split('/').skip(1) {
        part = resolved(schema, part);
        let key = key.replace("~1", "/").replace("~0", "~");
        let named = part.get("properties").and_then(|properties| properties.get(&key));
        part = named.or_else(|| part.get("items").filter(|items| items.is_object()))?;
    }
    match part.get("$ref").and_then(Value::as_str) {
        Some(reference) => referred(schema, reference),
        None => Some(part),
    }
}

/// True when a part that asks for nothing unusual allows the value.
fn allows(part: &Value, value: &Value) -> bool {
    let Some(members) = part.as_object() else { return false };
    members.iter().all(|(key, asked)| match key.as_str() {
        "enum" => asked.as_array().is_some_and(|words| words.contains(value)),
        "minimum" => matches!((value.as_f64(), asked.as_f64()), (Some(value), Some(least)) if value >= least),
        "pattern" | "format" | "const" | "not" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf"
        | "minLength" | "maxLength" | "allOf" | "anyOf" | "oneOf" | "if" => false,
        _ => true,
    })
}
