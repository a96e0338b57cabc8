//! `gateway-timeout`

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group as RuleGroup, Match, Message, Report, Rule};
use crate::v2::{Client, Endpoint, Group, whole};

pub(in crate::rules) struct GatewayTimeout;

static DECLARATION: Declaration = Declaration {
    id: "gateway-timeout",
    group: RuleGroup::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A read timeout that the gateway's own timeout comes before",
    explanation: "\
V4 and the emulation engine give each request a time of their own, `http.requestTimeout` in the settings of the \
gateway, beside `readTimeout` of the backend. It covers policies and backend together, is 30 seconds by default, and \
does not depend on the API. What ends first counts: a backend that takes longer than the gateway allows is cut off, and \
the answer is 504 with the key `REQUEST_TIMEOUT`. The legacy engine waits as long as `readTimeout` says; 0 and less \
than 0 set no limit, in V2 as in V4.

If the gateway has another timeout, say so in `v4ward.toml`: `gateway-timeout-ms = 60000`.",
    fix_safety: "",
    bad: Example::OnLegacyEngine(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" },
        "http": { "connectTimeout": 5000, "readTimeout": 60000 }
      }
    ]
  }
}"#,
    ),
    good: Example::OnLegacyEngine(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" },
        "http": { "connectTimeout": 5000, "readTimeout": 20000 }
      }
    ]
  }
}"#,
    ),
    source: "SEMANTICS E11",
};

impl Rule for GatewayTimeout {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let limit = cx.options.gateway_timeout_ms;
        let mut add = |client: &Client<'d>, name: &str| {
            let timeout = client.http.as_ref().and_then(|http| http.read_timeout.as_ref());
            let long = timeout.filter(|timeout| limit_of(timeout.value).is_none_or(|value| value >= limit));
            if let Some(long) = long {
                report.add(Match::at(long.node).subject(name).detail(Detail::Quote(limit.to_string())));
            }
        };
        for group in &cx.api.proxy.groups {
            if is_inherited(group) {
                add(&group.client, group.effective_name());
            }
            for endpoint in group.endpoints.iter().filter(|endpoint| !endpoint.inherits()) {
                add(&endpoint.client, endpoint.name.as_ref().map_or("an endpoint", |name| &name.value));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let timeout = finding.place.node().map(|timeout| timeout.scalar()).unwrap_or_default();
        let limit = match &finding.detail {
            Detail::Quote(limit) => limit.as_str(),
            _ => "30000",
        };
        let today = match whole(timeout.trim()).and_then(limit_of) {
            Some(_) => format!("the backend may take {timeout} ms to answer"),
            None => format!("{timeout} sets no limit to how long the backend may take to answer"),
        };
        Message::new(
            format!(
                "on the legacy engine {today}; V4 answers with 504 when the request takes longer than the gateway's \
                 timeout, {limit} ms"
            ),
            "raise http.requestTimeout of the gateway and gateway-timeout-ms in v4ward.toml, or lower this timeout",
        )
    }
}

/// The time that a read timeout sets; `None` for one that sets none. Vert.x, whose client both connectors use, starts no
/// timer for what is not above 0.
fn limit_of(timeout: i64) -> Option<u64> {
    u64::try_from(timeout).ok().filter(|timeout| *timeout > 0)
}

/// True where an endpoint calls its backend as the group says; endpoints that are discovered do.
fn is_inherited(group: &Group<'_>) -> bool {
    group.endpoints.iter().any(Endpoint::inherits)
        || group.services.discovery.as_ref().is_some_and(|discovery| discovery.is_enabled())
}
