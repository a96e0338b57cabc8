//! `method-other`

use v4ward_syntax::edit::Change;
use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct MethodOther;

static DECLARATION: Declaration = Declaration {
    id: "method-other",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "The method OTHER, which V4 does not know",
    explanation: "\
V2 has a method `OTHER` for everything beside the nine methods of HTTP. V4 does not know it and refuses a file that \
has it, in the methods of a flow as in a health check.

Requests with a method of their own cannot be told apart in V4. A flow without any method is for all methods, so \
taking OTHER from a flow that has no other method would make it act on every request.",
    fix_safety: "\
Removing OTHER is unsafe: the flow then leaves out requests with a method of their own. There is no fix where OTHER \
is the only method, since the flow would then be for all.",
    bad: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "methods": ["GET", "OTHER"],
      "pre": [{ "name": "Answer", "policy": "mock", "configuration": { "status": "200" } }],
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
      "methods": ["GET"],
      "pre": [{ "name": "Answer", "policy": "mock", "configuration": { "status": "200" } }],
      "post": []
    }
  ]
}"#,
    ),
    source: "FORMATS §1.1, flows; §3, http-health-check; conformance D27",
};

impl Rule for MethodOther {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let flows = cx.flows().flat_map(|flow| &flow.methods);
        let checks = cx.shared_health_checks().chain(cx.own_health_checks().map(|(_, check)| check));
        let requests = checks.flat_map(|check| &check.steps).filter_map(|step| step.request.as_ref());
        let methods = flows.chain(requests.filter_map(|request| request.method.as_ref()));
        for method in methods.filter(|method| method.value == "OTHER") {
            report.add(Match::at(method.node));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        if list(finding).is_none() {
            return Message::new(
                "V4 has no method OTHER: it refuses a health check with it",
                "write the method that the backend answers to, such as GET",
            );
        }
        let what = if others(finding).is_empty() {
            "V4 has no method OTHER, and without it this flow acts on requests of all methods"
        } else {
            "V4 has no method OTHER: it refuses a flow with it"
        };
        Message::new(what, "name the methods that the flow is for")
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        match finding.place.node() {
            Some(method) if !others(finding).is_empty() => {
                vec![Fix::needs_decision("Remove OTHER", vec![Change::Remove { node: method.id() }])]
            }
            _ => Vec::new(),
        }
    }
}

/// The methods of the flow, if the finding is at one.
fn list<'d>(finding: &Finding<'d>) -> Option<Node<'d>> {
    finding.place.node()?.parent().filter(|list| list.kind() == NodeKind::Array)
}

/// The other methods of the flow.
fn others<'d>(finding: &Finding<'d>) -> Vec<Node<'d>> {
    let is_other = |node: &Node<'_>| node.as_str().is_some_and(|method| method.eq_ignore_ascii_case("OTHER"));
    list(finding).into_iter().flat_map(Node::children).filter(|node| !node.is_null() && !is_other(node)).collect()
}
