//! The commands, as `docs/protocol.md` describes them.

use serde_json::{Value, json};

use crate::client::{Client, is_file};
use crate::common::{V1, V4, clean, fixable};
use crate::{BILLING, PARCELS, TRACKING};

const INVALID_PARAMS: i64 = -32602;

fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap_or_else(|| panic!("{value}")).keys().map(String::as_str).collect()
}

// ---- dryRun

#[test]
fn a_dry_run_tells_all_that_a_person_needs() {
    let mut client = Client::with("tracking.json", TRACKING);
    let uri = client.uri("tracking.json");
    let report = client.run("v4ward.dryRun", json!({"uri": uri}));
    assert_eq!(
        members(&report),
        [
            "schema",
            "uri",
            "source",
            "unsaved",
            "version",
            "name",
            "definition",
            "format",
            "verdict",
            "verdictAfterFixes",
            "headline",
            "refusal",
            "message",
            "counts",
            "definitions",
            "findings",
            "fixes",
            "record",
            "converted",
            "dropped",
            "output",
            "rollout",
            "notices",
            "nextSteps",
        ]
    );
    assert_eq!(report["uri"], uri);
    assert_eq!(report["source"], "buffer");
    assert_eq!(report["unsaved"], false);
    assert_eq!(report["version"], 1);
    assert_eq!(report["name"], "Tracking");
    assert_eq!(report["definition"], "v2");
    assert_eq!(report["format"], "export-json");
    assert_eq!(report["verdict"], "partially-migratable");
    assert_eq!(report["verdictAfterFixes"], "partially-migratable");
    assert_eq!(report["headline"], "Partially migratable: 3 things need a look");
    assert_eq!(report["refusal"], "needs-force");
    assert_eq!(report["counts"], json!({"error": 0, "warning": 4, "information": 0, "hint": 0}));
    assert_eq!(report["output"], json!({"uri": client.uri("tracking.v4.json"), "state": "absent"}));
    assert!(report["record"]["carried"].as_u64().unwrap() > 10, "{report}");
    let dropped: Vec<&Value> = report["dropped"].as_array().unwrap().iter().map(|it| &it["pointer"]).collect();
    assert_eq!(dropped, ["/groups/0"]);
    assert_eq!(client.slice("tracking.json", &report["dropped"][0]["range"]), "\"Customer Care\"");

    assert_eq!(report["converted"].as_array().unwrap().len() as u64, report["record"]["converted"].as_u64().unwrap());
    let path = "/proxy/virtual_hosts/1/path";
    let path = report["converted"].as_array().unwrap().iter().find(|it| it["pointer"] == path).unwrap();
    assert_eq!(members(path), ["document", "pointer", "range", "to", "how", "reason"]);
    assert_eq!(path["to"], json!([{"document": 0, "pointer": "/api/listeners/0/paths/1/path"}]));
    assert_eq!(client.slice("tracking.json", &path["range"]), "\"path\"");
    assert_eq!((&path["how"], &path["reason"]), (&json!("other-form"), &json!("V4 says it in another form")));

    let finding = &report["findings"][3];
    assert_eq!(finding["group"], "parity");
    assert_eq!(client.slice("tracking.json", &finding["range"]), "\"acme-address-normaliser\"");
    assert_eq!(
        members(finding),
        [
            "document", "rule", "group", "severity", "apim", "subject", "blocks", "pointer", "range", "message",
            "help", "docs", "fixes"
        ]
    );
    assert_eq!(finding["rule"], "policy-not-gravitee");
    assert_eq!(finding["severity"], "warning");
    assert_eq!(finding["apim"], "can-be-forced");
    assert_eq!(finding["subject"], "acme-address-normaliser");
    assert_eq!(finding["blocks"], false);
    assert_eq!(finding["pointer"], "/flows/0/pre/0/policy");
    assert_eq!(finding["docs"], "docs/rules/policy-not-gravitee.md");
    assert_eq!(
        finding["fixes"],
        json!([
            {"title": "Declare acme-address-normaliser in v4ward.toml", "applicability": "unsafe", "action": "settings"},
            {"title": "Remove the step", "applicability": "unsafe", "action": "edit"},
        ])
    );
    assert!(!client.exists("tracking.v4.json"));
}

