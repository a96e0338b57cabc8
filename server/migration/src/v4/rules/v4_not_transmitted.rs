//! `v4-not-transmitted`

use v4ward_syntax::Node;

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Form, Match, Message, Report, Rule, removal};

pub(super) struct V4NotTransmitted;

static DECLARATION: Declaration = Declaration {
    id: "v4-not-transmitted",
    severity: Severity::Warning,
    summary: "Something that the operator does not pass on",
    explanation: "\
The operator sends a V4 resource to the Automation API, which does not have everything that a listener of an import \
file has: path mappings, the check for null bytes and `allowPrivateNetwork` of CORS get lost on the way, and so \
does `comment_required` of a plan.",
    fix_safety: "What is not passed on changes nothing in APIM; without a ManagementContext the gateway may read it.",
    bad: Example::Resource(
        r#"listeners:
  - type: HTTP
    paths: [{ path: /orders/ }]
    pathMappings: ["/orders/:id"]
    entrypoints: [{ type: http-proxy }]"#,
    ),
    good: Example::Resource(
        r#"listeners:
  - type: HTTP
    paths: [{ path: /orders/ }]
    entrypoints: [{ type: http-proxy }]"#,
    ),
    source: "FORMATS §2.3",
};

impl Rule for V4NotTransmitted {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.api.form != Form::Resource {
            return;
        }
        for listener in cx.api.listeners() {
            let of_listener = ["pathMappings", "requestValidation"].into_iter().filter_map(|name| listener.get(name));
            let of_cors = listener.get("cors").and_then(|cors| cors.get("allowPrivateNetwork"));
            for lost in of_listener.filter(|it| it.values().next().is_some()).chain(of_cors) {
                report.add(Match::at_key(lost));
            }
        }
        for comment in cx.api.plans().filter_map(|plan| plan.get("comment_required")) {
            if comment.as_bool() == Some(true) {
                report.add(Match::at_key(comment));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let name = finding.place.node().and_then(Node::key).unwrap_or_default();
        Message::new(
            format!("the operator does not pass {name} on: APIM has the API without it"),
            "set it in the Console after each change, or manage this API by import files",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let name = finding.place.node().and_then(Node::key).unwrap_or_default();
        vec![Fix::needs_decision(format!("Remove {name}"), removal(finding))]
    }
}
