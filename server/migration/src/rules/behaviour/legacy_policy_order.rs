//! `legacy-policy-order`

use v4ward_syntax::Node;
use v4ward_syntax::edit::{Change, Value};

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::policies::{Role, role};
use crate::rules::steps::Today;
use crate::rules::{Context, Declaration, Engine, Example, Group, Match, Message, Report, Rule};
use crate::v2::{Phase, Step, Steps};

pub(in crate::rules) struct LegacyPolicyOrder;

static DECLARATION: Declaration = Declaration {
    id: "legacy-policy-order",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "Steps that V4 runs in another order",
    explanation: "\
The legacy engine runs the steps of a flow in two turns: first all that look at the head (headers, quotas, \
authentication), then all that work on the body (`json-to-json`, `xml-json`, `policy-assign-content`, scripts with \
content, and so on). V4 and the emulation engine run them as they are listed. Where a step that works on the body is \
listed before one that does not, the two change places: a transformation then runs before the quota is counted, or \
before the header is set that it reads.

A step of one's own policy, whose turn cannot be known, is left out of the comparison.",
    fix_safety: "\
The fix lists the steps as the legacy engine runs them, so that V4 keeps the order. It is safe when the file says that \
it runs on that engine: there the order of the list makes no difference. There is no such order when a step runs in \
both turns, and no fix then; with steps of which the turn is not known it is unsafe. To keep the list and let V4 run it \
as it stands, change nothing.",
    bad: Example::OnLegacyEngine(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        { "name": "To JSON", "policy": "xml-json", "configuration": { "scope": "REQUEST" } },
        { "name": "Quota", "policy": "quota", "configuration": { "quota": { "limit": 10, "periodTime": 1 } } }
      ],
      "post": []
    }
  ]
}"#,
    ),
    good: Example::OnLegacyEngine(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        { "name": "Quota", "policy": "quota", "configuration": { "quota": { "limit": 10, "periodTime": 1 } } },
        { "name": "To JSON", "policy": "xml-json", "configuration": { "scope": "REQUEST" } }
      ],
      "post": []
    }
  ]
}"#,
    ),
    source: "SEMANTICS E01, §1.4",
};

impl Rule for LegacyPolicyOrder {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let engine = cx.engine();
        for flow in cx.live_flows() {
            for (phase, steps) in [(Phase::Request, &flow.pre), (Phase::Response, &flow.post)] {
                let turns = turns(phase, steps);
                let Some(first) = turns.iter().position(|(_, role)| has_body(*role)) else { continue };
                let Some(last) = turns.iter().rposition(|(_, role)| has_head(*role)) else { continue };
                let (Some(between), Some((body, _))) = (turns.get(first..=last), turns.get(first)) else { continue };
                let heads = between.iter().skip(1).filter(|(_, role)| has_head(*role));
                let heads: Vec<Node<'d>> = heads.map(|(step, _)| step.policy.node).collect();
                if heads.is_empty() {
                    continue;
                }
                // No order of the list is that of a step with two turns.
                let has_order = turns.iter().all(|(_, role)| *role != Role::Both);
                let moved = between.iter().filter(|(_, role)| has_order && *role == Role::Body);
                let nodes = heads.into_iter().chain(moved.map(|(step, _)| step.node)).collect();
                let safe = engine == Engine::Legacy && turns.iter().all(|(_, role)| *role != Role::Unknown);
                let found = Match::at(body.policy.node).subject(body.policy.value.as_ref());
                report.add(found.today(phase, safe, nodes));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let body = finding.place.node().map(label).unwrap_or_default();
        let head = Today::of(finding).nodes.first().copied().map(label).unwrap_or_default();
        Message::new(
            format!(
                "on the legacy engine {head}, which is listed further down, runs before {body} works on the body; V4 \
                 runs them as they are listed"
            ),
            "list the steps in the order in which they have to run",
        )
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        let heads = Today::of(finding).nodes.iter().filter(|node| node.has_key("policy"));
        heads.map(|head| (*head, "runs before it on the legacy engine")).collect()
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let today = Today::of(finding);
        let (heads, moved): (Vec<Node<'_>>, Vec<_>) = today.nodes.iter().partition(|node| node.has_key("policy"));
        let Some(last) = heads.last().and_then(|policy| policy.parent()) else { return Vec::new() };
        let Some(list) = last.parent().filter(|_| !moved.is_empty()) else { return Vec::new() };
        let moves = moved.into_iter().flat_map(|step| {
            let insertion =
                Change::InsertElement { array: list.id(), after: Some(last.id()), value: Value::Copy(step.id()) };
            [Change::Remove { node: step.id() }, insertion]
        });
        let (title, changes) = ("List the steps in the order of the legacy engine", moves.collect());
        vec![if today.safe { Fix::safe(title, changes) } else { Fix::needs_decision(title, changes) }]
    }
}

/// The steps of a phase that are switched on, with their turns.
fn turns<'a, 'd>(phase: Phase, steps: &'a Steps<'d>) -> Vec<(&'a Step<'d>, Role)> {
    let enabled = steps.items.iter().filter(|step| step.is_enabled());
    enabled.map(|step| (step, role(phase, step))).collect()
}

/// A step by its name and its policy, the node of which is given.
fn label(policy: Node<'_>) -> String {
    let id = policy.as_str().unwrap_or_default();
    let name = policy.parent().and_then(|step| step.get("name")).and_then(Node::as_str);
    match name.filter(|name| !name.trim().is_empty()) {
        Some(name) => format!("{name} ({id})"),
        None => id.into_owned(),
    }
}

fn has_body(role: Role) -> bool {
    matches!(role, Role::Body | Role::Both)
}

fn has_head(role: Role) -> bool {
    matches!(role, Role::Head | Role::Both)
}
