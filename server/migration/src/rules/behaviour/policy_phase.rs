//! `policy-phase`

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::policies::{Form, one_phase};
use crate::rules::steps::{Today, in_words, remove_step};
use crate::rules::{Context, Declaration, Engine, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct PolicyPhase;

static DECLARATION: Declaration = Declaration {
    id: "policy-phase",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A policy in a phase it is not made for",
    explanation: "\
Some policies are made for the request only. On the legacy engine such a step in `post` does nothing. The engine of \
V4, which the emulation engine is, calls the policy all the same: `cache` then fails, and each response that comes to \
the step becomes an error 500. Other policies have no answer to that call that could be relied on, and the Studio of \
V4 does not offer them there; for them the finding is an information.

Policies that V4 runs behind an adapter, such as `policy-request-validation`, are skipped there as before. They give \
no finding.",
    fix_safety: "\
Removing the step is safe on the legacy engine, on which it does nothing. On the emulation engine the requests that \
fail today are then answered, so somebody has to decide.",
    bad: Example::OnLegacyEngine(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [],
      "post": [
        { "name": "Cache", "policy": "cache", "configuration": { "cacheName": "answers", "timeToLiveSeconds": 60 } }
      ]
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
    source: "SEMANTICS M15e, P10, §1.4; FORMATS §4",
};

/// The policy that is known to fail.
const FAILS: &str = "cache";

impl Rule for PolicyPhase {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let engine = cx.engine();
        for (phase, step) in cx.live_steps() {
            let policy = step.policy.value.as_ref();
            if one_phase(policy).is_none_or(|(only, form)| only == phase || form == Form::Adapted) {
                continue;
            }
            let severity = if policy == FAILS { Severity::Warning } else { Severity::Information };
            let found = Match::at(step.policy.node).subject(policy).severity(severity);
            report.add(found.today(engine, phase, engine == Engine::Legacy, vec![step.node]));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let policy = finding.subject.as_deref().unwrap_or_default();
        let Today { engine, phase, .. } = Today::of(finding);
        let place = in_words(phase);
        let outcome = match (policy, engine) {
            (FAILS, Engine::Legacy) => {
                "it does nothing on the legacy engine; V4 answers requests that come to it with 500"
            }
            (FAILS, Engine::Emulation) => "requests that come to it are answered with 500, today and in V4",
            (FAILS, Engine::Unknown) => {
                "it does nothing on the legacy engine; the emulation engine and V4 answer requests that come to it with \
                 500"
            }
            (_, Engine::Emulation) => "what the emulation engine and V4 make of it here is not defined",
            (_, Engine::Legacy | Engine::Unknown) => {
                "it does nothing on the legacy engine; what V4 makes of it here is not defined"
            }
        };
        Message::new(
            format!("the policy {policy} is not made for {place}: {outcome}"),
            "remove the step; if it was meant for the other phase, move it there",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let today = Today::of(finding);
        today.nodes.iter().map(|step| remove_step(*step, today.safe)).collect()
    }
}
