//! The start, the end, and messages that are wrong.

use serde_json::{Value, json};

use crate::BILLING;
use crate::client::{Client, Refused};
use crate::text::Encoding;

const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;
const NOT_INITIALIZED: i64 = -32002;

fn greeting() -> Value {
    json!({"processId": null, "rootUri": null, "capabilities": {}})
}

#[test]
fn the_server_says_who_it_is_and_what_it_offers() {
    let client = Client::builder().start();
    assert_eq!(client.welcome["serverInfo"]["name"], "v4ward");
    assert_eq!(
        client.welcome["capabilities"],
        json!({
            "positionEncoding": "utf-16",
            "textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
            "hoverProvider": true,
            "completionProvider": {"triggerCharacters": ["\"", ":"]},
            "definitionProvider": true,
            "documentSymbolProvider": true,
            "codeActionProvider": {
                "codeActionKinds": ["quickfix", "source.fixAll.v4ward", "refactor.rewrite.v4ward"],
                "resolveProvider": true,
            },
            "codeLensProvider": {"resolveProvider": false},
            "foldingRangeProvider": true,
            "selectionRangeProvider": true,
            "executeCommandProvider": {
                "commands": [
                    "v4ward.dryRun", "v4ward.preview", "v4ward.migrate",
                    "v4ward.rollback", "v4ward.fixAll", "v4ward.repoint", "v4ward.explain",
                    "v4ward.suppress",
                ],
                "workDoneProgress": true,
            },
            "workspace": {"workspaceFolders": {"supported": true, "changeNotifications": true}},
            "diagnosticProvider": {
                "identifier": "v4ward", "interFileDependencies": false, "workspaceDiagnostics": true,
            },
        })
    );
}

#[test]
fn the_encoding_is_the_cheapest_that_the_editor_offers() {
    let spoken = |offered: Value| {
        let mut client = Client::builder().silent();
        let params =
            json!({"processId": null, "rootUri": null, "capabilities": {"general": {"positionEncodings": offered}}});
        client.request("initialize", params)["capabilities"]["positionEncoding"].clone()
    };
    assert_eq!(spoken(json!(["utf-16", "utf-8"])), "utf-8");
    assert_eq!(spoken(json!(["utf-32", "utf-16"])), "utf-16");
    assert_eq!(spoken(json!(["utf-32"])), "utf-32");
    assert_eq!(spoken(json!(["utf-7"])), "utf-16");
    assert_eq!(spoken(Value::Null), "utf-16");
    for encoding in Encoding::ALL {
        // Greeting it compares them.
        let _ = Client::builder().encoding(encoding).start();
    }
}

#[test]
fn an_editor_that_can_nothing_is_served_all_the_same() {
    let mut client = Client::builder().file("billing.json", BILLING).silent();
    let root = client.uri("");
    let params = json!({"processId": null, "rootUri": root, "capabilities": {}});
    let welcome = client.request("initialize", params);
    assert_eq!(welcome["capabilities"]["diagnosticProvider"], Value::Null);
    client.notify("initialized", json!({}));
    client.open("billing.json", BILLING);
    assert_eq!(client.pushed("billing.json").len(), 6);
    // The only folder of such editors is their root.
    assert_eq!(client.run("v4ward.dryRun", json!({}))["definitions"][0]["path"], "billing.json");
}

#[test]
fn nothing_is_answered_before_initialize() {
    let mut client = Client::builder().silent();
    for method in ["textDocument/hover", "workspace/executeCommand", "shutdown"] {
        assert_eq!(client.refused(method, json!({})).code, NOT_INITIALIZED, "{method}");
    }
    // Notifications are dropped.
    client.open("billing.json", BILLING);
    client.request("initialize", greeting());
    client.notify("initialized", json!({}));
    let params = client.document("billing.json");
    assert_eq!(client.request("textDocument/codeLens", params), Value::Null);
}

#[test]
fn initialize_comes_once() {
    let mut client = Client::builder().start();
    assert_eq!(client.refused("initialize", greeting()).code, INVALID_REQUEST);
}

#[test]
fn after_shutdown_only_exit_counts() {
    let mut client = Client::with("billing.json", BILLING);
    assert_eq!(client.request("shutdown", Value::Null), Value::Null);
    let params = client.document("billing.json");
    assert_eq!(client.refused("textDocument/codeLens", params).code, INVALID_REQUEST);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 0);
}

#[test]
fn exit_without_shutdown_is_an_error() {
    let mut client = Client::with("billing.json", BILLING);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 1);
    let mut client = Client::builder().silent();
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 1);
}

#[test]
fn an_editor_that_goes_away_ends_the_server() {
    let mut client = Client::builder().silent();
    client.hang_up();
    assert_eq!(client.exit_code(), 1);

    let mut client = Client::with("billing.json", BILLING);
    client.hang_up();
    assert_eq!(client.exit_code(), 1);

    let mut client = Client::builder().start();
    client.request("shutdown", Value::Null);
    client.hang_up();
    assert_eq!(client.exit_code(), 0);

    // In the middle of a message.
    let mut client = Client::builder().start();
    client.send_raw(b"Content-Length: 100\r\n\r\n{\"jsonrpc\":");
    client.hang_up();
    assert_eq!(client.exit_code(), 1);
}

