//! The rules about V4 files: their examples, their fixtures (`tests/v4_fixtures/<rule-id>/<case>.json` or `.yaml`, each
//! with its snapshot beside it), the laws of their fixes, and what they say of the files that we write and of those that
//! APIM's own migration makes.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use common::inputs::{self, Input, entries, files};
use serde_json::Value;
use v4ward_migration::fixes::{Applicability, Fix};
use v4ward_migration::migrate::{FixLevel, Request, migrate};
use v4ward_migration::v4::rule::{Finding, RULES, Rule, find};
use v4ward_migration::v4::verify;
use v4ward_migration::{Options, Severity, analyse, rules};
use v4ward_syntax::Document;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/v4_fixtures")
}

/// The fixtures of a rule in both formats.
fn inputs(rule: &str) -> Vec<Input> {
    [".json", ".yaml"].into_iter().flat_map(|ending| files(&folder().join(rule), ending)).collect()
}

fn fixtures() -> impl Iterator<Item = (&'static str, Input)> {
    RULES.iter().map(|rule| rule.declaration().id).flat_map(|id| inputs(id).into_iter().map(move |input| (id, input)))
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

fn told(finding: &Finding<'_>) -> String {
    format!("{} at {}", finding.declaration().id, finding.pointer().unwrap_or_default())
}

// --- Fixtures ---

/// Everything that is said of a text.
fn report(document: &Document) -> String {
    let mut out = String::new();
    for finding in verify(document, &Options::default()).findings {
        let message = finding.message();
        let place = document.slice(finding.place.span());
        let _ = writeln!(out, "{}[{}]: {}", finding.severity, finding.declaration().id, message.what);
        let _ = writeln!(out, "  at {} {place}", finding.pointer().unwrap_or_default());
        if !message.help.is_empty() {
            let _ = writeln!(out, "  help: {}", message.help);
        }
        for (node, what) in finding.related() {
            let _ = writeln!(out, "  {what}: {}", node.pointer());
        }
        for fix in finding.fixes() {
            write_fix(&mut out, document, &fix);
        }
        out.push('\n');
    }
    if out.is_empty() { "nothing\n".to_owned() } else { out }
}

fn write_fix(out: &mut String, document: &Document, fix: &Fix) {
    let safety = if fix.applicability == Applicability::Safe { "safe" } else { "unsafe" };
    let _ = writeln!(out, "  fix ({safety}): {}", fix.title);
    let applied = fix.apply(document).unwrap();
    let diff = similar::TextDiff::from_lines(document.text(), applied.document.text());
    for line in diff.unified_diff().context_radius(1).to_string().lines() {
        let _ = writeln!(out, "{}", format!("    {line}").trim_end());
    }
}

#[test]
fn snapshots_are_as_they_were() {
    let mut differing = Vec::new();
    for (_, input) in fixtures() {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(input.path.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let compare = || insta::assert_snapshot!(input.case(), report(&input.document()));
        // One difference must not hide the others.
        if panic::catch_unwind(AssertUnwindSafe(|| settings.bind(compare))).is_err() {
            differing.push(input.path.display().to_string());
        }
    }
    assert_none(&differing);
}

#[test]
fn every_rule_has_the_plain_case_an_edge_and_a_near_miss() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let id = rule.declaration().id;
        let inputs = inputs(id);
        let finds = |input: &Input| {
            verify(&input.document(), &Options::default()).findings.iter().any(|finding| finding.declaration().id == id)
        };
        let (near, plain): (Vec<&Input>, Vec<&Input>) = inputs.iter().partition(|input| input.is_near_miss());
        if near.is_empty() || plain.len() < 2 {
            wrong.push(format!("{id}: two cases and a near miss are wanted"));
        }
        wrong.extend(near.iter().filter(|it| finds(it)).map(|it| format!("{id}: {} has a finding", it.case())));
        wrong.extend(plain.iter().filter(|it| !finds(it)).map(|it| format!("{id}: {} has none", it.case())));
    }
    assert_none(&wrong);
}

#[test]
fn folders_have_the_names_of_rules_and_every_snapshot_has_its_fixture() {
    let mut wrong = Vec::new();
    for folder in entries(&folder()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if find(&name).is_none() {
            wrong.push(format!("{name}: there is no such rule"));
        }
        let is_orphan = |it: &Input| !["json", "yaml"].iter().any(|ending| it.path.with_extension(ending).exists());
        wrong.extend(files(&folder, ".snap").iter().filter(|it| is_orphan(it)).map(|it| it.path.display().to_string()));
    }
    assert_none(&wrong);
}

// --- Laws ---

/// The laws that a text breaks.
fn broken(document: &Document) -> Vec<String> {
    let before = verify(document, &Options::default()).findings;
    let mut broken = Vec::new();
    for finding in &before {
        let mut say = |law: String| broken.push(format!("{}: {law}", told(finding)));
        if finding.message().what.trim().is_empty() {
            say("no message".to_owned());
        }
        for fix in finding.rule.fixes(finding) {
            match fix.apply(document) {
                Ok(applied) => check_fix(&before, finding, &fix, &applied.document, &mut say),
                Err(error) => say(format!("\"{}\" cannot be made: {error}", fix.title)),
            }
        }
    }
    broken
}