#[test]
fn a_dry_run_knows_what_safe_fixes_do() {
    let mut client = Client::builder().start();
    client.open("fixable.json", &fixable());
    let report = client.run("v4ward.dryRun", json!({"uri": client.uri("fixable.json")}));
    assert_eq!(
        (&report["verdict"], &report["verdictAfterFixes"]),
        (&json!("not-migratable"), &json!("fully-migratable"))
    );
    assert_eq!(report["refusal"], Value::Null);
    assert_eq!(report["fixes"].as_array().unwrap().len(), 1);
    assert_eq!(members(&report["fixes"][0]), ["rule", "title", "pointer", "applicability"]);
    client.open("billing.json", BILLING);
    let report = client.run("v4ward.dryRun", json!({"uri": client.uri("billing.json")}));
    assert_eq!(
        (&report["refusal"], &report["record"], &report["dropped"]),
        (&json!("blocked"), &Value::Null, &json!([]))
    );
}

#[test]
fn a_dry_run_is_of_the_buffer_and_says_so() {
    let mut client = Client::with("parcels.json", PARCELS);
    let uri = client.uri("parcels.json");
    client.replace("parcels.json", "\"Parcels\"", "\"Unsaved parcels\"");
    let report = client.run("v4ward.dryRun", json!({"uri": uri}));
    assert_eq!(report["name"], "Unsaved parcels");
    assert_eq!((&report["unsaved"], &report["version"]), (&json!(true), &json!(2)));
    assert_eq!(report["notices"][0], "The text in the editor is not saved; it is what is migrated.");
    client.close("parcels.json");
    let report = client.run("v4ward.dryRun", json!({"uri": uri}));
    assert_eq!((&report["source"], &report["version"]), (&json!("disk"), &Value::Null));
    assert_eq!((&report["unsaved"], &report["name"]), (&json!(false), &json!("Parcels")));
}

#[test]
fn a_dry_run_of_what_is_no_v2_file_says_so() {
    let mut client = Client::builder().file("v1.json", V1).file("v4.json", V4).start();
    for (name, definition) in [("v1.json", "v1"), ("v4.json", "v4")] {
        let report = client.run("v4ward.dryRun", json!({"uri": client.uri(name)}));
        assert_eq!((&report["definition"], &report["refusal"]), (&json!(definition), &json!("not-v2")));
        assert_eq!(report["output"], Value::Null);
    }
}

#[test]
fn a_dry_run_can_be_shown() {
    let mut client = Client::with("tracking.json", TRACKING);
    client.run("v4ward.dryRun", json!({"uri": client.uri("tracking.json"), "show": true}));
    let told = client.expect_notification("window/showMessage")["message"].clone();
    let lines: Vec<&str> = told.as_str().unwrap().lines().collect();
    assert_eq!((lines.len(), lines[0]), (4, "Partially migratable: 3 things need a look"));
    assert!(lines[3].starts_with("* line 65: the policy acme-address-normaliser "), "{lines:?}");
}

#[test]
fn what_stands_where_the_v4_file_goes_is_told() {
    let mut client = Client::with("parcels.json", PARCELS);
    let uri = client.uri("parcels.json");
    let state = |client: &mut Client| client.run("v4ward.dryRun", json!({"uri": uri}))["output"]["state"].clone();
    assert_eq!(state(&mut client), "absent");
    client.run("v4ward.migrate", json!({"uri": uri}));
    assert_eq!(state(&mut client), "up-to-date");
    client.run("v4ward.migrate", json!({"uri": uri, "ids": "new", "overwrite": true}));
    assert_eq!(state(&mut client), "generated");
    client.write("parcels.v4.json", V4);
    assert_eq!(state(&mut client), "different");
    client.write("parcels.v4.json", PARCELS);
    assert_eq!(state(&mut client), "blocked");
}