#[test]
fn an_editor_that_goes_away_ends_a_request_that_waits() {
    let mut client = Client::builder()
        .file("billing.json", BILLING)
        .capability("workspace.didChangeWatchedFiles.dynamicRegistration", json!(true))
        .start();
    client.expect_request("client/registerCapability", Value::Null);
    let report = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let item = &report["items"][0];
    let previous = json!([{"uri": item["uri"], "value": item["resultId"]}]);
    let id = client.begin("workspace/diagnostic", json!({"previousResultIds": previous}));
    client.hang_up();
    assert_eq!(client.exit_code(), 1);
    // Whether the answer still came out is chance.
    client.abandon(id);
}

#[test]
fn what_is_no_json_is_a_parse_error_and_the_next_message_counts() {
    let mut client = Client::with("billing.json", BILLING);
    let garbage: &[&[u8]] = &[
        b"Content-Length: 3\r\n\r\n{]}",
        b"Content-Length: 5\r\n\r\nhello",
        b"Content-Length: 4\r\n\r\n\"\xff\"\"",
        b"Content-Length: many\r\n\r\n",
        b"Hello\r\n\r\n",
        // A batch, which the protocol has none of.
        b"Content-Length: 2\r\n\r\n[]",
    ];
    for garbage in garbage {
        client.send_raw(garbage);
        let error = client.answer(Value::Null).unwrap_err();
        assert_eq!(error.code, PARSE_ERROR, "{garbage:?}");
    }
    let params = client.document("billing.json");
    assert!(client.request("textDocument/codeLens", params).is_array());
}

#[test]
fn a_header_may_have_any_form() {
    let mut client = Client::builder().silent();
    let body = json!({"jsonrpc": "2.0", "id": "a", "method": "initialize", "params": greeting()}).to_string();
    let header = "content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:";
    client.send_raw(format!("{header}{}\r\n\r\n{body}", body.len()).as_bytes());
    // An id may be a text.
    assert_eq!(client.answer("a").unwrap()["serverInfo"]["name"], "v4ward");
}

#[test]
fn an_object_that_is_no_message_is_an_invalid_request() {
    let mut client = Client::builder().start();
    client.send(&json!({"jsonrpc": "2.0", "id": 7, "method": 12}));
    assert_eq!(client.answer(7).unwrap_err().code, INVALID_REQUEST);
    client.send(&json!({"id": 8, "method": "shutdown"}));
    assert_eq!(client.answer(8).unwrap_err().code, INVALID_REQUEST);
    client.send(&json!({}));
    assert_eq!(client.answer(Value::Null).unwrap_err().code, INVALID_REQUEST);
    // Deeper than anything is read.
    let deep = (0..200).fold(json!(1), |deep, _| json!([deep]));
    client.send(&json!({"jsonrpc": "2.0", "id": 9, "method": "shutdown", "params": deep}));
    assert_eq!(client.answer(Value::Null).unwrap_err().code, PARSE_ERROR);
}

#[test]
fn an_unknown_request_is_refused_and_an_unknown_notification_ignored() {
    let mut client = Client::with("billing.json", BILLING);
    let mut rename = client.at("billing.json", "\"Bil|ling\"");
    rename["newName"] = json!("Bills");
    assert_eq!(client.refused("textDocument/rename", rename).code, METHOD_NOT_FOUND);
    assert_eq!(client.refused("v4ward/nonsense", json!({})).code, METHOD_NOT_FOUND);
    client.notify("v4ward/nonsense", json!({}));
    client.notify("$/setTrace", json!({"value": "verbose"}));
    client.notify("$/nonsense", json!({}));
    assert_eq!(client.pull("billing.json").len(), 6);
}

#[test]
fn parameters_of_another_form_are_refused() {
    let mut client = Client::with("billing.json", BILLING);
    for method in ["textDocument/hover", "textDocument/codeAction", "workspace/executeCommand"] {
        for params in [json!({"a": 1}), json!([]), Value::Null] {
            assert_eq!(client.refused(method, params.clone()).code, INVALID_PARAMS, "{method} {params}");
        }
    }
    client.notify("textDocument/didChange", json!({"a": 1}));
    client.notify("textDocument/didOpen", json!([1]));
    client.notify("textDocument/didClose", json!({"textDocument": {"uri": "no uri"}}));
    assert_eq!(client.pull("billing.json").len(), 6);
}

#[test]
fn an_answer_that_nobody_asked_for_is_ignored() {
    let mut client = Client::with("billing.json", BILLING);
    client.send(&json!({"jsonrpc": "2.0", "id": 99, "result": null}));
    client.send(&json!({"jsonrpc": "2.0", "id": 99, "error": {"code": 1, "message": "no"}}));
    assert_eq!(client.pull("billing.json").len(), 6);
}

