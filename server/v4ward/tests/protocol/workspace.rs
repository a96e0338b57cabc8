//! Folders: several, vanishing, read-only, and what lies outside them.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use serde_json::{Value, json};

use crate::client::Client;
use crate::common::{V4, clean, fixable};
use crate::{BILLING, PARCELS, TRACKING};

const OUTSIDE: &str = "outside the workspace";

/// The paths of all definitions, with the folder of each.
fn listed(client: &mut Client) -> Vec<String> {
    let report = client.run("v4ward.dryRun", json!({}));
    let definitions = report["definitions"].as_array().unwrap();
    definitions.iter().map(|it| format!("{} in {}", it["path"].as_str().unwrap(), client.name(&it["folder"]))).collect()
}

#[test]
fn there_may_be_several_folders() {
    let mut client = Client::builder()
        .folders(&["one", "two ö"])
        .file("one/billing.json", BILLING)
        .file("one/v4ward.toml", "[rules]\nendpoint-inherit-missing = \"off\"\n")
        .file("two ö/billing.json", BILLING)
        .file("outside/parcels.json", PARCELS)
        .start();
    assert_eq!(
        listed(&mut client),
        ["billing.json in one", &format!("billing.json in {}", client.uri("two ö").rsplit('/').next().unwrap())]
    );
    for (name, count) in [("one/billing.json", 5), ("two ö/billing.json", 6)] {
        client.open(name, BILLING);
        assert_eq!(client.pull(name).len(), count, "{name}");
    }
}

#[test]
fn folders_come_and_go() {
    let mut client =
        Client::builder().folders(&["one"]).file("one/billing.json", BILLING).file("two/parcels.json", PARCELS).start();
    let folder = |client: &Client, name: &str| json!([{"uri": client.uri(name), "name": name}]);
    let event = json!({"added": folder(&client, "two"), "removed": folder(&client, "one")});
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
    assert_eq!(listed(&mut client), ["parcels.json in two"]);
    assert!(
        client.run_refused("v4ward.dryRun", json!({"uri": client.uri("one/billing.json")})).message.ends_with(OUTSIDE)
    );
    client.run("v4ward.dryRun", json!({"uri": client.uri("two/parcels.json")}));
}

#[test]
fn a_file_in_two_folders_is_listed_once() {
    let mut client = Client::builder().folders(&["", "apis"]).file("apis/billing.json", BILLING).start();
    assert_eq!(listed(&mut client).len(), 1);
}

#[test]
fn commands_do_not_leave_the_workspace() {
    let mut client = Client::builder()
        .folders(&["apis"])
        .file("apis/parcels.json", PARCELS)
        .file("apis-other/secret.json", PARCELS)
        .file("secret.json", PARCELS)
        .start();
    symlink(client.path("secret.json"), client.path("apis/link.json")).unwrap();
    symlink(client.path("apis-other"), client.path("apis/linked")).unwrap();
    symlink(client.path("nowhere.json"), client.path("apis/dangling.json")).unwrap();
    let root = client.uri("");
    let outside = [
        format!("{root}/secret.json"),
        format!("{root}/apis-other/secret.json"),
        format!("{root}/apis/../secret.json"),
        format!("{root}/apis/%2E%2E/secret.json"),
        format!("{root}/apis/..%2Fsecret.json"),
        format!("{root}/apis/link.json"),
        format!("{root}/apis/linked/secret.json"),
        format!("{root}/apis/linked/../../secret.json"),
        format!("{root}/apis/dangling.json"),
        format!("{root}/apis/nowhere/../../secret.json"),
        "file:///etc/passwd".to_owned(),
        "file:///etc/nowhere".to_owned(),
        "untitled:Untitled-1".to_owned(),
        "https://v4ward.example/a.json".to_owned(),
    ];
    for uri in &outside {
        for command in
            ["v4ward.dryRun", "v4ward.preview", "v4ward.migrate", "v4ward.rollback", "v4ward.fixAll", "v4ward.repoint"]
        {
            let error = client.run_refused(command, json!({"uri": uri}));
            assert_eq!(error.code, -32602, "{command} {uri} {error:?}");
            assert!(!error.message.contains("root:"), "{error:?}");
        }
        // One bad one among good ones stops all.
        let uris = json!([client.uri("apis/parcels.json"), uri]);
        assert_eq!(client.run_refused("v4ward.migrate", json!({"uris": uris})).code, -32602, "{uri}");
    }
    for name in ["secret.v4.json", "apis-other/secret.v4.json", "apis/link.v4.json", "apis/parcels.v4.json"] {
        assert!(!client.exists(name), "{name}");
    }
}