#[test]
fn a_dry_run_without_a_document_is_of_the_workspace() {
    let mut client = Client::builder()
        .file("b/tracking.json", TRACKING)
        .file("b/tracking.v4.json", V4)
        .file("a.json", BILLING)
        .file("other.json", "{\"name\": \"x\"}")
        .file("latin.json", b"{\"gravitee\": \"2.0.0\", \"proxy\": {}, \"name\": \"Caf\xe9\"}")
        .start();
    client.open("a.json", &BILLING.replace("Billing", "Bills"));
    client.pull("a.json");
    let report = client.run("v4ward.dryRun", json!({}));
    assert_eq!(members(&report), ["schema", "definitions", "skipped"]);
    let definitions = report["definitions"].as_array().unwrap();
    assert_eq!(
        definitions[0],
        json!({
            "uri": client.uri("a.json"), "path": "a.json", "folder": client.uri(""), "name": "Bills",
            "definition": "v2", "format": "export-json", "verdict": "not-migratable",
            "verdictAfterFixes": "not-migratable",
            "counts": {"error": 5, "warning": 1, "information": 0, "hint": 0}, "safeFixes": 3,
            "definitions": [{
                "document": 0, "name": "Bills", "definition": "v2", "verdict": "not-migratable",
                "counts": {"error": 5, "warning": 1, "information": 0, "hint": 0},
            }],
            "output": {"uri": client.uri("a.v4.json"), "exists": false}, "error": null,
        })
    );
    let paths: Vec<&Value> = definitions.iter().map(|it| &it["path"]).collect();
    assert_eq!(paths, ["a.json", "b/tracking.json", "b/tracking.v4.json"]);
    assert_eq!(definitions[1]["output"]["exists"], true);
    assert_eq!((&definitions[2]["definition"], &definitions[2]["output"]), (&json!("v4"), &Value::Null));
    assert_eq!(client.name(&report["skipped"][0]["uri"]), "latin.json");
    assert!(report["skipped"][0]["reason"].as_str().unwrap().contains("UTF-8"), "{report}");
}

// ---- preview

#[test]
fn a_preview_writes_nothing() {
    let mut client = Client::with("tracking.json", TRACKING);
    let uri = client.uri("tracking.json");
    let preview = client.run("v4ward.preview", json!({"uri": uri}));
    assert_eq!(members(&preview), ["schema", "uri", "version", "text", "refusal", "message"]);
    let v4: Value = serde_json::from_str(preview["text"].as_str().unwrap()).unwrap();
    assert_eq!(v4["api"]["definitionVersion"], "V4");
    assert!(!client.exists("tracking.v4.json"));
    // With other ids it is another text.
    let other = client.run("v4ward.preview", json!({"uri": uri, "ids": "new"}));
    assert_ne!(other["text"], preview["text"]);
    // It follows the buffer.
    client.replace("tracking.json", "\"Tracking\"", "\"Trace\"");
    let preview = client.run("v4ward.preview", json!({"uri": uri}));
    assert_eq!(preview["version"], 2);
    assert!(preview["text"].as_str().unwrap().contains("\"Trace\""));
}

#[test]
fn a_preview_of_what_is_blocked_says_why() {
    let mut client = Client::builder().file("fixable.json", fixable()).start();
    client.open("billing.json", BILLING);
    let preview = client.run("v4ward.preview", json!({"uri": client.uri("billing.json")}));
    assert_eq!((&preview["text"], &preview["refusal"]), (&Value::Null, &json!("blocked")));
    let uri = client.uri("fixable.json");
    let preview = client.run("v4ward.preview", json!({"uri": uri, "fixes": "none"}));
    assert_eq!(preview["refusal"], "blocked");
    let preview = client.run("v4ward.preview", json!({"uri": uri, "fixes": "safe"}));
    assert_eq!((&preview["refusal"], &preview["version"]), (&Value::Null, &Value::Null));
    assert_eq!(client.read("fixable.json"), fixable());
}

// ---- migrate

