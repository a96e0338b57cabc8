//! Custom resources: what every written one is like.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;

use common::{crd, inputs};
use v4ward_benches::{Profile, definition};
use v4ward_migration::convert::{Notes, convert};
use v4ward_migration::migrate::trace;
use v4ward_migration::record::{Outcome, UNACCOUNTED};
use v4ward_migration::target::Target;
use v4ward_migration::{FixLevel, Options, Output, Refusal, Request, analyse, migrate, v4};
use v4ward_syntax::{Document, Node, NodeKind};

fn to(target: Target) -> Options {
    Options { target: Some(target), ..Options::default() }
}

fn resource(document: &Document) -> Option<Output> {
    trace(document, &to(Target::Resource))
}

/// The data of a tree.
fn data(node: Node<'_>) -> serde_json::Value {
    use serde_json::Value;
    match node.kind() {
        NodeKind::Null | NodeKind::Invalid => Value::Null,
        NodeKind::Bool => Value::Bool(node.as_bool().unwrap()),
        NodeKind::Number => Value::String(format!("number {}", node.scalar())),
        NodeKind::String => Value::String(format!("text {}", node.scalar())),
        NodeKind::Array => node.values().map(data).collect(),
        NodeKind::Object => {
            let members = node.values().map(|member| (member.key().unwrap().into_owned(), data(member)));
            Value::Object(members.collect())
        }
    }
}

/// The text reads without errors, every leaf of the V2 text is accounted for, and what is said of places is true.
fn check(name: &str, document: &Document, output: &Output) {
    let result = Document::parse(output.text.as_str(), output.target.format());
    assert!(result.errors().is_empty(), "{name}: {:?} in\n{}", result.errors(), output.text);
    assert!(output.text.ends_with('\n') || output.text.is_empty(), "{name}: no line ending at the end");
    // What the import forgets too stands in a part that blocks the migration.
    let import = trace(document, &to(Target::ImportJson)).filter(|_| output.target == Target::Resource);
    let forgotten: Vec<_> = import.iter().flat_map(|import| import.record.dropped()).collect();
    let places: Vec<_> = result.nodes().collect();
    for (leaf, outcome) in output.record.leaves() {
        let leaf = document.node(leaf);
        match outcome {
            Outcome::Carried { to } => {
                for link in to {
                    let place = places[link.v4 as usize];
                    let same = place.is_leaf() && place.kind() == leaf.kind();
                    let equal = leaf.is_container() || place.scalar() == leaf.scalar();
                    let is_at = same && equal || leaf.is_alias();
                    assert!(is_at, "{name}: {leaf:?} is not at {place:?} of\n{}", output.text);
                }
            }
            Outcome::Converted { to } => assert!(to.iter().all(|link| (link.v4 as usize) < places.len()), "{name}"),
            Outcome::Dropped { rule, by_fix } => {
                let is_known = forgotten.contains(&(leaf.id(), rule, by_fix));
                assert!(rule != UNACCOUNTED || is_known, "{name}: {leaf:?} is forgotten");
            }
        }
    }
    let again = trace(document, &to(output.target)).unwrap();
    assert_eq!(again.text, output.text, "{name}: two conversions differ");
}

/// Our examples, the V2 files of the conformance kit when it is there, and generated definitions, by name.
fn definitions() -> Vec<(String, Document)> {
    let files = inputs::examples().into_iter().chain(inputs::conformance());
    let files = files.map(|input| (input.path.display().to_string(), input.text));
    let profiles = [Profile::clean().with_bytes(3000), Profile::mixed().with_bytes(3000), Profile::legacy()];
    let generated = (0..60).map(|index: u64| {
        let profile = &profiles[(index % 3) as usize];
        (format!("generated {index}"), definition(7, index, profile))
    });
    files.chain(generated).map(|(name, text)| (name, Document::parse_json(text))).collect()
}

#[test]
fn every_export_becomes_a_resource_without_losing_a_leaf() {
    let mut converted = 0;
    for (name, document) in definitions() {
        let Some(output) = resource(&document) else { continue };
        converted += 1;
        check(&name, &document, &output);
    }
    assert!(converted > 100, "only {converted} results");
}

#[test]
fn every_resource_becomes_a_resource_and_an_import() {
    for input in inputs::resources() {
        let document = Document::parse_yaml(input.text.as_str());
        for target in [Target::Resource, Target::ImportJson] {
            let Some(output) = trace(&document, &to(target)) else { continue };
            check(&input.path.display().to_string(), &document, &output);
        }
    }
}

