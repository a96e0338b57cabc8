//! `javascript-not-bundled`

use v4ward_syntax::edit::Change;

use crate::finding::{Finding, Severity};
use crate::fixes::{Action, Applicability, Fix};
use crate::options::Version;
use crate::policies::{JAVASCRIPT, is_installed};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct JavascriptNotBundled;

static DECLARATION: Declaration = Declaration {
    id: "javascript-not-bundled",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A javascript step, for which APIM 4.13 brings no plugin",
    explanation: "\
From 4.13 on APIM no longer brings the plugin `javascript`. It brings `js` instead, another policy, with scripts that \
are written another way. An import refuses a step whose plugin is not installed. APIM's migration copies the step and \
does not tell.

Whoever runs the gateways can still install the plugin `javascript` there. Its V4 form runs the scripts of V2. Name it \
in `custom-policies` of `v4ward.toml` then, and this rule is silent; with a `target-version` before 4.13 it is too.",
    fix_safety: "\
Declaring the plugin changes `v4ward.toml` only, and is right once it is installed. Removing the step is unsafe: what \
the script did is then not done.",
    bad: Example::Members(
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
    source: "FORMATS §4, table; SEMANTICS P03",
};

impl Rule for JavascriptNotBundled {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if is_installed(JAVASCRIPT, cx.options) {
            return;
        }
        // The plugin has to be there for disabled steps too.
        for (_, step) in cx.steps().filter(|(_, step)| step.policy.value == JAVASCRIPT) {
            report.add(Match::at(step.policy.node).subject(JAVASCRIPT));
        }
    }

    fn message(&self, _: &Finding<'_>) -> Message {
        Message::new(
            format!(
                "APIM {} and later bring no plugin javascript, only js: an import refuses this step unless the plugin \
                 is installed",
                Version::WITHOUT_JAVASCRIPT
            ),
            "install the plugin javascript and declare it in v4ward.toml, or rewrite the script for js or groovy",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let declare = Fix {
            title: format!("Declare {JAVASCRIPT} in v4ward.toml"),
            applicability: Applicability::Unsafe,
            action: Action::DeclarePolicy(JAVASCRIPT.to_owned()),
        };
        let step = finding.place.node().and_then(|policy| policy.parent());
        let remove = step.map(|step| Fix::needs_decision("Remove the step", vec![Change::Remove { node: step.id() }]));
        std::iter::once(declare).chain(remove).collect()
    }
}
