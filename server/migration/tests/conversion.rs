//! What is always true of a result (MIGRATION): valid, complete record, deterministic, V2 text unchanged.

#![allow(clippy::unwrap_used, dead_code, missing_docs)]

mod common;

use common::inputs;
use v4ward_benches::{Profile, definition};
use v4ward_migration::record::{Outcome, UNACCOUNTED};
use v4ward_migration::{FixLevel, IdPolicy, Options, Output, Refusal, Request, Severity, analyse, migrate, v4};
use v4ward_syntax::{Document, NodeKind};

/// A small clean definition.
const MINIMAL: &str = r#"{
  "id": "a",
  "name": "Orders",
  "version": "1",
  "gravitee": "2.0.0",
  "execution_mode": "v4-emulation-engine",
  "proxy": {
    "virtual_hosts": [{ "path": "/o" }],
    "groups": [{ "name": "g", "endpoints": [{ "name": "e", "target": "http://b.example", "inherit": true }] }]
  },
  "flows": []
}
"#;

const EVERYTHING: Request = Request { fixes: FixLevel::All, force: true };

/// Our examples, the V2 files of the conformance kit when it is there, and generated definitions, by name.
fn definitions() -> Vec<(String, String)> {
    let files = inputs::examples().into_iter().chain(inputs::conformance());
    let files = files.map(|input| (input.path.display().to_string(), input.text));
    let profiles = [Profile::clean().with_bytes(3000), Profile::mixed().with_bytes(3000), Profile::legacy()];
    let generated = (0..300).map(|index: u64| {
        let profile = &profiles[(index % 3) as usize];
        (format!("generated {index}"), definition(7, index, profile))
    });
    files.chain(generated).collect()
}

fn output(text: &str, options: &Options, request: &Request) -> Option<Output> {
    migrate(&Document::parse_json(text), options, request).result.ok()
}

/// Every V2 leaf is in the record once, and what is said of V4 places is true.
fn check_record(name: &str, text: &str, output: &Output) {
    let document = Document::parse_json(text);
    let result = Document::parse_json(output.text.as_str());
    assert!(result.errors().is_empty(), "{name}: the V4 text is no JSON");
    let leaves: Vec<_> = document.nodes().filter(|node| node.is_leaf()).map(|node| node.id()).collect();
    let recorded: Vec<_> = output.record.leaves().map(|(leaf, _)| leaf).collect();
    assert_eq!(leaves, recorded, "{name}: each leaf once, in order");
    let places: Vec<_> = result.nodes().collect();
    for (leaf, outcome) in output.record.leaves() {
        let leaf = document.node(leaf);
        match outcome {
            Outcome::Carried { to } => {
                for link in to {
                    let place = places[link.v4 as usize];
                    let same = place.is_leaf() && place.kind() == leaf.kind() && place.text() == leaf.text();
                    let empty = place.is_container() && place.is_leaf() && leaf.is_container();
                    assert!(same || empty, "{name}: {leaf:?} is not at {place:?}");
                }
            }
            Outcome::Converted { to } => assert!(to.iter().all(|link| (link.v4 as usize) < places.len())),
            Outcome::Dropped { rule, .. } => assert_ne!(rule, UNACCOUNTED, "{name}: {leaf:?} is forgotten"),
        }
    }
}

#[test]
fn every_result_is_valid_complete_and_deterministic() {
    let mut converted = 0;
    for (name, text) in definitions() {
        for fixes in [FixLevel::None, FixLevel::Safe, FixLevel::All] {
            let request = Request { fixes, force: true };
            let document = Document::parse_json(text.as_str());
            let migration = migrate(&document, &Options::default(), &request);
            assert_eq!(document.text(), text, "{name}: the V2 text changed");
            let bug = matches!(migration.result, Err(Refusal::Bug(_)));
            assert!(!bug, "{name}: {:?}", migration.result.err());
            let Ok(output) = migration.result else { continue };
            converted += 1;
            check_record(&name, &text, &output);
            let again = self::output(&text, &Options::default(), &request).unwrap();
            assert_eq!(output.text, again.text, "{name}: two conversions differ");
        }
    }
    assert!(converted > 100, "only {converted} results");
}

#[test]
fn examples_give_what_they_gave() {
    for input in inputs::examples() {
        let output = output(&input.text, &Options::default(), &EVERYTHING).unwrap();
        insta::with_settings!({ snapshot_path => "conversion", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(input.case(), output.text);
        });
    }
}

#[test]
fn without_error_findings_the_result_passes_the_schemas() {
    for (name, text) in definitions() {
        let document = Document::parse_json(text.as_str());
        if analyse(&document, &Options::default())
            .findings
            .iter()
            .any(|f| f.severity == Severity::Error || f.apim.is_some())
        {
            continue;
        }
        let Some(output) = output(&text, &Options::default(), &Request { fixes: FixLevel::None, force: false }) else {
            panic!("{name}: nothing is in the way, and still there is no result");
        };
        let result = Document::parse_json(output.text);
        let failures = v4::check(result.root().unwrap());
        assert!(failures.is_empty(), "{name}: {failures:?}");
    }
}

