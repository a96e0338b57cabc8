//! Resources of kind ApiV4Definition: what is found in them, and that our schema is that of the operator.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use common::crd;
use common::inputs::{self, Input};
use serde_json::{Value, json};
use v4ward_migration::Options;
use v4ward_migration::v4::{check_resource, verify};
use v4ward_syntax::Document;

const MINIMAL: &str = include_str!("v4_resources/minimal.yaml");

fn samples() -> Vec<Input> {
    let samples = inputs::files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/v4_resources"), ".yaml");
    assert!(samples.len() >= 3);
    samples
}

fn minimal() -> Value {
    crd::value_of(Document::parse_yaml(MINIMAL).root().unwrap())
}

/// Where something is found in a text, and what.
fn failures(document: &Document) -> Vec<(String, String)> {
    assert_eq!(document.errors(), []);
    let root = document.root().unwrap();
    let found = check_resource(root);
    // What is missing is told at the object around it; so everything has a place.
    assert!(found.iter().all(|failure| root.descend(&failure.pointer).is_some()), "{found:?}");
    found.into_iter().map(|failure| (failure.pointer, failure.what)).collect()
}

#[test]
fn samples_are_good() {
    for sample in samples() {
        let document = Document::parse_yaml(&*sample.text);
        assert_eq!(failures(&document), [], "{}", sample.path.display());
        // As JSON, too.
        let value = crd::value_of(document.root().unwrap());
        assert_eq!(failures(&Document::parse_json(value.to_string())), [], "{}", sample.path.display());
    }
}

