//! `response-template-timeout-key`

use v4ward_syntax::Node;
use v4ward_syntax::edit::{Change, Value};

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct ResponseTemplateTimeoutKey;

static DECLARATION: Declaration = Declaration {
    id: "response-template-timeout-key",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A response template for an error that has another key in V4",
    explanation: "\
A response template says what a consumer gets for an error of the gateway, by the error's key. A backend that does \
not answer in time has the key `GATEWAY_CLIENT_CONNECTION_TIMEOUT` in V2. In V4 it has \
`GATEWAY_CLIENT_CONNECT_TIMEOUT` or `GATEWAY_CLIENT_READ_TIMEOUT`, and where the API has no template for these, that \
for `REQUEST_TIMEOUT` counts. APIM's migration copies the templates as they are; consumers then get the plain 504 of \
the gateway where they got the template.

Templates for `GATEWAY_CLIENT_CONNECTION_ERROR` go on to work.

The keys `GATEWAY_INVALID_REQUEST`, `GATEWAY_INVALID_RESPONSE`, `GATEWAY_OAUTH2_SERVER_ERROR` and \
`GATEWAY_MISSING_SECURITY_PROVIDER` are in the documentation of V2 only: no error of V4 is known to have one of them. \
Their templates are carried over and reported as information.",
    fix_safety: "\
Writing the same templates under the two new keys is safe: no error of V2 has them. Writing them under \
`REQUEST_TIMEOUT` is unsafe: it is shorter, but also answers requests that the gateway itself ends for taking too \
long, which the emulation engine does today.",
    bad: Example::Members(
        r#"{
  "response_templates": {
    "GATEWAY_CLIENT_CONNECTION_TIMEOUT": {
      "*/*": { "status": 503, "headers": {}, "body": "Try again later" }
    }
  }
}"#,
    ),
    good: Example::Members(
        r#"{
  "response_templates": {
    "GATEWAY_CLIENT_CONNECTION_TIMEOUT": {
      "*/*": { "status": 503, "headers": {}, "body": "Try again later" }
    },
    "GATEWAY_CLIENT_CONNECT_TIMEOUT": {
      "*/*": { "status": 503, "headers": {}, "body": "Try again later" }
    },
    "GATEWAY_CLIENT_READ_TIMEOUT": {
      "*/*": { "status": 503, "headers": {}, "body": "Try again later" }
    }
  }
}"#,
    ),
    source: "SEMANTICS M09",
};

const OLD: &str = "GATEWAY_CLIENT_CONNECTION_TIMEOUT";
/// What V4 calls the error, by what it waited for.
const NEW: [&str; 2] = ["GATEWAY_CLIENT_CONNECT_TIMEOUT", "GATEWAY_CLIENT_READ_TIMEOUT"];
/// V4 looks here when the API has no template for the key itself.
const PARENT: &str = "REQUEST_TIMEOUT";
/// No error of V4 has these.
const DEAD: &[&str] = &[
    "GATEWAY_INVALID_REQUEST",
    "GATEWAY_INVALID_RESPONSE",
    "GATEWAY_OAUTH2_SERVER_ERROR",
    "GATEWAY_MISSING_SECURITY_PROVIDER",
];
const UNUSED: &str = "unused";

impl Rule for ResponseTemplateTimeoutKey {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let Some(templates) = cx.api.response_templates_node else { return };
        for error in cx.api.response_templates.iter().filter(|error| !error.templates.is_empty()) {
            let found = Match::at_key(error.node);
            if error.node.has_key(OLD) && !missing(templates).is_empty() {
                report.add(found);
            } else if DEAD.iter().any(|key| error.node.has_key(key)) {
                report.add(found.severity(Severity::Information).detail(Detail::Variant(UNUSED)));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        if matches!(finding.detail, Detail::Variant(UNUSED)) {
            return Message::new(
                format!("no error of V4 is known to have the key {}: this template is never used", finding.key()),
                "nothing needs to be done; remove the template if no consumer was told of it",
            );
        }
        let keys = finding.place.node().and_then(Node::parent).map(missing).unwrap_or_default();
        Message::new(
            format!(
                "in V4 a backend that does not answer in time has another key ({}): consumers get the plain 504 of \
                 the gateway instead of this template",
                keys.join(" or ")
            ),
            "write the template under the new keys too",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(old) = finding.place.node().filter(|_| matches!(finding.detail, Detail::None)) else {
            return Vec::new();
        };
        let Some(templates) = old.parent() else { return Vec::new() };
        let copy = |key: &str| Change::InsertMember {
            object: templates.id(),
            after: Some(old.id()),
            key: key.to_owned(),
            value: Value::Copy(old.id()),
        };
        let keys = missing(templates);
        let copies = keys.iter().map(|key| copy(key)).collect();
        vec![
            Fix::safe(format!("Write the template under {} too", keys.join(" and ")), copies),
            Fix::needs_decision(format!("Write the template under {PARENT} too"), vec![copy(PARENT)]),
        ]
    }
}

/// The new keys for which V4 finds no template.
fn missing(templates: Node<'_>) -> Vec<&'static str> {
    let has = |key: &str| templates.get(key).is_some_and(|template| !template.is_null());
    if has(PARENT) { Vec::new() } else { NEW.into_iter().filter(|key| !has(key)).collect() }
}
