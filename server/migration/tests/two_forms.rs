//! The same definition as an export and as a custom resource: the same findings, the same V4. Both say what the resource
//! definition would fill in; a resource that leaves it out gives the same V4, too.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;

use std::collections::BTreeMap;

use common::as_resource::{STYLES, Tree, resource, spec_of};
use common::compare::{canonical, differences, v4};
use common::inputs::{Input, entries, examples, files, fixtures_folder};
use serde_json::{Map, Value};
use v4ward_migration::target::Target;
use v4ward_migration::{Analysis, Options, analyse};
use v4ward_syntax::{Document, Node};

/// Rules about what only one of the two forms can say or be asked.
const OF_ONE_FORM: &[&str] = &[
    // Missing, of another type and unknown for the cluster, which an export never meets.
    "missing-required",
    "wrong-type",
    "unknown-property",
    // The server skips an element that is no object; for the cluster it is one of another type.
    "unreadable-part",
    // A resource names groups and members, which its V4 resource can name, too. An export has what they are called on the
    // server that wrote it.
    "groups-not-portable",
    "members-not-portable",
    // An export does not say whether the API is started, nor its name in a cluster.
    "resource-started-without-plan",
    // What only a resource says, and what its operator fills in.
    "import-cannot-hold",
];

/// Files about what the forms cannot both say.
const NOT_COMPARABLE: &[&str] = &[
    // Of two pages that are the same a server keeps one, while in a resource their keys tell them apart.
    "unreadable-part/pages-and-metadata",
    // Values of another type are none in an export; the cluster refuses the resource, for which defaults then hold.
    "wrong-type/beside-the-definition",
    // What the operator fills in of a resource is a text like any other in an export.
    "policy-configuration-invalid/brackets-in-an-export",
];

/// What the resource definition fills in where a resource says nothing (FORMATS §1.3), of what an export can say too.
/// `*` is each element or member.
const DEFAULTS: &[(&str, &str)] = &[
    ("/execution_mode", "\"v4-emulation-engine\""),
    ("/flow_mode", "\"DEFAULT\""),
    ("/gravitee", "\"2.0.0\""),
    ("/visibility", "\"PRIVATE\""),
    ("/flows/*/enabled", "true"),
    ("/flows/*/path-operator/operator", "\"STARTS_WITH\""),
    ("/flows/*/pre/*/enabled", "true"),
    ("/flows/*/post/*/enabled", "true"),
    ("/pages/*/homepage", "false"),
    ("/pages/*/published", "false"),
    ("/pages/*/visibility", "\"PUBLIC\""),
    ("/plans/*/status", "\"PUBLISHED\""),
    ("/plans/*/type", "\"API\""),
    ("/plans/*/validation", "\"AUTO\""),
    ("/plans/*/flows/*/enabled", "true"),
    ("/plans/*/flows/*/path-operator/operator", "\"STARTS_WITH\""),
    ("/plans/*/flows/*/pre/*/enabled", "true"),
    ("/plans/*/flows/*/post/*/enabled", "true"),
    ("/proxy/cors/runPolicies", "false"),
    ("/proxy/groups/*/endpoints/*/healthcheck/enabled", "false"),
    ("/proxy/groups/*/endpoints/*/healthcheck/inherit", "false"),
    ("/proxy/groups/*/endpoints/*/http/clearTextUpgrade", "true"),
    ("/proxy/groups/*/endpoints/*/http/followRedirects", "false"),
    ("/proxy/groups/*/endpoints/*/http/keepAlive", "true"),
    ("/proxy/groups/*/endpoints/*/http/keepAliveTimeout", "30000"),
    ("/proxy/groups/*/endpoints/*/http/pipelining", "false"),
    ("/proxy/groups/*/endpoints/*/http/propagateClientAcceptEncoding", "false"),
    ("/proxy/groups/*/endpoints/*/http/useCompression", "false"),
    ("/proxy/groups/*/endpoints/*/http/version", "\"HTTP_1_1\""),
    ("/proxy/groups/*/endpoints/*/proxy/enabled", "false"),
    ("/proxy/groups/*/endpoints/*/proxy/useSystemProxy", "false"),
    ("/proxy/groups/*/endpoints/*/ssl/hostnameVerifier", "true"),
    ("/proxy/groups/*/endpoints/*/ssl/trustAll", "false"),
    ("/proxy/groups/*/http/clearTextUpgrade", "true"),
    ("/proxy/groups/*/http/followRedirects", "false"),
    ("/proxy/groups/*/http/keepAlive", "true"),
    ("/proxy/groups/*/http/keepAliveTimeout", "30000"),
    ("/proxy/groups/*/http/pipelining", "false"),
    ("/proxy/groups/*/http/propagateClientAcceptEncoding", "false"),
    ("/proxy/groups/*/http/useCompression", "false"),
    ("/proxy/groups/*/http/version", "\"HTTP_1_1\""),
    ("/proxy/groups/*/proxy/enabled", "false"),
    ("/proxy/groups/*/proxy/useSystemProxy", "false"),
    ("/proxy/groups/*/services/discovery/enabled", "false"),
    ("/proxy/groups/*/services/dynamic-property/enabled", "false"),
    ("/proxy/groups/*/services/health-check/enabled", "false"),
    ("/proxy/groups/*/ssl/hostnameVerifier", "true"),
    ("/proxy/groups/*/ssl/trustAll", "false"),
    ("/resources/*/enabled", "true"),
    ("/services/discovery/enabled", "false"),
    ("/services/dynamic-property/enabled", "false"),
    ("/services/health-check/enabled", "false"),
];