/// What migrates is a resource that the cluster takes, or has a finding.
#[test]
fn what_migrates_is_a_good_resource() {
    let exports = definitions().into_iter();
    let resources = inputs::resources().into_iter();
    let resources = resources.map(|input| (input.path.display().to_string(), Document::parse_yaml(input.text)));
    let mut good = 0;
    for (name, document) in exports.chain(resources) {
        for fixes in [FixLevel::Safe, FixLevel::All] {
            let migration = migrate(&document, &to(Target::Resource), &Request { fixes, force: true });
            match migration.result {
                Err(Refusal::Bug(failures)) => panic!("{name} with {fixes:?}: {failures:?}"),
                Err(_) => continue,
                Ok(output) => {
                    let forgotten = output.record.dropped().find(|(_, rule, _)| *rule == UNACCOUNTED);
                    assert_eq!(forgotten, None, "{name}");
                    let result = Document::parse_yaml(output.text);
                    if migration.errors == 0 {
                        good += 1;
                        for root in result.roots() {
                            assert_eq!(v4::check_resource(root), [], "{name} with {fixes:?}");
                            let pruned = crd::schema().map(|_| crd::check(&crd::value_of(root))).unwrap_or_default();
                            assert!(pruned.is_empty(), "{name} with {fixes:?}: {pruned:?}");
                        }
                    }
                }
            }
        }
    }
    assert!(good > 300, "only {good} results");
}

#[test]
fn examples_give_what_they_gave() {
    for input in inputs::examples() {
        let output = resource(&Document::parse_json(input.text.as_str())).unwrap();
        insta::with_settings!({ snapshot_path => "conversion/resource", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(input.case(), output.text);
        });
    }
}

#[test]
fn resources_give_what_they_gave() {
    for input in inputs::own_resources() {
        let document = Document::parse_yaml(input.text.as_str());
        let output = resource(&document).unwrap();
        check(&input.case(), &document, &output);
        let lost: Vec<String> = output
            .record
            .dropped()
            .map(|(leaf, rule, _)| format!("{} {rule}", document.node(leaf).pointer()))
            .collect();
        insta::with_settings!({ snapshot_path => "conversion/resource", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(input.case(), output.text);
            insta::assert_snapshot!(format!("{}.lost", input.case()), lost.join("\n"));
        });
    }
}

/// The data of a V4 tree.
fn data_of(value: &v4::Value<'_>) -> serde_json::Value {
    use v4::{Scalar, Value};
    let text = |text: &str| serde_json::Value::String(format!("text {text}"));
    match value {
        Value::Scalar(Scalar::Bool(flag), _) => (*flag).into(),
        Value::Scalar(Scalar::Integer(number), _) => format!("number {number}").into(),
        Value::Scalar(Scalar::Text(value), _) => text(value),
        Value::Scalar(Scalar::Token(node), _) | Value::Raw(node) => data(*node),
        Value::Array(items, _) => items.iter().map(data_of).collect(),
        Value::Object(object) => data_of_object(object),
        Value::Embedded(json, _) => marked(json),
    }
}

fn data_of_object(object: &v4::Object<'_>) -> serde_json::Value {
    let members: Vec<_> = object.members.iter().map(|(key, value)| (key.to_string(), data_of(value))).collect();
    let count = members.len();
    let map: serde_json::Map<_, _> = members.into_iter().collect();
    assert_eq!(map.len(), count, "a key stands twice: {object:?}");
    map.into()
}

fn marked(json: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match json {
        Value::Number(number) => format!("number {number}").into(),
        Value::String(text) => format!("text {text}").into(),
        Value::Array(items) => items.iter().map(marked).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(key, value)| (key.clone(), marked(value))).collect())
        }
        other => other.clone(),
    }
}

/// What is written reads as the tree that was written.
fn reads_as_its_tree(name: &str, document: &Document) {
    let options = to(Target::Resource);
    let analysis = analyse(document, &options);
    let files: Vec<_> = analysis.v2_files().collect();
    let conversions: Vec<_> = files.iter().map(|file| convert(&file.api, &options, Target::Resource)).collect();
    let mut notes = Notes::default();
    let objects: Vec<v4::Object<'_>> = conversions
        .into_iter()
        .map(|conversion| {
            notes.dropped.extend(conversion.notes.dropped);
            conversion.document
        })
        .collect();
    if objects.is_empty() {
        return;
    }
    let written = Target::Resource.write(&objects, document, &notes);
    let result = Document::parse_yaml(written.text.as_str());
    assert_eq!(result.errors(), [], "{name}:\n{}", written.text);
    let read: Vec<_> = result.roots().map(data).collect();
    let meant: Vec<_> = objects.iter().map(data_of_object).collect();
    // Exponents are written in lower case.
    let lower =
        |data: &[serde_json::Value]| data.iter().map(|data| data.to_string().replace('E', "e")).collect::<Vec<_>>();
    assert_eq!(lower(&read), lower(&meant), "{name}:\n{}", written.text);
    let places: Vec<_> = result.nodes().collect();
    for (item, part) in &written.origins.parts {
        assert!(places[*item as usize].is_container(), "{name}: {:?}", document.node(*part));
    }
    let of_leaves = written.origins.links.iter().filter(|link| link.same && document.node(link.v2).is_leaf());
    for link in of_leaves {
        let (v2, v4) = (document.node(link.v2), places[link.v4 as usize]);
        assert_eq!(v2.kind(), v4.kind(), "{name}: {v2:?} is not {v4:?}");
        assert!(v2.is_container() || v2.scalar() == v4.scalar(), "{name}: {v2:?} is not {v4:?}");
    }
}

