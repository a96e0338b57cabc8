//! What custom resources of the workspace say of each other: paths that are taken, subscriptions that have to move.

use std::fs;

use serde_json::{Value, json};

use crate::client::Client;

fn definition(name: &str, path: &str) -> String {
    format!(
        "\
apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: {name}
  namespace: shop
spec:
  name: Orders
  version: '1'
  description: Orders
  proxy:
    virtual_hosts:
      - path: {path}
    groups:
      - name: default
        endpoints:
          - name: one
            target: https://orders.example.com
            inherit: true
  plans:
    - name: Gold Plan
      description: For partners
      security: API_KEY
      status: PUBLISHED
"
    )
}

const SUBSCRIPTIONS: &str = "\
# Who uses it: é😀
apiVersion: gravitee.io/v1alpha1
kind: Subscription
metadata:
  name: of-acme
  namespace: shop
spec:
  api: { name: orders, kind: ApiDefinition } # the orders
  application:
    name: acme
  plan: Gold Plan # by its name
---
apiVersion: gravitee.io/v1alpha1
kind: Subscription
metadata:
  name: of-other
  namespace: shop
spec:
  api:
    name: other
    kind: ApiDefinition
  plan: Gold Plan
";

fn repointed() -> String {
    SUBSCRIPTIONS.replacen("kind: ApiDefinition }", "kind: ApiV4Definition }", 1).replacen(
        "plan: Gold Plan #",
        "plan: gold-plan #",
        1,
    )
}

fn pulled(client: &mut Client, name: &str) -> Vec<String> {
    let items = client.pull(name);
    client.shown(name, &items)
}

fn changed_on_disk(client: &mut Client, name: &str, kind: u32) {
    let uri = client.uri(name);
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri, "type": kind}]}));
}

fn actions(client: &mut Client, name: &str, piece: &str, only: Value) -> Vec<Value> {
    let at = client.at(name, piece)["position"].clone();
    let mut params = client.document(name);
    params["range"] = json!({"start": at, "end": at});
    params["context"] = json!({"diagnostics": [], "only": only});
    let actions = client.request("textDocument/codeAction", params);
    let is_ours = |action: &&Value| action["title"].as_str().unwrap().starts_with("Point ");
    actions.as_array().unwrap().iter().filter(is_ours).cloned().collect()
}

const HAS_SUBSCRIPTIONS: &str = "information resource-has-subscriptions: orders";

/// An editor with one definition open; its subscriptions are in another file, and in one outside the workspace.
fn with_subscriptions() -> Client {
    let orders = definition("orders", "/orders");
    let mut client = Client::builder()
        .folders(&["shop"])
        .file("shop/orders.yaml", &orders)
        .file("shop/subs/subscriptions.yaml", SUBSCRIPTIONS)
        .file("shop/values.yaml", "a: 1\n")
        .file("outside.yaml", SUBSCRIPTIONS)
        .start();
    client.open("shop/orders.yaml", &orders);
    client
}

#[test]
fn subscriptions_of_other_files_are_found_and_pointed_to_the_v4_resource() {
    let mut client = with_subscriptions();
    let items = client.pull("shop/orders.yaml");
    assert_eq!(client.shown("shop/orders.yaml", &items), [HAS_SUBSCRIPTIONS]);
    assert!(items[0]["message"].as_str().unwrap().contains("of-acme in subs/subscriptions.yaml"), "{}", items[0]);
    let offered = actions(&mut client, "shop/orders.yaml", "name: ord|ers", json!(["quickfix"]));
    assert_eq!(offered.len(), 1);
    assert_eq!(offered[0]["title"], "Point 1 subscription to the V4 API");
    assert_eq!(offered[0]["diagnostics"][0]["code"], "resource-has-subscriptions");
    assert_eq!(offered[0]["edit"], Value::Null);
    let resolved = client.request("codeAction/resolve", offered[0].clone());
    assert_eq!(resolved["edit"]["changeAnnotations"]["v4ward"]["needsConfirmation"], true);
    client.apply(&resolved["edit"]);
    assert_eq!(client.read("shop/subs/subscriptions.yaml"), repointed());
    assert_eq!(client.read("outside.yaml"), SUBSCRIPTIONS);
    changed_on_disk(&mut client, "shop/subs/subscriptions.yaml", 2);
    assert_eq!(pulled(&mut client, "shop/orders.yaml"), [""; 0]);
    assert_eq!(actions(&mut client, "shop/orders.yaml", "name: ord|ers", json!(null)).len(), 0);
}

