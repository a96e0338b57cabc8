//! What must hold for any text: no panic, words for every finding, no secret in them, the same answer twice.
//!
//! `V4WARD_CASES` says how many cases each property gets (2,000 when it is not set; a nightly run sets 100,000).

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;
#[path = "properties/languages.rs"]
mod languages;
#[path = "properties/mutation.rs"]
mod mutation;
#[path = "properties/resources.rs"]
mod resources;
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
use v4ward_migration::assist::{self, Completion, CompletionKind, Description};
use v4ward_migration::fixes::{Selection, converge};
use v4ward_migration::migrate::trace;
use v4ward_migration::plugins::PolicySchemas;
use v4ward_migration::record::{Outcome, UNACCOUNTED};
use v4ward_migration::redact::{blank, secret_spans};
use v4ward_migration::target::Target;
use v4ward_migration::{Analysis, FixLevel, Options, Refusal, Request, analyse, migrate, recognise};
use v4ward_syntax::{Document, Node, NodeKind, Span};

const CASES: u32 = 2_000;

fn complete(document: &Document, offset: u32) -> Vec<Completion> {
    assist::complete(document, offset, &PolicySchemas::default())
}

fn describe(document: &Document, offset: u32) -> Option<Description> {
    assist::describe(document, offset, &PolicySchemas::default())
}

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
    exercise_document(&Document::parse_json(text), text)
}

