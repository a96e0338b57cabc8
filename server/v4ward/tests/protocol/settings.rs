//! Settings: of the client, and of `v4ward.toml`.

use serde_json::{Value, json};

use crate::TRACKING;
use crate::client::Client;

const DECLARED: &str = "custom-policies = [\"acme-address-normaliser\"]\n";

fn count(client: &mut Client, name: &str) -> usize {
    client.pull(name).len()
}

fn changed(client: &mut Client, name: &str, kind: u32) {
    let changes = json!([{"uri": client.uri(name), "type": kind}]);
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": changes}));
}

#[test]
fn the_nearest_settings_file_counts() {
    let mut client = Client::builder()
        .file("v4ward.toml", DECLARED)
        .file("a/tracking.json", TRACKING)
        .file("b/v4ward.toml", "")
        .file("b/tracking.json", TRACKING)
        .start();
    client.open("a/tracking.json", TRACKING);
    client.open("b/tracking.json", TRACKING);
    assert_eq!((count(&mut client, "a/tracking.json"), count(&mut client, "b/tracking.json")), (3, 4));
}

#[test]
fn settings_files_are_watched() {
    let mut client = Client::builder().file("tracking.json", TRACKING).start();
    client.open("tracking.json", TRACKING);
    assert_eq!(count(&mut client, "tracking.json"), 4);
    client.write("v4ward.toml", DECLARED);
    changed(&mut client, "v4ward.toml", 1);
    assert_eq!(count(&mut client, "tracking.json"), 3);
    std::fs::remove_file(client.path("v4ward.toml")).unwrap();
    changed(&mut client, "v4ward.toml", 3);
    assert_eq!(count(&mut client, "tracking.json"), 4);
    // Editors that do not watch files tell of what they save.
    client.write("v4ward.toml", DECLARED);
    let saved = client.document("v4ward.toml");
    client.notify("textDocument/didSave", saved);
    assert_eq!(count(&mut client, "tracking.json"), 3);
}

#[test]
fn pushed_findings_follow_the_settings() {
    let mut client = Client::builder().pushed().file("tracking.json", TRACKING).start();
    client.open("tracking.json", TRACKING);
    assert_eq!(client.pushed("tracking.json").len(), 4);
    client.write("v4ward.toml", DECLARED);
    changed(&mut client, "v4ward.toml", 1);
    assert_eq!(client.pushed("tracking.json").len(), 3);
}

#[test]
fn editors_that_pull_are_asked_to_pull_again() {
    let mut client = Client::builder()
        .capability("workspace.diagnostics.refreshSupport", json!(true))
        .capability("workspace.codeLens.refreshSupport", json!(true))
        .start();
    client.open("tracking.json", TRACKING);
    client.write("v4ward.toml", DECLARED);
    changed(&mut client, "v4ward.toml", 1);
    client.expect_request("workspace/diagnostic/refresh", Value::Null);
    client.expect_request("workspace/codeLens/refresh", Value::Null);
}

#[test]
fn what_is_wrong_in_a_settings_file_is_shown_there_until_it_is_mended() {
    for pushed in [true, false] {
        let builder = Client::builder().file("v4ward.toml", "ids = \"keep\"\ncustom-polices = [\"x\"]\n");
        let mut client = if pushed { builder.pushed() } else { builder }.start();
        client.open("tracking.json", TRACKING);
        let shown = client.pushed_next("v4ward.toml");
        let problem = &shown["diagnostics"][0];
        assert_eq!(problem["severity"], 1);
        assert_eq!(problem["range"]["start"], json!({"line": 1, "character": 0}));
        let message = problem["message"].as_str().unwrap();
        assert!(message.starts_with("unknown key \"custom-polices\"; did you mean \"custom-policies\"?"), "{message}");
        client.write("v4ward.toml", DECLARED);
        changed(&mut client, "v4ward.toml", 2);
        assert_eq!(client.pushed_next("v4ward.toml")["diagnostics"], json!([]));
        client.ignore("textDocument/publishDiagnostics");
    }
}

#[test]
fn the_keys_of_the_file_are_settings_of_the_client_too() {
    let settings = json!({"custom-policies": ["acme-address-normaliser"], "rules": {"groups-not-portable": "off"}});
    let mut client =
        Client::builder().option("settings", settings).file("b/v4ward.toml", "custom-policies = []").start();
    client.open("tracking.json", TRACKING);
    assert_eq!(count(&mut client, "tracking.json"), 2);
    // What the file says counts more; what it does not say stays.
    client.open("b/tracking.json", TRACKING);
    assert_eq!(count(&mut client, "b/tracking.json"), 3);
}

#[test]
fn settings_are_told_when_they_change() {
    let mut client = Client::builder().start();
    client.open("tracking.json", TRACKING);
    assert_eq!(count(&mut client, "tracking.json"), 4);
    let settings = json!({"v4ward": {"custom-policies": ["acme-address-normaliser"]}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
    assert_eq!(count(&mut client, "tracking.json"), 3);
    // Those of another extension.
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"other": {"ids": 1}}}));
    assert_eq!(count(&mut client, "tracking.json"), 3);
}

