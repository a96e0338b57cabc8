//! `dynamic-property-provider`

use crate::finding::{ApimState, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, member};

pub(in crate::rules) struct DynamicPropertyProvider;

static DECLARATION: Declaration = Declaration {
    id: "dynamic-property-provider",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "Dynamic properties from a provider other than HTTP",
    explanation: "\
Dynamic properties are fetched over HTTP; `HTTP`, in any case, is the only provider that APIM knows. The server \
refuses a file that names another one or none, even when the service is disabled, and V4 has only the HTTP service too.

Put what the other provider delivers behind an HTTP address and describe with `specification` how the answer becomes \
properties, or remove the service.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "services": {
    "dynamic-property": {
      "enabled": true,
      "schedule": "0 */5 * * * *",
      "provider": "VAULT",
      "configuration": { "url": "https://config.example/orders", "specification": "[]" }
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

impl Rule for DynamicPropertyProvider {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (group, service) in cx.dynamic_properties() {
            if service.is_http() {
                continue;
            }
            let found = match &service.provider {
                Some(provider) => Match::at(provider.node).subject(provider.value.as_ref()),
                None => Match::at(service.node),
            };
            let found = found.refused(true);
            // The migration never looks at those of groups.
            report.add(if group.is_some() { found.not_in_apim() } else { found });
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let what = match &finding.subject {
            Some(provider) => format!("the provider {provider} is not known"),
            None => "these dynamic properties name no provider".to_owned(),
        };
        Message::new(
            format!("{what}, APIM has only HTTP: the server refuses to import the file"),
            format!(
                "fetch the properties over HTTP ({}), or remove the service",
                member(finding, "provider", "\"HTTP\"")
            ),
        )
    }
}
