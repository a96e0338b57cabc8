//! `failover-below-minimum`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct FailoverBelowMinimum;

static DECLARATION: Declaration = Declaration {
    id: "failover-below-minimum",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A failover that V4 thinks too short",
    explanation: "\
`retryTimeout` is the time in milliseconds after which a call counts as failed and is tried again; V4 takes no less \
than 50. `maxAttempts` is the number of such tries; V4 takes no less than 0. APIM's migration copies smaller values, \
and the V4 API can then not be saved or imported. The conversion writes the minimum instead.",
    fix_safety: "Setting the minimum is unsafe: V2 then waits longer before it tries again.",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ],
    "failover": { "maxAttempts": 2, "retryTimeout": 20 }
  }
}"#,
    ),
    good: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ],
    "failover": { "maxAttempts": 2, "retryTimeout": 50 }
  }
}"#,
    ),
    source: "FORMATS §2.1, failover; conformance D08",
};

impl Rule for FailoverBelowMinimum {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let Some(failover) = &cx.api.proxy.failover else { return };
        for (value, minimum) in [(&failover.retry_timeout, MIN_TIMEOUT), (&failover.max_attempts, MIN_ATTEMPTS)] {
            if let Some(value) = value.as_ref().filter(|value| value.value < minimum) {
                report.add(Match::at(value.node));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let minimum = minimum(finding);
        Message::new(
            format!("V4 takes no {} below {minimum}: the V4 file gets {minimum}", finding.key()),
            "set a value that leaves the backend time to answer",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let minimum = minimum(finding);
        let value = Value::Integer(minimum);
        let change = finding.place.node().map(|node| Change::Replace { node: node.id(), value });
        vec![Fix::needs_decision(format!("Set {minimum}"), change.into_iter().collect())]
    }
}

const MIN_TIMEOUT: i64 = 50;
const MIN_ATTEMPTS: i64 = 0;

fn minimum(finding: &Finding<'_>) -> i64 {
    if finding.key() == "maxAttempts" { MIN_ATTEMPTS } else { MIN_TIMEOUT }
}
