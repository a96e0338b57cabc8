//! The text that the server knows is the one in the editor.

use serde_json::{Value, json};
use v4ward_migration::rules;

use crate::BILLING;
use crate::client::Client;
use crate::text::{self, Encoding};

/// With characters of one to four bytes, and one to two units of UTF-16.
fn strange() -> String {
    BILLING.replace("books open", "bøøks 😀 öffen €")
}

#[test]
fn edits_are_where_the_editor_means_them_in_each_encoding() {
    for encoding in Encoding::ALL {
        let mut client = Client::builder().encoding(encoding).start();
        client.open("billing.json", &strange());
        // On a line with strange characters, before, between and after them.
        client.replace("billing.json", "öffen", "😀😀 offen");
        client.replace("billing.json", "\"name\": \"bøøks", "\"x\": \"é\", \"name\": \"bøøks");
        client.replace("billing.json", "€\",", "€\", \"y\": 1,");
        let shown = client.pull("billing.json");
        let shown = client.shown("billing.json", &shown);
        let unknown: Vec<_> = shown.iter().filter(|line| line.contains("unknown-property")).collect();
        assert_eq!(unknown, ["hint unknown-property: \"x\"", "hint unknown-property: \"y\""], "{encoding:?}");
    }
}

#[test]
fn ranges_on_a_line_with_strange_characters_are_exact() {
    // All on one line, so that the findings come after the characters.
    let text = strange().replace('\n', " ");
    for encoding in Encoding::ALL {
        let mut client = Client::builder().encoding(encoding).start();
        client.open("billing.json", &text);
        let items = client.pull("billing.json");
        let shown = client.shown("billing.json", &items);
        assert_eq!(
            shown,
            [
                "error emulation-engine-required: \"v3\"",
                "warning endpoint-inherit-missing: {",
                "error health-check-assertions: \"assertions\"",
                "error groovy-multiple-scripts: \"configuration\"",
                "error policy-not-compatible: \"html-json\"",
                "error page-access-control: \"accessControls\"",
            ],
            "{encoding:?}"
        );
    }
}

#[test]
fn the_changes_of_one_message_follow_each_other() {
    let mut client = Client::with("billing.json", BILLING);
    let first = json!({"range": client.range_of("billing.json", "\"v3\""), "newText": "\n\n\"v4-emulation-engine\""});
    let mut after = client.range_of("billing.json", "\"html-json\"");
    for end in ["start", "end"] {
        after[end]["line"] = json!(after[end]["line"].as_u64().unwrap() + 2);
    }
    let second = json!({"range": after, "newText": "\"xml-json\""});
    client.change("billing.json", &[first, second]);
    let items = client.pull("billing.json");
    assert_eq!(
        client.shown("billing.json", &items),
        [
            "warning endpoint-inherit-missing: {",
            "error health-check-assertions: \"assertions\"",
            "error groovy-multiple-scripts: \"configuration\"",
            "error page-access-control: \"accessControls\"",
        ]
    );
}

#[test]
fn a_change_without_a_range_replaces_everything() {
    let mut client = Client::with("billing.json", BILLING);
    let uri = client.uri("billing.json");
    let params = json!({
        "textDocument": {"uri": uri, "version": 2},
        "contentChanges": [
            {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 9}}, "text": "x"},
            {"text": BILLING},
            {"range": client.range_of("billing.json", "\"v3\""), "text": "\"v4-emulation-engine\""},
        ],
    });
    client.notify("textDocument/didChange", params);
    let report = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": uri}}));
    assert_eq!(report["items"].as_array().unwrap().len(), 5);
}

#[test]
fn positions_beyond_the_text_are_its_end() {
    let mut client = Client::with("billing.json", BILLING);
    let uri = client.uri("billing.json");
    let (line, end) = (BILLING.lines().count() + 50, json!({"line": 1, "character": 9999}));
    let change = |version: i64, start: Value, end: Value, new: &str| {
        json!({
            "textDocument": {"uri": uri, "version": version},
            "contentChanges": [{"range": {"start": start, "end": end}, "text": new}],
        })
    };
    let far = json!({"line": line, "character": 3});
    client.notify("textDocument/didChange", change(2, far.clone(), far, "\n}"));
    client.notify("textDocument/didChange", change(3, end.clone(), end, " \"name\": \"x\","));
    let report = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": uri}}));
    let items = report["items"].as_array().unwrap();
    let rule = |rule: &str| items.iter().find(|item| item["code"] == rule).unwrap()["range"]["start"].clone();
    assert_eq!(rule("syntax-error"), json!({"line": BILLING.lines().count() + 1, "character": 0}));
    assert_eq!(rule("duplicate-key")["line"], 1);
}

#[test]
fn all_line_endings_count() {
    for ending in ["\r\n", "\r"] {
        let mut client = Client::builder().start();
        client.open("billing.json", &BILLING.replace('\n', ending));
        client.replace("billing.json", "\"v3\"", "\"jupiter\"");
        // These end no line.
        client.replace("billing.json", "Invoices for", "Invoices\u{2028}\u{85}\u{b}\u{c} for");
        let items = client.pull("billing.json");
        let shown = client.shown("billing.json", &items);
        assert!(shown.contains(&"error policy-not-compatible: \"html-json\"".to_owned()), "{shown:?}");
        assert!(!shown.contains(&"error emulation-engine-required: \"v3\"".to_owned()), "{shown:?}");
    }
}