/// Members that say something else in a resource, and nothing in an export.
const MEANT_OTHERWISE: &[&str] = &["state", "lifecycle_state", "definition_context"];

fn fill(tree: &mut Tree, path: &str, default: &str) {
    let (step, rest) = path[1..].split_once('/').map_or((&path[1..], None), |(step, _)| (step, path[1..].find('/')));
    let rest = rest.map(|at| &path[1 + at..]);
    match (step, rest, tree) {
        ("*", Some(rest), Tree::List(items)) => items.iter_mut().for_each(|item| fill(item, rest, default)),
        ("*", Some(rest), Tree::Object(members)) => {
            members.iter_mut().for_each(|(_, value)| fill(value, rest, default))
        }
        (step, Some(rest), tree) => {
            if let Some(value) = tree.get_mut(step) {
                fill(value, rest, default);
            }
        }
        (step, None, Tree::Object(members)) => {
            // The cluster fills in for `null`, too.
            let is_null = |value: &Tree| *value == Tree::Scalar("null".to_owned());
            members.retain(|(key, value)| key != step || !is_null(value));
            if members.iter().all(|(key, _)| key != step) {
                let value = match serde_json::from_str(default).unwrap() {
                    Value::String(text) => Tree::Text(text),
                    other => Tree::Scalar(other.to_string()),
                };
                members.push((step.to_owned(), value));
            }
        }
        _ => {}
    }
}

/// A node without what the cluster takes out.
fn unpruned(node: Node<'_>, pruned: &[Node<'_>]) -> Tree {
    match Tree::of(node) {
        Tree::Object(_) => {
            let kept = node.values().filter(|value| !pruned.contains(value));
            Tree::Object(kept.map(|value| (value.key().unwrap().into_owned(), unpruned(value, pruned))).collect())
        }
        Tree::List(_) => Tree::List(node.values().map(|value| unpruned(value, pruned)).collect()),
        scalar => scalar,
    }
}

/// One definition in its forms.
struct Forms {
    name: String,
    export: Document,
    /// With all defaults said.
    resource: Document,
    /// With none said beyond what the file says.
    terse: Document,
    /// The keys of its pages.
    pages: Vec<String>,
}

