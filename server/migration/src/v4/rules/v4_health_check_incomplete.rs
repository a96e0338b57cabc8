//! `v4-health-check-incomplete`

use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Detail, Severity};
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, quote, who};
use crate::v4::view::{is_flag, text};

pub(super) struct V4HealthCheckIncomplete;

static DECLARATION: Declaration = Declaration {
    id: "v4-health-check-incomplete",
    severity: Severity::Error,
    summary: "A health check without what it needs",
    explanation: "\
The health check of a group needs a `type` and a `configuration`, also when it is switched off. That of an \
endpoint, when it is on, is of the same type as that of its group; it has a configuration of its own when \
`overrideConfiguration` is true, else the group must have one.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "api": { "endpointGroups": [
  {
    "name": "backend",
    "type": "http-proxy",
    "endpoints": [
      {
        "name": "one",
        "type": "http-proxy",
        "configuration": { "target": "https://orders.example" },
        "services": { "healthCheck": { "type": "http-health-check", "enabled": true } }
      }
    ]
  }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "endpointGroups": [
  {
    "name": "backend",
    "type": "http-proxy",
    "endpoints": [
      {
        "name": "one",
        "type": "http-proxy",
        "configuration": { "target": "https://orders.example" },
        "services": { "healthCheck": { "type": "http-health-check", "enabled": false } }
      }
    ]
  }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks; §3",
};

impl Rule for V4HealthCheckIncomplete {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for group in cx.api.groups() {
            if let Some(check) = health_check(group) {
                for member in ["type", "configuration"].into_iter().filter(|name| lacks(check, name)) {
                    report.add(Match::missing(check, member).detail(Detail::Variant(OF_GROUP)));
                }
            }
        }
        for (group, endpoint) in cx.api.endpoints() {
            let Some(check) = health_check(endpoint).filter(|check| !is_flag(check.get("enabled"), false)) else {
                continue;
            };
            let of_group = health_check(group);
            let types = of_group.and_then(|of_group| text(of_group, "type")).zip(text(check, "type"));
            if let Some((_, (node, _))) = types.filter(|((_, of_group), (_, own))| of_group != own) {
                report.add(Match::at(node).detail(Detail::Variant(OTHER_TYPE)));
            }
            if is_flag(check.get("overrideConfiguration"), true) {
                if lacks(check, "configuration") {
                    report.add(Match::missing(check, "configuration").detail(Detail::Variant(OWN)));
                }
            } else if of_group.is_none_or(|of_group| lacks(of_group, "configuration")) {
                report.add(Match::at_key(check).detail(Detail::Variant(INHERITED)));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let missing = finding.missing.unwrap_or_default();
        let (what, help) = match quote(finding) {
            OF_GROUP => (
                format!("the health check of a group needs its {missing}, even when it is off"),
                "add it, or remove the health check",
            ),
            OTHER_TYPE => (
                "the health check of the endpoint is of another type than that of its group".to_owned(),
                "give both the same type",
            ),
            OWN => (
                "the health check overrides the configuration of the group with none".to_owned(),
                "add a configuration, or set overrideConfiguration to false",
            ),
            _ => (
                "the health check uses the configuration of its group, which has none".to_owned(),
                "add a health check to the group, or set overrideConfiguration to true with a configuration here",
            ),
        };
        Message::new(format!("{what}: {}", who(finding.form)), help)
    }
}

const OF_GROUP: &str = "of group";
const OTHER_TYPE: &str = "other type";
const OWN: &str = "own";
const INHERITED: &str = "inherited";

fn health_check(owner: Node<'_>) -> Option<Node<'_>> {
    owner.get("services")?.get("healthCheck").filter(|check| check.kind() == NodeKind::Object)
}

fn lacks(object: Node<'_>, member: &str) -> bool {
    object.get(member).is_none_or(Node::is_null)
}
