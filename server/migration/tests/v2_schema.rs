//! The schema of V2 exports: that it is one, that it says what everything is, and that it takes what people have.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;

use common::inputs::{self, Input};
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;
use v4ward_benches::{Profile, definition};
use v4ward_migration::{Definition, DocumentFormat, Options, Place, analyse, recognise};
use v4ward_syntax::Document;

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../schemas/v2-export.schema.json")).unwrap()
}

#[test]
fn it_is_a_schema_of_draft_07() {
    let schema = schema();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    assert!(jsonschema::draft7::meta::is_valid(&schema));
}

#[test]
fn every_property_is_described() {
    let schema = schema();
    let described = |member: &Value| {
        let reference = member["$ref"].as_str().map(|reference| &schema[&reference[1..]]).is_none();
        let target = member["$ref"].as_str().and_then(|reference| schema.pointer(&reference[1..]));
        assert!(reference || target.is_some(), "nothing at {member}");
        let text = [Some(member), target].into_iter().flatten().find_map(|place| place["description"].as_str());
        text.is_some_and(|text| text.len() > 8 && text.ends_with('.') && text.len() < 300)
    };
    let (mut todo, mut count) = (vec![(String::new(), &schema)], 0);
    while let Some((path, place)) = todo.pop() {
        let of_map = place.get("additionalProperties").filter(|other| other.is_object());
        let members = place.get("properties").and_then(Value::as_object).into_iter().flatten();
        for (name, member) in members.chain(of_map.map(|member| (&path, member))) {
            // A definition may carry the words of a map's values.
            assert!(described(member), "{path} {name}: {member}");
            count += 1;
        }
        let inner = place.as_object().into_iter().flatten();
        todo.extend(inner.map(|(key, value)| (format!("{path}/{key}"), value)));
        todo.extend(place.as_array().into_iter().flatten().map(|value| (path.clone(), value)));
    }
    assert!(count > 200, "only {count}");
}

#[test]
fn examples_and_generated_definitions_are_valid() {
    let schema = schema();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let examples = inputs::examples().into_iter().filter(|input| input.case() != "legacy");
    let generated = ["clean", "mixed"].map(|name| definition(7, 1, &Profile::named(name).unwrap()));
    for text in examples.map(|input| input.text).chain(generated) {
        let value: Value = serde_json::from_str(&text).unwrap();
        let failures: Vec<String> =
            validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(failures, [""; 0]);
    }
}

/// What v4ward finds in a file explains what the schema refuses, but for what the server reads in spite of it.
#[test]
fn what_it_refuses_is_found_by_rules_or_forgiven_by_the_server() {
    let schema = schema();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let (mut files, mut unexplained) = (0, Vec::new());
    for input in inputs::conformance().into_iter().chain(inputs::examples()) {
        let document = Document::parse_json(&*input.text);
        let readable = serde_json::from_str(input.text.trim_start_matches('\u{feff}'));
        if recognise(&document) == (Definition::V2, DocumentFormat::ExportJson) {
            let Ok(value) = readable else { continue };
            files += 1;
            unexplained.extend(unexplained_failures(&validator, &input, &document, &value));
        }
    }
    assert!(unexplained.is_empty(), "{files} files, {} failures:\n{}", unexplained.len(), unexplained.join("\n"));
}

fn unexplained_failures(
    validator: &jsonschema::Validator,
    input: &Input,
    document: &Document,
    value: &Value,
) -> Vec<String> {
    let found = places_of_findings(document);
    let failures = validator.iter_errors(value).filter(|error| !is_forgiven(error.kind(), error.instance()));
    let places = failures.flat_map(|error| {
        let at = error.instance_path().as_str().to_owned();
        let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() else {
            return vec![(at, error.to_string())];
        };
        let unexpected = unexpected
            .iter()
            .map(|key| (format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), error.to_string()));
        unexpected.collect()
    });
    places
        .filter(|(at, _)| !found.iter().any(|place| is_near(place, at)))
        .map(|(at, error)| format!("{}: {at}: {}", input.path.display(), error.chars().take(300).collect::<String>()))
        .collect()
}

fn places_of_findings(document: &Document) -> Vec<String> {
    let analysis = analyse(document, &Options::default());
    let findings = analysis.findings.iter();
    findings
        .filter_map(|finding| match finding.place {
            Place::Node(node, _) => Some(node.pointer()),
            _ => None,
        })
        .collect()
}

/// One place is in the other.
fn is_near(place: &str, other: &str) -> bool {
    let inside = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    // Everything is in the root, which explains nothing.
    (!place.is_empty() && inside(other, place)) || inside(place, other)
}

/// The server takes words in any case, scalars as texts and texts as scalars, and null as absent. The schema wants what
/// an export has, so that an editor proposes it.
fn is_forgiven(kind: &ValidationErrorKind, instance: &Value) -> bool {
    let scalar = !instance.is_array() && !instance.is_object();
    match kind {
        _ if instance.is_null() => true,
        ValidationErrorKind::Enum { options } => instance.as_str().is_some_and(|word| {
            options.as_array().is_some_and(|options| options.iter().any(|known| known == &word.to_uppercase()))
        }),
        ValidationErrorKind::Type { .. } => scalar,
        _ => false,
    }
}
