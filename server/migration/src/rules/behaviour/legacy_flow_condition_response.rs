//! `legacy-flow-condition-response`

use v4ward_syntax::Node;
use v4ward_syntax::edit::{Change, Value};

use crate::expression::{Expression, ExpressionField, ExpressionPlace, Read};
use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::setters::{Setters, Thing};
use crate::rules::{Context, Declaration, Engine, Example, Group, Match, Message, Report, Rule, paths};
use crate::v2::{Flow, Step};

pub(in crate::rules) struct LegacyFlowConditionResponse;

static DECLARATION: Declaration = Declaration {
    id: "legacy-flow-condition-response",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A condition that the legacy engine looks at again on the response",
    explanation: "\
The legacy engine looks at the condition of a flow twice: before the steps of the request, and again before those of \
the response. V4 and the emulation engine look once, on the request, and run the steps of the response for the same \
requests. That shows in two cases:

* The condition reads `#response`. On the request there is none yet, so on V4 the flow does not run at all. The \
condition belongs to the steps of the response.
* A step of the request sets an attribute or a header that the condition reads. On the legacy engine the steps of the \
response then go by the new value, on V4 by the old one.",
    fix_safety: "\
Moving the condition to the steps of the response is safe on the legacy engine where it reads nothing but \
`#response.status`, the flow has one step on the response and none on the request, no other flow has a step on the \
response, and the flow mode is not `BEST_MATCH`. It is unsafe otherwise: an earlier step may change what the condition \
reads, or it may fail.",
    bad: Example::OnLegacyEngine(
        r##"{
  "flows": [
    {
      "name": "Failures",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "methods": [],
      "condition": "{#response.status >= 500}",
      "pre": [],
      "post": [
        {
          "name": "Hide",
          "policy": "policy-assign-content",
          "enabled": true,
          "configuration": { "scope": "RESPONSE", "body": "{}" }
        }
      ]
    }
  ]
}"##,
    ),
    good: Example::OnLegacyEngine(
        r##"{
  "flows": [
    {
      "name": "Failures",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "methods": [],
      "pre": [],
      "post": [
        {
          "name": "Hide",
          "policy": "policy-assign-content",
          "condition": "{#response.status >= 500}",
          "enabled": true,
          "configuration": { "scope": "RESPONSE", "body": "{}" }
        }
      ]
    }
  ]
}"##,
    ),
    source: "SEMANTICS E02, §4.2",
};

/// The condition reads the response, and moving it changes no request.
const MOVES: &str = "moves";
/// The condition reads the response, and moving it may change requests.
const MAY_MOVE: &str = "may-move";
/// The condition reads the response, and steps stand in the way of moving it.
const STAYS: &str = "stays";

impl Rule for LegacyFlowConditionResponse {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let mut all_setters = None;
        for field in cx.live_expressions().filter(|field| field.place == ExpressionPlace::FlowCondition) {
            let acts = |flow: &&Flow<'_>| paths::enabled_steps(&flow.post).next().is_some();
            let Some(flow) = field.flow.filter(acts) else { continue };
            let place = |read: &Read<'_>| Match::inside(field.node, read.whole.clone()).named(flow.name.as_ref());
            if let Some(read) = field.reads().find(|read| read.variable == "response") {
                report.add(place(read).detail(Detail::Variant(variant(cx, flow, field))));
                continue;
            }
            let setters = all_setters.get_or_insert_with(|| Setters::of(cx));
            let reach = paths::Reach::of(flow);
            let changed = field.reads().find_map(|read| {
                let thing = Thing::of(read)?;
                let setter = setters.first(&thing, |one| may_meet(cx, one.flow, flow) && one.reach.meets(&reach))?;
                Some((read, setter.step.node))
            });
            if let Some((read, step)) = changed {
                report.add(place(read).detail(Detail::Nodes(vec![step])));
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
        if matches!(finding.detail, Detail::Variant(_)) {
            return Message::new(
                "on the legacy engine the condition is looked at again when the response is there; V4 looks on the \
                 request only, so the flow does not run",
                "move the condition to the steps of the response",
            );
        }
        let read = finding.place.node().map_or("", |node| node.document().slice(finding.place.span()));
        Message::new(
            format!(
                "a step of the request sets {read}: on the legacy engine the steps of the response go by the new value, on \
                 V4 by the old one"
            ),
            "check for which requests the steps of the response are meant to run; they can have conditions of their own",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let (Detail::Variant(variant), Some(condition)) = (&finding.detail, finding.place.node()) else {
            return Vec::new();
        };
        let post = condition.parent().and_then(|flow| flow.get("post")).filter(|_| *variant != STAYS);
        let Some(post) = post else { return Vec::new() };
        let moved = post.children().map(|step| match step.get("condition") {
            Some(blank) => Change::Replace { node: blank.id(), value: Value::Copy(condition.id()) },
            None => Change::InsertMember {
                object: step.id(),
                after: step.get("policy").map(Node::id),
                key: "condition".into(),
                value: Value::Copy(condition.id()),
            },
        });
        let changes = moved.chain([Change::Remove { node: condition.id() }]).collect();
        let title = "Move the condition to the steps of the response";
        vec![if *variant == MOVES { Fix::safe(title, changes) } else { Fix::needs_decision(title, changes) }]
    }
}

/// False for flows of two plans: a request has one.
fn may_meet(cx: &Context<'_, '_>, one: &Flow<'_>, other: &Flow<'_>) -> bool {
    // Flows of one level stand in one list.
    let list = |flow: &Flow<'_>| flow.node.parent().map(Node::id);
    let of_api = cx.api.flows.items.first().and_then(list);
    let lists = [list(one), list(other)];
    lists[0] == lists[1] || of_api.is_some() && lists.contains(&of_api)
}

/// Whether the condition can move to the steps of the response.
fn variant(cx: &Context<'_, '_>, flow: &Flow<'_>, field: &ExpressionField<'_, '_>) -> &'static str {
    let is_free = |step: &Step<'_>| step.condition.as_ref().is_none_or(|condition| condition.is_blank());
    if !flow.pre.items.is_empty() || !flow.post.items.iter().all(is_free) {
        return STAYS;
    }
    // On the emulation engine the flow does not run today either.
    let on_legacy_engine = cx.engine() == Engine::Legacy;
    let all_run = cx.api.flow_mode.as_ref().is_none_or(|mode| mode.value != "BEST_MATCH");
    let others = cx.flows().filter(|other| other.node != flow.node && paths::is_enabled(other));
    let acts_alone =
        flow.post.items.len() == 1 && others.flat_map(|other| paths::enabled_steps(&other.post)).next().is_none();
    // A condition that fails is an error on the legacy engine and false on V4; this one does not fail.
    let is_plain = field.expressions().all(Expression::is_complete)
        && field.reads().all(|read| read.is(&["response", "status"]) && read.steps.len() == 1);
    if on_legacy_engine && all_run && acts_alone && is_plain { MOVES } else { MAY_MOVE }
}
