//! `property-duplicate`

use std::collections::HashMap;

use v4ward_syntax::Node;
use v4ward_syntax::edit::Change;

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct PropertyDuplicate;

static DECLARATION: Declaration = Declaration {
    id: "property-duplicate",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "Two properties of one key",
    explanation: "\
The V4 gateway puts the properties of an API into a map when an expression first reads one, and fails where two have \
the same key. Every request whose flows, target or conditions read a property then fails, whichever property they read.

Keys are compared as they are written: `Host` and `host` are two properties.",
    fix_safety: "Keeping only the last one is unsafe: look which of the values the API needs.",
    bad: Example::Members(
        r#"{
  "properties": [
    { "key": "host", "value": "old.example" },
    { "key": "host", "value": "orders.example" }
  ]
}"#,
    ),
    good: Example::Members(
        r#"{
  "properties": [
    { "key": "host", "value": "orders.example" }
  ]
}"#,
    ),
    source: "SEMANTICS M11",
};

impl Rule for PropertyDuplicate {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let properties = &cx.api.properties;
        let last: HashMap<&str, Node<'d>> =
            properties.iter().map(|property| (property.key.value.as_ref(), property.key.node)).collect();
        for property in properties {
            let Some(last) = last.get(property.key.value.as_ref()) else { continue };
            if *last != property.key.node {
                let detail = Detail::Nodes(vec![*last, property.node]);
                report.add(Match::at(property.key.node).named(Some(&property.key)).detail(detail));
            }
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        match &finding.detail {
            Detail::Nodes(nodes) => nodes.first().map(|node| (*node, "the last one of this key")).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let key = finding.subject.as_deref().unwrap_or_default();
        Message::new(
            format!("there is another property {key}: on V4 every request that reads a property fails"),
            "remove one of the two, or give it another key where expressions need both",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Detail::Nodes(nodes) = &finding.detail else { return Vec::new() };
        let earlier = nodes.last().map(|property| vec![Change::Remove { node: property.id() }]);
        earlier.map(|changes| Fix::needs_decision("Keep the last one", changes)).into_iter().collect()
    }
}
