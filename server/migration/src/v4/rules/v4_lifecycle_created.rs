//! `v4-lifecycle-created`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Form, Match, Message, Report, Rule};
use crate::v4::view::is_text;

pub(super) struct V4LifecycleCreated;

static DECLARATION: Declaration = Declaration {
    id: "v4-lifecycle-created",
    severity: Severity::Error,
    summary: "A life cycle state that a V4 resource does not have",
    explanation: "\
The state `CREATED` exists in APIM and in V2 resources, not in V4 resources. A new API that is not shown in the \
portal is `UNPUBLISHED`, which is also the default.",
    fix_safety: "Both mean that the portal does not show the API; requests are not concerned.",
    bad: Example::Resource(r#"lifecycleState: CREATED"#),
    good: Example::Resource(r#"lifecycleState: UNPUBLISHED"#),
    source: "FORMATS §2.2",
};

impl Rule for V4LifecycleCreated {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let state = cx.api.node.get("lifecycleState").filter(|_| cx.api.form == Form::Resource);
        if let Some(state) = state.filter(|state| is_text(Some(*state), "CREATED")) {
            report.add(Match::at(state));
        }
    }

    fn message(&self, _finding: &Finding<'_>) -> Message {
        Message::new("a V4 resource has no state CREATED: Kubernetes refuses it", "write UNPUBLISHED, or leave it out")
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let value = Value::String("UNPUBLISHED".to_owned());
        let change = finding.place.node().map(|node| Change::Replace { node: node.id(), value });
        vec![Fix::safe("Write UNPUBLISHED", change.into_iter().collect())]
    }
}
