//! Reading, analysing and fixing definitions of three sizes, beside `serde_json` reading the same text; and the same
//! with custom resources in YAML.
//!
//! `cargo bench -p v4ward-benches` measures; `cargo test -p v4ward-benches --benches` runs each case once.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use v4ward_benches::{Profile, definition, resource};
use v4ward_migration::fixes::{Selection, converge};
use v4ward_migration::migrate::{FixLevel, Request, migrate};
use v4ward_migration::rules::{Group, RULES, Rule};
use v4ward_migration::{Options, analyse, analyse_by};
use v4ward_syntax::Document;

/// Sizes of texts in bytes that are aimed at: a usual file, a large one, the largest that was seen.
const SIZES: [usize; 3] = [12_000, 100_000, 1_000_000];

/// How many definitions of a series are looked at for one that can be fixed.
const MOST_TRIES: u64 = 10;

fn main() {
    divan::main();
}

/// A definition that has problems, as those have that are worth a run.
fn text(bytes: usize) -> String {
    definition(1, 1, &Profile::mixed().with_bytes(bytes))
}

/// The peer: a strict reader without places.
#[divan::bench(args = SIZES)]
fn parse_with_serde_json(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = text(bytes);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| serde_json::from_str::<serde_json::Value>(black_box(&text)));
}

#[divan::bench(args = SIZES)]
fn parse(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = text(bytes);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| Document::parse_json(black_box(text.as_str())));
}

#[divan::bench(args = SIZES)]
fn analyse_parsed(bencher: Bencher<'_, '_>, bytes: usize) {
    let document = Document::parse_json(text(bytes));
    let options = Options::default();
    bencher.counter(BytesCount::of_str(document.text())).bench_local(|| analyse(black_box(&document), &options));
}

/// What all other rules are measured by: those of APIM's own dry run, and of reading, without which there is no verdict.
fn parity_rules() -> Vec<&'static dyn Rule> {
    let wanted = |rule: &&&dyn Rule| matches!(rule.declaration().group, Group::Parity | Group::Reading);
    RULES.iter().filter(wanted).copied().collect()
}

/// Reading and judging with all rules; `check` does little else with a file.
#[divan::bench(args = SIZES)]
fn check_with_all_rules(bencher: Bencher<'_, '_>, bytes: usize) {
    let (text, options) = (text(bytes), Options::default());
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| analyse(&Document::parse_json(black_box(text.as_str())), &options).findings.len());
}

#[divan::bench(args = SIZES)]
fn check_with_parity_rules(bencher: Bencher<'_, '_>, bytes: usize) {
    let (text, options, rules) = (text(bytes), Options::default(), parity_rules());
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| analyse_by(&rules, &Document::parse_json(black_box(text.as_str())), &options).findings.len());
}

/// The same as a custom resource in YAML.
fn yaml_text(bytes: usize) -> String {
    resource(1, 1, &Profile::mixed().with_bytes(bytes))
}

/// What our reading of YAML cannot be faster than.
#[divan::bench(args = SIZES)]
fn parse_yaml_events(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = yaml_text(bytes);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| granit_parser::Parser::new_from_str(black_box(&text)).count());
}

#[divan::bench(args = SIZES)]
fn parse_yaml(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = yaml_text(bytes);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| Document::parse_yaml(black_box(text.as_str())));
}

#[divan::bench(args = SIZES)]
fn analyse_parsed_yaml(bencher: Bencher<'_, '_>, bytes: usize) {
    let document = Document::parse_yaml(yaml_text(bytes));
    let options = Options::default();
    bencher.counter(BytesCount::of_str(document.text())).bench_local(|| analyse(black_box(&document), &options));
}

/// The first definition of the series that has something to fix.
fn fixable(bytes: usize) -> Document {
    let profile = Profile::mixed().with_bytes(bytes);
    let mut documents = (1..=MOST_TRIES).map(|index| Document::parse_json(definition(1, index, &profile)));
    let fits = |document: &Document| {
        let analysis = analyse(document, &Options::default());
        analysis.findings.iter().any(|finding| Selection::default().choose(finding).is_some())
    };
    documents.find(fits).unwrap_or_else(|| Document::parse_json(text(bytes)))
}

#[divan::bench(args = SIZES)]
fn converge_analysed(bencher: Bencher<'_, '_>, bytes: usize) {
    let document = fixable(bytes);
    let options = Options::default();
    let analysis = analyse(&document, &options);
    let selection = Selection::default();
    bencher
        .counter(BytesCount::of_str(document.text()))
        .bench_local(|| converge(black_box(&document), &analysis, &options, &selection));
}

/// As below, with a custom resource.
#[divan::bench(args = SIZES)]
fn migrate_parsed_yaml(bencher: Bencher<'_, '_>, bytes: usize) {
    let document = Document::parse_yaml(resource(1, 1, &Profile::clean().with_bytes(bytes)));
    let (options, request) = (Options::default(), Request { fixes: FixLevel::Safe, force: false });
    bencher
        .counter(BytesCount::of_str(document.text()))
        .bench_local(|| migrate(black_box(&document), &options, &request));
}

/// Analysis, conversion, writing, checking the result and the transfer record: all but reading the V2 text.
#[divan::bench(args = SIZES)]
fn migrate_parsed(bencher: Bencher<'_, '_>, bytes: usize) {
    let document = Document::parse_json(definition(1, 1, &Profile::clean().with_bytes(bytes)));
    let (options, request) = (Options::default(), Request { fixes: FixLevel::Safe, force: false });
    bencher
        .counter(BytesCount::of_str(document.text()))
        .bench_local(|| migrate(black_box(&document), &options, &request));
}
