//! Applying many fixes until nothing is left to fix.

use std::collections::{BTreeMap, HashMap, HashSet};

use v4ward_syntax::edit::{self, Change};
use v4ward_syntax::{Document, NodeId};

use super::{Applicability, Fix};
use crate::analysis::{Analysis, analyse};
use crate::finding::Finding;
use crate::options::Options;

/// A fix may uncover another finding with a fix; real files need two rounds.
const MAX_ROUNDS: usize = 10;

/// Which fixes to apply.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Those too that need a decision: the first one a rule lists.
    pub needs_decision: bool,
    /// Only those of these rules.
    pub rules: Option<Vec<String>>,
    /// Only those in this document of the text, counted from 0.
    pub document: Option<usize>,
}

impl Selection {
    /// The fix of a finding that this selection takes.
    #[must_use]
    pub fn choose(&self, finding: &Finding<'_>) -> Option<Fix> {
        if self.rules.as_ref().is_some_and(|rules| !rules.iter().any(|id| id == finding.declaration().id)) {
            return None;
        }
        if self.document.is_some_and(|document| !is_in(finding, document)) {
            return None;
        }
        let fixes = finding.fixes();
        let safe = |fix: &&Fix| fix.applicability == Applicability::Safe && fix.changes().is_some();
        match fixes.iter().find(safe) {
            Some(fix) => Some(fix.clone()),
            // The first one is the default; one that changes no text is none.
            None if self.needs_decision => fixes.into_iter().next().filter(|fix| fix.changes().is_some()),
            None => None,
        }
    }
}

fn is_in(finding: &Finding<'_>, document: usize) -> bool {
    let node = finding.place.node();
    node.is_some_and(|node| node.document().roots().nth(document).is_some_and(|root| root.holds(node.id())))
}

fn document_of(finding: &Finding<'_>) -> usize {
    let node = finding.place.node();
    node.and_then(|node| node.document().roots().position(|root| root.holds(node.id()))).unwrap_or_default()
}

/// A fix that was applied.
#[derive(Clone, Debug)]
pub struct AppliedFix {
    /// The rule it belongs to.
    pub rule: &'static str,
    /// What it did.
    pub title: String,
    /// Where its finding was, in the text of its round.
    pub pointer: Option<String>,
    /// What it promises.
    pub applicability: Applicability,
    /// Which document of the text it is in, counted from 0.
    pub document: usize,
}