#[test]
fn migrating_writes_the_v4_file_and_nothing_else() {
    let mut client = Client::with("parcels.json", PARCELS);
    let uri = client.uri("parcels.json");
    let preview = client.run("v4ward.preview", json!({"uri": uri}));
    let result = client.run("v4ward.migrate", json!({"uri": uri}));
    assert_eq!(members(&result), ["schema", "results", "cancelled", "summary", "nextSteps"]);
    assert_eq!(result["summary"], json!({"written": 1, "upToDate": 0, "refused": 0, "failed": 0}));
    let outcome = &result["results"][0];
    assert_eq!(
        members(outcome),
        ["uri", "status", "output", "unsaved", "verdict", "refusal", "message", "fixes", "record", "rollout"]
    );
    assert_eq!((&outcome["uri"], &outcome["status"]), (&json!(uri), &json!("written")));
    assert_eq!(outcome["output"], client.uri("parcels.v4.json"));
    assert_eq!((&outcome["unsaved"], &outcome["refusal"]), (&json!(false), &Value::Null));
    assert_eq!(client.read("parcels.v4.json"), preview["text"].as_str().unwrap());
    assert_eq!(client.read("parcels.json"), PARCELS);
    // A second time nothing is written.
    let result = client.run("v4ward.migrate", json!({"uri": uri}));
    assert_eq!(result["results"][0]["status"], "up-to-date");
    assert_eq!(std::fs::read_dir(client.path("")).unwrap().count(), 2);
}

#[test]
fn migrating_takes_the_text_of_the_buffer_and_says_so() {
    let mut client = Client::with("parcels.json", PARCELS);
    let uri = client.uri("parcels.json");
    client.replace("parcels.json", "\"Parcels\"", "\"Unsaved parcels\"");
    let result = client.run("v4ward.migrate", json!({"uri": uri}));
    assert_eq!((&result["results"][0]["status"], &result["results"][0]["unsaved"]), (&json!("written"), &json!(true)));
    assert!(client.read("parcels.v4.json").contains("\"Unsaved parcels\""));
    assert_eq!(client.read("parcels.json"), PARCELS);
}

#[test]
fn migrating_a_text_that_has_changed_is_refused() {
    let mut client = Client::with("parcels.json", PARCELS);
    let uri = client.uri("parcels.json");
    client.replace("parcels.json", "\"Parcels\"", "\"Other\"");
    let result = client.run("v4ward.migrate", json!({"uri": uri, "version": 1}));
    assert_eq!(
        (&result["results"][0]["status"], &result["results"][0]["refusal"]),
        (&json!("refused"), &json!("changed"))
    );
    assert!(!client.exists("parcels.v4.json"));
    let result = client.run("v4ward.migrate", json!({"uri": uri, "version": 2}));
    assert_eq!(result["results"][0]["status"], "written");
}

#[test]
fn migrating_needs_force_where_something_needs_a_look() {
    let mut client = Client::with("tracking.json", TRACKING);
    let uri = client.uri("tracking.json");
    let result = client.run("v4ward.migrate", json!({"uri": uri}));
    assert_eq!(
        (&result["results"][0]["status"], &result["results"][0]["refusal"]),
        (&json!("refused"), &json!("needs-force"))
    );
    assert!(!client.exists("tracking.v4.json"));
    let result = client.run("v4ward.migrate", json!({"uri": uri, "force": true}));
    assert_eq!(result["results"][0]["status"], "written");
}

#[test]
fn migrating_overwrites_only_when_told_to() {
    let mut client = Client::builder().file("a.json", clean()).file("a.v4.json", V4).start();
    let uri = client.uri("a.json");
    let result = client.run("v4ward.migrate", json!({"uri": uri}));
    assert_eq!(
        (&result["results"][0]["status"], &result["results"][0]["refusal"]),
        (&json!("refused"), &json!("exists"))
    );
    assert_eq!(client.read("a.v4.json"), V4);
    let result = client.run("v4ward.migrate", json!({"uri": uri, "overwrite": true}));
    assert_eq!(result["results"][0]["status"], "written");
    // Never a V2 file.
    client.write("a.v4.json", clean());
    let result = client.run("v4ward.migrate", json!({"uri": uri, "overwrite": true, "force": true}));
    assert_eq!(result["results"][0]["refusal"], "exists");
    assert_eq!(client.read("a.v4.json"), clean());
}

