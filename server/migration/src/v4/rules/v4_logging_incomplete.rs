//! `v4-logging-incomplete`

use v4ward_syntax::Node;

use crate::finding::Severity;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, who};

pub(super) struct V4LoggingIncomplete;

static DECLARATION: Declaration = Declaration {
    id: "v4-logging-incomplete",
    severity: Severity::Error,
    summary: "Logging that says neither what nor when",
    explanation: "\
Logging that is on for the entrypoint or the endpoint needs `phase` (request, response) and `content` (headers, \
payload). An API with logging that lacks one of them is refused.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "api": { "analytics": { "enabled": true, "logging": { "mode": { "entrypoint": true }, "phase": { "request": true } } } } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "analytics": {
  "enabled": true,
  "logging": { "mode": { "entrypoint": true }, "phase": { "request": true }, "content": { "headers": true } }
} } }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4LoggingIncomplete {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if let Some(logging) = cx.api.logging().filter(|_| cx.api.is_proxy()) {
            for member in ["phase", "content"].into_iter().filter(|name| logging.get(name).is_none_or(Node::is_null)) {
                report.add(Match::missing(logging, member));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let missing = finding.missing.unwrap_or_default();
        let help = match missing {
            "phase" => "say which of request and response are logged",
            _ => "say which of headers and payload are logged",
        };
        Message::new(format!("logging has no {missing}: {}", who(finding.form)), help)
    }
}