/// The forms of an export; none where it is nothing that the cluster would look into.
fn forms(input: &Input) -> Option<Forms> {
    let given = input.document();
    let too_deep = given.nodes().any(|node| node.ancestors().count() > 200);
    // A resource cannot be of V1.
    analyse(&given, &Options::default()).v2_files().next()?;
    let spec = spec_of(&given).filter(|_| !too_deep)?;
    let text = Document::parse_yaml(resource(&spec, STYLES[0]));
    let analysis = analyse(&text, &Options::default());
    let judged = analysis.v2_files().next()?;
    let pruned = judged.api.resource.as_ref().map_or(&[][..], |resource| &resource.pruned);
    let mut spec = unpruned(text.resolve("/spec")?, pruned);
    if let Tree::Object(members) = &mut spec {
        members.retain(|(key, _)| !MEANT_OTHERWISE.contains(&key.as_str()));
    }
    let terse = Document::parse_yaml(resource(&spec, STYLES[0]));
    DEFAULTS.iter().for_each(|(path, default)| fill(&mut spec, path, default));
    let resource = Document::parse_yaml(resource(&spec, STYLES[0]));
    let mut pages = Vec::new();
    if let Some(map) = spec.get_mut("pages")
        && let Tree::Object(members) = &map
    {
        pages = members.iter().map(|(key, _)| key.clone()).collect();
        *map = Tree::List(members.iter().map(|(_, page)| page.clone()).collect());
    }
    let export = Document::parse_json(spec.json());
    let rule = input.path.parent()?.file_name()?.to_string_lossy().into_owned();
    let name = format!("{rule}/{}", input.case());
    (!NOT_COMPARABLE.contains(&name.as_str())).then_some(Forms { name, export, resource, terse, pages })
}

fn inputs() -> impl Iterator<Item = Input> {
    let folders = entries(&fixtures_folder()).into_iter().flat_map(|group| entries(&group));
    folders.flat_map(|folder| files(&folder, ".json")).chain(examples())
}

/// What is found and where, as in a resource.
fn found(analysis: &Analysis<'_>, forms: &Forms) -> Vec<String> {
    let told = analysis.findings.iter().filter(|finding| !OF_ONE_FORM.contains(&finding.declaration().id));
    let mut found: Vec<String> = told
        .map(|finding| {
            let pointer = finding.pointer().unwrap_or_default();
            let mut place = pointer.strip_prefix("/spec").unwrap_or(&pointer).to_owned();
            if let Some(rest) = place.strip_prefix("/pages/") {
                let (page, rest) =
                    rest.split_once('/').map_or((rest, String::new()), |(p, rest)| (p, format!("/{rest}")));
                let key = page.parse().ok().and_then(|at: usize| forms.pages.get(at)).map_or(page, String::as_str);
                place = format!("/pages/{key}{rest}");
            }
            let subject = finding.subject.as_deref().unwrap_or_default();
            format!("{} {:?} {:?} {place} {subject}", finding.declaration().id, finding.severity, finding.apim)
        })
        .collect();
    found.sort();
    found
}

/// Without what is of one form only.
fn comparable(mut v4: Value) -> Value {
    if let Some(pages) = v4.get_mut("pages").and_then(Value::as_array_mut) {
        // In a resource a page without an id has one by its key.
        let names = pages.iter().filter_map(|page| Some((page.get("id")?.clone(), page["name"].clone())));
        let names: BTreeMap<String, Value> =
            names.filter_map(|(id, name)| Some((id.as_str()?.to_owned(), name))).collect();
        for page in pages.iter_mut().filter_map(Value::as_object_mut) {
            page.remove("id");
            if let Some(parent) = page.get_mut("parentId") {
                *parent = parent.as_str().and_then(|id| names.get(id)).cloned().unwrap_or(Value::Null);
            }
        }
    }
    // An export names no resource.
    if let Some(metadata) = v4.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("name");
        metadata.remove("namespace");
    }
    if let Some(spec) = v4.get_mut("spec").and_then(Value::as_object_mut) {
        comparable_spec(spec);
    }
    // Nothing is the same as `false` there.
    for listeners in ["/api/listeners", "/spec/listeners"] {
        for listener in v4.pointer_mut(listeners).and_then(Value::as_array_mut).into_iter().flatten() {
            let cors = listener.get_mut("cors").and_then(Value::as_object_mut);
            if let Some(cors) = cors.filter(|cors| cors.get("runPolicies") == Some(&Value::Bool(false))) {
                cors.remove("runPolicies");
            }
        }
    }
    canonical(v4).unwrap()
}

