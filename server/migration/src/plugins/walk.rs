//! Ways through a schema: its parts, its references, and how large it is.

use std::collections::HashMap;

use serde_json::Value;

use super::Unusable;

/// How deep parts and references may lie in each other.
const DEEPEST: usize = 100;
/// How many parts a schema may have once each reference is followed. It bounds what checking one value costs.
const LARGEST: u64 = 100_000;

/// Members that hold one schema.
pub(super) const ONE: &[&str] =
    &["items", "additionalItems", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else"];
/// Members that hold a list of schemas.
pub(super) const LISTS: &[&str] = &["allOf", "anyOf", "oneOf", "items"];
/// Members that hold schemas by name. Gravitee keeps parts that plugins share in the last one.
pub(super) const NAMED: &[&str] =
    &["properties", "patternProperties", "dependencies", "definitions", "$defs", "gioExternalDefinitions"];

/// The part that a reference in a schema names.
pub(crate) fn referred<'s>(root: &'s Value, reference: &str) -> Option<&'s Value> {
    root.pointer(reference.strip_prefix('#')?)
}

/// The part itself, or what it refers to.
pub(super) fn resolved<'s>(root: &'s Value, mut part: &'s Value) -> &'s Value {
    for _ in 0..DEEPEST {
        let reference = part.get("$ref").and_then(Value::as_str);
        match reference.and_then(|reference| referred(root, reference)) {
            Some(next) => part = next,
            None => break,
        }
    }
    part
}

/// The parts directly in a part.
fn parts(part: &Value) -> impl Iterator<Item = &Value> {
    let members = part.as_object().into_iter().flatten();
    members.flat_map(|(key, value)| {
        let one = Some(value).filter(|value| ONE.contains(&key.as_str()) && value.is_object());
        let list = value.as_array().filter(|_| LISTS.contains(&key.as_str()));
        let named = value.as_object().filter(|_| NAMED.contains(&key.as_str()));
        let named = named.into_iter().flat_map(|named| named.values()).filter(|value| value.is_object());
        one.into_iter().chain(list.into_iter().flatten()).chain(named)
    })
}

/// Refuses what would cost too much, or would never end: references to elsewhere, circles, and schemas that grow
/// without bound as their references are followed.
pub(super) fn measure(schema: &Value) -> Result<(), Unusable> {
    size(schema, schema, 0, &mut HashMap::new()).map(drop)
}

/// The size of a part with all that it refers to. Each part is measured once; one that is being measured is `None`.
fn size(
    root: &Value,
    part: &Value,
    depth: usize,
    known: &mut HashMap<*const Value, Option<u64>>,
) -> Result<u64, Unusable> {
    let reference = part.get("$ref").and_then(Value::as_str);
    let place = std::ptr::from_ref(part);
    match known.get(&place) {
        Some(Some(size)) => return Ok(*size),
        Some(None) => return Err(Unusable::Circle(reference.unwrap_or("#").to_owned())),
        None if depth > DEEPEST => return Err(Unusable::TooLarge),
        None => known.insert(place, None),
    };
    let target = match reference {
        Some(reference) => Some(referred(root, reference).ok_or_else(|| Unusable::Reference(reference.to_owned()))?),
        None => None,
    };
    let mut total: u64 = 1;
    for inner in parts(part).chain(target) {
        let inner = match size(root, inner, depth + 1, known) {
            Err(Unusable::Circle(_)) if reference.is_some() => {
                Err(Unusable::Circle(reference.unwrap_or_default().to_owned()))
            }
            size => size,
        }?;
        total = total.saturating_add(inner);
    }
    if total > LARGEST {
        return Err(Unusable::TooLarge);
    }
    known.insert(place, Some(total));
    Ok(total)
}