#[test]
fn the_action_is_there_in_the_whole_definition_once() {
    let mut client = with_subscriptions();
    client.pull("shop/orders.yaml");
    let of = |client: &mut Client, piece: &str, only: Value| -> Vec<Value> {
        let offered = actions(client, "shop/orders.yaml", piece, only);
        offered.iter().map(|action| action["kind"].clone()).collect()
    };
    assert_eq!(of(&mut client, "target: https|", json!(null)), ["refactor.rewrite.v4ward"]);
    assert_eq!(of(&mut client, "name: ord|ers", json!(null)), ["quickfix"]);
    assert_eq!(of(&mut client, "name: ord|ers", json!(["refactor"])), ["refactor.rewrite.v4ward"]);
    assert_eq!(of(&mut client, "target: https|", json!(["quickfix"])), [""; 0]);
}

#[test]
fn texts_of_the_editor_count_and_are_edited_at_their_version() {
    let mut client = with_subscriptions();
    client.open("shop/subs/subscriptions.yaml", &format!("# new\n{SUBSCRIPTIONS}"));
    client.replace("shop/subs/subscriptions.yaml", "name: of-acme", "name: of-acme-2");
    client.pull("shop/subs/subscriptions.yaml");
    let message = client.pull("shop/orders.yaml")[0]["message"].to_string();
    assert!(message.contains("of-acme-2 in"), "{message}");
    let argument = json!({"uri": client.uri("shop/orders.yaml"), "apply": false});
    let result = client.run("v4ward.repoint", argument.clone());
    let subscription = json!({"uri": client.uri("shop/subs/subscriptions.yaml"), "path": "subs/subscriptions.yaml",
        "name": "of-acme-2", "plan": "Gold Plan"});
    assert_eq!((&result["subscriptions"], &result["skipped"]), (&json!([subscription]), &json!([])));
    client.apply(&result["edit"]);
    let expected = format!("# new\n{}", repointed()).replace("of-acme", "of-acme-2");
    assert_eq!(client.text("shop/subs/subscriptions.yaml"), expected);
    assert_eq!(client.read("shop/subs/subscriptions.yaml"), SUBSCRIPTIONS);
    client.pull("shop/subs/subscriptions.yaml");
    assert_eq!(pulled(&mut client, "shop/orders.yaml"), [""; 0]);
    assert_eq!(client.run("v4ward.repoint", argument)["edit"], Value::Null);
    // Closed without being saved: the file counts again.
    client.close("shop/subs/subscriptions.yaml");
    assert_eq!(pulled(&mut client, "shop/orders.yaml"), [HAS_SUBSCRIPTIONS]);
}

#[test]
fn the_server_asks_the_client_to_make_the_edit() {
    let mut client = with_subscriptions();
    let uri = client.uri("shop/orders.yaml");
    client.run("v4ward.repoint", json!({"uri": uri}));
    let asked = client.expect_request("workspace/applyEdit", json!({"applied": true}));
    client.apply(&asked["edit"]);
    assert_eq!(client.read("shop/subs/subscriptions.yaml"), repointed());
}

#[test]
fn dry_run_and_migration_tell_how_to_roll_out() {
    let mut client = with_subscriptions();
    let uri = client.uri("shop/orders.yaml");
    let expected = json!([{
        "namespace": "shop", "name": "orders", "plans": [{"name": "Gold Plan", "key": "gold-plan"}],
        "subscriptions": [{"uri": client.uri("shop/subs/subscriptions.yaml"), "path": "subs/subscriptions.yaml",
            "name": "of-acme", "plan": "Gold Plan"}],
    }]);
    client.close("shop/orders.yaml");
    assert_eq!(client.run("v4ward.dryRun", json!({"uri": uri}))["rollout"], expected);
    let migrated = client.run("v4ward.migrate", json!({"uri": uri}));
    assert_eq!((&migrated["results"][0]["status"], &migrated["results"][0]["rollout"]), (&json!("written"), &expected));
    // The V4 resource takes the place of the V2 one and is no conflict.
    client.open("shop/orders.yaml", &definition("orders", "/orders"));
    changed_on_disk(&mut client, "shop/orders.v4.yaml", 1);
    assert_eq!(pulled(&mut client, "shop/orders.yaml"), [HAS_SUBSCRIPTIONS]);
}

