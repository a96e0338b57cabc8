//! `dynamic-property-in-group`

use v4ward_syntax::edit::Change;

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct DynamicPropertyInGroup;

static DECLARATION: Declaration = Declaration {
    id: "dynamic-property-in-group",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "Dynamic properties of an endpoint group",
    explanation: "\
Dynamic properties belong to an API: V4 has them there and nowhere else. A file can hold them among the services of \
an endpoint group too. APIM's migration leaves those out without a word, and so does v4ward. What reads a property \
from there finds none.",
    fix_safety: "\
Removing the service is unsafe: the API may need the properties, from the services of the API then.",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" },
        "services": {
          "dynamic-property": {
            "enabled": true,
            "schedule": "0 */5 * * * *",
            "provider": "HTTP",
            "configuration": { "url": "https://config.example", "specification": "[]" }
          }
        }
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
        "load_balancing": { "type": "ROUND_ROBIN" },
        "services": {}
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §5, endpoint groups",
};

impl Rule for DynamicPropertyInGroup {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for group in &cx.api.proxy.groups {
            if let Some(service) = &group.services.dynamic_property {
                report.add(Match::at_key(service.node).subject(group.effective_name()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let group = finding.subject.as_deref().unwrap_or_default();
        Message::new(
            format!("V4 has dynamic properties for the whole API only: those of the group {group} are left out"),
            "move them to the services of the API if it needs them, or remove them",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let service = finding.place.node();
        service
            .map(|service| Fix::needs_decision("Remove the service", vec![Change::Remove { node: service.id() }]))
            .into_iter()
            .collect()
    }
}
