//! `name-not-unique`

use v4ward_syntax::Node;

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::ProblemKind;

pub(in crate::rules) struct NameNotUnique;

static DECLARATION: Declaration = Declaration {
    id: "name-not-unique",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "Two endpoints or groups of one name",
    explanation: "\
Endpoint groups and endpoints of an API share one set of names, in V2 as in V4: no two groups, no two endpoints of any \
groups, and no group and endpoint may have the same name. The server refuses a file that breaks this. A group without \
a name is called `default`, or `default-group` where `endpoints` stands at `proxy`.

When you rename one, look for its name in expressions such as `{#endpoints['one']}` and in `dynamic-routing` steps.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "backend", "target": "https://orders.example", "inherit": true }],
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
        "endpoints": [{ "name": "backend-1", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §1.1, proxy; §2.1, what the import checks",
};

impl Rule for NameNotUnique {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for problem in &cx.api.problems {
            let ProblemKind::NameTaken { by } = problem.kind else { continue };
            let unnamed = cx.api.proxy.groups.iter().find(|group| group.node == problem.node);
            let name = match unnamed {
                Some(group) => group.effective_name().into(),
                None => problem.node.scalar(),
            };
            // The other place goes along, to be shown beside this one.
            let detail = Detail::Nodes(vec![by]);
            report.add(Match::at(problem.node).subject(name).detail(detail).refused(problem.refused));
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        match &finding.detail {
            Detail::Nodes(nodes) => nodes.iter().map(|node| (*node, "the one that has the name already")).collect(),
            _ => Vec::new(),
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let name = finding.subject.as_deref().unwrap_or_default();
        Message::new(
            format!("another group or endpoint is called {name} already: the server refuses to import the file"),
            "give one of the two another name, also where expressions and dynamic-routing steps use it",
        )
    }
}
