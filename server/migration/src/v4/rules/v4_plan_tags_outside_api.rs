//! `v4-plan-tags-outside-api`

use v4ward_syntax::Node;

use crate::finding::Severity;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule};
use crate::v4::view::elements;

pub(super) struct V4PlanTagsOutsideApi;

static DECLARATION: Declaration = Declaration {
    id: "v4-plan-tags-outside-api",
    severity: Severity::Error,
    summary: "Tags of a plan that the API does not have",
    explanation: "\
The tags of a plan say on which gateways it is offered. At least one of them must be a tag of the API; a plan with \
tags in an API without tags is refused too. An import makes the API first and then fails at the plan, so that half \
of the file is imported.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "api": { "tags": ["internal"] }, "plans": [
  { "definitionVersion": "V4", "name": "Free", "security": { "type": "KEY_LESS" }, "tags": ["partners"] }
] }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "tags": ["internal"] }, "plans": [
  { "definitionVersion": "V4", "name": "Free", "security": { "type": "KEY_LESS" }, "tags": ["internal"] }
] }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4PlanTagsOutsideApi {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let of_api: Vec<_> = elements(cx.api.node, "tags").filter_map(Node::as_str).collect();
        for plan in cx.api.plans() {
            let mut tags = elements(plan, "tags").filter_map(Node::as_str).peekable();
            let has_tags = tags.peek().is_some();
            if let Some(list) = plan.get("tags").filter(|_| has_tags && !tags.any(|tag| of_api.contains(&tag))) {
                report.add(Match::at_key(list));
            }
        }
    }

    fn message(&self, _finding: &Finding<'_>) -> Message {
        Message::new(
            "the plan has tags, and none of them is a tag of the API: APIM refuses the plan",
            "give the API one of these tags, or remove them from the plan",
        )
    }
}
