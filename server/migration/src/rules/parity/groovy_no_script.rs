//! `groovy-no-script`

use v4ward_syntax::NodeKind;
use v4ward_syntax::edit::Change;

use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::Fix;
use crate::policies;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct GroovyNoScript;

static DECLARATION: Declaration = Declaration {
    id: "groovy-no-script",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A groovy step without a script",
    explanation: "\
A groovy step of V2 has its script under one of four keys: `onRequestScript`, `onRequestContentScript`, \
`onResponseScript` or `onResponseContentScript`. APIM's migration turns it into `script` and refuses to migrate an \
API that has a groovy step with none of them, even a disabled one.

APIM also refuses a step that is written for V4 already and has `script`. v4ward takes it as it is and reports \
nothing.",
    fix_safety: "\
Removing the step is unsafe, although it runs no script: it shows that somebody meant to put one there.",
    bad: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [{ "name": "Script", "policy": "groovy", "configuration": {} }],
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
      "pre": [],
      "post": []
    }
  ]
}"#,
    ),
    source: "FORMATS §4, groovy rewrite; MIGRATION D14",
};

impl Rule for GroovyNoScript {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (_, step) in cx.groovy_steps() {
            let Some(configuration) = step.configuration.filter(|node| node.kind() == NodeKind::Object) else {
                continue;
            };
            let v4_script = configuration.get("script").is_some_and(|script| !script.is_null());
            if !v4_script && policies::scripts(configuration).next().is_none() {
                report.add(Match::at_key(configuration));
            }
        }
    }

    fn message(&self, _: &Finding<'_>) -> Message {
        Message::new(
            "this groovy step has no script: APIM refuses to migrate an API that has such a step",
            "write the script, such as onRequestScript, or remove the step",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let step = finding.place.node().and_then(|configuration| configuration.parent());
        step.map(|step| Fix::needs_decision("Remove the step", vec![Change::Remove { node: step.id() }]))
            .into_iter()
            .collect()
    }
}