#[test]
fn a_document_that_is_not_open_has_nothing() {
    let mut client = Client::builder().file("billing.json", BILLING).start();
    for name in ["billing.json", "nowhere.json", "untitled:Untitled-1"] {
        let document = client.document(name);
        let place = json!({"textDocument": document["textDocument"], "position": {"line": 5, "character": 22}});
        let mut actions = document.clone();
        actions["range"] = json!({"start": place["position"], "end": place["position"]});
        actions["context"] = json!({"diagnostics": []});
        let mut selection = document.clone();
        selection["positions"] = json!([place["position"]]);
        for (method, params) in [
            ("textDocument/codeLens", &document),
            ("textDocument/documentSymbol", &document),
            ("textDocument/foldingRange", &document),
            ("textDocument/selectionRange", &selection),
            ("textDocument/hover", &place),
            ("textDocument/definition", &place),
            ("textDocument/completion", &place),
            ("textDocument/codeAction", &actions),
        ] {
            assert_eq!(client.request(method, params.clone()), Value::Null, "{method} {name}");
        }
        // A file of the workspace has findings all the same.
        assert_eq!(client.pull(name).len(), if name == "billing.json" { 6 } else { 0 }, "{name}");
        let uri = client.uri(name);
        let change = json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "{}"}]});
        client.notify("textDocument/didChange", change);
        client.notify("textDocument/didSave", document.clone());
        client.notify("textDocument/didClose", document);
    }
}

#[test]
fn a_cancelled_request_is_answered_with_that() {
    let mut client = Client::builder()
        .file("billing.json", BILLING)
        .capability("workspace.didChangeWatchedFiles.dynamicRegistration", json!(true))
        .start();
    client.expect_request("client/registerCapability", Value::Null);
    let report = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let item = &report["items"][0];
    let previous = json!([{"uri": item["uri"], "value": item["resultId"]}]);
    // Nothing is new, so this one waits.
    let id = client.begin("workspace/diagnostic", json!({"previousResultIds": previous}));
    client.notify("$/cancelRequest", json!({"id": id}));
    let cancelled = Refused { code: -32800, message: "Canceled".to_owned() };
    assert_eq!(client.answer(id), Err(cancelled));
    // One that is answered already, and one that never was.
    client.notify("$/cancelRequest", json!({"id": id}));
    client.notify("$/cancelRequest", json!({"id": 1000}));
    client.open("billing.json", BILLING);
    assert_eq!(client.pull("billing.json").len(), 6);
}

#[test]
fn requests_under_way_do_not_hold_up_changes() {
    let mut client = Client::builder()
        .file("billing.json", BILLING)
        .capability("workspace.didChangeWatchedFiles.dynamicRegistration", json!(true))
        .start();
    client.expect_request("client/registerCapability", Value::Null);
    let report = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let item = &report["items"][0];
    let previous = json!([{"uri": item["uri"], "value": item["resultId"]}]);
    let waiting: Vec<i64> =
        (0..100).map(|_| client.begin("workspace/diagnostic", json!({"previousResultIds": previous}))).collect();
    client.open("billing.json", BILLING);
    client.replace("billing.json", "\"v3\"", "\"v4-emulation-engine\"");
    assert_eq!(client.pull("billing.json").len(), 5);
    // Each question ends the one before.
    let (last, before) = waiting.split_last().unwrap();
    for id in before {
        assert_eq!(client.answer(*id).unwrap()["items"].as_array().unwrap().len(), 1);
    }
    // Now there is something new.
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": client.uri("billing.json")}}));
    assert_eq!(client.answer(*last).unwrap()["items"][0]["kind"], "full");
}

#[test]
fn options_of_another_form_count_as_none() {
    for options in [json!({"jsonFeatures": "no"}), json!([1]), json!("x"), json!({"settings": null, "colour": 1})] {
        let mut client = Client::builder().silent();
        let mut params = greeting();
        params["initializationOptions"] = options.clone();
        let welcome = client.request("initialize", params);
        assert_eq!(welcome["capabilities"]["foldingRangeProvider"], true, "{options}");
        client.notify("initialized", json!({}));
    }
}

#[test]
fn a_request_that_waits_does_not_keep_the_server_from_ending() {
    let mut client = Client::builder()
        .file("billing.json", BILLING)
        .capability("workspace.didChangeWatchedFiles.dynamicRegistration", json!(true))
        .start();
    client.expect_request("client/registerCapability", Value::Null);
    let report = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let item = &report["items"][0];
    let previous = json!([{"uri": item["uri"], "value": item["resultId"]}]);
    let id = client.begin("workspace/diagnostic", json!({"previousResultIds": previous}));
    assert_eq!(client.end(), 0);
    client.abandon(id);
}
