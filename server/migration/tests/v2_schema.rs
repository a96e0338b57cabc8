//! The schema of V2 exports: that it is one, that it says what everything is, and that it takes what people have.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;

use common::inputs::{self, Input};
use jsonschema::ValidationError;
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
    let mut count = 0;
    for (path, place) in places(&schema) {
        let of_map = place.get("additionalProperties").filter(|other| other.is_object());
        for member in members(place, "properties").into_iter().map(|(_, member)| member).chain(of_map) {
            let target = member["$ref"].as_str().map(|reference| schema.pointer(&reference[1..]).unwrap());
            let text = [Some(member), target].into_iter().flatten().find_map(|place| place["description"].as_str());
            let text = text.unwrap_or_else(|| panic!("{path}: {member} has no description"));
            assert!(text.ends_with('.') && (8..300).contains(&text.len()), "{path}: {text}");
            count += 1;
        }
    }
    assert!(count > 200, "only {count}");
}

/// The schema and all schemas inside it, each with its place.
fn places(schema: &Value) -> Vec<(String, &Value)> {
    let mut places = vec![(String::new(), schema)];
    let mut next = 0;
    while let Some((path, place)) = places.get(next).cloned() {
        for key in ["properties", "definitions"] {
            let inner = members(place, key);
            places.extend(inner.into_iter().map(|(name, member)| (format!("{path}/{key}/{name}"), member)));
        }
        let alternatives = place.get("anyOf").and_then(Value::as_array).into_iter().flatten();
        let single = ["items", "additionalProperties"].into_iter().filter_map(|key| place.get(key));
        places.extend(alternatives.chain(single).map(|inner| (path.clone(), inner)));
        next += 1;
    }
    places
}

fn members<'s>(place: &'s Value, key: &str) -> Vec<(&'s String, &'s Value)> {
    place.get(key).and_then(Value::as_object).into_iter().flatten().collect()
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
    let failures = validator.iter_errors(value).filter(|error| !is_forgiven(error));
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

/// The finding is there, inside, or at the object around.
fn is_near(finding: &str, failure: &str) -> bool {
    let parent = failure.rsplit_once('/').map_or("", |(parent, _)| parent);
    let inside = finding.strip_prefix(failure).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    // Everything is in the root, which explains nothing.
    if failure.is_empty() { finding.is_empty() } else { inside || (finding == parent && !parent.is_empty()) }
}

/// The server takes words in any case, scalars as texts and texts as scalars, and null as absent. The schema wants what
/// an export has, so that an editor proposes it.
fn is_forgiven(error: &ValidationError<'_>) -> bool {
    let instance = error.instance();
    match error.kind() {
        _ if instance.is_null() => true,
        ValidationErrorKind::Enum { options } => instance.as_str().is_some_and(|word| {
            options.as_array().is_some_and(|options| options.iter().any(|known| known == &word.to_uppercase()))
        }),
        ValidationErrorKind::Type { .. } => !instance.is_array() && !instance.is_object(),
        ValidationErrorKind::AnyOf { context } => context.iter().any(|errors| errors.iter().all(is_forgiven)),
        _ => false,
    }
}

/// What the schema offers is read: an instance with all members has none that means nothing. Old spellings are left out,
/// as the new ones beside them win.
#[test]
fn everything_it_offers_is_known() {
    let schema = schema();
    // Each time with the next word of each enum.
    for word in 0..11 {
        let document = Document::parse_json(instance(&schema, &schema, 12, word).to_string());
        assert_eq!(recognise(&document), (Definition::V2, DocumentFormat::ExportJson));
        let analysis = analyse(&document, &Options::default());
        let odd = ["unknown-property", "wrong-type"];
        let odd = analysis.findings.iter().filter(|finding| odd.contains(&finding.declaration().id));
        let odd: Vec<String> = odd.map(|finding| format!("{finding:?} {}", finding.message().what)).collect();
        assert_eq!(odd, [""; 0]);
    }
}

/// A value with everything that the schema has, as deep as that.
fn instance(schema: &Value, place: &Value, depth: u32, word: usize) -> Value {
    let target = place["$ref"].as_str().and_then(|reference| schema.pointer(&reference[1..]));
    let place = target.or_else(|| place["anyOf"].get(0)).unwrap_or(place);
    if place.get("$ref").is_some() || place.get("anyOf").is_some() {
        return instance(schema, place, depth, word);
    }
    let current = |member: &Value| member.get("deprecated").is_none();
    let members = || members(place, "properties").into_iter().filter(|(_, member)| current(member) && depth > 0);
    let kind = place["type"].as_str().or(place["type"][0].as_str());
    match kind.unwrap_or("object") {
        "object" => members().map(|(name, member)| (name.clone(), instance(schema, member, depth - 1, word))).collect(),
        "array" if depth == 0 => Value::Array(Vec::new()),
        "array" => Value::Array(vec![instance(schema, &place["items"], depth - 1, word)]),
        "string" => match place["enum"].as_array() {
            Some(words) => words[word % words.len()].clone(),
            None => "x".into(),
        },
        "integer" => 1.into(),
        "boolean" => true.into(),
        other => panic!("a type {other}"),
    }
}
