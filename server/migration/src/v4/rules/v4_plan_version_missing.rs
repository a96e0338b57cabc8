//! `v4-plan-version-missing`

use v4ward_syntax::edit::{Change, Value};
use v4ward_syntax::{Node, NodeKind};

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Form, Match, Message, Report, Rule};

pub(super) struct V4PlanVersionMissing;

static DECLARATION: Declaration = Declaration {
    id: "v4-plan-version-missing",
    severity: Severity::Error,
    summary: "A plan that does not say that it is V4",
    explanation: "\
Each plan of an import file needs `definitionVersion: \"V4\"`. The server reads a plan by it and refuses the file \
without.",
    fix_safety: "In a V4 file a plan can be nothing else.",
    bad: Example::Import(
        r#"{ "plans": [{ "name": "Free", "security": { "type": "KEY_LESS" }, "status": "PUBLISHED" }] }"#,
    ),
    good: Example::Import(
        r#"{ "plans": [{ "name": "Free", "security": { "type": "KEY_LESS" }, "status": "PUBLISHED", "definitionVersion": "V4" }] }"#,
    ),
    source: "FORMATS §2.1, plan",
};

impl Rule for V4PlanVersionMissing {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.api.form != Form::Import {
            return;
        }
        for plan in
            cx.api.plans().filter(|plan| plan.kind() == NodeKind::Object && plan.get("definitionVersion").is_none())
        {
            report.add(Match::missing(plan, "definitionVersion"));
        }
    }

    fn message(&self, _finding: &Finding<'_>) -> Message {
        Message::new(
            "the plan does not say that it is V4: the import refuses the file",
            "add definitionVersion with the value V4",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let plan = finding.place.node().map(Node::id);
        let insert = |object| Change::InsertMember {
            object,
            after: None,
            key: "definitionVersion".to_owned(),
            value: Value::String("V4".to_owned()),
        };
        vec![Fix::safe("Add definitionVersion", plan.map(insert).into_iter().collect())]
    }
}
