//! Findings, pushed and pulled.

use serde_json::{Value, json};

use crate::client::{Builder, Client};
use crate::common::{V1, V4, clean};
use crate::{BILLING, PARCELS, TRACKING};

const OF_BILLING: [&str; 6] = [
    "error emulation-engine-required: \"v3\"",
    "warning endpoint-inherit-missing: {",
    "error health-check-assertions: \"assertions\"",
    "error groovy-multiple-scripts: \"configuration\"",
    "error policy-not-compatible: \"html-json\"",
    "error page-access-control: \"accessControls\"",
];

#[test]
fn findings_are_pushed_with_the_version_of_their_text() {
    let mut client = Client::builder().pushed().start();
    client.open("billing.json", BILLING);
    let params = client.pushed_next("billing.json");
    assert_eq!(params["version"], 1);
    let items = params["diagnostics"].as_array().unwrap();
    assert_eq!(client.shown("billing.json", items), OF_BILLING);

    client.replace("billing.json", "\"v3\"", "\"v4-emulation-engine\"");
    let items = client.pushed("billing.json");
    assert_eq!(client.shown("billing.json", &items), OF_BILLING[1..]);

    client.close("billing.json");
    assert_eq!(client.pushed_next("billing.json")["diagnostics"], json!([]));
}

#[test]
fn a_finding_says_what_is_wrong_and_what_to_do() {
    let mut client = Client::builder().option("ruleUri", json!("https://v4ward.example/{rule}.html")).start();
    client.open("billing.json", BILLING);
    let items = client.pull("billing.json");
    assert_eq!(
        items[4],
        json!({
            "range": {"start": {"line": 62, "character": 20}, "end": {"line": 62, "character": 31}},
            "severity": 1,
            "code": "policy-not-compatible",
            "codeDescription": {"href": "https://v4ward.example/policy-not-compatible.html"},
            "source": "v4ward",
            "message": "the policy html-json has no V4 form: APIM refuses to migrate an API that has it\n\
                        help: do it another way (the rule's page names some), or remove the step",
            "data": {"rule": "policy-not-compatible", "finding": 4, "version": 1},
        })
    );
}

#[test]
fn what_editors_do_not_know_is_left_out() {
    let text = clean().replacen('{', "{\"name\": \"First\", \"colour\": 1,", 1);
    let start = |builder: Builder| {
        let mut client = builder.option("ruleUri", json!("https://v4ward.example/{rule}")).pushed().start();
        client.open("a.json", &text);
        client.pushed("a.json")
    };
    let able = start(Client::builder());
    let [twice, colour] = able.as_slice() else { panic!("{able:?}") };
    assert_eq!((&twice["code"], &colour["code"]), (&json!("duplicate-key"), &json!("unknown-property")));
    assert_eq!(colour["tags"], json!([1]));
    assert!(twice["relatedInformation"][0]["location"]["range"].is_object(), "{twice}");
    let unable = start(Client::builder().capability("textDocument.publishDiagnostics", json!({})));
    for item in &unable {
        for member in ["tags", "relatedInformation", "codeDescription"] {
            assert_eq!(item.get(member), None, "{item}");
        }
    }
}

#[test]
fn half_typed_text_is_looked_at_too() {
    let mut client = Client::with("billing.json", BILLING);
    client.replace("billing.json", "\"version\": \"4.0\",", "\"version\": ");
    let items = client.pull("billing.json");
    let shown = client.shown("billing.json", &items);
    assert!(shown[0].starts_with("error syntax-error: "), "{shown:?}");
    assert_eq!(shown[shown.len() - 5..], OF_BILLING[1..], "{shown:?}");
}

#[test]
fn documents_that_are_not_ours_get_nothing() {
    let mut client = Client::builder().pushed().start();
    client.open("package.json", "{\"name\": \"x\", \"version\": \"1\"}");
    client.open("broken.json", "{\"a\": [");
    client.open("empty.json", "");
    client.open_as("notes.md", "markdown", BILLING);
    client.replace("package.json", "\"x\"", "\"y\"");
    client.settle();
    for name in ["package.json", "broken.json", "empty.json", "notes.md"] {
        let document = client.document(name);
        for method in ["textDocument/codeLens", "textDocument/documentSymbol", "textDocument/foldingRange"] {
            assert_eq!(client.request(method, document.clone()), Value::Null, "{method} {name}");
        }
        client.close(name);
    }
    client.settle();
}

