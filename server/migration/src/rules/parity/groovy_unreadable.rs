//! `groovy-unreadable`

use v4ward_syntax::NodeKind;

use crate::finding::{ApimState, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct GroovyUnreadable;

static DECLARATION: Declaration = Declaration {
    id: "groovy-unreadable",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A groovy step whose configuration is no object",
    explanation: "\
APIM's migration looks for the script of a groovy step in its configuration. A configuration that is no JSON object, \
such as a text that holds JSON, stops it: the API is not migrated.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        { "name": "Script", "policy": "groovy", "configuration": "{\"onRequestScript\":\"request.headers.remove('X')\"}" }
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
        { "name": "Script", "policy": "groovy", "configuration": { "onRequestScript": "request.headers.remove('X')" } }
      ],
      "post": []
    }
  ]
}"#,
    ),
    source: "FORMATS §4, groovy rewrite; conformance D15",
};

impl Rule for GroovyUnreadable {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (_, step) in cx.groovy_steps() {
            // A missing configuration is `missing-required`; what is half typed has a syntax error.
            let odd = |kind| !matches!(kind, NodeKind::Object | NodeKind::Invalid);
            if let Some(configuration) = step.configuration.filter(|node| odd(node.kind())) {
                report.add(Match::at(configuration));
            }
        }
    }

    fn message(&self, _: &Finding<'_>) -> Message {
        Message::new(
            "the configuration of this groovy step is no object: APIM's migration cannot read it and stops",
            "write the configuration as an object with one script",
        )
    }
}
