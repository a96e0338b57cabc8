//! `[[suppress]]` in the editor: findings that are left out, and how entries are written.

use serde_json::{Value, json};
use v4ward_migration::rules;

use crate::client::Client;

const RULE: &str = "failover-retries";

/// A definition with one warning.
fn warned() -> String {
    rules::find(RULE).unwrap().declaration().bad.text()
}

fn actions(client: &mut Client, name: &str, needle: &str) -> Vec<Value> {
    let mut params = client.document(name);
    params["range"] = client.range_of(name, needle);
    params["context"] = json!({"diagnostics": [], "only": ["quickfix"]});
    serde_json::from_value(client.request("textDocument/codeAction", params)).unwrap()
}

fn saved(client: &mut Client, kind: i32) {
    let changes = json!([{"uri": client.uri("v4ward.toml"), "type": kind}]);
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": changes}));
}

#[test]
fn a_finding_is_suppressed_with_a_reason() {
    let text = warned();
    let mut client = Client::builder().file("apis/a.json", &text).start();
    client.open("apis/a.json", &text);
    let found = actions(&mut client, "apis/a.json", "\"retryTimeout\": 5000");
    let action = found.iter().find(|it| it["title"] == format!("Suppress {RULE} here, in v4ward.toml")).unwrap();
    assert_eq!((&action["kind"], &action["isPreferred"]), (&json!("quickfix"), &json!(false)));
    assert_eq!(action["command"]["command"], "v4ward.suppress");
    let mut argument = action["command"]["arguments"][0].clone();
    assert_eq!(
        argument,
        json!({"uri": client.uri("apis/a.json"), "rule": RULE, "pointer": "/proxy/failover/retryTimeout"})
    );
    argument["reason"] = json!(" the backend is \"quick\" ");
    argument["expires"] = json!("2999-12-31");
    argument["apply"] = json!(false);
    let result = client.run("v4ward.suppress", argument.clone());
    client.apply(&result["edit"]);
    let entry = "[[suppress]]\nrule = \"failover-retries\"\npath = \"apis/a.json\"\n\
                 pointer = \"/proxy/failover/retryTimeout\"\nreason = \"the backend is \\\"quick\\\"\"\n\
                 expires = 2999-12-31\n";
    assert_eq!(client.read("v4ward.toml"), entry);
    saved(&mut client, 1);
    assert_eq!(client.pull("apis/a.json"), Vec::<Value>::new());
    // The next one goes below it.
    let result = client.run("v4ward.suppress", argument);
    client.apply(&result["edit"]);
    assert_eq!(client.read("v4ward.toml"), format!("{entry}\n{entry}"));
}

#[test]
fn no_reason_is_made_up() {
    let text = warned();
    let mut client = Client::builder().file("a.json", &text).file("v4ward.toml", "ids = \"new\"").start();
    client.open("a.json", &text);
    client.run("v4ward.suppress", json!({"uri": client.uri("a.json"), "rule": RULE, "pointer": "/proxy"}));
    let asked = client.expect_request("workspace/applyEdit", json!({"applied": true}));
    let told = client.expect_notification("window/showMessage");
    assert!(told["message"].as_str().unwrap().starts_with("Write the reason into v4ward.toml"), "{told}");
    client.apply(&asked["edit"]);
    let toml = client.read("v4ward.toml");
    assert!(toml.starts_with("ids = \"new\"\n\n[[suppress]]\n") && toml.ends_with("\nreason = \"\"\n"), "{toml}");
    saved(&mut client, 2);
    assert_eq!(client.pull("a.json").len(), 1);
    let problem = client.pushed_next("v4ward.toml")["diagnostics"][0].clone();
    assert_eq!((&problem["severity"], &problem["range"]["start"]["line"]), (&json!(1), &json!(6)));
    assert!(problem["message"].as_str().unwrap().starts_with("\"reason\" is empty"), "{problem}");
}

#[test]
fn an_entry_that_is_over_is_a_warning() {
    let text = warned();
    let toml = format!("[[suppress]]\nrule = \"{RULE}\"\npath = \"a.json\"\nreason = \"x\"\nexpires = 2020-01-01\n");
    let mut client = Client::builder().file("a.json", &text).file("v4ward.toml", &toml).start();
    client.open("a.json", &text);
    let problem = client.pushed_next("v4ward.toml")["diagnostics"][0].clone();
    assert_eq!((&problem["severity"], &problem["range"]["start"]["line"]), (&json!(2), &json!(1)));
    assert_eq!(client.pull("a.json").len(), 1);
    client.write("v4ward.toml", toml.replace("2020", "2999"));
    saved(&mut client, 2);
    assert_eq!(client.pushed_next("v4ward.toml")["diagnostics"], json!([]));
    assert_eq!(client.pull("a.json").len(), 0);
}

#[test]
fn what_blocks_is_not_offered_and_says_its_reason() {
    let text = rules::find("policy-not-compatible").unwrap().declaration().bad.text();
    let toml = "[[suppress]]\nrule = \"policy-not-compatible\"\npath = \"*.json\"\nreason = \"goes with issue 12\"\n";
    let mut client = Client::builder().file("a.json", &text).file("v4ward.toml", toml).start();
    client.open("a.json", &text);
    let items = client.pull("a.json");
    let message = items[0]["message"].as_str().unwrap();
    assert!(message.contains(" (explained in v4ward.toml: goes with issue 12)\nhelp: "), "{message}");
    let found = actions(&mut client, "a.json", text.trim_end());
    assert!(found.iter().all(|it| !it["title"].as_str().unwrap().starts_with("Suppress ")), "{found:?}");
}

#[test]
fn what_cannot_be_suppressed_is_refused() {
    let text = warned();
    let mut client = Client::builder().folders(&["apis"]).file("apis/a.json", &text).file("secret.json", &text).start();
    let good = client.uri("apis/a.json");
    let outside = client.uri("secret.json");
    for argument in [
        json!({"uri": good, "rule": "failover-retry", "reason": "x"}),
        json!({"uri": good, "rule": RULE, "reason": "x", "expires": "soon"}),
        json!({"uri": good, "reason": "x"}),
        json!({"uri": outside, "rule": RULE, "reason": "x"}),
    ] {
        assert_eq!(client.run_refused("v4ward.suppress", argument.clone()).code, -32602, "{argument}");
    }
    // A settings file outside the workspace, or one that is no TOML, stays as it is.
    client.write("v4ward.toml", "");
    let argument = json!({"uri": good, "rule": RULE, "reason": "x", "apply": false});
    assert_eq!(client.run("v4ward.suppress", argument.clone())["edit"], Value::Null);
    client.write("apis/v4ward.toml", "ids = ");
    assert_eq!(client.run("v4ward.suppress", argument)["edit"], Value::Null);
}
