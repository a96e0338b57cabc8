//! `legacy-response-order`

use v4ward_syntax::Node;

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, paths};
use crate::v2::{Flow, Plan};

pub(in crate::rules) struct LegacyResponseOrder;

static DECLARATION: Declaration = Declaration {
    id: "legacy-response-order",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "Flows of the API and of a plan that change places on the response",
    explanation: "\
On the request the flows of the plan run first and those of the API after them, on all engines. On the response the \
legacy engine turns this round: the flows of the API, then those of the plan. V4 and the emulation engine keep the \
order of the request, so the plan comes first there too.

A difference shows where both have a step in `post` that changes the same header, status or body, or where one reads \
what the other has written. A step that has to be the last one on V4 belongs into a flow of the API.

Flows of which no request can meet both, for their methods or paths, are left out.",
    fix_safety: "",
    bad: Example::OnLegacyEngine(
        r#"{
  "flows": [
    {
      "name": "All",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "methods": [],
      "pre": [],
      "post": [
        {
          "name": "Convert",
          "policy": "xml-json",
          "enabled": true,
          "configuration": { "scope": "RESPONSE" }
        }
      ]
    }
  ],
  "plans": [
    {
      "id": "2b8f4c1e-0000-4000-8000-000000000002",
      "name": "Partners",
      "security": "API_KEY",
      "status": "PUBLISHED",
      "flows": [
        {
          "name": "Envelope",
          "path-operator": { "path": "/", "operator": "STARTS_WITH" },
          "methods": [],
          "pre": [],
          "post": [
            {
              "name": "Wrap",
              "policy": "policy-assign-content",
              "enabled": true,
              "configuration": { "scope": "RESPONSE", "body": "{ \"data\": ${response.content} }" }
            }
          ]
        }
      ]
    }
  ]
}"#,
    ),
    good: Example::OnLegacyEngine(
        r#"{
  "flows": [
    {
      "name": "All",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "methods": [],
      "pre": [],
      "post": [
        {
          "name": "Convert",
          "policy": "xml-json",
          "enabled": true,
          "configuration": { "scope": "RESPONSE" }
        },
        {
          "name": "Wrap",
          "policy": "policy-assign-content",
          "enabled": true,
          "configuration": { "scope": "RESPONSE", "body": "{ \"data\": ${response.content} }" }
        }
      ]
    }
  ]
}"#,
    ),
    source: "SEMANTICS E03, §4.2",
};

impl Rule for LegacyResponseOrder {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let mut of_api = cx.api.flows.items.iter().filter(|flow| acts_on_response(flow)).peekable();
        if of_api.peek().is_none() {
            return;
        }
        let of_api = paths::Reaches::of(of_api);
        for plan in cx.api.plans.iter().filter(|plan| !is_closed(plan)) {
            // One finding per plan: at its first flow that changes places with one of the API.
            let mut of_plan = plan.flows.items.iter().filter(|flow| acts_on_response(flow));
            let pair = of_plan.find_map(|own| of_api.first_met(own).map(|shared| (own, shared)));
            let Some((own, shared)) = pair else { continue };
            let place = own.post.node.unwrap_or(own.node);
            let other = shared.post.node.unwrap_or(shared.node);
            report.add(Match::at(place).named(plan.name.as_ref()).detail(Detail::Nodes(vec![other])));
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        match &finding.detail {
            Detail::Nodes(nodes) => nodes.iter().map(|node| (*node, "runs before it on the legacy engine")).collect(),
            _ => Vec::new(),
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let plan = finding.subject.as_deref().map_or_else(|| "this plan".to_owned(), |name| format!("the plan {name}"));
        Message::new(
            format!(
                "on the legacy engine a response passes the flows of the API, then those of {plan}; V4 runs those of \
                 the plan first"
            ),
            "check whether the order of the two matters; a step that has to be the last on V4 belongs into a flow of the API",
        )
    }
}

fn acts_on_response(flow: &Flow<'_>) -> bool {
    paths::is_enabled(flow) && paths::enabled_steps(&flow.post).next().is_some()
}

fn is_closed(plan: &Plan<'_>) -> bool {
    plan.status.as_ref().is_some_and(|status| status.value == "CLOSED")
}