/// A fix removes its finding, leaves a text that reads no worse, and adds no finding when it is safe.
fn check_fix(before: &[Finding<'_>], finding: &Finding<'_>, fix: &Fix, fixed: &Document, say: &mut dyn FnMut(String)) {
    let id = finding.declaration().id;
    let of_rule = |findings: &[Finding<'_>]| findings.iter().filter(|it| it.declaration().id == id).count();
    let after = verify(fixed, &Options::default()).findings;
    if !fixed.errors().is_empty() {
        say(format!("\"{}\" spoils the text", fix.title));
    }
    if of_rule(&after) >= of_rule(before) {
        say(format!("\"{}\" leaves the finding", fix.title));
    }
    if fix.applicability == Applicability::Safe && after.len() >= before.len() {
        say(format!("\"{}\" adds a finding", fix.title));
    }
}

#[test]
fn fixtures_keep_the_laws() {
    let broken = fixtures().flat_map(|(id, input)| {
        let case = input.case();
        broken(&input.document()).into_iter().map(move |law| format!("{id}/{case}: {law}"))
    });
    assert_none(&broken.collect::<Vec<_>>());
}

// --- Examples ---

fn each(check: impl Fn(&dyn Rule) -> Result<(), String>) {
    let failures = RULES.iter().filter_map(|rule| {
        let id = rule.declaration().id;
        check(*rule).err().map(|error| format!("{id}: {error}"))
    });
    assert_none(&failures.collect::<Vec<_>>());
}

#[test]
fn bad_examples_give_exactly_this_finding_and_good_ones_none() {
    each(|rule| {
        let declaration = rule.declaration();
        let found = |example: &v4ward_migration::v4::rule::Example| {
            verify(&example.document(), &Options::default()).findings.iter().map(told).collect::<Vec<_>>()
        };
        let (bad, good) = (found(&declaration.bad), found(&declaration.good));
        let is_own = bad.len() == 1 && bad[0].starts_with(&format!("{} at ", declaration.id));
        if is_own && good.is_empty() { Ok(()) } else { Err(format!("{bad:?}, then {good:?}")) }
    });
}

#[test]
fn every_rule_says_enough() {
    each(|rule| {
        let declaration = rule.declaration();
        let texts = [declaration.summary, declaration.explanation, declaration.source];
        let of_rule = |finding: &Finding<'_>| finding.declaration().id == declaration.id;
        let fixes = |finding: &Finding<'_>| of_rule(finding) && !finding.fixes().is_empty();
        let has_fix = inputs(declaration.id)
            .iter()
            .any(|input| verify(&input.document(), &Options::default()).findings.iter().any(fixes));
        if texts.iter().any(|text| text.trim().is_empty()) || !declaration.id.starts_with("v4-") {
            return Err("id or texts are not as they should be".to_owned());
        }
        if has_fix == declaration.fix_safety.is_empty() {
            return Err("fix_safety must be there exactly when there is a fix".to_owned());
        }
        Ok(())
    });
}

// --- The conformance kit ---

fn errors(document: &Document) -> BTreeSet<&'static str> {
    let errors = verify(document, &Options::default())
        .findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.declaration().id).collect()
}

/// What V4 refuses, with the rule that tells of it in the V2 file.
const TOLD_BY: &[(&str, &str)] = &[
    ("v4-path-parameters-ambiguous", "path-parameters-ambiguous"),
    ("v4-path-repeated", "listener-path-duplicate"),
    ("v4-plan-tags-outside-api", "plan-tags-outside-api"),
    ("v4-resource-path-taken", "resource-path-taken"),
    ("v4-selector-wildcard", "flow-path-wildcard"),
];

/// What we write passes, but for places that an error on the V2 text told of.
#[test]
fn what_is_migrated_passes_unless_an_error_told_of_it() {
    let mut wrong = Vec::new();
    let groups = inputs::entries(&inputs::fixtures_folder()).into_iter().filter(|group| group.is_dir());
    let rules_of = groups.flat_map(|group| inputs::entries(&group)).filter(|rule| rule.is_dir());
    let fixtures =
        rules_of.flat_map(|rule| [".json", ".yaml"].into_iter().flat_map(move |ending| inputs::files(&rule, ending)));
    for input in inputs::conformance().into_iter().chain(inputs::resources()).chain(fixtures) {
        let (document, options) = (input.document(), input.options());
        let migration = migrate(&document, &options, &Request { fixes: FixLevel::Safe, force: true });
        let Ok(output) = &migration.result else { continue };
        let mut found = errors(&Document::parse(output.text.as_str(), output.target.format()));
        let said: BTreeSet<&str> =
            analyse(&document, &options).findings.iter().map(|finding| finding.declaration().id).collect();
        found.retain(|rule| {
            let told_by = TOLD_BY.iter().find(|(v4, _)| v4 == rule).map(|(_, v2)| v2);
            // A rule that v4ward does not have tells of nothing.
            !told_by.is_some_and(|v2| said.contains(v2) || rules::find(v2).is_none())
        });
        if !found.is_empty() && migration.errors == 0 {
            wrong.push(format!("{}: {found:?}; the V2 file has {said:?}", input.case()));
        }
    }
    assert_none(&wrong);
}

