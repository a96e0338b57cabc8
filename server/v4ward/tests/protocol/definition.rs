//! From a V2 value to its place in V4, and back.

use serde_json::{Value, json};

use crate::client::Client;
use crate::common::V4;
use crate::text::{self, Encoding};
use crate::{BILLING, PARCELS};

/// A definition and the V4 file that comes of it, both open.
fn migrated(encoding: Encoding) -> Client {
    let strange = PARCELS.replace("\"Parcels\"", "\"Pärcels 😀\"");
    let mut client = Client::builder().encoding(encoding).file("parcels.json", &strange).start();
    client.open("parcels.json", &strange);
    let result = client.run("v4ward.migrate", json!({"uri": client.uri("parcels.json")}));
    assert_eq!(result["results"][0]["status"], "written");
    client
}

/// Where a place leads, as `file: text`.
fn definition(client: &mut Client, name: &str, place: &str) -> Vec<String> {
    let params = client.at(name, place);
    let found = client.request("textDocument/definition", params);
    let locations = found.as_array().cloned().unwrap_or_default();
    let told = |location: &Value| {
        let name = client.name(&location["uri"]);
        let text = client.read(&name);
        format!("{name}: {}", text::slice(&text, &location["range"], client.encoding))
    };
    locations.iter().map(told).collect()
}

#[test]
fn there_and_back() {
    for encoding in Encoding::ALL {
        let mut client = migrated(encoding);
        assert_eq!(
            definition(&mut client, "parcels.json", "\"name\": \"Pär|cels 😀\""),
            ["parcels.v4.json: \"name\": \"Pärcels 😀\""]
        );
        let v4 = client.read("parcels.v4.json");
        client.open("parcels.v4.json", &v4);
        assert_eq!(client.pull("parcels.v4.json"), Vec::<Value>::new());
        assert_eq!(
            definition(&mut client, "parcels.v4.json", "\"name\": \"Pär|cels 😀\""),
            ["parcels.json: \"name\": \"Pärcels 😀\""]
        );
    }
}

#[test]
fn what_is_open_counts() {
    let mut client = migrated(Encoding::Utf16);
    let v4 = client.read("parcels.v4.json");
    client.open("parcels.v4.json", &format!("\n\n{v4}"));
    let params = client.at("parcels.json", "\"name\": \"Pär|cels 😀\"");
    let found = client.request("textDocument/definition", params);
    assert_eq!(client.slice("parcels.v4.json", &found[0]["range"]), "\"name\": \"Pärcels 😀\"");
}

#[test]
fn without_the_other_file_there_is_nothing() {
    let mut client = Client::with("parcels.json", PARCELS);
    assert_eq!(definition(&mut client, "parcels.json", "\"name\": \"Par|cels\""), Vec::<String>::new());
    client.open("untitled:1", PARCELS);
    assert_eq!(definition(&mut client, "untitled:1", "\"name\": \"Par|cels\""), Vec::<String>::new());
    client.open("new.v4.json", "{\"api\": {\"definitionVersion\": \"V4\", \"name\": \"New\"}}");
    assert_eq!(definition(&mut client, "new.v4.json", "\"Ne|w\""), Vec::<String>::new());
}

#[test]
fn what_blocks_the_migration_does_not_hide_places() {
    let mut client = Client::builder().file("billing.json", BILLING).file("billing.v4.json", V4).start();
    client.open("billing.json", BILLING);
    assert_eq!(
        definition(&mut client, "billing.json", "\"name\": \"Bil|ling\""),
        ["billing.v4.json: \"name\": \"New\""]
    );
}
