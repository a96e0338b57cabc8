//! `duplicate-key`

use std::borrow::Cow;
use std::collections::HashMap;

use v4ward_syntax::edit::Change;
use v4ward_syntax::{Node, NodeId};

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct DuplicateKey;

static DECLARATION: Declaration = Declaration {
    id: "duplicate-key",
    group: Group::Reading,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "The same property twice in one object",
    explanation: "\
Where a property comes twice in one object, the last one counts, for APIM as for v4ward. The earlier one is ignored \
without a word, which is rarely what its author meant; often it is left over from a merge.",
    fix_safety: "Removing the earlier one is safe: nothing reads it.",
    bad: Example::File(
        r#"{
  "name": "Orders",
  "version": "1.0",
  "gravitee": "2.0.0",
  "execution_mode": "v4-emulation-engine",
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [
          { "name": "one", "target": "https://old.example", "target": "https://orders.example", "inherit": true }
        ]
      }
    ]
  }
}
"#,
    ),
    good: Example::File(
        r#"{
  "name": "Orders",
  "version": "1.0",
  "gravitee": "2.0.0",
  "execution_mode": "v4-emulation-engine",
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [
          { "name": "one", "target": "https://orders.example", "inherit": true }
        ]
      }
    ]
  }
}
"#,
    ),
    source: "MIGRATION, Reading V2",
};

impl Rule for DuplicateKey {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let mut winners = Winners::default();
        for node in cx.root.subtree().filter(|node| node.is_shadowed()) {
            let winner = winners.of(node);
            report.add(Match::at_key(node).detail(winner.map_or(Detail::None, |node| Detail::Nodes(vec![node]))));
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        match &finding.detail {
            Detail::Nodes(nodes) => nodes.iter().map(|node| (*node, "this one counts")).collect(),
            _ => Vec::new(),
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let key = finding.place.node().and_then(Node::key).unwrap_or_default();
        Message::new(
            format!("the property {key} comes again further down, and the last one counts: this one is ignored"),
            "remove one of the two",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let node = finding.place.node();
        node.map(|node| Fix::safe("Remove the one that is ignored", vec![Change::Remove { node: node.id() }]))
            .into_iter()
            .collect()
    }
}

/// The members that count, by object and key. Only objects with duplicates get in, each read once.
#[derive(Default)]
struct Winners<'d> {
    objects: HashMap<NodeId, HashMap<Cow<'d, str>, Node<'d>>>,
}

impl<'d> Winners<'d> {
    fn of(&mut self, node: Node<'d>) -> Option<Node<'d>> {
        let object = node.parent()?;
        let members = self
            .objects
            .entry(object.id())
            .or_insert_with(|| object.values().filter_map(|member| member.key().map(|key| (key, member))).collect());
        members.get(&node.key()?).copied()
    }
}
