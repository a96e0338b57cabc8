//! The transfer record: where each V2 leaf went, and where each V4 leaf came from.

use v4ward_syntax::{Document, NodeId};

use crate::convert::Notes;
use crate::fixes::Fixed;
use crate::target::Link;

/// A leaf that is `null` says nothing.
pub const NULL: &str = "null";
/// A leaf that no part of the conversion knows of: a fault of v4ward.
pub const UNACCOUNTED: &str = "unaccounted";

/// What became of a V2 leaf.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome<'r> {
    /// It stands in V4 with the same value.
    Carried {
        /// Where.
        to: &'r [Link],
    },
    /// It stands in V4 in another form; nowhere when V4 does what it says without a word.
    Converted {
        /// Where.
        to: &'r [Link],
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
    /// Every leaf in document order; for those without a link, what became of them.
    leaves: Vec<(NodeId, Fate)>,
    /// Ordered by V2 leaf, then by V4 node.
    by_v2: Vec<Link>,
    /// Ordered by V4 node.
    by_v4: Vec<Link>,
}

/// What became of a leaf that is at no place of its own in V4.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Unknown,
    Implied,
    Dropped { rule: &'static str, by_fix: bool },
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
    /// Puts the record together of the leaves of `parts`, which are in document order. `converted` is the document that
    /// was converted: `original`, or what fixes made of it.
    pub(crate) fn new(
        original: &Document,
        parts: &[NodeId],
        converted: &Document,
        fixed: Option<&Fixed>,
        notes: &Notes,
        links: Vec<Link>,
    ) -> Self {
        let fates = fates(converted, notes);
        match fixed {
            None => Self::assemble(original, parts, links, fates),
            Some(fixed) => {
                let links = links.iter().flat_map(|link| before_fixes(original, fixed, *link)).collect();
                Self::assemble(original, parts, links, fates_before_fixes(original, fixed, &fates))
            }
        }
    }

    /// `fates` has an entry for each node of the document.
    fn assemble(document: &Document, parts: &[NodeId], mut links: Vec<Link>, fates: Vec<Fate>) -> Self {
        // An empty list of V4 may have been made of a V2 part that holds something else.
        links.retain(|link| document.node(link.v2).is_leaf());
        let mut by_v2 = links.clone();
        by_v2.sort_by_key(|link| (link.v2, link.v4));
        let nodes = parts.iter().flat_map(|part| document.node(*part).subtree());
        let leaves = nodes.filter(|node| node.is_leaf());
        let leaves = leaves.map(|leaf| (leaf.id(), fates[leaf.id().index()])).collect();
        Self { leaves, by_v2, by_v4: links }
    }

    /// Every V2 leaf once, in document order, with what became of it.
    pub fn leaves(&self) -> impl Iterator<Item = (NodeId, Outcome<'_>)> {
        let mut rest = self.by_v2.as_slice();
        self.leaves.iter().map(move |(leaf, fate)| {
            let count = rest.iter().take_while(|link| link.v2 == *leaf).count();
            let (own, later) = rest.split_at(count);
            rest = later;
            (*leaf, outcome(own, *fate))
        })
    }

    /// What became of each leaf of a part of the V2 document.
    pub fn outcomes_below(&self, document: &Document, part: NodeId) -> impl Iterator<Item = Outcome<'_>> {
        let (start, end) = (part.index(), document.node(part).subtree_end());
        let first = self.leaves.partition_point(|(leaf, _)| leaf.index() < start);
        let last = self.leaves.partition_point(|(leaf, _)| leaf.index() < end);
        self.leaves[first..last].iter().map(|(leaf, fate)| {
            let from = self.by_v2.partition_point(|link| link.v2 < *leaf);
            let count = self.by_v2[from..].iter().take_while(|link| link.v2 == *leaf).count();
            outcome(&self.by_v2[from..from + count], *fate)
        })
    }

    /// The V2 leaves that a node of the V4 document comes from; none when it was added.
    pub fn sources(&self, v4: u32) -> impl Iterator<Item = NodeId> {
        let first = self.by_v4.partition_point(|link| link.v4 < v4);
        self.by_v4[first..].iter().take_while(move |link| link.v4 == v4).map(|link| link.v2)
    }

    /// How many leaves had which outcome.
    #[must_use]
    pub fn summary(&self) -> RecordSummary {
        let mut summary = RecordSummary::default();
        for (_, outcome) in self.leaves() {
            match outcome {
                Outcome::Carried { .. } => summary.carried += 1,
                Outcome::Converted { .. } => summary.converted += 1,
                // Nothing is lost with a null.
                Outcome::Dropped { rule, .. } if rule == NULL => {}
                Outcome::Dropped { .. } => summary.dropped += 1,
            }
        }
        summary
    }

    /// The V2 leaves that are not in V4, with the rule that says why, and whether its fix did it.
    pub fn dropped(&self) -> impl Iterator<Item = (NodeId, &'static str, bool)> {
        self.leaves().filter_map(|(leaf, outcome)| match outcome {
            Outcome::Dropped { rule, by_fix } if rule != NULL => Some((leaf, rule, by_fix)),
            _ => None,
        })
    }
}

