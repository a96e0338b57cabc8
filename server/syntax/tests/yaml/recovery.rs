//! Half-typed text: what stands around the trouble is read.

use v4ward_syntax::{Node, NodeKind};

use crate::laws;

/// The keys of every object, and what the errors point at.
fn read(text: &str) -> (String, Vec<String>) {
    let document = laws::check(text);
    let roots: Vec<_> = document.roots().map(outline).collect();
    let errors = document.errors().iter().map(|error| format!("{}: {}", document.slice(error.span), error.kind));
    (roots.join(" --- "), errors.collect())
}

fn outline(node: Node<'_>) -> String {
    let list = |items: Vec<String>| items.join(" ");
    match node.kind() {
        NodeKind::Object => format!(
            "{{{}}}",
            list(node.children().map(|member| format!("{}:{}", member.key().unwrap(), outline(member))).collect())
        ),
        NodeKind::Array => format!("[{}]", list(node.children().map(outline).collect())),
        NodeKind::Invalid => format!("?{}?", node.text()),
        NodeKind::Null => "~".to_owned(),
        _ => node.scalar().into_owned(),
    }
}

#[track_caller]
fn check(text: &str, outline: &str, errors: &[&str]) {
    for ending in ["\n", "\r\n"] {
        let text = text.replace('\n', ending);
        let (tree, told) = read(&text);
        assert_eq!(tree, outline, "{text:?}: {told:?}");
        assert_eq!(told.len(), errors.len(), "{text:?}: {told:?}");
        for (told, expected) in told.iter().zip(errors) {
            assert!(told.starts_with(expected), "{text:?}: {told} instead of {expected}");
        }
    }
}

const COLON: &str = "foo: a colon is missing";

#[test]
fn a_key_without_a_colon() {
    check("a: 1\nfoo\nb: 2\n", "{a:1 b:2}", &[COLON]);
    check("a: 1\nb: 2\nfoo", "{a:1 b:2}", &[COLON]);
    check("foo\na: 1\nb: 2\n", "{a:1 b:2}", &[""]);
    check("a:\n  b: 1\n  foo\n  c: 2\nd: 1", "{a:{b:1 c:2} d:1}", &[COLON]);
    check("a:\n  - b: 1\n    foo\n    c: 2\nd: 1\n", "{a:[{b:1 c:2}] d:1}", &[COLON]);
    check("a:\n  b: 1\n  foo", "{a:{b:1}}", &[COLON]);
    check("a:\nfoo\nb: 1\n", "{a:~ b:1}", &[COLON]);
    check("a:\n  - b: 1\n    foo\n  - c: 2\nbar\nd: 1\n", "{a:[{b:1} {c:2}] d:1}", &[COLON, "bar: a colon"]);
}

#[test]
fn a_key_or_an_item_without_a_value() {
    check("a: 1\nfoo:\nb: 2\n", "{a:1 foo:~ b:2}", &[]);
    check("a:\n  - 1\n  -\n  - 2\nb: 2\n", "{a:[1 ~ 2] b:2}", &[]);
    check("a:\n  - 1\n  -x\n  - 2\nb: 2\n", "{a:[1 2] b:2}", &["-x: "]);
    check("a:\n  b:\n", "{a:{b:~}}", &[]);
}

#[test]
fn a_text_without_its_closing_quote() {
    let missing = "the closing quote of this text is missing";
    check("a: \"text\nb: 2\nc: 3\n", "{a:?\"text? b:2 c:3}", &[&format!("\"text: {missing}")]);
    check("a: \"text\nb: \"two\"\nc: 3\n", "{a:?\"text? b:two c:3}", &["\"text"]);
    check("a: 'text\nb: it's\nc: 3\n", "{a:?'text? b:it's c:3}", &["'text"]);
    check("a:\n  - \"x\n  - z\nb: 1\n", "{a:[?\"x? z] b:1}", &["\"x"]);
    check("a:\n  b: \"x\n  c: 1\n  d: \"y\"\ne: 1\n", "{a:{b:?\"x? c:1 d:y} e:1}", &["\"x"]);
    check("a: 1\nb: \"", "{a:1 b:?\"?}", &["\""]);
    check("a: \"\nb: 1\n", "{a:?\"? b:1}", &["\""]);
}

