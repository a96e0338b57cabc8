//! `v4-list-too-short`

use v4ward_syntax::Node;

use crate::finding::Severity;
use crate::v4::FailureKind;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, Turn, who};

pub(super) struct V4ListTooShort;

static DECLARATION: Declaration = Declaration {
    id: "v4-list-too-short",
    severity: Severity::Error,
    summary: "A list that must not be empty",
    explanation: "\
An API has at least one listener and one endpoint group, an HTTP listener at least one path and one entrypoint. \
Without them the API is refused.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "api": { "listeners": [
  { "type": "HTTP", "paths": [], "entrypoints": [{ "type": "http-proxy" }] }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "listeners": [
  { "type": "HTTP", "paths": [{ "path": "/orders/" }], "entrypoints": [{ "type": "http-proxy" }] }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks; §2.2",
};

impl Rule for V4ListTooShort {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn turn(&self) -> Turn {
        Turn::OfSchema
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (list, failure) in cx.failures() {
            if failure.kind == FailureKind::TooFew(1) {
                report.add(Match::at_key(list));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let key = finding.place.node().and_then(Node::key);
        let (what, help) = match key.as_deref() {
            Some("listeners") => ("an API needs a listener", "add a listener with a path and an entrypoint"),
            Some("endpointGroups") => ("an API needs an endpoint group", "add a group with an endpoint"),
            Some("paths") => ("a listener needs a path", "add a path"),
            Some("entrypoints") => ("a listener needs an entrypoint", "add one of type http-proxy"),
            _ => ("this list must not be empty", "add an element"),
        };
        Message::new(format!("{what}: {}", who(finding.form)), help)
    }
}
