//! The transfer record: where each V2 leaf went, and where each V4 leaf came from.

use std::collections::HashMap;

use v4ward_syntax::{Document, NodeId};

use crate::convert::Notes;
use crate::fixes::Fixed;
use crate::target::import_json::Link;

/// A leaf that is `null` says nothing.
pub const NULL: &str = "null";
/// A leaf that no part of the conversion knows of: a fault of v4ward.
pub const UNACCOUNTED: &str = "unaccounted";

/// What became of a V2 leaf.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It stands in V4 with the same value.
    Carried {
        /// Nodes of the V4 document, in document order.
        to: Vec<u32>,
    },
    /// It stands in V4 in another form; nowhere when V4 does what it says without a word.
    Converted {
        /// Nodes of the V4 document, in document order.
        to: Vec<u32>,
    },
    /// It is not in V4.
    Dropped {
        /// The rule that says why, [`NULL`] or [`UNACCOUNTED`].
        rule: &'static str,
        /// The rule's fix removed it from the text before the conversion.
        by_fix: bool,
    },
}

/// What became of every leaf of a V2 text as it is on disk.
#[derive(Debug)]
pub struct Record {
    outcomes: Vec<(NodeId, Outcome)>,
    /// By V4 node: the V2 leaves it comes from; none was added.
    sources: HashMap<u32, Vec<NodeId>>,
}

/// How many leaves had which outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RecordSummary {
    /// Same value.
    pub carried: usize,
    /// Other form.
    pub converted: usize,
    /// Not in V4.
    pub dropped: usize,
}

impl Record {
    /// Puts the record together. `converted` is the document that was converted: `original`, or what fixes made of it.
    pub(crate) fn new(
        original: &Document,
        converted: &Document,
        fixed: Option<&Fixed>,
        notes: &Notes,
        links: &[Link],
    ) -> Self {
        let mut ledger = Ledger::new(converted);
        // An empty list of V4 may have been made of a V2 part that holds something else.
        for link in links.iter().filter(|link| converted.node(link.v2).is_leaf()) {
            ledger.sent(*link);
        }
        for node in &notes.implied {
            ledger.settle(*node, || Outcome::Converted { to: Vec::new() });
        }
        for (node, rule) in &notes.dropped {
            ledger.settle(*node, || Outcome::Dropped { rule, by_fix: false });
        }
        ledger.settle_rest();
        let record = Self::from_ledger(ledger);
        match fixed {
            None => record,
            Some(fixed) => record.before_fixes(original, fixed),
        }
    }

    fn from_ledger(ledger: Ledger<'_>) -> Self {
        let mut sources: HashMap<u32, Vec<NodeId>> = HashMap::new();
        let mut outcomes = Vec::new();
        for (index, outcome) in ledger.outcomes.into_iter().enumerate() {
            let Some(outcome) = outcome else { continue };
            let leaf = ledger.document.nodes().nth(index).map(|node| node.id());
            let Some(leaf) = leaf else { continue };
            if let Outcome::Carried { to } | Outcome::Converted { to } = &outcome {
                for place in to {
                    sources.entry(*place).or_default().push(leaf);
                }
            }
            outcomes.push((leaf, outcome));
        }
        Self { outcomes, sources }
    }

    /// The same for the text before fixes were applied to a copy of it.
    fn before_fixes(self, original: &Document, fixed: &Fixed) -> Self {
        let mut by_leaf: HashMap<NodeId, Outcome> = HashMap::new();
        for (leaf, outcome) in self.outcomes {
            let Some(old) = fixed.origins.get(&leaf) else { continue };
            let text = fixed.document.node(leaf).text();
            for old in old {
                let changed = original.node(*old).text() != text;
                merge(&mut by_leaf, *old, outcome.clone(), changed);
            }
        }
        for (leaf, rule) in &fixed.dropped {
            by_leaf.entry(*leaf).or_insert(Outcome::Dropped { rule, by_fix: true });
        }
        let outcomes: Vec<(NodeId, Outcome)> = original
            .nodes()
            .filter(|node| node.is_leaf())
            .map(|node| {
                let missing = Outcome::Dropped { rule: UNACCOUNTED, by_fix: false };
                (node.id(), by_leaf.remove(&node.id()).unwrap_or(missing))
            })
            .collect();
        let mut sources: HashMap<u32, Vec<NodeId>> = HashMap::new();
        for (leaf, outcome) in &outcomes {
            if let Outcome::Carried { to } | Outcome::Converted { to } = outcome {
                for place in to {
                    sources.entry(*place).or_default().push(*leaf);
                }
            }
        }
        Self { outcomes, sources }
    }