fn outcome(links: &[Link], fate: Fate) -> Outcome<'_> {
    match (links, fate) {
        ([], Fate::Implied) => Outcome::Converted { to: links },
        ([], Fate::Dropped { rule, by_fix }) => Outcome::Dropped { rule, by_fix },
        ([], Fate::Unknown) => Outcome::Dropped { rule: UNACCOUNTED, by_fix: false },
        (links, _) if links.iter().all(|link| link.same) => Outcome::Carried { to: links },
        (links, _) => Outcome::Converted { to: links },
    }
}

/// What the conversion says of each node; the first word counts.
fn fates(document: &Document, notes: &Notes) -> Vec<Fate> {
    let mut fates = vec![Fate::Unknown; document.nodes().len()];
    for part in &notes.implied {
        settle(document, *part, Fate::Implied, &mut fates);
    }
    for (part, rule) in &notes.dropped {
        settle(document, *part, Fate::Dropped { rule, by_fix: false }, &mut fates);
    }
    for node in document.nodes() {
        if node.is_shadowed() {
            settle(document, node.id(), Fate::Dropped { rule: "duplicate-key", by_fix: false }, &mut fates);
        }
        let fate = &mut fates[node.id().index()];
        if node.is_null() {
            *fate = Fate::Dropped { rule: NULL, by_fix: false };
        } else if *fate == Fate::Unknown && (node.is_container() || node.is_alias()) {
            // An empty list or object holds nothing that could be lost; what an alias stands for has its own outcome.
            *fate = Fate::Implied;
        }
    }
    fates
}

fn settle(document: &Document, part: NodeId, fate: Fate, fates: &mut [Fate]) {
    for node in document.node(part).subtree() {
        let known = &mut fates[node.id().index()];
        if *known == Fate::Unknown {
            *known = fate;
        }
    }
}

/// A link from the text as it was before fixes; several when a fix joined leaves.
fn before_fixes<'a>(original: &'a Document, fixed: &'a Fixed, link: Link) -> impl Iterator<Item = Link> + use<'a> {
    let new = fixed.document.node(link.v2);
    let old = fixed.origins.get(&link.v2).into_iter().flatten();
    old.map(move |old| {
        let before = original.node(*old);
        let same = link.same && before.kind() == new.kind() && before.scalar() == new.scalar();
        Link { v2: *old, same, ..link }
    })
}

fn fates_before_fixes(original: &Document, fixed: &Fixed, fates: &[Fate]) -> Vec<Fate> {
    let mut before = vec![Fate::Unknown; original.nodes().len()];
    for (leaf, rule) in &fixed.dropped {
        before[leaf.index()] = Fate::Dropped { rule, by_fix: true };
    }
    for (new, old) in &fixed.origins {
        for old in old {
            before[old.index()] = fates[new.index()];
        }
    }
    before
}
