//! `endpoint-type-custom`

use crate::finding::{Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct EndpointTypeCustom;

static DECLARATION: Declaration = Declaration {
    id: "endpoint-type-custom",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "An endpoint that is not called over HTTP",
    explanation: "\
Endpoints of type `http` and `grpc` become `http-proxy` endpoints in V4, which call their backend over HTTP; gRPC is \
HTTP there as well. Any other type names a connector that somebody installed in the gateway, such as one for Kafka. \
APIM's migration makes an `http-proxy` endpoint of it all the same, without a word, and calls to it fail.

V4 reaches such backends with other kinds of APIs and endpoints, which have to be made by hand.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true, "type": "kafka" }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"#,
    ),
    good: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true, "type": "http" }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §5, endpoints; SEMANTICS M12",
};

impl Rule for EndpointTypeCustom {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (_, endpoint) in cx.endpoints() {
            let Some(kind) = endpoint.kind.as_ref().filter(|kind| !kind.is_blank()) else { continue };
            if !["http", "grpc"].iter().any(|known| known.eq_ignore_ascii_case(&kind.value)) {
                report.add(Match::at(kind.node).named(endpoint.name.as_ref()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let kind = finding.place.node().map(|kind| kind.scalar()).unwrap_or_default();
        Message::new(
            format!(
                "V4 has no endpoint of type {kind} for a proxy API: it becomes an HTTP endpoint, and calls to it fail"
            ),
            "give the endpoint an HTTP target, or make an API of another kind for this backend by hand",
        )
    }
}
