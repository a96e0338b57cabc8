//! `service-not-supported`

use crate::finding::{ApimState, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct ServiceNotSupported;

static DECLARATION: Declaration = Declaration {
    id: "service-not-supported",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A service that an API cannot have",
    explanation: "\
An API has health checks and dynamic properties; service discovery belongs to a group of endpoints. Files of APIM 1.22 \
and older have `discovery` among the services of the API, and APIM reads it as that of the first group. When there is \
no group, the service stays where no API can have it, and APIM refuses to migrate the API.

A discovery that is switched off does nothing in V2 either; it is dropped and only worth a word. Services of unknown \
names are no services to APIM and are reported as unknown properties.",
    // Without the service the API has nothing to call, which is a finding too: no fix is offered.
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "proxy": { "virtual_hosts": [{ "path": "/orders" }], "groups": [] },
  "services": {
    "discovery": { "enabled": true, "provider": "consul", "configuration": { "url": "http://consul.example:8500" } }
  }
}"#,
    ),
    good: Example::Members(r#"{ "services": {} }"#),
    source: "FORMATS §1.1, services; §5, API and proxy",
};

impl Rule for ServiceNotSupported {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        // The reader has moved it to the first group, unless there is none.
        let Some(discovery) = &cx.api.services.discovery else { return };
        let found = Match::at_key(discovery.node).subject("discovery");
        report.add(if discovery.is_enabled() { found } else { found.severity(Severity::Information).not_in_apim() });
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let outcome = if finding.apim.is_some() { "APIM refuses to migrate the API" } else { "it is dropped" };
        Message::new(
            format!("service discovery belongs to a group of endpoints, and there is none: {outcome}"),
            "put it into the services of an endpoint group, or remove it",
        )
    }
}