/// Each change of the smallest resource, and where it is found to be wrong.
#[test]
fn what_is_wrong_is_found_at_its_place() {
    let group = "/spec/endpointGroups/0";
    let step = json!({ "policy": "mock" });
    for (at, value, expected) in [
        // Kubernetes
        ("/apiVersion", json!("gravitee.io/v1"), "/apiVersion"),
        ("/kind", json!("ApiDefinition"), "/kind"),
        ("/metadata", json!({}), "/metadata"),
        ("/metadata/name", json!("Orders"), "/metadata/name"),
        ("/metadata/name", json!("a".repeat(254)), "/metadata/name"),
        ("/metadata/labels", json!({ "a b": "c" }), "/metadata/labels/a b"),
        ("/metadata/labels", json!({ "a": true }), "/metadata/labels/a"),
        ("/metadata/nmae", json!("x"), "/metadata/nmae"),
        ("/more", json!(1), "/more"),
        // Dropped without a word
        ("/spec/pathMappings", json!([]), "/spec/pathMappings"),
        ("/spec/failover", json!({ "failureCondition": "{true}" }), "/spec/failover/failureCondition"),
        ("/spec/plans/free/commentMessage", json!("Why?"), "/spec/plans/free/commentMessage"),
        ("/spec/pages", json!({ "abc": { "name": "A", "type": "ROOT", "hidden": true } }), "/spec/pages/abc/hidden"),
        ("/spec/description", json!(null), "/spec/description"),
        // Types, words, limits
        ("/spec/type", json!("proxy"), "/spec/type"),
        ("/spec/version", json!(1.0), "/spec/version"),
        ("/spec/name", json!("n".repeat(513)), "/spec/name"),
        ("/spec/lifecycleState", json!("CREATED"), "/spec/lifecycleState"),
        ("/spec/tags", json!(["t".repeat(65)]), "/spec/tags/0"),
        ("/spec/plans/free/status", json!("CLOSED"), "/spec/plans/free/status"),
        ("/spec/portalNavigation", json!([{ "path": "shop" }]), "/spec/portalNavigation/0/path"),
        ("/spec/listeners", json!([]), "/spec/listeners"),
        ("/spec/endpointGroups", json!([]), "/spec/endpointGroups"),
        (
            "/spec/endpointGroups/0/endpoints/0/weight",
            json!(2_147_483_648_i64),
            "/spec/endpointGroups/0/endpoints/0/weight",
        ),
        ("/spec/plans/a", json!({ "name": "A", "security": { "type": "JWT" } }), "/spec/plans/a"),
        ("/spec/plans/-ab", json!({ "name": "A", "security": { "type": "JWT" } }), "/spec/plans/-ab"),
        ("/spec/pages", json!({ "a/é": { "name": "A", "type": "ROOT" } }), "/spec/pages/a~1é"),
        // What the operator and APIM ask for
        ("/spec/listeners/0/path", json!("/"), "/spec/listeners/0/path"),
        ("/spec/listeners/0/type", json!("http"), "/spec/listeners/0/type"),
        (
            "/spec/listeners/0/entrypoints/0/configuration",
            json!({ "a": 1 }),
            "/spec/listeners/0/entrypoints/0/configuration",
        ),
        ("/spec/endpointGroups/0/type", json!("http"), "/spec/endpointGroups/0/type"),
        ("/spec/endpointGroups/0/endpoints", json!([]), "/spec/endpointGroups/0/endpoints"),
        (
            "/spec/endpointGroups/0/sharedConfiguration/proxy/useSystemProxy",
            json!(true),
            "/spec/endpointGroups/0/sharedConfiguration/proxy/useSystemProxy",
        ),
        (
            "/spec/endpointGroups/0/endpoints/0/configuration/target",
            json!("a b"),
            "/spec/endpointGroups/0/endpoints/0/configuration/target",
        ),
        ("/spec/flowExecution", json!({ "matchRequired": true, "mode": "BEST" }), "/spec/flowExecution/mode"),
        ("/spec/analytics", json!({ "sampling": { "type": "COUNT", "value": "1" } }), "/spec/analytics/sampling"),
        ("/spec/flows", json!([{ "selectors": [{ "type": "HTTP", "path": "/" }] }]), "/spec/flows/0/selectors/0"),
        ("/spec/flows", json!([{ "connect": [step] }]), "/spec/flows/0/connect"),
        ("/spec/plans/free/flows", json!([{ "interact": [step] }]), "/spec/plans/free/flows/0/interact"),
        ("/spec/flows", json!([{ "request": [{ "enabled": true }] }]), "/spec/flows/0/request/0"),
        ("/spec/resources", json!([{ "name": "cache" }]), "/spec/resources/0"),
        ("/spec/responseTemplates", json!({ "A": { "*/*": { "body": "" } } }), "/spec/responseTemplates/A/*~1*"),
        ("/spec/plans/free/security", json!({ "type": "key-less" }), "/spec/plans/free/security/type"),
        ("/spec/plans/free/mode", json!("PUSH"), "/spec/plans/free/security"),
        ("/spec/plans", json!({}), "/spec"),
        ("/spec/plans/free/generalConditions", json!("terms"), "/spec/plans/free/generalConditions"),
        ("/spec/pages", json!({ "abc": { "name": "A", "type": "ROOT", "parent": "x" } }), "/spec/pages/abc/parent"),
    ] {
        let mut resource = minimal();
        let (parent, name) = at.rsplit_once('/').unwrap();
        resource.pointer_mut(parent).unwrap()[name] = value;
        let found = failures(&Document::parse_json(resource.to_string()));
        let places: BTreeSet<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
        assert!(places.contains(expected), "{at}: {found:?}");
        // Nothing else is wrong, but for what depends on it.
        let related = |place: &&str| expected.starts_with(*place) || place.starts_with(group);
        assert!(places.iter().all(related), "{at}: {found:?}");
    }
}

#[test]
fn what_is_missing_is_told_at_the_object_around() {
    for (at, expected) in [
        ("/spec", ""),
        ("/metadata", ""),
        ("/spec/name", "/spec"),
        ("/spec/type", "/spec"),
        ("/spec/listeners", "/spec"),
        ("/spec/plans", "/spec"),
        ("/spec/plans/free/name", "/spec/plans/free"),
        ("/spec/plans/free/security", "/spec/plans/free"),
        ("/spec/endpointGroups/0/name", "/spec/endpointGroups/0"),
        ("/spec/endpointGroups/0/endpoints/0/inheritConfiguration", "/spec/endpointGroups/0/endpoints/0"),
        ("/spec/endpointGroups/0/sharedConfiguration", "/spec/endpointGroups/0/endpoints/0/inheritConfiguration"),
    ] {
        let mut resource = minimal();
        let (parent, name) = at.rsplit_once('/').unwrap();
        resource.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        let found = failures(&Document::parse_json(resource.to_string()));
        let places: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(places, [expected], "{at}: {found:?}");
    }
}

