//! `name-with-colon`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct NameWithColon;

static DECLARATION: Declaration = Declaration {
    id: "name-with-colon",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A colon in the name of an endpoint or a group",
    explanation: "\
The gateway writes `name:` before a path to choose an endpoint, so names of endpoints and groups may hold no colon. \
APIM refuses to save or import an API with one, V2 or V4.

When you rename one, look for its name in expressions such as `{#endpoints['one']}` and in `dynamic-routing` steps.",
    fix_safety: "\
Writing `-` instead of the colon is unsafe: expressions and `dynamic-routing` steps may use the name.",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "orders:8443", "target": "https://orders.example:8443", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"#,
    ),
    good: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "orders-8443", "target": "https://orders.example:8443", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §1.1, endpoint group; §2.1, what the import checks",
};

impl Rule for NameWithColon {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for group in &cx.api.proxy.groups {
            let endpoints = group.endpoints.iter().filter_map(|endpoint| endpoint.name.as_ref());
            for name in group.name.iter().chain(endpoints).filter(|name| name.value.contains(':')) {
                report.add(Match::at(name.node).subject(name.value.as_ref()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let name = finding.subject.as_deref().unwrap_or_default();
        Message::new(
            format!("the name {name} has a colon: APIM refuses to save or import the API"),
            "choose a name without a colon, also where expressions and dynamic-routing steps use it",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let (Some(node), Some(name)) = (finding.place.node(), &finding.subject) else { return Vec::new() };
        let value = Value::Derived { text: name.replace(':', "-"), from: vec![node.id()] };
        vec![Fix::needs_decision("Write - instead of the colon", vec![Change::Replace { node: node.id(), value }])]
    }
}
