//! `v4-key-not-hrid`

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Detail, Severity};
use crate::v4::FailureKind;
use crate::v4::rule::{Context, Declaration, Example, Finding, Form, Match, Message, Report, Rule, related_nodes};

pub(super) struct V4KeyNotHrid;

static DECLARATION: Declaration = Declaration {
    id: "v4-key-not-hrid",
    severity: Severity::Error,
    summary: "A key of a plan or page that APIM does not take",
    explanation: "\
The key of a plan or page in a resource becomes its name in APIM: three or more letters, digits, `-` and `_`, with \
a letter or digit at both ends. The operator writes `-` for each space and dot; two keys that are the same then \
name one thing.",
    fix_safety: "",
    bad: Example::Resource(
        r#"plans:
  f:
    name: Free
    security: { type: KEY_LESS }"#,
    ),
    good: Example::Resource(
        r#"plans:
  free:
    name: Free
    security: { type: KEY_LESS }"#,
    ),
    source: "FORMATS §2.2, HRIDs",
};

impl Rule for V4KeyNotHrid {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.api.form != Form::Resource {
            return;
        }
        for (node, failure) in cx.failures() {
            if failure.kind == FailureKind::Name && is_part(node, cx.api.node) {
                report.add(Match::at_key(node));
            }
        }
        for map in ["plans", "pages"] {
            let mut first: HashMap<String, Node<'d>> = HashMap::new();
            let entries = cx.api.node.get(map).filter(|map| map.kind() == NodeKind::Object);
            for entry in entries.into_iter().flat_map(Node::values) {
                match first.entry(entry.key().unwrap_or_default().replace([' ', '.'], "-")) {
                    Entry::Occupied(earlier) => {
                        report.add(Match::at_key(entry).detail(Detail::Nodes(vec![*earlier.get()])));
                    }
                    Entry::Vacant(free) => {
                        free.insert(entry);
                    }
                }
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        match &finding.detail {
            Detail::Nodes(_) => Message::new(
                "this key is the same as another one once the operator has written - for spaces and dots: one is lost",
                "give one of the two another key",
            ),
            _ => Message::new(
                "this key cannot be the name of a plan or page: APIM refuses the resource",
                "take three or more letters, digits, - and _, with a letter or digit at both ends",
            ),
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the other key")
    }
}

/// True for a plan or page of the resource.
fn is_part(node: Node<'_>, spec: Node<'_>) -> bool {
    let map = node.parent();
    map.is_some_and(|map| (map.has_key("plans") || map.has_key("pages")) && map.parent() == Some(spec))
}
