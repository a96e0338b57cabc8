//! `target-double-slash`

use std::borrow::Cow;
use std::ops::Range;

use v4ward_syntax::edit::{Change, Value};

use crate::expression::{Part, Template};
use crate::finding::{Detail, Finding, Severity};
use crate::fixes::{Applicability, Fix};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::Endpoint;

pub(in crate::rules) struct TargetDoubleSlash;

static DECLARATION: Declaration = Declaration {
    id: "target-double-slash",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A target that makes V4 call the backend with a double slash",
    explanation: "\
The gateway joins the target of an endpoint and the path of a request. V2 then makes one slash of several; V4 does \
not. With the target `https://orders.example/api/`, a request for `/items` calls `/api/items` in V2 and `/api//items` \
in V4, which many backends answer with 404. The same holds for `//` inside the target, and for a target that the \
policy `dynamic-routing` calls by its name with a path.

V4 also passes on double slashes that consumers send, as in `GET /orders//items`. No file can change that: a backend \
that relies on single slashes has to bring them about itself.",
    fix_safety: "\
Removing the slash is safe when it is the whole path of the target: a request without a path is sent as `/` all the \
same. Otherwise it is unsafe: a request for the bare context path calls `/api/` today and would call `/api`.",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example/", "inherit": true }],
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
    source: "SEMANTICS M01; MIGRATION, safety of target-double-slash",
};

