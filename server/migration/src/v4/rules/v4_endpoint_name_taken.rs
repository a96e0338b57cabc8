//! `v4-endpoint-name-taken`

use std::borrow::Cow;
use std::collections::HashMap;

use v4ward_syntax::Node;

use crate::finding::{Detail, Severity};
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, related_nodes, who};
use crate::v4::view::{elements, text};

pub(super) struct V4EndpointNameTaken;

static DECLARATION: Declaration = Declaration {
    id: "v4-endpoint-name-taken",
    severity: Severity::Error,
    summary: "Two groups or endpoints of one name",
    explanation: "\
Endpoint groups and endpoints share one set of names. An API in which a name comes twice is refused, as expressions \
and the policy `dynamic-routing` find endpoints and groups by it.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "api": { "endpointGroups": [
  {
    "name": "backend",
    "type": "http-proxy",
    "endpoints": [
      { "name": "backend", "type": "http-proxy", "configuration": { "target": "https://orders.example" } }
    ]
  }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "endpointGroups": [
  {
    "name": "backend",
    "type": "http-proxy",
    "endpoints": [
      { "name": "backend-1", "type": "http-proxy", "configuration": { "target": "https://orders.example" } }
    ]
  }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4EndpointNameTaken {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let named = cx.api.groups().flat_map(|group| std::iter::once(group).chain(elements(group, "endpoints")));
        let mut first: HashMap<Cow<'_, str>, Node<'d>> = HashMap::new();
        for (node, name) in named.filter_map(|part| text(part, "name")) {
            match first.get(&name) {
                Some(earlier) => report.add(Match::at(node).detail(Detail::Nodes(vec![*earlier]))),
                None => {
                    first.insert(name, node);
                }
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("another group or endpoint has this name already: {}", who(finding.form)),
            "give one of the two another name, also where expressions and dynamic-routing steps use it",
        )
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the one that has the name already")
    }
}
