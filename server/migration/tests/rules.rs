//! The examples of every rule's page are run: the bad one gives exactly this finding, the good one none, and the
//! first fix turns one into the other.

#![allow(clippy::unwrap_used, missing_docs)]

use v4ward_migration::rules::{Example, RULES, Rule};
use v4ward_migration::{Finding, analyse};
use v4ward_syntax::Format;

/// The rules that find something in a text, with the place.
fn findings(example: &Example) -> Vec<String> {
    let document = example.document();
    let analysis = analyse(&document, &example.options());
    let beside = example.beside();
    let findings = analysis.findings.iter().filter(|finding| !beside.contains(&finding.declaration().id));
    findings.map(|f| format!("{} at {}", f.declaration().id, f.pointer().unwrap_or_default())).collect()
}

fn data(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

fn each(check: impl Fn(&dyn Rule) -> Result<(), String>) {
    let failures: Vec<String> = RULES
        .iter()
        .filter_map(|rule| check(*rule).err().map(|error| format!("{}: {error}", rule.declaration().id)))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn bad_examples_give_exactly_this_finding() {
    each(|rule| {
        let found = findings(&rule.declaration().bad);
        let own = format!("{} at ", rule.declaration().id);
        if found.len() == 1 && found[0].starts_with(&own) { Ok(()) } else { Err(format!("{found:?}")) }
    });
}

#[test]
fn good_examples_give_none() {
    each(|rule| {
        let found = findings(&rule.declaration().good);
        if found.is_empty() { Ok(()) } else { Err(format!("{found:?}")) }
    });
}

#[test]
fn the_first_fix_turns_the_bad_example_into_the_good_one() {
    each(|rule| {
        let bad = &rule.declaration().bad;
        let document = bad.document();
        let analysis = analyse(&document, &bad.options());
        let own = |finding: &&Finding<'_>| finding.declaration().id == rule.declaration().id;
        let Some(finding) = analysis.findings.iter().find(own) else { return Ok(()) };
        let Some(fix) = rule.fixes(finding).into_iter().find(|fix| fix.changes().is_some()) else { return Ok(()) };
        let fixed = fix.apply(&document).map_err(|error| error.to_string())?;
        let good = rule.declaration().good.text();
        let same = match fixed.document.format() {
            Format::Json => data(fixed.document.text()) == data(&good),
            Format::Yaml => fixed.document.text() == good,
        };
        if same { Ok(()) } else { Err(fixed.document.text().to_owned()) }
    });
}

#[test]
fn every_rule_says_enough() {
    each(|rule| {
        let declaration = rule.declaration();
        let kebab = declaration.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let texts = [declaration.summary, declaration.explanation, declaration.source];
        let has_fix = {
            let document = declaration.bad.document();
            let analysis = analyse(&document, &declaration.bad.options());
            let own = |finding: &&Finding<'_>| finding.declaration().id == rule.declaration().id;
            analysis.findings.iter().find(own).is_some_and(|finding| !rule.fixes(finding).is_empty())
        };
        if !kebab || texts.iter().any(|text| text.trim().is_empty()) {
            return Err("id or texts are not as they should be".into());
        }
        if has_fix == declaration.fix_safety.is_empty() {
            return Err("fix_safety must be there exactly when there is a fix".into());
        }
        Ok(())
    });
}
