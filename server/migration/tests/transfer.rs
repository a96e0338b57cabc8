//! The transfer record tells the truth: whatever a definition says, each leaf is in it once, and another value of a leaf
//! changes the V4 definition where the record says that the leaf went, and nowhere else.
//!
//! `V4WARD_TRANSFERS=20` makes twenty times as many definitions, and `V4WARD_TRANSFERS=all` changes all their leaves.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

#[path = "transfer/change.rs"]
mod change;
#[allow(dead_code, reason = "each test uses its part")]
mod common;
#[path = "transfer/generate.rs"]
mod generate;
#[path = "transfer/known.rs"]
mod known;

use std::collections::{BTreeMap, BTreeSet};

use common::as_resource::{STYLES, Style, Tree, resource, spec_of};
use generate::{Schema, definition};
use v4ward_migration::migrate::{FixLevel, Output, Request, migrate, trace};
use v4ward_migration::record::{Outcome, UNACCOUNTED};
use v4ward_migration::target::Target;
use v4ward_migration::{Options, Refusal};
use v4ward_syntax::{Document, Format, Node, NodeKind};

/// Definitions per pair of forms; there are four pairs.
const DEFINITIONS: u64 = 250;
/// How many of them have all their leaves changed; some leaves of the others are.
const THOROUGH: u64 = 8;
/// Leaves changed in each of the others.
const SOME: usize = 3;

/// The form of a V2 definition.
#[derive(Clone, Copy)]
enum Form {
    Export,
    Resource(Style),
}

impl Form {
    fn write(self, tree: &Tree) -> Document {
        match self {
            Self::Export => Document::parse(tree.json(), Format::Json),
            Self::Resource(style) => Document::parse(resource(tree, style), Format::Yaml),
        }
    }

    /// Where the definition begins.
    fn root(self) -> &'static str {
        match self {
            Self::Export => "",
            Self::Resource(_) => "/spec",
        }
    }
}

/// The leaves of a V4 definition by their places.
type Leaves = BTreeMap<String, String>;

/// What was looked at.
#[derive(Default)]
struct Tally {
    written: usize,
    carried: BTreeSet<String>,
    /// How often leaves at a path were changed.
    changed: BTreeMap<String, usize>,
    faults: BTreeMap<String, (usize, String)>,
}

impl Tally {
    fn fault(&mut self, what: String, example: impl FnOnce() -> String) {
        self.faults.entry(what).or_insert_with(|| (0, example())).0 += 1;
    }
}

#[test]
fn exports_as_import_files() {
    check(1, |_| Form::Export, Target::ImportJson);
}

#[test]
fn exports_as_resources() {
    check(2, |_| Form::Export, Target::Resource);
}

#[test]
fn resources_as_resources() {
    check(3, |seed| Form::Resource(STYLES[seed as usize % STYLES.len()]), Target::Resource);
}

#[test]
fn resources_as_import_files() {
    check(4, |seed| Form::Resource(STYLES[seed as usize % STYLES.len()]), Target::ImportJson);
}

fn check(series: u64, form: impl Fn(u64) -> Form, target: Target) {
    let more = std::env::var("V4WARD_TRANSFERS").ok();
    let all = more.as_deref() == Some("all");
    let count = DEFINITIONS * more.and_then(|more| more.parse::<u64>().ok()).unwrap_or(1);
    let schema = Schema::of_exports();
    let paths: Vec<String> = schema.paths().into_iter().collect();
    let wanted_each = paths.len().div_ceil(DEFINITIONS as usize);
    let (mut tally, mut seen) = (Tally::default(), BTreeSet::new());
    let options = Options { target: Some(target), ..Options::default() };
    for seed in 0..count {
        // Paths that are far apart, so that each definition has a bit of everything.
        let wanted = (0..wanted_each).map(|n| (seed as usize + n * DEFINITIONS as usize) % paths.len());
        let wanted: Vec<&str> = wanted.map(|path| paths[path].as_str()).collect();
        let form = form(seed);
        let for_cluster = matches!(form, Form::Resource(_));
        let tree = definition(&schema, series << 32 | seed, &wanted, for_cluster);
        collect_paths(&schema, &tree, "", &mut seen);
        let tree = match form {
            Form::Export => tree,
            Form::Resource(_) => spec_of(&Form::Export.write(&tree)).unwrap(),
        };
        let limit = if all || seed % (DEFINITIONS / THOROUGH) == 0 { usize::MAX } else { SOME };
        let case = Case { schema: &schema, form, options: &options, tree };
        case.check(limit, &mut tally);
    }
    let missing: Vec<&String> = paths.iter().filter(|path| !seen.contains(*path)).collect();
    assert!(missing.is_empty(), "no definition has {missing:?}");
    let report: Vec<String> =
        tally.faults.iter().map(|(what, (count, example))| format!("{count} × {what}\n    {example}")).collect();
    assert!(report.is_empty(), "{} faults:\n{}", report.len(), report.join("\n"));
    let untouched: Vec<_> = tally.carried.iter().filter(|path| !tally.changed.contains_key(*path)).collect();
    assert!(untouched.is_empty(), "never changed: {untouched:?}");
    let changes: usize = tally.changed.values().sum();
    println!("{count} definitions, {} valid, {changes} changes at {} paths", tally.written, tally.changed.len());
    // Where something blocks, the record is there all the same.
    assert!(tally.written * 8 > count as usize, "only {} of {count} can be migrated", tally.written);
}

