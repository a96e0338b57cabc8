//! What differs between two V4 texts, as data.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Serialize;
use v4ward_syntax::{Document, Node, NodeKind, push_pointer_part};

/// How a place differs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Another value.
    Changed,
    /// Only the second text has it.
    Added,
    /// Only the first text has it.
    Removed,
}

/// One place that differs. Values are never kept: they may be secret.
#[derive(Clone, Debug)]
pub struct Difference<'d> {
    /// Which document of the text, counted from 0.
    pub document: usize,
    /// JSON pointer, in the second text; of what was removed, in the first.
    pub pointer: String,
    /// How it differs.
    pub change: Change,
    /// The place in the second text; of what was removed, what was around it.
    pub place: Option<Node<'d>>,
}

/// What became of a text since it was as `before`. The order of members, white space and comments say nothing.
#[must_use]
pub fn differences<'d>(before: &Document, after: &'d Document) -> Vec<Difference<'d>> {
    let mut walk = Walk { found: Vec::new(), document: 0 };
    let (mut old, mut new) = (before.roots(), after.roots());
    loop {
        match (old.next(), new.next()) {
            (None, None) => return walk.found,
            (Some(old), Some(new)) => walk.compare(old, new),
            (Some(_), None) => walk.add(String::new(), Change::Removed, None),
            (None, Some(new)) => walk.add(String::new(), Change::Added, Some(new)),
        }
        walk.document += 1;
    }
}

/// What tells one element of a list from the others.
const NAMES: &[&str] = &["id", "key", "name", "path"];

struct Walk<'d> {
    found: Vec<Difference<'d>>,
    document: usize,
}

impl<'d> Walk<'d> {
    fn add(&mut self, pointer: String, change: Change, place: Option<Node<'d>>) {
        self.found.push(Difference { document: self.document, pointer, change, place });
    }

    /// A list of what is left to compare stands in for recursion: a text may be of any depth.
    fn compare(&mut self, old: Node<'_>, new: Node<'d>) {
        let mut left = vec![(old, new, String::new())];
        while let Some((old, new, pointer)) = left.pop() {
            match (old.kind(), new.kind()) {
                (NodeKind::Object, NodeKind::Object) => {
                    let key = |node: Node<'_>| node.key().map(|key| key.into_owned()).unwrap_or_default();
                    self.pairs(old, new, &pointer, (key, key), &mut left);
                }
                (NodeKind::Array, NodeKind::Array) => match names_of(old, new) {
                    Some(name) => {
                        let named =
                            |node: Node<'_>| node.get(name).map(|name| name.scalar().into_owned()).unwrap_or_default();
                        self.pairs(old, new, &pointer, (named, named), &mut left);
                    }
                    None => {
                        let place = |node: Node<'_>| node.position_in_parent().to_string();
                        self.pairs(old, new, &pointer, (place, place), &mut left);
                    }
                },
                (was, is) if was == is && same_text(old, new) => {}
                _ => self.add(pointer, Change::Changed, Some(new)),
            }
        }
    }

    /// Pairs the children of two containers by what names them.
    fn pairs<'o>(
        &mut self,
        old: Node<'o>,
        new: Node<'d>,
        pointer: &str,
        (name_old, name_new): (impl Fn(Node<'o>) -> String, impl Fn(Node<'d>) -> String),
        left: &mut Vec<(Node<'o>, Node<'d>, String)>,
    ) {
        let of_new: std::collections::HashMap<String, Node<'d>> =
            new.values().map(|child| (name_new(child), child)).collect();
        let mut known: HashSet<String> = HashSet::new();
        let mut pairs = Vec::new();
        for child in old.values() {
            let name = name_old(child);
            match of_new.get(&name) {
                Some(twin) => pairs.push((child, *twin, below(pointer, *twin))),
                None => self.add(below(pointer, child), Change::Removed, Some(new)),
            }
            known.insert(name);
        }
        for child in new.values().filter(|child| !known.contains(&name_new(*child))) {
            self.add(below(pointer, child), Change::Added, Some(child));
        }
        left.extend(pairs.into_iter().rev());
    }
}

fn below(pointer: &str, child: Node<'_>) -> String {
    let mut below = format!("{pointer}/");
    match child.key() {
        Some(key) => push_pointer_part(&mut below, &key),
        None => below.push_str(&child.position_in_parent().to_string()),
    }
    below
}

fn same_text(old: Node<'_>, new: Node<'_>) -> bool {
    let (old, new): (Cow<'_, str>, Cow<'_, str>) = (old.scalar(), new.scalar());
    old == new
}

/// The member that tells the elements of both lists from each other, if there is one.
fn names_of(old: Node<'_>, new: Node<'_>) -> Option<&'static str> {
    NAMES.iter().copied().find(|name| {
        [old, new].into_iter().all(|list| {
            let mut seen = HashSet::new();
            list.values().all(|element| element.get(name).is_some_and(|it| it.is_leaf() && seen.insert(it.scalar())))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(before: &str, after: &str) -> Vec<(String, Change)> {
        let (before, after) = (Document::parse_json(before), Document::parse_json(after));
        differences(&before, &after).into_iter().map(|it| (it.pointer, it.change)).collect()
    }

    #[test]
    fn order_and_white_space_say_nothing() {
        assert_eq!(found(r#"{"a": 1, "b": [true]}"#, r#"{ "b": [ true ], "a": 1 }"#), []);
    }

    #[test]
    fn what_differs_is_told_once() {
        let after = r#"{ "a": 2, "c": { "d": 1 }, "e/f": "x" }"#;
        let expected =
            [("/b", Change::Removed), ("/c", Change::Added), ("/e~1f", Change::Added), ("/a", Change::Changed)];
        let expected: Vec<(String, Change)> = expected.map(|(place, change)| (place.to_owned(), change)).into();
        assert_eq!(found(r#"{ "a": 1, "b": [1, 2] }"#, after), expected);
    }

    #[test]
    fn elements_with_names_are_told_apart_by_them() {
        let before = r#"[{ "name": "a", "x": 1 }, { "name": "b", "x": 1 }]"#;
        let after = r#"[{ "name": "b", "x": 2 }]"#;
        let expected = vec![("/0".to_owned(), Change::Removed), ("/0/x".to_owned(), Change::Changed)];
        assert_eq!(found(before, after), expected);
    }
}
