//! What the examples of the parity rules do not show.

#![allow(clippy::unwrap_used, missing_docs)]

use serde_json::{Value, json};
use v4ward_migration::fixes::Applicability;
use v4ward_migration::{Options, Verdict, analyse};
use v4ward_syntax::Document;

fn fixture(path: &str) -> Document {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/parity/");
    Document::parse_json(std::fs::read_to_string(format!("{folder}{path}.json")).unwrap())
}

fn rules(document: &Document, options: &Options) -> Vec<&'static str> {
    analyse(document, options).findings.iter().map(|finding| finding.declaration().id).collect()
}

fn count(document: &Document, options: &Options, rule: &str) -> usize {
    rules(document, options).into_iter().filter(|id| *id == rule).count()
}

#[test]
fn other_shapes_get_one_finding_and_no_more() {
    for path in ["v1", "v1-without-marker", "management-answer"] {
        let document = fixture(&format!("not-a-v2-api/{path}"));
        assert_eq!(rules(&document, &Options::default()), ["not-a-v2-api"], "{path}");
        assert_eq!(analyse(&document, &Options::default()).verdict, Some(Verdict::NotMigratable), "{path}");
    }
}

#[test]
fn declared_policies_are_not_reported() {
    let options = Options { custom_policies: vec!["acme-audit".into(), "Mock".into()], ..Options::default() };
    // Ids are compared in exact case.
    assert_eq!(count(&fixture("policy-not-gravitee/many-places"), &options, "policy-not-gravitee"), 1);
    assert_eq!(count(&fixture("policy-not-gravitee/between"), &options, "policy-not-gravitee"), 0);
}

#[test]
fn a_health_check_that_inherits_may_hold_anything() {
    let document = fixture("endpoint-unreadable/near-miss");
    assert_eq!(count(&document, &Options::default(), "endpoint-unreadable"), 0);
    assert_eq!(count(&document, &Options::default(), "wrong-type"), 0);
}

/// What the fix makes of one groovy step: its applicability and the configurations that are left in the list.
fn split(engine: &str, phase: &str, configuration: &Value) -> Option<(Applicability, Vec<Value>)> {
    let step = json!({ "name": "s", "policy": "groovy", "configuration": configuration, "condition": "c" });
    let api = json!({
        "name": "Lamps", "gravitee": "2.0.0", "execution_mode": engine,
        "proxy": { "virtual_hosts": [{ "path": "/lamps" }], "groups": [] },
        "flows": [{ "pre": [], "post": [], phase: [step, { "policy": "mock", "configuration": {} }] }],
    });
    let document = Document::parse_json(api.to_string());
    let analysis = analyse(&document, &Options::default());
    let rule = "groovy-multiple-scripts";
    let finding = analysis.findings.iter().find(|finding| finding.declaration().id == rule).unwrap();
    let fix = finding.rule.fixes(finding).into_iter().next()?;
    let fixed = fix.apply(&document).unwrap();
    assert_eq!(count(&fixed.document, &Options::default(), rule), 0);
    let api: Value = serde_json::from_str(fixed.document.text()).unwrap();
    let steps = api["flows"][0][phase].as_array().unwrap();
    let (last, steps) = steps.split_last().unwrap();
    assert_eq!(last["policy"], "mock");
    assert!(steps.iter().all(|step| step["name"] == "s" && step["condition"] == "c"));
    Some((fix.applicability, steps.iter().map(|step| step["configuration"].clone()).collect()))
}

#[test]
fn splitting_a_groovy_step_keeps_what_runs() {
    let (safe, needs_decision) = (Applicability::Safe, Applicability::Unsafe);
    let all = json!({
        "scope": "REQUEST", "onResponseContentScript": "d", "onResponseScript": "c",
        "onRequestContentScript": "b", "onRequestScript": "a",
    });
    let request = [
        json!({ "scope": "REQUEST", "onRequestScript": "a" }),
        json!({ "scope": "REQUEST", "onRequestContentScript": "b" }),
    ];
    let response = [
        json!({ "scope": "REQUEST", "onResponseScript": "c" }),
        json!({ "scope": "REQUEST", "onResponseContentScript": "d" }),
    ];
    assert_eq!(split("v3", "pre", &all), Some((safe, request.to_vec())));
    assert_eq!(split("v3", "post", &all), Some((safe, response.to_vec())));
    assert_eq!(split("v4-emulation-engine", "pre", &all), Some((needs_decision, request.to_vec())));

    let heads = json!({ "onRequestScript": "a", "onResponseScript": "c" });
    let kept = vec![json!({ "onResponseScript": "c" })];
    assert_eq!(split("jupiter", "post", &heads), Some((safe, kept)));

    let blank = json!({ "onRequestScript": " ", "onRequestContentScript": null, "onResponseScript": "c" });
    assert_eq!(split("v4-emulation-engine", "pre", &blank), Some((safe, vec![])));

    // There it runs, although it is for the other phase.
    let other = json!({ "onRequestScript": "", "onResponseContentScript": "d" });
    let kept = vec![json!({ "onResponseContentScript": "d" })];
    assert_eq!(split("v4-emulation-engine", "pre", &other), Some((needs_decision, kept)));
    assert_eq!(split("v3", "pre", &other), Some((safe, vec![])));

    let v4_too = json!({ "script": "x", "onRequestScript": "a", "onResponseScript": "c" });
    assert_eq!(split("v3", "pre", &v4_too), None);
}
