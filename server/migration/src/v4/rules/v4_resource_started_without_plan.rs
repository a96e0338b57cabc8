//! `v4-resource-started-without-plan`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::resource::started_without_plan;
use crate::v4::rule::{Context, Declaration, Example, Finding, Form, Match, Message, Report, Rule};

pub(super) struct V4ResourceStartedWithoutPlan;

static DECLARATION: Declaration = Declaration {
    id: "v4-resource-started-without-plan",
    severity: Severity::Error,
    summary: "A started API without a plan",
    explanation: "\
Nobody can call an API that has no plan, and the operator refuses a resource that starts one. APIs are started \
unless `state` says `STOPPED`.",
    fix_safety: "Nobody could call the API without a plan; one that is stopped stays so when a plan is added.",
    bad: Example::Resource(r#"plans: {}"#),
    good: Example::Resource(
        r#"plans: {}
state: STOPPED"#,
    ),
    source: "FORMATS §2.2, admission",
};

impl Rule for V4ResourceStartedWithoutPlan {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let spec = Some(cx.api.node).filter(|_| cx.api.form == Form::Resource);
        if let Some(place) = spec.and_then(started_without_plan) {
            report.add(Match::at(place));
        }
    }

    fn message(&self, _finding: &Finding<'_>) -> Message {
        Message::new(
            "a started API needs a plan: the operator refuses the resource",
            "add a plan, or stop the API with state: STOPPED",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(place) = finding.place.node() else { return Vec::new() };
        let value = Value::String("STOPPED".to_owned());
        let change = match place.has_key("state") {
            true => Change::Replace { node: place.id(), value },
            false => Change::InsertMember { object: place.id(), after: None, key: "state".to_owned(), value },
        };
        vec![Fix::needs_decision("Stop the API", vec![change])]
    }
}
