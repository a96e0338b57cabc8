//! From a schema to one that finds what the server does not mend.
//!
//! Before it judges a configuration, the server takes out null and properties that `additionalProperties` forbids, fills
//! in required ones that have a default, and of several forms (`oneOf`) takes the one whose `const` fits, or the first
//! that may be meant (FORMATS §2.1). Null is passed over by the validator's view of the tree; the rest is done here.
//! Forbidden properties stay forbidden where that can be told from other mistakes, since a hint speaks of them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::walk::{LISTS, NAMED, ONE, resolved};

/// Identifiers, which would change what references mean, and words for people.
const LEFT_OUT: &[&str] = &["$schema", "$id", "id", "title", "description"];

/// The schema of what is left after the server's mending.
pub(super) fn for_import(schema: &Value) -> Value {
    let repair = Repair { root: schema };
    repair.part(schema, true, &BTreeSet::new())
}

struct Repair<'s> {
    root: &'s Value,
}

impl<'s> Repair<'s> {
    /// A part; `closed` parts still forbid what they do not name, `filled` properties of the same object are never
    /// missing.
    fn part(&self, part: &'s Value, closed: bool, filled: &BTreeSet<&'s str>) -> Value {
        let Some(members) = part.as_object() else { return part.clone() };
        let filled = self.filled(part, filled);
        let nothing = BTreeSet::new();
        let mut out = Map::new();
        let mut forms = Vec::new();
        for (key, value) in members {
            match (key.as_str(), value) {
                (left_out, Value::String(_)) if LEFT_OUT.contains(&left_out) => {}
                ("additionalProperties", Value::Bool(false)) if !closed => {}
                ("required", Value::Array(names)) => {
                    let stays = |name: &&Value| name.as_str().is_none_or(|name| !filled.contains(name));
                    out.insert(key.clone(), names.iter().filter(stays).cloned().collect());
                }
                ("oneOf", Value::Array(branches)) => forms = self.forms(branches, closed, &filled),
                ("allOf" | "anyOf", Value::Array(parts)) => {
                    let closed = closed && key == "allOf";
                    let parts = parts.iter().map(|part| self.part(part, closed, &filled)).collect();
                    out.insert(key.clone(), parts);
                }
                ("then" | "else", value) => {
                    out.insert(key.clone(), self.part(value, closed, &filled));
                }
                // What these ask is not asked of the configuration itself.
                ("if" | "not", value) => {
                    out.insert(key.clone(), value.clone());
                }
                (list, Value::Array(parts)) if LISTS.contains(&list) => {
                    let parts = parts.iter().map(|part| self.part(part, closed, &nothing)).collect();
                    out.insert(key.clone(), parts);
                }
                (one, value) if ONE.contains(&one) => {
                    out.insert(key.clone(), self.part(value, closed, &nothing));
                }
                (named, Value::Object(parts)) if NAMED.contains(&named) => {
                    let parts = parts.iter().map(|(name, part)| (name.clone(), self.part(part, closed, &nothing)));
                    out.insert(key.clone(), parts.collect());
                }
                _ => {
                    out.insert(key.clone(), value.clone());
                }
            }
        }
        if !forms.is_empty() {
            match out.entry("allOf").or_insert_with(|| json!([])) {
                Value::Array(all) => all.extend(forms),
                other => *other = forms.into(),
            }
        }
        Value::Object(out)
    }

    /// The properties of the object that have a default, with those that are known.
    fn filled(&self, part: &'s Value, known: &BTreeSet<&'s str>) -> BTreeSet<&'s str> {
        let properties = part.get("properties").and_then(Value::as_object).into_iter().flatten();
        let has_default =
            |schema: &'s Value| schema.get("default").is_some() || resolved(self.root, schema).get("default").is_some();
        let filled = properties.filter(|(_, schema)| has_default(schema)).map(|(name, _)| name.as_str());
        known.iter().copied().chain(filled).collect()
    }

    /// What is asked of a value that has one of several forms: by the property that tells them apart, so that mistakes
    /// have a place; without such a property only that it has one of them.
    fn forms(&self, branches: &'s [Value], closed: bool, filled: &BTreeSet<&'s str>) -> Vec<Value> {
        let any: Vec<Value> = branches.iter().map(|branch| self.part(branch, false, filled)).collect();
        let Some((name, words)) = self.telling(branches) else { return vec![json!({ "anyOf": any })] };
        let requires = |branch: &Value| {
            let required = resolved(self.root, branch).get("required").and_then(Value::as_array);
            required.is_some_and(|required| required.iter().any(|known| known == name))
        };
        let always = branches.iter().all(requires) && !filled.contains(name);
        let absent = if always { json!({ "required": [name] }) } else { json!({ "anyOf": any }) };
        let mut all = vec![json!({
            "if": { "required": [name] },
            "then": { "properties": { name: { "enum": words } } },
            "else": absent,
        })];
        all.extend(branches.iter().zip(words).map(|(branch, word)| {
            json!({
                "if": { "properties": { name: { "const": word } }, "required": [name] },
                "then": self.part(branch, closed, filled),
            })
        }));
        all
    }

    /// The property that has another constant in each branch, with these constants.
    fn telling(&self, branches: &'s [Value]) -> Option<(&'s str, Vec<&'s Value>)> {
        let properties = |branch: &'s Value| resolved(self.root, branch).get("properties").and_then(Value::as_object);
        let names = properties(branches.first()?)?.keys();
        names.map(String::as_str).find_map(|name| {
            let constants = branches.iter().map(|branch| properties(branch)?.get(name)?.get("const"));
            let constants = constants.collect::<Option<Vec<&Value>>>()?;
            let differ = constants.iter().enumerate().all(|(at, word)| !constants[..at].contains(word));
            (differ && branches.len() > 1).then_some((name, constants))
        })
    }
}
