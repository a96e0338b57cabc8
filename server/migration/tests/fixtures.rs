//! The fixtures of the rules: `tests/fixtures/<group>/<rule-id>/<case>.json` (or `.yaml`), each with its snapshot `<case>.snap`
//! beside it. The laws that hold for findings and fixes are checked on all of them, and on the conformance inputs.
//!
//! A new fixture is a new file; `INSTA_UPDATE=always cargo test -p v4ward-migration --test fixtures` writes its
//! snapshot, which is then read and committed.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;

use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use common::inputs::{Input, conformance, entries, files, fixtures_folder};
use common::{laws, show};
use v4ward_migration::analyse;
use v4ward_migration::rules::{self, RULES};

/// The folders of rules, with the names of group and rule.
fn folders() -> Vec<(String, String, PathBuf)> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let groups = entries(&fixtures_folder()).into_iter().filter(|path| path.is_dir());
    groups
        .flat_map(|group| entries(&group).into_iter().map(move |rule| (name(&group), name(&rule), rule)))
        .filter(|(_, _, folder)| folder.is_dir())
        .collect()
}

fn fixtures() -> impl Iterator<Item = Input> {
    folders().into_iter().flat_map(|(_, _, folder)| inputs(&folder))
}

/// The fixtures of a rule in all formats.
fn inputs(folder: &Path) -> Vec<Input> {
    [".json", ".yaml"].into_iter().flat_map(|ending| files(folder, ending)).collect()
}

/// How many findings of this rule a text has.
fn count(rule: &str, input: &Input) -> usize {
    let document = input.document();
    let analysis = analyse(&document, &input.options());
    analysis.findings.iter().filter(|finding| finding.declaration().id == rule).count()
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

fn law_breakers(inputs: impl Iterator<Item = Input>) -> Vec<String> {
    inputs
        .flat_map(|input| laws::broken(&input).into_iter().map(move |law| format!("{}: {law}", input.path.display())))
        .collect()
}

#[test]
fn snapshots_are_as_they_were() {
    let mut differing = Vec::new();
    for input in fixtures() {
        let name = input.path.file_name().unwrap().to_string_lossy().into_owned();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(input.path.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let compare = || insta::assert_snapshot!(input.case(), show::report(&name, &input));
        // One difference must not hide the others.
        if panic::catch_unwind(AssertUnwindSafe(|| settings.bind(compare))).is_err() {
            differing.push(input.path.display().to_string());
        }
    }
    assert_none(&differing);
}

#[test]
fn fixtures_keep_the_laws() {
    assert_none(&law_breakers(fixtures()));
}

#[test]
fn conformance_inputs_keep_the_laws() {
    assert_none(&law_breakers(conformance().into_iter()));
}

#[test]
fn folders_have_the_names_of_rules() {
    let misnamed = folders().into_iter().filter_map(|(group, id, _)| match rules::find(&id) {
        None => Some(format!("{group}/{id}: there is no such rule")),
        Some(rule) if rule.declaration().group.name() != group => {
            Some(format!("{group}/{id}: the rule is of group {}", rule.declaration().group.name()))
        }
        Some(_) => None,
    });
    assert_none(&misnamed.collect::<Vec<_>>());
}

#[test]
fn every_snapshot_has_its_fixture() {
    let snapshots = folders().into_iter().flat_map(|(_, _, folder)| files(&folder, ".snap"));
    let orphans = snapshots.filter(|snapshot| {
        let exists = |ending: &str| snapshot.path.with_extension(ending).exists();
        !exists("json") && !exists("yaml")
    });
    assert_none(&orphans.map(|orphan| orphan.path.display().to_string()).collect::<Vec<_>>());
}

/// The plain case and the edges have the finding; files named `near-…` nearly have it.
#[test]
fn every_rule_has_the_plain_case_an_edge_and_a_near_miss() {
    let mut missing = Vec::new();
    for rule in RULES {
        let (id, group) = (rule.declaration().id, rule.declaration().group.name());
        let (near, cases): (Vec<Input>, Vec<Input>) =
            inputs(&fixtures_folder().join(group).join(id)).into_iter().partition(Input::is_near_miss);
        if cases.len() < 2 {
            missing.push(format!(
                "{group}/{id}: {} files with a finding, wanted are the plain case and an edge",
                cases.len()
            ));
        }
        if near.is_empty() {
            missing.push(format!("{group}/{id}: no near miss"));
        }
        let misnamed = near.iter().chain(&cases).filter(|input| (count(id, input) > 0) == input.is_near_miss());
        missing.extend(misnamed.map(|input| match input.is_near_miss() {
            true => format!("{group}/{id}: {} has a finding and so is no near miss", input.case()),
            false => format!("{group}/{id}: {} has no finding: name it near-… if it nearly has", input.case()),
        }));
    }
    assert_none(&missing);
}
