//! Code actions.

use serde_json::{Value, json};

use crate::client::{Builder, Client};
use crate::text::Encoding;
use crate::{BILLING, PARCELS, TRACKING};

/// The actions for the place where something stands.
fn actions(client: &mut Client, name: &str, needle: &str, only: Value) -> Vec<Value> {
    let mut params = client.document(name);
    params["range"] = client.range_of(name, needle);
    params["context"] = json!({"diagnostics": []});
    if !only.is_null() {
        params["context"]["only"] = only;
    }
    serde_json::from_value(client.request("textDocument/codeAction", params)).unwrap()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

/// An action with its edit.
fn resolved(client: &mut Client, action: &Value) -> Value {
    assert!(action["edit"].is_null());
    client.request("codeAction/resolve", action.clone())
}

fn find<'a>(actions: &'a [Value], title: &str) -> &'a Value {
    actions
        .iter()
        .find(|it| it["title"] == title)
        .unwrap_or_else(|| panic!("{title} is not among {:?}", titles(actions)))
}

#[test]
fn fixes_come_safe_ones_first_then_explanations() {
    let mut client = Client::with("billing.json", BILLING);
    let found = actions(&mut client, "billing.json", "\"assertions\"", Value::Null);
    assert_eq!(
        titles(&found),
        [
            "Join the assertions",
            "v4ward: fix all safe problems (3)",
            "Fix all 3 safe problems in this file",
            "Explain health-check-assertions",
        ]
    );
    assert_eq!(found[0]["kind"], "quickfix");
    assert_eq!(found[0]["isPreferred"], true);
    assert_eq!(found[0]["diagnostics"][0]["code"], "health-check-assertions");
    assert_eq!(found[1]["kind"], "source.fixAll.v4ward");
    assert_eq!(found[2]["kind"], "quickfix");
    let found = actions(&mut client, "billing.json", "\"html-json\"", json!(["quickfix"]));
    assert_eq!(
        titles(&found),
        ["Remove the step (unsafe)", "Fix all 3 safe problems in this file", "Explain policy-not-compatible"]
    );
    assert_eq!(found[0]["isPreferred"], false);
    // Over several findings.
    let found = actions(&mut client, "billing.json", BILLING.trim_end(), json!(["quickfix"]));
    let safe = ["Write \"inherit\": false", "Join the assertions", "Keep the one script that runs"];
    assert_eq!(titles(&found)[..3], safe);
    assert_eq!(
        titles(&found)[3..6],
        ["Set the emulation engine (unsafe)", "Remove the step (unsafe)", titles(&found)[5]]
    );
    assert_eq!(found.iter().filter(|it| it["title"].as_str().unwrap().starts_with("Explain ")).count(), 6);
}

