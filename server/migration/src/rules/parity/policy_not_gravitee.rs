//! `policy-not-gravitee`

use v4ward_syntax::edit::Change;

use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::{Action, Applicability, Fix};
use crate::policies;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct PolicyNotGravitee;

static DECLARATION: Declaration = Declaration {
    id: "policy-not-gravitee",
    group: Group::Parity,
    apim: Some(ApimState::CanBeForced),
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A policy that is not one of Gravitee's",
    explanation: "\
APIM's migration knows 70 policies, by their exact id. An API that has a step with any other can only be forced, and \
then APIM's migration deletes the step, which its message does not say. v4ward keeps the step in its place.

A policy of your own runs in a V4 API too when its plugin is installed on the gateways and the management API: one \
written for the old engine is run through an adapter. If that is so, declare it once in `custom-policies` of \
`v4ward.toml`, and no step with it is reported any more. Disabled steps and steps of closed plans count as well.",
    fix_safety: "\
Declaring the policy changes no API, only what v4ward reports. Removing the step is unsafe: what the policy did is \
then not done.",
    bad: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [{ "name": "Audit", "policy": "acme-audit", "configuration": { "level": "full" } }],
      "post": []
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
    source: "FORMATS §4, rule 2; SEMANTICS M15b; MIGRATION D02",
};

impl Rule for PolicyNotGravitee {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (_, step) in cx.steps() {
            let id = step.policy.value.as_ref();
            if !policies::is_gravitee(id) && !cx.options.custom_policies.iter().any(|own| own == id) {
                report.add(Match::at(step.policy.node).subject(id));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let policy = finding.subject.as_deref().unwrap_or_default();
        Message::new(
            format!(
                "the policy {policy} is none of Gravitee's: APIM only migrates the API when forced, and then deletes \
                 this step; v4ward keeps it"
            ),
            "declare the policy in v4ward.toml if its plugin is installed where the V4 API will run, else remove the \
             step",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let (Some(id), Some(policy)) = (&finding.subject, finding.place.node()) else { return Vec::new() };
        let declare = Fix {
            title: format!("Declare {id} in v4ward.toml"),
            applicability: Applicability::Unsafe,
            action: Action::DeclarePolicy(id.clone()),
        };
        let remove = policy
            .parent()
            .map(|step| Fix::needs_decision("Remove the step", vec![Change::Remove { node: step.id() }]));
        std::iter::once(declare).chain(remove).collect()
    }
}
