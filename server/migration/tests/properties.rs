//! What must hold for any text: no panic, words for every finding, no secret in them, the same answer twice.
//!
//! `V4WARD_CASES` says how many cases each property gets (2,000 when it is not set; a nightly run sets 100,000).

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;
#[path = "properties/mutation.rs"]
mod mutation;
#[path = "properties/secrets.rs"]
mod secrets;
#[path = "properties/words.rs"]
mod words;

use std::sync::LazyLock;

use mutation::{Mutation, mutate};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use v4ward_benches::{Profile, definition};
use v4ward_migration::fixes::{Selection, converge};
use v4ward_migration::record::UNACCOUNTED;
use v4ward_migration::{Analysis, FixLevel, Options, Refusal, Request, analyse, migrate, recognise};
use v4ward_syntax::Document;

const CASES: u32 = 2_000;

/// The configuration of a property whose cases cost so many times more than the cheap ones.
fn config(cost: u32) -> ProptestConfig {
    let cases = std::env::var("V4WARD_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    ProptestConfig {
        cases: (cases / cost).max(1),
        max_shrink_iters: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Files as people have them.
static FILES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let inputs = common::inputs::examples().into_iter().chain(common::inputs::conformance());
    inputs.map(|input| input.text).collect()
});

/// Everything that can be asked of a text, asked.
fn exercise(text: &str) -> Result<(), TestCaseError> {
    let document = Document::parse_json(text);
    let options = Options::default();
    let _ = recognise(&document);
    let analysis = analyse(&document, &options);
    prop_assert_eq!(told(&analysis)?, told(&analyse(&document, &options))?);
    for finding in &analysis.findings {
        for fix in finding.rule.fixes(finding) {
            let _ = fix.apply(&document);
        }
    }
    for needs_decision in [false, true] {
        let _ = converge(&document, &analysis, &options, &Selection { needs_decision, rules: None });
    }
    prop_assert_eq!(document.text(), text);
    Ok(())
}

/// The findings as they are told to a person.
fn told(analysis: &Analysis<'_>) -> Result<Vec<String>, TestCaseError> {
    let mut told = Vec::new();
    for finding in &analysis.findings {
        let message = finding.message();
        prop_assert!(!message.what.trim().is_empty(), "{:?} has no message", finding);
        prop_assert!(!message.help.trim().is_empty(), "{:?} has no help", finding);
        let titles: Vec<String> = finding.rule.fixes(finding).into_iter().map(|fix| fix.title).collect();
        let subject = finding.subject.as_deref().unwrap_or_default();
        let severity = finding.severity;
        told.push(format!("{finding:?} {severity} {subject} {} {} {titles:?}", message.what, message.help));
    }
    Ok(told)
}

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    vec(mutation::any(), 1..6)
}

fn profile() -> impl Strategy<Value = Profile> {
    (select(vec!["clean", "mixed", "legacy"]), 1_000..8_000_usize)
        .prop_map(|(name, bytes)| Profile::named(name).unwrap().with_bytes(bytes))
}

/// Whatever a file is like: a V4 text that is valid or whose faults are announced, with a complete record, or none.
fn migrates_or_says_why(text: &str) -> Result<(), TestCaseError> {
    for fixes in [FixLevel::None, FixLevel::Safe, FixLevel::All] {
        let document = Document::parse_json(text);
        let migration = migrate(&document, &Options::default(), &Request { fixes, force: true });
        prop_assert!(migration.verdict <= migration.verdict_before || fixes == FixLevel::All, "worse after safe fixes");
        match migration.result {
            Err(Refusal::Bug(failures)) => prop_assert!(false, "{failures:?} with {fixes:?} of {text}"),
            Err(_) => {}
            Ok(output) => {
                let leaves = document.nodes().filter(|node| node.is_leaf()).map(|node| node.id());
                prop_assert!(leaves.eq(output.record.leaves().map(|(leaf, _)| leaf)), "not each leaf once");
                for (leaf, rule, _) in output.record.dropped() {
                    prop_assert!(rule != UNACCOUNTED, "{:?} is forgotten in {text}", document.node(leaf));
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn any_bytes_as_text(bytes in vec(any::<u8>(), 0..300)) {
        exercise(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn any_words_of_v2_definitions(text in words::soup()) {
        exercise(&text)?;
    }

    #[test]
    fn any_definition_with_the_names_of_v2(text in words::definition()) {
        exercise(&text)?;
    }
}

proptest! {
    #![proptest_config(config(2))]

    #[test]
    fn mutated_files(file in any::<Index>(), mutations in mutations()) {
        exercise(&mutate(&FILES[file.index(FILES.len())], &mutations))?;
    }
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn files_with_odd_values_migrate_or_say_why(
        file in any::<Index>(),
        mutations in vec(mutation::of_node(), 1..4),
    ) {
        migrates_or_says_why(&mutate(&FILES[file.index(FILES.len())], &mutations))?;
    }
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn mutated_generated_definitions(seed in any::<u64>(), profile in profile(), mutations in mutations()) {
        exercise(&mutate(&definition(seed, 1, &profile), &mutations))?;
    }

    #[test]
    fn no_secret_is_told(text in secrets::planted(profile())) {
        let document = Document::parse_json(text.as_str());
        for words in told(&analyse(&document, &Options::default()))? {
            prop_assert!(!words.contains(secrets::MARK), "{}", words);
        }
    }
}

#[test]
fn the_planted_definition_is_read_and_full_of_secrets() {
    let text = secrets::plant_in(secrets::TEMPLATE);
    let document = Document::parse_json(text.as_str());
    let analysis = analyse(&document, &Options::default());
    assert!(analysis.api.is_some());
    assert!(text.matches(secrets::MARK).count() > 20, "{text}");
}
