//! `health-check-response-time`

use crate::expression::ExpressionPlace;
use crate::finding::{Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct HealthCheckResponseTime;

static DECLARATION: Declaration = Declaration {
    id: "health-check-response-time",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A health check that looks at the response time",
    explanation: "\
In V2 an assertion of a health check can read `#responseTime`, the time in milliseconds until the answer. V4 has no \
such variable: an assertion that reads it cannot be computed and counts as false, however fast the answer is. After two \
checks the endpoint is taken for down, and requests go elsewhere or are refused. APIM's migration copies the assertion \
without a word.

Where slow endpoints shall be left out, set the `readTimeout` of the endpoint: the check fails when the answer takes \
longer. That timeout holds for all requests to the endpoint, so it needs a decision.",
    fix_safety: "",
    bad: Example::Members(
        r##"{
  "services": {
    "health-check": {
      "enabled": true,
      "schedule": "*/30 * * * * *",
      "steps": [
        {
          "request": { "path": "/health", "method": "GET", "headers": [], "fromRoot": false },
          "response": { "assertions": ["#response.status == 200 && #responseTime < 500"] }
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
          "response": { "assertions": ["#response.status == 200"] }
        }
      ]
    }
  }
}"##,
    ),
    source: "SEMANTICS M05b",
};

impl Rule for HealthCheckResponseTime {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let assertions = cx.expressions().iter().filter(|field| field.place == ExpressionPlace::HealthCheckAssertion);
        for field in assertions {
            let Some(read) = field.reads().find(|read| read.variable == "responseTime") else { continue };
            // Neither a check that is off nor one that nobody reads becomes a check of V4, and only a first step runs.
            let owner = cx.migrated_health_checks().find(|(_, check)| {
                let assertions = check.steps.first().and_then(|step| step.assertions.as_ref());
                assertions.is_some_and(|assertions| assertions.items.iter().any(|item| item.node == field.node))
            });
            if let Some((owner, _)) = owner {
                report.add(Match::inside(field.node, read.span.clone()).subject_if(owner));
            }
        }
    }

    fn message(&self, _finding: &Finding<'_>) -> Message {
        Message::new(
            "V4 knows no #responseTime: the assertion is always false, the endpoint is taken for down and gets no request",
            "leave it out; a readTimeout of the endpoint makes the check of a slow one fail",
        )
    }
}
