//! `policy-scope-ignored`

use v4ward_syntax::edit::{Change, Value};
use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::policies::{Scope, scope};
use crate::rules::steps::{Today, in_words, remove_step};
use crate::rules::{Context, Declaration, Engine, Example, Group, Match, Message, Report, Rule};
use crate::v2::Phase;

pub(in crate::rules) struct PolicyScopeIgnored;

static DECLARATION: Declaration = Declaration {
    id: "policy-scope-ignored",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A step that its scope keeps from running, until V4",
    explanation: "\
On the legacy engine some policies look at their `scope`: a step whose scope names the other phase than the one it is \
in does nothing. That happens without a `scope` too, since most of them take `REQUEST` then, and `xml-json` and \
`json-xml` take `RESPONSE`. The classes that V4 and the emulation engine run ignore `scope`: there the step comes to \
life and changes each request or response of its flow.

The policies are `transform-headers`, `policy-http-callout`, `policy-assign-attributes`, `policy-assign-content`, \
`json-to-json`, `json-validation`, `xml-json` and `json-xml`. `xslt` and `policy-request-validation` still look at \
their scope in V4 and give no finding.",
    fix_safety: "\
Removing the step is safe when the file says that it runs on the legacy engine, on which the step does nothing. A \
condition of the step is evaluated nevertheless and can fail, so that with one somebody has to decide. Making it run, \
by a scope that fits, is unsafe: it changes requests today.",
    bad: Example::OnLegacyEngine(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [],
      "post": [
        {
          "name": "Hide the server",
          "policy": "transform-headers",
          "configuration": { "removeHeaders": ["Server"] }
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
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [],
      "post": []
    }
  ]
}"#,
    ),
    source: "SEMANTICS P04, §1.4; FORMATS §4, scope",
};

impl Rule for PolicyScopeIgnored {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let engine = cx.engine();
        for (phase, step) in cx.live_steps() {
            let Scope::Known { phase: acts_in, node, honoured: false, .. } = scope(step) else { continue };
            if acts_in != phase {
                let found = Match::at(node.unwrap_or(step.policy.node)).subject(step.policy.value.as_ref());
                let safe = engine == Engine::Legacy && step.is_unconditional();
                let nodes = std::iter::once(step.node).chain(step.configuration).collect();
                report.add(found.today(phase, safe, nodes));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let policy = finding.subject.as_deref().unwrap_or_default();
        let phase = Today::of(finding).phase;
        let (here, other) = (in_words(phase), in_words(other(phase)));
        let why = if finding.place.node().is_some_and(|node| node.has_key("scope")) {
            format!("its scope is {other}")
        } else {
            format!("without a scope, {policy} acts on {other}")
        };
        Message::new(
            format!(
                "on the legacy engine this step does nothing for {here}: {why}; V4 ignores scopes and runs it for all \
                 that comes to it"
            ),
            "remove the step to keep what happens today; keep it if it was meant to run",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Today { phase, safe, nodes, .. } = Today::of(finding);
        let Some((step, configuration)) = nodes.split_first() else { return Vec::new() };
        let run = configuration.first().and_then(|configuration| make_it_run(finding, *configuration, phase));
        std::iter::once(remove_step(*step, safe)).chain(run).collect()
    }
}

fn make_it_run(finding: &Finding<'_>, configuration: Node<'_>, phase: Phase) -> Option<Fix> {
    let written = configuration.get("scope").filter(|_| configuration.kind() == NodeKind::Object);
    let content_only = finding.subject.as_deref() == Some("json-validation");
    let of_content =
        content_only || written.is_some_and(|scope| scope.as_str().is_some_and(|text| text.ends_with("_CONTENT")));
    let word = match (phase, of_content) {
        (Phase::Request, false) => "REQUEST",
        (Phase::Request, true) => "REQUEST_CONTENT",
        (Phase::Response, false) => "RESPONSE",
        (Phase::Response, true) => "RESPONSE_CONTENT",
    };
    let value = Value::String(word.to_owned());
    let change = match written {
        Some(scope) => Change::Replace { node: scope.id(), value },
        None if configuration.kind() == NodeKind::Object => {
            Change::InsertMember { object: configuration.id(), after: None, key: "scope".to_owned(), value }
        }
        None => return None,
    };
    Some(Fix::needs_decision(format!("Let it run: set its scope to {word}"), vec![change]))
}

fn other(phase: Phase) -> Phase {
    match phase {
        Phase::Request => Phase::Response,
        Phase::Response => Phase::Request,
    }
}