#[test]
fn a_bracket_that_is_never_closed() {
    check("a: [1, 2\nb: 2\nc: 3\n", "{a:?[1, 2? b:2 c:3}", &["[1, 2: "]);
    check("a: {x: 1, y: 2\nb: 2\nc: 3\n", "{a:?{x: 1, y: 2? b:2 c:3}", &["{x: 1, y: 2: "]);
    check("a: {x: 1,\nb: 2\nc: {d: e}\n", "{a:?{x: 1,? b:2 c:{d:e}}", &["{x: 1,: "]);
    check("a: [\n  x,\n  y\nb: 1\nc:\n  d: 2\n", "{a:?[? b:1 c:{d:2}}", &["["]);
    check("a: ]\nb: 1\n", "{a:?]? b:1}", &["]: this closing bracket closes nothing"]);
    check("a: [}\nb: 1\n", "{a:?[}? b:1}", &["[}"]);
    check("a: 1\nb: [1, {c: 2", "{a:1 b:[1]}", &[""]);
    check("a: [b: c: d]\ne: 1\n", "{a:[{b:c}] e:1}", &[": d: a comma"]);
}

#[test]
fn a_line_with_the_wrong_indentation() {
    check("a:\n    x: 1\n  y: 2\nb: 3\n", "{a:{x:1} b:3}", &["y: 2: this line is not indented"]);
    check("a:\n    x: 1\n  y:\n    z: 2\nb: 3\n", "{a:{x:1} b:3}", &["y:: this line is not indented"]);
    check("a: 1\n b: 2\nc: 3\n", "{a:1 c:3}", &["b: 2: this colon is out of place"]);
    check("a:\n\tx: 1\nb: 3\n", "{a:~ b:3}", &["x: 1: YAML does not allow tabs"]);
    check("a:\n  x: 1\n\ty: 2\nb: 3\n", "{a:{x:1} b:3}", &["y: 2: YAML does not allow tabs"]);
    check("a:\n  - x\n - y\nb: 1\n", "{a:[x] b:1}", &["- y"]);
    check("- a\nb: 1\n- c\n", "[a c]", &["b: 1"]);
}

#[test]
fn a_value_that_cannot_begin_so() {
    check("a: @foo # x\nd: 1\n", "{a:?@foo # x? d:1}", &["@foo # x: a value cannot begin"]);
    check("a: b: c\nd: 1\n", "{a:?b: c? d:1}", &["b: c: this colon is out of place"]);
    check("x: 0\na: \"q\" r\nd: 1\n", "{x:0 a:?\"q\" r? d:1}", &["\"q\" r"]);
    check("a: *\nd: 1\n", "{a:?*? d:1}", &["*: a name is missing"]);
    check("- &\n- 1\n", "[?&? 1]", &["&: a name is missing"]);
    check("a: \"\\q\"\nb: 1\n", "{a:?\"\\q\"? b:1}", &["\"\\q\": this escape"]);
    let (tree, _) = read("a: |x\n  text\nb: 1\n");
    assert_eq!(tree, "{a:?|x\n  text? b:1}");
    check("a: *none\nb: 1\n", "{a:?*none? b:1}", &["*none: no value before this"]);
}

#[test]
fn conflict_markers() {
    let text = "a:\n<<<<<<< HEAD\n  b: 1\n=======\n  c: 2\n>>>>>>> x\nd: 1\n";
    check(text, "{a:{b:1 c:2} d:1}", &["<<<<<<< HEAD"]);
}

#[test]
fn a_broken_document_harms_no_other() {
    check("a: 1\n---\nb: \"\n---\nc: 1\n", "{a:1} --- {b:?\"?} --- {c:1}", &["\""]);
    check("a: 1\n---\nb: [\n...\n---\nc: 1\n", "{a:1} --- {b:[]} --- {c:1}", &[""]);
    check("a: 1\n---\nfoo\nb: 1\n---\nc: 1\n", "{a:1} --- {b:1} --- {c:1}", &[""]);
}
