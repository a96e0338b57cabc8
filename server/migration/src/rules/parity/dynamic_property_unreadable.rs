//! `dynamic-property-unreadable`

use v4ward_syntax::{Node, NodeKind};

use crate::finding::{ApimState, Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct DynamicPropertyUnreadable;

static DECLARATION: Declaration = Declaration {
    id: "dynamic-property-unreadable",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "Dynamic properties whose configuration cannot be read",
    explanation: "\
Dynamic properties need a `configuration` object with the `url` to call and a `specification`: the JOLT text that \
makes properties of the answer. The server refuses a file where one of them is missing, even when the service is \
disabled.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "services": {
    "dynamic-property": {
      "enabled": true,
      "schedule": "0 */5 * * * *",
      "provider": "HTTP",
      "configuration": { "url": "https://config.example/orders" }
    }
  }
}"#,
    ),
    good: Example::Members(
        r#"{
  "services": {
    "dynamic-property": {
      "enabled": true,
      "schedule": "0 */5 * * * *",
      "provider": "HTTP",
      "configuration": { "url": "https://config.example/orders", "specification": "[]" }
    }
  }
}"#,
    ),
    source: "FORMATS §1.1, services; §5, dynamic properties",
};

const CONFIGURATION: &str = "configuration";

impl Rule for DynamicPropertyUnreadable {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        // With another provider the server does not get as far as the configuration.
        for (group, service) in cx.dynamic_properties().filter(|(_, service)| service.is_http()) {
            let mut add = |found: Match<'d>| {
                let found = found.refused(true);
                // The migration never looks at those of groups.
                report.add(if group.is_some() { found.not_in_apim() } else { found });
            };
            let Some(configuration) = service.configuration else {
                let place = service.node.get(CONFIGURATION).filter(|node| !node.is_null()).unwrap_or(service.node);
                if place.kind() != NodeKind::Invalid {
                    add(Match::at(place).detail(Detail::Variant(CONFIGURATION)));
                }
                continue;
            };
            for key in ["url", "specification"] {
                if configuration.get(key).is_none_or(Node::is_null) {
                    add(Match::at(configuration).detail(Detail::Variant(key)));
                }
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let outcome = "the server refuses to import the file";
        match finding.detail {
            Detail::Variant("url") => Message::new(
                format!("this configuration has no url: {outcome}"),
                "add the url to fetch the properties from, or remove the service",
            ),
            Detail::Variant("specification") => Message::new(
                format!("this configuration has no specification: {outcome}"),
                "add the JOLT specification that makes properties of the answer, or remove the service",
            ),
            _ if finding.place.node().is_some_and(|node| node.has_key(CONFIGURATION)) => Message::new(
                format!("the configuration of dynamic properties must be an object: {outcome}"),
                "write an object with url and specification, or remove the service",
            ),
            _ => Message::new(
                format!("these dynamic properties have no configuration: {outcome}"),
                "add a configuration with url and specification, or remove the service",
            ),
        }
    }
}
