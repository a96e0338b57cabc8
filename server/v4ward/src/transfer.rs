//! What became of the values of a V2 text, place by place, for reports and for the results of commands.

use serde::Serialize;
use v4ward_migration::record::{Outcome, Record};
use v4ward_migration::rules;
use v4ward_syntax::{Document, Node, NodeId};

/// A value that stands in V4 in another form.
pub(crate) struct Converted {
    pub(crate) leaf: NodeId,
    /// Where it stands now.
    pub(crate) to: Vec<Spot>,
    pub(crate) how: How,
}

/// A value that is not in V4.
pub(crate) struct Dropped {
    pub(crate) leaf: NodeId,
    pub(crate) rule: &'static str,
    /// In words, as Markdown.
    pub(crate) reason: &'static str,
    /// The rule's fix removed it.
    pub(crate) by_fix: bool,
}

/// A place in a text, which other versions of the text have too: which document, and where in it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub(crate) struct Spot {
    /// Which document of the text, counted from 0.
    pub(crate) document: usize,
    pub(crate) pointer: String,
}

/// What happened to a value that was converted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum How {
    /// One value of V4 says it in another form.
    OtherForm,
    /// Several values of V4 say it.
    Split,
    /// It became one value of V4 together with others.
    Joined,
    /// V4 does what it says anyway.
    Implied,
}

impl How {
    pub(crate) const ALL: [Self; 4] = [Self::OtherForm, Self::Split, Self::Joined, Self::Implied];

    /// Why the value is not as it was.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::OtherForm => "V4 says it in another form",
            Self::Split => "V4 says it in several places",
            Self::Joined => "V4 says it together with other values",
            Self::Implied => "V4 does what it says anyway, without a value of its own",
        }
    }
}

impl Spot {
    pub(crate) fn of(node: Node<'_>) -> Self {
        Self { document: document_of(node.document(), node.id()), pointer: node.pointer() }
    }

    /// What stands there in a text.
    pub(crate) fn find<'d>(&self, document: &'d Document) -> Option<Node<'d>> {
        document.roots().nth(self.document)?.descend(&self.pointer)
    }
}

/// Which document of its text a node belongs to, counted from 0.
pub(crate) fn document_of(document: &Document, node: NodeId) -> usize {
    document.roots().position(|root| root.holds(node)).unwrap_or_default()
}

/// The values that stand in V4 in another form, in the order of the V2 text.
pub(crate) fn converted(record: &Record, v4: &Document) -> Vec<Converted> {
    let converted = |(leaf, outcome): (NodeId, Outcome<'_>)| {
        let Outcome::Converted { to } = outcome else { return None };
        let to = outermost(to.iter().filter_map(|link| v4.nth(link.v4 as usize)));
        let how = match to.as_slice() {
            [] => How::Implied,
            [node] if record.sources(node.id().index() as u32).nth(1).is_some() => How::Joined,
            [_] => How::OtherForm,
            _ => How::Split,
        };
        let to = to.into_iter().map(Spot::of).collect();
        Some(Converted { leaf, to, how })
    };
    record.leaves().filter_map(converted).collect()
}

/// Without what stands inside of another one; they are in the order of the text.
fn outermost<'d>(nodes: impl Iterator<Item = Node<'d>>) -> Vec<Node<'d>> {
    let mut outermost: Vec<Node<'d>> = Vec::new();
    for node in nodes {
        if !outermost.last().is_some_and(|last| last.holds(node.id())) {
            outermost.push(node);
        }
    }
    outermost
}

/// The values that are not in V4, in the order of the V2 text.
pub(crate) fn dropped(record: &Record) -> Vec<Dropped> {
    let dropped = |(leaf, rule, by_fix): (NodeId, &'static str, bool)| {
        let declaration = rules::find(rule).map(|rule| rule.declaration());
        let reason = declaration.map_or("v4ward does not know it", |rule| rule.summary);
        Dropped { leaf, rule, reason, by_fix }
    };
    record.dropped().map(dropped).collect()
}