fn exercise_document(document: &Document, text: &str) -> Result<(), TestCaseError> {
    let options = Options::default();
    let _ = recognise(document);
    let analysis = analyse(document, &options);
    prop_assert_eq!(told(&analysis)?, told(&analyse(document, &options))?);
    for finding in &analysis.findings {
        for fix in finding.rule.fixes(finding) {
            let _ = fix.apply(document);
        }
    }
    for needs_decision in [false, true] {
        let _ = converge(document, &analysis, &options, &Selection { needs_decision, ..Selection::default() });
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
    migrates(&Document::parse_json(text), text, &Options::default())
}

fn migrates(document: &Document, text: &str, options: &Options) -> Result<(), TestCaseError> {
    for fixes in [FixLevel::None, FixLevel::Safe, FixLevel::All] {
        let migration = migrate(document, options, &Request { fixes, force: true });
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
    assert!(analysis.api().is_some());
    assert!(text.matches(secrets::MARK).count() > 20, "{text}");
}

/// Where values go can be told of any definition; of one that migrates it is where they went.
fn traces(text: &str) -> Result<(), TestCaseError> {
    let (document, options) = (Document::parse_json(text), Options::default());
    let Some(traced) = trace(&document, &options) else { return Ok(()) };
    let leaves = document.nodes().filter(|node| node.is_leaf()).map(|node| node.id());
    prop_assert!(leaves.eq(traced.record.leaves().map(|(leaf, _)| leaf)), "not each leaf once");
    let migration = migrate(&document, &options, &Request { fixes: FixLevel::Safe, force: true });
    if let Ok(output) = migration.result {
        prop_assert_eq!(traced.text, output.text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn values_can_be_traced_whatever_blocks(file in any::<Index>(), mutations in vec(mutation::of_node(), 0..4)) {
        traces(&mutate(&FILES[file.index(FILES.len())], &mutations))?;
    }

    #[test]
    fn values_of_any_definition_can_be_traced(text in words::definition()) {
        traces(&text)?;
    }
}

/// Whatever a file is like, its V4 custom resource can be read, and tells of each leaf what the import tells or more.
fn becomes_a_resource(text: &str) -> Result<(), TestCaseError> {
    let document = Document::parse_json(text);
    let to = |target| Options { target: Some(target), ..Options::default() };
    let Some(output) = trace(&document, &to(Target::Resource)) else { return Ok(()) };
    let result = Document::parse_yaml(output.text.as_str());
    prop_assert!(result.errors().is_empty(), "{:?} in {} of {}", result.errors(), output.text, text);
    let import = trace(&document, &to(Target::ImportJson));
    let known: Vec<_> = import.iter().flat_map(|import| import.record.dropped()).collect();
    for (leaf, outcome) in output.record.leaves() {
        let leaf = document.node(leaf);
        match outcome {
            Outcome::Carried { to } => {
                for link in to {
                    let place = result.nth(link.v4 as usize);
                    let same = |place: Node<'_>| {
                        place.kind() == leaf.kind() && (leaf.is_container() || place.scalar() == leaf.scalar())
                    };
                    prop_assert!(place.is_some_and(same), "{:?} is not {:?} in {}", leaf, place, output.text);
                }
            }
            Outcome::Converted { to } => {
                prop_assert!(to.iter().all(|link| result.nth(link.v4 as usize).is_some()), "{}", output.text);
            }
            Outcome::Dropped { rule, by_fix } => {
                let is_known = rule != UNACCOUNTED || known.contains(&(leaf.id(), rule, by_fix));
                prop_assert!(is_known, "{:?} is forgotten in {}", leaf, text);
            }
        }
    }
    let again = trace(&document, &to(Target::Resource)).map(|again| again.text);
    prop_assert_eq!(Some(output.text), again);
    Ok(())
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn any_file_becomes_a_resource(file in any::<Index>(), mutations in vec(mutation::of_node(), 0..4)) {
        becomes_a_resource(&mutate(&FILES[file.index(FILES.len())], &mutations))?;
    }

    #[test]
    fn any_definition_becomes_a_resource(text in words::definition()) {
        becomes_a_resource(&text)?;
    }

    #[test]
    fn generated_definitions_become_resources(
        seed in any::<u64>(),
        profile in profile(),
        mutations in vec(mutation::of_node(), 0..4),
    ) {
        becomes_a_resource(&mutate(&definition(seed, 1, &profile), &mutations))?;
    }
}

/// Help at a place of any text: what it replaces is at the place, and it tells its words.
fn assists(text: &str, offset: u32) -> Result<(), TestCaseError> {
    let document = Document::parse_json(text);
    if let Some(description) = describe(&document, offset) {
        prop_assert!(description.span.start <= offset && offset <= description.span.end, "{:?}", description);
        prop_assert!(!description.title.is_empty() && !description.text.is_empty(), "{:?}", description);
    }
    for completion in complete(&document, offset) {
        let at = completion.replace;
        prop_assert!(at.start <= offset && offset <= at.end, "{:?} at {}", completion, offset);
        let (before, after) = (document.text().get(..at.start as usize), document.text().get(at.end as usize..));
        prop_assert!(before.is_some() && after.is_some(), "{:?} cuts a character", completion);
        prop_assert!(!completion.label.is_empty() && !completion.insert.is_empty(), "{:?}", completion);
    }
    Ok(())
}

/// The files that are valid JSON objects and have no key twice, so that pointers find everything.
static VALID: LazyLock<Vec<&'static String>> = LazyLock::new(|| {
    let is_valid = |text: &&String| {
        let document = Document::parse_json(text.as_str());
        let unique = document.nodes().all(|node| !node.is_shadowed());
        unique && document.errors().is_empty() && document.root().is_some_and(|root| root.kind() == NodeKind::Object)
    };
    FILES.iter().filter(is_valid).collect()
});

/// A definition without syntax errors, as people write it or on one line.
fn valid_definition() -> impl Strategy<Value = String> {
    let file = any::<Index>().prop_map(|file| VALID[file.index(VALID.len())].to_owned());
    let generated = (profile(), 0..1_000_u64).prop_map(|(profile, seed)| definition(seed, 1, &profile));
    let valid = prop_oneof![file, generated];
    (valid, 0..4).prop_map(|(text, style)| match style {
        0 => serde_json::from_str::<serde_json::Value>(&text).map_or(text, |value| value.to_string()),
        1 => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        2 if !text.starts_with('\u{feff}') => format!("\u{feff}{text}"),
        _ => text,
    })
}

/// The offsets between the members of an object, but for those right behind a scalar, where that is being written.
fn gaps(object: Node<'_>) -> Vec<u32> {
    let mut gaps = Vec::new();
    let mut from = object.span().start + 1;
    for member in object.children() {
        gaps.extend(from..=member.member_span().start);
        from = member.span().end + u32::from(!member.is_container());
    }
    gaps.extend(from..object.span().end);
    gaps
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn help_at_any_place_of_any_bytes(bytes in vec(any::<u8>(), 0..200), offset in 0..250_u32) {
        assists(&String::from_utf8_lossy(&bytes), offset)?;
    }

    #[test]
    fn help_at_any_place_of_any_words(text in words::soup(), at in any::<Index>()) {
        assists(&text, at.index(text.len() + 2) as u32)?;
        assists(&format!("{{\"gravitee\":\"2.0.0\",{text}"), at.index(text.len() + 22) as u32)?;
    }

    #[test]
    fn help_in_mutated_files(file in any::<Index>(), mutations in mutations(), at in vec(any::<Index>(), 8)) {
        let text = mutate(&FILES[file.index(FILES.len())], &mutations);
        for at in at {
            assists(&text, at.index(text.len() + 1) as u32)?;
        }
    }
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn a_completed_member_is_there(text in valid_definition(), object in any::<Index>(), at in any::<Index>()) {
        let document = Document::parse_json(text.as_str());
        let objects: Vec<Node<'_>> = document.nodes().filter(|node| node.kind() == NodeKind::Object).collect();
        let object = objects[object.index(objects.len())];
        let gaps = gaps(object);
        if gaps.is_empty() {
            return Ok(());
        }
        let offset = gaps[at.index(gaps.len())];
        let completions = complete(&document, offset);
        for completion in completions {
            prop_assert_eq!(completion.kind, CompletionKind::Property);
            let after = complete_with(&text, &completion);
            prop_assert!(after.errors().is_empty(), "{:?} breaks {}", completion, after.text());
            let changed = after.resolve(&object.pointer()).unwrap();
            prop_assert!(changed.get(&completion.label).is_some(), "{:?} is not in {}", completion, after.text());
            prop_assert_eq!(changed.children().count(), object.children().count() + 1);
        }
    }

    #[test]
    fn completing_a_valid_text_keeps_it_valid(text in valid_definition(), at in any::<Index>(), one in any::<Index>()) {
        let document = Document::parse_json(text.as_str());
        let completions = complete(&document, at.index(text.len() + 1) as u32);
        if completions.is_empty() {
            return Ok(());
        }
        let completion = &completions[one.index(completions.len())];
        let after = complete_with(&text, completion);
        prop_assert!(after.errors().is_empty(), "{:?} breaks {}", completion, after.text());
    }

    #[test]
    fn a_half_typed_key_is_completed(text in valid_definition(), member in any::<Index>(), quote in any::<bool>()) {
        let document = Document::parse_json(text.as_str());
        // A text without its closing quote hides the rest of its line, so there must be none.
        let alone = |node: &Node<'_>| {
            let line = text[node.span().end as usize..].lines().next().unwrap_or_default();
            node.key_span().is_some() && (quote || !line.contains('"'))
        };
        let members: Vec<Node<'_>> = document.nodes().filter(|node| node.is_leaf() && alone(node)).collect();
        if members.is_empty() {
            return Ok(());
        }
        let member = members[member.index(members.len())];
        let (key, span) = (member.key().unwrap(), member.member_span());
        let half = &key[..key.chars().next().map_or(0, char::len_utf8)];
        let before = format!("{}\"{half}", &text[..span.start as usize]);
        let closing = if quote { "\"" } else { "" };
        let typed = format!("{before}{closing}{}", &text[span.end as usize..]);
        let completions = complete(&Document::parse_json(typed.as_str()), before.len() as u32);
        let Some(known) = completions.iter().find(|completion| completion.label == key) else { return Ok(()) };
        let after = complete_with(&typed, known);
        prop_assert!(after.errors().is_empty(), "{:?} breaks {}", known, after.text());
        prop_assert!(after.resolve(&member.pointer()).is_some(), "{:?} is not in {}", known, after.text());
    }
}

