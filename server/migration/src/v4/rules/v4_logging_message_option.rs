//! `v4-logging-message-option`

use v4ward_syntax::Node;

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, removal, who};
use crate::v4::view::text;

pub(super) struct V4LoggingMessageOption;

static DECLARATION: Declaration = Declaration {
    id: "v4-logging-message-option",
    severity: Severity::Error,
    summary: "An option about messages in the logging of an HTTP API",
    explanation: "\
`messageCondition`, `messageHeaders`, `messagePayload` and `messageMetadata` are for APIs with messages. An HTTP \
API with logging that has the condition, or one of the others switched on, is refused.",
    fix_safety: "There is no message that could be logged.",
    bad: Example::Import(
        r#"{ "api": { "analytics": {
  "enabled": true,
  "logging": { "mode": { "entrypoint": true }, "phase": { "request": true }, "content": { "headers": true, "messagePayload": true } }
} } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "analytics": {
  "enabled": true,
  "logging": { "mode": { "entrypoint": true }, "phase": { "request": true }, "content": { "headers": true } }
} } }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4LoggingMessageOption {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let Some(logging) = cx.api.logging().filter(|_| cx.api.is_proxy()) else { return };
        if let Some((condition, _)) = text(logging, "messageCondition") {
            report.add(Match::at_key(condition));
        }
        let content = logging.get("content");
        for name in ["messageHeaders", "messagePayload", "messageMetadata"] {
            if let Some(flag) = content.and_then(|content| content.get(name)).filter(|it| it.as_bool() == Some(true)) {
                report.add(Match::at_key(flag));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let name = finding.place.node().and_then(Node::key).unwrap_or_default();
        Message::new(format!("{name} is for APIs with messages: {}", who(finding.form)), format!("remove {name}"))
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let name = finding.place.node().and_then(Node::key).unwrap_or_default();
        vec![Fix::safe(format!("Remove {name}"), removal(finding))]
    }
}