#[test]
fn a_stopped_api_needs_no_plan() {
    for (state, expected) in [(Some("STARTED"), &["/spec/state"][..]), (None, &["/spec"]), (Some("STOPPED"), &[])] {
        let mut resource = minimal();
        resource["spec"].as_object_mut().unwrap().remove("plans");
        if let Some(state) = state {
            resource["spec"]["state"] = state.into();
        }
        let found = failures(&Document::parse_json(resource.to_string()));
        assert_eq!(found.iter().map(|(place, _)| place.as_str()).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn aliases_and_merge_keys_are_what_they_stand_for() {
    let text = MINIMAL
        .replace("    free:\n      name: Free\n", "    free: &free\n      name: Free\n      order: 0x1f\n")
        .replace("security: {", "security: &keyless {");
    let good =
        format!("{text}    gold:\n      <<: *free\n      name: Gold\n    iron: {{ name: Iron, security: *keyless }}\n");
    assert_eq!(failures(&Document::parse_yaml(&*good)), []);

    let bad = good.replace("0x1f", "'0x1f'").replace("type: KEY_LESS", "type: NO_KEY");
    let document = Document::parse_yaml(&*bad);
    let places: Vec<String> = failures(&document).into_iter().map(|(place, _)| place).collect();
    let plans = ["free", "gold", "iron"].map(|plan| format!("/spec/plans/{plan}/security/type"));
    assert!(plans.iter().all(|place| places.contains(place)), "{places:?}");
    assert!(places.contains(&"/spec/plans/gold/order".to_owned()), "{places:?}");
    // Each is shown where it is written.
    let verified = verify(&document, &Options::default()).findings;
    let written: BTreeSet<&str> = verified.iter().map(|problem| document.slice(problem.place.span())).collect();
    assert_eq!(written, BTreeSet::from(["'0x1f'", "NO_KEY"]));
}

#[test]
fn each_document_of_a_text_is_checked_alone() {
    let wrong = MINIMAL.replace("type: PROXY", "type: PROXI\n  name: twice");
    let document = Document::parse_yaml(format!("{MINIMAL}---\n{wrong}"));
    let problems = verify(&document, &Options::default()).findings;
    let written: Vec<&str> = problems.iter().map(|problem| document.slice(problem.place.span())).collect();
    // Both have the same path, which is told at the second.
    assert_eq!(written, ["name", "PROXI", "/orders/"], "{problems:?}");
    assert!(problems.iter().all(|problem| problem.place.span().start as usize > MINIMAL.len()));
}

// --- The schema itself, and the definition of the operator ---

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../schemas/v4-resource.schema.json")).unwrap()
}

/// A part of our schema with what it refers to; what it has itself wins.
fn flat(schema: &Value, part: &Value) -> Value {
    let mut out = part.clone();
    if let Some(pointer) = reference(part) {
        let target = flat(schema, schema.pointer(pointer).unwrap_or_else(|| panic!("no {pointer}")));
        for (word, value) in crd::members(&target) {
            if out.get(word).is_none() {
                out[word] = value.clone();
            }
        }
    }
    out
}

/// The place in our schema that a part refers to, by itself or beside words of its own.
fn reference(part: &Value) -> Option<&str> {
    let other = part.get("$ref").or_else(|| part["allOf"].as_array().filter(|all| all.len() == 1)?[0].get("$ref"));
    other?.as_str()?.strip_prefix('#')
}

/// The inside of a schema, of ours or of the operator's: each with its step in a path.
fn inside(part: &Value) -> Vec<(String, &Value)> {
    let members = crd::members(&part["properties"]).map(|(name, member)| (format!("/{name}"), member));
    let others = [("items", "[]"), ("additionalProperties", "/*")]
        .into_iter()
        .filter_map(|(word, step)| Some((step.to_owned(), part.get(word).filter(|inner| inner.is_object())?)));
    members.chain(others).collect()
}

#[test]
fn it_is_a_schema_of_draft_07_and_describes_everything() {
    let schema = schema();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    assert!(jsonschema::draft7::meta::is_valid(&schema));
    let mut count = 0;
    let mut open = vec![(String::new(), flat(&schema, &schema))];
    while let Some((path, part)) = open.pop() {
        for (step, inner) in inside(&part) {
            let path = format!("{path}{step}");
            let inner = flat(&schema, inner);
            if step.starts_with('/') && step != "/*" {
                let text = inner["description"].as_str().unwrap_or_else(|| panic!("{path} has no description"));
                assert!(text.ends_with('.') && (8..200).contains(&text.len()), "{path}: {text}");
                count += 1;
            }
            open.push((path, inner));
        }
    }
    assert!(count > 300, "only {count}");
}

/// The samples have every property that the schema has, so that checking them checks all of it.
#[test]
fn samples_have_everything() {
    let schema = schema();
    let values: Vec<Value> =
        samples().iter().map(|sample| crd::value_of(Document::parse_yaml(&*sample.text).root().unwrap())).collect();
    // What several places refer to has to be there once: its path begins at its definition.
    let mut seen: BTreeMap<String, bool> = BTreeMap::new();
    let mut open = vec![(String::new(), &schema, values.iter().collect::<Vec<_>>())];
    while let Some((path, part, values)) = open.pop() {
        let path = reference(part).map_or(path, str::to_owned);
        let part = reference(part).map_or(part, |pointer| schema.pointer(pointer).unwrap());
        for (step, inner) in inside(part) {
            let path = format!("{path}{step}");
            let found: Vec<&Value> = values.iter().flat_map(|value| children(value, &step)).collect();
            *seen.entry(path.clone()).or_default() |= !found.is_empty();
            if !found.is_empty() {
                open.push((path, inner, found));
            }
        }
    }
    let missing: Vec<&String> = seen.iter().filter(|(_, seen)| !**seen).map(|(path, _)| path).collect();
    assert_eq!(missing, [""; 0]);
}

fn children<'v>(value: &'v Value, step: &str) -> Vec<&'v Value> {
    match step {
        "[]" => value.as_array().into_iter().flatten().collect(),
        "/*" => crd::members(value).map(|(_, member)| member).collect(),
        step => value.get(&step[1..]).into_iter().collect(),
    }
}