impl Rule for TargetDoubleSlash {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (_, endpoint) in cx.endpoints() {
            let Some(target) = endpoint.target.as_ref().filter(|_| is_http(endpoint)) else { continue };
            if cx.is_filled_in(&target.value) {
                continue;
            }
            if let Some(slashes) = surplus(&target.value).into_iter().next() {
                let paths = cx.api.proxy.virtual_hosts.iter().filter_map(|host| host.path.as_ref());
                let path = paths.map(|path| path.node).take(1).collect();
                let found = Match::inside(target.node, slashes).named(endpoint.name.as_ref());
                report.add(found.detail(Detail::Nodes(path)));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let target = finding.place.node().and_then(|node| node.as_str()).unwrap_or_default();
        let context = match &finding.detail {
            Detail::Nodes(nodes) => nodes.first().map(|node| node.scalar()).unwrap_or_default(),
            _ => Cow::default(),
        };
        let context = context.trim_end_matches('/');
        let path = shown(path_of(&target));
        let ends_with_slash = path.ends_with('/');
        let joined = format!("{path}{}", if ends_with_slash { "/items" } else { "" });
        let request = if ends_with_slash { format!("{context}/items") } else { bare(context).to_owned() };
        let help = match safety(&target) {
            Applicability::Safe => "remove the slash at the end of the target".to_owned(),
            Applicability::Unsafe if ends_with_slash => format!(
                "remove the slash if the backend can do without it: a request for {} alone calls {} today, and would \
                 lose the last slash",
                bare(context),
                single(&path)
            ),
            Applicability::Unsafe => "write one slash, as the backend is called today".to_owned(),
        };
        Message::new(
            format!(
                "V4 keeps double slashes, V2 makes one of them: a request for {request} calls {joined} at the backend \
                 instead of {}",
                single(&joined)
            ),
            help,
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(node) = finding.place.node() else { return Vec::new() };
        let Some(target) = node.as_str() else { return Vec::new() };
        let text = without(&target, &surplus(&target));
        let changes = vec![Change::Replace { node: node.id(), value: Value::Derived { text, from: vec![node.id()] } }];
        vec![Fix { applicability: safety(&target), ..Fix::safe("Remove the slashes that V2 does not send", changes) }]
    }
}

/// Endpoints of other types are no addresses of HTTP; they have a finding of their own.
fn is_http(endpoint: &Endpoint<'_>) -> bool {
    let is_known = |kind: &str| ["", "http", "grpc"].iter().any(|known| known.eq_ignore_ascii_case(kind.trim()));
    endpoint.kind.as_ref().is_none_or(|kind| is_known(&kind.value))
}

/// The literal text of a target up to its query, and where its expressions are: `None` stands for one of them.
fn path_of(target: &str) -> impl Iterator<Item = (usize, Option<char>)> {
    let (start, end) = path_range(target);
    outside_expressions(target).filter(move |(at, _)| (start..end).contains(at))
}

/// Where the path of a target begins and ends. One that begins with an expression is all path as far as anyone can say.
fn path_range(target: &str) -> (usize, usize) {
    let literal = |wanted: fn(char) -> bool, from: usize| {
        let mut signs = outside_expressions(target).filter(move |(at, _)| *at >= from);
        signs.find(|(_, sign)| sign.is_some_and(wanted)).map(|(at, _)| at)
    };
    let end = literal(|sign| matches!(sign, '?' | '#'), 0).unwrap_or(target.len());
    let scheme = target.find("://").filter(|at| !target[..*at].contains(['{', '/']));
    let start = match scheme {
        Some(at) => literal(|sign| sign == '/', at + 3).unwrap_or(target.len()),
        None if target.starts_with("//") => literal(|sign| sign == '/', 2).unwrap_or(target.len()),
        None => 0,
    };
    (start, end)
}

/// The signs of a text with their places; each expression is one `None`.
fn outside_expressions(text: &str) -> impl Iterator<Item = (usize, Option<char>)> {
    let template = Template::parse(text);
    let mut signs = Vec::new();
    for part in template.parts() {
        match part {
            Part::Expression(expression) => signs.push((expression.span.start, None)),
            Part::Literal(range) => {
                let literal = text[range.clone()].char_indices();
                signs.extend(literal.map(|(at, sign)| (range.start + at, Some(sign))));
            }
        }
    }
    signs.into_iter()
}

/// The slashes of the path that are one too many: each after another one, and the last one, which the path of a
/// request follows.
fn surplus(target: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut add = |at: usize| match found.last_mut() {
        Some(last) if last.end == at => last.end += 1,
        _ => found.push(at..at + 1),
    };
    let mut before = None;
    for (at, sign) in path_of(target) {
        if sign == Some('/') && before == Some('/') {
            add(at);
        }
        before = sign;
    }
    if before == Some('/') {
        let (_, end) = path_range(target);
        let run = target[..end].len() - target[..end].trim_end_matches('/').len();
        found.retain(|range| range.end < end);
        found.push(end - run..end);
    }
    found
}

/// A slash that is all of the path means as much as none. A query behind it is joined in another way, and an expression
/// may bring a path of its own.
fn safety(target: &str) -> Applicability {
    let (start, end) = path_range(target);
    let is_literal = outside_expressions(target).all(|(_, sign)| sign.is_some());
    let is_root = is_literal && start > 0 && &target[start..end] == "/" && end == target.len();
    if is_root { Applicability::Safe } else { Applicability::Unsafe }
}

fn without(text: &str, ranges: &[Range<usize>]) -> String {
    let kept = text.char_indices().filter(|(at, _)| !ranges.iter().any(|range| range.contains(at)));
    kept.map(|(_, sign)| sign).collect()
}

/// A path with `…` for each expression.
fn shown(path: impl Iterator<Item = (usize, Option<char>)>) -> String {
    path.map(|(_, sign)| sign.unwrap_or('…')).collect()
}

/// A path with one slash where there are several.
fn single(path: &str) -> String {
    let mut before = None;
    let keep = |sign: &char| before.replace(*sign) != Some('/') || *sign != '/';
    path.chars().filter(keep).collect()
}

fn bare(context: &str) -> &str {
    if context.is_empty() { "/" } else { context }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_that_v2_does_not_send() {
        let cases = [
            ("https://a/", "https://a"),
            ("https://a/b/", "https://a/b"),
            ("https://a//b///c//", "https://a/b/c"),
            ("https://a/{#x['//']}/", "https://a/{#x['//']}"),
            ("{#api.properties['u']}/", "{#api.properties['u']}"),
            ("{#p['https://']}//b", "{#p['https://']}/b"),
            ("https://{#p['h']}//b?c=/", "https://{#p['h']}/b?c=/"),
            ("//a//", "//a"),
        ];
        for (before, after) in cases {
            assert_eq!(without(before, &surplus(before)), after, "{before}");
            assert!(surplus(after).is_empty(), "{after}");
        }
        for fine in ["", "https://a", "https://a/b", "https://a/b?c=d//e/", "https://{#p['//']}", "{#x + '//'}/b", "{/"]
        {
            assert_eq!(without(fine, &surplus(fine)), if fine == "{/" { "{" } else { fine });
        }
    }

    #[test]
    fn only_a_bare_root_can_go_without_a_question() {
        assert_eq!(safety("https://a/"), Applicability::Safe);
        for target in ["https://a/b/", "https://a//", "https://a/?b", "{#p['u']}/", "/", "https://a{#p}/"] {
            assert_eq!(safety(target), Applicability::Unsafe, "{target}");
        }
    }
}
