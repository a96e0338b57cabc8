//! Hover.

use serde_json::{Value, json};

use crate::client::Client;
use crate::common::V4;
use crate::text::Encoding;
use crate::{BILLING, PARCELS, TRACKING};

fn hover(client: &mut Client, name: &str, place: &str) -> Value {
    let params = client.at(name, place);
    client.request("textDocument/hover", params)
}

fn text(hover: &Value) -> &str {
    hover["contents"]["value"].as_str().unwrap_or_else(|| panic!("{hover}"))
}

#[test]
fn a_finding_is_told_with_what_to_do() {
    let mut client = Client::with("tracking.json", TRACKING);
    let hover = hover(&mut client, "tracking.json", "\"acme-|address-normaliser\"");
    let told = text(&hover);
    assert_eq!(hover["contents"]["kind"], "markdown");
    assert!(
        told.starts_with("**warning** `policy-not-gravitee`: the policy acme-address-normaliser is none"),
        "{told}"
    );
    assert!(told.contains("\n\nWhat to do: declare the policy in v4ward.toml"), "{told}");
    assert!(told.contains("\n* Fix: Remove the step (unsafe)"), "{told}");
    assert!(told.contains("\n* Fix: Declare acme-address-normaliser in v4ward.toml (changes v4ward.toml)"), "{told}");
}

#[test]
fn a_property_is_explained_and_its_place_in_v4_named() {
    for encoding in Encoding::ALL {
        let mut client = Client::builder().encoding(encoding).start();
        // Everything after strange characters, on one line.
        let strange = PARCELS.replace("\"Parcels\"", "\"Pärcels 😀\"").replace('\n', " ");
        client.open("parcels.json", &strange);
        let hover = hover(&mut client, "parcels.json", "\"visi|bility\"");
        assert!(text(&hover).contains("In V4: `/api/visibility`"), "{hover}");
        let under = client.slice("parcels.json", &hover["range"]);
        assert!(under.starts_with("\"visibility\""), "{under} {encoding:?}");
    }
}

#[test]
fn where_things_go_is_known_while_something_blocks() {
    let mut client = Client::with("billing.json", BILLING);
    let hover = hover(&mut client, "billing.json", "\"vis|ibility\"");
    let place = "In V4, when nothing blocks the migration any more: `/api/visibility`";
    assert!(text(&hover).contains(place), "{hover}");
}

#[test]
fn findings_are_left_out_for_editors_that_show_them_anyway() {
    let mut client = Client::builder().option("findingsInHover", json!(false)).start();
    client.open("tracking.json", TRACKING);
    let hover = hover(&mut client, "tracking.json", "\"acme-|address-normaliser\"");
    assert!(!text(&hover).contains("policy-not-gravitee") && text(&hover).contains("In V4: "), "{hover}");
}

#[test]
fn editors_without_markdown_get_plain_text() {
    let mut client = Client::builder().capability("textDocument.hover.contentFormat", json!(["plaintext"])).start();
    client.open("parcels.json", PARCELS);
    let hover = hover(&mut client, "parcels.json", "\"visi|bility\"");
    assert_eq!(hover["contents"]["kind"], "plaintext");
    let told = text(&hover);
    assert!(told.contains("In V4: /api/visibility"), "{told}");
    assert!(!told.contains("**") && !told.contains('`'), "{told}");
}

#[test]
fn text_of_the_file_is_no_markup() {
    let text_of_file = TRACKING.replace("acme-address-normaliser", "[x](http://evil.example)<img src=y>");
    let mut client = Client::with("tracking.json", &text_of_file);
    let hover = hover(&mut client, "tracking.json", "\"[x](|http://evil.example)<img src=y>\"");
    let told = text(&hover);
    assert!(told.contains(r"\[x\](http://evil.example)\<img src=y\>"), "{told}");
    assert!(!told.contains("](http") || told.contains(r"\](http"), "{told}");
}

#[test]
fn a_problem_of_a_v4_file_is_told() {
    let mut client = Client::builder().start();
    client.open("a.v4.json", V4);
    let items = client.pull("a.v4.json");
    let range = &items[0]["range"]["start"];
    let params = json!({"textDocument": {"uri": client.uri("a.v4.json")}, "position": range});
    let hover = client.request("textDocument/hover", params);
    assert!(text(&hover).starts_with("**error** `"), "{hover}");
}

#[test]
fn a_place_beyond_the_text_is_no_error() {
    let mut client = Client::with("parcels.json", PARCELS);
    let params =
        json!({"textDocument": {"uri": client.uri("parcels.json")}, "position": {"line": 9999, "character": 9}});
    assert_eq!(client.request("textDocument/hover", params), Value::Null);
}

#[test]
fn a_property_of_a_configuration_is_explained() {
    let text_of = r#"{"name": "x", "gravitee": "2.0.0", "flows": [{"pre": [{"policy": "quota", "configuration": {"addHeaders": true}}]}]}"#;
    let mut client = Client::with("a.json", text_of);
    let hover = hover(&mut client, "a.json", "\"add|Headers\"");
    assert!(text(&hover).contains("**addHeaders**\n\nTrue: the answer has headers"), "{hover}");
    assert!(text(&hover).contains("Default: `true`."), "{hover}");
}
