//! `service-discovery-limited`

use crate::finding::{ApimState, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct ServiceDiscoveryLimited;

static DECLARATION: Declaration = Declaration {
    id: "service-discovery-limited",
    group: Group::Parity,
    apim: Some(ApimState::CanBeForced),
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "Service discovery with Consul has no page in the V4 console",
    explanation: "\
V4 finds endpoints in Consul as V2 does, but its console has no page to see or change that. APIM migrates such an API \
only when it is forced to.

APIM's migration copies the configuration as it is and so loses the trust store and the key store of the connection to \
Consul, whose place is another one in V4. v4ward moves them. Afterwards, change the service in the file.",
    fix_safety: "",
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
          "discovery": {
            "enabled": true,
            "provider": "consul-service-discovery",
            "configuration": { "url": "https://consul.example:8501", "service": "orders" }
          }
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
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §5, endpoint groups; §5.1 item 7; SEMANTICS M17",
};

impl Rule for ServiceDiscoveryLimited {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (group, discovery) in cx.discoveries().filter(|(_, discovery)| discovery.is_consul()) {
            report.add(Match::at_key(discovery.node).subject(group.effective_name()));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let group = finding.subject.as_deref().unwrap_or_default();
        Message::new(
            format!(
                "the V4 console has no page for the service discovery of the group {group}: APIM migrates the API only \
                 when forced"
            ),
            "force the migration and keep the service in the file; check after the move that the endpoints are found",
        )
    }
}
