//! `proxy-port-missing`

use v4ward_syntax::edit::{Change, Value};
use v4ward_syntax::{Node, NodeKind};

use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::proxies;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct ProxyPortMissing;

static DECLARATION: Declaration = Declaration {
    id: "proxy-port-missing",
    group: Group::Parity,
    apim: Some(ApimState::CanBeForced),
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A proxy towards the backend without a valid port",
    explanation: "\
A group or an endpoint can call its backend through a proxy of its own: `enabled` is true and `useSystemProxy` is not. \
V4 demands a port above 0 for it. Where the V2 file has none, APIM migrates only when it is forced to, and writes \
3128, the usual port of such proxies.

Proxies that are switched off and those that use the proxy of the gateway need no port.",
    fix_safety: "\
Both fixes are unsafe. Without the proxy, calls go to the backend directly, which a firewall may not allow. Port 3128 \
is what APIM writes; whether the proxy listens there only you know.",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" },
        "proxy": { "enabled": true, "useSystemProxy": false, "host": "proxy.example" }
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

/// What APIM writes.
const PORT: i64 = 3128;

impl Rule for ProxyPortMissing {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (owner, proxy) in cx.own_proxies() {
            match &proxy.port {
                Some(port) if port.value > 0 => {}
                Some(port) => report.add(Match::at(port.node).subject(owner)),
                // A text that is no number is told at its place: the server refuses it.
                None if proxy.node.get("port").is_some_and(|port| port.kind() == NodeKind::String) => {}
                None => report.add(Match::at(proxy.node).subject(owner)),
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let owner = finding.subject.as_deref().unwrap_or_default();
        Message::new(
            format!("the proxy of {owner} has no valid port: APIM migrates the API only when forced, and with {PORT}"),
            "write the port of the proxy, or disable the proxy if the calls go to the backend directly",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(proxy) = proxies::block(finding) else { return Vec::new() };
        let default = Fix::needs_decision(format!("Use port {PORT}"), vec![set_port(proxy)]);
        proxies::disable(proxy).into_iter().chain([default]).collect()
    }
}

fn set_port(proxy: Node<'_>) -> Change {
    let value = Value::Integer(PORT);
    match proxy.get("port") {
        Some(port) => Change::Replace { node: port.id(), value },
        None => {
            let after = proxy.get("host").map(Node::id);
            Change::InsertMember { object: proxy.id(), after, key: "port".into(), value }
        }
    }
}
