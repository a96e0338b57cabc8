//! `legacy-plan-selection`

use v4ward_syntax::Node;

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::Plan;

pub(in crate::rules) struct LegacyPlanSelection;

static DECLARATION: Declaration = Declaration {
    id: "legacy-plan-selection",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "Plans among which V4 chooses differently",
    explanation: "\
With several plans the gateway tries them in the order JWT, OAuth2, API key, keyless, on all engines. What differs is \
when a plan counts as chosen.

* An empty Bearer token or API key counts for nothing on the legacy engine, so the call falls through to a keyless plan. \
On V4 it is a wrong one, and the answer is 401. A keyless plan is not tried either once a token or key for another plan \
was there.
* Of several OAuth2 plans without a selection rule, the legacy engine takes the first one for each token. V4 asks the \
authorisation server and looks for a subscription first, so that another plan can be chosen.

An answer for which no plan was found is a general 401 on V4, without the text of a certain plan. Plans that are in \
preparation or closed do not count.",
    fix_safety: "",
    bad: Example::OnLegacyEngine(
        r#"{
  "plans": [
    {
      "id": "2b8f4c1e-0000-4000-8000-000000000002",
      "name": "Open",
      "security": "KEY_LESS",
      "status": "PUBLISHED",
      "flows": []
    },
    {
      "id": "2b8f4c1e-0000-4000-8000-000000000003",
      "name": "Partners",
      "security": "API_KEY",
      "status": "PUBLISHED",
      "flows": []
    }
  ]
}"#,
    ),
    good: Example::OnLegacyEngine(
        r#"{
  "plans": [
    {
      "id": "2b8f4c1e-0000-4000-8000-000000000003",
      "name": "Partners",
      "security": "API_KEY",
      "status": "PUBLISHED",
      "flows": []
    }
  ]
}"#,
    ),
    source: "SEMANTICS E05",
};

impl Rule for LegacyPlanSelection {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let plans = || cx.api.plans.iter().filter(|plan| is_deployed(plan, cx.api.defaults.plan_status));
        let secured: Vec<Node<'d>> =
            plans().filter(|plan| !has_security(plan, "KEY_LESS")).filter_map(security_node).collect();
        for plan in plans().filter(|plan| has_security(plan, "KEY_LESS")) {
            if let Some(node) = security_node(plan).filter(|_| !secured.is_empty()) {
                report.add(Match::at(node).named(plan.name.as_ref()).detail(Detail::Nodes(secured.clone())));
            }
        }
        let without_rule = |plan: &&Plan<'_>| plan.selection_rule.as_ref().is_none_or(|rule| rule.is_blank());
        let mut oauth2 = plans().filter(|plan| has_security(plan, "OAUTH2")).filter(without_rule);
        let Some((first, node)) = oauth2.next().and_then(|plan| Some((plan, security_node(plan)?))) else { return };
        let others: Vec<Node<'d>> = oauth2.filter_map(security_node).collect();
        if !others.is_empty() {
            report.add(Match::at(node).named(first.name.as_ref()).detail(Detail::Nodes(others)));
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        match &finding.detail {
            Detail::Nodes(nodes) => nodes.iter().map(|node| (*node, "another plan")).collect(),
            _ => Vec::new(),
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let plan = finding.subject.as_deref().map_or_else(|| "this plan".to_owned(), |name| format!("the plan {name}"));
        let security = finding.place.node().and_then(|security| security.as_str()).unwrap_or_default();
        if security.eq_ignore_ascii_case("OAUTH2") {
            return Message::new(
                format!(
                    "on the legacy engine {plan} takes every Bearer token, as no selection rule says otherwise; V4 takes \
                     the first OAuth2 plan with a subscription of the token's client"
                ),
                "give each OAuth2 plan a selection rule, or make sure that a client subscribes to one of them only",
            );
        }
        Message::new(
            format!(
                "on the legacy engine a call with an empty token or API key falls through to {plan}, which needs none; V4 \
                 answers it with 401"
            ),
            "make sure that callers of this plan send no empty Authorization or API key header",
        )
    }
}

/// True for plans that calls can come by.
fn is_deployed(plan: &Plan<'_>, by_default: &str) -> bool {
    matches!(plan.status.as_ref().map_or(by_default, |status| status.value), "PUBLISHED" | "DEPRECATED")
}

fn has_security(plan: &Plan<'_>, security: &str) -> bool {
    plan.security.as_ref().is_some_and(|own| own.value == security)
}

fn security_node<'d>(plan: &Plan<'d>) -> Option<Node<'d>> {
    plan.security.as_ref().map(|security| security.node)
}
