//! `health-check-without-schedule`

use v4ward_syntax::edit::{Change, Value};
use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::HealthCheck;

pub(in crate::rules) struct HealthCheckWithoutSchedule;

static DECLARATION: Declaration = Declaration {
    id: "health-check-without-schedule",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A health check that does not say when it runs",
    explanation: "\
A health check needs a schedule: `schedule` with a cron expression, or the old `trigger` or `interval`. An \
endpoint's own check knows only `schedule`. APIM's migration drops a check that has none without a word, and so does \
v4ward: nobody looks after these backends then.

A check that is off and has no steps is no finding, since it holds nothing.",
    fix_safety: "Adding a schedule is unsafe: the backends get requests that they may not get today.",
    bad: Example::Members(
        r##"{
  "services": {
    "health-check": {
      "enabled": true,
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
    source: "FORMATS §5, health check, endpoints; conformance D18",
};

impl Rule for HealthCheckWithoutSchedule {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let worth = |check: &HealthCheck<'_>| check.is_enabled() || !check.steps.is_empty();
        for check in cx.shared_health_checks().filter(|check| worth(check) && !check.schedule.tells_when()) {
            report.add(Match::at_key(check.node).detail(Detail::Variant("shared")));
        }
        for (endpoint, check) in cx.own_health_checks() {
            if worth(check) && check.schedule.cron.is_none() {
                report.add(Match::at_key(check.node).detail(Detail::Variant("own")).named(endpoint.name.as_ref()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let what = match finding.detail {
            Detail::Variant("own") => {
                "this health check has no cron schedule and is dropped: the endpoint is then checked as its group says"
            }
            _ => "this health check does not say when it runs and is dropped: V4 does not run it",
        };
        Message::new(what, "add a schedule, such as \"*/30 * * * * *\" for every 30 seconds, or remove the check")
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(check) = finding.place.node().filter(|check| is_whole(*check)) else { return Vec::new() };
        let value = Value::String("*/30 * * * * *".into());
        let change = match check.get("schedule") {
            Some(empty) => Change::Replace { node: empty.id(), value },
            None => {
                let after = check.get("enabled").map(|enabled| enabled.id());
                Change::InsertMember { object: check.id(), after, key: "schedule".into(), value }
            }
        };
        vec![Fix::needs_decision("Check every 30 seconds", vec![change])]
    }
}

/// True for a check that only lacks its schedule, so that adding one leaves nothing else to mend.
fn is_whole(check: Node<'_>) -> bool {
    let steps = check.get("steps").filter(|steps| steps.kind() == NodeKind::Array);
    let mut steps = steps.into_iter().flat_map(Node::children);
    let (Some(step), None) = (steps.next(), steps.next()) else { return false };
    let path = step.get("request").and_then(|request| request.get("path")).and_then(Node::as_str);
    let assertions = step.get("response").and_then(|response| response.get("assertions"));
    let old = ["trigger", "interval", "unit"].into_iter().any(|key| check.get(key).is_some());
    !old && path.is_some_and(|path| !path.is_empty()) && assertions.is_some_and(|list| list.values().count() == 1)
}
