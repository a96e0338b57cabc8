//! `proxy-host-missing`

use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::proxies;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct ProxyHostMissing;

static DECLARATION: Declaration = Declaration {
    id: "proxy-host-missing",
    group: Group::Parity,
    apim: Some(ApimState::CanBeForced),
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A proxy towards the backend without a host",
    explanation: "\
A group or an endpoint can call its backend through a proxy of its own: `enabled` is true and `useSystemProxy` is not. \
V4 demands a host for it. Where the V2 file has none, APIM migrates only when it is forced to, and writes `localhost`, \
where no proxy is likely to listen.

Proxies that are switched off and those that use the proxy of the gateway need no host.",
    fix_safety: "Disabling the proxy is unsafe: calls then go to the backend directly, which a firewall may not allow.",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" },
        "proxy": { "enabled": true, "useSystemProxy": false, "port": 3128 }
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
        "proxy": { "enabled": false, "useSystemProxy": false }
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §5, endpoint groups and endpoints",
};

impl Rule for ProxyHostMissing {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (owner, proxy) in cx.own_proxies() {
            match &proxy.host {
                Some(host) if !host.value.is_empty() => {}
                Some(host) => report.add(Match::at(host.node).subject(owner)),
                // A host of another type is told at its place; APIM takes it as none.
                None => report.add(Match::at(proxy.node).subject(owner)),
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let owner = finding.subject.as_deref().unwrap_or_default();
        Message::new(
            format!("the proxy of {owner} has no host: APIM migrates the API only when forced, and with localhost"),
            "write the host of the proxy, or disable the proxy if the calls go to the backend directly",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        proxies::block(finding).and_then(proxies::disable).into_iter().collect()
    }
}
