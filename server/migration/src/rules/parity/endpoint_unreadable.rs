//! `endpoint-unreadable`

use v4ward_syntax::{Node, NodeKind};

use crate::finding::{ApimState, Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct EndpointUnreadable;

static DECLARATION: Declaration = Declaration {
    id: "endpoint-unreadable",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "An endpoint, its group or its own health check that cannot be read",
    explanation: "\
APIM's migration reads the health check that an endpoint has of its own more strictly than the gateway does. A member \
it does not know, one of the old spellings (`trigger`, `interval`, `uri`, `request` beside no `steps`), headers \
written as a map, an unknown method or a value of another type stops it, and the API is not migrated. A health check \
with `inherit: true` is not read, so nothing in it matters.

Endpoints and groups must be objects; anything else in their lists cannot be read either.",
    fix_safety: "",
    bad: Example::Members(
        r##"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "load_balancing": { "type": "ROUND_ROBIN" },
        "endpoints": [
          {
            "name": "one",
            "target": "https://orders.example",
            "inherit": true,
            "healthcheck": {
              "inherit": false,
              "enabled": true,
              "schedule": "*/10 * * * * *",
              "steps": [
                {
                  "request": { "path": "/health", "method": "GET", "headers": [], "fromRoot": "yes" },
                  "response": { "assertions": ["#response.status == 200"] }
                }
              ]
            }
          }
        ]
      }
    ]
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
        "load_balancing": { "type": "ROUND_ROBIN" },
        "endpoints": [
          {
            "name": "one",
            "target": "https://orders.example",
            "inherit": true,
            "healthcheck": {
              "inherit": false,
              "enabled": true,
              "schedule": "*/10 * * * * *",
              "steps": [
                {
                  "request": { "path": "/health", "method": "GET", "headers": [], "fromRoot": true },
                  "response": { "assertions": ["#response.status == 200"] }
                }
              ]
            }
          }
        ]
      }
    ]
  }
}"##,
    ),
    source: "FORMATS §5, endpoint groups and endpoints",
};

impl Rule for EndpointUnreadable {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let proxy = &cx.api.proxy;
        for list in proxy.groups_node.into_iter().chain(proxy.groups.iter().filter_map(|group| group.endpoints_node)) {
            for node in list.children().filter(|node| is_no_object(*node)) {
                report.add(Match::at(node));
            }
        }
        for (endpoint, check) in cx.own_health_checks() {
            let Some(first) = check.unreadable.first() else { continue };
            let found = Match::at(*first).detail(Detail::Nodes(check.unreadable.clone()));
            report.add(match &endpoint.name {
                Some(name) => found.subject(name.value.as_ref()),
                None => found,
            });
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let Detail::Nodes(odd) = &finding.detail else {
            return Message::new(
                "this is no object: an endpoint or a group cannot be made of it",
                "write it as an object, or remove it",
            );
        };
        let endpoint = finding.subject.as_deref().unwrap_or("without name");
        let mut names: Vec<_> = odd.iter().filter_map(|node| node.key()).collect();
        names.dedup();
        let names = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
        Message::new(
            format!(
                "the health check of the endpoint {endpoint} has what APIM's migration cannot read{names}: it refuses \
                 to migrate the API"
            ),
            "write it with schedule and steps, each with request (path, method, headers, body, fromRoot) and response \
             (assertions), and nothing else",
        )
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        let Detail::Nodes(odd) = &finding.detail else { return Vec::new() };
        odd.iter().skip(1).map(|node| (*node, "this cannot be read either")).collect()
    }
}

/// JSON null counts as absent, and what is half typed has a syntax error.
fn is_no_object(node: Node<'_>) -> bool {
    !matches!(node.kind(), NodeKind::Object | NodeKind::Null | NodeKind::Invalid)
}
