//! `v4-analytics-sampling`

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, removal, who};

pub(super) struct V4AnalyticsSampling;

static DECLARATION: Declaration = Declaration {
    id: "v4-analytics-sampling",
    severity: Severity::Error,
    summary: "Sampling of messages in an API that has none",
    explanation: "\
`analytics.sampling` says which messages are recorded. An API that passes on HTTP calls has no messages, and one \
with this block is refused.",
    fix_safety: "There is no message that could be sampled.",
    bad: Example::Import(
        r#"{ "api": { "analytics": { "enabled": true, "sampling": { "type": "COUNT", "value": "10" } } } }"#,
    ),
    good: Example::Import(r#"{ "api": { "analytics": { "enabled": true } } }"#),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4AnalyticsSampling {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let sampling = cx.api.node.get("analytics").and_then(|analytics| analytics.get("sampling"));
        if let Some(sampling) = sampling.filter(|sampling| cx.api.is_proxy() && !sampling.is_null()) {
            report.add(Match::at_key(sampling));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(format!("sampling is for APIs with messages: {}", who(finding.form)), "remove sampling")
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        vec![Fix::safe("Remove sampling", removal(finding))]
    }
}
