//! `v4-endpoint-group-empty`

use v4ward_syntax::NodeKind;

use crate::finding::Severity;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, who};
use crate::v4::view::is_flag;

pub(super) struct V4EndpointGroupEmpty;

static DECLARATION: Declaration = Declaration {
    id: "v4-endpoint-group-empty",
    severity: Severity::Error,
    summary: "An endpoint group without endpoints",
    explanation: "\
A group needs an endpoint, unless service discovery finds its endpoints and is switched on.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "api": { "endpointGroups": [
  { "name": "backend", "type": "http-proxy", "endpoints": [] }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "endpointGroups": [
  {
    "name": "backend",
    "type": "http-proxy",
    "endpoints": [
      { "name": "one", "type": "http-proxy", "configuration": { "target": "https://orders.example" } }
    ]
  }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4EndpointGroupEmpty {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for group in cx.api.groups().filter(|group| group.kind() == NodeKind::Object) {
            let discovery = group.get("services").and_then(|services| services.get("discovery"));
            if discovery.is_some_and(|discovery| is_flag(discovery.get("enabled"), true)) {
                continue;
            }
            match group.get("endpoints") {
                None => report.add(Match::missing(group, "endpoints")),
                Some(list) if list.kind() == NodeKind::Array && list.values().next().is_none() => {
                    report.add(Match::at_key(list));
                }
                Some(_) => {}
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("the group has no endpoint and no service discovery that finds any: {}", who(finding.form)),
            "add an endpoint, or remove the group",
        )
    }
}
