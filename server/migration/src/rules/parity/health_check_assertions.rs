//! `health-check-assertions`

use v4ward_syntax::edit::{Change, Value};

use crate::expression::in_braces;
use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::{Applicability, Fix};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct HealthCheckAssertions;

static DECLARATION: Declaration = Declaration {
    id: "health-check-assertions",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "More than one assertion in a health check",
    explanation: "\
A V2 health check takes a list of assertions, all of which must hold. V4 takes one. APIM refuses to migrate an API \
whose health check has more than one.

They can be joined: `#response.status == 200` and `#response.content.contains('up')` become \
`{(#response.status == 200) && (#response.content.contains('up'))}`. The braces are needed, since V4 takes a text \
that does not start with `#` or `{` for a plain text, which is never true.",
    fix_safety: "\
Joining is safe when each assertion starts with `#` or is one whole `{…}`, as expressions do. An assertion of another \
form may be meant as a text, so joining is unsafe there.",
    bad: Example::Members(
        r##"{
  "services": {
    "health-check": {
      "enabled": true,
      "schedule": "*/10 * * * * *",
      "steps": [
        {
          "request": { "path": "/health", "method": "GET", "headers": [], "fromRoot": false },
          "response": { "assertions": ["#response.status == 200", "{#response.content.contains('up')}"] }
        }
      ]
    }
  }
}"##,
    ),
    good: Example::Members(
        r##"{
  "services": {
    "health-check": {
      "enabled": true,
      "schedule": "*/10 * * * * *",
      "steps": [
        {
          "request": { "path": "/health", "method": "GET", "headers": [], "fromRoot": false },
          "response": { "assertions": ["{(#response.status == 200) && (#response.content.contains('up'))}"] }
        }
      ]
    }
  }
}"##,
    ),
    source: "FORMATS §5, health check; SEMANTICS M05a",
};

impl Rule for HealthCheckAssertions {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (owner, check) in cx.migrated_health_checks() {
            // Only the first step counts. APIM looks no further when there are more: see `health-check-steps`.
            let Some((step, more)) = check.steps.split_first() else { continue };
            if let Some(assertions) = step.assertions.as_ref().filter(|assertions| assertions.items.len() > 1) {
                let found = Match::at(assertions.node).subject_if(owner);
                report.add(if more.is_empty() { found } else { found.not_in_apim() });
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let count = finding.place.node().map_or(0, |list| list.values().count());
        Message::new(
            format!("this health check has {count} assertions, V4 takes one: APIM refuses to migrate the API"),
            "join them into one expression with &&",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(list) = finding.place.node() else { return Vec::new() };
        let assertions: Vec<_> = list.values().collect();
        let texts: Option<Vec<_>> = assertions.iter().map(|node| node.as_str()).collect();
        let Some(texts) = texts else { return Vec::new() };
        let parts: Vec<Assertion<'_>> = texts.iter().map(|text| Assertion::of(text)).collect();
        let joined: Vec<String> = parts.iter().map(|part| format!("({})", part.inner)).collect();
        let text = format!("{{{}}}", joined.join(" && "));
        let from = assertions.iter().map(|node| node.id()).collect();
        let value = Value::Array(vec![Value::Derived { text, from }]);
        let applicability =
            if parts.iter().all(|part| part.is_one) { Applicability::Safe } else { Applicability::Unsafe };
        let changes = vec![Change::Replace { node: list.id(), value }];
        vec![Fix { applicability, ..Fix::safe("Join the assertions", changes) }]
    }
}

/// An assertion without the braces around it.
struct Assertion<'t> {
    inner: &'t str,
    /// It has the form of one expression; whether anything else is meant as one, only its author knows.
    is_one: bool,
}

impl<'t> Assertion<'t> {
    fn of(text: &'t str) -> Self {
        match in_braces(text) {
            Some(inner) => Self { inner, is_one: true },
            None => Self { inner: text, is_one: text.starts_with('#') },
        }
    }
}
