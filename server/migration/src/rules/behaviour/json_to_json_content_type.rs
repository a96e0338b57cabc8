//! `json-to-json-content-type`

use v4ward_syntax::edit::{Change, Value};
use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::policies::{Role, role};
use crate::rules::steps::{Today, in_words};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::{Phase, Step};

pub(in crate::rules) struct JsonToJsonContentType;

static DECLARATION: Declaration = Declaration {
    id: "json-to-json-content-type",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A JSON transformation that V4 makes for JSON content types only",
    explanation: "\
On the legacy engine `json-to-json` transforms each body. The class that V4 and the emulation engine run looks at the \
`Content-Type` first and leaves a body alone when it does not contain `json`, or when there is none. Clients that send \
JSON as `text/plain`, and backends that name no type, then get the body as it was.

There is no finding where a step before it, in the same list and without a condition, sets such a `Content-Type` by \
`transform-headers`.",
    fix_safety: "\
Setting `Content-Type: application/json` before the transformation is unsafe: whoever reads the message then sees that \
type, and a body that is no JSON fails.",
    bad: Example::OnLegacyEngine(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Rename",
          "policy": "json-to-json",
          "configuration": { "scope": "REQUEST", "specification": "[]" }
        }
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
        {
          "name": "Set the content type",
          "policy": "transform-headers",
          "configuration": {
            "addHeaders": [{ "name": "Content-Type", "value": "application/json" }],
            "scope": "REQUEST"
          }
        },
        {
          "name": "Rename",
          "policy": "json-to-json",
          "configuration": { "scope": "REQUEST", "specification": "[]" }
        }
      ],
      "post": []
    }
  ]
}"#,
    ),
    source: "SEMANTICS P07",
};

impl Rule for JsonToJsonContentType {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for flow in cx.live_flows() {
            for (phase, steps) in [(Phase::Request, &flow.pre), (Phase::Response, &flow.post)] {
                let mut is_set = false;
                for step in steps.items.iter().filter(|step| step.is_enabled()) {
                    is_set |= sets_json(phase, step);
                    let transforms = step.policy.value == "json-to-json" && role(phase, step) == Role::Body;
                    if transforms && !is_set {
                        let found = Match::at(step.policy.node).named(step.name.as_ref());
                        report.add(found.today(phase, false, vec![step.node]));
                    }
                }
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let place = in_words(Today::of(finding).phase);
        Message::new(
            format!(
                "V4 transforms the body of {place} only when its Content-Type contains json; the legacy engine always \
                 does"
            ),
            "make sure that the peer sends such a Content-Type, or set it by a transform-headers step before this one",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Today { phase, nodes, .. } = Today::of(finding);
        let list_of = |step: &Node<'_>| step.parent().map(Node::id);
        let fix = nodes.first().and_then(|step| Some((*step, list_of(step)?)));
        let fix = fix.map(|(step, array)| {
            // There is no insertion at the start of a list: the new step takes the place of this one, which follows.
            let changes = vec![
                Change::Replace { node: step.id(), value: content_type(phase) },
                Change::InsertElement { array, after: Some(step.id()), value: Value::Copy(step.id()) },
            ];
            Fix::needs_decision("Set the Content-Type before it", changes)
        });
        fix.into_iter().collect()
    }
}

fn content_type(phase: Phase) -> Value {
    let text = |text: &str| Value::String(text.to_owned());
    let object = |members: Vec<(&str, Value)>| {
        Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    };
    let scope = match phase {
        Phase::Request => "REQUEST",
        Phase::Response => "RESPONSE",
    };
    let header = object(vec![("name", text("Content-Type")), ("value", text("application/json"))]);
    let configuration = object(vec![("addHeaders", Value::Array(vec![header])), ("scope", text(scope))]);
    object(vec![
        ("name", text("Set the content type")),
        ("policy", text("transform-headers")),
        ("configuration", configuration),
    ])
}

/// True for a step that always leaves a JSON content type behind.
fn sets_json(phase: Phase, step: &Step<'_>) -> bool {
    if step.policy.value != "transform-headers" || !step.is_unconditional() || role(phase, step) != Role::Head {
        return false;
    }
    let headers = step.configuration.and_then(|configuration| configuration.get("addHeaders"));
    let mut headers = headers.filter(|list| list.kind() == NodeKind::Array).into_iter().flat_map(Node::values);
    headers.any(|header| {
        let part = |key: &str| header.get(key).and_then(Node::as_str);
        let json = part("value").is_some_and(|value| value.contains("json"));
        json && part("name").is_some_and(|name| name.eq_ignore_ascii_case("content-type"))
    })
}