/// A document with fixes applied, and how it came about.
#[derive(Debug)]
pub struct Fixed {
    /// The new text.
    pub document: Document,
    /// What was done, in order.
    pub applied: Vec<AppliedFix>,
    /// For each leaf of the new text that comes from the old one: the old leaves.
    pub origins: BTreeMap<NodeId, Vec<NodeId>>,
    /// Old leaves that are gone, with the rule whose fix removed them.
    pub dropped: Vec<(NodeId, &'static str)>,
}

/// Applies fixes again and again until there are none left; `None` when there is nothing to fix.
#[must_use]
pub fn converge(
    document: &Document,
    analysis: &Analysis<'_>,
    options: &Options,
    selection: &Selection,
) -> Option<Fixed> {
    let mut fixed = round(document, analysis, selection, None)?;
    for _ in 1..MAX_ROUNDS {
        let analysis = analyse(&fixed.document, options);
        let Some(next) = round(&fixed.document, &analysis, selection, Some(&fixed)) else { break };
        fixed = next;
    }
    Some(fixed)
}

struct Chosen {
    applied: AppliedFix,
    changes: Vec<Change>,
    comes_last: bool,
}

fn round(document: &Document, analysis: &Analysis<'_>, selection: &Selection, before: Option<&Fixed>) -> Option<Fixed> {
    let mut chosen: Vec<Chosen> = analysis.findings.iter().filter_map(|finding| choose(finding, selection)).collect();
    if chosen.iter().any(|chosen| !chosen.comes_last) {
        chosen.retain(|chosen| !chosen.comes_last);
    }
    let (chosen, result) = apply_most(document, chosen)?;
    let mut applied = before.map(|fixed| fixed.applied.clone()).unwrap_or_default();
    applied.extend(chosen.iter().map(|chosen| chosen.applied.clone()));
    let mut dropped = before.map(|fixed| fixed.dropped.clone()).unwrap_or_default();
    let first = |leaf: NodeId| match before {
        Some(fixed) => fixed.origins.get(&leaf).cloned().unwrap_or_default(),
        None => vec![leaf],
    };
    let kept: HashSet<NodeId> = result.origins.iter().flat_map(|(_, old)| old.iter().copied()).collect();
    let removed = removed_parts(&chosen);
    for leaf in document.nodes().filter(|node| node.is_leaf() && !kept.contains(&node.id())) {
        let parts = std::iter::once(leaf).chain(leaf.ancestors());
        let first_fix = parts.filter_map(|part| removed.get(&part.id())).min().copied().unwrap_or_default();
        let rule = chosen.get(first_fix).map_or("", |chosen| chosen.applied.rule);
        dropped.extend(first(leaf.id()).into_iter().map(|leaf| (leaf, rule)));
    }
    let origins =
        result.origins.into_iter().map(|(new, old)| (new, old.into_iter().flat_map(first).collect())).collect();
    Some(Fixed { document: result.document, applied, origins, dropped })
}

fn choose(finding: &Finding<'_>, selection: &Selection) -> Option<Chosen> {
    let fix = selection.choose(finding)?;
    let changes = fix.changes()?.to_vec();
    let applied = AppliedFix {
        rule: finding.declaration().id,
        title: fix.title.clone(),
        pointer: finding.pointer(),
        applicability: fix.applicability,
        document: document_of(finding),
    };
    Some(Chosen { applied, changes, comes_last: finding.rule.fixes_come_last() })
}

/// All fixes at once; where some touch the same place, those that fit, in the order of the text. The rest waits for
/// the next round.
fn apply_most(document: &Document, mut chosen: Vec<Chosen>) -> Option<(Vec<Chosen>, edit::Applied)> {
    let mut fitting = Fitting { document, changes: Vec::new(), taken: Vec::new(), result: None };
    fitting.add(&chosen, 0);
    let Fitting { taken, result, .. } = fitting;
    let mut place = 0..;
    chosen.retain(|_| place.next().is_some_and(|place| taken.binary_search(&place).is_ok()));
    result.map(|result| (chosen, result))
}

/// The fixes that fit together so far.
struct Fitting<'d> {
    document: &'d Document,
    changes: Vec<Change>,
    /// Their places in the list of all.
    taken: Vec<usize>,
    result: Option<edit::Applied>,
}

impl Fitting<'_> {
    /// Adds what fits, in halves: a text with thousands of fixes of which a few get in each other's way is then
    /// edited some dozen times, not thousands of times.
    fn add(&mut self, chosen: &[Chosen], first: usize) {
        if chosen.is_empty() {
            return;
        }
        let before = self.changes.len();
        self.changes.extend(chosen.iter().flat_map(|chosen| chosen.changes.iter().cloned()));
        if let Ok(applied) = edit::apply(self.document, &self.changes) {
            self.result = Some(applied);
            self.taken.extend(first..first + chosen.len());
            return;
        }
        self.changes.truncate(before);
        if chosen.len() > 1 {
            let (head, tail) = chosen.split_at(chosen.len() / 2);
            self.add(head, first);
            self.add(tail, first + head.len());
        }
    }
}

/// The parts that changes take away, each with the first fix that does.
fn removed_parts(chosen: &[Chosen]) -> HashMap<NodeId, usize> {
    let mut removed = HashMap::new();
    for (place, chosen) in chosen.iter().enumerate() {
        for change in &chosen.changes {
            if let Change::Replace { node, .. } | Change::Remove { node } = change {
                removed.entry(*node).or_insert(place);
            }
        }
    }
    removed
}
