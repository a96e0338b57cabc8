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

An API on the emulation engine keeps what it has, so it gets no finding. Nor do policies that V4 runs behind an adapter, \
such as `policy-request-validation`: they are skipped there as before.",
    fix_safety: "\
Removing the step is safe on the legacy engine, on which it does nothing. Where the file does not name its engine, \
requests that fail today may then be answered, so somebody has to decide.",
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

    fn only_on_legacy_engine(&self) -> bool {
        true
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
            report.add(found.today(phase, engine == Engine::Legacy, vec![step.node]));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let policy = finding.subject.as_deref().unwrap_or_default();
        let place = in_words(Today::of(finding).phase);
        let outcome = match policy {
            FAILS => "V4 answers requests that come to it with 500",
            _ => "what V4 makes of it here is not defined",
        };
        Message::new(
            format!("the policy {policy} is not made for {place}: it does nothing on the legacy engine; {outcome}"),
            "remove the step; if it was meant for the other phase, move it there",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let today = Today::of(finding);
        today.nodes.iter().map(|step| remove_step(*step, today.safe)).collect()
    }
}
