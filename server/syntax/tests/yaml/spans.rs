//! Where values and keys stand.

use v4ward_syntax::{Node, NodeKind};

use crate::laws;

/// Every node as `key=value`, as written.
fn pieces(text: &str) -> Vec<String> {
    let document = laws::check(text);
    assert_eq!(document.errors(), [], "{text:?}");
    document.nodes().map(piece).collect()
}

fn piece(node: Node<'_>) -> String {
    let key = node.key_span().map(|key| format!("{}=", node.document().slice(key)));
    format!("{}{}", key.unwrap_or_default(), node.text())
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    for ending in ["\n", "\r\n", "\r"] {
        let with = |text: &str| text.replace('\n', ending);
        let expected: Vec<_> = expected.iter().map(|piece| with(piece)).collect();
        assert_eq!(pieces(&with(text)), expected);
        let wide = |text: &str| text.replace('q', "é").replace("!!seé", "!!seq");
        assert_eq!(pieces(&wide(&with(text))), expected.iter().map(|piece| wide(piece)).collect::<Vec<_>>());
        assert_eq!(pieces(&format!("\u{feff}{}", with(text))), expected);
    }
}

#[test]
fn scalars_have_no_comment_and_no_line_break() {
    check("q: 1  # c\n", &["q: 1", "q=1"]);
    check("'q' : \"x\"  \n", &["'q' : \"x\"", "'q'=\"x\""]);
    check("q: two\n  lines # c\n", &["q: two\n  lines", "q=two\n  lines"]);
    check("q: # c\n\n  deep # c\n", &["q: # c\n\n  deep", "q=deep"]);
    check("q", &["q"]);
    check("q:\t1\t\n", &["q:\t1", "q=1"]);
}

#[test]
fn block_texts_begin_with_their_header() {
    check(
        "q: |-  # c\n  x\n   y\n\n\n# d\nr: 1",
        &["q: |-  # c\n  x\n   y\n\n\n# d\nr: 1", "q=|-  # c\n  x\n   y", "r=1"],
    );
    check("- - |\n    x\n- >\n", &["- - |\n    x\n- >", "- |\n    x", "|\n    x", ">"]);
    check("q: &a !!str # c\n  |\n  x\n", &["q: &a !!str # c\n  |\n  x", "q=&a !!str # c\n  |\n  x"]);
    check("--- |\n x\n", &["|\n x"]);
}

#[test]
fn lists_begin_at_their_first_dash() {
    check("q:\n- x\n- y: 1\n", &["q:\n- x\n- y: 1", "q=- x\n- y: 1", "x", "y: 1", "y=1"]);
    check("q: # - c\n\n- x\nr: 1\n", &["q: # - c\n\n- x\nr: 1", "q=- x", "x", "r=1"]);
    check("q:\n  - - x\n    -\n", &["q:\n  - - x\n    -", "q=- - x\n    -", "- x\n    -", "x", ""]);
    check("q: &a\n- x\n", &["q: &a\n- x", "q=&a\n- x", "x"]);
    check("q: !!seq # c\n- x\n", &["q: !!seq # c\n- x", "q=!!seq # c\n- x", "x"]);
    check("? q\n: - x\n", &["? q\n: - x", "q=- x", "x"]);
    check("q:\n-\n- # c\n-\n", &["q:\n-\n- # c\n-", "q=-\n- # c\n-", "", "", ""]);
}

#[test]
fn objects_begin_at_their_first_key() {
    check("- &a q: v\n", &["- &a q: v", "&a q: v", "&a q=v"]);
    check("- &a\n  q: v\n", &["- &a\n  q: v", "&a\n  q: v", "q=v"]);
    check("- !!map # c\n  q: v\n", &["- !!map # c\n  q: v", "!!map # c\n  q: v", "q=v"]);
    check("? q\n: v\n", &["? q\n: v", "q=v"]);
    check("--- {q: v}\n...\n", &["{q: v}", "q=v"]);
}

