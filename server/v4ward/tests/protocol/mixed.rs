//! Files that are half migrated: V2 and V4 resources in one YAML text.

use serde_json::{Value, json};

use crate::client::Client;

/// Not migratable: four findings, one of them with a safe fix.
const V2: &str = include_str!("ledger.yaml");
/// One problem that V4 refuses.
const V4: &str = "\
apiVersion: gravitee.io/v1alpha1
kind: ApiV4Definition
metadata: { name: orders }
spec:
  name: Orders
  version: \"1.0\"
  type: PROXY
  listeners:
    - type: HTTP
      paths: [{ path: /orders/ }]
      entrypoints: [{ type: http-proxy }]
  endpointGroups:
    - name: default-group
      type: http-proxy
      endpoints:
        - name: default
          type: http-proxy
          inheritConfiguration: false
          configuration: { target: https://backend.example/orders }
  flows:
    - name: Open
      selectors:
        - { type: HTTP, path: /open/**, pathOperator: STARTS_WITH }
  plans:
    free:
      name: Free
      security: { type: KEY_LESS }
";

fn mixed() -> String {
    format!("{V4}---\n{V2}")
}

fn actions(client: &mut Client, needle: &str) -> Vec<Value> {
    let mut params = client.document("apis.yaml");
    params["range"] = client.range_of("apis.yaml", needle);
    params["context"] = json!({"diagnostics": []});
    serde_json::from_value(client.request("textDocument/codeAction", params)).unwrap()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

fn shown(client: &mut Client) -> Vec<String> {
    let items = client.pull("apis.yaml");
    client.shown("apis.yaml", &items)
}

const WILDCARD: &str = "error v4-selector-wildcard: /open/**";

#[test]
fn both_halves_have_their_findings() {
    let mut client = Client::with("apis.yaml", &mixed());
    let all = shown(&mut client);
    assert_eq!(
        all,
        [
            "error emulation-engine-required: v3",
            "warning endpoint-inherit-missing: name",
            "error endpoint-target-whitespace: \" https://books.example.com\"",
            "error policy-not-compatible: html-json",
            WILDCARD,
        ]
    );
    // The order of the documents makes no difference.
    let turned = format!("{V2}---\n{V4}");
    client.open("turned.yaml", &turned);
    let items = client.pull("turned.yaml");
    assert_eq!(client.shown("turned.yaml", &items), all);
}

#[test]
fn each_half_has_its_fixes() {
    let mut client = Client::with("apis.yaml", &mixed());
    let of_v4 = actions(&mut client, "/open/**");
    let fix = of_v4.iter().find(|it| it["title"].as_str().unwrap().starts_with("Let the flow take")).unwrap();
    assert_eq!(fix["diagnostics"][0]["code"], "v4-selector-wildcard");
    let resolved = client.request("codeAction/resolve", fix.clone());
    client.apply(&resolved["edit"]);
    assert_eq!(client.text("apis.yaml"), mixed().replace("/open/**", "/open"));
    let of_v2 = actions(&mut client, "\" https://books.example.com\"");
    assert_eq!(of_v2[0]["title"], "Remove the white space around the target (unsafe)");
    let resolved = client.request("codeAction/resolve", of_v2[0].clone());
    client.apply(&resolved["edit"]);
    let mended = mixed().replace("/open/**", "/open").replace("\" https://books", "\"https://books");
    assert_eq!(client.text("apis.yaml"), mended);
}

#[test]
fn a_hover_tells_of_the_half_it_is_in() {
    let mut client = Client::with("apis.yaml", &mixed());
    let mut hover = |piece: &str| {
        let params = client.at("apis.yaml", piece);
        client.request("textDocument/hover", params)["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    assert!(hover("path: /op|en").starts_with("**error** `v4-selector-wildcard`: "));
    // What a key of a V2 resource means, and where it goes, is not said of one of V4.
    assert_eq!(hover("type|: PROXY"), "");
    assert!(hover("virtual_|hosts").contains("In V4"));
}

#[test]
fn what_is_fixed_at_once_is_in_the_v2_half() {
    // A key that is called otherwise in a resource has a safe fix.
    let template = "  responseTemplates: { DEFAULT: { \"*/*\": { statusCode: 400 } } }\n";
    let text = mixed().replacen("  plans:\n", &format!("{template}  plans:\n"), 1);
    let mut client = Client::with("apis.yaml", &text);
    let found = shown(&mut client);
    assert!(found.contains(&"error v4-response-template-status: statusCode".to_owned()), "{found:?}");
    let all = actions(&mut client, "statusCode");
    assert!(titles(&all).contains(&"Rename statusCode to status"), "{:?}", titles(&all));
    let at_once = all.iter().find(|it| it["kind"] == "source.fixAll.v4ward").unwrap();
    assert_eq!(at_once["title"], "v4ward: fix all safe problems (1)");
    let resolved = client.request("codeAction/resolve", at_once.clone());
    client.apply(&resolved["edit"]);
    let (before, after) = (text.split_once("---\n").unwrap(), client.text("apis.yaml").split_once("---\n").unwrap());
    assert_eq!(before.0, after.0);
    assert_ne!(before.1, after.1);
    assert!(!shown(&mut client).iter().any(|it| it.contains("endpoint-inherit-missing")));
}

#[test]
fn the_verdict_is_that_of_the_v2_half() {
    let mut client = Client::builder().option("statusNotifications", json!(true)).start();
    client.open("apis.yaml", &mixed());
    let status = client.expect_notification("v4ward/status");
    assert_eq!(
        (&status["definition"], &status["verdict"], &status["name"]),
        (&json!("v2"), &json!("not-migratable"), &json!("Lédger 😀"))
    );
    let headline = "Not migratable: 2 blockers; its V4 definition: would be refused (1 problem)";
    assert_eq!(status["headline"], headline);
    let params = client.document("apis.yaml");
    let lenses = client.request("textDocument/codeLens", params);
    assert_eq!(lenses[0]["command"]["title"], "Not migratable: 2 blockers");
    let uri = client.uri("apis.yaml");
    let parts = client.run("v4ward.dryRun", json!({"uri": uri}));
    let parts: Vec<_> = parts["definitions"].as_array().unwrap().iter().map(|it| &it["definition"]).collect();
    assert_eq!(parts, ["v4", "v2"]);
}

#[test]
fn settings_count_for_both_halves() {
    let toml = "[rules]\nv4-selector-wildcard = \"information\"\nendpoint-inherit-missing = \"off\"\n";
    let mut client = Client::builder().file("v4ward.toml", toml).file("apis.yaml", mixed()).start();
    client.open("apis.yaml", &mixed());
    let found = shown(&mut client);
    assert!(found.contains(&"information v4-selector-wildcard: /open/**".to_owned()), "{found:?}");
    assert!(!found.iter().any(|it| it.contains("endpoint-inherit-missing")), "{found:?}");
    let toml = "[[suppress]]\nrule = \"v4-selector-wildcard\"\npath = \"apis.yaml\"\nreason = \"it goes away\"\n";
    let mut client = Client::builder().file("v4ward.toml", toml).file("apis.yaml", mixed()).start();
    client.open("apis.yaml", &mixed());
    assert_eq!(shown(&mut client).len(), 4);
}

#[test]
fn an_error_that_only_the_settings_make_is_not_said_to_be_refused() {
    let text = V4.replace("/open/**", "/open").replace("  plans:\n", "  colour: red\n  plans:\n");
    let toml = "[rules]\nv4-unknown-property = \"error\"\n";
    let told = Client::builder().option("statusNotifications", json!(true));
    let mut client = told.file("v4ward.toml", toml).start();
    client.open("apis.yaml", &text);
    let status = client.expect_notification("v4ward/status");
    assert_eq!(status["counts"]["error"], 1, "{status}");
    assert_eq!(status["headline"], "V4: not as v4ward.toml wants it (1 problem)");
}
