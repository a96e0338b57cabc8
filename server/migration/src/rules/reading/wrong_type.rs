//! `wrong-type`

use v4ward_syntax::edit::Change;
use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::fixes::retype::{QUOTE, rewritten};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, in_resource};
use crate::v2::ProblemKind;

pub(in crate::rules) struct WrongType;

static DECLARATION: Declaration = Declaration {
    id: "wrong-type",
    group: Group::Reading,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A value that APIM cannot take as it is written",
    explanation: "\
APIM's reader takes scalars of another type where it can: `\"5000\"` is a number, `\"true\"` is true. What it cannot \
take it replaces by nothing, by 0 or by a default without a word, or it refuses the whole file: for words of a fixed \
list, and for the request of a health check that is no object, as it needs the path in it. v4ward does the same when it converts, and says so here. A value that V2 takes and V4 refuses, such as an empty \
name of an endpoint or a time below zero, is told here too.

A custom resource is read more strictly. The cluster refuses it when a text is written as a number or as true or \
false, the other way round, or with a word that its resource definition does not list. In YAML this happens by leaving \
out quotes: `version: 1.0` is a number and `name: on` is true.",
    fix_safety: "\
Quoting a number or a word is safe: the text is what stands there already. So is taking the quotes away where a \
number or true or false is wanted. Both are offered in custom resources only.",
    bad: Example::Resource(
        r#"apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: orders
spec:
  name: Orders
  version: 1.0
  description: Orders of our shop
  state: STOPPED
  proxy:
    virtual_hosts:
      - path: /orders
    groups:
      - name: backend
        endpoints:
          - name: one
            target: https://orders.example
            inherit: true
"#,
    ),
    good: Example::Resource(
        r#"apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: orders
spec:
  name: Orders
  version: '1.0'
  description: Orders of our shop
  state: STOPPED
  proxy:
    virtual_hosts:
      - path: /orders
    groups:
      - name: backend
        endpoints:
          - name: one
            target: https://orders.example
            inherit: true
"#,
    ),
    source: "FORMATS §1.1, parser behaviour that applies everywhere; §1.3",
};

impl Rule for WrongType {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for problem in &cx.api.problems {
            let told = matches!(
                problem.kind,
                ProblemKind::Missing { .. } | ProblemKind::Unreadable { .. } | ProblemKind::NameTaken { .. }
            );
            if !told {
                let kind = problem.kind.clone();
                let detail = if problem.cluster { Detail::Cluster(kind) } else { Detail::Problem(kind) };
                report.add(Match::at(problem.node).detail(detail).refused(problem.refused));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        if let Detail::Cluster(kind) = &finding.detail {
            return cluster_message(finding, kind);
        }
        let outcome = if finding.refused {
            if in_resource(finding) { "APIM refuses the API" } else { "the server refuses to import the file" }
        } else {
            "the server reads it as if it were not there"
        };
        match &finding.detail {
            Detail::Problem(ProblemKind::UnknownWord { allowed }) if is_filled_in(finding) => Message::new(
                "the operator fills in what stands here, and the file does not show with which word",
                format!("write the word itself, one of {}", allowed.join(", ")),
            ),
            Detail::Problem(ProblemKind::UnknownWord { allowed }) => Message::new(
                format!("this is none of the words that are known here: {outcome}"),
                format!("write one of {}", allowed.join(", ")),
            ),
            Detail::Problem(ProblemKind::WrongType(expected)) => Message::new(
                format!("{} is expected here: {outcome}", expected.words()),
                format!("write {}, or remove the property", expected.words()),
            ),
            Detail::Problem(ProblemKind::RefusedByV4(wanted)) => {
                Message::new(format!("V4 wants {wanted} here and refuses the file"), format!("write {wanted}"))
            }
            _ => Message::new("this value cannot be read", "correct it, or remove the property"),
        }
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let (Detail::Cluster(ProblemKind::WrongType(expected)), Some(node)) = (&finding.detail, finding.place.node())
        else {
            return Vec::new();
        };
        let Some((title, value)) = rewritten(node, *expected) else { return Vec::new() };
        vec![Fix::safe(title, vec![Change::Replace { node: node.id(), value }])]
    }
}

/// True for `[[ … ]]`, which the operator replaces by a value of a secret or a config map.
fn is_filled_in(finding: &Finding<'_>) -> bool {
    let text = finding.place.node().and_then(Node::as_str);
    text.is_some_and(|text| text.contains("[[")) && in_resource(finding)
}

/// What the cluster says of a custom resource.
fn cluster_message(finding: &Finding<'_>, kind: &ProblemKind<'_>) -> Message {
    let node = finding.place.node();
    match kind {
        ProblemKind::UnknownWord { allowed } => Message::new(
            "this is none of the words that the resource definition lists: the cluster refuses the resource",
            format!("write one of {}, spelt as here", allowed.join(", ")),
        ),
        ProblemKind::WrongType(expected) => {
            let found = node.map_or("another value", |node| kind_words(node.kind()));
            let help = match node.and_then(|node| rewritten(node, *expected)) {
                Some((QUOTE, _)) => "put it in quotes".to_owned(),
                Some(_) => "write it without quotes".to_owned(),
                None => format!("write {}, or remove the property", expected.words()),
            };
            let what = format!(
                "{} is expected here and this is {found} in YAML: the cluster refuses the resource",
                expected.words()
            );
            Message::new(what, help)
        }
        _ => Message::new("the cluster refuses the resource for this value", "correct it, or remove the property"),
    }
}

fn kind_words(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::String => "a text",
        NodeKind::Number => "a number",
        NodeKind::Bool => "true or false",
        NodeKind::Array => "a list",
        NodeKind::Object => "an object",
        NodeKind::Null | NodeKind::Invalid => "nothing",
    }
}
