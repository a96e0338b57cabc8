//! Aliases and merge keys.

use v4ward_syntax::{Document, Node};

use crate::laws;

/// The members of an object that count, as `key=value`.
fn values(object: Node<'_>) -> String {
    let members = object.values().map(|member| format!("{}={}", member.key().unwrap(), member.scalar()));
    members.collect::<Vec<_>>().join(" ")
}

fn messages(document: &Document) -> Vec<String> {
    document.errors().iter().map(|error| error.kind.to_string()).collect()
}

/// The members of the last member of the root.
fn last(text: &str) -> String {
    let document = laws::check(text);
    assert_eq!(document.errors(), [], "{text}");
    values(document.root().unwrap().children().last().unwrap())
}

#[test]
fn own_members_go_before_merged_ones() {
    assert_eq!(last("b: &b {x: 1, y: 2}\na:\n  <<: *b\n  y: 3\n"), "y=3 x=1");
    assert_eq!(last("b: &b {x: 1, y: 2}\na:\n  y: 3\n  <<: *b\n"), "y=3 x=1");
    assert_eq!(last("b: &b {x: 1, x: 2}\na:\n  y: 3\n  y: 4\n  <<: *b\n"), "y=4 x=2");
}

#[test]
fn the_earlier_of_a_list_goes_before_the_later() {
    assert_eq!(last("b: &b {x: 1}\nc: &c {x: 2, y: 3}\na: {<<: [*b, *c, {z: 4}]}\n"), "x=1 y=3 z=4");
    assert_eq!(last("l: &l [{x: 1}, {x: 2, y: 3}]\na: {<<: *l}\n"), "x=1 y=3");
    assert_eq!(last("b: &b {x: 1}\nc: &c {x: 2, y: 3}\na:\n  <<: *b\n  <<: *c\n"), "x=1 y=3");
}

#[test]
fn what_is_merged_may_merge_too() {
    assert_eq!(last("a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b, z: 3}\n"), "z=3 y=2 x=1");
    assert_eq!(last("a: &a {x: 1}\nc: {<<: {<<: *a, y: 2}, z: 3}\n"), "z=3 y=2 x=1");
    assert_eq!(last("a: &a {x: 1}\nc: {<<: {<<: *a}}\n"), "x=1");
    assert_eq!(last("a: &a {x: 1}\nb: &b {<<: *a, x: 2}\nc: {<<: *b}\n"), "x=2");
}

#[test]
fn a_merge_key_in_quotes_is_an_ordinary_one() {
    let document = laws::check("b: &b {x: 1}\na: {'<<': *b, \"<<\": 2}\n");
    let a = document.resolve("/a").unwrap();
    assert!(!a.has_merges());
    assert_eq!(values(a), "<<=2");
}

#[test]
fn what_cannot_be_merged_is_told() {
    for text in ["a: {<<: 1}", "a: {<<: [1]}", "a: {<<: [{b: 1}, c]}", "b: &b x\na: {<<: *b}", "a: {<<: }"] {
        let document = laws::check(text);
        assert_eq!(messages(&document), ["a merge key takes an object, or a list of objects"], "{text}");
    }
    assert_eq!(messages(&laws::check("a: {<<: *none}")).len(), 1);
    assert_eq!(messages(&laws::check("a: {<<: [*none, {b: 1}]}")).len(), 1);
}

#[test]
fn an_alias_stands_for_the_last_anchor_before_it() {
    let document = laws::check("a: &x 1\nb: *x\nc: &x 2\nd: *x\n");
    assert_eq!(values(document.root().unwrap()), "a=1 b=1 c=2 d=2");
    let document = laws::check("a: *x\nb: &x 1\n");
    assert_eq!(messages(&document), ["no value before this has that anchor"]);
    let document = laws::check("a: &x 1\n---\nb: *x\n");
    assert_eq!(messages(&document), ["no value before this has that anchor"]);
}

#[test]
fn nothing_stands_for_itself() {
    for text in ["&a [*a]", "a: &a {b: *a}", "&a {<<: *a}", "a: &a {b: {<<: *a}}", "&a [&b [*a, *b]]"] {
        let document = laws::check(text);
        assert!(messages(&document)[0].contains("part of"), "{text}");
    }
}

/// How many values a text stands for; the walk itself shows that it ends.
fn count(root: Node<'_>) -> usize {
    let mut open = vec![root];
    let mut count = 0;
    while let Some(node) = open.pop() {
        count += 1;
        open.extend(node.values());
    }
    count
}

#[test]
fn a_text_cannot_stand_for_too_much() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..30 {
        let of = format!("*a{}, ", i - 1);
        laughs.push_str(&format!("a{i}: &a{i} [{}]\n", of.repeat(10)));
    }
    let document = laws::check(&laughs);
    assert!(messages(&document)[0].contains("repeats too much"));
    assert!(count(document.root().unwrap()) < 30_000);

    // The same by merge keys.
    let mut laughs = "a0: &a0 {x: 1}\n".to_owned();
    for i in 1..30 {
        let of: String = (0..10).map(|key| format!("k{key}: {{<<: *a{}}}, ", i - 1)).collect();
        laughs.push_str(&format!("a{i}: &a{i} {{{of}}}\n"));
    }
    let document = laws::check(&laughs);
    assert!(messages(&document)[0].contains("repeats too much"));
    assert!(count(document.root().unwrap()) < 50_000);

    // Each merges the same large object again.
    let big: String = (0..20_000).map(|key| format!("k{key}: 1, ")).collect();
    let document = laws::check(&format!("a: &a {{{big}}}\nb: {{<<: [{}]}}\n", "*a, ".repeat(20_000)));
    assert!(messages(&document)[0].contains("repeats too much"));
}

#[test]
fn many_aliases_of_something_small_are_fine() {
    let document = laws::check(&format!("a: &a {{x: 1, y: 2}}\nb: [{}]\n", "*a, ".repeat(100_000)));
    assert_eq!(document.errors(), []);
    assert_eq!(count(document.root().unwrap()), 300_005);
    assert_eq!(document.anchors()[0].aliases.len(), 100_000);
    let document = laws::check(&format!("a: &a {{x: 1, y: 2}}\nb:\n{}", "- <<: *a\n  y: 3\n".repeat(10_000)));
    assert_eq!(document.errors(), []);
}
