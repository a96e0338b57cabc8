//! Fixes of custom resources: every fix of every finding keeps the laws, whatever the style of the text.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;

use std::collections::BTreeSet;
use std::path::PathBuf;

use common::as_resource::{STYLES, resource, spec_of};
use common::inputs::{Input, conformance, entries, examples, files, fixtures_folder, resources};
use common::laws;
use v4ward_migration::analyse;
use v4ward_syntax::SyntaxError;

/// No law is broken, and the inputs have fixes of so many rules at least.
fn assert_kept(least: usize, inputs: impl Iterator<Item = Input>) {
    let (mut texts, mut fixes, mut rules, mut broken) = (0, 0, BTreeSet::new(), Vec::new());
    for input in inputs {
        let document = input.document();
        assert_eq!(document.text(), input.text);
        // What the reader gives up on may be read to another point after an edit.
        let given_up = |error: &SyntaxError| error.kind.to_string().contains("levels deep");
        if document.errors().iter().any(given_up) {
            continue;
        }
        let analysis = analyse(&document, &input.options());
        for finding in &analysis.findings {
            let of_finding = finding.rule.fixes(finding).len();
            fixes += of_finding;
            if of_finding > 0 {
                rules.insert(finding.declaration().id);
            }
        }
        texts += 1;
        broken.extend(laws::broken(&input).into_iter().map(|law| format!("{}: {law}", input.path.display())));
    }
    assert!(rules.len() >= least, "{texts} texts, {fixes} fixes of {rules:?}");
    assert!(broken.is_empty(), "{} of {fixes} fixes in {texts} texts\n{}", broken.len(), broken.join("\n"));
}

/// The JSON fixtures of the rules.
fn fixtures() -> impl Iterator<Item = Input> {
    let folders = entries(&fixtures_folder()).into_iter().flat_map(|group| entries(&group));
    folders.flat_map(|folder| files(&folder, ".json"))
}

/// Exports as resources, in all styles.
fn written(exports: impl Iterator<Item = Input>) -> impl Iterator<Item = Input> {
    exports.flat_map(|export| {
        let spec = spec_of(&export.document());
        let styles = STYLES.iter().filter_map(move |style| Some((*style, spec.clone()?)));
        styles.map(move |(style, spec)| Input {
            path: PathBuf::from(format!("{}.{}.yaml", export.path.with_extension("").display(), style.name)),
            text: resource(&spec, style),
        })
    })
}

#[test]
fn fixes_of_resources_keep_the_laws() {
    assert_kept(1, resources().into_iter());
}

#[test]
fn fixes_of_fixtures_and_examples_written_as_resources_keep_the_laws() {
    assert_kept(29, written(fixtures().chain(examples())));
}

#[test]
fn fixes_of_conformance_inputs_written_as_resources_keep_the_laws() {
    assert_kept(0, written(conformance().into_iter()));
}

/// The helper writes what it was given.
#[test]
fn what_is_written_is_read_as_it_was() {
    for export in fixtures().chain(examples()).chain(conformance()) {
        let document = export.document();
        // The reader of YAML says of deeper texts that it does not read them.
        let is_too_deep = document.nodes().any(|node| node.ancestors().count() > 200);
        let Some(spec) = spec_of(&document).filter(|_| !is_too_deep) else { continue };
        for style in STYLES {
            let text = resource(&spec, *style);
            let document = v4ward_syntax::Document::parse_yaml(text.as_str());
            assert_eq!(document.errors(), [], "{}\n{text}", export.path.display());
            let read = common::crd::value_of(document.resolve("/spec").unwrap());
            let given: serde_json::Value = serde_json::from_str(&spec.json()).unwrap();
            assert_eq!(read, given, "{}\n{text}", export.path.display());
        }
    }
}