fn comparable_spec(spec: &mut Map<String, Value>) {
    // Kept when they come from a resource; see the rules about them.
    spec.remove("members");
    spec.remove("groups");
    for plan in spec.get_mut("plans").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
        plan.as_object_mut().and_then(|plan| plan.remove("excludedGroups"));
    }
    // The keys of a resource's pages stay; those of an export are made of their names.
    let Some(Value::Object(pages)) = spec.remove("pages") else { return };
    let names: BTreeMap<String, Value> = pages.iter().map(|(key, page)| (key.clone(), page["name"].clone())).collect();
    let mut list: Vec<Value> = pages.into_iter().map(|(_, page)| page).collect();
    for page in list.iter_mut().filter_map(Value::as_object_mut) {
        // They name groups.
        page.get_mut("accessControls").and_then(Value::as_array_mut).map(Vec::clear);
        if let Some(parent) = page.get_mut("parent") {
            *parent = parent.as_str().and_then(|key| names.get(key)).cloned().unwrap_or(Value::Null);
        }
        // The defaults of the resource definition of V4.
        for (key, default) in
            [("visibility", Value::from("PUBLIC")), ("homepage", false.into()), ("published", false.into())]
        {
            page.entry(key).or_insert(default);
        }
    }
    list.sort_by_key(Value::to_string);
    spec.insert("pages".to_owned(), list.into());
}

fn compare(forms: &Forms, target: Target) -> Vec<String> {
    let options = Options { target: Some(target), ..Options::default() };
    let [export, resource, terse] =
        [&forms.export, &forms.resource, &forms.terse].map(|document| analyse(document, &options));
    let mut out = Vec::new();
    if [&export, &resource, &terse].iter().any(|analysis| analysis.v2_files().next().is_none()) {
        if export.v2_files().next().is_some() != resource.v2_files().next().is_some() {
            out.push("a definition in one form only".to_owned());
        }
        return out;
    }
    let (a, b) = (found(&resource, forms), found(&export, forms));
    out.extend(
        a.iter().filter(|finding| !b.contains(finding)).map(|finding| format!("{finding}: of the resource only")),
    );
    out.extend(b.iter().filter(|finding| !a.contains(finding)).map(|finding| format!("{finding}: of the export only")));
    if a.len() != b.len() && out.is_empty() {
        out.push(format!("{a:?} of the resource, {b:?} of the export"));
    }
    let [of_export, of_resource, of_terse] =
        [&export, &resource, &terse].map(|analysis| comparable(v4(analysis, target)));
    differences("", ("resource", &of_resource), ("export", &of_export), &mut out);
    differences("", ("terse resource", &of_terse), ("resource", &of_resource), &mut out);
    out
}

fn assert_same(target: Target) {
    let (mut texts, mut differing) = (0, Vec::new());
    for forms in inputs().filter_map(|input| forms(&input)) {
        texts += 1;
        differing.extend(compare(&forms, target).into_iter().map(|line| format!("{}: {line}", forms.name)));
    }
    assert!(texts > 150, "only {texts} definitions");
    assert!(differing.is_empty(), "{} differences in {texts} texts\n{}", differing.len(), differing.join("\n"));
}

#[test]
fn both_forms_give_the_same_import() {
    assert_same(Target::ImportJson);
}

#[test]
fn both_forms_give_the_same_resource() {
    assert_same(Target::Resource);
}