    /// Every V2 leaf once, in document order, with what became of it.
    pub fn leaves(&self) -> impl Iterator<Item = (NodeId, &Outcome)> {
        self.outcomes.iter().map(|(leaf, outcome)| (*leaf, outcome))
    }

    /// The V2 leaves that a node of the V4 document comes from; none when it was added.
    #[must_use]
    pub fn sources(&self, v4: u32) -> &[NodeId] {
        self.sources.get(&v4).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many leaves had which outcome.
    #[must_use]
    pub fn summary(&self) -> RecordSummary {
        let mut summary = RecordSummary::default();
        for (_, outcome) in &self.outcomes {
            match outcome {
                Outcome::Carried { .. } => summary.carried += 1,
                Outcome::Converted { .. } => summary.converted += 1,
                // Nothing is lost with a null.
                Outcome::Dropped { rule, .. } if *rule == NULL => {}
                Outcome::Dropped { .. } => summary.dropped += 1,
            }
        }
        summary
    }

    /// The V2 leaves that are not in V4, with the rule that says why, and whether its fix did it.
    pub fn dropped(&self) -> impl Iterator<Item = (NodeId, &'static str, bool)> {
        self.outcomes.iter().filter_map(|(leaf, outcome)| match outcome {
            Outcome::Dropped { rule, by_fix } if *rule != NULL => Some((*leaf, *rule, *by_fix)),
            _ => None,
        })
    }
}

/// A leaf may have come to several leaves of the fixed text.
fn merge(by_leaf: &mut HashMap<NodeId, Outcome>, leaf: NodeId, outcome: Outcome, changed: bool) {
    let outcome = match outcome {
        Outcome::Carried { to } if changed => Outcome::Converted { to },
        outcome => outcome,
    };
    match by_leaf.entry(leaf) {
        std::collections::hash_map::Entry::Vacant(entry) => {
            entry.insert(outcome);
        }
        std::collections::hash_map::Entry::Occupied(mut entry) => {
            let joined = match (entry.get().clone(), outcome) {
                (Outcome::Dropped { .. }, other) => other,
                (kept, Outcome::Dropped { .. }) => kept,
                (Outcome::Carried { to: mut a }, Outcome::Carried { to: b }) => {
                    a.extend(b);
                    Outcome::Carried { to: a }
                }
                (
                    Outcome::Carried { to: mut a } | Outcome::Converted { to: mut a },
                    Outcome::Carried { to: b } | Outcome::Converted { to: b },
                ) => {
                    a.extend(b);
                    Outcome::Converted { to: a }
                }
            };
            entry.insert(joined);
        }
    }
}

/// One entry per node of a document; only leaves get an outcome.
struct Ledger<'d> {
    document: &'d Document,
    outcomes: Vec<Option<Outcome>>,
}

impl<'d> Ledger<'d> {
    fn new(document: &'d Document) -> Self {
        Self { document, outcomes: vec![None; document.nodes().len()] }
    }

    fn sent(&mut self, link: Link) {
        let slot = &mut self.outcomes[link.v2.index()];
        *slot = Some(match (slot.take(), link.same) {
            (None, true) => Outcome::Carried { to: vec![link.v4] },
            (Some(Outcome::Carried { mut to }), true) => {
                to.push(link.v4);
                Outcome::Carried { to }
            }
            (Some(Outcome::Carried { mut to } | Outcome::Converted { mut to }), _) => {
                to.push(link.v4);
                Outcome::Converted { to }
            }
            _ => Outcome::Converted { to: vec![link.v4] },
        });
    }

    /// Gives an outcome to the leaves of a part that have none.
    fn settle(&mut self, part: NodeId, outcome: impl Fn() -> Outcome) {
        for node in self.document.node(part).subtree().filter(|node| node.is_leaf()) {
            let slot = &mut self.outcomes[node.id().index()];
            if slot.is_none() && !node.is_null() {
                *slot = Some(outcome());
            }
        }
    }

    /// Leaves that say nothing, members that a later one of the same key shadows, and anything that was forgotten.
    fn settle_rest(&mut self) {
        for node in self.document.nodes() {
            if node.is_shadowed() {
                let shadowed = || Outcome::Dropped { rule: "duplicate-key", by_fix: false };
                self.settle(node.id(), shadowed);
            }
        }
        for node in self.document.nodes().filter(|node| node.is_leaf()) {
            let slot = &mut self.outcomes[node.id().index()];
            if slot.is_some() {
                continue;
            }
            *slot = Some(if node.is_null() {
                Outcome::Dropped { rule: NULL, by_fix: false }
            } else if node.is_container() {
                // An empty list or object holds nothing that could be lost.
                Outcome::Converted { to: Vec::new() }
            } else {
                Outcome::Dropped { rule: UNACCOUNTED, by_fix: false }
            });
        }
    }
}
