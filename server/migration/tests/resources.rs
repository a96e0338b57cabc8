//! A definition as a custom resource and the same as an export give the same findings and the same V4 definition. The
//! pairs are those of the conformance kit, whose exports have the defaults of the resource definition filled in.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;

use std::collections::BTreeMap;
use std::fs;

use common::compare::{canonical, differences, v4};
use common::inputs::conformance_folder;
use serde_json::{Map, Value};
use v4ward_migration::target::Target;
use v4ward_migration::{Analysis, Finding, Options, Verdict, analyse};
use v4ward_syntax::Document;

/// Rules about what only one of the two forms can say.
const OF_ONE_FORM: &[&str] = &[
    "execution-mode-assumed",
    // Missing and wrong for the cluster, which an export never meets.
    "missing-required",
    "wrong-type",
    // What the cluster drops is not in the export; what the kit adds to it (`pages[].parent`, `tenants`) is unknown there.
    "unknown-property",
    "groups-not-portable",
    "import-cannot-hold",
    "members-not-portable",
    "server-managed-field",
];

struct Pair {
    name: String,
    resource: String,
    expected: Value,
}

fn pairs() -> Vec<Pair> {
    let Some(folder) = conformance_folder("gko") else { return Vec::new() };
    let mut pairs = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.to_str().and_then(|path| path.strip_suffix(".v2.yaml")).map(str::to_owned) else {
            continue;
        };
        let Ok(expected) = fs::read_to_string(format!("{name}.expected.json")) else { continue };
        let expected = serde_json::from_str(&expected).unwrap();
        let name = name.rsplit('/').next().unwrap().to_owned();
        pairs.push(Pair { name, resource: fs::read_to_string(&path).unwrap(), expected });
    }
    pairs.sort_by(|a, b| a.name.cmp(&b.name));
    pairs
}

fn options() -> Options {
    Options { target: Some(Target::ImportJson), ..Options::default() }
}

/// Leaves out what the kit does not compare, and gives pages and their parents names instead of ids: an export has the
/// keys of a resource's pages for ids.
fn comparable(mut v4: Value, not_comparable: &[String]) -> Value {
    for pointer in not_comparable {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        if let Some(Value::Object(members)) = v4.pointer_mut(parent) {
            members.remove(key);
        }
    }
    // The kit leaves `notifyMembers` out of its exports.
    if let Some(Value::Object(api)) = v4.get_mut("api") {
        api.remove("disableMembershipNotifications");
    }
    let pages = v4.get_mut("pages").and_then(Value::as_array_mut);
    if let Some(pages) = pages {
        let names: BTreeMap<String, Value> = pages
            .iter()
            .filter_map(|page| Some((page.get("id")?.as_str()?.to_owned(), page.get("name")?.clone())))
            .collect();
        for page in pages.iter_mut().filter_map(Value::as_object_mut) {
            page.remove("id");
            // The kit's parser ends a block text without a last line break where the text ends.
            if let Some(Value::String(content)) = page.get_mut("content") {
                content.truncate(content.trim_end().len());
            }
            if let Some(parent) = page.get_mut("parentId") {
                *parent = names.get(parent.as_str().unwrap()).cloned().unwrap_or(Value::Null);
            }
        }
    }
    canonical(v4).unwrap_or(Value::Object(Map::new()))
}

/// The verdict that the kit asks for; an endpoint without `inherit` does not decide it (D04).
fn expected_verdict(expected: &Value) -> Option<Verdict> {
    let judged = expected.get("withInheritFalse").unwrap_or(expected);
    match judged["state"].as_str()? {
        "MIGRATABLE" => Some(Verdict::FullyMigratable),
        "CAN_BE_FORCED" => Some(Verdict::PartiallyMigratable),
        _ => Some(Verdict::NotMigratable),
    }
}

/// What is found, without places; pages are elsewhere in the other form.
fn found(analysis: &Analysis<'_>) -> Vec<String> {
    let told = |finding: &&Finding<'_>| !OF_ONE_FORM.contains(&finding.declaration().id);
    let described = |finding: &Finding<'_>| {
        let subject = finding.subject.as_deref().unwrap_or_default();
        format!("{} {:?} {subject}", finding.declaration().id, finding.severity)
    };
    let mut found: Vec<String> = analysis.findings.iter().filter(told).map(described).collect();
    found.sort();
    found
}

/// What is different, one line each.
fn compare(pair: &Pair) -> Vec<String> {
    let resource = Document::parse_yaml(pair.resource.as_str());
    let export = Document::parse_json(pair.expected["input"].to_string());
    let (resource, export) = (analyse(&resource, &options()), analyse(&export, &options()));
    let mut out = Vec::new();
    let expected = expected_verdict(&pair.expected);
    if resource.verdict != expected {
        out.push(format!("verdict {:?} of the resource, {expected:?} of the kit", resource.verdict));
    }
    if export.verdict != expected {
        out.push(format!("verdict {:?} of the export, {expected:?} of the kit", export.verdict));
    }
    let not_comparable: Vec<String> = serde_json::from_value(pair.expected["notComparable"].clone()).unwrap();
    let (a, b) = (
        comparable(v4(&resource, Target::ImportJson), &not_comparable),
        comparable(v4(&export, Target::ImportJson), &not_comparable),
    );
    differences("", ("resource", &a), ("export", &b), &mut out);
    let (a, b) = (found(&resource), found(&export));
    if a != b {
        out.push(format!("findings {a:?} of the resource, {b:?} of the export"));
    }
    out
}

#[test]
fn a_resource_is_read_as_the_export_with_its_defaults() {
    let pairs = pairs();
    let mut differing = Vec::new();
    let mut agreeing = 0;
    for pair in &pairs {
        let lines = compare(pair);
        agreeing += usize::from(lines.is_empty());
        differing.extend(lines.into_iter().map(|line| format!("{}: {line}", pair.name)));
    }
    assert!(differing.is_empty(), "{agreeing} of {} agree\n{}", pairs.len(), differing.join("\n"));
}
