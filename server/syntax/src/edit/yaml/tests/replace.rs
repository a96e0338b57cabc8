use super::*;

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
        ("a: | # note\n  text\n\nb: 1\n", vec![set("/a", text("x"))], "a: |- # note\n  x\n\nb: 1\n"),
        ("a: |\n  text\nb: 1\n", vec![set("/a", text("l1\nl2\n"))], "a: |\n  l1\n  l2\nb: 1\n"),
        ("a: |\n  text\nb: 1\n", vec![set("/a", object(&[("k", text("v"))]))], "a:\n  k: v\nb: 1\n"),
        ("# top\na: 1\nb: 2\n", vec![set("", Value::Array(vec![text("x")]))], "# top\n- x\n"),
        ("- - 1\n  - 2\n", vec![set("/0", object(&[("k", text("v"))]))], "- k: v\n"),
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

/// Texts before and after, and what the edits write.
#[track_caller]
fn small(before: &str, new: &str, after: &str, written: &[&str]) {
    let document = Document::parse_yaml(before);
    let change = Change::Replace { node: id(&document, "/a"), value: text(new) };
    let applied = apply(&document, &[change]).unwrap();
    assert_eq!(applied.document.text(), after);
    assert_eq!(applied.edits.iter().map(|edit| edit.text.as_str()).collect::<Vec<_>>(), written);
}

#[test]
fn of_a_text_in_quotes_or_plain_only_what_differs_changes() {
    small("a: a long text\n", "a short text", "a: a short text\n", &["short"]);
    small(r#"a: "\u00e9 x \/ y""#, "é X / Y", r#"a: "\u00e9 X \/ Y""#, &["X", "Y"]);
    small(r#"a: "p\n\tq""#, "p\n\nq", r#"a: "p\n\nq""#, &["\\n"]);
    small("a: 'it''s x'", "it's 'y'", "a: 'it''s ''y'''", &["''y''"]);
    small("a: \"b\n  c\n\n  d \\\n  e\"\n", "b c\nd E", "a: \"b\n  c\n\n  d \\\n  E\"\n", &["E"]);
    small("a: 'b\n  c d'\n", "B c d", "a: 'B\n  c d'\n", &["B"]);
    small("a: b\n  c d\nz: 1\n", "b c D", "a: b\n  c D\nz: 1\n", &["D"]);
    small("a: b\n  c d\nz: 1\n", "b c:", "a: 'b c:'\nz: 1\n", &["'b c:'"]);
    small("{a: b c, z: 1}\n", "b d", "{a: b d, z: 1}\n", &["d"]);
}

#[test]
fn of_a_literal_text_only_what_differs_changes() {
    let long = "a: |\n    one\n      two  \n\n    three #x y #x\nz: 1\n";
    let old = "one\n  two  \n\nthree #x y #x\n";
    let pairs = [("#x", "#long", &["long", "long"] as &[&str]), ("two  ", "two", &[""]), ("one", "1'\"", &["1'\""])];
    for (from, to, written) in pairs {
        small(long, &old.replace(from, to), &long.replace(from, to), written);
    }
    small(long, "one\n\nthree #x y #x\n", "a: |\n    one\n\n    three #x y #x\nz: 1\n", &[""]);
    small("a: |\n  b\n  c\n", "b\nn\n\nm\nc\n", "a: |\n  b\n  n\n\n  m\n  c\n", &["\n  n\n\n  m"]);
    small("a: |\n  b\n  c\n", "n\nb\nc\n", "a: |\n  n\n  b\n  c\n", &["  n\n"]);
    small("a: |\n  b\n  c\nz: 1\n", "c\n", "a: |\n  c\nz: 1\n", &[""]);
    small("a: |\n  b\n  c\nz: 1\n", "b\n", "a: |\n  b\nz: 1\n", &[""]);
    small("a: |\r\n  b\r\n  c\r\n", "b\nn\nc\n", "a: |\r\n  b\r\n  n\r\n  c\r\n", &["\r\n  n"]);
    small("a: |2- # n\n    b\n  c\n", "  b\nC", "a: |2- # n\n    b\n  C\n", &["C"]);
    small("a: |+\n  b\n\nz: 1\n", "c\n\n", "a: |+\n  c\n\nz: 1\n", &["c"]);
    // The end: one line break or none.
    small("a: |\n  b\n  c\n", "b\nC", "a: |-\n  b\n  C\n", &["|-", "C"]);
    small("a: |-\n  b\n  c\n", "b\nC\n", "a: |\n  b\n  C\n", &["|", "C"]);
    small("a:\n  |\n  b\n", "a\tb", "a:\n  |-\n  a\tb\n", &["|-", "a\t"]);
    // What a block cannot hold.
    small("a: |\n  b\n  c\n", " b\nc\n", "a: \" b\\nc\\n\"\n", &["\" b\\nc\\n\"", ""]);
}

#[test]
fn a_folded_text_stays_folded_where_it_can() {
    let long = "a: >-\n  one two\n  three\n\n  four\n    five\n  six\nz: 1\n";
    let old = "one two three\nfour\n  five\nsix";
    for (from, to) in [("two", "TWO"), ("five", "FIVE"), ("six", "SIX"), ("one", "ONE")] {
        small(long, &old.replace(from, to), &long.replace(from, to), &[to]);
    }
    small("a: >\n  b c\n  d\n", "b\nc d\n", "a: >\n  b\n\n  c\n  d\n", &["\n\n  "]);
    small("a: >\n  b\n\n  c\n", "c\n", "a: >\n  c\n", &[""]);
    small("a: >\n  b c\n", " b c\nd\n", "a: \" b c\\nd\\n\"\n", &["\" b c\\nd\\n\"", ""]);
}
