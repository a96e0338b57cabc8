//! `health-check-steps`

use v4ward_syntax::NodeKind;
use v4ward_syntax::edit::Change;

use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct HealthCheckSteps;

static DECLARATION: Declaration = Declaration {
    id: "health-check-steps",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "More than one step in a health check",
    explanation: "\
A V2 health check has a list of steps, but V2 gateways call only the first one; the others were never run. V4 has one \
call per health check. APIM refuses to migrate an API whose health check lists more.

Checks of the API and of groups count when they are enabled and have a schedule. The own check of an endpoint counts \
even when it is disabled, as APIM reads its steps all the same.",
    fix_safety: "Keeping the first step is safe: the gateway never ran the others.",
    bad: Example::Members(
        r##"{
  "services": {
    "health-check": {
      "enabled": true,
      "schedule": "*/10 * * * * *",
      "steps": [
        {
          "request": { "path": "/live", "method": "GET" },
          "response": { "assertions": ["#response.status == 200"] }
        },
        {
          "request": { "path": "/ready", "method": "GET" },
          "response": { "assertions": ["#response.status == 200"] }
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
          "request": { "path": "/live", "method": "GET" },
          "response": { "assertions": ["#response.status == 200"] }
        }
      ]
    }
  }
}"##,
    ),
    source: "FORMATS §5, health check; SEMANTICS M05a",
};

impl Rule for HealthCheckSteps {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (owner, check) in cx.migrated_health_checks() {
            if let Some(steps) = check.steps_node.filter(|_| check.steps.len() > 1) {
                report.add(Match::at(steps).subject_if(owner));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let count = finding.place.node().map_or(0, |steps| steps.values().count());
        Message::new(
            format!("this health check has {count} steps, V4 takes one: APIM refuses to migrate the API"),
            "keep the first step, the only one that V2 ever ran",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(steps) = finding.place.node() else { return Vec::new() };
        let objects = steps.values().filter(|step| step.kind() == NodeKind::Object);
        let changes = objects.skip(1).map(|step| Change::Remove { node: step.id() }).collect();
        vec![Fix::safe("Keep the first step", changes)]
    }
}
