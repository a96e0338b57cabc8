//! What schemas find, and which are refused.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use serde_json::json;
use v4ward_syntax::{Document, NodeId};

use super::*;

fn told(schema: &PolicySchema, configuration: &str) -> Vec<String> {
    let document = Document::parse_json(configuration);
    assert!(document.errors().is_empty(), "{configuration}");
    let found = schema.breaches(document.node(NodeId::ROOT));
    found.iter().map(|(node, breach)| format!("{} {}", node.pointer(), breach.what)).collect()
}

fn schema(value: Value) -> PolicySchema {
    PolicySchema::new(value).unwrap()
}

#[test]
fn our_schemas_compile_and_say_what_each_property_is() {
    assert!(builtin::policies().is_sorted());
    for policy in builtin::policies() {
        let schema = builtin::get(policy).unwrap_or_else(|| panic!("{policy}")).schema();
        assert_eq!(schema["$id"], format!("https://v4ward.invalid/schemas/policies/{policy}.schema.json"));
        assert_eq!(schema["title"], format!("Policy {policy}"));
        let mut parts: Vec<&Value> = vec![schema];
        while let Some(part) = parts.pop() {
            parts.extend(part.as_object().into_iter().flat_map(|members| members.values()));
            parts.extend(part.as_array().into_iter().flatten());
            for (name, property) in part.get("properties").and_then(Value::as_object).into_iter().flatten() {
                let told = property.get("description").or(property.get("const"));
                assert!(told.and_then(Value::as_str).is_some_and(|text| !text.is_empty()), "{policy}: {name}");
            }
            if let Some(words) = part.get("enumDescriptions") {
                assert_eq!(words.as_array().map(Vec::len), part["enum"].as_array().map(Vec::len), "{policy}");
            }
        }
    }
}

#[test]
fn what_the_server_mends_is_no_breach() {
    let schema = schema(json!({
        "type": "object", "required": ["a", "b", "c"], "additionalProperties": false,
        "properties": {
            "a": {"type": "string", "default": "x"},
            "b": {"$ref": "#/definitions/b"},
            "c": {"type": "array", "items": {"type": "integer"}},
        },
        "definitions": {"b": {"type": "boolean", "default": false}},
    }));
    assert_eq!(told(&schema, r#"{"c": [1, null]}"#), Vec::<String>::new());
    assert_eq!(told(&schema, r#"{"a": null, "b": true, "c": [], "d": null}"#), Vec::<String>::new());
    assert_eq!(told(&schema, r#"{"c": null}"#), [" c is missing"]);
    assert_eq!(told(&schema, r#"{"c": [], "d": 1}"#), ["/d V4 does not know this property"]);
}

#[test]
fn a_form_is_chosen_by_its_constant() {
    let schema = schema(json!({
        "properties": {"auth": {"oneOf": [
            {"properties": {"type": {"const": "none"}}},
            {"properties": {"type": {"const": "basic"}, "user": {"type": "string"}}, "required": ["user"]},
        ]}},
    }));
    assert_eq!(told(&schema, r#"{"auth": {}}"#), Vec::<String>::new());
    assert_eq!(told(&schema, r#"{"auth": {"type": "none", "user": 1}}"#), Vec::<String>::new());
    assert_eq!(told(&schema, r#"{"auth": {"type": "basic"}}"#), ["/auth user is missing"]);
    assert_eq!(told(&schema, r#"{"auth": {"type": "both"}}"#), ["/auth/type this must be one of \"none\", \"basic\""]);
}

#[test]
fn several_forms_without_a_constant_are_enough_in_any_of_them() {
    let schema = schema(json!({"oneOf": [
        {"required": ["a"], "properties": {"a": {"type": "string"}}, "additionalProperties": false},
        {"required": ["b"], "properties": {"b": {"type": "string"}}, "additionalProperties": false},
    ]}));
    assert_eq!(told(&schema, r#"{"a": "x", "b": "y"}"#), Vec::<String>::new());
    assert_eq!(told(&schema, "{}"), [" this fits none of the forms that V4 allows here"]);
}

#[test]
fn a_value_is_told_once_and_its_type_first() {
    let mock = builtin::get("mock").unwrap();
    assert_eq!(told(mock, r#"{"status": 200}"#), ["/status this must be a text"]);
    let document = Document::parse_json(r#"{"status": 200}"#);
    let kinds = |text: &str| {
        let document = Document::parse_json(text);
        let found = mock.breaches(document.node(NodeId::ROOT));
        found.iter().map(|(_, breach)| breach.kind).collect::<Vec<_>>()
    };
    assert!(document.errors().is_empty());
    assert_eq!(kinds(r#"{"status": 200}"#), [BreachKind::WrongType(Some(crate::v2::Expected::Text))]);
    assert_eq!(kinds(r#"{"status": 299}"#), [BreachKind::WrongType(None)]);
    assert_eq!(kinds(r#"{"status": "299"}"#), [BreachKind::Other]);
}

#[test]
fn what_cannot_be_used_is_told() {
    let unusable = |value: Value| PolicySchema::new(value).err().map(|error| error.to_string()).unwrap_or_default();
    assert_eq!(unusable(json!(["x"])), "a schema is a JSON object");
    for address in ["http://example.org/x.json", "other.json#/a", "#/definitions/none"] {
        let told = unusable(json!({"properties": {"a": {"$ref": address}}}));
        assert_eq!(told, format!("\"$ref\": \"{address}\" is no place in this file, and no other file is read"));
    }
    let circles = [
        json!({"$ref": "#"}),
        json!({"properties": {"a": {"$ref": "#"}}}),
        json!({"definitions": {"a": {"allOf": [{"$ref": "#/definitions/b"}]}, "b": {"$ref": "#/definitions/a"}}}),
    ];
    for circle in circles {
        assert!(unusable(circle.clone()).ends_with("leads back to itself, which cannot be read"), "{circle}");
    }
    let mut definitions = serde_json::Map::new();
    for level in 0..60 {
        let next = json!({"$ref": format!("#/definitions/d{}", level + 1)});
        definitions.insert(format!("d{level}"), json!({"allOf": [next, next]}));
    }
    definitions.insert("d60".to_owned(), json!({}));
    let told = unusable(json!({"definitions": definitions, "$ref": "#/definitions/d0"}));
    assert_eq!(told, "the schema is too large once its references are followed");
    assert_eq!(
        unusable(json!({"properties": {"a": {"type": 7}}})),
        "this is no JSON schema of draft 7: /properties/a/type is wrong"
    );
    assert_eq!(
        unusable(json!({"properties": {"a": {"pattern": "("}}})),
        "this is no JSON schema of draft 7: /properties/a/pattern is wrong"
    );
}

#[test]
fn ours_count_before_those_of_an_installation() {
    let mut schemas = PolicySchemas::default();
    schemas.add("mock", schema(json!({"required": ["x"]})));
    schemas.add("acme", schema(json!({"required": ["x"]})));
    assert_eq!(schemas.get("acme").map(|schema| told(schema, "{}")), Some(vec![" x is missing".to_owned()]));
    assert_eq!(schemas.get("mock").map(|schema| told(schema, "{}")), Some(vec![" status is missing".to_owned()]));
    assert!(schemas.get("unknown").is_none());
}
