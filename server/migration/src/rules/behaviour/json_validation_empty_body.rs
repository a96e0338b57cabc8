//! `json-validation-empty-body`

use crate::finding::{Finding, Severity};
use crate::policies::{Role, role};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::Phase;

pub(in crate::rules) struct JsonValidationEmptyBody;

static DECLARATION: Declaration = Declaration {
    id: "json-validation-empty-body",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A validation that lets requests without a body pass in V4",
    explanation: "\
On the legacy engine `json-validation` refuses a request without a body with 400, since an empty text is no JSON. The \
class that V4 and the emulation engine run validates a body only when there is one: a request without a body goes \
through to the backend.

A backend that counts on the gateway to refuse such requests has to refuse them itself, or a step before this one \
has to: `policy-request-validation` with a rule on the `Content-Length` header, or a script.",
    fix_safety: "",
    bad: Example::OnLegacyEngine(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Check the order",
          "policy": "json-validation",
          "configuration": { "scope": "REQUEST_CONTENT", "schema": "{ \"type\": \"object\" }" }
        }
      ],
      "post": []
    }
  ]
}"#,
    ),
    good: Example::OnLegacyEngine(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [],
      "post": []
    }
  ]
}"#,
    ),
    source: "SEMANTICS P08",
};

impl Rule for JsonValidationEmptyBody {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let requests = cx.live_steps().filter(|(phase, _)| *phase == Phase::Request);
        for (phase, step) in requests.filter(|(_, step)| step.policy.value == "json-validation") {
            if role(phase, step) == Role::Body {
                report.add(Match::at(step.policy.node).named(step.name.as_ref()));
            }
        }
    }

    fn message(&self, _: &Finding<'_>) -> Message {
        Message::new(
            "the legacy engine refuses a request without a body here with 400; V4 validates only what there is and \
             lets it pass",
            "if the backend counts on a body, refuse requests without one in a step before this one",
        )
    }
}
