use super::*;

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
fn what_follows_something_that_loses_its_end_follows_the_rest() {
    check(vec![
        ("- a: 1\n  b: 2\n- c\n", vec![remove("/0/b"), element_after("", "/0", text("new"))], "- a: 1\n- new\n- c\n"),
        (
            "- a: 1\n\n  # about b\n  b: 2\n- c\n",
            vec![remove("/0/b"), member("/0", "d", text("x")), element_after("", "/0", text("new"))],
            "- a: 1\n  d: x\n\n- new\n- c\n",
        ),
        (
            "- a:\n    x: 1\n    y: 2\n  b: 2\n",
            vec![remove("/0/a/y"), remove("/0/b"), element("", text("new"))],
            "- a:\n    x: 1\n- new\n",
        ),
        ("- a: 1\n  b: 2", vec![remove("/0/b"), element("", text("new"))], "- a: 1\n- new"),
        ("- a: |\n    x\n  b: 2", vec![remove("/0/b"), element("", text("new"))], "- a: |\n    x\n- new"),
        ("- a: |+\n    x\n\n  b: 2", vec![remove("/0/b"), element("", text("new"))], "- a: |+\n    x\n\n- new"),
    ]);
}