#[test]
fn the_operator_takes_the_samples_whole() {
    for sample in samples() {
        let value = crd::value_of(Document::parse_yaml(&*sample.text).root().unwrap());
        let problems = crd::check(&value);
        assert_eq!(problems, [""; 0], "{}", sample.path.display());
    }
}

#[test]
fn what_the_operator_refuses_or_drops_is_told() {
    if crd::schema().is_none() {
        return;
    }
    let mut resource = minimal();
    resource["metadata"]["nmae"] = 1.into();
    resource["spec"]["more"] = 1.into();
    resource["spec"]["description"] = Value::Null;
    resource["spec"]["type"] = "proxy".into();
    resource["spec"]["plans"]["free"]["mode"] = "PULL".into();
    resource["spec"]["plans"]["free"]["flows"] = json!([{ "request": [{ "enabled": "yes" }] }]);
    resource["spec"]["plans"]["free"]["security"]["configuration"] = json!({ "anything": [null] });
    resource["spec"]["endpointGroups"][0]["endpoints"][0]["weight"] = 2_147_483_648_i64.into();
    resource["spec"]["flowExecution"] = json!({});
    resource["spec"].as_object_mut().unwrap().remove("version");
    let problems = crd::check(&resource);
    let mut places: Vec<&str> = problems.iter().map(|problem| problem.split_once(':').unwrap().0).collect();
    places.sort_unstable();
    assert_eq!(
        places,
        [
            "/metadata/nmae",
            "/spec",
            "/spec/description",
            "/spec/endpointGroups/0/endpoints/0/weight",
            "/spec/flowExecution",
            "/spec/more",
            "/spec/plans/free/flows/0/request/0/enabled",
            "/spec/plans/free/mode",
            "/spec/type",
        ],
        "{problems:?}"
    );
}