/// The properties that a definition has.
fn collect_paths(schema: &Schema, tree: &Tree, at: &str, seen: &mut BTreeSet<String>) {
    let members: Vec<(String, &Tree)> = match tree {
        Tree::Object(members) => members.iter().map(|(key, value)| (escaped(key), value)).collect(),
        Tree::List(items) => items.iter().enumerate().map(|(place, item)| (place.to_string(), item)).collect(),
        Tree::Scalar(_) | Tree::Text(_) => return,
    };
    for (key, value) in members {
        let pointer = format!("{at}/{key}");
        seen.insert(schema.pattern(&pointer).0);
        collect_paths(schema, value, &pointer, seen);
    }
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A leaf of V2 and what the record says of it.
struct Told {
    pointer: String,
    pattern: String,
    words: Vec<String>,
    what: What,
    to: BTreeSet<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Carried,
    Converted,
    Implied,
    Dropped,
    /// A word that the server does not know in this spelling. Another one is known, and carried then.
    Unreadable,
}

struct Case<'c> {
    schema: &'c Schema,
    form: Form,
    options: &'c Options,
    tree: Tree,
}

impl Case<'_> {
    fn check(&self, limit: usize, tally: &mut Tally) {
        let document = self.form.write(&self.tree);
        assert_eq!(document.errors(), [], "{}", document.text());
        let output = trace(&document, self.options).unwrap();
        self.check_written(&document, &output, tally);
        let told = self.told(&document, &output, tally);
        let mut tree = self.tree.clone();
        for told in told.iter().filter(|told| told.what == What::Carried) {
            let has_other = change::at(&mut tree, &told.pointer).and_then(|leaf| change::other(leaf, &told.words, &[]));
            tally.carried.extend(has_other.map(|_| told.pattern.clone()));
        }
        let before = leaves(&Document::parse(output.text.as_str(), output.target.format()));
        // Those first whose like was changed least.
        let mut order: Vec<&Told> = told.iter().filter(|told| told.what != What::Unreadable).collect();
        order.sort_by_key(|told| tally.changed.get(&told.pattern).copied().unwrap_or_default());
        let mut left = limit;
        for one in order {
            // What is carried has its turn at least once, however rare it is.
            let is_new = one.what == What::Carried && !tally.changed.contains_key(&one.pattern);
            if left == 0 && !is_new {
                continue;
            }
            if let Some(after) = self.changed(one, &told) {
                left = left.saturating_sub(1);
                *tally.changed.entry(one.pattern.clone()).or_default() += 1;
                self.compare(one, &told, &before, &after, tally);
            }
        }
    }

    /// What is migrated is what was traced.
    fn check_written(&self, document: &Document, output: &Output, tally: &mut Tally) {
        match migrate(document, self.options, &Request { fixes: FixLevel::Safe, force: true }).result {
            Ok(written) => {
                tally.written += 1;
                assert_eq!(written.text, output.text);
            }
            Err(Refusal::Blocked) => {}
            Err(other) => tally.fault(format!("refused: {other:?}"), || document.text().to_owned()),
        }
    }

    /// What the record tells of each leaf.
    fn told(&self, document: &Document, output: &Output, tally: &mut Tally) -> Vec<Told> {
        let result = Document::parse(output.text.as_str(), output.target.format());
        let expected: Vec<_> = document.nodes().filter(|node| node.is_leaf()).map(|node| node.id()).collect();
        let recorded: Vec<_> = output.record.leaves().map(|(leaf, _)| leaf).collect();
        assert_eq!(expected, recorded, "not each leaf once: {}", document.text());
        let mut all = Vec::new();
        for (leaf, outcome) in output.record.leaves() {
            let node = document.node(leaf);
            let whole = node.pointer();
            let (what, to) = match outcome {
                Outcome::Carried { to } => (What::Carried, to),
                Outcome::Converted { to: [] } => (What::Implied, [].as_slice()),
                Outcome::Converted { to } => (What::Converted, to),
                Outcome::Dropped { rule, .. } => {
                    if rule == UNACCOUNTED {
                        tally.fault(format!("unaccounted: {whole}"), || document.text().to_owned());
                    }
                    (if rule == "wrong-type" { What::Unreadable } else { What::Dropped }, [].as_slice())
                }
            };
            let Some(pointer) = whole.strip_prefix(self.form.root()) else { continue };
            let (pattern, words) = self.schema.pattern(pointer);
            let to = to.iter().map(|link| place_of(result.nth(link.v4 as usize).unwrap())).collect();
            all.push(Told { pointer: pointer.to_owned(), pattern, words, what, to });
        }
        all
    }

    fn on_legacy_engine(&self) -> bool {
        let mut tree = self.tree.clone();
        let mode = change::at(&mut tree, "/execution_mode");
        mode.is_some_and(|mode| text_of(mode) == Some("v3"))
    }

    /// The V4 definition after another value of a leaf; `None` where there is none.
    fn changed(&self, told: &Told, all: &[Told]) -> Option<Leaves> {
        let mut tree = self.tree.clone();
        let beside = told.pointer.rsplit_once('/').map_or("", |(list, _)| list);
        let others: Vec<String> = match change::at(&mut tree, beside)? {
            Tree::List(items) => items.iter().filter_map(|item| text_of(item).map(str::to_owned)).collect(),
            _ => Vec::new(),
        };
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        let place = change::at(&mut tree, &told.pointer)?;
        let old = place.clone();
        let new = change::other(&old, &told.words, &others)?;
        *place = new.clone();
        // An id goes wherever it stands.
        for same in known::of_one_id(&self.tree, told, all) {
            *change::at(&mut tree, &same.pointer)? = new.clone();
        }
        let document = self.form.write(&tree);
        assert_eq!(document.errors(), [], "{}", document.text());
        let output = trace(&document, self.options)?;
        Some(leaves(&Document::parse(output.text, output.target.format())))
    }

    /// The places that differ are those of the record.
    fn compare(&self, told: &Told, all: &[Told], before: &Leaves, after: &Leaves, tally: &mut Tally) {
        let mut recorded: BTreeSet<&str> = told.to.iter().map(String::as_str).collect();
        for same in known::of_one_id(&self.tree, told, all) {
            recorded.extend(same.to.iter().map(String::as_str));
        }
        let differs = |place: &&String| before.get(*place) != after.get(*place);
        let places: BTreeSet<&String> = before.keys().chain(after.keys()).filter(differs).collect();
        let is_told = |place: &str| {
            recorded
                .iter()
                .any(|told| place.strip_prefix(told).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        };
        let reaches = known::REACHES
            .iter()
            .chain(self.on_legacy_engine().then_some(known::ON_LEGACY_ENGINE).into_iter().flatten());
        let is_known = |place: &str| reaches.clone().any(|reach| reach.explains(&told.pattern, place));
        let describe =
            |what: &str, place: &str| format!("{:?} {} {what} {}", told.what, told.pattern, known::general(place));
        let example = |place: &str| {
            let text = |leaves: &Leaves| leaves.get(place).cloned().unwrap_or_else(|| "nothing".to_owned());
            format!("{}: {} → {} in {}", told.pointer, text(before), text(after), self.tree.json())
        };
        for place in places.iter().filter(|place| !is_told(place) && !is_known(place)) {
            tally.fault(describe("changes", place), || example(place));
        }
        if told.what == What::Carried {
            let changes = |place: &str| places.iter().any(|other| *other == place);
            for place in recorded.iter().filter(|place| !changes(place) && !is_known(place)) {
                tally.fault(describe("does not change", place), || example(place));
            }
        }
    }
}