#[test]
fn what_is_open_may_be_worked_on_wherever_it_is() {
    let mut client = Client::builder().folders(&["apis"]).file("parcels.json", PARCELS).start();
    client.open("parcels.json", PARCELS);
    let result = client.run("v4ward.migrate", json!({"uri": client.uri("parcels.json")}));
    assert_eq!(result["results"][0]["status"], "written");
    let result = client.run("v4ward.rollback", json!({"uri": client.uri("parcels.json")}));
    assert_eq!(result["status"], "removed");
}

#[test]
fn the_v4_file_of_an_open_document_is_no_way_out() {
    let mut client =
        Client::builder().folders(&["apis"]).file("apis/a.json", clean()).file("precious.json", V4).start();
    symlink(client.path("precious.json"), client.path("apis/a.v4.json")).unwrap();
    client.open("apis/a.json", &clean());
    let uri = client.uri("apis/a.json");
    let result = client.run("v4ward.migrate", json!({"uri": uri, "overwrite": true, "force": true}));
    assert_ne!(result["results"][0]["status"], "up-to-date");
    client.run("v4ward.rollback", json!({"uri": uri, "force": true}));
    assert_eq!(client.read("precious.json"), V4);
}

#[test]
fn a_folder_may_vanish() {
    let mut client = Client::builder()
        .folders(&["one", "two"])
        .file("one/parcels.json", PARCELS)
        .file("two/billing.json", BILLING)
        .start();
    client.open("one/parcels.json", PARCELS);
    client.pull("one/parcels.json");
    let (uri, first) =
        (client.uri("one/parcels.json"), client.request("workspace/diagnostic", json!({"previousResultIds": []})));
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    fs::remove_dir_all(client.path("one")).unwrap();
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri, "type": 3}]}));
    assert_eq!(listed(&mut client), ["billing.json in two"]);
    // The text in the editor is still there.
    client.replace("one/parcels.json", "\"visibility\"", "\"visibilty\"");
    assert_eq!(client.pull("one/parcels.json").len(), 1);
    let report = client.run("v4ward.dryRun", json!({"uri": uri}));
    assert_eq!((&report["unsaved"], &report["definition"]), (&json!(true), &json!("v2")));
    let result = client.run("v4ward.migrate", json!({"uri": uri, "force": true}));
    assert_eq!(result["results"][0]["status"], "failed");
    assert!(!client.exists("one"));
    assert_eq!(client.run("v4ward.rollback", json!({"uri": uri}))["status"], "absent");
    client.close("one/parcels.json");
    assert_eq!(client.run_refused("v4ward.dryRun", json!({"uri": uri})).code, -32602);
}

#[test]
fn a_read_only_folder_is_told_of() {
    let mut client = Client::builder().held_back().file("apis/a.json", clean()).start();
    client.open("apis/a.json", &clean());
    let folder = client.path("apis");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    let result = client.run("v4ward.migrate", json!({"uri": client.uri("apis/a.json")}));
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let outcome = &result["results"][0];
    assert_eq!((&outcome["status"], &outcome["refusal"]), (&json!("failed"), &Value::Null));
    let message = outcome["message"].as_str().unwrap();
    assert!(message.ends_with("a.v4.json cannot be written: Permission denied (os error 13)"), "{message}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn a_file_that_cannot_be_read_is_told_of() {
    let mut client = Client::builder().held_back().file("a.json", clean()).file("b.json", fixable()).start();
    fs::set_permissions(client.path("a.json"), fs::Permissions::from_mode(0o000)).unwrap();
    let error = client.run_refused("v4ward.dryRun", json!({"uri": client.uri("a.json")}));
    assert!(error.message.contains("Permission denied"), "{error:?}");
    let report = client.run("v4ward.dryRun", json!({}));
    assert_eq!(report["definitions"].as_array().unwrap().len(), 1);
    assert_eq!(client.name(&report["skipped"][0]["uri"]), "a.json");
}

#[test]
fn files_that_change_are_looked_at_again() {
    let mut client = Client::builder().file("a.json", BILLING).start();
    assert_eq!(client.run("v4ward.dryRun", json!({}))["definitions"][0]["name"], "Billing");
    client.write("a.json", TRACKING);
    assert_eq!(client.run("v4ward.dryRun", json!({}))["definitions"][0]["name"], "Tracking");
}
