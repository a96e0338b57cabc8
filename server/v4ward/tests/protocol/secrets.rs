//! No message of the server holds a secret, except the V4 text itself.

use serde_json::{Value, json};

use crate::client::Client;
use crate::{BILLING, TRACKING};

const SECRETS: &[&str] = &["hunter2hunter2", "sw0rdfish-sw0rdfish", "c0rrect-h0rse", "b4ttery-st4ple"];

/// A definition with a secret at every kind of place, among them places that are wrong.
fn definition(of: &str) -> String {
    let [password, token, key, login] = SECRETS else { unreachable!() };
    of.replacen(
        '{',
        &format!(
            r#"{{
  "password": "{password}",
  "name": "https://user:{login}@backend.example",
  "properties": [
    {{ "key": "plain", "value": "x" }},
    {{ "key": "api-token", "value": "{token}", "encrypted": true }},
    {{ "key": "https://user:{login}@backend.example", "value": "y" }}
  ],
  "resources": [
    {{ "name": "r", "type": "oauth2", "enabled": true, "configuration": {{ "clientSecret": "{key}", "Authorization": ["Bearer {key}"] }} }},
    {{ "name": "r", "type": "{key}", "enabled": "{token}", "configuration": "{{\"password\": \"{password}\"}}" }}
  ],"#
        ),
        1,
    )
}

#[test]
fn no_message_holds_a_secret() {
    for text in [definition(BILLING), definition(TRACKING).replace("not-a-real-password", SECRETS[0])] {
        for pushed in [true, false] {
            let builder = Client::builder().file("other.json", &text).option("statusNotifications", json!(true));
            let mut client = if pushed { builder.pushed() } else { builder }.start();
            client.open("a.json", &text);
            ask_everything(&mut client, "a.json", &text);
            for message in client.heard() {
                for secret in SECRETS {
                    assert!(!message.contains(secret), "{secret} in {message}");
                }
            }
            client.ignore("textDocument/publishDiagnostics");
            client.ignore("v4ward/status");
            client.ignore("window/showMessage");
        }
    }
}

fn ask_everything(client: &mut Client, name: &str, text: &str) {
    let document = client.document(name);
    let uri = client.uri(name);
    client.request("textDocument/documentSymbol", document.clone());
    client.request("textDocument/foldingRange", document.clone());
    client.request("textDocument/codeLens", document.clone());
    client.request("textDocument/diagnostic", document.clone());
    client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let mut everything = document.clone();
    everything["range"] = client.range_of(name, text);
    everything["context"] = json!({"diagnostics": []});
    let actions = client.request("textDocument/codeAction", everything);
    assert!(actions.as_array().unwrap().len() > 4);
    for secret in SECRETS.iter().chain(&["\"properties\"", "\"resources\"", "\"r\"", "\"configuration\""]) {
        for (at, _) in text.match_indices(secret) {
            let position = crate::text::position(text, at + 1, client.encoding);
            let place = json!({"textDocument": {"uri": uri}, "position": position});
            client.request("textDocument/hover", place.clone());
            client.request("textDocument/completion", place.clone());
            client.request("textDocument/definition", place);
        }
    }
    client.run("v4ward.dryRun", json!({"uri": uri, "show": true}));
    client.run("v4ward.dryRun", json!({}));
    let result = client.run("v4ward.migrate", json!({"uri": uri, "show": true}));
    assert_eq!(result["results"][0]["status"], "refused");
    client.run("v4ward.rollback", json!({"uri": uri}));
    let fixes = client.run("v4ward.fixAll", json!({"uri": uri, "apply": false}));
    assert!(fixes["fixes"].is_array());
    let other = client.uri("other.json");
    assert_eq!(client.run("v4ward.migrate", json!({"uri": other}))["results"][0]["status"], "refused");
}

#[test]
fn what_is_half_typed_holds_none_either() {
    let text = definition(BILLING);
    let mut client = Client::builder().start();
    client.open("a.json", &text);
    for secret in SECRETS {
        // A quote is missing, so the secret runs into what follows.
        let quoted = format!("{secret}\"");
        if client.text("a.json").contains(&quoted) {
            client.replace("a.json", &quoted, secret);
            client.pull("a.json");
        }
    }
    let shown = client.pull("a.json");
    assert!(shown.iter().any(|item| item["code"] == "syntax-error"), "{shown:?}");
    let _: Value = client.run("v4ward.dryRun", json!({"uri": client.uri("a.json"), "show": true}));
    client.expect_notification("window/showMessage");
    for message in client.heard() {
        assert!(SECRETS.iter().all(|secret| !message.contains(secret)), "{message}");
    }
}