#[test]
fn new_ids_are_the_same_wherever_the_old_one_stood() {
    let text = r#"{
  "id": "api-1", "crossId": "cross-1", "name": "Orders", "version": "1", "gravitee": "2.0.0",
  "execution_mode": "v4-emulation-engine",
  "proxy": { "virtual_hosts": [{ "path": "/o" }], "groups": [{ "name": "g", "endpoints": [
    { "name": "e", "target": "http://b.example", "inherit": true }] }] },
  "plans": [{ "id": "plan-1", "name": "Free", "security": "KEY_LESS", "general_conditions": "page-2" }],
  "pages": [
    { "id": "page-1", "name": "Folder", "type": "FOLDER" },
    { "id": "page-2", "name": "Terms", "type": "MARKDOWN", "parentId": "page-1", "content": "be nice" }
  ]
}"#;
    let options = Options { ids: IdPolicy::New, ..Options::default() };
    let output = output(text, &options, &EVERYTHING).unwrap();
    let v4: serde_json::Value = serde_json::from_str(&output.text).unwrap();
    let at = |pointer: &str| v4.pointer(pointer).and_then(|id| id.as_str()).unwrap().to_owned();
    assert_eq!(at("/plans/0/generalConditions"), at("/pages/1/id"));
    assert_eq!(at("/pages/1/parentId"), at("/pages/0/id"));
    for pointer in ["/api/id", "/api/crossId", "/plans/0/id", "/pages/0/id"] {
        assert!(uuid::Uuid::parse_str(&at(pointer)).is_ok(), "{pointer}: {}", at(pointer));
    }
    assert!(!output.text.contains("plan-1"));
}

#[test]
fn a_value_that_a_safe_fix_removes_is_in_the_record_with_its_rule() {
    let text = r##"{
  "id": "a", "name": "Orders", "version": "1", "gravitee": "2.0.0", "execution_mode": "v4-emulation-engine",
  "proxy": { "virtual_hosts": [{ "path": "/o" }], "groups": [{ "name": "g", "endpoints": [
    { "name": "e", "target": "http://b.example", "inherit": true }] }] },
  "services": { "health-check": { "enabled": true, "schedule": "*/5 * * * * *", "steps": [
    { "request": { "path": "/up", "method": "GET" }, "response": { "assertions": ["#a", "#b"] } },
    { "request": { "path": "/second", "method": "GET" }, "response": { "assertions": ["#c"] } }
  ] } }
}"##;
    let output = output(text, &Options::default(), &Request { fixes: FixLevel::Safe, force: false }).unwrap();
    check_record("inline", text, &output);
    let document = Document::parse_json(text);
    let second = document.resolve("/services/health-check/steps/1/request/path").unwrap().id();
    let dropped: Vec<_> = output.record.dropped().filter(|(leaf, ..)| *leaf == second).collect();
    assert_eq!(dropped, [(second, "health-check-steps", true)]);
    let joined = document.resolve("/services/health-check/steps/0/response/assertions/1").unwrap();
    let outcome = output.record.leaves().find(|(leaf, _)| *leaf == joined.id()).unwrap().1;
    let Outcome::Converted { to } = outcome else { panic!("{outcome:?}") };
    let result = Document::parse_json(output.text.as_str());
    let place = result.nodes().nth(to[0].v4 as usize).unwrap();
    assert_eq!(place.kind(), NodeKind::String);
    assert_eq!(place.text(), r##""{(#a) && (#b)}""##);
    assert_eq!(output.record.sources(to[0].v4).count(), 2);
}

#[test]
fn the_result_is_indented_like_the_source() {
    let two = MINIMAL.to_owned();
    let four = two.replace("  ", "    ");
    let first = |text: &str| output(text, &Options::default(), &EVERYTHING).unwrap().text;
    assert!(first(&two).starts_with("{\n  \"api\": {\n    \"definitionVersion\": \"V4\""));
    assert!(first(&four).starts_with("{\n    \"api\": {\n        \"definitionVersion\": \"V4\""));
    assert!(first(&two).ends_with("}\n"));
}

#[test]
fn texts_and_numbers_keep_every_character() {
    let text = MINIMAL.replace(
        "\"flows\": []",
        r#""flows": [{ "name": "caf\u00e9 😀 \ud800", "pre": [
            { "name": "m", "policy": "mock", "configuration": { "n": 1e400, "i": 12345678901234567890123, "s": "\u0041" } }
        ] }]"#,
    );
    let output = output(&text, &Options::default(), &EVERYTHING).unwrap();
    for token in [r#""caf\u00e9 😀 \ud800""#, "1e400", "12345678901234567890123", r#""\u0041""#] {
        assert!(output.text.contains(token), "{token} is not in\n{}", output.text);
    }
}

/// A V2 definition, minimal but for what the caller puts beside the rest.
fn with(members: &str) -> String {
    MINIMAL.replace("\"flows\": []", members)
}

