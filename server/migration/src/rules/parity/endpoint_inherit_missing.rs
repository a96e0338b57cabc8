//! `endpoint-inherit-missing`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, member};

pub(in crate::rules) struct EndpointInheritMissing;

static DECLARATION: Declaration = Declaration {
    id: "endpoint-inherit-missing",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    // APIM's migration fails by mistake here, while the meaning of the file is clear.
    decides_verdict: false,
    severity: Severity::Warning,
    summary: "An endpoint that does not say whether it inherits",
    explanation: "\
`inherit` says whether an endpoint takes the client options of its group: time limits, encryption, proxy, headers. \
Files of older versions often lack it. The gateway then does not inherit.

APIM's migration fails with an internal error for such an endpoint. v4ward reads it as the gateway does, so it does \
not change the verdict; but migrating this API on the server needs the member.",
    fix_safety: "Writing `\"inherit\": false` is safe: it is what the gateway takes a missing `inherit` for.",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "weight": 1 }],
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
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": false, "weight": 1 }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §1.1, endpoint; §5, endpoints; MIGRATION D04",
};

impl Rule for EndpointInheritMissing {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (_, endpoint) in cx.endpoints() {
            // A null does no harm: APIM reads it as false.
            if endpoint.node.get("inherit").is_some() {
                continue;
            }
            let found = Match::at(endpoint.node);
            report.add(match &endpoint.name {
                Some(name) => found.subject(name.value.as_ref()),
                None => found,
            });
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let endpoint = finding.subject.as_deref().unwrap_or("without name");
        Message::new(
            format!("the endpoint {endpoint} has no inherit: the gateway takes it for false, APIM's migration fails"),
            format!("write {}", member(finding, "inherit", "false")),
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(endpoint) = finding.place.node() else { return Vec::new() };
        // A merge key may bring them from elsewhere.
        let own = |key: &str| endpoint.get(key).filter(|member| member.parent() == Some(endpoint));
        let after = own("target").or(own("name")).map(|member| member.id());
        let (key, value) = ("inherit".to_owned(), Value::Bool(false));
        vec![Fix::safe(
            format!("Write {}", member(finding, "inherit", "false")),
            vec![Change::InsertMember { object: endpoint.id(), after, key, value }],
        )]
    }
}
