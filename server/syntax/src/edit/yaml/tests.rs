use crate::edit::{Applied, Change, EditError, Value, apply, expand_aliases, replace};
use crate::tree::{Document, NodeId};

/// The node at a pointer; `1:/a` is in the second document. Aliases are followed on the way, not at the end.
fn id(document: &Document, pointer: &str) -> NodeId {
    let (root, pointer) = pointer.split_once(':').unwrap_or(("0", pointer));
    let mut node = document.roots().nth(root.parse().unwrap()).unwrap();
    for part in pointer.split('/').skip(1) {
        let mut children = node.children();
        let found = match part.parse::<usize>() {
            Ok(index) if node.kind() == crate::NodeKind::Array => children.nth(index),
            _ => children.filter(|child| child.key().as_deref() == Some(part)).last(),
        };
        node = found.or_else(|| node.get(part)).unwrap();
    }
    node.id()
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn object(members: &[(&str, Value)]) -> Value {
    Value::Object(members.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}

type Make = Box<dyn Fn(&Document) -> Change>;

fn set(pointer: &'static str, value: Value) -> Make {
    Box::new(move |d| Change::Replace { node: id(d, pointer), value: value.clone() })
}

fn copy(pointer: &'static str, from: &'static str) -> Make {
    Box::new(move |d| Change::Replace { node: id(d, pointer), value: Value::Copy(id(d, from)) })
}

fn remove(pointer: &'static str) -> Make {
    Box::new(move |d| Change::Remove { node: id(d, pointer) })
}

fn rename(pointer: &'static str, key: &'static str) -> Make {
    Box::new(move |d| Change::Rename { node: id(d, pointer), key: key.to_owned() })
}

fn member(object: &'static str, key: &'static str, value: Value) -> Make {
    member_after(object, None, key, value)
}

fn member_after(object: &'static str, after: Option<&'static str>, key: &'static str, value: Value) -> Make {
    Box::new(move |d| Change::InsertMember {
        object: id(d, object),
        after: after.map(|after| id(d, after)),
        key: key.to_owned(),
        value: value.clone(),
    })
}

fn copy_member(object: &'static str, key: &'static str, from: &'static str) -> Make {
    Box::new(move |d| Change::InsertMember {
        object: id(d, object),
        after: None,
        key: key.to_owned(),
        value: Value::Copy(id(d, from)),
    })
}

fn element(array: &'static str, value: Value) -> Make {
    Box::new(move |d| Change::InsertElement { array: id(d, array), after: None, value: value.clone() })
}

fn element_after(array: &'static str, after: &'static str, value: Value) -> Make {
    Box::new(move |d| Change::InsertElement { array: id(d, array), after: Some(id(d, after)), value: value.clone() })
}

fn copy_element(array: &'static str, from: &'static str) -> Make {
    Box::new(move |d| Change::InsertElement { array: id(d, array), after: None, value: Value::Copy(id(d, from)) })
}

fn made(before: &str, changes: &[Make]) -> Result<Applied, EditError> {
    let document = Document::parse_yaml(before);
    let changes: Vec<Change> = changes.iter().map(|make| make(&document)).collect();
    let applied = apply(&document, &changes)?;
    assert_eq!(replace(before, &applied.edits).unwrap(), applied.document.text());
    Ok(applied)
}

/// Texts before, changes, texts after; all that fail are listed.
#[track_caller]
fn check(table: Vec<(&str, Vec<Make>, &str)>) {
    let mut wrong = String::new();
    for (before, changes, after) in table {
        let got = made(before, &changes).map(|applied| applied.document.text().to_owned());
        if got.as_deref() != Ok(after) {
            wrong += &format!("before {before:?}\nwanted {after:?}\ngot    {got:?}\n\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn a_scalar_is_replaced_in_its_own_style() {
    check(vec![
        ("a: 1\nb: 2\n", vec![set("/a", Value::Bool(true))], "a: true\nb: 2\n"),
        ("a: x # note\n", vec![set("/a", text("y z"))], "a: y z # note\n"),
        ("a: 'x' # note\n", vec![set("/a", text("it's"))], "a: 'it''s' # note\n"),
        ("a: \"x\"\n", vec![set("/a", text("q\"\n"))], "a: \"q\\\"\\n\"\n"),
        ("a: 'x'\n", vec![set("/a", text("l1\nl2"))], "a: \"l1\\nl2\"\n"),
        ("a: 'x'\n", vec![set("/a", Value::Integer(-5))], "a: -5\n"),
        ("a: x\n", vec![set("/a", text("yes"))], "a: 'yes'\n"),
        ("a: x\nb: \"q\"\n", vec![set("/a", text("yes"))], "a: \"yes\"\nb: \"q\"\n"),
        ("a: x\n", vec![set("/a", text(""))], "a: ''\n"),
        ("a: x", vec![set("/a", text("12"))], "a: '12'"),
        ("a: x\r\nb: y\r\n", vec![set("/a", text("v"))], "a: v\r\nb: y\r\n"),
        ("\u{feff}a: x\n", vec![set("/a", text("v"))], "\u{feff}a: v\n"),
        ("a: x\n", vec![set("/a", text("l1\nl2\n"))], "a: |\n  l1\n  l2\n"),
        ("a: x # note\nb: 1\n", vec![set("/a", text("l1\n\nl2"))], "a: |- # note\n  l1\n\n  l2\nb: 1\n"),
        ("a: !!str 1 # n\n", vec![set("/a", Value::Bool(true))], "a: true # n\n"),
        ("a: b\n  c\nd: 1\n", vec![set("/a", text("x"))], "a: x\nd: 1\n"),
        ("a:\n  long\nd: 1\n", vec![set("/a", text("x"))], "a:\n  x\nd: 1\n"),
        ("- x\n- y # n\n", vec![set("/1", text("z"))], "- x\n- z # n\n"),
        ("x", vec![set("", text("z"))], "z"),
        ("a: 1\n---\nb: 2 # n\n", vec![set("1:/b", Value::Integer(3))], "a: 1\n---\nb: 3 # n\n"),
        ("{a: x, b: 'y'}\n", vec![set("/a", text("p, q")), set("/b", text("z"))], "{a: 'p, q', b: 'z'}\n"),
        ("{\"a\":1}\n", vec![set("/a", text("z"))], "{\"a\":\"z\"}\n"),
    ]);
}

#[test]
fn an_empty_value_gets_a_space() {
    check(vec![
        ("a:\nb: 1\n", vec![set("/a", text("x"))], "a: x\nb: 1\n"),
        ("a: # note\n", vec![set("/a", text("x"))], "a: x # note\n"),
        ("a:", vec![set("/a", Value::Integer(1))], "a: 1"),
        ("-\n- 1\n", vec![set("/0", Value::Integer(2))], "- 2\n- 1\n"),
        ("a:\nb: 1\n", vec![set("/a", object(&[("k", text("v"))]))], "a:\n  k: v\nb: 1\n"),
        ("a: # n\n", vec![set("/a", object(&[("k", text("v"))]))], "a: # n\n  k: v\n"),
        ("{a: , b: 1}\n", vec![set("/a", text("x"))], "{a: x , b: 1}\n"),
        ("{a, b: 1}\n", vec![set("/a", text("x"))], "{a: x, b: 1}\n"),
    ]);
}

#[test]
fn scalars_and_collections_replace_each_other() {
    let map = || object(&[("k", text("v")), ("l", Value::Array(vec![Value::Integer(1), object(&[("m", text("o"))])]))]);
    check(vec![
        ("a: x # note\nb: 1\n", vec![set("/a", map())], "a: # note\n  k: v\n  l:\n    - 1\n    - m: o\nb: 1\n"),
        ("a: x\nl:\n- 1\n", vec![set("/a", map())], "a:\n  k: v\n  l:\n  - 1\n  - m: o\nl:\n- 1\n"),
        (
            "a:\n    b: x\n",
            vec![set("/a/b", map())],
            "a:\n    b:\n        k: v\n        l:\n            - 1\n            - m: o\n",
        ),
        ("a: x", vec![set("/a", object(&[("k", text("v"))]))], "a:\n  k: v"),
        (
            "- x # note\n- y\n",
            vec![set("/0", object(&[("k", text("v")), ("l", text("w"))]))],
            "- # note\n  k: v\n  l: w\n- y\n",
        ),
        ("- x\n- y\n", vec![set("/0", object(&[("k", text("v")), ("l", text("w"))]))], "- k: v\n  l: w\n- y\n"),
        ("a: {b: c}\n", vec![set("/a/b", map())], "a: {b: {k: v, l: [1, {m: o}]}}\n"),
        ("a: # note\n  b: 1 # in\n  c: 2\nd: 3\n", vec![set("/a", text("x"))], "a: x # note\nd: 3\n"),
        ("- a: 1\n  b: 2\n- c\n", vec![set("/0", text("x"))], "- x\n- c\n"),
        ("l:\n- 1\n- 2\nd: 3\n", vec![set("/l", Value::Array(vec![]))], "l: []\nd: 3\n"),
        ("a:\n  b: 1\n", vec![set("/a", Value::Array(vec![text("p"), text("q")]))], "a:\n  - p\n  - q\n"),
        ("a: | # note\n  text\n\nb: 1\n", vec![set("/a", text("x"))], "a: x # note\n\nb: 1\n"),
        ("a: |\n  text\nb: 1\n", vec![set("/a", text("l1\nl2\n"))], "a: |\n  l1\n  l2\nb: 1\n"),
        ("a: |\n  text\nb: 1\n", vec![set("/a", object(&[("k", text("v"))]))], "a:\n  k: v\nb: 1\n"),
        ("# top\na: 1\nb: 2\n", vec![set("", Value::Array(vec![text("x")]))], "# top\n- x\n"),
        ("- - 1\n  - 2\n", vec![set("/0", object(&[("k", text("v"))]))], "- k: v\n"),
    ]);
}

#[test]
fn a_member_goes_after_its_neighbour() {
    check(vec![
        ("a: true # trailer\n", vec![member("", "b", Value::Bool(false))], "a: true # trailer\nb: false\n"),
        ("a: 1", vec![member("", "b", text("x"))], "a: 1\nb: x"),
        (
            "a: 1\r\nb: 2\r\n",
            vec![member_after("", Some("/a"), "new", Value::Integer(3))],
            "a: 1\r\nnew: 3\r\nb: 2\r\n",
        ),
        (
            "a:\n  b: 1 # one\n  # of b\n\nc: 2\n",
            vec![member_after("", Some("/a"), "new", text("x"))],
            "a:\n  b: 1 # one\n  # of b\nnew: x\n\nc: 2\n",
        ),
        (
            "a: |\n  text\n\nc: 2\n",
            vec![member_after("", Some("/a"), "new", text("x"))],
            "a: |\n  text\nnew: x\n\nc: 2\n",
        ),
        (
            "a: |+\n  text\n\nc: 2\n",
            vec![member_after("", Some("/a"), "new", text("x"))],
            "a: |+\n  text\n\nnew: x\nc: 2\n",
        ),
        (
            "- name: x\n  type: y\n",
            vec![member_after("/0", Some("/0/name"), "new", text("z"))],
            "- name: x\n  new: z\n  type: y\n",
        ),
        (
            "a:\n    b: 1\n",
            vec![member("/a", "on", object(&[("k", text("v"))]))],
            "a:\n    b: 1\n    'on':\n        k: v\n",
        ),
        ("\"a\": 1\n", vec![member("", "b", text("x"))], "\"a\": 1\n\"b\": x\n"),
        ("a: {b: 1}\n", vec![member("/a", "c", text("x"))], "a: {b: 1, c: x}\n"),
        ("a: {\"b\": 1}\n", vec![member("/a", "c", text("x"))], "a: {\"b\": 1, \"c\": \"x\"}\n"),
        ("a: {}\n", vec![member("/a", "c", text("x"))], "a: {c: x}\n"),
        ("a: {} # n\n", vec![member("/a", "c", object(&[("k", text("v"))]))], "a: # n\n  c:\n    k: v\n"),
        ("{}\n", vec![member("", "c", object(&[("k", text("v"))]))], "c:\n  k: v\n"),
        (
            "a: {\n  b: 1, # one\n  c: 2 # two\n}\n",
            vec![member("/a", "d", text("x"))],
            "a: {\n  b: 1, # one\n  c: 2, # two\n  d: x\n}\n",
        ),
        (
            "a: {\n  b: 1, # one\n  c: 2 # two\n}\n",
            vec![member_after("/a", Some("/a/b"), "d", text("x"))],
            "a: {\n  b: 1, # one\n  d: x,\n  c: 2 # two\n}\n",
        ),
        (
            "a: {b: 1, c: 2}\n",
            vec![member_after("/a", Some("/a/b"), "d", object(&[("k", Value::Array(vec![]))]))],
            "a: {b: 1, d: {k: []}, c: 2}\n",
        ),
        (
            "a:\n  b: 1\n",
            vec![member("/a", "x", text("1")), member("", "w", text("2"))],
            "a:\n  b: 1\n  x: '1'\nw: '2'\n",
        ),
        (
            "a: 1\n---\nb: 2\n...\n",
            vec![member("0:", "x", text("p")), member("1:", "w", text("q"))],
            "a: 1\nx: p\n---\nb: 2\nw: q\n...\n",
        ),
        ("a: &x {} # n\n", vec![member("/a", "c", object(&[("k", text("v"))]))], "a: &x # n\n  c:\n    k: v\n"),
    ]);
    assert_eq!(made("a:\n", &[member("/a", "b", text("x"))]).unwrap_err(), EditError::WrongPlace);
}

#[test]
fn an_element_goes_after_its_neighbour() {
    check(vec![
        ("l:\n- 1\n- 2 # two\nb: 3\n", vec![element("/l", Value::Integer(4))], "l:\n- 1\n- 2 # two\n- 4\nb: 3\n"),
        (
            "l:\n    - 1\n",
            vec![element("/l", object(&[("k", text("v")), ("m", text("w"))]))],
            "l:\n    - 1\n    - k: v\n      m: w\n",
        ),
        (
            "l:\n  - a: 1\n    b: 2\n  - c\n",
            vec![element_after("/l", "/l/0", text("p"))],
            "l:\n  - a: 1\n    b: 2\n  - p\n  - c\n",
        ),
        ("l: []\n", vec![element("/l", text("p"))], "l: [p]\n"),
        ("l: [ ]\n", vec![element("/l", object(&[("k", text("v")), ("m", text("w"))]))], "l:\n  - k: v\n    m: w\n"),
        ("l: [1, 2]\n", vec![element("/l", text("p")), element_after("/l", "/l/0", text("q"))], "l: [1, q, 2, p]\n"),
        ("l: ['a']\n", vec![element("/l", text("p"))], "l: ['a', 'p']\n"),
        ("l: [\n  a,\n]\n", vec![element("/l", text("p"))], "l: [\n  a,\n  p,\n]\n"),
        ("- - 1\n  - 2\n- 3\n", vec![element("/0", text("p"))], "- - 1\n  - 2\n  - p\n- 3\n"),
        ("- 1\n", vec![element("", Value::Array(vec![text("p"), text("q")]))], "- 1\n- - p\n  - q\n"),
        (
            "-   a: 1\n    b: 2\n",
            vec![element("", object(&[("k", text("v")), ("m", text("w"))]))],
            "-   a: 1\n    b: 2\n-   k: v\n    m: w\n",
        ),
        ("- # first\n  a: 1\n", vec![element("", text("p"))], "- # first\n  a: 1\n- p\n"),
        ("- 1", vec![element("", text("l1\nl2"))], "- 1\n- |-\n  l1\n  l2"),
    ]);
}

#[test]
fn a_member_goes_with_its_lines_and_comments() {
    check(vec![
        ("a: 1\nb: 2 # two\nc: 3\n", vec![remove("/b")], "a: 1\nc: 3\n"),
        ("a: 1\nb: 2 # two\n", vec![remove("/b")], "a: 1\n"),
        ("a: 1\nb: 2", vec![remove("/b")], "a: 1"),
        ("a: 1\r\nb: 2", vec![remove("/b")], "a: 1"),
        ("a: 1\n# about b\n# and more\nb: 2\nc: 3\n", vec![remove("/b")], "a: 1\nc: 3\n"),
        ("a: 1\n# not about b\n\nb: 2\nc: 3\n", vec![remove("/b")], "a: 1\n# not about b\n\nc: 3\n"),
        ("# licence\na: 1\nb: 2\n", vec![remove("/a")], "# licence\nb: 2\n"),
        ("x:\n  # about a\n  a: 1\n  b: 2\n", vec![remove("/x/a")], "x:\n  b: 2\n"),
        ("x:\n  a: 1\n  # about c\n  c: 2\nb: 2\n", vec![remove("/x")], "b: 2\n"),
        ("x:\n  a: |\n    # text\n  b: 1\n", vec![remove("/x/b")], "x:\n  a: |\n    # text\n"),
        ("x:\n  a: 1\n    # deeper\nb: 2\n", vec![remove("/x")], "b: 2\n"),
        ("a: 1\nb:\n  c: 2\n", vec![remove("/b/c")], "a: 1\nb: {}\n"),
        ("b: # note\n  c: 2 # two\nd: 1\n", vec![remove("/b/c")], "b: {} # note\nd: 1\n"),
        ("b:\n- 1\n- 2\nd: 1\n", vec![remove("/b/0"), remove("/b/1")], "b: []\nd: 1\n"),
        ("b: &x\n  c: 2\nd: 1\n", vec![remove("/b/c")], "b: &x {}\nd: 1\n"),
        ("# top\na: 1 # n\n", vec![remove("/a")], "# top\n{}\n"),
        ("- name: x\n  type: y\n- z\n", vec![remove("/0/name")], "- type: y\n- z\n"),
        ("- name: x # n\n  # about type\n  type: y\n", vec![remove("/0/name")], "- # about type\n  type: y\n"),
        ("- name: x\n  type: y\n- z\n", vec![remove("/0/type")], "- name: x\n- z\n"),
        ("- name: x\n- z\n", vec![remove("/0/name")], "- {}\n- z\n"),
        ("- 1\n- 2\n- 3\n", vec![remove("/0"), remove("/2")], "- 2\n"),
        ("- - 1\n  - 2\n- 3\n", vec![remove("/0/0")], "- - 2\n- 3\n"),
        ("a: 1\nb: |+\n  text\n\nc: 2\n", vec![remove("/b")], "a: 1\nc: 2\n"),
        ("a: 1\n---\nb: 2\nc: 3\n---\nd: 4\n", vec![remove("1:/b")], "a: 1\n---\nc: 3\n---\nd: 4\n"),
        ("a: 1\nb: 2\n", vec![remove("/a"), remove("/b"), member("", "c", text("x"))], "c: x\n"),
        ("a: 1\nb: 2\n", vec![remove("/b"), member("", "c", text("x"))], "a: 1\nc: x\n"),
        ("a: 1\nb: 2", vec![remove("/b"), member("", "c", text("x"))], "a: 1\nc: x"),
    ]);
}

#[test]
fn an_item_in_brackets_goes_with_its_comma() {
    check(vec![
        ("x: {a: 1, b: 2}\ny: 1\n", vec![remove("/x/a")], "x: {b: 2}\ny: 1\n"),
        ("x: {a: 1, b: 2}\ny: 1\n", vec![remove("/x/b")], "x: {a: 1}\ny: 1\n"),
        ("x: {a: 1, b: 2}\ny: 1\n", vec![remove("/x/a"), remove("/x/b")], "x: {}\ny: 1\n"),
        ("x: [1, 2, 3,]\n", vec![remove("/x/2")], "x: [1, 2,]\n"),
        ("x: [1, 2, 3]\n", vec![remove("/x/0"), remove("/x/1")], "x: [3]\n"),
        ("x: [\n  1, # one\n  2 # two\n]\n", vec![remove("/x/1")], "x: [\n  1, # one\n]\n"),
        ("x: [\n  1, # one\n  # about 2\n  2\n]\n", vec![remove("/x/0")], "x: [\n  # about 2\n  2\n]\n"),
        ("x: [\n  1,\n  2 # two\n]\n", vec![remove("/x/1")], "x: [\n  1\n]\n"),
        ("x: [1, 2 # all\n]\n", vec![remove("/x/1")], "x: [1 # all\n]\n"),
        ("{a, b: 2}\n", vec![remove("/a")], "{b: 2}\n"),
    ]);
}

#[test]
fn a_key_is_quoted_when_it_has_to_be() {
    check(vec![
        ("a: 1\n", vec![rename("/a", "b")], "b: 1\n"),
        ("a: 1\n", vec![rename("/a", "on")], "'on': 1\n"),
        ("\"a\": 1\n", vec![rename("/a", "on")], "\"on\": 1\n"),
        ("'a': 1\n", vec![rename("/a", "it's")], "'it''s': 1\n"),
        ("a: 1\n", vec![rename("/a", "<<")], "'<<': 1\n"),
        ("a: 1\n", vec![rename("/a", "x: y")], "'x: y': 1\n"),
        ("{a: 1}\n", vec![rename("/a", "x,y")], "{'x,y': 1}\n"),
        ("- a: 1\n  b: 2\n", vec![rename("/0/a", "c")], "- c: 1\n  b: 2\n"),
        ("a: &x {b: 1}\nc: *x\n", vec![rename("/a", "d"), rename("/c", "e")], "d: &x {b: 1}\ne: *x\n"),
    ]);
}

#[test]
fn copies_move_with_their_lines() {
    check(vec![
        (
            "a:\n  # first\n  b: 1 # one\n  c: |\n    text\n      more\nd:\n  e:\n    f: 1\n",
            vec![copy("/d/e/f", "/a")],
            "a:\n  # first\n  b: 1 # one\n  c: |\n    text\n      more\nd:\n  e:\n    f:\n      # first\n      b: 1 # one\n      c: |\n        text\n          more\n",
        ),
        (
            "a:\n    b:\n        - x: 1\n          y: 2 # two\nl: 1\n",
            vec![copy_member("", "c", "/a/b")],
            "a:\n    b:\n        - x: 1\n          y: 2 # two\nl: 1\nc:\n    - x: 1\n      y: 2 # two\n",
        ),
        (
            "a:\n  b: 1\n  c: 2\nl:\n- 1\n",
            vec![copy_element("/l", "/a")],
            "a:\n  b: 1\n  c: 2\nl:\n- 1\n- b: 1\n  c: 2\n",
        ),
        ("l:\n- b: 1\n  c: 2\na: x\n", vec![copy("/a", "/l/0"), remove("/l/0")], "l: []\na:\n  b: 1\n  c: 2\n"),
        (
            "a: |-\n  t1\n  t2\nb:\n  c: x\n",
            vec![copy("/b/c", "/a")],
            "a: |-\n  t1\n  t2\nb:\n  c: |-\n    t1\n    t2\n",
        ),
        ("a:\n  b: 1\nc: {d: 2}\n", vec![copy("/c/d", "/a")], "a:\n  b: 1\nc: {d: {b: 1}}\n"),
        ("a: {b: 1, c: [x]}\nd: 1\n", vec![copy("/d", "/a")], "a: {b: 1, c: [x]}\nd: {b: 1, c: [x]}\n"),
        ("a: x, y\nc: {d: 2}\n", vec![copy("/c/d", "/a")], "a: x, y\nc: {d: 'x, y'}\n"),
        ("a: \"x\\n\"\nc: 1\n", vec![copy("/c", "/a")], "a: \"x\\n\"\nc: \"x\\n\"\n"),
        ("a: 1\nc:\n", vec![copy("/a", "/c")], "a: null\nc:\n"),
        (
            "a: &x\n  b: &y 1\n  c: *y\nd: *x\ne: 1\n",
            vec![copy("/e", "/a")],
            "a: &x\n  b: &y 1\n  c: *y\nd: *x\ne:\n  b: 1\n  c: *y\n",
        ),
        (
            "e: 1\na: &x\n  b: &y 1\n  c: *y\nd: *x\n",
            vec![copy("/e", "/a")],
            "e:\n  b: 1\n  c: 1\na: &x\n  b: &y 1\n  c: *y\nd: *x\n",
        ),
        (
            "e: 1\na: &x\n  b: 1\n  c: 2\nd:\n  - *x # n\n",
            vec![copy("/e", "/d")],
            "e:\n  - # n\n    b: 1\n    c: 2\na: &x\n  b: 1\n  c: 2\nd:\n  - *x # n\n",
        ),
        ("a: &x 1\nb: *x\nc: 2\n", vec![copy("/c", "/b")], "a: &x 1\nb: *x\nc: *x\n"),
        ("c: 2\na: &x 1\nb: *x\n", vec![copy("/c", "/b")], "c: 1\na: &x 1\nb: *x\n"),
        ("a: &x 1\nb: *x\nz: &x 2\nc: 2\n", vec![copy("/c", "/b")], "a: &x 1\nb: *x\nz: &x 2\nc: 1\n"),
        (
            "c: 2\na: &x {p: 1}\nb:\n  <<: *x\n",
            vec![copy("/c", "/b")],
            "c:\n  <<: {p: 1}\na: &x {p: 1}\nb:\n  <<: *x\n",
        ),
    ]);
}

const SHARED: &str = "base: &base\n  p: 1\n  q: {r: s}\nuse: *base\nown:\n  <<: *base\n  p: 2\n  o: 3\n";

#[test]
fn a_change_that_reaches_other_places_is_refused() {
    let document = Document::parse_yaml(SHARED);
    let anchor = id(&document, "/base");
    let refused: Vec<Make> = vec![
        set("/base/p", text("x")),
        set("/use/p", text("x")),
        set("/own/q", text("x")),
        remove("/own/q/r"),
        rename("/base/p", "z"),
        member("/base", "new", text("x")),
        member("/use", "new", text("x")),
        member("/base/q", "new", text("x")),
        remove("/base"),
        set("/base", text("x")),
        // It would come to light what the merge key brings.
        remove("/own/p"),
        rename("/own/p", "z"),
    ];
    for (at, change) in refused.into_iter().enumerate() {
        assert_eq!(made(SHARED, &[change]).unwrap_err(), EditError::Shared { anchor }, "{at}");
    }
    check(vec![
        (SHARED, vec![set("/use", text("x"))], &SHARED.replace("use: *base", "use: x")),
        (SHARED, vec![remove("/use")], &SHARED.replace("use: *base\n", "")),
        (SHARED, vec![rename("/use", "z")], &SHARED.replace("use:", "z:")),
        (SHARED, vec![rename("/base", "z")], &SHARED.replace("base: &", "z: &")),
        (SHARED, vec![remove("/own/<<")], &SHARED.replace("  <<: *base\n", "")),
        (SHARED, vec![set("/own/o", text("x"))], &SHARED.replace("o: 3", "o: x")),
        (SHARED, vec![remove("/use"), remove("/own"), set("/base/p", text("x"))], "base: &base\n  p: x\n  q: {r: s}\n"),
        (SHARED, vec![remove("/use"), remove("/own"), remove("/base"), member("", "new", text("x"))], "new: x\n"),
    ]);
}

fn expanded(before: &str, pointer: &str) -> String {
    let document = Document::parse_yaml(before);
    expand_aliases(&document, id(&document, pointer)).unwrap().document.text().to_owned()
}

#[test]
fn aliases_are_written_out() {
    for (before, anchor, after) in [
        (SHARED, "/base", "base:\n  p: 1\n  q: {r: s}\nuse:\n  p: 1\n  q: {r: s}\nown:\n  q: {r: s}\n  p: 2\n  o: 3\n"),
        ("a: &x 1\nb: [*x, *x]\n", "/a", "a: 1\nb: [1, 1]\n"),
        ("a: &x {p: 1}\nb: *x # n\n", "/a", "a: {p: 1}\nb: {p: 1} # n\n"),
        ("a: &x\n- 1\nb: *x # n\n", "/a", "a:\n- 1\nb: # n\n- 1\n"),
        (
            "a: &x {p: 1, q: 2}\nb: &y {q: 3, r: 4}\nc:\n  <<: [*x, *y]\n  s: 5\n",
            "/b",
            "a: &x {p: 1, q: 2}\nb: {q: 3, r: 4}\nc:\n  <<: [*x]\n  r: 4\n  s: 5\n",
        ),
        ("a: &x {p: 1}\nb: {<<: *x, q: 1}\n", "/a", "a: {p: 1}\nb: {p: 1, q: 1}\n"),
        ("a: &x {p: 1}\nb: {<<: *x, p: 2}\n", "/a", "a: {p: 1}\nb: {p: 2}\n"),
        ("a: &x {p: 1}\nb:\n  - <<: *x\n    q: 1\n", "/a", "a: {p: 1}\nb:\n  - p: 1\n    q: 1\n"),
        ("a: &x\n  b: &y 1\nc: *x\nd: *y\n", "/a", "a:\n  b: &y 1\nc:\n  b: 1\nd: *y\n"),
        ("a: &x\n  b: &y 1\n  c: *y\nd: *x\n", "/a/b", "a: &x\n  b: 1\n  c: 1\nd: *x\n"),
    ] {
        assert_eq!(expanded(before, anchor), after);
    }
    let document = Document::parse_yaml("a: 1\n");
    assert_eq!(expand_aliases(&document, id(&document, "/a")).unwrap_err(), EditError::WrongPlace);
}

#[test]
fn after_expanding_the_change_fits() {
    let before = Document::parse_yaml(SHARED);
    let expanded = expand_aliases(&before, id(&before, "/base")).unwrap().document;
    let p = id(&expanded, "/use/p");
    let applied = apply(&expanded, &[Change::Replace { node: p, value: text("x") }]).unwrap();
    assert!(applied.document.text().contains("use:\n  p: x\n"));
}

#[test]
fn leaves_come_from_leaves() {
    let before = "a: &x\n  p: 1\nb: *x\nc: |\n  text\n";
    let applied = made(before, &[copy_member("", "new", "/c"), rename("/b", "z")]).unwrap();
    let old = Document::parse_yaml(before);
    let pairs = [("/a/p", "/a/p"), ("/z", "/b"), ("/c", "/c"), ("/new", "/c")];
    let expected: Vec<_> = pairs.iter().map(|(new, from)| (id(&applied.document, new), vec![id(&old, from)])).collect();
    assert_eq!(applied.origins, expected);
    let written_out = expand_aliases(&old, id(&old, "/a")).unwrap();
    let from = written_out.origins.iter().find(|(new, _)| *new == id(&written_out.document, "/b/p")).unwrap();
    assert_eq!(from.1, vec![id(&old, "/a/p"), id(&old, "/b")]);
}