fn text_of(tree: &Tree) -> Option<&str> {
    match tree {
        Tree::Text(text) => Some(text),
        _ => None,
    }
}

/// The leaves by their places. Plans and pages of a resource are counted, and their keys are leaves as well: else a key
/// that changes would move all that is below it.
fn leaves(document: &Document) -> Leaves {
    let mut leaves = Leaves::new();
    let mut pending: Vec<(String, Node<'_>)> = document.root().map(|root| (String::new(), root)).into_iter().collect();
    while let Some((at, node)) = pending.pop() {
        if node.is_leaf() {
            leaves.insert(at.clone(), format!("{:?} {}", node.kind(), node.scalar()));
        }
        let is_map = node.kind() == NodeKind::Object;
        let by_key = is_map && known::COUNTED.contains(&at.as_str());
        for (place, child) in node.children().enumerate() {
            let key = child.key().filter(|_| is_map).unwrap_or_default();
            if by_key {
                leaves.insert(format!("{at}/{place}"), format!("Key {key}"));
            }
            let segment = if is_map && !by_key { escaped(&key) } else { place.to_string() };
            pending.push((format!("{at}/{segment}"), child));
        }
    }
    leaves
}

/// The place of a node as [`leaves`] has it.
fn place_of(node: Node<'_>) -> String {
    let pointer = node.pointer();
    for counted in known::COUNTED {
        let Some(rest) = pointer.strip_prefix(counted).and_then(|rest| rest.strip_prefix('/')) else { continue };
        let (key, below) =
            rest.split_once('/').map_or((rest, String::new()), |(key, below)| (key, format!("/{below}")));
        let part = node.document().resolve(counted).unwrap();
        let place = part.children().position(|child| child.key().is_some_and(|own| escaped(&own) == key));
        return place.map_or(pointer.clone(), |place| format!("{counted}/{place}{below}"));
    }
    pointer
}
