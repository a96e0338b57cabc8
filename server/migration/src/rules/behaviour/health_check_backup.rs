//! `health-check-backup`

use crate::finding::{Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, checks};

pub(in crate::rules) struct HealthCheckBackup;

static DECLARATION: Declaration = Declaration {
    id: "health-check-backup",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Information,
    summary: "A backup endpoint that V4 checks and V2 does not",
    explanation: "\
V2 never checks an endpoint with `\"backup\": true`; it always counts as up. In V4 it is a secondary endpoint of its \
group, and the health check of the group calls it like any other.

Nothing changes while it answers the path of the check. If it does not, V4 takes it for down, and requests no longer \
go to it when the other endpoints fail, which is when it is needed. It also sees the calls of the check, which a \
stand-by machine may not expect.",
    fix_safety: "",
    bad: Example::Members(
        r##"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [
          { "name": "one", "target": "https://orders.example", "inherit": true },
          { "name": "spare", "target": "https://spare.example", "inherit": true, "backup": true }
        ],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  },
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
    good: Example::Members(
        r##"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [
          { "name": "one", "target": "https://orders.example", "inherit": true },
          { "name": "spare", "target": "https://spare.example", "inherit": true, "backup": true }
        ],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"##,
    ),
    source: "SEMANTICS M05g",
};

impl Rule for HealthCheckBackup {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (group, endpoint) in cx.endpoints() {
            let Some(backup) = endpoint.backup.as_ref().filter(|backup| backup.value) else { continue };
            // One that is switched off besides has a finding of its own, which says the same.
            if checks::is_checked(cx, group, endpoint) && !checks::opts_out(endpoint) {
                report.add(Match::at(backup.node).named(endpoint.name.as_ref()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let endpoint = finding.subject.as_deref().unwrap_or("this endpoint");
        Message::new(
            format!(
                "V2 never checks a backup endpoint, V4 does: if {endpoint} does not answer the check, it gets no \
                 requests when the others are down"
            ),
            "make sure that it answers the path of the health check",
        )
    }
}