#[test]
fn migrating_many_tells_of_each() {
    let mut client = Client::builder()
        .file("a.json", clean())
        .file("billing.json", BILLING)
        .file("tracking.json", TRACKING)
        .file("v1.json", V1)
        .file("other.json", "{}")
        .start();
    let names = ["a.json", "billing.json", "tracking.json", "v1.json", "other.json", "gone.json"];
    let uris: Vec<String> = names.iter().map(|name| client.uri(name)).collect();
    let result = client.run("v4ward.migrate", json!({"uris": uris}));
    let told: Vec<String> = result["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {}", client.name(&it["uri"]), it["status"].as_str().unwrap(), it["refusal"]))
        .collect();
    assert_eq!(
        told,
        [
            "a.json written null",
            "billing.json refused \"blocked\"",
            "tracking.json refused \"needs-force\"",
            "v1.json refused \"not-v2\"",
            "other.json refused \"not-v2\"",
            "gone.json failed null",
        ]
    );
    assert_eq!(result["summary"], json!({"written": 1, "upToDate": 0, "refused": 4, "failed": 1}));
}

// ---- rollback

#[test]
fn a_rollback_removes_what_nobody_changed() {
    let mut client = Client::with("parcels.json", PARCELS);
    let (v2, v4) = (client.uri("parcels.json"), client.uri("parcels.v4.json"));
    let status = |client: &mut Client, argument: Value| {
        let result = client.run("v4ward.rollback", argument);
        assert_eq!(members(&result), ["schema", "status", "output", "message"]);
        assert_eq!(result["output"], client.uri("parcels.v4.json"));
        result["status"].clone()
    };
    assert_eq!(status(&mut client, json!({"uri": v2})), "absent");
    // By either file.
    for uri in [&v2, &v4] {
        client.run("v4ward.migrate", json!({"uri": v2}));
        assert_eq!(status(&mut client, json!({"uri": uri})), "removed");
        assert!(!client.exists("parcels.v4.json"));
    }
    // Generated from a text that is not saved.
    client.replace("parcels.json", "\"Parcels\"", "\"Unsaved\"");
    client.run("v4ward.migrate", json!({"uri": v2}));
    assert_eq!(status(&mut client, json!({"uri": v2})), "removed");

    client.write("parcels.v4.json", V4);
    assert_eq!(status(&mut client, json!({"uri": v2})), "changed");
    assert!(client.exists("parcels.v4.json"));
    assert_eq!(status(&mut client, json!({"uri": v2, "force": true})), "removed");
    assert!(!client.exists("parcels.v4.json"));
    // Not even forced when it is no V4 definition.
    client.write("parcels.v4.json", "{\"name\": \"x\"}");
    assert_eq!(status(&mut client, json!({"uri": v2, "force": true})), "refused");
    assert!(client.exists("parcels.v4.json"));
    assert_eq!(client.read("parcels.json"), PARCELS);
}

#[test]
fn a_rollback_needs_the_v2_file() {
    let mut client = Client::builder().file("lonely.v4.json", V4).start();
    let result = client.run("v4ward.rollback", json!({"uri": client.uri("lonely.v4.json"), "force": true}));
    assert_eq!(result["status"], "refused");
    assert!(is_file(&client.path("lonely.v4.json")));
}

// ---- fixAll

#[test]
fn fix_all_sends_an_edit_of_the_safe_fixes() {
    let mut client = Client::with("billing.json", BILLING);
    let uri = client.uri("billing.json");
    let result = client.run("v4ward.fixAll", json!({"uri": uri}));
    let sent = client.expect_request("workspace/applyEdit", json!({"applied": true}));
    assert_eq!(sent["edit"], result["edit"]);
    let rules: Vec<&Value> = result["fixes"].as_array().unwrap().iter().map(|fix| &fix["rule"]).collect();
    assert_eq!(rules, ["endpoint-inherit-missing", "health-check-assertions", "groovy-multiple-scripts"]);
    assert_eq!(members(&result["fixes"][0]), ["uri", "rule", "title", "pointer", "applicability"]);
    client.apply(&sent["edit"]);
    assert_eq!(client.pull("billing.json").len(), 3);
    let result = client.run("v4ward.fixAll", json!({"uri": uri}));
    assert_eq!(result, json!({"schema": 1, "fixes": [], "edit": null}));
    assert_eq!(client.read("billing.json"), BILLING);
}

