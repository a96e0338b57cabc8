//! `v4-resource-flag-missing`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::FailureKind;
use crate::v4::rule::{Context, Declaration, Example, Finding, Form, Match, Message, Report, Rule, Turn};

pub(super) struct V4ResourceFlagMissing;

static DECLARATION: Declaration = Declaration {
    id: "v4-resource-flag-missing",
    severity: Severity::Error,
    summary: "A flag that a V4 resource must say",
    explanation: "\
The resource definition asks for some flags that an export may leave out: `inheritConfiguration` of an endpoint, \
`enabled` and `overrideConfiguration` of a service, `matchRequired`, the flags of logging. Kubernetes refuses a \
resource without them.",
    fix_safety: "It is what an import takes where nothing is said.",
    bad: Example::Resource(
        r#"endpointGroups:
  - name: backend
    type: http-proxy
    endpoints:
      - name: one
        type: http-proxy
        configuration: { target: https://orders.example }"#,
    ),
    good: Example::Resource(
        r#"endpointGroups:
  - name: backend
    type: http-proxy
    endpoints:
      - name: one
        type: http-proxy
        configuration: { target: https://orders.example }
        inheritConfiguration: false"#,
    ),
    source: "FORMATS §2.2",
};

impl Rule for V4ResourceFlagMissing {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn turn(&self) -> Turn {
        Turn::OfSchema
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.api.form != Form::Resource {
            return;
        }
        for (object, failure) in cx.failures() {
            let FailureKind::Missing(missing) = &failure.kind else { continue };
            if let Some((flag, _)) = FLAGS.iter().find(|(flag, _)| flag == missing) {
                report.add(Match::missing(object, flag));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let missing = finding.missing.unwrap_or_default();
        Message::new(
            format!("{missing} is missing: Kubernetes refuses the resource"),
            format!("add {missing}, true or false"),
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let found = FLAGS.iter().find(|(flag, _)| Some(*flag) == finding.missing);
        let (Some((flag, value)), Some(object)) = (found, finding.place.node()) else { return Vec::new() };
        let insert = Change::InsertMember {
            object: object.id(),
            after: None,
            key: (*flag).to_owned(),
            value: Value::Bool(*value),
        };
        vec![Fix::safe(format!("Add {flag}: {value}"), vec![insert])]
    }
}

/// The flags, each with what an import takes where nothing is said.
const FLAGS: &[(&str, bool)] = &[
    ("enabled", true),
    ("endpoint", false),
    ("entrypoint", false),
    ("headers", false),
    ("inheritConfiguration", false),
    ("matchRequired", false),
    ("messageHeaders", false),
    ("messageMetadata", false),
    ("messagePayload", false),
    ("overrideConfiguration", false),
    ("payload", false),
    ("request", false),
    ("response", false),
];
