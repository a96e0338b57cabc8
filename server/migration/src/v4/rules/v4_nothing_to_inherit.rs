//! `v4-nothing-to-inherit`

use v4ward_syntax::Node;
use v4ward_syntax::edit::{Change, Value};

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, who};

pub(super) struct V4NothingToInherit;

static DECLARATION: Declaration = Declaration {
    id: "v4-nothing-to-inherit",
    severity: Severity::Error,
    summary: "An endpoint inherits what its group does not have",
    explanation: "\
With `inheritConfiguration: true` an endpoint takes the `sharedConfiguration` of its group. When the group has \
none, or `null`, the API is refused.",
    fix_safety: "\
Without a `sharedConfigurationOverride` the endpoint has the defaults of V4: other timeouts and pool sizes than V2 \
had.",
    bad: Example::Import(
        r#"{ "api": { "endpointGroups": [
  {
    "name": "backend",
    "type": "http-proxy",
    "endpoints": [
      {
        "name": "one",
        "type": "http-proxy",
        "inheritConfiguration": true,
        "configuration": { "target": "https://orders.example" }
      }
    ]
  }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "endpointGroups": [
  {
    "name": "backend",
    "type": "http-proxy",
    "endpoints": [
      {
        "name": "one",
        "type": "http-proxy",
        "inheritConfiguration": false,
        "configuration": { "target": "https://orders.example" }
      }
    ]
  }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4NothingToInherit {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (group, endpoint) in cx.api.endpoints() {
            let inherits = endpoint.get("inheritConfiguration").filter(|flag| flag.as_bool() == Some(true));
            if let Some(flag) = inherits.filter(|_| group.get("sharedConfiguration").is_none_or(Node::is_null)) {
                report.add(Match::at(flag));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("the endpoint inherits a sharedConfiguration that its group does not have: {}", who(finding.form)),
            "write a sharedConfiguration into the group, or let the endpoint not inherit",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let flag = finding.place.node().map(Node::id);
        let change = flag.map(|node| Change::Replace { node, value: Value::Bool(false) });
        vec![Fix::needs_decision("Let the endpoint not inherit", change.into_iter().collect())]
    }
}
