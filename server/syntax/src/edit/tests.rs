use super::*;

fn apply_at(text: &str, make: impl Fn(&Document) -> Vec<Change>) -> String {
    let document = Document::parse_json(text);
    let changes = make(&document);
    apply(&document, &changes).unwrap().document.text().to_owned()
}

fn id(document: &Document, pointer: &str) -> NodeId {
    document.resolve(pointer).unwrap().id()
}

fn remove(pointers: &[&str]) -> impl Fn(&Document) -> Vec<Change> {
    move |d| pointers.iter().map(|p| Change::Remove { node: id(d, p) }).collect()
}

const LINES: &str = "{\n  \"a\": 1,\n  \"b\": [1, 2, 3],\n  \"c\": {\n    \"d\": true\n  }\n}\n";

#[test]
fn removes_first_middle_and_last_members() {
    assert_eq!(apply_at(LINES, remove(&["/a"])), "{\n  \"b\": [1, 2, 3],\n  \"c\": {\n    \"d\": true\n  }\n}\n");
    assert_eq!(apply_at(LINES, remove(&["/b"])), "{\n  \"a\": 1,\n  \"c\": {\n    \"d\": true\n  }\n}\n");
    assert_eq!(apply_at(LINES, remove(&["/c"])), "{\n  \"a\": 1,\n  \"b\": [1, 2, 3]\n}\n");
    assert_eq!(apply_at(LINES, remove(&["/b", "/c"])), "{\n  \"a\": 1\n}\n");
    assert_eq!(
        apply_at(LINES, remove(&["/b/0", "/b/1", "/b/2", "/c/d"])),
        "{\n  \"a\": 1,\n  \"b\": [],\n  \"c\": {}\n}\n"
    );
    assert_eq!(apply_at(LINES, remove(&["/b/0", "/b/2"])), LINES.replace("[1, 2, 3]", "[2]"));
}

#[test]
fn inserts_like_the_neighbours() {
    let insert = |object: &'static str, after: Option<&'static str>| {
        move |d: &Document| {
            let value = Value::Object(vec![
                ("y".into(), Value::Array(vec![Value::Bool(false)])),
                ("z".into(), Value::Integer(-1)),
            ]);
            vec![Change::InsertMember {
                object: id(d, object),
                after: after.map(|p| id(d, p)),
                key: "x\"".into(),
                value,
            }]
        }
    };
    assert_eq!(
        apply_at(LINES, insert("", Some("/a"))),
        LINES.replace("1,\n", "1,\n  \"x\\\"\": {\n    \"y\": [\n      false\n    ],\n    \"z\": -1\n  },\n")
    );
    assert_eq!(apply_at("{\"a\":1}", insert("", None)), "{\"a\":1,\"x\\\"\":{\"y\":[false],\"z\":-1}}");
    assert_eq!(apply_at("{\"a\": {}}", insert("/a", None)), "{\"a\": {\"x\\\"\": {\"y\": [false], \"z\": -1}}}");
    assert_eq!(
        apply_at("{\r\n\t\"a\": {}\r\n}", insert("/a", None)),
        "{\r\n\t\"a\": {\r\n\t\t\"x\\\"\": {\r\n\t\t\t\"y\": [\r\n\t\t\t\tfalse\r\n\t\t\t],\r\n\t\t\t\"z\": -1\r\n\t\t}\r\n\t}\r\n}"
    );
}

#[test]
fn splits_an_element_and_copies_what_stays() {
    let text =
        "{\n  \"s\": [\n    {\n      \"k\": {\n        \"deep\": [\n          1\n        ]\n      }\n    }\n  ]\n}";
    let out = apply_at(text, |d| {
        let deep = id(d, "/s/0/k/deep");
        vec![
            Change::Replace { node: id(d, "/s/0"), value: Value::Object(vec![("one".into(), Value::Copy(deep))]) },
            Change::InsertElement { array: id(d, "/s"), after: Some(id(d, "/s/0")), value: Value::Copy(deep) },
        ]
    });
    assert_eq!(
        out,
        "{\n  \"s\": [\n    {\n      \"one\": [\n        1\n      ]\n    },\n    [\n      1\n    ]\n  ]\n}"
    );
}

#[test]
fn origins_tell_where_leaves_come_from() {
    let document = Document::parse_json(r#"{"a": ["x", "y"], "b": 1}"#);
    let (x, y) = (id(&document, "/a/0"), id(&document, "/a/1"));
    let changes = [Change::Replace {
        node: id(&document, "/a"),
        value: Value::Array(vec![Value::Derived { text: "xy".into(), from: vec![x, y] }]),
    }];
    let applied = apply(&document, &changes).unwrap();
    let joined = id(&applied.document, "/a/0");
    let b = id(&applied.document, "/b");
    assert_eq!(applied.origins, vec![(joined, vec![x, y]), (b, vec![id(&document, "/b")])]);
}

#[test]
fn conflicting_changes_are_refused() {
    let document = Document::parse_json(LINES);
    let c = id(&document, "/c");
    let d = id(&document, "/c/d");
    let inside = [Change::Remove { node: c }, Change::Replace { node: d, value: Value::Bool(false) }];
    assert_eq!(apply(&document, &inside).unwrap_err(), EditError::Conflict);
    let twice = [Change::Remove { node: d }, Change::Remove { node: d }];
    assert_eq!(apply(&document, &twice).unwrap_err(), EditError::Conflict);
    let wrong = [Change::InsertElement { array: c, after: None, value: Value::Bool(true) }];
    assert_eq!(apply(&document, &wrong).unwrap_err(), EditError::WrongPlace);
    let root = [Change::Remove { node: id(&document, "") }];
    assert_eq!(apply(&document, &root).unwrap_err(), EditError::WrongPlace);
}

#[test]
fn of_a_text_only_what_differs_changes() {
    let text = r#"{"a": "caf\u00e9 \/x\/ #a y #a", "b": 1}"#;
    let document = Document::parse_json(text);
    let change = |new: &str| [Change::Replace { node: id(&document, "/a"), value: Value::String(new.into()) }];
    let applied = apply(&document, &change("café /x/ #b\" y #b\"")).unwrap();
    assert_eq!(applied.document.text(), r#"{"a": "caf\u00e9 \/x\/ #b\" y #b\"", "b": 1}"#);
    assert_eq!(applied.edits.iter().map(|edit| edit.text.as_str()).collect::<Vec<_>>(), [r#"b\""#, r#"b\""#]);
    assert_eq!(apply(&document, &change("")).unwrap().document.text(), r#"{"a": "", "b": 1}"#);
    assert_eq!(apply(&document, &change("café /x/ #a y #a")).unwrap().edits, []);
    // Halves of a character are not joined.
    let halves = Document::parse_json(r#"["\ud83dx\ude00"]"#);
    let change = [Change::Replace { node: id(&halves, "/0"), value: Value::String("\u{fffd}\u{fffd}".into()) }];
    assert_eq!(apply(&halves, &change).unwrap().document.text(), "[\"\u{fffd}\u{fffd}\"]");
}
