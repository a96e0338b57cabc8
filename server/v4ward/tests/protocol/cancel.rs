//! `$/cancelRequest` of a migration: its answer tells of every V4 file on disk, however the messages meet.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use crate::PARCELS;
use crate::client::Client;

const COUNT: usize = 300;

fn name(number: usize) -> String {
    format!("api-{number:04}.json")
}

/// An editor with many files that can be migrated.
fn client() -> Client {
    (0..COUNT).fold(Client::builder(), |builder, number| builder.file(&name(number), PARCELS)).start()
}

fn execute(id: &Value, argument: Value) -> Value {
    let params = json!({"command": "v4ward.migrate", "arguments": [argument]});
    json!({"jsonrpc": "2.0", "id": id, "method": "workspace/executeCommand", "params": params})
}

/// A migration of all files.
fn all(client: &Client, id: &Value) -> Value {
    let uris: Vec<String> = (0..COUNT).map(|number| client.uri(&name(number))).collect();
    execute(id, json!({"uris": uris}))
}

fn cancel(id: &Value) -> Value {
    json!({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": id}})
}

/// Sends several messages in one write.
fn send_together(client: &mut Client, messages: &[Value]) {
    let framed = |message: &Value| format!("Content-Length: {}\r\n\r\n{message}", message.to_string().len());
    client.send_raw(messages.iter().map(framed).collect::<String>().as_bytes());
}

/// The V4 files that are there, and no other file that was not there before.
fn on_disk(client: &Client) -> Vec<String> {
    let files = fs::read_dir(client.path("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let (mut written, others): (Vec<_>, Vec<_>) = files.partition(|file| file.ends_with(".v4.json"));
    assert_eq!(others.len(), COUNT, "no temporary file");
    written.sort();
    written
}

fn remove_written(client: &Client) {
    on_disk(client).iter().for_each(|file| fs::remove_file(client.path(file)).unwrap());
}

/// Holds for every answer: what it tells is what is on disk. How many files were written.
#[track_caller]
fn assert_true(client: &Client, answer: &Value, asked: usize) -> usize {
    let results = answer["results"].as_array().unwrap();
    assert!(results.iter().all(|result| result["status"] == "written"), "{answer}");
    let told: Vec<String> = results.iter().map(|result| client.name(&result["output"])).collect();
    assert_eq!(told, on_disk(client));
    assert_eq!(answer["summary"]["written"], told.len());
    assert_eq!(answer["cancelled"], told.len() < asked);
    told.len()
}

#[test]
fn a_cancelled_migration_tells_of_every_file_that_it_wrote() {
    let mut client = client();
    for (round, before) in [0, 1, 2, 5, 9].into_iter().enumerate() {
        let id = json!(1000 + round);
        let request = all(&client, &id);
        client.send(&request);
        while on_disk_so_far(&client) < before {
            std::thread::yield_now();
        }
        client.send(&cancel(&id));
        let answer = client.answer(id).unwrap();
        let written = assert_true(&client, &answer, COUNT);
        assert!((before..COUNT).contains(&written), "cancelled after {before}, {written} were written");
        remove_written(&client);
    }
}

/// How many V4 files there are while they are written.
fn on_disk_so_far(client: &Client) -> usize {
    (0..COUNT).take_while(|&number| client.exists(&name(number).replace(".json", ".v4.json"))).count()
}

#[test]
fn a_cancellation_right_behind_its_request_counts() {
    let mut client = client();
    // A large number, and one that is the text of another: ids keep their kind.
    for id in [json!(2000), json!("2000"), json!("all of them"), json!(1_i64 << 40)] {
        let request = all(&client, &id);
        send_together(&mut client, &[request, cancel(&id)]);
        let answer = client.answer(id).unwrap();
        assert!(assert_true(&client, &answer, COUNT) < COUNT);
        remove_written(&client);
    }
}

#[test]
fn a_single_migration_that_is_cancelled_tells_whether_it_wrote() {
    let mut client = client();
    // As the extension does it: file by file, each cancelled at another moment.
    for number in 0..60 {
        let id = json!(format!("single-{number}"));
        let request = execute(&id, json!({"uri": client.uri(&name(number))}));
        client.send(&request);
        std::thread::sleep(Duration::from_micros(100 * number as u64));
        client.send(&cancel(&id));
        let answer = client.answer(id).unwrap();
        assert_true(&client, &answer, 1);
        remove_written(&client);
    }
}

#[test]
fn a_migration_that_is_answered_or_unknown_can_be_cancelled() {
    let mut client = client();
    client.send(&cancel(&json!("never asked")));
    client.send(&cancel(&json!(5000)));
    for id in [json!("first"), json!("second"), json!(3000)] {
        client.send(&execute(&id, json!({"uri": client.uri(&name(0))})));
        let answer = client.answer(id.clone()).unwrap();
        assert_eq!(assert_true(&client, &answer, 1), 1);
        remove_written(&client);
        // Too late, which the next migration does not feel.
        client.send(&cancel(&id));
    }
}

#[test]
fn cancelling_one_migration_stops_no_other_request() {
    let mut client = client();
    let (kept, stopped) = (json!("kept"), json!("stopped"));
    let one = execute(&kept, json!({"uri": client.uri(&name(COUNT - 1))}));
    let many = all(&client, &stopped);
    send_together(&mut client, &[many, one, cancel(&stopped)]);
    let one = client.answer(kept).unwrap();
    assert_eq!((&one["cancelled"], &one["results"][0]["status"]), (&json!(false), &json!("written")));
    let many = client.answer(stopped).unwrap();
    assert_eq!(many["cancelled"], true);
    assert_eq!(many["results"].as_array().unwrap().len() + 1, on_disk(&client).len());
}