#[test]
fn what_is_not_written_stands_after_what_asks_for_it() {
    let places = |text: &str| -> Vec<u32> {
        let document = laws::check(text);
        assert_eq!(document.errors(), [], "{text:?}");
        let empty = document.nodes().filter(|node| node.kind() == NodeKind::Null);
        empty
            .map(|node| {
                assert!(node.span().is_empty());
                node.span().start
            })
            .collect()
    };
    assert_eq!(places("a:\nb:   # c\nc :\n"), [2, 5, 15]);
    assert_eq!(places("a:\n-\n- # c\n"), [4, 6]);
    assert_eq!(places("{a: , b, c:}"), [3, 7, 11]);
    assert_eq!(places("[a: ]"), [3]);
    assert_eq!(places("? a\n"), [3]);
    assert_eq!(places("? a # c\n:\n"), [9]);
    assert_eq!(places("? a\n:a:\n"), [3, 7]);
    assert_eq!(places("---\n---\n"), [3, 7]);
    assert_eq!(places("--- # c\n...\n"), [3]);
    let document = laws::check("a: &x\nb: !!str\nc: *x\n");
    assert_eq!(document.resolve("/a").unwrap().text(), "&x");
    assert_eq!(document.resolve("/b").unwrap().text(), "!!str");
    assert_eq!(document.resolve("/b").unwrap().as_str().unwrap(), "");
    assert_eq!(document.resolve("/c").unwrap().kind(), NodeKind::Null);
}

#[test]
fn flow_collections_may_have_many_lines() {
    check(
        "q: [x,\n  {y: 1,\n   \"z\":2 }, # c\n ] # d\n",
        &[
            "q: [x,\n  {y: 1,\n   \"z\":2 }, # c\n ]",
            "q=[x,\n  {y: 1,\n   \"z\":2 }, # c\n ]",
            "x",
            "{y: 1,\n   \"z\":2 }",
            "y=1",
            "\"z\"=2",
        ],
    );
    check(
        "[q: 1, \"y\":2, ? z : 3]",
        &["[q: 1, \"y\":2, ? z : 3]", "q: 1", "q=1", "\"y\":2", "\"y\"=2", "? z : 3", "z=3"],
    );
}

#[test]
fn anchors_and_aliases_of_keys() {
    let document = laws::check("&k key: &v val\na: *k\n*v : 1\n'q': &w x\n");
    assert_eq!(document.errors(), []);
    let root = document.root().unwrap();
    assert_eq!(root.get("key").unwrap().scalar(), "val");
    assert_eq!(root.get("a").unwrap().scalar(), "key");
    assert_eq!(root.get("val").unwrap().scalar(), "1");
    assert_eq!(root.get("q").unwrap().scalar(), "x");
}

#[test]
fn keys_that_are_no_texts_are_told() {
    for text in ["? [a, b]\n: 1\nc: 2\n", "? {a: b}\n: 1\nc: 2\n", "{[a]: 1, c: 2}", "? - a\n  - b\n: 1\nc: 2\n"] {
        let document = laws::check(text);
        assert_eq!(document.errors().len(), 1, "{text:?}");
        assert_eq!(document.root().unwrap().get("c").unwrap().scalar(), "2", "{text:?}");
    }
    let document = laws::check(": 1\n? |\n  k\n: 2\n");
    assert_eq!(document.root().unwrap().get("").unwrap().scalar(), "1");
    assert_eq!(document.root().unwrap().get("k\n").unwrap().scalar(), "2");
}

#[test]
fn documents_have_a_span_each() {
    let spans = |text: &str| -> Vec<String> {
        let document = laws::check(text);
        document.document_spans().iter().map(|span| document.slice(*span).to_owned()).collect()
    };
    assert_eq!(spans(""), [""; 0]);
    assert_eq!(spans("# c\n"), [""; 0]);
    assert_eq!(spans("a: 1\n# tail\n"), ["a: 1\n# tail\n"]);
    assert_eq!(spans("# licence\n---\na: 1\n---\nb: 1\n...\n# c\nd: 1\n"), ["\na: 1\n", "\nb: 1\n", "\n# c\nd: 1\n"]);
    assert_eq!(spans("---\n---\n--- x\n---"), ["\n", "\n", " x\n", ""]);
    assert_eq!(spans("a: \"\n---\nb: 1\n"), ["a: \"\n", "\nb: 1\n"]);
    assert_eq!(spans("a: 1\n...\n%YAML 1.2\n---\nb: 1\n"), ["a: 1\n", "\nb: 1\n"]);
    assert_eq!(spans("%YAML 3.0\n---\na: 1\n---\nb: 1\n"), ["\na: 1\n", "\nb: 1\n"]);
}
