//! What editors offer for any JSON: outline, folding and selection.

use serde_json::{Value, json};

use crate::client::Client;
use crate::text::Encoding;
use crate::{BILLING, PARCELS};

#[test]
fn the_outline_is_a_tree_without_values() {
    let mut client = Client::with("billing.json", BILLING);
    let params = client.document("billing.json");
    let symbols = client.request("textDocument/documentSymbol", params);
    let names: Vec<&Value> = symbols.as_array().unwrap().iter().map(|symbol| &symbol["name"]).collect();
    assert_eq!(names[..3], ["id", "name", "version"]);
    let flows = symbols.as_array().unwrap().iter().find(|symbol| symbol["name"] == "flows").unwrap();
    let flow = &flows["children"][0];
    assert_eq!((&flow["name"], &flow["detail"]), (&json!("[0]"), &json!("Statements")));
    assert_eq!(client.slice("billing.json", &flows["selectionRange"]), "\"flows\"");
    assert!(client.slice("billing.json", &flows["range"]).starts_with("\"flows\": ["));
    assert!(client.slice("billing.json", &flows["range"]).ends_with("]"));
    assert_contained(&client, &symbols);
}

/// Every selection range is in its range.
fn assert_contained(client: &Client, symbols: &Value) {
    for symbol in symbols.as_array().into_iter().flatten() {
        let (whole, part) = (&symbol["range"], &symbol["selectionRange"]);
        assert!(client.slice("billing.json", whole).contains(&client.slice("billing.json", part)), "{symbol}");
        assert_contained(client, &symbol["children"]);
    }
}

#[test]
fn the_outline_is_flat_for_old_editors() {
    let mut client = Client::builder()
        .capability("textDocument.documentSymbol.hierarchicalDocumentSymbolSupport", json!(false))
        .start();
    client.open("billing.json", BILLING);
    let params = client.document("billing.json");
    let symbols = client.request("textDocument/documentSymbol", params);
    let flow = symbols.as_array().unwrap().iter().find(|it| it["containerName"] == "flows").unwrap();
    assert_eq!((&flow["name"], &flow["location"]["uri"]), (&json!("[0]"), &json!(client.uri("billing.json"))));
}

#[test]
fn what_spans_lines_folds() {
    let text = "{\n  \"gravitee\": \"2.0.0\",\n  \"name\": \"é😀\", \"proxy\": {\n    \"a\": [1,\n2]\n  },\n  \"flows\": []\n}\n";
    let fold = |lines: bool, encoding: Encoding| {
        let mut client = Client::builder()
            .encoding(encoding)
            .capability("textDocument.foldingRange.lineFoldingOnly", json!(lines))
            .start();
        client.open("a.json", text);
        let params = client.document("a.json");
        client.request("textDocument/foldingRange", params)
    };
    // The line of the closing bracket stays, so two lines do not fold.
    assert_eq!(fold(true, Encoding::Utf16), json!([{"startLine": 0, "endLine": 6}, {"startLine": 2, "endLine": 4}]));
    let column = |encoding| fold(false, encoding)[1]["startCharacter"].clone();
    assert_eq!(Encoding::ALL.map(column), [30, 27, 26].map(Value::from));
}

#[test]
fn a_selection_grows_from_the_inside() {
    for encoding in Encoding::ALL {
        let mut client = Client::builder().encoding(encoding).start();
        let strange = PARCELS.replacen('{', "{ /* é😀 */", 1).replace('\n', " ");
        client.open("parcels.json", &strange);
        let at = client.at("parcels.json", "\"visibility\": \"P|");
        let params = json!({"textDocument": at["textDocument"], "positions": [at["position"], at["position"]]});
        let found = client.request("textDocument/selectionRange", params);
        assert_eq!(found.as_array().unwrap().len(), 2);
        let (mut at, mut texts) = (&found[0], Vec::new());
        while at.is_object() {
            texts.push(client.slice("parcels.json", &at["range"]));
            at = &at["parent"];
        }
        assert!(texts[0].starts_with('P') && !texts[0].contains('"'), "{texts:?}");
        assert_eq!(texts[1], format!("\"{}\"", texts[0]));
        assert_eq!(texts[2], format!("\"visibility\": {}", texts[1]));
        assert_eq!(texts.last().unwrap(), &strange);
        assert!(texts.windows(2).all(|pair| pair[1].len() > pair[0].len() && pair[1].contains(&pair[0])), "{texts:?}");
    }
}

#[test]
fn editors_that_do_it_themselves_switch_it_off() {
    let mut client =
        Client::builder().option("jsonFeatures", json!(false)).option("yamlFeatures", json!(false)).start();
    for capability in ["documentSymbolProvider", "foldingRangeProvider", "selectionRangeProvider"] {
        assert_eq!(client.welcome["capabilities"].get(capability), None);
    }
    client.open("billing.json", BILLING);
    assert_eq!(client.pull("billing.json").len(), 6);
}
