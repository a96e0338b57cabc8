//! `v4-group-option-ignored`

use v4ward_syntax::Node;

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Form, Match, Message, Report, Rule, removal};

pub(super) struct V4GroupOptionIgnored;

static DECLARATION: Declaration = Declaration {
    id: "v4-group-option-ignored",
    severity: Severity::Warning,
    summary: "Options of a group that V4 does not read",
    explanation: "\
A group of a V4 resource may hold `http`, `ssl` and `headers`, as in V2. APIM does not read them there: time \
limits, certificates and headers of V4 are in `sharedConfiguration`.",
    fix_safety: "Nothing reads it; but what it says was meant to be somewhere.",
    bad: Example::Resource(
        r#"endpointGroups:
  - name: backend
    type: http-proxy
    ssl: { trustAll: true, hostnameVerifier: false }
    endpoints:
      - name: one
        type: http-proxy
        inheritConfiguration: false
        configuration: { target: https://orders.example }"#,
    ),
    good: Example::Resource(
        r#"endpointGroups:
  - name: backend
    type: http-proxy
    sharedConfiguration:
      ssl: { trustAll: true, hostnameVerifier: false }
    endpoints:
      - name: one
        type: http-proxy
        inheritConfiguration: true
        configuration: { target: https://orders.example }"#,
    ),
    source: "FORMATS §2.2",
};

impl Rule for V4GroupOptionIgnored {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.api.form != Form::Resource {
            return;
        }
        for group in cx.api.groups() {
            for option in ["http", "ssl", "headers"].into_iter().filter_map(|name| group.get(name)) {
                if option.values().next().is_some() {
                    report.add(Match::at_key(option));
                }
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let name = finding.place.node().and_then(Node::key).unwrap_or_default();
        Message::new(
            format!("APIM does not read {name} here: requests to these endpoints are sent with the defaults of V4"),
            format!("write {name} into sharedConfiguration, in its form"),
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let name = finding.place.node().and_then(Node::key).unwrap_or_default();
        vec![Fix::needs_decision(format!("Remove {name}"), removal(finding))]
    }
}