#[test]
fn a_document_without_a_name_is_looked_at_by_its_language() {
    let mut client = Client::builder().pushed().start();
    client.open("untitled:Untitled-1", BILLING);
    let items = client.pushed("untitled:Untitled-1");
    assert_eq!(client.shown("untitled:Untitled-1", &items), OF_BILLING);
    client.open_as("untitled:Untitled-2", "plaintext", BILLING);
    client.settle();
}

#[test]
fn a_document_that_becomes_another_is_cleared() {
    let mut client = Client::builder().pushed().start();
    client.open("a.json", BILLING);
    assert_eq!(client.pushed("a.json").len(), 6);
    client.replace("a.json", BILLING, "{\"name\": \"x\"}");
    assert_eq!(client.pushed("a.json"), Vec::<Value>::new());
    // Nothing is shown, so there is nothing to take back.
    client.close("a.json");
    client.settle();
}

#[test]
fn other_generations_are_told_of() {
    let mut client = Client::builder().start();
    client.open("v1.json", V1);
    let items = client.pull("v1.json");
    assert!(client.shown("v1.json", &items)[0].starts_with("error not-a-v2-api: "), "{items:?}");
    client.open("v4.json", V4);
    let items = client.pull("v4.json");
    assert!(items.iter().all(|item| item["source"] == "v4ward" && item["severity"] == 1), "{items:?}");
    assert!(!items.is_empty());
}

#[test]
fn unchanged_results_are_not_sent_again() {
    let mut client = Client::with("billing.json", BILLING);
    let mut params = client.document("billing.json");
    let first = client.request("textDocument/diagnostic", params.clone());
    let id = first["resultId"].clone();
    params["previousResultId"] = id.clone();
    let unchanged = json!({"kind": "unchanged", "resultId": id});
    assert_eq!(client.request("textDocument/diagnostic", params.clone()), unchanged);
    // An edit after all findings moves none.
    client.replace("billing.json", "\"GROUP\"", "\"ROLE\"");
    assert_eq!(client.request("textDocument/diagnostic", params.clone()), unchanged);
    client.replace("billing.json", "\"v3\"", "\"v4-emulation-engine\"");
    let report = client.request("textDocument/diagnostic", params);
    assert_eq!((&report["kind"], report["items"].as_array().unwrap().len()), (&json!("full"), 5));
    assert_ne!(report["resultId"], id);
}

#[test]
fn what_is_pulled_is_of_the_newest_text() {
    let mut client = Client::with("billing.json", BILLING);
    // The question is on its way before the change is looked at.
    for (old, new, count) in [("\"v3\"", "\"v4-emulation-engine\"", 5), ("\"v4-emulation-engine\"", "\"v3\"", 6)] {
        client.replace("billing.json", old, new);
        let items = client.pull("billing.json");
        assert_eq!(items.len(), count);
        assert!(items.iter().all(|item| item["data"]["version"] == client.version("billing.json")));
    }
}

/// The reports by file, as `kind count`.
fn reports(client: &Client, report: &Value) -> Vec<(String, String)> {
    let items = report["items"].as_array().unwrap();
    let told = |item: &Value| {
        let count = item["items"].as_array().map_or(String::new(), |items| format!(" {}", items.len()));
        (client.name(&item["uri"]), format!("{}{count}", item["kind"].as_str().unwrap()))
    };
    items.iter().map(told).collect()
}

fn previous(report: &Value) -> Value {
    let ids = report["items"].as_array().unwrap().iter();
    json!({"previousResultIds": ids.map(|item| json!({"uri": item["uri"], "value": item["resultId"]})).collect::<Vec<_>>()})
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, told)| ((*name).to_owned(), (*told).to_owned())).collect()
}

