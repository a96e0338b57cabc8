//! `v4-endpoint-name-colon`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, who};
use crate::v4::view::{elements, text};

pub(super) struct V4EndpointNameColon;

static DECLARATION: Declaration = Declaration {
    id: "v4-endpoint-name-colon",
    severity: Severity::Error,
    summary: "A colon in the name of a group or endpoint",
    explanation: "\
A colon divides the name of an endpoint from the rest where it is used, as in `backend:/path`. So the name of a \
group or of an endpoint must not have one.",
    fix_safety: "\
Expressions and `dynamic-routing` steps that use the name have to be changed too. Where another group or endpoint \
has the new name already, choose a third one.",
    bad: Example::Import(
        r#"{ "api": { "endpointGroups": [
  {
    "name": "shop:backend",
    "type": "http-proxy",
    "endpoints": [
      { "name": "one", "type": "http-proxy", "configuration": { "target": "https://orders.example" } }
    ]
  }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "endpointGroups": [
  {
    "name": "shop-backend",
    "type": "http-proxy",
    "endpoints": [
      { "name": "one", "type": "http-proxy", "configuration": { "target": "https://orders.example" } }
    ]
  }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4EndpointNameColon {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let named = cx.api.groups().flat_map(|group| std::iter::once(group).chain(elements(group, "endpoints")));
        for (node, _) in named.filter_map(|part| text(part, "name")).filter(|(_, name)| name.contains(':')) {
            report.add(Match::at(node));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("the name of a group or endpoint must have no colon: {}", who(finding.form)),
            "write another sign, also where expressions and dynamic-routing steps use the name",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(name) = finding.place.node() else { return Vec::new() };
        let text = name.scalar().replace(':', "-");
        let title = format!("Rename it to {text}");
        let value = Value::Derived { text, from: vec![name.id()] };
        vec![Fix::needs_decision(title, vec![Change::Replace { node: name.id(), value }])]
    }
}
