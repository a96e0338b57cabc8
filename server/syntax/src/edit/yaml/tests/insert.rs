use super::*;

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
