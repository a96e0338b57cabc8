//! `schedule-invalid`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct ScheduleInvalid;

static DECLARATION: Declaration = Declaration {
    id: "schedule-invalid",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A schedule that is no cron expression of six fields",
    explanation: "\
Health checks and dynamic properties run by a cron expression of six fields: second, minute, hour, day, month, day \
of week. V4 refuses another one when the API is saved or imported. An expression of five fields, as crontab takes \
it, lacks the seconds in front.

The old spellings `trigger` and `interval` become such an expression; a rate below 1 makes no sense there.",
    fix_safety: "Adding the seconds is unsafe: the service then runs, which it may not do today.",
    bad: Example::Members(
        r##"{
  "services": {
    "health-check": {
      "enabled": true,
      "schedule": "*/5 * * * *",
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
      "schedule": "0 */5 * * * *",
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
    source: "FORMATS §1.1, services; §3, http-health-check",
};

impl Rule for ScheduleInvalid {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let checks = cx.shared_health_checks().chain(cx.own_health_checks().map(|(_, check)| check));
        let properties = cx.api.services.dynamic_property.as_ref().map(|service| &service.schedule);
        for schedule in checks.map(|check| &check.schedule).chain(properties) {
            match (&schedule.cron, &schedule.rate) {
                (Some(cron), _) if cron.value.split_whitespace().count() != FIELDS => report.add(Match::at(cron.node)),
                (None, Some(rate)) if rate.value < 1 => report.add(Match::at(rate.node)),
                _ => {}
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        match fields(finding) {
            Some(count) => Message::new(
                format!("V4 wants six fields in a schedule and refuses the service: this one has {count}"),
                "write second, minute, hour, day, month and day of week, such as \"*/30 * * * * *\"",
            ),
            None => Message::new(
                "a rate below 1 makes no schedule: V4 refuses the service",
                "write how many seconds, minutes, hours or days lie between two runs",
            ),
        }
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(node) = finding.place.node().filter(|_| fields(finding) == Some(FIELDS - 1)) else {
            return Vec::new();
        };
        let text = format!("0 {}", node.as_str().unwrap_or_default().trim());
        let value = Value::Derived { text, from: vec![node.id()] };
        vec![Fix::needs_decision("Add the seconds", vec![Change::Replace { node: node.id(), value }])]
    }
}

const FIELDS: usize = 6;

/// The number of fields, if the finding is at a cron expression.
fn fields(finding: &Finding<'_>) -> Option<usize> {
    let cron = finding.place.node().filter(|node| node.has_key("schedule"))?;
    Some(cron.as_str().unwrap_or_default().split_whitespace().count())
}
