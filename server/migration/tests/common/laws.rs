//! What holds for the findings and fixes of every input.

use std::collections::{BTreeMap, BTreeSet};

use v4ward_migration::fixes::{Applicability, Fix, Selection, converge};
use v4ward_migration::{Analysis, Finding, Options, analyse};
use v4ward_syntax::edit::{Applied, Change, EditError, replace};
use v4ward_syntax::{Comment, Document, Node, NodeId};

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
        // Aliases and templates are for people to change; such a fix is not offered.
        Err(EditError::Shared { .. } | EditError::Template) => return,
        Err(error) => return say(&format!("it does not apply: {error}")),
    };
    check_edits(document, &applied, &mut say);
    check_comments(document, changes, &applied, &mut say);
    check_outcome(analysis, options, finding, fix, &applied, &mut say);
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

/// Comments stay, but for those of what goes away: on its lines, or on lines of their own right above or below.
fn check_comments(document: &Document, changes: &[Change], applied: &Applied, say: &mut dyn FnMut(&str)) {
    let text = document.text();
    let line_of = |offset: u32| text[..offset as usize].matches('\n').count();
    let of_own_line = |comment: &&Comment| {
        let before = &text[..comment.span.start as usize];
        before.trim_end_matches([' ', '\t']).ends_with('\n')
    };
    let own_lines: BTreeSet<usize> =
        document.comments().iter().filter(of_own_line).map(|comment| line_of(comment.span.start)).collect();
    let removes = |node: Node<'_>| changes.iter().any(|change| *change == Change::Remove { node: node.id() });
    let mut gone = Vec::new();
    for change in changes {
        let node = match change {
            Change::Remove { node } => document.node(*node),
            Change::Replace { node, .. } if document.node(*node).is_container() => document.node(*node),
            _ => continue,
        };
        // What loses all it has becomes brackets.
        let node = node.parent().filter(|parent| parent.children().all(removes)).unwrap_or(node);
        let (mut first, mut last) = (line_of(node.member_span().start), line_of(node.span().end));
        while first > 0 && own_lines.contains(&(first - 1)) {
            first -= 1;
        }
        while own_lines.contains(&(last + 1)) {
            last += 1;
        }
        gone.push(first..=last);
    }
    let kept = counted(applied.document.comments().iter().map(|c| applied.document.slice(c.span).to_owned()));
    for comment in document.comments() {
        let (words, line) = (document.slice(comment.span), line_of(comment.span.start));
        if !kept.contains_key(words) && !gone.iter().any(|lines| lines.contains(&line)) {
            say(&format!("the comment {words} is lost"));
        }
    }
}

/// The finding is gone and, for a safe fix, none has come.
fn check_outcome(
    analysis: &Analysis<'_>,
    options: &Options,
    finding: &Finding<'_>,
    fix: &Fix,
    applied: &Applied,
    say: &mut dyn FnMut(&str),
) {
    let after = analyse(&applied.document, options);
    let rule = finding.declaration().id;
    let of_rule = |analysis: &Analysis<'_>| analysis.findings.iter().filter(|f| f.declaration().id == rule).count();
    if of_rule(&after) >= of_rule(analysis) {
        say("its finding stays");
    }
    if fix.applicability != Applicability::Safe {
        return;
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
    // It says less once nothing depends on the engine any more, which is no new finding.
    if finding.declaration().id == "execution-mode-assumed" {
        return finding.declaration().id.to_owned();
    }
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
