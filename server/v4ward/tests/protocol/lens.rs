//! Code lenses.

use serde_json::{Value, json};

use crate::client::Client;
use crate::common::{V1, V4};
use crate::{BILLING, PARCELS};

fn lenses(client: &mut Client, name: &str) -> Value {
    let params = client.document(name);
    client.request("textDocument/codeLens", params)
}

#[test]
fn the_first_line_tells_the_verdict_and_what_can_be_done() {
    let mut client = Client::with("billing.json", &format!("\n  {BILLING}"));
    let uri = client.uri("billing.json");
    let lens = |title: &str, command: &str, argument: Value| {
        json!({
            "range": {"start": {"line": 1, "character": 2}, "end": {"line": 1, "character": 2}},
            "command": {"title": title, "command": command, "arguments": [argument]},
        })
    };
    assert_eq!(
        lenses(&mut client, "billing.json"),
        json!([
            lens("Not migratable: 5 blockers", "v4ward.dryRun", json!({"uri": uri, "show": true})),
            lens("Migrate to V4", "v4ward.migrate", json!({"uri": uri, "show": true})),
            lens("Preview V4", "v4ward.preview", json!({"uri": uri})),
            lens("Fix 3 safe problems", "v4ward.fixAll", json!({"uri": uri})),
        ])
    );
    // They follow the text.
    client.replace("billing.json", "\"v3\"", "\"v4-emulation-engine\"");
    assert_eq!(lenses(&mut client, "billing.json")[0]["command"]["title"], "Not migratable: 4 blockers");
}

#[test]
fn a_clean_definition_has_nothing_to_fix() {
    let mut client = Client::with("parcels.json", PARCELS);
    let lenses = lenses(&mut client, "parcels.json");
    let titles: Vec<&Value> = lenses.as_array().unwrap().iter().map(|lens| &lens["command"]["title"]).collect();
    assert_eq!(titles, ["Fully migratable", "Migrate to V4", "Preview V4"]);
}

#[test]
fn what_v4_would_refuse_is_told_whatever_the_settings_say() {
    let text = PARCELS.replace("\"limit\": 10,", "\"limit\": \"10\",");
    for (severity, found) in [("error", 1), ("hint", 1), ("off", 0)] {
        let toml = format!("[rules]\npolicy-configuration-invalid = \"{severity}\"\n");
        let told = Client::builder().option("statusNotifications", json!(true));
        let mut client = told.file("v4ward.toml", &toml).start();
        client.open("parcels.json", &text);
        let status = client.expect_notification("v4ward/status");
        assert_eq!(
            (&status["verdict"], &status["refusedByV4"]),
            (&json!("fully-migratable"), &json!(true)),
            "{severity}"
        );
        assert_eq!(client.pull("parcels.json").len(), found, "{severity}");
        let title = &lenses(&mut client, "parcels.json")[0]["command"]["title"];
        assert_eq!(title, "Migratable, but V4 would refuse it (1 problem)", "{severity}");
    }
    // A louder severity is no refusal.
    let toml = "[rules]\nmembers-not-portable = \"error\"\n";
    let mut client = Client::builder().file("v4ward.toml", toml).start();
    client
        .open("parcels.json", &PARCELS.replacen('{', "{\"members\": [{\"username\": \"x\", \"role\": \"OWNER\"}],", 1));
    assert_eq!(client.pull("parcels.json").len(), 1);
    assert_eq!(lenses(&mut client, "parcels.json")[0]["command"]["title"], "Fully migratable");
}

#[test]
fn other_generations_have_none() {
    let mut client = Client::builder().start();
    client.open("v1.json", V1);
    client.open("v4.json", V4);
    assert_eq!(lenses(&mut client, "v1.json"), Value::Null);
    assert_eq!(lenses(&mut client, "v4.json"), Value::Null);
}

#[test]
fn the_commands_of_the_lenses_run() {
    let mut client =
        Client::builder().file("parcels.json", PARCELS).capability("window.showDocument.support", json!(true)).start();
    client.open("parcels.json", PARCELS);
    let lenses = lenses(&mut client, "parcels.json");
    for lens in lenses.as_array().unwrap() {
        let command = &lens["command"];
        client.run(command["command"].as_str().unwrap(), command["arguments"][0].clone());
    }
    let told = client.expect_notification("window/showMessage");
    assert_eq!(told["message"], "Fully migratable");
    let told = client.expect_notification("window/showMessage")["message"].clone();
    assert!(told.as_str().unwrap().contains("parcels.v4.json"), "{told}");
    let shown = client.expect_request("window/showDocument", json!({"success": true}));
    assert_eq!(client.name(&shown["uri"]), "parcels.v4.json");
}

#[test]
fn a_v4_file_tells_how_it_stands_to_its_v2_file() {
    let mut client = Client::builder().file("parcels.json", PARCELS).start();
    client.open("parcels.json", PARCELS);
    let preview = client.run("v4ward.preview", json!({"uri": client.uri("parcels.json")}));
    let v4 = preview["text"].as_str().unwrap().to_owned();
    client.open("parcels.v4.json", &v4);
    let title = |lenses: Value| lenses[0]["command"]["title"].as_str().unwrap_or_default().to_owned();
    assert_eq!(title(lenses(&mut client, "parcels.v4.json")), "Everything transferred from parcels.json");
    client.replace("parcels.v4.json", "\"name\": \"Parcels\"", "\"name\": \"Letters\"");
    assert_eq!(title(lenses(&mut client, "parcels.v4.json")), "1 place differs from what parcels.json becomes");
}
