//! `missing-required`

use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, in_resource};
use crate::v2::ProblemKind;

pub(in crate::rules) struct MissingRequired;

/// The variant about a resource that is no API by itself.
const TEMPLATE: &str = "template";

static DECLARATION: Declaration = Declaration {
    id: "missing-required",
    group: Group::Reading,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A property that APIM cannot do without",
    explanation: "\
Some properties have no default: the name and the proxy of an API, a virtual host, the name and the target of an \
endpoint, the policy and the configuration of a step, the key and the value of a property. Without one of most of them \
the server refuses to import the file; of a few parts, such as a header without a name, it reads nothing.

`null` counts as absent. Where APIM reads it as the text \"null\", as for the target of an endpoint, the API would not \
work.

Of a custom resource the cluster wants some more, such as a description of the API and of each plan. A resource with \
the annotation `gravitee.io/template: \"true\"` has no proxy of its own: the operator makes an API of it for each \
Ingress resource that names it. There is nothing to migrate before it does.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "inherit": true }],
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
    source: "FORMATS §1.1; §1.3; conformance D20",
};

impl Rule for MissingRequired {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for problem in &cx.api.problems {
            let ProblemKind::Missing { key } = problem.kind else { continue };
            // A value that is half typed has a syntax error already.
            if problem.node.get(key).is_some_and(|member| member.kind() == NodeKind::Invalid) {
                continue;
            }
            let is_template = cx.api.resource.as_ref().is_some_and(|resource| resource.is_template());
            let detail = match problem.cluster {
                true => Detail::Cluster(problem.kind.clone()),
                false if key == "proxy" && is_template => Detail::Variant(TEMPLATE),
                false => Detail::Problem(problem.kind.clone()),
            };
            report.add(Match::at(problem.node).detail(detail).refused(problem.refused));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let key = match finding.detail {
            Detail::Variant(TEMPLATE) => return template_message(),
            Detail::Cluster(ProblemKind::Missing { key }) => {
                return Message::new(
                    format!("the property {key} is missing here: the cluster refuses the resource"),
                    format!("add {key}"),
                );
            }
            Detail::Problem(ProblemKind::Missing { key }) => key,
            _ => return Message::new("a property is missing here", "add it"),
        };
        let is_null = finding.place.node().is_some_and(|node| node.get(key).is_some_and(Node::is_null));
        if is_null && !in_resource(finding) {
            return Message::new(
                format!("{key} is null, which is none: the server refuses the file, or reads the text \"null\""),
                format!("write a value for {key}"),
            );
        }
        let outcome = if finding.refused {
            if in_resource(finding) { "APIM refuses the API" } else { "the server refuses to import the file" }
        } else {
            "the server reads nothing of this part"
        };
        Message::new(format!("the property {key} is missing here: {outcome}"), format!("add {key}"))
    }
}

fn template_message() -> Message {
    Message::new(
        "this resource is a template for Ingress resources (annotation gravitee.io/template) and no API: it has no proxy",
        "migrate the APIs that Ingress resources make of it, or add a proxy and remove the annotation",
    )
}
