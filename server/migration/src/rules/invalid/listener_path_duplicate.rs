//! `listener-path-duplicate`

use std::collections::HashMap;

use v4ward_syntax::Node;
use v4ward_syntax::edit::Change;

use crate::cluster::normal;
use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct ListenerPathDuplicate;

static DECLARATION: Declaration = Declaration {
    id: "listener-path-duplicate",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "The same host and path twice",
    explanation: "\
Each pair of host and path may come once among the virtual hosts of an API. V4 refuses to save or import an API in \
which one comes twice, and compares paths with one slash at the end and no two together: `/orders`, `/orders/` and \
`//orders` are one path. The same path on two hosts is fine.",
    fix_safety: "\
Removing the second one is safe where both say the same of `override_entrypoint`: requests come in through the first \
one as before. Where they differ it is unsafe, since the portal shows another address.",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }, { "path": "/orders/" }],
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
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for ListenerPathDuplicate {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let hosts = &cx.api.proxy.virtual_hosts;
        if hosts.len() < 2 {
            return;
        }
        let mut seen = HashMap::new();
        for entry in hosts {
            let host = entry.host.as_ref().map_or("", |host| host.value.as_ref());
            // The default of V4 is the root.
            let path = normal(entry.path.as_ref().map_or("/", |path| &path.value));
            let first = *seen.entry((host, path)).or_insert(entry.node);
            if first != entry.node {
                let place = entry.path.as_ref().map_or(entry.node, |path| path.node);
                report.add(Match::at(place).detail(Detail::Nodes(vec![first, entry.node])));
            }
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        let first = entries(finding).map(|(first, _)| first.get("path").unwrap_or(first));
        first.map(|first| (first, "the same host and path")).into_iter().collect()
    }

    fn message(&self, _finding: &Finding<'_>) -> Message {
        Message::new(
            "a virtual host before this one has the same host and path: V4 refuses to save or import the API",
            "remove one of the two, or give it another path",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some((first, second)) = entries(finding) else { return Vec::new() };
        // Texts are read as Jackson reads them.
        let is_true = |flag: Node<'_>| {
            flag.as_bool() == Some(true) || flag.as_str().is_some_and(|text| text.trim().eq_ignore_ascii_case("true"))
        };
        let overrides = |entry: Node<'_>| entry.get("override_entrypoint").is_some_and(is_true);
        let changes = vec![Change::Remove { node: second.id() }];
        let title = "Remove the second one";
        let is_same = overrides(first) == overrides(second);
        vec![if is_same { Fix::safe(title, changes) } else { Fix::needs_decision(title, changes) }]
    }
}

/// The virtual host that came first, and the one that the finding is about.
fn entries<'d>(finding: &Finding<'d>) -> Option<(Node<'d>, Node<'d>)> {
    match &finding.detail {
        Detail::Nodes(entries) => Some((*entries.first()?, *entries.last()?)),
        _ => None,
    }
}