#[test]
fn settings_are_asked_for() {
    let mut client = Client::builder().pushed().capability("workspace.configuration", json!(true)).start();
    let section = json!({"items": [{"section": "v4ward"}]});
    let declared = json!([{"custom-policies": ["acme-address-normaliser"]}]);
    assert_eq!(client.expect_request("workspace/configuration", declared), section);
    let registered = client.expect_request("client/registerCapability", Value::Null);
    assert_eq!(registered["registrations"][0]["method"], "workspace/didChangeConfiguration");
    // The answer may come after the first look.
    client.open("tracking.json", TRACKING);
    while client.pushed("tracking.json").len() != 3 {}
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    client.expect_request("workspace/configuration", json!([{}]));
    assert_eq!(client.pushed("tracking.json").len(), 4);
}

#[test]
fn what_is_wrong_in_the_settings_of_the_client_is_told() {
    let mut client = Client::builder().start();
    client.open("tracking.json", TRACKING);
    let settings =
        json!({"v4ward": {"custom-polices": [], "max-document-megabytes": 0, "rules": {"groups-not-portable": "off"}}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
    let told = client.expect_notification("window/showMessage");
    let message = told["message"].as_str().unwrap();
    assert_eq!(told["type"], 2);
    assert!(message.contains("unknown key \"custom-polices\""), "{message}");
    assert!(message.contains("\"max-document-megabytes\" is a whole number above 0"), "{message}");
    // The rest counts.
    assert_eq!(count(&mut client, "tracking.json"), 3);
}

#[test]
fn what_is_wrong_in_the_first_settings_is_told_too() {
    let mut client = Client::builder().option("settings", json!({"colour": "red"})).start();
    let told = client.expect_notification("window/showMessage");
    assert!(told["message"].as_str().unwrap().contains("unknown key \"colour\""), "{told}");
}

const OF_PLUGIN: &str = r#"{"name": "x", "gravitee": "2.0.0", "flows": [{"pre": [{"policy": "acme", "configuration": {"level": "high"}}]}]}"#;
const ACME: &str = "custom-policies = ['acme']\nplugin-schemas = 'plugins'\n";

/// The findings of the rule that goes by schemas.
fn of_schema(client: &mut Client, name: &str) -> Vec<Value> {
    let found = client.pull(name).into_iter();
    found.filter(|diagnostic| diagnostic["code"] == "policy-configuration-invalid").collect()
}

#[test]
fn schemas_of_plugins_are_read_and_watched() {
    let schema = r#"{"properties": {"level": {"title": "How much", "type": "string", "enum": ["low"]}}}"#;
    let mut client = Client::builder().file("apis/v4ward.toml", ACME).file("apis/plugins/acme.json", schema).start();
    client.open("apis/a.json", OF_PLUGIN);
    let found = of_schema(&mut client, "apis/a.json");
    assert_eq!(client.slice("apis/a.json", &found[0]["range"]), "\"high\"");
    assert_eq!(found[0]["severity"], 1);
    let params = client.at("apis/a.json", "\"lev|el\"");
    let hover = client.request("textDocument/hover", params);
    assert!(hover["contents"]["value"].as_str().unwrap().contains("How much\n\nType: text."), "{hover}");
    let params = client.at("apis/a.json", "\"hi|gh\"");
    let offered = client.request("textDocument/completion", params);
    assert_eq!(offered[0]["label"], "low", "{offered}");
    // A schema that changes is read again.
    client.write("apis/plugins/acme.json", schema.replace("low", "high"));
    changed(&mut client, "apis/plugins/acme.json", 2);
    assert_eq!(of_schema(&mut client, "apis/a.json"), Vec::<Value>::new());
    // One that cannot be used is told at the setting, until it is mended.
    client.write("apis/plugins/acme.json", "{");
    changed(&mut client, "apis/plugins/acme.json", 2);
    let told = client.pushed_next("apis/v4ward.toml");
    let message = told["diagnostics"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("\"plugin-schemas\": plugins/acme.json: no JSON at line 1, column 1"), "{message}");
    client.write("apis/plugins/acme.json", schema);
    changed(&mut client, "apis/plugins/acme.json", 2);
    assert_eq!(client.pushed_next("apis/v4ward.toml")["diagnostics"], json!([]));
    assert_eq!(of_schema(&mut client, "apis/a.json").len(), 1);
}

#[test]
fn the_folder_of_schemas_is_no_setting_of_the_client() {
    let mut client = Client::builder().option("settings", json!({"plugin-schemas": "plugins"})).start();
    let told = client.expect_notification("window/showMessage");
    let message = told["message"].as_str().unwrap();
    assert!(message.contains("\"plugin-schemas\" belongs into v4ward.toml"), "{message}");
}
