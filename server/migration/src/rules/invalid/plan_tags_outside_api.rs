//! `plan-tags-outside-api`

use v4ward_syntax::Node;

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct PlanTagsOutsideApi;

static DECLARATION: Declaration = Declaration {
    id: "plan-tags-outside-api",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A plan with sharding tags of which the API has none",
    explanation: "\
Sharding tags say which gateways an API and its plans are deployed to. V4 creates and updates a plan that has tags only \
when the API has at least one of them; a plan without tags is fine. An import then makes the API without the plan: \
plans come after the API, and what is wrong with them is told when the API is there already.

Taking the tags off the plan offers it on all gateways of the API; adding one of them to the API brings the API to \
other gateways, and where it had no tags takes it away from all others. Which is right depends on the gateways.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "tags": ["internal"],
  "plans": [
    {
      "id": "2b8f4c1e-0000-4000-8000-000000000002",
      "name": "Partners",
      "security": "API_KEY",
      "status": "PUBLISHED",
      "tags": ["partner"],
      "flows": []
    }
  ]
}"#,
    ),
    good: Example::Members(
        r#"{
  "tags": ["internal", "partner"],
  "plans": [
    {
      "id": "2b8f4c1e-0000-4000-8000-000000000002",
      "name": "Partners",
      "security": "API_KEY",
      "status": "PUBLISHED",
      "tags": ["partner"],
      "flows": []
    }
  ]
}"#,
    ),
    source: "FORMATS §2.1, plan checks",
};

impl Rule for PlanTagsOutsideApi {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let of_api = cx.api.tags.as_ref();
        for plan in &cx.api.plans {
            let Some(tags) = plan.tags.as_ref().filter(|tags| !tags.items.is_empty()) else { continue };
            let is_tag_of_api = |tag: &str| of_api.is_some_and(|api| api.items.iter().any(|own| own.value == tag));
            if !tags.items.iter().any(|tag| is_tag_of_api(&tag.value)) {
                let detail = of_api.map_or(Detail::None, |api| Detail::Nodes(vec![api.node]));
                report.add(Match::at(tags.node).named(plan.name.as_ref()).detail(detail));
            }
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        match &finding.detail {
            Detail::Nodes(nodes) => nodes.iter().map(|node| (*node, "the tags of the API")).collect(),
            _ => Vec::new(),
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let plan = finding.subject.as_deref().map_or_else(|| "this plan".to_owned(), |name| format!("the plan {name}"));
        Message::new(
            format!("{plan} has sharding tags of which the API has none: V4 refuses to create the plan"),
            "take the tags off the plan, or give the API one of them, as the gateways need it",
        )
    }
}