#[test]
fn what_v4_takes_only_once_is_written_once() {
    let text = with(
        r#""flows": [{ "name": "f", "methods": ["GET", "get", "PUT"] }],
  "plans": [{ "id": "p", "name": "P", "flows": [{ "methods": ["POST", "POST"] }] }]"#,
    );
    let cors = r#""cors": { "enabled": true, "allowOrigin": ["*", "*"], "allowMethods": ["GET", "GET"] },"#;
    let text = text.replace(r#""virtual_hosts""#, &format!("{cors} \"virtual_hosts\""));
    let output = output(&text, &Options::default(), &Request { fixes: FixLevel::None, force: false }).unwrap();
    check_record("doubles", &text, &output);
    let v4: serde_json::Value = serde_json::from_str(&output.text).unwrap();
    let at = |pointer: &str| v4.pointer(pointer).unwrap().to_string();
    assert_eq!(at("/api/flows/0/selectors/0/methods"), r#"["GET","PUT"]"#);
    assert_eq!(at("/plans/0/flows/0/selectors/0/methods"), r#"["POST"]"#);
    assert_eq!(at("/api/listeners/0/cors/allowOrigin"), r#"["*"]"#);
    assert_eq!(at("/api/listeners/0/cors/allowMethods"), r#"["GET"]"#);
}

#[test]
fn what_a_finding_announces_as_dropped_or_raised_makes_no_invalid_file() {
    let check = r#""schedule": null, "steps": [{ "request": { "path": "/up", "method": "GET" } }]"#;
    let texts = [
        with(r#""flows": []"#).replace(r#""groups""#, r#""failover": { "maxAttempts": -1 }, "groups""#),
        with(&format!(r#""services": {{ "health-check": {{ "interval": 5, {check} }} }}"#)),
        with(&format!(r#""services": {{ "health-check": {{ "trigger": {{ "unit": "SECONDS" }}, {check} }} }}"#)),
        with(r#""resources": [{ "name": "r", "type": "cache", "configuration": null }]"#),
        with(r#""resources": [{ "name": "r", "type": "cache", "configuration": "" }]"#),
        with(r#""resources": [{ "name": "r", "type": "cache", "configuration": [1] }]"#),
        MINIMAL.replace(
            r#""inherit": true"#,
            r#""inherit": true, "ssl": { "trustStore": { "type": "JKS", "path": "/p", "password": "" } }"#,
        ),
    ];
    for text in texts {
        let output = output(&text, &Options::default(), &Request { fixes: FixLevel::None, force: true });
        let output = output.unwrap_or_else(|| panic!("no V4 for {text}"));
        check_record("announced", &text, &output);
        let result = Document::parse_json(output.text);
        let failures = v4::check(result.root().unwrap());
        assert!(failures.is_empty(), "{failures:?} for {text}");
    }
}

#[test]
fn a_blank_host_header_says_nothing_and_is_not_forgotten() {
    let none = output(MINIMAL, &Options::default(), &EVERYTHING).unwrap().text;
    for place in [r#""name": "g""#, r#""inherit": true"#] {
        let text = MINIMAL.replace(place, &format!(r#"{place}, "hostHeader": " ""#));
        let output = output(&text, &Options::default(), &EVERYTHING).unwrap();
        check_record("blank host", &text, &output);
        assert_eq!(output.text, none);
    }
}

#[test]
fn a_unit_that_the_server_does_not_know_makes_no_file_even_when_the_service_is_off() {
    let check = r#""enabled": false, "request": { "uri": "/u", "method": "GET" }"#;
    for when in [r#""interval": 5, "unit": true"#, r#""trigger": { "rate": 5, "unit": "WEEKS" }"#] {
        let text = with(&format!(r#""services": {{ "health-check": {{ {check}, {when} }} }}"#));
        let request = Request { fixes: FixLevel::None, force: true };
        let migration = migrate(&Document::parse_json(text.as_str()), &Options::default(), &request);
        assert_eq!(migration.result.err(), Some(Refusal::Blocked), "{text}");
    }
}

#[test]
fn a_link_follows_the_new_id_of_its_page() {
    let text = with(
        r#""pages": [
    { "id": "link", "name": "Link", "type": "LINK", "content": "terms", "configuration": { "resourceType": "page" } },
    { "id": "out", "name": "Out", "type": "LINK", "content": "https://example.com" },
    { "id": "terms", "name": "Terms", "type": "MARKDOWN", "content": "terms" }
  ]"#,
    );
    let options = Options { ids: IdPolicy::New, ..Options::default() };
    let v4: serde_json::Value = serde_json::from_str(&output(&text, &options, &EVERYTHING).unwrap().text).unwrap();
    let at = |pointer: &str| v4.pointer(pointer).and_then(|id| id.as_str()).unwrap();
    assert_eq!(at("/pages/0/content"), at("/pages/2/id"));
    assert_eq!(at("/pages/1/content"), "https://example.com");
    assert_eq!(at("/pages/2/content"), "terms");
}
