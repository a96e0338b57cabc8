//! What holds for the findings and fixes of every input.

use std::collections::{BTreeMap, BTreeSet};

use v4ward_migration::fixes::{Applicability, Fix, Selection, converge};
use v4ward_migration::{Analysis, Finding, Options, analyse};
use v4ward_syntax::edit::{Applied, replace};
use v4ward_syntax::{Document, NodeId};

use super::inputs::Input;

/// The laws that a text breaks, one line each.
pub(crate) fn broken(input: &Input) -> Vec<String> {
    let document = input.document();
    let options = input.options();
    let analysis = analyse(&document, &options);
    let mut broken = Vec::new();
    for finding in &analysis.findings {
        let mut say = |law: &str| broken.push(format!("{finding:?}: {law}"));
        check_place(&document, finding, &mut say);
        check_message(finding, &mut say);
        for fix in finding.rule.fixes(finding) {
            check_fix(&document, &analysis, &options, finding, &fix, &mut say);
        }
    }
    check_convergence(&document, &analysis, &options, &mut |law| broken.push(law.to_owned()));
    if document.text() != input.text {
        broken.push("the text of the document has changed".to_owned());
    }
    broken
}

fn check_place(document: &Document, finding: &Finding<'_>, say: &mut dyn FnMut(&str)) {
    if finding.pointer().is_some_and(|pointer| document.resolve(&pointer).is_none()) {
        say("the pointer does not resolve");
    }
    let span = finding.place.span();
    if document.text().get(span.start as usize..span.end as usize).is_none() {
        say("the span is not within the text");
    }
}

fn check_message(finding: &Finding<'_>, say: &mut dyn FnMut(&str)) {
    let message = finding.message();
    if message.what.trim().is_empty() || message.help.trim().is_empty() {
        say("the message or its help is empty");
    }
}

fn check_fix(
    document: &Document,
    analysis: &Analysis<'_>,
    options: &Options,
    finding: &Finding<'_>,
    fix: &Fix,
    say: &mut dyn FnMut(&str),
) {
    let title = &fix.title;
    let mut say = |law: &str| say(&format!("fix \"{title}\": {law}"));
    if title.trim().is_empty() {
        say("it has no title");
    }
    let Some(changes) = fix.changes() else { return };
    if changes.is_empty() {
        say("it changes nothing");
    }
    let applied = match fix.apply(document) {
        Ok(applied) => applied,
        Err(error) => return say(&format!("it does not apply: {error}")),
    };
    check_edits(document, &applied, &mut say);
    if fix.applicability == Applicability::Safe {
        check_outcome(analysis, options, finding, &applied, &mut say);
    }
}

/// The new text is the old one outside the edits, and reads no worse.
fn check_edits(document: &Document, applied: &Applied, say: &mut dyn FnMut(&str)) {
    if replace(document.text(), &applied.edits).as_deref() != Ok(applied.document.text()) {
        say("bytes outside its edits have changed");
    }
    let errors = |document: &Document| counted(document.errors().iter().map(|error| error.kind.to_string()));
    let new = surplus(&errors(&applied.document), &errors(document));
    if !new.is_empty() {
        say(&format!("its result has new syntax errors: {}", new.join("; ")));
    }
}

/// The finding is gone and none has come.
fn check_outcome(
    analysis: &Analysis<'_>,
    options: &Options,
    finding: &Finding<'_>,
    applied: &Applied,
    say: &mut dyn FnMut(&str),
) {
    let after = analyse(&applied.document, options);
    let rule = finding.declaration().id;
    let of_rule = |analysis: &Analysis<'_>| analysis.findings.iter().filter(|f| f.declaration().id == rule).count();
    if of_rule(&after) >= of_rule(analysis) {
        say("its finding stays");
    }
    let new =
        surplus(&counted(after.findings.iter().map(described)), &counted(analysis.findings.iter().map(described)));
    if !new.is_empty() {
        say(&format!("it adds findings: {}", new.join("; ")));
    }
}

fn check_convergence(document: &Document, analysis: &Analysis<'_>, options: &Options, say: &mut dyn FnMut(&str)) {
    let selection = Selection::default();
    let Some(fixed) = converge(document, analysis, options, &selection) else {
        if analysis.findings.iter().any(|finding| selection.choose(finding).is_some()) {
            say("safe fixes are there, but none is applied");
        }
        return;
    };
    let after = analyse(&fixed.document, options);
    for finding in after.findings.iter().filter(|finding| selection.choose(finding).is_some()) {
        say(&format!("safe fixes do not converge: {finding:?} still has one"));
    }
    if converge(&fixed.document, &after, options, &selection).is_some() {
        say("converging again changes the text again");
    }
    if after.verdict > analysis.verdict {
        say("the verdict is worse after safe fixes");
    }
    let told: BTreeSet<NodeId> = fixed.origins.values().flatten().copied().collect();
    let told: BTreeSet<NodeId> = told.into_iter().chain(fixed.dropped.iter().map(|(leaf, _)| *leaf)).collect();
    for leaf in document.nodes().filter(|node| node.is_leaf() && !told.contains(&node.id())) {
        say(&format!("safe fixes do not say what became of {}", leaf.pointer()));
    }
}

/// A finding without its place, which moves as the text changes.
fn described(finding: &Finding<'_>) -> String {
    let message = finding.message();
    let subject = finding.subject.as_deref().unwrap_or_default();
    format!("{} ({subject}): {} · {}", finding.declaration().id, message.what, message.help)
}

fn counted(items: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    items.for_each(|item| *counts.entry(item).or_default() += 1);
    counts
}

/// What occurs in `after` more often than in `before`.
fn surplus(after: &BTreeMap<String, usize>, before: &BTreeMap<String, usize>) -> Vec<String> {
    let more = |(item, count): &(&String, &usize)| **count > before.get(*item).copied().unwrap_or_default();
    after.iter().filter(more).map(|(item, _)| item.clone()).collect()
}
