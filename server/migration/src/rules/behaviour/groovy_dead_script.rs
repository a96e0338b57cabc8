//! `groovy-dead-script`

use v4ward_syntax::Node;

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::policies::{has_code, is_content, scripts, scripts_of};
use crate::rules::steps::{Today, in_words, remove_step};
use crate::rules::{Context, Declaration, Engine, Example, Group, Match, Message, Report, Rule};
use crate::v2::{Phase, Step};

pub(in crate::rules) struct GroovyDeadScript;

static DECLARATION: Declaration = Declaration {
    id: "groovy-dead-script",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A groovy script of the other phase, which V4 would run",
    explanation: "\
The scripts of a groovy step are for a phase each: in `pre`, a script under `onResponseScript` does nothing, on either \
engine of V2. A V4 step has one `script`, which runs where its step is. Moving the script there, as APIM's migration \
does without a word, brings it to life: it runs for each request of its flow.

A content script of the other phase is dead on the legacy engine only. The emulation engine runs it, as V4 does, so \
that there nothing changes and there is no finding. A step with several scripts is the matter of \
`groovy-multiple-scripts`.",
    fix_safety: "\
Removing the step is safe where its script is known to be dead: on both engines, or on the legacy engine when the file \
asks for it. On that engine a condition of the step is evaluated nevertheless and can fail, so that with one somebody \
has to decide.",
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
          "configuration": { "onResponseScript": "response.headers.remove('Server')" }
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
      "pre": [],
      "post": []
    }
  ]
}"#,
    ),
    source: "SEMANTICS P01, M15c; FORMATS §4, groovy rewrite",
};

impl Rule for GroovyDeadScript {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let engine = cx.engine();
        for (phase, step) in cx.live_steps().filter(|(_, step)| step.policy.value == "groovy") {
            let Some(script) = only_script(step).filter(|(of, _)| *of != phase).map(|(_, script)| script) else {
                continue;
            };
            let severity = match engine {
                Engine::Emulation if runs_on_emulation(script) => continue,
                Engine::Unknown if runs_on_emulation(script) => Severity::Information,
                _ => Severity::Warning,
            };
            let safe = match engine {
                // The emulation engine takes a condition that fails for one that does not hold.
                Engine::Emulation => true,
                Engine::Legacy => step.is_unconditional(),
                Engine::Unknown => step.is_unconditional() && !runs_on_emulation(script),
            };
            let found = Match::at_key(script).severity(severity);
            report.add(found.today(phase, safe, vec![step.node]));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let (key, place) = (finding.key(), in_words(Today::of(finding).phase));
        let dead = match finding.place.node() {
            Some(script) if runs_on_emulation(script) => "does nothing on the legacy engine",
            _ => "does nothing",
        };
        Message::new(
            format!(
                "{key} {dead} in a step of {place}: in V4 the step has one script, which would run for each request of \
                 the flow"
            ),
            "remove the step; if the script was meant to run, move the step to the other phase",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let today = Today::of(finding);
        today.nodes.iter().map(|step| remove_step(*step, today.safe)).collect()
    }
}

/// The script of a step that has one, and none for V4.
fn only_script<'d>(step: &Step<'d>) -> Option<(Phase, Node<'d>)> {
    let configuration = step.configuration?;
    let one = scripts(configuration).count() == 1 && !configuration.get("script").is_some_and(has_code);
    scripts_of(step).next().filter(|_| one)
}

/// The emulation engine runs all scripts of a step that works on the body.
fn runs_on_emulation(script: Node<'_>) -> bool {
    let is_set = |key: &str| {
        let option = script.parent().and_then(|configuration| configuration.get(key));
        option.is_some_and(|option| !option.is_null() && option.as_bool() != Some(false))
    };
    is_content(script) || is_set("readContent") || is_set("overrideContent")
}
