//! `health-check-without-step`

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::{HealthCheck, Problem, ProblemKind};

pub(in crate::rules) struct HealthCheckWithoutStep;

static DECLARATION: Declaration = Declaration {
    id: "health-check-without-step",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A health check that calls nothing",
    explanation: "\
A health check calls the path of its first step. V4 refuses a check without a path, even one that is off when it \
stands at a group, where the conversion puts it. V2 takes it, and APIM's migration writes it as it is: the V4 API \
can then not be saved or imported.

For a check that is off this is a hint only, since the conversion can leave out what holds nothing.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "services": {
    "health-check": {
      "enabled": true,
      "schedule": "*/30 * * * * *",
      "steps": []
    }
  }
}"#,
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
    source: "FORMATS §2.1; §3, http-health-check; conformance D21",
};

impl Rule for HealthCheckWithoutStep {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for check in cx.shared_health_checks().filter(|check| check.schedule.tells_when()) {
            report_check(cx, check, report);
        }
        for (_, check) in cx.own_health_checks().filter(|(_, check)| check.schedule.cron.is_some()) {
            report_check(cx, check, report);
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        if matches!(finding.detail, Detail::Variant("on")) {
            Message::new(
                "this health check has no step with a path to call: V4 refuses it",
                "add a step with a request, or remove the check",
            )
        } else {
            Message::new(
                "this health check is off and has no step with a path to call: V4 cannot hold it",
                "remove the check, or add a step if it may be switched on again",
            )
        }
    }
}

fn report_check<'d>(cx: &Context<'_, 'd>, check: &HealthCheck<'d>, report: &mut Report<'_, 'd>) {
    let place = match check.steps.first() {
        None => check.steps_node.unwrap_or(check.node),
        Some(step) => match &step.request {
            // A check without a request that is on is unreadable, which is told by the rule about that.
            None if check.is_enabled() => return,
            None => step.node,
            Some(request) => match &request.path {
                None => request.node,
                Some(path) if path.value.is_empty() => path.node,
                Some(_) => return,
            },
        },
    };
    // What the server's reader misses, and refuses the file for, is told already.
    let told = |problem: &Problem<'_>| problem.node == place && matches!(problem.kind, ProblemKind::Missing { .. });
    if !cx.api.problems.iter().any(told) {
        let (severity, state) = if check.is_enabled() { (Severity::Error, "on") } else { (Severity::Hint, "off") };
        report.add(Match::at_key(place).severity(severity).detail(Detail::Variant(state)));
    }
}
