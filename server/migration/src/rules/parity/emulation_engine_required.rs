//! `emulation-engine-required`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct EmulationEngineRequired;

static DECLARATION: Declaration = Declaration {
    id: "emulation-engine-required",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "The API runs on the legacy engine",
    explanation: "\
A V2 API runs on one of two engines: the legacy one (`v3`) or the one of V4, which emulates the legacy one. APIM only \
migrates an API that is on the emulation engine already, since most differences in behaviour lie between these two \
engines and should be met before the move, not together with it.

Two values mean the emulation engine: `v4-emulation-engine`, and the old `jupiter`. They are compared in exact case. \
Any other text is read as `v3`.",
    fix_safety: "\
Changing the engine is always unsafe: the emulation engine handles some requests differently. Deploy the V2 API on it \
and test it before it moves.",
    bad: Example::Members(r#"{ "execution_mode": "v3" }"#),
    good: Example::Members(r#"{ "execution_mode": "v4-emulation-engine" }"#),
    source: "FORMATS §1.1, root; §5, preconditions",
};

impl Rule for EmulationEngineRequired {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if let Some(mode) = cx.api.execution_mode.as_ref().filter(|_| cx.api.runs_on_legacy_engine()) {
            report.add(Match::at(mode.node));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let named = finding.place.node().and_then(|mode| mode.as_str()).is_some_and(|mode| mode == "v3");
        let what = if named {
            "the API runs on the legacy engine: APIM only migrates APIs that run on the emulation engine"
        } else {
            "this is no execution mode, so the API runs on the legacy engine: APIM only migrates APIs that run on the \
             emulation engine"
        };
        Message::new(
            what,
            "set v4-emulation-engine, then deploy and test the V2 API: the engine handles some requests differently",
        )
    }

    fn fixes_come_last(&self) -> bool {
        true
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(mode) = finding.place.node() else { return Vec::new() };
        let value = Value::String("v4-emulation-engine".into());
        vec![Fix::needs_decision("Set the emulation engine", vec![Change::Replace { node: mode.id(), value }])]
    }
}