#[test]
fn fix_all_takes_rules_and_unsafe_ones_and_many_documents() {
    let mut client = Client::builder().file("billing.json", BILLING).file("tracking.json", TRACKING).start();
    client.open("billing.json", BILLING);
    let uri = client.uri("billing.json");
    let one = client.run("v4ward.fixAll", json!({"uri": uri, "rules": ["endpoint-inherit-missing"], "apply": false}));
    assert_eq!(one["fixes"].as_array().unwrap().len(), 1);
    let uris = [&uri, &client.uri("tracking.json")];
    let all = client.run("v4ward.fixAll", json!({"uris": uris, "unsafe": true, "apply": false}));
    assert_eq!(all["edit"]["changeAnnotations"]["v4ward"]["needsConfirmation"], true);
    // One is open, the other a file.
    let versions: Vec<&Value> =
        all["edit"]["documentChanges"].as_array().unwrap().iter().map(|it| &it["textDocument"]["version"]).collect();
    assert_eq!(versions, [&json!(1), &Value::Null]);
    client.apply(&all["edit"]);
    let items = client.pull("billing.json");
    assert_eq!(client.shown("billing.json", &items), Vec::<String>::new());
    assert!(client.read("tracking.json").contains("\"enabled\": false,\n          \"useSystemProxy\": false\n"));
}

#[test]
fn fix_all_is_not_sent_to_editors_that_take_no_edits() {
    let mut client = Client::builder().capability("workspace.applyEdit", json!(false)).start();
    client.open("billing.json", BILLING);
    let result = client.run("v4ward.fixAll", json!({"uri": client.uri("billing.json")}));
    client.apply(&result["edit"]);
    assert_eq!(client.pull("billing.json").len(), 3);
}

// ---- explain

#[test]
fn a_rule_is_explained() {
    let mut client = Client::builder().start();
    let page = client.run("v4ward.explain", json!({"rule": "policy-not-compatible"}));
    assert_eq!(
        (members(&page).as_slice(), &page["rule"]),
        (["schema", "rule", "markdown"].as_slice(), &json!("policy-not-compatible"))
    );
    assert!(page["markdown"].as_str().unwrap().starts_with("# "), "{page}");
    let error = client.run_refused("v4ward.explain", json!({"rule": "policy-not-compatibl"}));
    assert_eq!(error.code, INVALID_PARAMS);
    assert!(error.message.contains("did you mean \"policy-not-compatible\"?"), "{error:?}");
}

// ---- Arguments

#[test]
fn arguments_of_another_form_are_refused() {
    let mut client = Client::with("billing.json", BILLING);
    let uri = client.uri("billing.json");
    for (command, argument) in [
        ("v4ward.dryRun", json!({"uri": uri, "colour": 1})),
        ("v4ward.dryRun", json!("x")),
        ("v4ward.dryRun", json!({"uri": 1})),
        ("v4ward.dryRun", json!({"uri": "no uri at all"})),
        ("v4ward.preview", json!({})),
        ("v4ward.preview", json!({"uri": uri, "fixes": "some"})),
        ("v4ward.preview", json!({"uri": uri, "ids": "old"})),
        ("v4ward.migrate", json!({})),
        ("v4ward.migrate", json!({"uri": uri, "uris": [uri]})),
        ("v4ward.migrate", json!({"uri": uri, "version": "1"})),
        ("v4ward.rollback", json!({"uri": uri, "overwrite": true})),
        ("v4ward.fixAll", json!({"uri": uri, "rules": ["nonsense"]})),
        ("v4ward.explain", json!({})),
        ("v4ward.nonsense", json!({})),
    ] {
        let error = client.run_refused(command, argument.clone());
        assert_eq!(error.code, INVALID_PARAMS, "{command} {argument} {error:?}");
    }
    let two = json!({"command": "v4ward.dryRun", "arguments": [{"uri": uri}, {"uri": uri}]});
    assert_eq!(client.refused("workspace/executeCommand", two).code, INVALID_PARAMS);
    // No argument is an empty one.
    let report = client.request("workspace/executeCommand", json!({"command": "v4ward.dryRun"}));
    assert_eq!(report["definitions"].as_array().unwrap().len(), 1);
}
