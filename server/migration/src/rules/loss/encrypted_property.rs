//! `encrypted-property`

use crate::finding::{Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::target::Target;

pub(in crate::rules) struct EncryptedProperty;

static DECLARATION: Declaration = Declaration {
    id: "encrypted-property",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Information,
    summary: "A property that only its own server can read",
    explanation: "\
The value of an encrypted property is encrypted with a secret that the server is configured with. In the file stands \
the cipher text. It is carried as it is, and only a server with the same secret can read it; on any other the API \
starts with a value that makes no sense.

Nothing changes when the V4 API goes to the server that the V2 file comes from.",
    fix_safety: "",
    bad: Example::Members(r#"{ "properties": [{ "key": "backend-token", "value": "3q2+7w==", "encrypted": true }] }"#),
    good: Example::Members(
        r#"{ "properties": [{ "key": "backend-host", "value": "orders.example", "encrypted": false }] }"#,
    ),
    source: "FORMATS §5, API and proxy; §5.2",
};

impl Rule for EncryptedProperty {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        // The operator sends no word of it: `operator-does-not-transmit`.
        let properties = cx.api.properties.iter().filter(|_| cx.target == Target::ImportJson);
        for property in properties {
            if let Some(encrypted) = property.encrypted.as_ref().filter(|encrypted| encrypted.value) {
                report.add(Match::at(encrypted.node).subject(property.key.value.as_ref()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let key = finding.subject.as_deref().unwrap_or_default();
        Message::new(
            format!("the property {key} is encrypted: only a server with the same secret can read it"),
            "set the value anew on the server when the V4 API goes to another one",
        )
    }
}
