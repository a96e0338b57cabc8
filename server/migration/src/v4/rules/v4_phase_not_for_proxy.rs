//! `v4-phase-not-for-proxy`

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, removal};
use crate::v4::view::elements;

pub(super) struct V4PhaseNotForProxy;

static DECLARATION: Declaration = Declaration {
    id: "v4-phase-not-for-proxy",
    severity: Severity::Error,
    summary: "Steps in a phase that an HTTP API does not have",
    explanation: "\
An API that passes on HTTP calls has the phases `request` and `response`. Steps in `subscribe`, `publish`, \
`interact` and `entrypointConnect` (`connect` in a resource) are for other APIs: the operator refuses them, and \
nothing ever runs them.",
    fix_safety: "The steps go away. No request would have met them.",
    bad: Example::Import(
        r#"{ "api": { "flows": [{ "name": "Orders", "publish": [{ "policy": "mock", "configuration": { "status": "200" } }] }] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "flows": [{ "name": "Orders", "request": [{ "policy": "mock", "configuration": { "status": "200" } }] }] } }"#,
    ),
    source: "FORMATS §2.1, flow; §2.2, admission",
};

impl Rule for V4PhaseNotForProxy {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if !cx.api.is_proxy() {
            return;
        }
        for flow in cx.api.flows() {
            for phase in ["subscribe", "publish", "interact", "connect", "entrypointConnect"] {
                if let Some(steps) = flow.get(phase).filter(|_| elements(flow, phase).next().is_some()) {
                    report.add(Match::at_key(steps));
                }
            }
        }
    }

    fn message(&self, _finding: &Finding<'_>) -> Message {
        Message::new(
            "an HTTP API has no such phase: nothing runs these steps, and the operator refuses a resource that has them",
            "move the steps to request or response, or remove them",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        vec![Fix::needs_decision("Remove these steps", removal(finding))]
    }
}
