//! The schemas of policies: that they say the same as the policies' own, where the reference is there, and that what
//! people have is judged as the policies' own would.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use common::inputs;
use serde_json::{Map, Value};
use v4ward_migration::plugins::{PolicySchema, PolicySchemas};
use v4ward_migration::v4::rule::find;
use v4ward_migration::v4::verify;
use v4ward_migration::{Options, analyse};
use v4ward_syntax::{Document, Node};

const RULE: &str = "policy-configuration-invalid";

fn json(path: &Path) -> Option<Value> {
    serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()
}

/// Our schemas with the ids of their policies.
fn ours() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/policies");
    let files = inputs::entries(&folder).into_iter();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().replace(".schema.json", "");
    files.map(|path| (name(&path), json(&path).unwrap())).collect()
}

/// What decides about a value, without words for people and forms.
fn facts(part: &Value, root: &Value) -> Value {
    let Some(members) = part.as_object() else { return part.clone() };
    if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
        return facts(root.pointer(&reference[1..]).unwrap(), root);
    }
    let mut out = Map::new();
    for (key, value) in members {
        let value = match (key.as_str(), value) {
            // A property that nothing may be is a slip of an author.
            ("properties", Value::Object(properties)) => properties
                .iter()
                .filter(|(_, property)| property.is_object())
                .map(|(name, property)| (name.clone(), facts(property, root)))
                .collect(),
            ("items" | "additionalProperties", value) => facts(value, root),
            ("oneOf", Value::Array(branches)) => branches.iter().map(|branch| facts(branch, root)).collect(),
            // Nothing is required of a list.
            ("required", Value::Array(names)) if members.get("type").is_none_or(|kind| kind != "array") => {
                sorted(names)
            }
            ("enum", Value::Array(words)) => sorted(words),
            ("type" | "default" | "const" | "pattern" | "minimum" | "minLength" | "uniqueItems", value) => {
                value.clone()
            }
            ("maximum" | "maxLength" | "anyOf" | "allOf" | "not" | "if" | "dependencies", _) => {
                panic!("this test does not compare {key}")
            }
            _ => continue,
        };
        out.insert(key.clone(), value);
    }
    Value::Object(out)
}

fn sorted(values: &[Value]) -> Value {
    let mut values = values.to_vec();
    values.sort_by_key(Value::to_string);
    Value::Array(values)
}

#[test]
fn they_are_schemas_of_draft_07() {
    let ours = ours();
    assert_eq!(ours.len(), 20);
    for (policy, schema) in ours {
        assert!(jsonschema::draft7::meta::is_valid(&schema), "{policy}");
    }
}

#[test]
fn they_say_what_the_policies_own_say() {
    let folder = inputs::shared().join("reference/schemas/policies");
    if !folder.is_dir() {
        return;
    }
    for (policy, ours) in ours() {
        let theirs = json(&folder.join(format!("{policy}.schema-form.json"))).unwrap();
        assert_eq!(facts(&ours, &ours), facts(&theirs, &theirs), "{policy}");
    }
}

/// A configuration that the policy's own schema takes by the letter is never an error.
#[test]
fn what_the_policies_own_take_is_no_error() {
    let folder = inputs::shared().join("reference/schemas/policies");
    let mut checked = (0, 0);
    for input in inputs::conformance() {
        let document = input.document();
        let analysis = analyse(&document, &Options::default());
        let is_taken = |policy: &str, value: &Value| {
            let theirs = json(&folder.join(format!("{policy}.schema-form.json")))?;
            Some(jsonschema::draft7::is_valid(&theirs, value))
        };
        let check = |taken: bool, configuration: Node<'_>| {
            let mut found = analysis.findings.iter().filter(|finding| finding.declaration().id == RULE);
            let told = found.any(|finding| finding.place.node().is_some_and(|node| configuration.holds(node.id())));
            assert!(!(taken && told), "{}: {}", input.path.display(), configuration.pointer());
        };
        for judged in &analysis.definitions {
            let flows = judged.api.flows.items.iter().chain(judged.api.plans.iter().flat_map(|plan| &plan.flows.items));
            for (_, step) in flows.flat_map(v4ward_migration::v2::Flow::steps) {
                let Some(configuration) = step.configuration else { continue };
                let Some(taken) = is_taken(&step.policy.value, &common::crd::value_of(configuration)) else { continue };
                check(taken, configuration);
                checked.0 += 1;
            }
            for plan in &judged.api.plans {
                let security = plan.security.as_ref().map_or("API_KEY", |security| security.value);
                let policy = security.to_lowercase().replace('_', "-");
                let Some(definition) = plan.security_definition else { continue };
                let Some(value) = definition.as_str().and_then(|text| serde_json::from_str(&text).ok()) else {
                    continue;
                };
                let Some(taken) = is_taken(&policy, &value) else { continue };
                check(taken, definition);
                checked.1 += 1;
            }
        }
    }
    assert!(checked.0 > 100 && checked.1 > 5 || !folder.is_dir(), "{checked:?}");
}

/// Schemas of an installation count for V4 files as well, and ours go before them.
#[test]
fn v4_files_are_judged_by_schemas_of_an_installation_too() {
    let schema = || PolicySchema::new(serde_json::json!({ "required": ["answer"] })).unwrap();
    let mut schemas = PolicySchemas::default();
    schemas.add("policy-of-ours", schema());
    schemas.add("mock", schema());
    let options = Options { policy_schemas: Arc::new(schemas), ..Options::default() };
    let rule = find("v4-policy-configuration").unwrap();
    let of_ours = rule.declaration().good.text().replace("\"rate-limit\"", "\"policy-of-ours\"");
    let of_mock = of_ours.replace("policy-of-ours", "mock");
    let told = |text: String, options: &Options| {
        let document = Document::parse_json(text);
        let findings = verify(&document, options).findings;
        findings.iter().map(|finding| finding.message().what).collect::<Vec<_>>()
    };
    assert_eq!(told(of_ours.clone(), &Options::default()), [""; 0]);
    let refused = "the import refuses the API for such a configuration of";
    assert_eq!(told(of_ours, &options), [format!("answer is missing: {refused} policy-of-ours")]);
    assert_eq!(told(of_mock, &options), [format!("status is missing: {refused} mock")]);
}