proptest! {
    #![proptest_config(config(4))]

    #[test]
    fn a_value_that_is_missing_is_completed(text in valid_definition(), at in any::<Index>(), one in any::<Index>()) {
        let document = Document::parse_json(text.as_str());
        let leaves: Vec<Node<'_>> = document.nodes().filter(|node| node.is_leaf() && node.key_span().is_some()).collect();
        if leaves.is_empty() {
            return Ok(());
        }
        let leaf = leaves[at.index(leaves.len())];
        let (start, end) = (leaf.span().start, leaf.span().end as usize);
        let typed = format!("{}{}", &text[..start as usize], &text[end..]);
        let completions = complete(&Document::parse_json(typed.as_str()), start);
        if completions.is_empty() {
            return Ok(());
        }
        let completion = &completions[one.index(completions.len())];
        let after = complete_with(&typed, completion);
        prop_assert!(after.errors().is_empty(), "{:?} breaks {}", completion, after.text());
        let value = after.resolve(&leaf.pointer()).map(Node::text);
        prop_assert_eq!(value, Some(completion.insert.trim()));
    }
}

/// The text after a completion.
fn complete_with(text: &str, completion: &Completion) -> Document {
    let (start, end) = (completion.replace.start as usize, completion.replace.end as usize);
    Document::parse_json(format!("{}{}{}", &text[..start], completion.insert, &text[end..]))
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn damaged_resources(
        definition in words::definition(),
        styles in resources::styles(true),
        damages in vec(resources::damage(), 0..4),
        offset in any::<Index>(),
    ) {
        let Some(text) = resources::resource_of(&definition, &styles) else { return Ok(()) };
        let text = resources::damaged(&text, &damages);
        let document = Document::parse_yaml(text.as_str());
        exercise_document(&document, &text)?;
        let offset = offset.index(text.len() + 1) as u32;
        let _ = (describe(&document, offset), complete(&document, offset));
    }

    #[test]
    fn resources_become_import_files_or_it_is_said_why(
        file in any::<Index>(),
        mutations in vec(mutation::of_node(), 0..3),
        styles in resources::styles(false),
    ) {
        let definition = mutate(&FILES[file.index(FILES.len())], &mutations);
        let Some(text) = resources::resource_of(&definition, &styles) else { return Ok(()) };
        let options = Options { target: Some(Target::ImportJson), ..Options::default() };
        migrates(&Document::parse_yaml(text.as_str()), &text, &options)?;
    }

    #[test]
    fn no_secret_of_a_resource_is_told(text in secrets::planted(profile()), styles in resources::styles(true)) {
        let Some(text) = resources::resource_of(&text, &styles) else { return Ok(()) };
        let document = Document::parse_yaml(text.as_str());
        for words in told(&analyse(&document, &Options::default()))? {
            prop_assert!(!words.contains(secrets::MARK), "{}", words);
        }
    }

    #[test]
    fn no_secret_of_a_resource_is_shown(styles in resources::styles(true)) {
        let text = resources::resource_of(&secrets::plant_in(secrets::TEMPLATE), &styles).unwrap();
        let document = Document::parse_yaml(text.as_str());
        prop_assert!(document.errors().is_empty(), "{:?}", document.errors());
        let shown = blank(&text, Span::new(0, text.len() as u32), &secret_spans(&document));
        prop_assert!(!shown.contains(secrets::MARK), "{}", shown);
    }
}