/// Our schema has what the definition of the operator has: the same properties with the same types, words, defaults and
/// needs, closed and open at the same places. It differs on purpose only in this:
///
/// * `status` is an open object for us: the operator writes it, and no file has to be right about it;
/// * `metadata` at the root is what Kubernetes knows, of which the definition only says that it is an object;
/// * `apiVersion` and `kind` have one value each, and `metadata` and `spec` must be there;
/// * limits of texts are those of the Automation API, and of numbers those of APIM; the definition has few;
/// * what a proxy API needs beyond it stands apart, in `proxySpec`, and in conditions, which are not compared.
#[test]
fn it_has_what_the_definition_of_the_operator_has() {
    let Some(theirs) = crd::schema() else { return };
    let schema = schema();
    let ours = flat(&schema, &schema["properties"]["spec"]);
    let names = |schema: &Value| crd::members(&schema["properties"]).map(|(name, _)| name.clone()).collect();
    let (our_root, their_root): (BTreeSet<String>, BTreeSet<String>) = (names(&schema), names(theirs));
    assert_eq!(our_root, their_root);

    let (mut paths, mut differences) = (0, Vec::new());
    let mut open = vec![("/spec".to_owned(), ours, &theirs["properties"]["spec"])];
    while let Some((path, ours, theirs)) = open.pop() {
        paths += 1;
        differences.extend(difference(&ours, theirs).map(|what| format!("{path}: {what}")));
        let (our_parts, their_parts) = (inside(&ours), inside(theirs));
        for (step, part) in &their_parts {
            match our_parts.iter().find(|(own, _)| own == step) {
                Some((_, own)) => open.push((format!("{path}{step}"), flat(&schema, own), part)),
                None => differences.push(format!("{path}{step}: we do not have it")),
            }
        }
        let unknown = our_parts.iter().filter(|(step, _)| !their_parts.iter().any(|(other, _)| other == step));
        differences.extend(unknown.map(|(step, _)| format!("{path}{step}: they do not have it")));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(paths >= 430, "only {paths}");
}

fn difference(ours: &Value, theirs: &Value) -> Option<String> {
    let texts = |values: &Value| -> BTreeSet<String> {
        values.as_array().into_iter().flatten().map(ToString::to_string).collect()
    };
    // The definition repeats itself where a generator met the same words twice.
    let their_words = theirs.get("enum").unwrap_or(&theirs["allOf"][0]["enum"]);
    let their_needs: BTreeSet<&str> = crd::required(theirs).collect();
    let our_needs: BTreeSet<&str> = crd::required(ours).collect();
    let is_open =
        theirs["x-kubernetes-preserve-unknown-fields"] == true || theirs.get("additionalProperties").is_some();
    let is_closed = theirs["type"] == "object" && !is_open;
    let same = |word: &str| theirs.get(word).is_none_or(|value| ours.get(word) == Some(value));
    [
        (ours["type"] == theirs["type"], "type"),
        (texts(&ours["enum"]) == texts(their_words), "enum"),
        (our_needs == their_needs, "required"),
        (same("default") && (ours.get("default").is_none() || theirs.get("default").is_some()), "default"),
        (["minimum", "maximum", "minItems", "maxItems", "pattern", "minLength"].into_iter().all(same), "limit"),
        ((ours["additionalProperties"] == false) == is_closed, "open or closed"),
        (theirs["format"] != "int32" || ours["maximum"] == i32::MAX, "32 bits"),
    ]
    .into_iter()
    .find(|(is_same, _)| !is_same)
    .map(|(_, what)| format!("not the same {what}"))
}
