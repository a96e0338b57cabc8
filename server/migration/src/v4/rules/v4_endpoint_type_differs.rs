//! `v4-endpoint-type-differs`

use v4ward_syntax::Node;

use crate::finding::{Detail, Severity};
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, related_nodes, who};
use crate::v4::view::text;

pub(super) struct V4EndpointTypeDiffers;

static DECLARATION: Declaration = Declaration {
    id: "v4-endpoint-type-differs",
    severity: Severity::Error,
    summary: "An endpoint of another type than its group",
    explanation: "\
A group and all of its endpoints are of one type, which is `http-proxy` for an HTTP API.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "api": { "endpointGroups": [
  {
    "name": "backend",
    "type": "http-proxy",
    "endpoints": [
      { "name": "one", "type": "mock", "configuration": { "target": "https://orders.example" } }
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
      { "name": "one", "type": "http-proxy", "configuration": { "target": "https://orders.example" } }
    ]
  }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4EndpointTypeDiffers {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (group, endpoint) in cx.api.endpoints() {
            let (Some((of_group, wanted)), Some((node, kind))) = (text(group, "type"), text(endpoint, "type")) else {
                continue;
            };
            if wanted != kind {
                report.add(Match::at(node).detail(Detail::Nodes(vec![of_group])));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("the endpoint is of another type than its group: {}", who(finding.form)),
            "give it the type of the group and a configuration that goes with it, or move it to another group",
        )
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the type of the group")
    }
}
