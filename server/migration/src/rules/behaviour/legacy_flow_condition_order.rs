//! `legacy-flow-condition-order`

use v4ward_syntax::Node;

use crate::expression::ExpressionPlace;
use crate::finding::{Detail, Finding, Severity};
use crate::rules::setters::{Setters, Thing};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, paths};

pub(in crate::rules) struct LegacyFlowConditionOrder;

static DECLARATION: Declaration = Declaration {
    id: "legacy-flow-condition-order",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A condition that reads what an earlier flow sets",
    explanation: "\
The legacy engine looks at the conditions of all flows of a level (of the API, or of one plan) before it runs any of \
them. V4 and the emulation engine look at a condition when the flows before have run. A condition that reads an \
attribute or a header which an earlier flow of its level sets therefore sees the old value on the legacy engine, often \
none, and the new one on V4: the flow can run for requests for which it did not run, and the other way round.

Mostly the new behaviour is what the author wanted. Versions 4.9 to 4.12 do this reliably from 4.9.31, 4.10.27, 4.11.24 \
and 4.12.14 on. With the flow mode `BEST_MATCH` one flow of each level runs, so there is no earlier one.",
    fix_safety: "",
    bad: Example::OnLegacyEngine(
        r##"{
  "flows": [
    {
      "name": "Find the customer",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "methods": [],
      "pre": [
        {
          "name": "Tier",
          "policy": "policy-assign-attributes",
          "enabled": true,
          "configuration": {
            "scope": "REQUEST",
            "attributes": [{ "name": "tier", "value": "{#request.params['tier']}" }]
          }
        }
      ],
      "post": []
    },
    {
      "name": "Gold",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "methods": [],
      "condition": "{#context.attributes['tier'] == 'gold'}",
      "pre": [],
      "post": []
    }
  ]
}"##,
    ),
    good: Example::OnLegacyEngine(
        r##"{
  "flows": [
    {
      "name": "Gold",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "methods": [],
      "condition": "{#request.params['tier'] == 'gold'}",
      "pre": [],
      "post": []
    }
  ]
}"##,
    ),
    source: "SEMANTICS E04, §4.2",
};

impl Rule for LegacyFlowConditionOrder {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.api.flow_mode.as_ref().is_some_and(|mode| mode.value == "BEST_MATCH") {
            return;
        }
        let conditions = cx.live_expressions().filter(|field| field.place == ExpressionPlace::FlowCondition);
        let mut conditions = conditions.peekable();
        if conditions.peek().is_none() {
            return;
        }
        let setters = Setters::of(cx);
        for field in conditions {
            let Some(flow) = field.flow else { continue };
            let reach = paths::Reach::of(flow);
            for read in field.reads() {
                let Some(thing) = Thing::of(read) else { continue };
                // Flows of one level stand in one list.
                let earlier = setters.first(&thing, |setter| {
                    setter.flow.node.parent() == flow.node.parent()
                        && setter.flow.node.id() < flow.node.id()
                        && setter.reach.meets(&reach)
                });
                if let Some(setter) = earlier {
                    let found = Match::inside(field.node, read.whole.clone()).named(flow.name.as_ref());
                    report.add(found.detail(Detail::Nodes(vec![setter.step.node])));
                }
            }
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        match &finding.detail {
            Detail::Nodes(nodes) => nodes.iter().map(|node| (*node, "this step sets it")).collect(),
            _ => Vec::new(),
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let flow = finding.subject.as_deref().map_or_else(|| "this flow".to_owned(), |name| format!("the flow {name}"));
        let read = finding.place.node().map_or("", |node| node.document().slice(finding.place.span()));
        Message::new(
            format!(
                "an earlier flow sets {read}: on the legacy engine the condition is looked at before that flow runs, on V4 \
                 after it, so {flow} can run for other requests"
            ),
            "check that the condition is meant to see what the earlier flow sets; mostly it is, and nothing needs to be done",
        )
    }
}
