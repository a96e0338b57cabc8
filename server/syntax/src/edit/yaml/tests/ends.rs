use super::*;

#[test]
fn a_block_text_that_the_end_cuts_off_stays_as_it_is() {
    check(vec![
        ("a: |\n  x", vec![member("", "b", text("Y1"))], "a: |-\n  x\nb: Y1"),
        ("a: |+\n  x", vec![member("", "b", text("Y1"))], "a: |-\n  x\nb: Y1"),
        ("a: >2+\n   x", vec![member("", "b", text("Y1"))], "a: >2-\n   x\nb: Y1"),
        ("a: >- # n\n  x", vec![member("", "b", text("Y1"))], "a: >- # n\n  x\nb: Y1"),
        ("a: &x !!str | # n\r\n  x", vec![member("", "b", text("Y1"))], "a: &x !!str |- # n\r\n  x\r\nb: Y1"),
        ("a: |\n  x\n", vec![member("", "b", text("Y1"))], "a: |\n  x\nb: Y1\n"),
        ("a: |", vec![member("", "b", text("Y1"))], "a: |\nb: Y1"),
        ("a:\n- b: |\n    x", vec![element("/a", text("Y1"))], "a:\n- b: |-\n    x\n- Y1"),
        ("a:\n- b: |\n    x", vec![member("/a/0", "c", text("Y1"))], "a:\n- b: |-\n    x\n  c: Y1"),
        // What goes away itself, or stays at the end, is no concern.
        ("a: 1\nb: |\n  x", vec![remove("/b"), member("", "c", text("Y1"))], "a: 1\nc: Y1"),
        ("a: |\n  x", vec![set("/a", text("Y1")), member("", "b", text("z"))], "a: |-\n  Y1\nb: z"),
        ("a: |\n  x", vec![set("/a", text("p\nq")), member("", "b", text("z"))], "a: |-\n  p\n  q\nb: z"),
        ("a: 1\nb: |\n  x", vec![set("/a", text("Y1"))], "a: Y1\nb: |\n  x"),
        ("a: 1\nb: |\n  x", vec![rename("/b", "c")], "a: 1\nc: |\n  x"),
    ]);
}

#[test]
fn a_copy_of_it_is_the_same_text() {
    check(vec![
        ("a: 1\nb: |\n  x", vec![copy("/a", "/b")], "a: |-\n  x\nb: |\n  x"),
        ("a: 1\nb: |\n  x", vec![copy("/a", "/b"), remove("/b")], "a: |-\n  x"),
        ("b: |\n  x", vec![copy_member("", "c", "/b")], "b: |-\n  x\nc: |-\n  x"),
        ("a: 1\nb:\n  c: |\n    x", vec![copy("/a", "/b")], "a:\n  c: |-\n    x\nb:\n  c: |\n    x"),
    ]);
}

#[test]
fn a_new_end_keeps_the_line_break_that_a_block_text_has() {
    check(vec![
        ("a: |\n  x\nb: 1", vec![remove("/b")], "a: |\n  x\n"),
        ("a: |+\n  x\n\nb: 1", vec![remove("/b")], "a: |+\n  x\n\n"),
        ("a: |-\n  x\nb: 1", vec![remove("/b")], "a: |-\n  x"),
        ("a: |\n  x\n# note\nb: 1", vec![remove("/b")], "a: |\n  x\n"),
        ("a: |\n  x\n # note\nb: 1", vec![remove("/b")], "a: |\n  x\n # note"),
        ("- a: |\n    x\n- b", vec![remove("/1")], "- a: |\n    x\n"),
        ("a: |\n  x\nb: 1", vec![copy_member("", "c", "/a")], "a: |\n  x\nb: 1\nc: |\n  x\n"),
        ("a: |+\n  x\n\nb: 1", vec![copy("/b", "/a")], "a: |+\n  x\n\nb: |+\n  x\n\n"),
        ("a: 1", vec![member("", "b", text("p\nq\n"))], "a: 1\nb: |\n  p\n  q\n"),
        ("a: 1\r\nb: 2", vec![set("/b", text("p\nq\n"))], "a: 1\r\nb: |\r\n  p\r\n  q\r\n"),
        ("a: 1\nb: 2", vec![set("/b", text("p\nq"))], "a: 1\nb: |-\n  p\n  q"),
    ]);
}