#[test]
fn a_document_that_is_opened_again_is_the_new_one() {
    let mut client = Client::builder().pushed().start();
    client.open("a.json", BILLING);
    assert_eq!(client.pushed("a.json").len(), 6);
    // Twice without being closed, which editors should not do.
    client.open("a.json", &BILLING.replace("\"v3\"", "\"v4-emulation-engine\""));
    assert_eq!(client.pushed("a.json").len(), 5);
    client.close("a.json");
    assert_eq!(client.pushed_next("a.json")["diagnostics"], json!([]));
    client.open("a.json", BILLING);
    assert_eq!(client.pushed("a.json").len(), 6);
}

#[test]
fn a_path_may_be_written_in_several_ways() {
    let mut client = Client::builder().start();
    client.open("a b.json", BILLING);
    let other = client.uri("a b.json").replace("a%20b", "%61%20%62");
    let report = client.request("textDocument/diagnostic", json!({"textDocument": {"uri": other}}));
    assert_eq!(report["items"].as_array().unwrap().len(), 6);
}

#[test]
fn a_burst_of_edits_ends_within_a_few_analyses() {
    let mut client = Client::builder().pushed().start();
    let text = large();
    client.open("large.json", &text);
    client.pushed("large.json");
    // In one go, so that they arrive faster than they can be analysed.
    let mut burst = Vec::new();
    for version in 2..33 {
        let change =
            json!({"range": client.range_of("large.json", "Orders of our shop"), "text": "Orders of our shop"});
        let params =
            json!({"textDocument": {"uri": client.uri("large.json"), "version": version}, "contentChanges": [change]});
        let body = json!({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}).to_string();
        burst.extend(format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes());
    }
    client.send_raw(&burst);
    let mut published = 1;
    while client.pushed_next("large.json")["version"] != 32 {
        published += 1;
    }
    client.settle();
    assert!(published <= 3, "{published} analyses");
}

/// A definition whose analysis takes longer than it takes to read some edits.
fn large() -> String {
    let text = rules::find("policy-not-compatible").unwrap().declaration().bad.text();
    let mut definition: Value = serde_json::from_str(&text).unwrap();
    let flow = definition["flows"][0].clone();
    definition["flows"] = vec![flow; 1500].into();
    definition.to_string()
}

#[test]
fn a_thousand_random_edits_end_where_a_fresh_start_does() {
    for (seed, encoding) in Encoding::ALL.into_iter().enumerate() {
        let mut random = Random(seed as u64 + 1);
        let mut client = Client::builder().encoding(encoding).start();
        client.open("edited.json", &strange());
        for round in 0..334 {
            let edit = random.edit(client.text("edited.json"), encoding);
            client.change("edited.json", &[edit]);
            // Now and then something is asked in between.
            if round % 50 == 0 {
                client.pull("edited.json");
            }
        }
        let text = client.text("edited.json").to_owned();
        client.open("fresh.json", &text);
        assert_eq!(shown(&mut client, "edited.json"), shown(&mut client, "fresh.json"), "{text}");
        // Edits tear a text apart; so that there is something to compare, it ends with a good one.
        let whole = json!({"range": text::range(&text, 0, text.len(), encoding), "newText": strange()});
        client.change("edited.json", &[whole]);
        assert_eq!(client.pull("edited.json").len(), 6);
    }
}

/// What an editor shows of a document.
pub fn shown(client: &mut Client, name: &str) -> Vec<Value> {
    let mut items = client.pull(name);
    for item in &mut items {
        item["data"]["version"] = Value::Null;
        for related in item["relatedInformation"].as_array_mut().into_iter().flatten() {
            related["location"]["uri"] = Value::Null;
        }
    }
    items
}

/// A small generator of numbers, always the same ones.
pub struct Random(pub u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        // Neither in a character nor between the two of a line's end.
        while !text.is_char_boundary(at) || text[..at].ends_with('\r') && text[at..].starts_with('\n') {
            at -= 1;
        }
        at
    }

    pub fn edit(&mut self, text: &str, encoding: Encoding) -> Value {
        const PIECES: &[&str] =
            &["", "", "x", "é", "😀", "\n", "\r\n", "\r", "\"", "{", "}", "[", "]", ",", ":", "null", "\\", " "];
        let start = self.place(text);
        let mut end = start;
        // Mostly typing, sometimes a few characters are replaced.
        if self.below(3) == 0 {
            end = text[start..].char_indices().nth(self.below(6)).map_or(text.len(), |(at, _)| start + at);
            while text[..end].ends_with('\r') && text[end..].starts_with('\n') {
                end += 1;
            }
        }
        let new = PIECES[self.below(PIECES.len())];
        json!({"range": text::range(text, start, end, encoding), "newText": new})
    }
}
