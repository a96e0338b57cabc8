//! `[[suppress]]` in the editor: findings that are left out, and how entries are written.

use serde_json::{Value, json};
use v4ward_migration::{rules, v4};

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

// ---- V4 files

const V4_RULE: &str = "v4-unknown-property";

/// A V4 definition with one error.
fn misspelt() -> String {
    v4::rule::find(V4_RULE).unwrap().declaration().bad.document().text().to_owned()
}

fn severities(client: &mut Client, name: &str) -> Vec<Value> {
    client.pull(name).iter().map(|it| json!([it["code"], it["severity"]])).collect()
}

#[test]
fn a_finding_of_a_v4_file_is_suppressed_too() {
    let text = misspelt();
    let mut client = Client::builder().file("v4/a.json", &text).start();
    client.open("v4/a.json", &text);
    assert_eq!(severities(&mut client, "v4/a.json"), [json!([V4_RULE, 1])]);
    let found = actions(&mut client, "v4/a.json", "\"visibilty\"");
    let action = found.iter().find(|it| it["title"] == format!("Suppress {V4_RULE} here, in v4ward.toml")).unwrap();
    assert_eq!(action["command"]["command"], "v4ward.suppress");
    let mut argument = action["command"]["arguments"][0].clone();
    assert_eq!(argument, json!({"uri": client.uri("v4/a.json"), "rule": V4_RULE, "pointer": "/api/visibilty"}));
    argument["reason"] = json!("a member of ours");
    argument["apply"] = json!(false);
    let result = client.run("v4ward.suppress", argument);
    client.apply(&result["edit"]);
    let entry = "[[suppress]]\nrule = \"v4-unknown-property\"\npath = \"v4/a.json\"\n\
                 pointer = \"/api/visibilty\"\nreason = \"a member of ours\"\n";
    assert_eq!(client.read("v4ward.toml"), entry);
    saved(&mut client, 1);
    assert_eq!(client.pull("v4/a.json"), Vec::<Value>::new());
    assert_eq!(actions(&mut client, "v4/a.json", "\"visibilty\""), Vec::<Value>::new());
    // An entry whose day is over is told at its place, and the finding is back.
    client.write("v4ward.toml", format!("{entry}expires = 2020-01-01\n"));
    saved(&mut client, 2);
    assert_eq!(severities(&mut client, "v4/a.json"), [json!([V4_RULE, 1])]);
    let problem = client.pushed_next("v4ward.toml")["diagnostics"][0].clone();
    assert!(
        problem["message"].as_str().unwrap().starts_with("the suppression of v4-unknown-property ended"),
        "{problem}"
    );
}

#[test]
fn what_no_rule_finds_in_a_v4_file_cannot_be_suppressed() {
    let text = misspelt().replace("\"visibilty\"", "\"visibility\"").trim_end().trim_end_matches('}').to_owned();
    let mut client = Client::builder().file("a.json", &text).start();
    client.open("a.json", &text);
    assert_eq!(severities(&mut client, "a.json"), [json!(["syntax-error", 1])]);
    let line = text.lines().last().unwrap();
    let found = actions(&mut client, "a.json", line);
    assert!(found.iter().all(|it| !it["title"].as_str().unwrap().starts_with("Suppress ")), "{found:?}");
}

#[test]
fn severities_of_v4_rules_follow_the_settings() {
    let text = misspelt();
    let mut client = Client::builder().file("a.json", &text).file("v4ward.toml", "").start();
    client.open("a.json", &text);
    for (severity, shown) in [("hint", 4), ("information", 3), ("warning", 2), ("error", 1)] {
        client.write("v4ward.toml", format!("[rules]\n{V4_RULE} = \"{severity}\"\n"));
        saved(&mut client, 2);
        assert_eq!(severities(&mut client, "a.json"), [json!([V4_RULE, shown])]);
    }
    client.write("v4ward.toml", format!("[rules]\n{V4_RULE} = \"off\"\n"));
    saved(&mut client, 2);
    assert_eq!(client.pull("a.json"), Vec::<Value>::new());
    // The client's own settings know the rule as well.
    client.write("v4ward.toml", "");
    saved(&mut client, 2);
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"v4ward": {"rules": {V4_RULE: "information"}}}}),
    );
    assert_eq!(severities(&mut client, "a.json"), [json!([V4_RULE, 3])]);
}