/// What is wrong in what APIM's own migration makes: rule, place, and why that is so.
const OF_VENDOR: &[(&str, &str, &str)] = &[
    ("v4-endpoint-group-empty", "/endpoints", "endpoint-group-empty tells of it"),
    ("v4-list-too-short", "/api/endpointGroups", "missing-required tells of an API without groups"),
    ("v4-plan-tags-outside-api", "/tags", "plan-tags-outside-api tells of it"),
    ("v4-policy-configuration", "/configuration", "policy-configuration-invalid tells of each, see below"),
    ("v4-schema", "/configuration/target", "endpoint-target-whitespace tells of it"),
    ("v4-schema", "/dynamicProperty/configuration", "D23: dynamic properties without a schedule"),
    ("v4-schema", "/failover/slowCallDuration", "D08: a time limit that V4 does not take"),
    ("v4-schema", "/request/*/configuration", "D24: a configuration that is no object"),
    ("v4-schema", "/security/configuration", "D24: a configuration that is no object"),
    ("v4-schema", "/selectors/*/methods/*", "D27: the method OTHER"),
    ("v4-schema", "/services/discovery/configuration/", "D13: flat keys of TLS"),
    ("v4-schema", "/services/healthCheck/configuration", "D21: a health check without a step"),
    ("v4-schema", "/sharedConfiguration/proxy", "D09: a form of proxy that V4 does not have"),
    ("v4-schema", "/sharedConfiguration/ssl/", "D10: stores copied as they are"),
    ("v4-schema", "/sharedConfigurationOverride", "D03: the whole V2 endpoint"),
    ("v4-selector-incomplete", "/path", "D11: an empty path"),
];

#[test]
fn what_the_vendor_writes_fails_for_known_reasons_only() {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for input in inputs::answers() {
        let answer: Value = serde_json::from_str(&input.text).unwrap();
        if let Some(v4) = answer.get("v4").filter(|v4| v4.is_object()) {
            let document = Document::parse_json(v4.to_string());
            for finding in verify(&document, &Options::default())
                .findings
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
            {
                let (rule, place) = (finding.declaration().id, general(&finding.pointer().unwrap_or_default()));
                match OF_VENDOR.iter().position(|(known, at, _)| *known == rule && place.contains(at)) {
                    Some(reason) => drop(used.insert(reason)),
                    None => wrong.push(format!("{}: {rule} at {place}: {}", input.case(), finding.message().what)),
                }
            }
        }
    }
    assert_none(&wrong);
    let has_kit = inputs::answers().next().is_some();
    assert!(!has_kit || used.len() == OF_VENDOR.len(), "some reasons are not needed: {used:?}");
}

/// APIM's own migration copies configurations as they are: what V4 refuses of them, the V2 file tells of.
#[test]
fn configurations_that_the_vendor_copies_are_told_of_in_the_v2_file() {
    let mut wrong = Vec::new();
    let options = Options::default();
    for input in inputs::answers() {
        let answer: Value = serde_json::from_str(&input.text).unwrap();
        let Some(v4) = answer.get("v4").filter(|v4| v4.is_object()) else { continue };
        let document = Document::parse_json(v4.to_string());
        let findings = verify(&document, &options).findings;
        let refused = findings
            .iter()
            .filter(|it| it.severity == Severity::Error && it.declaration().id == "v4-policy-configuration")
            .count();
        let question = [".v2.json", ".v2.yaml"].iter().find_map(|ending| {
            let path = PathBuf::from(input.path.to_string_lossy().replace(".expected.json", ending));
            let text = fs::read_to_string(&path).ok()?;
            Some(Input { path, text }.document())
        });
        let told = question.map_or(0, |v2| {
            let findings = analyse(&v2, &options).findings;
            findings
                .iter()
                .filter(|it| it.severity == Severity::Error && it.declaration().id == "policy-configuration-invalid")
                .count()
        });
        if refused > told {
            wrong.push(format!("{}: {refused} in V4, {told} in V2", input.case()));
        }
    }
    assert_none(&wrong);
}

/// A pointer with a star for each number.
fn general(pointer: &str) -> String {
    let part = |part: &str| if part.parse::<usize>().is_ok() { "*".to_owned() } else { part.to_owned() };
    pointer.split('/').map(part).collect::<Vec<_>>().join("/")
}
