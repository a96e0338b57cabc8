use super::*;

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