#[test]
fn a_path_that_is_taken_in_another_file_is_told_of_as_long_as_it_is() {
    let (one, two) = (definition("one", "/orders"), definition("two", "/orders/"));
    let mut client = Client::builder().file("one.yaml", &one).file("two.yaml", &two).start();
    client.open("one.yaml", &one);
    let taken = pulled(&mut client, "one.yaml");
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert!(taken[0].ends_with("resource-path-taken: /orders"), "{taken:?}");
    client.write("two.yaml", definition("two", "/invoices"));
    changed_on_disk(&mut client, "two.yaml", 2);
    assert_eq!(pulled(&mut client, "one.yaml"), [""; 0]);
    client.write("two.yaml", &two);
    changed_on_disk(&mut client, "two.yaml", 2);
    assert_eq!(pulled(&mut client, "one.yaml"), taken);
    fs::remove_file(client.path("two.yaml")).unwrap();
    changed_on_disk(&mut client, "two.yaml", 3);
    assert_eq!(pulled(&mut client, "one.yaml"), [""; 0]);
    // Another name of its own is no conflict with what it was before.
    client.replace("one.yaml", "name: one", "name: uno");
    assert_eq!(pulled(&mut client, "one.yaml"), [""; 0]);
}

#[test]
fn files_that_git_ignores_and_links_do_not_count() {
    let one = definition("one", "/orders");
    let mut client = Client::builder()
        .folders(&["shop"])
        .file("shop/.gitignore", "build/\n")
        .file("shop/one.yaml", &one)
        .file("shop/build/two.yaml", definition("two", "/orders"))
        .file("three.yaml", definition("three", "/orders"))
        .start();
    std::os::unix::fs::symlink(client.path("three.yaml"), client.path("shop/three.yaml")).unwrap();
    client.open("shop/one.yaml", &one);
    assert_eq!(pulled(&mut client, "shop/one.yaml"), [""; 0]);
}

#[test]
fn files_of_several_folders_are_named_with_their_folder() {
    let one = definition("one", "/orders");
    let mut client = Client::builder()
        .folders(&["a", "b"])
        .file("a/one.yaml", &one)
        .file("b/two.yaml", definition("two", "/orders"))
        .start();
    client.open("a/one.yaml", &one);
    let message = client.pull("a/one.yaml")[0]["message"].to_string();
    assert!(message.contains("two in b/two.yaml"), "{message}");
    let event = json!({"added": [], "removed": [{"uri": client.uri("b"), "name": "b"}]});
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
    assert_eq!(pulled(&mut client, "a/one.yaml"), [""; 0]);
}

#[test]
fn all_definitions_are_looked_at_with_what_is_around_them() {
    let mut client = Client::builder()
        .file("one.yaml", definition("one", "/orders"))
        .file("two.yaml", definition("two", "/orders"))
        .start();
    let report = client.run("v4ward.dryRun", json!({}));
    let counts: Vec<u64> = report["definitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["counts"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum())
        .collect();
    assert_eq!(counts, [1, 1]);
}

#[test]
fn pushed_diagnostics_come_anew_when_the_resources_are_known() {
    let (one, two) = (definition("one", "/orders"), definition("two", "/orders"));
    let mut client = Client::builder().pushed().file("one.yaml", &one).file("two.yaml", &two).start();
    client.open("one.yaml", &one);
    while client.pushed_next("one.yaml")["diagnostics"].as_array().unwrap().is_empty() {}
    // What is typed in another text counts at once.
    client.open("two.yaml", &two);
    assert_eq!(client.pushed("two.yaml").len(), 1);
    client.replace("two.yaml", "path: /orders", "path: /invoices");
    while !client.pushed_next("one.yaml")["diagnostics"].as_array().unwrap().is_empty() {}
    client.ignore("textDocument/publishDiagnostics");
}
