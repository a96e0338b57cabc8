//! `health-check-opt-out-lost`

use crate::finding::{Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, checks};

pub(in crate::rules) struct HealthCheckOptOutLost;

static DECLARATION: Declaration = Declaration {
    id: "health-check-opt-out-lost",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "An endpoint that V4 checks although it is left out",
    explanation: "\
In V2 an endpoint can be left out of the health check of its API: `\"healthcheck\": { \"enabled\": false }`. V4 has \
no such switch. It takes a check of an endpoint that is off for none, and then checks the endpoint as its group \
says. APIM's migration does not tell.

An endpoint that does not answer the path of the check is then taken for down, and gets no more requests. Where that \
matters, the endpoint needs a group of its own without a check, or the other endpoints checks of their own.",
    fix_safety: "",
    bad: Example::Members(
        r##"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [
          {
            "name": "one",
            "target": "https://orders.example",
            "inherit": true,
            "healthcheck": { "inherit": true, "enabled": false }
          }
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
          {
            "name": "one",
            "target": "https://orders.example",
            "inherit": true,
            "healthcheck": { "inherit": true, "enabled": true }
          }
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
    source: "SEMANTICS M05f; FORMATS §5, endpoints",
};

impl Rule for HealthCheckOptOutLost {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (group, endpoint) in cx.endpoints() {
            let own = endpoint.health_check.as_ref().and_then(|check| check.enabled.as_ref());
            let off = own.filter(|_| checks::opts_out(endpoint) && checks::of_group(cx, group).is_some());
            if let Some(off) = off {
                report.add(Match::at(off.node).named(endpoint.name.as_ref()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let endpoint = finding.subject.as_deref().unwrap_or("this endpoint");
        Message::new(
            format!("V4 cannot leave one endpoint out of the check of its group: {endpoint} is checked"),
            "move it to a group without a health check, or make sure that it answers the check",
        )
    }
}
