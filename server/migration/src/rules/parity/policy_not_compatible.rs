//! `policy-not-compatible`

use v4ward_syntax::edit::Change;

use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::Fix;
use crate::policies;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct PolicyNotCompatible;

static DECLARATION: Declaration = Declaration {
    id: "policy-not-compatible",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A policy that has no V4 form",
    explanation: "\
Six policies of Gravitee cannot run in a V4 proxy API: `cloud-events`, `html-json`, `message-filtering`, \
`metrics-reporter`, `policy-interrupt` and `policy-wssecurity-authentication`. APIM refuses to migrate an API that \
has a step with one of them, in any flow, of the API or of a plan, even of a closed one, and even when the step or \
the flow is disabled.

What they did has to be done another way: reporters of the gateway instead of `metrics-reporter`, `mock` or `groovy` \
with a condition instead of `policy-interrupt`, `groovy` instead of `html-json`.",
    fix_safety: "Removing the step is unsafe: what the policy did is then not done.",
    bad: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [],
      "post": [
        { "name": "Page to JSON", "policy": "html-json", "configuration": { "selectors": [] } }
      ]
    }
  ]
}"#,
    ),
    good: Example::Members(
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
    source: "FORMATS §4, rule 1; SEMANTICS M15a",
};

impl Rule for PolicyNotCompatible {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (_, step) in cx.steps() {
            if policies::is_incompatible(&step.policy.value) {
                report.add(Match::at(step.policy.node).subject(step.policy.value.as_ref()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let policy = finding.subject.as_deref().unwrap_or_default();
        Message::new(
            format!("the policy {policy} has no V4 form: APIM refuses to migrate an API that has it"),
            "do it another way (the rule's page names some), or remove the step",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let step = finding.place.node().and_then(|policy| policy.parent());
        step.map(|step| Fix::needs_decision("Remove the step", vec![Change::Remove { node: step.id() }]))
            .into_iter()
            .collect()
    }
}
