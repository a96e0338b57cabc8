//! `logging-condition-early`

use crate::expression::{ExpressionPlace, Read};
use crate::finding::{Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct LoggingConditionEarly;

static DECLARATION: Declaration = Declaration {
    id: "logging-condition-early",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A logging condition on what is not known yet",
    explanation: "\
The legacy engine looks at the condition of logging twice: when a request arrives, and again once its plan is known. The \
engine of V4 looks once, before that. There is no application, no plan, no user and no subscription then, and no \
response. A condition that compares one of them is never true, and the calls that it is for are no longer logged; one \
that asks for something *not* to be so is always true, and more is logged than before.

Traffic is handled as before: only the logs differ.",
    fix_safety: "",
    bad: Example::OnLegacyEngine(
        r##"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ],
    "logging": {
      "mode": "CLIENT_PROXY",
      "content": "HEADERS",
      "scope": "REQUEST_RESPONSE",
      "condition": "{#context.attributes['application'] == 'b5c1e9f0'}"
    }
  }
}"##,
    ),
    good: Example::OnLegacyEngine(
        r##"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ],
    "logging": {
      "mode": "CLIENT_PROXY",
      "content": "HEADERS",
      "scope": "REQUEST_RESPONSE",
      "condition": "{#request.headers['X-Debug'] != null}"
    }
  }
}"##,
    ),
    source: "SEMANTICS E07; issues 9034, 7329",
};

/// Attributes that the security of a plan sets, or what comes after it.
const OF_SECURITY: &[&str] = &["application", "plan", "subscription-id", "user", "user-id", "user.roles"];
/// Beginnings of the names of others.
const OF_TOKENS: &[&str] = &["jwt.", "oauth."];

impl Rule for LoggingConditionEarly {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        // Where nothing is logged, the condition has a rule of its own.
        if cx.api.proxy.logging.as_ref().is_none_or(|logging| logging.is_off()) {
            return;
        }
        for field in cx.expressions().iter().filter(|field| field.place == ExpressionPlace::LoggingCondition) {
            if let Some(read) = field.reads().find(|read| comes_later(read)) {
                report.add(Match::inside(field.node, read.whole.clone()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let span = finding.place.span();
        let read = finding.place.node().map(|node| node.document().slice(span)).filter(|text| text.starts_with('#'));
        let what = match read {
            Some(read) if read.starts_with("#response") => "the response",
            _ => "the caller",
        };
        Message::new(
            format!(
                "the legacy engine looks at this condition again after the security of the plan, V4 only before it, when \
                 {what} is not known: what is logged differs"
            ),
            "ask for something of the request, such as a header",
        )
    }
}

/// True for what is not there before a request has its plan.
fn comes_later(read: &Read<'_>) -> bool {
    if matches!(read.variable, "subscription" | "response") {
        return true;
    }
    let attribute = read.steps.get(1).filter(|_| read.is(&["context", "attributes"]));
    let Some(name) = attribute.and_then(|step| step.key()) else {
        return attribute.is_some_and(|step| OF_SECURITY.iter().any(|name| step.takes(name)));
    };
    let name = name.strip_prefix("gravitee.attribute.").unwrap_or(name);
    OF_SECURITY.contains(&name) || OF_TOKENS.iter().any(|start| name.starts_with(start))
}
