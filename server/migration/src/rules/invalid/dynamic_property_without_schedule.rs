//! `dynamic-property-without-schedule`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct DynamicPropertyWithoutSchedule;

static DECLARATION: Declaration = Declaration {
    id: "dynamic-property-without-schedule",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "Dynamic properties that do not say when they are fetched",
    explanation: "\
The service that fetches properties needs a schedule: `schedule` with a cron expression, or the old `trigger` or \
`interval`. V2 takes a service without one, and APIM's migration writes an empty schedule, which V4 refuses when the \
API is saved or imported.

For a service that is off this is a hint only: V4 does not look at its configuration.",
    fix_safety: "Adding a schedule is unsafe: the properties are then fetched, which they may not be today.",
    bad: Example::Members(
        r#"{
  "services": {
    "dynamic-property": {
      "enabled": true,
      "provider": "HTTP",
      "configuration": { "url": "https://config.example", "specification": "[]" }
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
      "configuration": { "url": "https://config.example", "specification": "[]" }
    }
  }
}"#,
    ),
    source: "FORMATS §5, dynamic properties; conformance D23",
};

impl Rule for DynamicPropertyWithoutSchedule {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let service = cx.api.services.dynamic_property.as_ref();
        if let Some(service) = service.filter(|service| !service.schedule.tells_when()) {
            let enabled = service.is_enabled();
            let (severity, state) = if enabled { (Severity::Error, "on") } else { (Severity::Hint, "off") };
            report.add(Match::at_key(service.node).severity(severity).detail(Detail::Variant(state)));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let what = if matches!(finding.detail, Detail::Variant("on")) {
            "these dynamic properties have no schedule: V4 refuses the service"
        } else {
            "these dynamic properties are off and have no schedule: V4 would refuse the service when it is switched on"
        };
        Message::new(what, "add a schedule, such as \"0 */5 * * * *\" for every five minutes, or remove the service")
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(service) = finding.place.node() else { return Vec::new() };
        if ["trigger", "interval", "unit"].into_iter().any(|key| service.get(key).is_some()) {
            return Vec::new();
        }
        let value = Value::String("0 */5 * * * *".into());
        let change = match service.get("schedule") {
            Some(empty) => Change::Replace { node: empty.id(), value },
            None => {
                let after = service.get("enabled").map(|enabled| enabled.id());
                Change::InsertMember { object: service.id(), after, key: "schedule".into(), value }
            }
        };
        vec![Fix::needs_decision("Fetch every five minutes", vec![change])]
    }
}
