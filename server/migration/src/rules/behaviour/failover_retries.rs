//! `failover-retries`

use v4ward_syntax::Node;

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::{Client, Failover};

pub(in crate::rules) struct FailoverRetries;

static DECLARATION: Declaration = Declaration {
    id: "failover-retries",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A read timeout that comes before the failover",
    explanation: "\
In V4 the failover takes a call for failed after `slowCallDuration`, which `retryTimeout` becomes, and the endpoint \
ends a call after its `readTimeout`. Where `readTimeout` is not the longer one, it always wins: `retryTimeout` has no \
effect, and a backend that is slow is seen as one that fails. Without a word in the file both are 10 seconds.

`retryTimeout` is per attempt: with `maxAttempts` 2 a consumer may wait three times as long.

What else to know about the failover of V4:

- All requests are tried again, POST too. V4 keeps the body in memory for that. A backend that must not get a request \
twice needs an API without failover.
- When all attempts have failed, or too many calls before, the consumer gets a 502.
- A group of one endpoint is tried again at the same one.
- The failures of all subscriptions are counted together, as in V2: the conversion writes `perSubscription: false`, \
which APIM's migration does not.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [
          { "name": "one", "target": "https://one.example", "inherit": true },
          { "name": "two", "target": "https://two.example", "inherit": true }
        ],
        "load_balancing": { "type": "ROUND_ROBIN" },
        "http": { "connectTimeout": 1000, "readTimeout": 3000, "idleTimeout": 60000 }
      }
    ],
    "failover": { "maxAttempts": 1, "retryTimeout": 5000 }
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
        "endpoints": [
          { "name": "one", "target": "https://one.example", "inherit": true },
          { "name": "two", "target": "https://two.example", "inherit": true }
        ],
        "load_balancing": { "type": "ROUND_ROBIN" },
        "http": { "connectTimeout": 1000, "readTimeout": 3000, "idleTimeout": 60000 }
      }
    ],
    "failover": { "maxAttempts": 1, "retryTimeout": 2000 }
  }
}"#,
    ),
    source: "SEMANTICS M06; FORMATS §1.1 (defaults), §2.1 (failover)",
};

/// What both times are where the file does not say, in milliseconds.
const DEFAULT_TIMEOUT: i64 = 10_000;
/// The conversion writes no less.
const MIN_RETRY_TIMEOUT: i64 = 50;

impl Rule for FailoverRetries {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let Some(failover) = &cx.api.proxy.failover else { return };
        if failover.max_attempts.as_ref().is_some_and(|attempts| attempts.value <= 0) {
            return;
        }
        let limit = retry_timeout(failover);
        let mut first = None;
        let mut readers = Vec::new();
        for (group, endpoint) in cx.endpoints() {
            let (owner, client) =
                if endpoint.inherits() { (group.node, &group.client) } else { (endpoint.node, &endpoint.client) };
            // 0 and less is no limit.
            if !(1..=limit).contains(&read_timeout(client)) {
                continue;
            }
            first = first.or(endpoint.name.as_ref());
            let place = read_timeout_node(client).unwrap_or(owner);
            if readers.last() != Some(&place) {
                readers.push(place);
            }
        }
        if !readers.is_empty() {
            let place = failover.retry_timeout.as_ref().map_or(failover.node, |timeout| timeout.node);
            report.add(Match::at(place).named(first).detail(Detail::Nodes(readers)));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let limit = match finding.key().as_ref() {
            "retryTimeout" => finding.place.node().map(|node| node.scalar().into_owned()),
            _ => None,
        };
        let limit = limit.unwrap_or_else(|| DEFAULT_TIMEOUT.to_string());
        let endpoint = finding.subject.as_deref().unwrap_or("an endpoint");
        Message::new(
            format!(
                "retryTimeout ({limit} ms) is not below the read timeout of {endpoint}{}: V4 ends a slow call by the \
                 read timeout, before the failover would take it for failed",
                read_timeout_in(finding)
            ),
            "set retryTimeout below readTimeout, or readTimeout above it; note that POST requests are tried again too",
        )
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        let Detail::Nodes(nodes) = &finding.detail else { return Vec::new() };
        let told = |node: &Node<'d>| if node.is_container() { "has a read timeout of 10000 ms" } else { "ends a call" };
        nodes.iter().map(|node| (*node, told(node))).collect()
    }
}

fn retry_timeout(failover: &Failover<'_>) -> i64 {
    failover.retry_timeout.as_ref().map_or(DEFAULT_TIMEOUT, |timeout| timeout.value).max(MIN_RETRY_TIMEOUT)
}

fn read_timeout(client: &Client<'_>) -> i64 {
    let written = client.http.as_ref().and_then(|http| http.read_timeout.as_ref());
    written.map_or(DEFAULT_TIMEOUT, |timeout| timeout.value)
}

fn read_timeout_node<'d>(client: &Client<'d>) -> Option<Node<'d>> {
    client.http.as_ref()?.read_timeout.as_ref().map(|timeout| timeout.node)
}

/// The first read timeout in brackets, as it is written or left out.
fn read_timeout_in(finding: &Finding<'_>) -> String {
    let Detail::Nodes(nodes) = &finding.detail else { return String::new() };
    match nodes.first() {
        Some(node) if !node.is_container() => format!(" ({} ms)", node.scalar()),
        _ => format!(" ({DEFAULT_TIMEOUT} ms, since it has none)"),
    }
}
