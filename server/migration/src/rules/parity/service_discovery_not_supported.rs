//! `service-discovery-not-supported`

use v4ward_syntax::edit::Change;

use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct ServiceDiscoveryNotSupported;

static DECLARATION: Declaration = Declaration {
    id: "service-discovery-not-supported",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "Service discovery with a provider that V4 does not have",
    explanation: "\
V4 finds endpoints in Consul only. APIM refuses to migrate an API that has service discovery with another provider, \
such as Eureka, switched on. One that is switched off is dropped without a word.

Register the backends in Consul, or list them as endpoints of the group, before the API moves.",
    fix_safety: "\
Removing the service is unsafe: the group then calls only the endpoints that the file lists, and none if it lists \
none.",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" },
        "services": {
          "discovery": { "enabled": true, "provider": "eureka", "configuration": { "application": "ORDERS" } }
        }
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
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" },
        "services": {}
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §5, endpoint groups; SEMANTICS M17",
};

impl Rule for ServiceDiscoveryNotSupported {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (_, discovery) in cx.discoveries().filter(|(_, discovery)| !discovery.is_consul()) {
            // One without a provider is refused: see `missing-required`.
            if let Some(provider) = &discovery.provider {
                report.add(Match::at(provider.node).subject(provider.value.as_ref()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let provider = finding.subject.as_deref().unwrap_or_default();
        Message::new(
            format!("V4 has no service discovery with {provider}: APIM refuses to migrate the API"),
            "use Consul, or list the endpoints and remove the service",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let discovery = finding.place.node().and_then(|provider| provider.parent());
        discovery
            .map(|node| Fix::needs_decision("Remove service discovery", vec![Change::Remove { node: node.id() }]))
            .into_iter()
            .collect()
    }
}
