//! `v4-plan-security`

use v4ward_syntax::NodeKind;

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, removal};
use crate::v4::view::is_text;

pub(super) struct V4PlanSecurity;

static DECLARATION: Declaration = Declaration {
    id: "v4-plan-security",
    severity: Severity::Error,
    summary: "A plan without security, or a push plan with it",
    explanation: "\
A plan of mode `STANDARD`, which is the default, says in `security` how clients prove who they are; `KEY_LESS` \
means not at all. A plan of mode `PUSH` has no `security`. An import makes the API first and then fails at such a \
plan.",
    fix_safety: "Remove it only when the plan shall push.",
    bad: Example::Import(r#"{ "plans": [{ "definitionVersion": "V4", "name": "Free", "status": "PUBLISHED" }] }"#),
    good: Example::Import(
        r#"{ "plans": [{ "definitionVersion": "V4", "name": "Free", "security": { "type": "KEY_LESS" }, "status": "PUBLISHED" }] }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4PlanSecurity {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for plan in cx.api.plans().filter(|plan| plan.kind() == NodeKind::Object) {
            let security = plan.get("security").filter(|security| !security.is_null());
            match (security, is_text(plan.get("mode"), "PUSH")) {
                (Some(security), true) => report.add(Match::at_key(security)),
                (None, false) => report.add(Match::missing(plan, "security")),
                _ => {}
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        match finding.missing {
            Some(_) => Message::new(
                "the plan does not say how clients prove who they are: APIM refuses the plan",
                "add security with a type: KEY_LESS, API_KEY, OAUTH2, JWT or MTLS",
            ),
            None => Message::new("a push plan has no security: APIM refuses the plan", "remove security, or the mode"),
        }
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        match finding.missing {
            // Who may call an API is not to be guessed.
            Some(_) => Vec::new(),
            None => vec![Fix::needs_decision("Remove security", removal(finding))],
        }
    }
}
