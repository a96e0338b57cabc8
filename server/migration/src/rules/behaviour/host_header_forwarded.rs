//! `host-header-forwarded`

use std::ops::Range;

use v4ward_syntax::edit::Change;
use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::script::Chain;
use crate::v2::{Phase, Step};

pub(in crate::rules) struct HostHeaderForwarded;

static DECLARATION: Declaration = Declaration {
    id: "host-header-forwarded",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A Host header that V2 overwrites and V4 may send",
    explanation: "\
The V2 gateway writes the host of the endpoint into the `Host` header of each call, whatever the steps before it did \
to the header. V4 keeps a `Host` that a step of the request has changed, and sends it to the backend. A server with \
several sites then answers with another one, or with an error.

Steps with `transform-headers` are looked at, and scripts that set the header. Whether it is kept depends on the version of the gateway. A `Host` among the headers of an endpoint or of its \
group is sent by both, and gives no finding.",
    fix_safety: "\
Not setting the header keeps what the backend gets today. It is unsafe all the same: later steps, conditions and logs \
can read the header that this step sets.",
    bad: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Headers",
          "policy": "transform-headers",
          "configuration": {
            "scope": "REQUEST",
            "addHeaders": [
              { "name": "X-Shop", "value": "north" },
              { "name": "Host", "value": "shop.example" }
            ]
          }
        }
      ],
      "post": []
    }
  ]
}"#,
    ),
    good: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Headers",
          "policy": "transform-headers",
          "configuration": {
            "scope": "REQUEST",
            "addHeaders": [{ "name": "X-Shop", "value": "north" }]
          }
        }
      ],
      "post": []
    }
  ]
}"#,
    ),
    source: "SEMANTICS M10",
};

/// The lists of `transform-headers` that set headers.
const LISTS: &[&str] = &["addHeaders", "appendHeaders"];
/// The methods of headers in scripts that do.
const SETTERS: &[&str] = &["add", "put", "set"];

impl Rule for HostHeaderForwarded {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let requests = cx.live_steps().filter(|(phase, _)| *phase == Phase::Request);
        for (_, step) in requests.filter(|(_, step)| step.policy.value == "transform-headers") {
            for name in header_names(step) {
                if name.as_str().is_some_and(|name| is_host(&name)) {
                    report.add(Match::at(name).named(step.name.as_ref()));
                }
            }
        }
        for script in cx.live_scripts().filter(|script| script.phase == Phase::Request) {
            for place in script.chains.iter().filter_map(|chain| sets_host(script.text, chain)) {
                report.add(Match::inside(script.node, place).named(script.step.name.as_ref()));
            }
        }
    }

    fn message(&self, _: &Finding<'_>) -> Message {
        Message::new(
            "V2 overwrites this Host header with the host of the endpoint; V4 may send it to the backend as it is set \
             here",
            "remove the header to keep the host of the endpoint; keep it if the backend is to get this one",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let header = finding.place.node().filter(|name| name.has_key("name")).and_then(Node::parent);
        let remove = |header: Node<'_>| vec![Change::Remove { node: header.id() }];
        header.map(|header| Fix::needs_decision("Do not set the header", remove(header))).into_iter().collect()
    }
}

fn is_host(name: &str) -> bool {
    name.eq_ignore_ascii_case("host")
}

/// Where a script sets the header: `request.headers.put('Host', …)`, `request.headers.Host = …`.
fn sets_host(text: &str, chain: &Chain<'_>) -> Option<Range<usize>> {
    let setter = chain.links.get(1).filter(|_| chain.is(&["request", "headers"]))?;
    let called = SETTERS.contains(&setter.name) && setter.text_argument.as_deref().is_some_and(is_host);
    let rest = text.get(chain.span.end..).unwrap_or_default().trim_start();
    let assigned = rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=~");
    let assigned = assigned && chain.links.len() == 2 && is_host(setter.name);
    (called || assigned).then(|| setter.span.clone())
}

fn header_names<'d>(step: &Step<'d>) -> impl Iterator<Item = Node<'d>> + use<'d> {
    let lists = step.configuration.into_iter().flat_map(|node| LISTS.iter().filter_map(move |key| node.get(key)));
    let headers = lists.filter(|list| list.kind() == NodeKind::Array).flat_map(Node::values);
    headers.filter_map(|header| header.get("name"))
}
