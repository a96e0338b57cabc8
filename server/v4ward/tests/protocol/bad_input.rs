//! Texts that no definition should be.

use serde_json::{Value, json};

use crate::client::Client;
use crate::common::clean;
use crate::{BILLING, PARCELS};

/// A definition with so many megabytes of documentation.
fn big(megabytes: usize) -> String {
    let page = "x".repeat(megabytes * 1_000_000);
    let pages = format!(
        "{{\n  \"pages\": [{{ \"id\": \"1\", \"name\": \"Big\", \"type\": \"MARKDOWN\", \"content\": \"{page}\" }}],"
    );
    // Its mark comes before what is large, as in exports.
    let end = clean().trim_end().len() - 1;
    format!("{},{}}}", &clean()[..end].trim_end(), &pages[2..pages.len() - 1])
}

#[test]
fn a_document_of_fifty_megabytes_is_told_of_and_not_looked_at() {
    let mut client = Client::builder().pushed().start();
    client.open("big.json", &big(50));
    let items = client.pushed("big.json");
    assert_eq!(items.len(), 1);
    assert_eq!((&items[0]["code"], &items[0]["severity"]), (&json!("document-too-large"), &json!(3)));
    let message = items[0]["message"].as_str().unwrap();
    assert!(message.starts_with("with 51 MB this definition is too large"), "{message}");
    assert!(message.contains("(the limit is 16 MB)") && message.contains("\"max-document-megabytes\""), "{message}");
    for method in ["textDocument/hover", "textDocument/completion", "textDocument/definition"] {
        let params = json!({"textDocument": {"uri": client.uri("big.json")}, "position": {"line": 2, "character": 4}});
        assert_eq!(client.request(method, params), Value::Null, "{method}");
    }
    let uri = client.uri("big.json");
    let result = client.run("v4ward.migrate", json!({"uri": uri}));
    assert_eq!(result["results"][0]["refusal"], "too-large");
    let preview = client.run("v4ward.preview", json!({"uri": uri}));
    assert_eq!((&preview["text"], &preview["refusal"]), (&Value::Null, &json!("too-large")));
    let report = client.run("v4ward.dryRun", json!({"uri": uri}));
    assert_eq!((&report["definition"], &report["refusal"]), (&json!("v2"), &json!("too-large")));
    assert_eq!(report["message"], "With 51 MB it is too large for the editor; use `v4ward migrate`");
    client.close("big.json");
    assert_eq!(client.pushed_next("big.json")["diagnostics"], json!([]));
}

#[test]
fn the_limit_is_a_setting() {
    let text = big(2);
    let mut client = Client::builder().option("settings", json!({"max-document-megabytes": 1})).start();
    client.open("big.json", &text);
    assert_eq!(client.pull("big.json")[0]["code"], "document-too-large");
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"v4ward": {"max-document-megabytes": 3}}}));
    assert_eq!(client.pull("big.json"), Vec::<Value>::new());
    // What is large and none of ours is no concern.
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"v4ward": {"max-document-megabytes": 1}}}));
    client.open("log.json", &format!("[\"{}\"]", "x".repeat(2_000_000)));
    assert_eq!(client.pull("log.json"), Vec::<Value>::new());
}

#[test]
fn a_document_that_is_no_text_is_no_concern() {
    let mut client = Client::builder().pushed().start();
    let binary: String = (0..4000u32).map(|n| char::from((n * 7 % 256) as u8)).collect();
    client.open("binary.json", &binary);
    client.open("zeros.json", &"\0".repeat(100_000));
    client.open("replaced.json", &"\u{fffd}".repeat(1000));
    client.settle();
    for name in ["binary.json", "zeros.json", "replaced.json"] {
        client.close(name);
    }
    client.settle();
}

#[test]
fn binary_content_in_a_definition_is_a_finding() {
    let mut client = Client::with("billing.json", BILLING);
    client.replace("billing.json", "\"Billing\"", "\"Bil\0\u{1}\u{feff}\u{fffd}ling\"");
    let items = client.pull("billing.json");
    assert!(items.len() >= 6, "{items:?}");
    assert!(client.shown("billing.json", &items).iter().any(|line| line.ends_with("\"html-json\"")));
}

#[test]
fn a_document_may_nest_without_end() {
    let mut client = Client::builder().start();
    let nested = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    client.open("nested.json", &nested);
    client.open("definition.json", &clean().replacen('{', &format!("{{\"nested\": {nested},"), 1));
    assert_eq!(client.pull("nested.json"), Vec::<Value>::new());
    let items = client.pull("definition.json");
    let rules: Vec<&Value> = items.iter().map(|item| &item["code"]).collect();
    assert_eq!(rules, ["unknown-property", "unreadable-part"]);
    let place =
        json!({"textDocument": {"uri": client.uri("definition.json")}, "position": {"line": 0, "character": 19_000}});
    for method in ["textDocument/hover", "textDocument/completion", "textDocument/definition"] {
        client.request(method, place.clone());
    }
    for method in ["textDocument/documentSymbol", "textDocument/foldingRange", "textDocument/codeLens"] {
        let params = client.document("definition.json");
        client.request(method, params);
    }
    let selection = json!({"textDocument": place["textDocument"], "positions": [place["position"]]});
    client.request("textDocument/selectionRange", selection);
}

#[test]
fn a_document_may_change_a_thousand_times_in_a_second() {
    let mut client = Client::builder().pushed().start();
    client.open("parcels.json", PARCELS);
    let name = client.range_of("parcels.json", "\"visibility\"");
    for at in 0..1000 {
        let (old, new) =
            if at % 2 == 0 { ("\"visibility\"", "\"visibilitx\"") } else { ("\"visibilitx\"", "\"visibility\"") };
        assert_eq!(client.range_of("parcels.json", old), name);
        client.replace("parcels.json", old, new);
    }
    assert_eq!(client.pushed("parcels.json"), Vec::<Value>::new());
    assert_eq!(client.version("parcels.json"), 1001);
    // Nothing comes after the last one.
    client.settle();
}
