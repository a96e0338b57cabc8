//! Another kind of value where the format has an object or a list: a finding says at that place, or at a part around that
//! nobody reads, what becomes of it, unless the server takes it as well.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
#[path = "transfer/change.rs"]
mod change;
#[allow(dead_code, reason = "each test uses its part")]
mod common;
#[allow(dead_code, reason = "each test uses its part")]
#[path = "transfer/generate.rs"]
mod generate;

use std::collections::{BTreeMap, BTreeSet};

use common::as_resource::{STYLES, Tree, resource, spec_of};
use generate::{Schema, definition};
use v4ward_migration::migrate::trace;
use v4ward_migration::record::Outcome;
use v4ward_migration::{Finding, Options, analyse};
use v4ward_syntax::{Document, Format};

/// Definitions per form; together they have each property of the format.
const DEFINITIONS: u64 = 16;
/// How often each place of the format is tried with each kind of value.
const TIMES: usize = 2;

#[test]
fn of_exports_are_told() {
    check("", false, |tree| Document::parse(tree.json(), Format::Json));
}

#[test]
fn of_resources_are_told() {
    check("/spec", true, |tree| Document::parse(resource(tree, STYLES[0]), Format::Yaml));
}

fn check(root: &str, for_cluster: bool, write: impl Fn(&Tree) -> Document) {
    let schema = Schema::of_exports();
    let paths: Vec<String> = schema.paths().into_iter().collect();
    let (mut silent, mut tried) = (BTreeMap::new(), BTreeMap::new());
    for seed in 0..DEFINITIONS {
        let wanted = paths.iter().skip(seed as usize).step_by(DEFINITIONS as usize).map(String::as_str);
        let tree = definition(&schema, 5 << 32 | seed, &wanted.collect::<Vec<_>>(), for_cluster);
        let tree = if for_cluster { spec_of(&Document::parse(tree.json(), Format::Json)).unwrap() } else { tree };
        let mut places = Vec::new();
        collect_containers(&tree, "", &mut places);
        for pointer in places {
            let (pattern, _) = schema.pattern(&pointer);
            if is_of_plugin(&pointer, &pattern) {
                continue;
            }
            for (kind, other) in others() {
                let mut changed = tree.clone();
                let place = change::at(&mut changed, &pointer).unwrap();
                let count = tried.entry((pattern.clone(), kind)).or_insert(0);
                if *count == TIMES || is_alike(place, &other) {
                    continue;
                }
                *count += 1;
                let takes_both = matches!((&*place, &other), (Tree::List(_), Tree::Object(_)));
                *place = other;
                let document = write(&changed);
                assert_eq!(document.errors(), [], "{}", document.text());
                if let Some(why) = silence(&document, root, &pointer, takes_both) {
                    silent.entry(format!("{pattern} as {kind}: {why}")).or_insert_with(|| changed.json());
                }
            }
        }
    }
    assert!(tried.len() > 100, "only {} kinds of places", tried.len());
    let report: Vec<String> = silent.iter().map(|(what, example)| format!("{what}\n    {example}")).collect();
    assert!(report.is_empty(), "{} places:\n{}", report.len(), report.join("\n"));
}

/// The pointers of objects and lists below the root.
fn collect_containers(tree: &Tree, at: &str, found: &mut Vec<String>) {
    let members: Vec<(String, &Tree)> = match tree {
        Tree::Object(members) => {
            members.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Tree::List(items) => items.iter().enumerate().map(|(place, item)| (place.to_string(), item)).collect(),
        Tree::Scalar(_) | Tree::Text(_) => return,
    };
    if !at.is_empty() {
        found.push(at.to_owned());
    }
    for (key, value) in members {
        collect_containers(value, &format!("{at}/{key}"), found);
    }
}

fn others() -> [(&'static str, Tree); 5] {
    let text = |text: &str| Tree::Text(text.to_owned());
    [
        ("a text", text("odd")),
        ("a number", Tree::Scalar("5".to_owned())),
        ("a flag", Tree::Scalar("true".to_owned())),
        ("a list", Tree::List(vec![text("odd")])),
        ("an object", Tree::Object(vec![("odd".to_owned(), text("odd"))])),
    ]
}

fn is_alike(one: &Tree, other: &Tree) -> bool {
    matches!((one, other), (Tree::List(_), Tree::List(_)) | (Tree::Object(_), Tree::Object(_)))
}

/// Settings of steps and resources are the plugin's: any JSON, and a text that is JSON, has its place in V4.
fn is_of_plugin(pointer: &str, pattern: &str) -> bool {
    let depth = |path: &str| path.split('/').count();
    let steps = ["pre/*/configuration", "post/*/configuration", "resources/*/configuration"];
    depth(pointer) - 1 > depth(pattern) || steps.iter().any(|end| pattern.ends_with(end))
}

/// Why nothing is told of a place; `None` where something is, or the server takes what stands there.
fn silence(document: &Document, root: &str, pointer: &str, takes_both: bool) -> Option<String> {
    let at = format!("{root}{pointer}");
    let analysis = analyse(document, &Options::default());
    let told: Vec<(&str, String)> = analysis.findings.iter().flat_map(places).collect();
    let inside = format!("{at}/");
    if told.iter().any(|(_, place)| *place == at || place.starts_with(&inside)) {
        return None;
    }
    // What is around, as far as it is a part: everything is in the definition.
    let around: BTreeSet<&str> = told
        .iter()
        .filter(|(_, place)| place.len() > root.len() && at.starts_with(&format!("{place}/")))
        .map(|(rule, _)| *rule)
        .collect();
    if around.contains("unknown-property") {
        return None;
    }
    let traced = trace(document, &Options::default()).unwrap();
    let of_place = traced.record.leaves().filter(|(leaf, _)| {
        let pointer = document.node(*leaf).pointer();
        pointer == at || pointer.starts_with(&inside)
    });
    let mut why = of_place.filter_map(|(_, outcome)| match outcome {
        Outcome::Carried { .. } | Outcome::Converted { .. } if takes_both => None,
        Outcome::Carried { .. } | Outcome::Converted { .. } => Some("it is taken over".to_owned()),
        Outcome::Dropped { rule, .. } if around.contains(rule) => None,
        Outcome::Dropped { rule, .. } => Some(format!("{rule} does not tell it, as do none of {around:?}")),
    });
    why.next()
}

/// The places that a finding shows.
fn places(finding: &Finding<'_>) -> Vec<(&'static str, String)> {
    let related = finding.rule.related(finding).into_iter().map(|(node, _)| node);
    let all = finding.place.node().into_iter().chain(related);
    all.map(|node| (finding.declaration().id, node.pointer())).collect()
}
