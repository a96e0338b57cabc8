//! Long work: how far it is, and stopping it.

use serde_json::{Value, json};

use crate::PARCELS;
use crate::client::Client;
use crate::common::clean;

/// A migration of so many files that somebody will notice.
fn long_work(client: &mut Client, token: Value) -> i64 {
    // Only the first one is there.
    let others = (0..20_000).map(|number| client.uri(&format!("none-{number}.json")));
    let uris: Vec<String> = std::iter::once(client.uri("a.json")).chain(others).collect();
    let mut params = json!({"command": "v4ward.migrate", "arguments": [{"uris": uris}]});
    if !token.is_null() {
        params["workDoneToken"] = token;
    }
    client.begin("workspace/executeCommand", params)
}

/// Progress up to its end; the kinds of what came.
fn progress(client: &mut Client, token: &str) -> Vec<String> {
    let mut kinds = Vec::new();
    while kinds.last().is_none_or(|kind| kind != "end") {
        let step = client.expect_notification("$/progress");
        assert_eq!(step["token"], token);
        let percentage = step["value"]["percentage"].as_u64().unwrap_or_default();
        assert!(percentage <= 100, "{step}");
        kinds.push(step["value"]["kind"].as_str().unwrap().to_owned());
    }
    kinds
}

#[test]
fn progress_is_told_to_those_who_ask() {
    let mut client = Client::builder().file("parcels.json", PARCELS).file("a.json", clean()).start();
    let uris = [client.uri("parcels.json"), client.uri("a.json")];
    let commands = [
        ("v4ward.dryRun", json!({})),
        ("v4ward.fixAll", json!({"uris": uris, "apply": false})),
        ("v4ward.migrate", json!({"uris": uris})),
    ];
    for (command, argument) in commands {
        let params = json!({"command": command, "arguments": [argument], "workDoneToken": command});
        client.request("workspace/executeCommand", params);
        let kinds = progress(&mut client, command);
        assert_eq!((kinds.first().unwrap().as_str(), kinds.last().unwrap().as_str()), ("begin", "end"), "{command}");
    }
}

#[test]
fn long_work_is_stopped_by_its_token() {
    let mut client = Client::builder().file("a.json", clean()).start();
    let id = long_work(&mut client, json!("mine"));
    let begin = client.expect_notification("$/progress");
    assert_eq!(begin["value"]["kind"], "begin");
    assert_eq!((&begin["value"]["cancellable"], &begin["value"]["title"]), (&json!(true), &json!("Migrating to V4")));
    client.notify("window/workDoneProgress/cancel", json!({"token": "another"}));
    client.notify("window/workDoneProgress/cancel", json!({"token": "mine"}));
    progress(&mut client, "mine");
    let result = client.answer(id).unwrap();
    assert_eq!(result["cancelled"], true);
    assert!(result["results"].as_array().unwrap().len() < 20_001);
    // What was done stays, and is whole.
    let result = client.run("v4ward.migrate", json!({"uri": client.uri("a.json")}));
    assert_eq!(result["results"][0]["status"], "up-to-date");
}

#[test]
fn long_work_is_stopped_by_cancelling_its_request() {
    let mut client = Client::builder().file("a.json", clean()).start();
    let id = long_work(&mut client, json!("mine"));
    client.expect_notification("$/progress");
    client.notify("$/cancelRequest", json!({"id": id}));
    let result = client.answer(id).unwrap();
    assert_eq!(result["cancelled"], true);
    assert_eq!(result["results"][0]["status"], "written");
    assert!(result["results"].as_array().unwrap().len() < 20_001);
    // The report is over when the answer comes.
    progress(&mut client, "mine");
}

#[test]
fn the_server_asks_for_a_token_when_work_takes_long() {
    let mut client =
        Client::builder().capability("window.workDoneProgress", json!(true)).file("a.json", clean()).start();
    // What is over at once is not worth it.
    client.run("v4ward.dryRun", json!({}));
    let id = long_work(&mut client, Value::Null);
    let token = client.expect_request("window/workDoneProgress/create", Value::Null)["token"].clone();
    let begin = client.expect_notification("$/progress");
    assert_eq!((&begin["token"], &begin["value"]["kind"]), (&token, &json!("begin")));
    // Meanwhile everything else is answered.
    client.open("parcels.json", PARCELS);
    assert_eq!(client.pull("parcels.json"), Vec::<Value>::new());
    client.notify("window/workDoneProgress/cancel", json!({"token": token}));
    assert_eq!(client.answer(id).unwrap()["cancelled"], true);
    progress(&mut client, token.as_str().unwrap());
}

#[test]
fn an_editor_that_never_answers_holds_nothing_up() {
    let mut client = Client::builder()
        .capability("window.workDoneProgress", json!(true))
        .capability("workspace.configuration", json!(true))
        .capability("workspace.didChangeWatchedFiles.dynamicRegistration", json!(true))
        .start();
    client.open("billing.json", crate::BILLING);
    for _ in 0..70 {
        let uri = client.uri("billing.json");
        client.run("v4ward.fixAll", json!({"uri": uri}));
    }
    client.replace("billing.json", "\"v3\"", "\"v4-emulation-engine\"");
    assert_eq!(client.pull("billing.json").len(), 5);
    let unanswered = [
        "workspace/applyEdit",
        "workspace/configuration",
        "client/registerCapability",
        "window/workDoneProgress/create",
    ];
    for method in unanswered {
        client.ignore(method);
    }
}

#[test]
fn a_question_that_waits_tells_its_progress_once() {
    let mut client = Client::builder()
        .capability("workspace.didChangeWatchedFiles.dynamicRegistration", json!(true))
        .file("a.json", clean())
        .start();
    client.expect_request("client/registerCapability", Value::Null);
    let report = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let item = &report["items"][0];
    let previous = json!([{"uri": item["uri"], "value": item["resultId"]}]);
    let id = client.begin("workspace/diagnostic", json!({"previousResultIds": previous, "workDoneToken": "mine"}));
    progress(&mut client, "mine");
    // It waits. What comes is nothing new, and then something.
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": []}));
    client.open("a.json", &clean());
    assert_eq!(client.pull("a.json"), Vec::<Value>::new());
    client.change(
        "a.json",
        &[json!({
            "range": client.range_of("a.json", "\"name\""),
            "newText": "\"colour\": 1, \"name\"",
        })],
    );
    client.pull("a.json");
    // What is typed is asked for by itself; the question for all ends when files change.
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": client.uri("a.json")}}));
    assert_eq!(client.answer(id).unwrap()["items"][0]["version"], 2);
}
