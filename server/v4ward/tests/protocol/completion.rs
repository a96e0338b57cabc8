//! Completion.

use serde_json::{Value, json};

use crate::client::{Builder, Client};
use crate::common::clean;
use crate::text::{self, Encoding, marked};

const LEDGER: &str = include_str!("ledger.yaml");

/// A definition with a piece at its end, and what can be written at the mark in it.
fn complete(builder: Builder, piece: &str) -> (Client, Vec<Value>) {
    let text = clean();
    let end = text.rfind('}').unwrap();
    let (text, _) = marked(&format!("{},{piece}}}", text[..end].trim_end()));
    let mut client = builder.start();
    client.open("a.json", &text);
    let params = client.at("a.json", piece);
    let found = client.request("textDocument/completion", params);
    (client, serde_json::from_value(found).unwrap())
}

fn labels(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["label"].as_str().unwrap()).collect()
}

#[test]
fn the_keys_that_are_not_there_yet_are_offered() {
    let markdown = "textDocument.completion.completionItem.documentationFormat";
    let builder = Client::builder().capability(markdown, json!(["markdown"]));
    let (mut client, items) = complete(builder, "\"prop|\"");
    let labels = labels(&items);
    assert!(labels.contains(&"resources") && labels.contains(&"properties"), "{labels:?}");
    assert!(!labels.contains(&"proxy"), "{labels:?}");
    let found = items.iter().find(|item| item["label"] == "properties").unwrap();
    assert_eq!(found["documentation"]["kind"], "markdown");
    assert_eq!((&found["kind"], &found["insertTextFormat"]), (&json!(10), &json!(2)));
    assert_eq!(found["filterText"], "\"properties\"");
    assert_eq!(client.slice("a.json", &found["textEdit"]["range"]), "\"prop\"");
    // In the order of the list.
    let sort: Vec<&str> = items.iter().map(|item| item["sortText"].as_str().unwrap()).collect();
    assert!(sort.is_sorted(), "{sort:?}");
    let params = client.at("a.json", "\"name\": \"Cl|ean\"");
    assert_eq!(client.request("textDocument/completion", params), json!([]));
}

#[test]
fn the_values_of_a_list_are_offered_in_each_encoding() {
    for encoding in Encoding::ALL {
        let (client, items) =
            complete(Client::builder().encoding(encoding), "\"description\": \"é😀\", \"visibility\": \"|\"");
        let found = items.iter().find(|item| item["label"].as_str().unwrap().contains("PRIVATE")).unwrap();
        let edit = &found["textEdit"];
        let after = text::edited(client.text("a.json"), std::slice::from_ref(edit), encoding);
        assert!(after.contains("\"é😀\", \"visibility\": \"PRIVATE\"}"), "{after}");
    }
}

#[test]
fn editors_without_snippets_get_plain_text() {
    let plain = Client::builder().capability("textDocument.completion.completionItem.snippetSupport", json!(false));
    let (_, items) = complete(plain, "\"prop|\"");
    for item in &items {
        assert_eq!(item["insertTextFormat"], 1);
        let text = item["textEdit"]["newText"].as_str().unwrap();
        assert!(!text.contains("$0") && !text.contains("${"), "{text}");
    }
}

#[test]
fn the_configuration_of_a_step_is_that_of_its_policy() {
    let step = |configuration: &str| {
        format!(r#""flows": [{{"pre": [{{"policy": "rate-limit", "configuration": {configuration}}}]}}]"#)
    };
    let (_, items) = complete(Client::builder(), &step(r#"{"rate": {"|"}}"#));
    let unit = items.iter().find(|item| item["label"] == "periodTimeUnit").unwrap();
    assert_eq!(unit["textEdit"]["newText"], "\"periodTimeUnit\": \"${1:SECONDS}\"");
    assert_eq!(unit["detail"], "text, default \"SECONDS\"");
    assert!(unit["documentation"]["value"].as_str().unwrap().starts_with("Unit of the period."), "{unit}");
    let (_, items) = complete(Client::builder(), &step(r#"{"errorStrategy": "|"}"#));
    assert_eq!(labels(&items), ["BLOCK_ON_INTERNAL_ERROR", "FALLBACK_PASS_TROUGH"]);
    assert_eq!(items[0]["kind"], 20);
}

/// What is offered at the mark of a piece of a resource.
fn complete_yaml(builder: Builder, text: &str, piece: &str) -> (Client, Vec<Value>) {
    let mut client = builder.start();
    client.open("ledger.yaml", text);
    let params = client.at("ledger.yaml", piece);
    let found = client.request("textDocument/completion", params);
    (client, serde_json::from_value(found).unwrap())
}

#[test]
fn keys_of_a_resource_are_completed() {
    let text = LEDGER.replacen("  proxy:\n", "  proxy:\n    co\n", 1);
    let modes = "textDocument.completion.completionItem.insertTextModeSupport";
    let builder = Client::builder().capability(modes, json!({"valueSet": [1, 2]}));
    let (client, items) = complete_yaml(builder, &text, "    co|\n");
    assert!(labels(&items).contains(&"failover") && !labels(&items).contains(&"groups"), "{items:?}");
    let cors = items.iter().find(|item| item["label"] == "cors").unwrap();
    assert_eq!((&cors["insertTextFormat"], &cors["insertTextMode"]), (&json!(2), &json!(2)));
    // Lines count from the indentation of the line: the editor adds that.
    assert_eq!(cors["textEdit"]["newText"], "cors:\n  $0");
    assert_eq!(client.slice("ledger.yaml", &cors["textEdit"]["range"]), "co");
    assert_eq!(cors["filterText"], "cors");
}

#[test]
fn editors_that_indent_no_lines_get_one() {
    let text = LEDGER.replacen("  proxy:\n", "  proxy:\n    co\n", 1);
    let as_is = Client::builder().capability("textDocument.completion.insertTextMode", json!(1));
    let no_snippets =
        Client::builder().capability("textDocument.completion.completionItem.snippetSupport", json!(false));
    for builder in [as_is, no_snippets] {
        let (_, items) = complete_yaml(builder, &text, "    co|\n");
        let cors = items.iter().find(|item| item["label"] == "cors").unwrap();
        assert_eq!((&cors["textEdit"]["newText"], &cors["insertTextFormat"]), (&json!("cors:"), &json!(1)));
        assert_eq!(cors["insertTextMode"], Value::Null);
    }
}

#[test]
fn values_of_the_second_resource_are_completed_in_each_encoding() {
    let end = "spec: {description: é😀, visibility: }\n";
    let text = format!("{LEDGER}---\napiVersion: gravitee.io/v1alpha1\nkind: ApiDefinition\n{end}");
    for encoding in Encoding::ALL {
        let (client, items) = complete_yaml(Client::builder().encoding(encoding), &text, "visibility: |}");
        assert_eq!(labels(&items), ["PUBLIC", "PRIVATE"]);
        let after = text::edited(client.text("ledger.yaml"), std::slice::from_ref(&items[1]["textEdit"]), encoding);
        assert!(after.contains("{description: é😀, visibility: PRIVATE}"), "{after}");
    }
}
