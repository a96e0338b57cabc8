//! `proxy-settings-inactive`

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::{HttpProxy, ProxyUse};

pub(in crate::rules) struct ProxySettingsInactive;

static DECLARATION: Declaration = Declaration {
    id: "proxy-settings-inactive",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Information,
    summary: "Settings of a proxy that is not used",
    explanation: "\
A `proxy` block between gateway and backend can be off, or ask for the proxy that the gateway is configured with. \
Host, port, credentials and type may still stand in it; V2 keeps them and does not use them. V4 refuses such a \
block, so these members are left out of the V4 file.

Requests are handled as before. But who wants to switch the proxy on again later finds its settings only in the V2 \
file.",
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
        "proxy": { "enabled": false, "host": "proxy.example", "port": 3128 }
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
        "proxy": { "enabled": false }
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §3, sharedConfiguration; §5, endpoint groups",
};

impl Rule for ProxySettingsInactive {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for proxy in cx.clients().filter_map(|client| client.proxy.as_ref()) {
            let variant = match proxy.used() {
                ProxyUse::Own => continue,
                ProxyUse::Off => "off",
                ProxyUse::System => "system",
            };
            if says_more(proxy) {
                report.add(Match::at_key(proxy.node).detail(Detail::Variant(variant)));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let reason = match finding.detail {
            Detail::Variant("system") => "the gateway's own proxy is used instead of this one",
            _ => "this proxy is off",
        };
        Message::new(
            format!("{reason}, and V4 does not keep the settings of a proxy that is not used"),
            "note them elsewhere if they may be needed again",
        )
    }
}

/// True when a member that V4 has no place for says more than its default.
fn says_more(proxy: &HttpProxy<'_>) -> bool {
    let texts = [&proxy.host, &proxy.username, &proxy.password];
    texts.into_iter().flatten().any(|text| !text.value.is_empty())
        || proxy.port.as_ref().is_some_and(|port| port.value != 0)
        || proxy.kind.as_ref().is_some_and(|kind| kind.value != "HTTP")
}
