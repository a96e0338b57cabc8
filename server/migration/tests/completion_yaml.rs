//! Completion in every custom resource that is there: it never fails, and what it writes is read as it was offered.
//!
//! `V4WARD_CASES` says how many places of all files are looked at, as for the other properties (three for each
//! case; without it, two thousand cases). A nightly run of 100,000 cases looks at every one.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;

use std::io::Write as _;
use std::sync::LazyLock;

use common::inputs;
use v4ward_migration::assist::{self, Completion, CompletionKind};
use v4ward_migration::plugins::PolicySchemas;
use v4ward_syntax::{Document, Node, NodeKind};

static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let groups = inputs::entries(&inputs::fixtures_folder());
    let rules = groups.iter().filter(|group| group.is_dir()).flat_map(|group| inputs::entries(group));
    let fixtures = rules.filter(|rule| rule.is_dir()).flat_map(|rule| inputs::files(&rule, ".yaml"));
    let mut texts: Vec<String> = inputs::resources().into_iter().chain(fixtures).map(|input| input.text).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
});

fn complete(text: &str, offset: usize) -> Vec<Completion> {
    assist::complete(&Document::parse_yaml(text), offset as u32, &PolicySchemas::default())
}

/// How many of so many places lie between two that are looked at.
fn stride(places: usize) -> usize {
    let cases = std::env::var("V4WARD_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2_000);
    places / (3 * cases).max(1) + 1
}

/// The text after a completion, of a client without snippets, and of one with.
fn after(text: &str, completion: &Completion) -> Vec<String> {
    let (start, end) = (completion.replace.start as usize, completion.replace.end as usize);
    let line = &text[text[..start].rfind(['\n', '\r']).map_or(0, |last| last + 1)..start];
    let indentation = &line[..line.len() - line.trim_start_matches(' ').len()];
    let filled = completion.snippet.as_ref().map(|snippet| {
        let lines = snippet.replace('\n', &format!("\n{indentation}"));
        lines.replace("$0", "").replace("$1", "").replace("\\$", "$").replace("\\}", "}")
    });
    let inserted = std::iter::once(completion.insert.clone()).chain(filled);
    inserted.map(|inserted| format!("{}{inserted}{}", &text[..start], &text[end..])).collect()
}

/// Objects and lists that are written by indentation, with a place on a line of its own before each of their members.
fn lines_of(document: &Document) -> Vec<(Node<'_>, usize, String)> {
    let objects = document.nodes().filter(|node| node.kind() == NodeKind::Object && !node.is_alias());
    let members = objects.flat_map(|object| object.children().map(move |member| (object, member)));
    let lines = members.filter_map(|(object, member)| {
        let indentation = member.line_indent()?.to_owned();
        let start = member.member_span().start as usize - indentation.len();
        // What stands before its key belongs to it.
        let is_key = member.key_span().is_some_and(|key| key.start as usize == start + indentation.len());
        let in_brackets = v4ward_syntax::edit::in_flow(member);
        (is_key && !in_brackets).then_some((object, start, indentation))
    });
    lines.collect()
}

#[test]
fn every_place_has_an_answer_that_can_be_written() {
    let places: usize = TEXTS.iter().map(String::len).sum();
    let (stride, mut next, mut written) = (stride(places), 0, 0);
    for text in TEXTS.iter() {
        let errors = Document::parse_yaml(text.as_str()).errors().len();
        while next <= text.len() {
            let completions = complete(text, next);
            for completion in &completions {
                let at = completion.replace;
                assert!(at.start as usize <= next && next <= at.end as usize, "{completion:?} is not at {next}");
                assert!(!completion.label.is_empty() && !completion.insert.is_empty(), "{completion:?}");
            }
            if let Some(beginning) = text.get(..next) {
                let _ = complete(beginning, next);
            }
            // One of them, another one at the next place.
            if let Some(completion) = completions.get(next % completions.len().max(1)) {
                for after in after(text, completion) {
                    let read = Document::parse_yaml(after.as_str());
                    assert!(read.errors().len() <= errors, "{completion:?} at {next} breaks {after}");
                    let node =
                        read.at(completion.replace.start + u32::from(completion.insert.starts_with(' '))).unwrap();
                    let is_key = node.key().is_some_and(|key| key == *completion.label);
                    assert!(is_key || completion.kind != CompletionKind::Property, "{completion:?} is not in {after}");
                    written += 1;
                }
            }
            next += stride;
        }
        next -= text.len() + 1;
    }
    assert!(written * stride > 10_000, "only {written} of {places} places");
}

#[test]
fn a_new_key_is_in_the_object_that_it_was_offered_for() {
    let (mut looked_at, mut written) = (0, 0);
    for text in TEXTS.iter() {
        let document = Document::parse_yaml(text.as_str());
        if !document.errors().is_empty() {
            continue;
        }
        let lines = lines_of(&document);
        // As if all files had as many.
        let stride = stride(lines.len() * TEXTS.len());
        for (object, start, indentation) in lines.into_iter().step_by(stride) {
            looked_at += 1;
            let typed = format!("{}{indentation}\n{}", &text[..start], &text[start..]);
            let completions = complete(&typed, start + indentation.len());
            let root = document.roots().position(|root| root == document.root_of(object.id())).unwrap();
            // Some of them, others at the next place.
            let keys = completions.iter().filter(|completion| completion.kind == CompletionKind::Property);
            for completion in keys.skip(looked_at % 8).step_by(8) {
                for after in after(&typed, completion) {
                    let read = Document::parse_yaml(after.as_str());
                    assert_eq!(read.errors(), [], "{completion:?} breaks {after}");
                    let found = read.roots().nth(root).and_then(|root| root.descend(&object.pointer())).unwrap();
                    assert!(found.get(&completion.label).is_some(), "{completion:?} is not in {after}");
                    assert_eq!(found.children().count(), object.children().count() + 1, "{completion:?} in {after}");
                    written += 1;
                }
            }
        }
    }
    assert!(looked_at > 300 && written > 2_000, "only {written} at {looked_at} places");
}

#[test]
fn a_half_typed_key_is_completed() {
    let mut completed = 0;
    for text in TEXTS.iter() {
        let document = Document::parse_yaml(text.as_str());
        if !document.errors().is_empty() {
            continue;
        }
        for leaf in document.nodes().filter(|node| node.is_leaf() && node.line_indent().is_some()) {
            let Some(key) = leaf.key().filter(|key| key.is_ascii() && key.len() > 1) else { continue };
            let (start, end) = (leaf.member_span().start as usize, leaf.member_span().end as usize);
            let line_ends = text[end..].starts_with(['\n', '\r']) || end == text.len();
            if !line_ends || text[start..end].contains('\n') || !text[start..].starts_with(&*key) {
                continue;
            }
            let typed = format!("{}{}{}", &text[..start], &key[..1], &text[end..]);
            let completions = complete(&typed, start + 1);
            let Some(known) = completions.iter().find(|completion| completion.label == key) else { continue };
            for after in after(&typed, known) {
                let read = Document::parse_yaml(after.as_str());
                assert_eq!(read.errors(), [], "{known:?} breaks {after}");
                let roots = document.roots().position(|root| root == document.root_of(leaf.id())).unwrap();
                let found = read.roots().nth(roots).and_then(|root| root.descend(&leaf.pointer()));
                assert!(found.is_some_and(|found| found.key_span().is_some()), "{known:?} is not in {after}");
                completed += 1;
            }
        }
    }
    assert!(completed > 300, "only {completed}");
}

/// A resource that is written down to a place; the next thing on it is typed at the end.
#[derive(Clone)]
struct Written {
    text: String,
    indent: usize,
    /// The line begins with the dash of an element.
    in_element: bool,
}

impl Written {
    fn spec() -> Self {
        let text = "apiVersion: gravitee.io/v1alpha1\nkind: ApiDefinition\nspec:\n".to_owned();
        Self { text, indent: 2, in_element: false }
    }

    fn typed(&self, text: &str) -> String {
        let (spaces, dash) = (" ".repeat(self.indent), if self.in_element { "- " } else { "" });
        format!("{}{spaces}{dash}{text}", self.text)
    }

    fn below(&self, key: &str) -> Self {
        let deeper = if self.in_element { 4 } else { 2 };
        Self { text: format!("{}:\n", self.typed(key)), indent: self.indent + deeper, in_element: false }
    }

    fn element(&self) -> Self {
        Self { in_element: true, ..self.clone() }
    }

    fn offered(&self, typed: &str, kind: CompletionKind) -> Vec<String> {
        let text = self.typed(typed);
        let all = complete(&text, text.len()).into_iter().filter(|completion| completion.kind == kind);
        all.map(|completion| completion.label).collect()
    }
}

/// Everything that is offered is in the definition of the resource for the cluster; counts the keys.
fn compare(written: &Written, known: Node<'_>, path: &str) -> usize {
    if let Some(items) = known.get("items") {
        return compare(&written.element(), items, &format!("{path}/0"));
    }
    if let Some(of_map) = known.get("additionalProperties").filter(|_| path == "/pages") {
        return compare(&written.below("key"), of_map, &format!("{path}/key"));
    }
    let Some(members) = known.get("properties") else { return 0 };
    let mut count = 0;
    for key in written.offered("", CompletionKind::Property) {
        let path = format!("{path}/{key}");
        let known = members.get(&key).unwrap_or_else(|| panic!("{path} is not in the resource"));
        for word in written.offered(&format!("{key}: "), CompletionKind::EnumMember) {
            let words = known.get("enum").into_iter().flat_map(Node::values);
            let words: Vec<_> = words.map(|word| word.scalar().into_owned()).collect();
            assert!(words.is_empty() || words.contains(&word), "{path}: {word}");
        }
        count += 1 + compare(&written.below(&key), known, &path);
    }
    count
}

#[test]
fn what_is_offered_is_in_the_definition_of_the_resource() {
    let file = inputs::shared().join("reference/schemas/gko/gravitee.io_apidefinitions.yaml");
    let Ok(text) = std::fs::read_to_string(&file) else {
        // Written past the capture of the test harness: a skip must be seen.
        let _ = writeln!(std::io::stderr(), "SKIPPED: no {}", file.display());
        return;
    };
    let definition = Document::parse_yaml(text);
    let spec = definition.resolve("/spec/versions/0/schema/openAPIV3Schema/properties/spec").unwrap();
    let count = compare(&Written::spec(), spec, "");
    assert!(count > 200, "only {count}");
}