#[test]
fn the_findings_of_all_files_can_be_pulled() {
    let mut client = Client::builder()
        .file("apis/billing.json", BILLING)
        .file("apis/parcels.json", PARCELS)
        .file("apis/deep/tracking.json", TRACKING)
        .file("package.json", "{\"name\": \"x\"}")
        .start();
    let first = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    assert_eq!(
        reports(&client, &first),
        pairs(&[
            ("apis/billing.json", "full 6"),
            ("apis/deep/tracking.json", "full 4"),
            ("apis/parcels.json", "full 0")
        ])
    );
    assert!(first["items"].as_array().unwrap().iter().all(|item| item["version"].is_null()));

    // The text in the editor counts, and what is gone is taken back.
    client.open("apis/billing.json", BILLING);
    client.replace("apis/billing.json", "\"v3\"", "\"v4-emulation-engine\"");
    client.pull("apis/billing.json");
    std::fs::remove_file(client.path("apis/deep/tracking.json")).unwrap();
    let second = client.request("workspace/diagnostic", previous(&first));
    assert_eq!(
        reports(&client, &second),
        pairs(&[
            ("apis/billing.json", "full 5"),
            ("apis/parcels.json", "unchanged"),
            ("apis/deep/tracking.json", "full 0"),
        ])
    );
    assert_eq!(second["items"][0]["version"], 2);
    // Both ways of asking have one id.
    let report = client.request("textDocument/diagnostic", client.document("apis/billing.json"));
    assert_eq!(report["resultId"], second["items"][0]["resultId"]);
}

#[test]
fn a_question_about_all_files_waits_for_news() {
    let mut client = Client::builder()
        .file("billing.json", BILLING)
        .capability("workspace.didChangeWatchedFiles.dynamicRegistration", json!(true))
        .start();
    let registered = client.expect_request("client/registerCapability", Value::Null);
    assert_eq!(registered["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    let first = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let waiting = client.begin("workspace/diagnostic", previous(&first));
    // Something happens that changes nothing.
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [{"uri": client.uri("billing.json"), "type": 2}]}),
    );
    client.write("tracking.json", TRACKING);
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({"changes": [{"uri": client.uri("tracking.json"), "type": 1}]}),
    );
    let second = client.answer(waiting).unwrap();
    assert_eq!(reports(&client, &second), pairs(&[("billing.json", "unchanged"), ("tracking.json", "full 4")]));
}

#[test]
fn findings_of_closed_files_can_be_switched_off() {
    let client = Client::builder().option("workspaceDiagnostics", json!(false)).start();
    assert_eq!(client.welcome["capabilities"]["diagnosticProvider"]["workspaceDiagnostics"], false);
}

#[test]
fn the_status_of_documents_is_told_to_editors_that_ask() {
    let mut client = Client::builder().option("statusNotifications", json!(true)).start();
    client.open("billing.json", BILLING);
    let uri = client.uri("billing.json");
    assert_eq!(
        client.expect_notification("v4ward/status"),
        json!({
            "uri": uri, "version": 1, "name": "Billing", "definition": "v2", "verdict": "not-migratable",
            "refusedByV4": false, "headline": "Not migratable: 5 blockers",
            "counts": {"error": 5, "warning": 1, "information": 0, "hint": 0},
        })
    );
    client.replace("billing.json", "\"v3\"", "\"v4-emulation-engine\"");
    let status = client.expect_notification("v4ward/status");
    assert_eq!((&status["version"], &status["headline"]), (&json!(2), &json!("Not migratable: 4 blockers")));
    client.open("package.json", "{}");
    let status = client.expect_notification("v4ward/status");
    assert_eq!((&status["definition"], &status["verdict"]), (&json!("unknown"), &Value::Null));
    // Once, not after each change.
    client.change(
        "package.json",
        &[json!({"range": {"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 1}}, "newText": " "})],
    );
    client.open("parcels.json", PARCELS);
    let status = client.expect_notification("v4ward/status");
    assert_eq!(client.name(&status["uri"]), "parcels.json");
}

#[test]
fn files_that_are_not_open_can_be_pulled_in_the_workspace() {
    let mut client =
        Client::builder().folders(&["apis"]).file("apis/a.json", BILLING).file("outside.json", BILLING).start();
    assert_eq!(client.pull("apis/a.json").len(), 6);
    assert_eq!(client.pull("outside.json"), Vec::<Value>::new());
    // What the editor has counts, saved or not.
    client.open("apis/a.json", "{}");
    assert_eq!(client.pull("apis/a.json"), Vec::<Value>::new());
    client.close("apis/a.json");
    assert_eq!(client.pull("apis/a.json").len(), 6);
}
