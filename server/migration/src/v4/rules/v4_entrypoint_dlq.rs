//! `v4-entrypoint-dlq`

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, removal, who};
use crate::v4::view::{elements, is_text};

pub(super) struct V4EntrypointDlq;

static DECLARATION: Declaration = Declaration {
    id: "v4-entrypoint-dlq",
    severity: Severity::Error,
    summary: "A dead letter queue where no messages come in",
    explanation: "\
`dlq` says where messages go that cannot be delivered. The entrypoint `http-proxy` has no messages, and an API with \
a `dlq` there is refused.",
    fix_safety: "A queue that no message can reach does nothing.",
    bad: Example::Import(
        r#"{ "api": { "listeners": [
  {
    "type": "HTTP",
    "paths": [{ "path": "/orders/" }],
    "entrypoints": [{ "type": "http-proxy", "dlq": { "endpoint": "one" } }]
  }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "listeners": [
  {
    "type": "HTTP",
    "paths": [{ "path": "/orders/" }],
    "entrypoints": [{ "type": "http-proxy" }]
  }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4EntrypointDlq {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let entrypoints = cx.api.listeners().flat_map(|listener| elements(listener, "entrypoints"));
        for entrypoint in entrypoints.filter(|entrypoint| is_text(entrypoint.get("type"), "http-proxy")) {
            if let Some(dlq) = entrypoint.get("dlq").filter(|dlq| !dlq.is_null()) {
                report.add(Match::at_key(dlq));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(format!("an http-proxy entrypoint has no dead letter queue: {}", who(finding.form)), "remove dlq")
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        vec![Fix::safe("Remove dlq", removal(finding))]
    }
}
