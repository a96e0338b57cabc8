//! `javascript-v2-scripts`

use crate::finding::{Finding, Severity};
use crate::options::Version;
use crate::policies::{JAVASCRIPT, is_content, is_installed, scripts_of};
use crate::rules::steps::{Today, in_words};
use crate::rules::{Context, Declaration, Engine, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct JavascriptV2Scripts;

static DECLARATION: Declaration = Declaration {
    id: "javascript-v2-scripts",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Information,
    summary: "A javascript step whose scripts have the keys of V2",
    explanation: "\
A javascript step of V2 has its scripts under `onRequestScript`, `onRequestContentScript`, `onResponseScript` and \
`onResponseContentScript`. The plugin still runs them in V4, and the migration leaves them as they are, but the keys \
are deprecated there and the Console does not show them. The V4 form has one `script`, with `readContent` and \
`overrideContent` for a script that works on the body.

With a content script the engine of V4 runs all scripts of the step, those of the other phase too. On the legacy engine \
these do nothing: there, the finding is a warning.

Where the plugin `javascript` is not installed, this rule is silent and `javascript-not-bundled` speaks.",
    fix_safety: "",
    bad: Example::For(
        Version { major: 4, minor: 12 },
        &Example::Members(
            r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Script",
          "policy": "javascript",
          "configuration": { "onRequestScript": "request.headers.remove('X-Debug')" }
        }
      ],
      "post": []
    }
  ]
}"#,
        ),
    ),
    good: Example::For(
        Version { major: 4, minor: 12 },
        &Example::Members(
            r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Script",
          "policy": "javascript",
          "configuration": { "script": "request.headers.remove('X-Debug')", "readContent": false }
        }
      ],
      "post": []
    }
  ]
}"#,
        ),
    ),
    source: "SEMANTICS M15d, P01; FORMATS §4, table",
};

impl Rule for JavascriptV2Scripts {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if !is_installed(JAVASCRIPT, cx.options) {
            return;
        }
        let engine = cx.engine();
        for (phase, step) in cx.live_steps().filter(|(_, step)| step.policy.value == JAVASCRIPT) {
            let Some((_, first)) = scripts_of(step).next() else { continue };
            // The first one that comes to life.
            let woken = scripts_of(step)
                .find(|(of, _)| *of != phase)
                .map(|(_, script)| script)
                .filter(|_| engine != Engine::Emulation && scripts_of(step).any(|(_, script)| is_content(script)));
            let severity = match (woken, engine) {
                (Some(_), Engine::Legacy) => Severity::Warning,
                _ => Severity::Information,
            };
            let found = Match::at_key(woken.unwrap_or(first)).severity(severity);
            report.add(found.today(phase, false, woken.into_iter().collect()));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let key = finding.key();
        let Today { phase, nodes: woken, .. } = Today::of(finding);
        if woken.is_empty() {
            return Message::new(
                format!("V4 still runs {key} of a javascript step, but its Console does not show it any more"),
                "write the script as script, with readContent and overrideContent if it works on the body",
            );
        }
        Message::new(
            format!(
                "on the legacy engine {key} does nothing in a step of {}; V4 runs it, as the step has a script that \
                 works on the body",
                in_words(phase)
            ),
            "remove the script; if it was meant to run, move it to a step of the other phase",
        )
    }
}
