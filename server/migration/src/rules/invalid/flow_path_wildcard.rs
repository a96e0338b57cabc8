//! `flow-path-wildcard`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct FlowPathWildcard;

static DECLARATION: Declaration = Declaration {
    id: "flow-path-wildcard",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "`**` in the path of a flow",
    explanation: "\
V4 refuses to save or import an API that has `**` in the path of any flow, also of one that is switched off. APIM's \
migration passes such a path on, and the V4 API can then not be saved any more.

`**` means no \"any path\" on V2 either: the gateway makes a regular expression of the path, and Java refuses one with \
two stars in a row. A flow for all paths below another has the operator `STARTS_WITH` and no stars.",
    fix_safety: "\
Removing `/**` at the end and setting `STARTS_WITH` is unsafe: it is what the author will have meant, but the V2 flow \
did not run for these requests.",
    bad: Example::Members(
        r#"{
  "flows": [
    {
      "name": "All orders",
      "path-operator": { "path": "/orders/**", "operator": "EQUALS" },
      "methods": [],
      "pre": [],
      "post": []
    }
  ]
}"#,
    ),
    good: Example::Members(
        r#"{
  "flows": [
    {
      "name": "All orders",
      "path-operator": { "path": "/orders", "operator": "STARTS_WITH" },
      "methods": [],
      "pre": [],
      "post": []
    }
  ]
}"#,
    ),
    source: "SEMANTICS M03; FORMATS §2.1, what the import checks",
};

const ANY: &str = "**";

impl Rule for FlowPathWildcard {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for flow in cx.flows() {
            let Some(path) = flow.path.as_ref().filter(|path| path.value.contains(ANY)) else { continue };
            // The operator goes along where the fix has to change it.
            let other = flow.operator.as_ref().filter(|operator| operator.value != "STARTS_WITH");
            let detail = other.map_or(Detail::None, |operator| Detail::Nodes(vec![operator.node]));
            report.add(Match::at(path.node).named(flow.name.as_ref()).detail(detail));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let is_fixed = finding.place.node().and_then(|path| path.as_str()).is_some_and(|path| below(&path).is_some());
        let help = if is_fixed {
            "leave the stars out, with the operator STARTS_WITH, when the flow is for all paths below"
        } else {
            "write each path that the flow is for, :name for a part that may be anything, or a condition on #request.path"
        };
        Message::new(
            "V4 refuses to save or import an API with ** in the path of a flow; it means no \"any path\"",
            help,
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(node) = finding.place.node() else { return Vec::new() };
        let Some(path) = node.as_str().as_deref().and_then(below).map(str::to_owned) else { return Vec::new() };
        let value = Value::Derived { text: path, from: vec![node.id()] };
        let mut changes = vec![Change::Replace { node: node.id(), value }];
        if let Detail::Nodes(operators) = &finding.detail {
            let starts_with = || Value::String("STARTS_WITH".into());
            changes.extend(operators.iter().map(|node| Change::Replace { node: node.id(), value: starts_with() }));
        }
        vec![Fix::needs_decision("Take all paths that start so", changes)]
    }
}

/// The path before `/**` at its end; `None` when there is no such end, or there are more stars.
fn below(path: &str) -> Option<&str> {
    let before = path.trim_end_matches('/').strip_suffix("/**")?;
    if before.contains(ANY) { None } else { Some(if before.is_empty() { "/" } else { before }) }
}
