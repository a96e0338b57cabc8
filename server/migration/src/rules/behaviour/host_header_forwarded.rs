//! `host-header-forwarded`

use std::ops::Range;

use v4ward_syntax::edit::Change;
use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::script::{Chain, ScriptField, TokenKind, tokens};
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

Steps with `transform-headers` are looked at, and scripts that set the header, also through a variable that is given \
`request.headers` and nothing else. A name that is worked out when the request comes is not found: it may be any. \
Whether the header is kept depends on the version of the gateway. A `Host` among the headers of an endpoint or of its \
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
/// What scripts call the headers of the request.
const HEADERS: &[&str] = &["request", "headers"];
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
            let variables = header_variables(script);
            for place in script.chains.iter().filter_map(|chain| sets_host(script.text, chain, &variables)) {
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

/// Where a script sets the header: `request.headers.put('Host', …)`, `request.headers.Host = …`, or the same on a variable
/// that has the headers.
fn sets_host(text: &str, chain: &Chain<'_>, variables: &[&str]) -> Option<Range<usize>> {
    let before = match chain.is(HEADERS) {
        true => HEADERS.len() - 1,
        false if variables.contains(&chain.root) && chain.call.is_none() => 0,
        false => return None,
    };
    let setter = chain.links.get(before)?;
    let called = SETTERS.contains(&setter.name) && setter.text_argument.as_deref().is_some_and(is_host);
    let assigned = chain.links.len() == before + 1 && is_host(setter.name) && is_assigned(text, chain.span.end);
    (called || assigned).then(|| setter.span.clone())
}

/// The variables that a script gives the headers of the request, and nothing else: `def headers = request.headers`.
fn header_variables<'t>(script: &ScriptField<'t, '_>) -> Vec<&'t str> {
    let whole = script.chains.iter().filter(|chain| chain.is(HEADERS) && chain.links.len() == HEADERS.len() - 1);
    let named = whole.filter_map(|chain| given_to(script.text, &chain.span));
    named.filter(|name| assignments(script, name) == 1).collect()
}

/// The variable that is given all of what stands at a place.
fn given_to<'t>(text: &'t str, value: &Range<usize>) -> Option<&'t str> {
    let rest = text.get(value.end..)?.trim_start_matches([' ', '\t']);
    if !(rest.is_empty() || rest.starts_with(['\n', '\r', ';', '}']) || rest.starts_with("//")) {
        return None;
    }
    let before = text.get(..value.start)?.trim_end().strip_suffix('=')?.trim_end();
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let name = before.get(before.trim_end_matches(is_of_name).len()..)?;
    let is_member = before.trim_end_matches(is_of_name).trim_end().ends_with('.');
    (!name.is_empty() && !is_member).then_some(name)
}

/// How often a variable is given a value, as far as the text tells.
fn assignments(script: &ScriptField<'_, '_>, name: &str) -> usize {
    let tokens = tokens(script.text, script.language);
    let named = tokens.iter().filter(|token| token.kind == TokenKind::Identifier);
    let ends = named.filter(|token| script.text.get(token.span.clone()) == Some(name)).map(|token| token.span.end);
    // A closure that has a parameter of this name gives it a value, too.
    ends.filter(|end| is_assigned(script.text, *end) || rest_of(script.text, *end).starts_with("->")).count()
}

fn is_assigned(text: &str, end: usize) -> bool {
    let rest = rest_of(text, end);
    rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=~")
}

fn rest_of(text: &str, end: usize) -> &str {
    text.get(end..).unwrap_or_default().trim_start()
}

fn header_names<'d>(step: &Step<'d>) -> impl Iterator<Item = Node<'d>> + use<'d> {
    let lists = step.configuration.into_iter().flat_map(|node| LISTS.iter().filter_map(move |key| node.get(key)));
    let headers = lists.filter(|list| list.kind() == NodeKind::Array).flat_map(Node::values);
    headers.filter_map(|header| header.get("name"))
}
