//! `groovy-multiple-scripts`

use v4ward_syntax::edit::{Change, Value};
use v4ward_syntax::{Node, NodeKind};

use crate::finding::{ApimState, Detail, Finding, Severity};
use crate::fixes::{Applicability, Fix};
use crate::policies::{self, has_code};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct GroovyMultipleScripts;

static DECLARATION: Declaration = Declaration {
    id: "groovy-multiple-scripts",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A groovy step with several scripts",
    explanation: "\
A groovy step of V2 can have up to four scripts: for the head and for the content of the request and of the response. \
A V4 step has one. APIM refuses to migrate an API that has a groovy step with more than one of the four keys, even \
when the others are empty.

A script only runs in the phase it is for: `onResponseScript` of a step in `pre` does nothing. The exception is a step \
with a content script on the emulation engine: there all its scripts, of both phases, run one after the other and \
share their variables.",
    fix_safety: "\
The fix keeps the scripts of the phase that the step is in, each in a step of its own, the content script after the \
other. Empty scripts and those of the other phase go; a step that is left without a script goes as well. On the legacy \
engine this is safe. On the emulation engine it is safe when the step has no content script; with one, scripts no \
longer share variables and those of the other phase no longer run, so it is unsafe.",
    bad: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Script",
          "policy": "groovy",
          "configuration": {
            "onRequestScript": "request.headers.remove('X-Debug')",
            "onRequestContentScript": "return request.content.trim()"
          }
        }
      ],
      "post": []
    }
  ]
}"#,
    ),
    good: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Script",
          "policy": "groovy",
          "configuration": { "onRequestScript": "request.headers.remove('X-Debug')" }
        },
        {
          "name": "Script",
          "policy": "groovy",
          "configuration": { "onRequestContentScript": "return request.content.trim()" }
        }
      ],
      "post": []
    }
  ]
}"#,
    ),
    source: "FORMATS §4, groovy rewrite; SEMANTICS P01, M15c",
};

/// The engine the API runs on, which the fix has to know.
const LEGACY: &str = "legacy";
const EMULATION: &str = "emulation";

impl Rule for GroovyMultipleScripts {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let engine = if cx.api.runs_on_legacy_engine() { LEGACY } else { EMULATION };
        for (_, step) in cx.groovy_steps() {
            let Some(configuration) = step.configuration.filter(|node| node.kind() == NodeKind::Object) else {
                continue;
            };
            if policies::scripts(configuration).count() > 1 {
                report.add(Match::at_key(configuration).detail(Detail::Variant(engine)));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let keys: Vec<_> =
            finding.place.node().into_iter().flat_map(policies::scripts).filter_map(|script| script.key()).collect();
        Message::new(
            format!(
                "this groovy step has {} scripts ({}), a V4 step has one: APIM refuses to migrate the API",
                keys.len(),
                keys.join(", ")
            ),
            "make a step of each script that runs, and remove the others",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let legacy = matches!(finding.detail, Detail::Variant(LEGACY));
        finding.place.node().and_then(|configuration| split(configuration, legacy)).into_iter().collect()
    }
}

fn split(configuration: Node<'_>, legacy: bool) -> Option<Fix> {
    // Which script is meant when there is one for V4 too, or one that is no text, only its author knows.
    let odd = |script: Node<'_>| script.is_container() || script.kind() == NodeKind::Invalid;
    if configuration.get("script").is_some_and(has_code) || policies::scripts(configuration).any(odd) {
        return None;
    }
    let step = configuration.parent()?;
    let list = step.parent()?;
    let phase = if list.has_key("post") { "onResponse" } else { "onRequest" };
    let key_of = |script: &Node<'_>| script.key().unwrap_or_default().into_owned();
    let code: Vec<Node<'_>> = policies::scripts(configuration).filter(|script| has_code(*script)).collect();
    let shared = !legacy
        && (code.iter().any(|script| key_of(script).ends_with("ContentScript"))
            || ["readContent", "overrideContent"].iter().any(|key| configuration.get(key).is_some_and(is_set)));
    let mut kept: Vec<Node<'_>> = match code.as_slice() {
        [only] if shared => vec![*only],
        all => all.iter().copied().filter(|script| key_of(script).starts_with(phase)).collect(),
    };
    kept.sort_by_key(|script| key_of(script).ends_with("ContentScript"));
    let (title, changes) = match kept.as_slice() {
        // All that runs is for the other phase.
        [] if shared && !code.is_empty() => return None,
        [] => ("Remove the step, no script of which runs", vec![Change::Remove { node: step.id() }]),
        [only] => ("Keep the one script that runs", keep_only(configuration, *only)),
        [head, content, ..] => {
            let mut changes = keep_only(configuration, *head);
            let value = step_with(step, configuration, *content);
            changes.push(Change::InsertElement { array: list.id(), after: Some(step.id()), value });
            ("Split into one step per script", changes)
        }
    };
    let applicability = if shared { Applicability::Unsafe } else { Applicability::Safe };
    Some(Fix { applicability, ..Fix::safe(title, changes) })
}

/// Takes all scripts but one away; of duplicate keys all.
fn keep_only(configuration: Node<'_>, script: Node<'_>) -> Vec<Change> {
    let kept = script.key().unwrap_or_default();
    let others = configuration
        .children()
        .filter(|member| policies::SCRIPT_KEYS.iter().any(|key| *key != kept && member.has_key(key)));
    others.map(|member| Change::Remove { node: member.id() }).collect()
}

/// The same step with one of its scripts only.
fn step_with(step: Node<'_>, configuration: Node<'_>, script: Node<'_>) -> Value {
    let copy = |member: Node<'_>| (member.key().unwrap_or_default().into_owned(), Value::Copy(member.id()));
    let is_script = |member: &Node<'_>| policies::SCRIPT_KEYS.iter().any(|key| member.has_key(key));
    let options = configuration.values().filter(|member| *member == script || !is_script(member)).map(copy).collect();
    let known = ["name", "description", "enabled", "policy", "condition"];
    let mut options = Some(options);
    let members = step.values().filter_map(|member| match options.take_if(|_| member == configuration) {
        Some(options) => Some(("configuration".to_owned(), Value::Object(options))),
        None => known.iter().any(|key| member.has_key(key)).then(|| copy(member)),
    });
    Value::Object(members.collect())
}

fn is_set(option: Node<'_>) -> bool {
    !option.is_null() && option.as_bool() != Some(false)
}