#[test]
fn only_what_is_asked_for_is_given() {
    let mut client = Client::builder().file("tracking.json", TRACKING).start();
    client.open("billing.json", BILLING);
    client.open("tracking.json", TRACKING);
    let mut kinds = |name: &str, only: Value| {
        let found = actions(&mut client, name, "\"name\"", only);
        found.iter().map(|action| action["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for only in ["source", "source.fixAll", "source.fixAll.v4ward"] {
        assert_eq!(kinds("billing.json", json!([only])), ["source.fixAll.v4ward"], "{only}");
    }
    for only in ["source.fixAll.eslint", "source.fix", "quickfix", "refactor.extract"] {
        assert_eq!(kinds("billing.json", json!([only])), Vec::<String>::new(), "{only}");
    }
    assert_eq!(kinds("tracking.json", json!(["refactor"])), ["refactor.rewrite.v4ward"]);
    assert_eq!(kinds("tracking.json", json!(["source"])), Vec::<String>::new());
}

#[test]
fn a_fix_changes_only_its_place_in_each_encoding() {
    for encoding in Encoding::ALL {
        let strange = BILLING.replace("books open", "bøøks 😀 €").replace('\n', "\r\n");
        let mut client = Client::builder().encoding(encoding).start();
        client.open("billing.json", &strange);
        let found = actions(&mut client, "billing.json", "{ \"name\": \"ledger-main\"", json!(["quickfix"]));
        assert!(find(&found, "Explain endpoint-inherit-missing").is_object());
        let action = resolved(&mut client, find(&found, "Write \"inherit\": false"));
        assert_eq!(action["edit"]["changeAnnotations"], Value::Null);
        client.apply(&action["edit"]);
        let expected = strange.replace(
            "\"target\": \"https://ledger.kestrel-parcels.example\" }",
            "\"target\": \"https://ledger.kestrel-parcels.example\", \"inherit\": false }",
        );
        assert_eq!(client.text("billing.json"), expected, "{encoding:?}");
        let items = client.pull("billing.json");
        assert!(items.iter().all(|item| item["code"] != "endpoint-inherit-missing"));
    }
}

#[test]
fn an_unsafe_fix_asks_first() {
    let mut client = Client::with("billing.json", BILLING);
    let found = actions(&mut client, "billing.json", "\"v3\"", Value::Null);
    let action = resolved(&mut client, find(&found, "Set the emulation engine (unsafe)"));
    assert_eq!(
        action["edit"]["changeAnnotations"],
        json!({"v4ward": {
            "label": "Set the emulation engine",
            "needsConfirmation": true,
            "description": "Can change how requests are handled (emulation-engine-required)",
        }})
    );
    let edit = &action["edit"]["documentChanges"][0];
    assert_eq!(edit["textDocument"]["version"], 1);
    assert_eq!(edit["edits"][0]["annotationId"], "v4ward");
    client.apply(&action["edit"]);
    assert_eq!(client.text("billing.json"), BILLING.replace("\"v3\"", "\"v4-emulation-engine\""));
}

#[test]
fn all_safe_fixes_in_one_go() {
    for encoding in Encoding::ALL {
        let strange = BILLING.replace("books open", "bøøks 😀 €").replace("new Date()", "/* 😀 */ new Date()");
        let mut client = Client::builder().encoding(encoding).start();
        client.open("billing.json", &strange);
        let found = actions(&mut client, "billing.json", "\"name\"", json!(["source.fixAll.v4ward"]));
        let action = resolved(&mut client, &found[0]);
        client.apply(&action["edit"]);
        let items = client.pull("billing.json");
        // What needs a decision stays.
        assert_eq!(
            client.shown("billing.json", &items),
            [
                "error emulation-engine-required: \"v3\"",
                "error policy-not-compatible: \"html-json\"",
                "error page-access-control: \"accessControls\"",
            ],
            "{encoding:?}"
        );
        assert!(client.text("billing.json").contains("bøøks 😀 €"));
        let found = actions(&mut client, "billing.json", "\"name\"", json!(["source.fixAll.v4ward"]));
        assert_eq!(found, Vec::<Value>::new());
    }
}

#[test]
fn edits_come_at_once_for_editors_that_cannot_ask_for_them() {
    let plain = |builder: Builder| {
        let mut client = builder.capability("textDocument.codeAction", json!({})).start();
        client.open("billing.json", BILLING);
        let found = actions(&mut client, "billing.json", "{ \"name\": \"ledger-main\"", Value::Null);
        let action = find(&found, "Write \"inherit\": false").clone();
        client.apply(&action["edit"]);
        assert_eq!(client.pull("billing.json").len(), 5);
        action["edit"].clone()
    };
    assert_eq!(plain(Client::builder())["documentChanges"][0]["textDocument"]["version"], 1);
    // Nor know versions.
    let edit = plain(Client::builder().capability("workspace.workspaceEdit", json!({})));
    assert_eq!(edit.as_object().unwrap().keys().collect::<Vec<_>>(), ["changes"]);
}

#[test]
fn an_action_for_an_older_text_is_not_resolved() {
    let mut client = Client::with("billing.json", BILLING);
    let found = actions(&mut client, "billing.json", "\"v3\"", Value::Null);
    client.replace("billing.json", "\"Billing\"", "\"Bills\"");
    let error = client.refused("codeAction/resolve", found[0].clone());
    assert_eq!(error.code, -32801, "{error:?}");
    client.close("billing.json");
    assert_eq!(client.refused("codeAction/resolve", found[0].clone()).code, -32801);
}

#[test]
fn an_action_that_is_none_of_ours_is_refused() {
    let mut client = Client::with("billing.json", BILLING);
    let uri = client.uri("billing.json");
    for data in [
        json!({"a": 1}),
        json!("x"),
        json!({"uri": uri, "version": 1, "action": "fix", "finding": 99, "fix": 0}),
        json!({"uri": uri, "version": 1, "action": "fix", "finding": 0, "fix": 99}),
        json!({"uri": uri, "version": 1, "action": "explode"}),
    ] {
        let error = client.refused("codeAction/resolve", json!({"title": "x", "data": data}));
        assert_eq!(error.code, -32602, "{data}");
    }
    let without = json!({"title": "x"});
    assert_eq!(client.request("codeAction/resolve", without.clone()), without);
}

#[test]
fn an_explanation_is_a_command() {
    let mut client = Client::with("billing.json", BILLING);
    let found = actions(&mut client, "billing.json", "\"v3\"", Value::Null);
    let command = &find(&found, "Explain emulation-engine-required")["command"];
    assert_eq!(command["command"], "v4ward.explain");
    client.run("v4ward.explain", command["arguments"][0].clone());
    let told = client.expect_notification("window/showMessage");
    assert!(told["message"].as_str().unwrap().starts_with("emulation-engine-required: "), "{told}");
}

#[test]
fn migrating_is_an_edit_that_creates_the_file() {
    let mut client = Client::with("parcels.json", PARCELS);
    let found = actions(&mut client, "parcels.json", "\"name\"", json!(["refactor"]));
    assert_eq!(titles(&found), ["Migrate to V4: create parcels.v4.json"]);
    let action = resolved(&mut client, &found[0]);
    assert_eq!(
        action["edit"]["changeAnnotations"]["v4ward"],
        json!({"label": "Create the V4 file", "needsConfirmation": false, "description": "Fully migratable"})
    );
    client.apply(&action["edit"]);
    let uri = client.uri("parcels.json");
    let preview = client.run("v4ward.preview", json!({"uri": uri}));
    assert_eq!(preview["text"], client.read("parcels.v4.json"));
    assert_eq!(client.text("parcels.json"), PARCELS);
    // Nothing is offered where the file is.
    assert_eq!(actions(&mut client, "parcels.json", "\"name\"", json!(["refactor"])), Vec::<Value>::new());
}

#[test]
fn migrating_asks_when_something_needs_a_look() {
    let mut client = Client::with("tracking.json", TRACKING);
    let found = actions(&mut client, "tracking.json", "\"name\"", json!(["refactor"]));
    assert_eq!(titles(&found), ["Migrate to V4, although it needs a look: create tracking.v4.json"]);
    let action = resolved(&mut client, &found[0]);
    assert_eq!(action["edit"]["changeAnnotations"]["v4ward"]["needsConfirmation"], true);
    // Not at all when something blocks, in an editor that creates no files, or without a place for the file.
    client.open("billing.json", BILLING);
    assert_eq!(actions(&mut client, "billing.json", "\"name\"", json!(["refactor"])), Vec::<Value>::new());
    client.open("untitled:1", PARCELS);
    assert_eq!(actions(&mut client, "untitled:1", "\"name\"", json!(["refactor"])), Vec::<Value>::new());
    let mut client = Client::builder().capability("workspace.workspaceEdit.resourceOperations", json!([])).start();
    client.open("parcels.json", PARCELS);
    assert_eq!(actions(&mut client, "parcels.json", "\"name\"", json!(["refactor"])), Vec::<Value>::new());
}

#[test]
fn a_policy_is_declared_in_a_new_settings_file() {
    let mut client = Client::with("apis/tracking.json", TRACKING);
    let found = actions(&mut client, "apis/tracking.json", "\"acme-address-normaliser\"", json!(["quickfix"]));
    let action = find(&found, "Declare acme-address-normaliser in v4ward.toml").clone();
    assert_eq!(action["isPreferred"], false);
    client.apply(&action["edit"]);
    assert_eq!(client.read("v4ward.toml"), "custom-policies = [\"acme-address-normaliser\"]\n");
    client
        .notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": client.uri("v4ward.toml"), "type": 1}]}));
    let items = client.pull("apis/tracking.json");
    assert!(items.iter().all(|item| item["code"] != "policy-not-gravitee"), "{items:?}");
}

#[test]
fn a_policy_is_declared_in_the_settings_file_that_is_there() {
    let before = "# é 😀\ngateway-timeout-ms = 1000\ncustom-policies = [\"😀\"] # mine\n";
    let mut client = Client::builder().file("apis/v4ward.toml", before).file("apis/tracking.json", TRACKING).start();
    client.open("apis/tracking.json", TRACKING);
    let found = actions(&mut client, "apis/tracking.json", "\"acme-address-normaliser\"", json!(["quickfix"]));
    let action = find(&found, "Declare acme-address-normaliser in v4ward.toml").clone();
    client.apply(&action["edit"]);
    let after = before.replace("[\"😀\"]", "[\"😀\", \"acme-address-normaliser\"]");
    assert_eq!(client.read("apis/v4ward.toml"), after);
}

#[test]
fn v4_files_have_fixes_of_their_own() {
    let text = r#"{
  "api": {
    "definitionVersion": "V4",
    "responseTemplates": { "API_KEY_MISSING": { "*/*": { "status": 401 } } }
  },
  "plans": [{ "name": "Free", "security": { "type": "KEY_LESS" } }]
}
"#;
    let mut client = Client::with("shop.v4.json", text);
    let found = actions(&mut client, "shop.v4.json", "\"status\"", Value::Null);
    assert_eq!(
        titles(&found),
        [
            "Rename status to statusCode",
            "Explain v4-response-template-status",
            "Suppress v4-response-template-status here, in v4ward.toml"
        ]
    );
    assert_eq!(found[0]["isPreferred"], true);
    let edit = resolved(&mut client, &found[0])["edit"].clone();
    client.apply(&edit);
    assert!(client.text("shop.v4.json").contains("{ \"statusCode\": 401 }"));
    let found = actions(&mut client, "shop.v4.json", "{ \"name\": \"Free\"", Value::Null);
    assert!(titles(&found).contains(&"Add definitionVersion"), "{:?}", titles(&found));
}
