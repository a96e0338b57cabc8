//! `health-check-assertion-literal`

use v4ward_syntax::edit::{Change, Value};

use crate::expression::{Expression, Template, in_braces};
use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct HealthCheckAssertionLiteral;

static DECLARATION: Declaration = Declaration {
    id: "health-check-assertion-literal",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "An assertion that V4 takes for a plain text",
    explanation: "\
V2 takes an assertion of a health check for an expression, with braces or without. V4 evaluates only what stands in \
`{#…}`, `{(…)}` or `{T(…)}`. The migration writes these braces when the assertion starts with `#`; any other, such as \
`!#response.content.contains('down')`, `'up' == #response.content` or one that starts with white space, becomes a \
plain text. It is never true, so the endpoint is taken for down and gets no requests. APIM's migration does not tell.

Several assertions are joined into one with braces by the fix of `health-check-assertions`.",
    fix_safety: "The fix is safe: it writes `{(…)}` around the same expression, which V2 and V4 evaluate alike.",
    bad: Example::Members(
        r##"{
  "services": {
    "health-check": {
      "enabled": true,
      "schedule": "*/30 * * * * *",
      "steps": [
        {
          "request": { "path": "/health", "method": "GET", "headers": [], "fromRoot": false },
          "response": { "assertions": ["!#response.content.contains('down')"] }
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
      "schedule": "*/30 * * * * *",
      "steps": [
        {
          "request": { "path": "/health", "method": "GET", "headers": [], "fromRoot": false },
          "response": { "assertions": ["{(!#response.content.contains('down'))}"] }
        }
      ]
    }
  }
}"##,
    ),
    source: "SEMANTICS M05c; FORMATS §4, EL; §5, health check",
};

impl Rule for HealthCheckAssertionLiteral {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (owner, check) in cx.migrated_health_checks() {
            // Several steps or assertions are reported by their own rules.
            let [step] = check.steps.as_slice() else { continue };
            let Some([assertion]) = step.assertions.as_ref().map(|texts| texts.items.as_slice()) else { continue };
            if wrapped(&assertion.value).is_some() {
                report.add(Match::at(assertion.node).subject_if(owner));
            }
        }
    }

    fn message(&self, _finding: &Finding<'_>) -> Message {
        Message::new(
            "V4 takes this assertion for a plain text, which is never true: the endpoint is taken for down and gets no \
             request",
            "write it in {( and )}",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(node) = finding.place.node() else { return Vec::new() };
        let Some(text) = wrapped(&node.scalar()) else { return Vec::new() };
        let value = Value::Derived { text, from: vec![node.id()] };
        vec![Fix::safe("Write {( and )} around it", vec![Change::Replace { node: node.id(), value }])]
    }
}

/// The assertion as V4 evaluates it; `None` for one that V4 evaluates as it is, and for one that means nothing to V2
/// either.
fn wrapped(assertion: &str) -> Option<String> {
    if assertion.starts_with('#') || Template::is_likely(assertion) {
        return None;
    }
    let inner = in_braces(assertion).unwrap_or(assertion).trim();
    let expression = Expression::bare(inner);
    (expression.is_complete() && !expression.reads().is_empty()).then(|| format!("{{({inner})}}"))
}
