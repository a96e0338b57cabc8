//! `callout-failure-fatal`

use v4ward_syntax::edit::{Change, Value};
use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::policies::{Role, role};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, holds_nothing};

pub(in crate::rules) struct CalloutFailureFatal;

static DECLARATION: Declaration = Declaration {
    id: "callout-failure-fatal",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A callout that may fail today, and fails the request in V4",
    explanation: "\
A `policy-http-callout` step without `exitOnError` carries on when the called host cannot be reached: the legacy engine \
goes to the next step. The class that V4 and the emulation engine run carries on only when the host answers with an \
error. When there is no answer at all, it ends the request with an error 500. An expression in the callout's variables \
or headers that fails has the same effect; the legacy engine leaves out that variable.

With `fireAndForget` the step does not wait for the answer, so that no failure reaches the request.",
    fix_safety: "\
Not waiting for the answer is offered where the step takes no variable from it. It is unsafe: the request goes on \
before the called host is done, and an error that it answers with is not looked at.",
    bad: Example::OnLegacyEngine(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Tell the audit",
          "policy": "policy-http-callout",
          "configuration": { "url": "https://audit.example", "method": "POST", "exitOnError": false }
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
          "name": "Tell the audit",
          "policy": "policy-http-callout",
          "configuration": {
            "url": "https://audit.example",
            "method": "POST",
            "exitOnError": false,
            "fireAndForget": true
          }
        }
      ],
      "post": []
    }
  ]
}"#,
    ),
    source: "SEMANTICS P05",
};

impl Rule for CalloutFailureFatal {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (phase, step) in cx.live_steps().filter(|(_, step)| step.policy.value == "policy-http-callout") {
            let Some(configuration) = step.configuration.filter(|node| node.kind() == NodeKind::Object) else {
                continue;
            };
            // A step that does nothing yet cannot fail yet: `policy-scope-ignored` speaks of it.
            let runs = matches!(role(phase, step), Role::Head | Role::Body);
            if runs && !is_on(configuration, "exitOnError") && !is_on(configuration, "fireAndForget") {
                let exit = configuration.get("exitOnError").filter(|exit| !exit.is_null());
                report.add(exit.map_or_else(|| Match::at(step.policy.node), Match::at).named(step.name.as_ref()));
            }
        }
    }

    fn message(&self, _: &Finding<'_>) -> Message {
        Message::new(
            "on the legacy engine a request goes on when this callout cannot reach its host; V4 answers the request \
             with 500",
            "set fireAndForget if nobody needs the answer, or give the step a condition; nothing needs to be done where such \
             requests are to fail",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        configuration_of(finding).and_then(do_not_wait).into_iter().collect()
    }
}

/// The finding is at the policy of the step, or in its configuration.
fn configuration_of<'d>(finding: &Finding<'d>) -> Option<Node<'d>> {
    let node = finding.place.node()?;
    let around = node.parent()?;
    if node.has_key("policy") { around.get("configuration") } else { Some(around) }
}

fn do_not_wait(configuration: Node<'_>) -> Option<Fix> {
    if configuration.get("variables").is_some_and(|variables| !holds_nothing(variables)) {
        return None;
    }
    let value = Value::Bool(true);
    let change = match configuration.get("fireAndForget") {
        Some(option) => Change::Replace { node: option.id(), value },
        None => {
            let key = "fireAndForget".to_owned();
            Change::InsertMember { object: configuration.id(), after: None, key, value }
        }
    };
    Some(Fix::needs_decision("Do not wait for the answer", vec![change]))
}

/// Texts are read as Jackson reads them.
fn is_on(configuration: Node<'_>, key: &str) -> bool {
    let option = configuration.get(key);
    option.is_some_and(|option| {
        option.as_bool() == Some(true) || option.as_str().is_some_and(|text| text.trim().eq_ignore_ascii_case("true"))
    })
}
