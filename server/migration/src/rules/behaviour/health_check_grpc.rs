//! `health-check-grpc`

use crate::finding::{Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, checks};

pub(in crate::rules) struct HealthCheckGrpc;

static DECLARATION: Declaration = Declaration {
    id: "health-check-grpc",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A gRPC endpoint that V4 checks over plain HTTP",
    explanation: "\
V2 checks an endpoint of type `grpc` by a gRPC call. V4 has one kind of health check, which sends an HTTP request to \
the path of the check and evaluates the assertion on its response. APIM's migration does not tell.

A gRPC server that does not answer such a request is taken for down soon after the API is deployed, and then gets no \
more requests at all. Either the backend gets an HTTP path for the check, or its group goes without a check.",
    fix_safety: "",
    bad: Example::Members(
        r##"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "grpc://orders.example:50051", "type": "grpc", "inherit": true }],
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
          "request": { "path": "/grpc.health.v1.Health/Check", "method": "POST", "headers": [], "fromRoot": false },
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
        "endpoints": [{ "name": "one", "target": "grpc://orders.example:50051", "type": "grpc", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"##,
    ),
    source: "SEMANTICS M05i",
};

impl Rule for HealthCheckGrpc {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (group, endpoint) in cx.endpoints() {
            let kind = endpoint.kind.as_ref().filter(|kind| kind.value.eq_ignore_ascii_case("grpc"));
            if let Some(kind) = kind.filter(|_| checks::is_checked(cx, group, endpoint)) {
                report.add(Match::at(kind.node).named(endpoint.name.as_ref()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let endpoint = finding.subject.as_deref().unwrap_or("this endpoint");
        Message::new(
            format!(
                "V4 checks {endpoint} by a plain HTTP request instead of a gRPC call: a backend that does not answer \
                 it is taken for down and gets no requests"
            ),
            "let the backend answer the check over HTTP, or move the endpoint to a group without a health check",
        )
    }
}