#[test]
fn every_text_reads_as_the_tree_that_was_written() {
    for (name, document) in definitions() {
        reads_as_its_tree(&name, &document);
    }
    for input in inputs::resources() {
        reads_as_its_tree(&input.path.display().to_string(), &Document::parse_yaml(input.text));
    }
}

/// A V2 custom resource with the definition of an export for a `spec`, all on one line.
fn as_resource(text: &str) -> Option<String> {
    let spec: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(format!(
        "# first\napiVersion: gravitee.io/v1alpha1\nkind: ApiDefinition\nmetadata: {{name: x}}\nspec: {spec} # last\n"
    ))
}

#[test]
fn definitions_on_one_line_become_resources() {
    let mut converted = 0;
    for (name, document) in definitions() {
        let Some(text) = as_resource(document.text()) else { continue };
        let document = Document::parse_yaml(text);
        assert_eq!(document.errors(), [], "{name}");
        let Some(output) = resource(&document) else { continue };
        converted += 1;
        check(&name, &document, &output);
        reads_as_its_tree(&name, &document);
        assert!(output.text.starts_with("# first\n"), "{name}:\n{}", output.text);
        assert_eq!(output.text.matches("# last").count(), 1, "{name}:\n{}", output.text);
    }
    assert!(converted > 100, "only {converted} results");
}

/// A comment above each leaf that begins its line and one beside each that ends it, and the leaves with their comments.
fn with_comments(document: &Document) -> (String, Vec<(usize, String)>) {
    let text = document.text();
    let (mut out, mut marks, mut at) = (String::new(), Vec::new(), 0);
    for leaf in document.nodes().filter(|node| node.is_leaf() && !node.is_alias()) {
        let (start, end) = (leaf.member_span().start as usize, leaf.span().end as usize);
        let line = text[..start].rfind('\n').map_or(0, |start| start + 1);
        if line >= at && leaf.line_indent().is_some() {
            let mark = format!("# above {:04}.", leaf.id().index());
            out.push_str(&text[at..line]);
            out.push_str(&format!("{}{mark}\n", &text[line..start]));
            at = line;
            marks.push((leaf.id().index(), mark));
        }
        let rest = text[end..].lines().next().unwrap_or_default();
        if end >= at && rest.is_empty() && !leaf.text().contains('\n') && !leaf.text().is_empty() {
            let mark = format!("# beside {:04}.", leaf.id().index());
            out.push_str(&format!("{} {mark}", &text[at..end]));
            at = end;
            marks.push((leaf.id().index(), mark));
        }
    }
    out.push_str(&text[at..]);
    (out, marks)
}

#[test]
fn comments_go_where_their_keys_go() {
    let mut checked = 0;
    for input in inputs::resources() {
        let name = input.path.display().to_string();
        let plain = Document::parse_yaml(input.text.replace("\r\n", "\n"));
        if !plain.errors().is_empty() || !plain.templates().is_empty() {
            continue;
        }
        let (text, marks) = with_comments(&plain);
        let document = Document::parse_yaml(text);
        let roots = |document: &Document| document.roots().map(data).collect::<Vec<_>>();
        assert_eq!(roots(&document), roots(&plain), "{name}: the test wrote something else\n{}", document.text());
        let Some(output) = resource(&document) else { continue };
        check(&name, &document, &output);
        reads_as_its_tree(&name, &document);
        let bare = resource(&plain).unwrap();
        let written: Vec<_> = output
            .record
            .leaves()
            .filter(|(_, outcome)| !matches!(outcome, Outcome::Dropped { .. }))
            .map(|(leaf, _)| leaf.index())
            .collect();
        for (leaf, mark) in &marks {
            let count = output.text.matches(mark.as_str()).count();
            let expected = usize::from(written.contains(leaf));
            assert!(count <= 1 && count >= expected, "{name}: {mark} stands {count} times in\n{}", output.text);
            checked += count;
        }
        // Nothing else is different.
        let again = |text: &str| roots(&Document::parse_yaml(text));
        assert_eq!(again(&output.text), again(&bare.text), "{name}");
    }
    assert!(checked > 100, "only {checked} comments");
}
