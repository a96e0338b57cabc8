//! The resource definition of the operator (CRD) as the API server uses it, where the reference is there: what it
//! refuses and what it drops without a word.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;

use serde_json::{Map, Value};
use v4ward_syntax::{Document, Node, NodeKind};

const FILE: &str = "reference/schemas/gko/gravitee.io_apiv4definitions.yaml";

/// Keywords that judge a value, without a look at what is inside it.
const JUDGING: &[&str] =
    &["allOf", "enum", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "pattern", "type"];

/// Keywords that [`check`] understands otherwise, or that mean nothing to it.
const OTHERS: &[&str] = &[
    "additionalProperties",
    "default",
    "description",
    "example",
    "format",
    "items",
    "properties",
    "required",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-preserve-unknown-fields",
];

/// What Kubernetes itself knows in `metadata`; it drops anything else.
const OBJECT_META: &[&str] = &[
    "annotations",
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "generation",
    "labels",
    "managedFields",
    "name",
    "namespace",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// The schema of the whole resource; `None`, with a notice, where the reference is absent.
///
/// It is looked for where the conformance kit is.
pub(crate) fn schema() -> Option<&'static Value> {
    static SCHEMA: LazyLock<Option<Value>> = LazyLock::new(|| {
        let file = file();
        let Ok(text) = fs::read_to_string(&file) else {
            // Written past the capture of the test harness: a skip must be seen.
            let _ = writeln!(std::io::stderr(), "SKIPPED: no resource definition {}", file.display());
            return None;
        };
        let document = Document::parse_yaml(text);
        assert_eq!(document.errors(), [], "{}", file.display());
        let mut definition = value_of(document.root().unwrap());
        let schema = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"].take();
        understand(&schema);
        Some(schema)
    });
    SCHEMA.as_ref()
}

fn file() -> PathBuf {
    super::inputs::shared().join(FILE)
}

/// Fails for a keyword that [`check`] would pass over.
fn understand(schema: &Value) {
    for (word, _) in schema.as_object().unwrap() {
        assert!(JUDGING.contains(&word.as_str()) || OTHERS.contains(&word.as_str()), "what does {word} mean?");
    }
    let members = schema["properties"].as_object().into_iter().flat_map(Map::values);
    members.chain(schema.get("items")).chain(schema.get("additionalProperties")).for_each(understand);
}

/// A value of a text as JSON, with what aliases and merge keys stand for.
pub(crate) fn value_of(node: Node<'_>) -> Value {
    match node.kind() {
        NodeKind::Object => {
            let member = |member: Node<'_>| (member.key().unwrap().into_owned(), value_of(member));
            node.values().map(member).collect()
        }
        NodeKind::Array => node.values().map(value_of).collect(),
        NodeKind::String => node.scalar().into(),
        _ => serde_json::from_str(&node.scalar()).unwrap_or_else(|error| panic!("{node:?}: {error}")),
    }
}

/// What the API server would refuse of a resource, or drop; each with its place. Nothing where the reference is absent.
pub(crate) fn check(resource: &Value) -> Vec<String> {
    let Some(schema) = schema() else { return Vec::new() };
    let mut problems = Vec::new();
    for (key, known) in [("apiVersion", "gravitee.io/v1alpha1"), ("kind", "ApiV4Definition")] {
        if resource[key] != known {
            problems.push(format!("/{key}: not {known}"));
        }
    }
    check_metadata(&resource["metadata"], &mut problems);
    walk(schema, resource, "", &mut problems);
    problems
}

fn check_metadata(metadata: &Value, problems: &mut Vec<String>) {
    if metadata["name"].as_str().or(metadata["generateName"].as_str()).is_none_or(|name| !is_dns_name(name)) {
        problems.push("/metadata: no name for a resource".to_owned());
    }
    let unknown = members(metadata).filter(|(key, _)| !OBJECT_META.contains(&key.as_str()));
    problems.extend(unknown.map(|(key, _)| format!("/metadata/{key}: dropped")));
}

/// A DNS-1123 subdomain. The beginning of a generated name may end otherwise.
fn is_dns_name(name: &str) -> bool {
    let name = name.trim_end_matches('-');
    let inside = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let part =
        |part: &str| !part.is_empty() && part.bytes().all(inside) && !part.starts_with('-') && !part.ends_with('-');
    name.len() <= 253 && name.split('.').all(part)
}

fn walk(schema: &Value, value: &Value, path: &str, problems: &mut Vec<String>) {
    if value.is_null() {
        problems.push(format!("{path}: null is dropped"));
        return;
    }
    let judging: Map<String, Value> =
        JUDGING.iter().filter_map(|word| Some(((*word).to_owned(), schema.get(*word)?.clone()))).collect();
    if let Err(error) = jsonschema::draft7::validate(&judging.into(), value) {
        problems.push(format!("{path}: {error}"));
    }
    let too_long = |number: i64| schema["format"] == "int32" && i32::try_from(number).is_err();
    if value.as_i64().is_some_and(too_long) {
        problems.push(format!("{path}: does not fit into 32 bits"));
    }
    for (i, element) in value.as_array().into_iter().flatten().enumerate() {
        walk(&schema["items"], element, &format!("{path}/{i}"), problems);
    }
    // What has a default is filled in before anything is found missing.
    let missing = required(schema).filter(|name| value.is_object() && value.get(name).is_none());
    problems.extend(missing.map(|name| format!("{path}: {name} is missing")));
    if path != "/metadata" {
        walk_members(schema, value, path, problems);
    }
}

fn walk_members(schema: &Value, value: &Value, path: &str, problems: &mut Vec<String>) {
    for (key, member) in members(value) {
        let path = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
        match schema["properties"].get(key).or_else(|| schema.get("additionalProperties")) {
            Some(schema) => walk(schema, member, &path, problems),
            None if schema["x-kubernetes-preserve-unknown-fields"] == true => {}
            None => problems.push(format!("{path}: dropped")),
        }
    }
}

/// What the API server asks for: what is required and has no default.
pub(crate) fn required(schema: &Value) -> impl Iterator<Item = &str> {
    let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    names.filter(|name| schema["properties"][*name].get("default").is_none())
}

/// The members of an object; none of anything else.
pub(crate) fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
