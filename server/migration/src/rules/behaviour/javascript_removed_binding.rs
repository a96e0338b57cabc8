//! `javascript-removed-binding`

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::options::Version;
use crate::rules::steps::{MAX_USES, Today, replace_in_script};
use crate::rules::{Context, Declaration, Engine, Example, Group, Match, Message, Report, Rule};
use crate::script::{Chain, Language, Link};

pub(in crate::rules) struct JavascriptRemovedBinding;

static DECLARATION: Declaration = Declaration {
    id: "javascript-removed-binding",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A javascript script that uses what V4 does not give it",
    explanation: "\
V4 and the emulation engine give other objects to scripts of the policy `javascript` than the legacy engine. A script \
fails, and with it the request, that uses `context.attribute()`, `context.attributes()`, `context.dictionaries()`, \
`context.properties()`, `request.id` or `request.metrics`.

Scripts are read as code: what stands in texts and comments does not count. A script of the other phase than that of \
its step is left out. The policy itself is deprecated in favour of `js`.",
    fix_safety: "\
`context.getAttribute('x')` gives what `context.attribute('x')` gave: the fix is safe when the file says that it runs \
on the legacy engine. The rest needs a person.",
    bad: EXAMPLE_BAD,
    good: EXAMPLE_GOOD,
    source: "SEMANTICS P03",
};

/// Each step with V2 scripts has a finding of this rule where the plugin is installed.
const BESIDE: &[&str] = &["javascript-v2-scripts"];
const VERSION: Version = Version { major: 4, minor: 12 };

const EXAMPLE_BAD: Example = Example::Beside(
    BESIDE,
    &Example::For(
        VERSION,
        &Example::OnLegacyEngine(
            r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Tell the plan",
          "policy": "javascript",
          "configuration": { "onRequestScript": "request.headers().set('X-Plan', context.attribute('gravitee.attribute.plan'))" }
        }
      ],
      "post": []
    }
  ]
}"#,
        ),
    ),
);

const EXAMPLE_GOOD: Example = Example::Beside(
    BESIDE,
    &Example::For(
        VERSION,
        &Example::OnLegacyEngine(
            r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Tell the plan",
          "policy": "javascript",
          "configuration": { "onRequestScript": "request.headers().set('X-Plan', context.getAttribute('gravitee.attribute.plan'))" }
        }
      ],
      "post": []
    }
  ]
}"#,
        ),
    ),
);

const ATTRIBUTE: &str = "context.attribute()";
const SET_ATTRIBUTE: &str = "context.attribute() with a value";

impl Rule for JavascriptRemovedBinding {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let engine = cx.engine();
        // The legacy engine does not know the key of V4.
        let scripts = cx.live_scripts().filter(|script| script.key != "script");
        for script in scripts.filter(|script| script.language == Language::JavaScript) {
            let uses = script.chains.iter().filter_map(|chain| removed(script.text, chain));
            for (binding, link) in uses.take(MAX_USES) {
                let found = Match::inside(script.node, link.span.clone()).subject(binding);
                report.add(found.today(script.phase, engine == Engine::Legacy, vec![script.node]));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let binding = finding.subject.as_deref().unwrap_or_default();
        let help = match binding {
            ATTRIBUTE => "use context.getAttribute",
            SET_ATTRIBUTE => "use context.setAttribute",
            "context.attributes()" => "read each attribute by context.getAttribute",
            "context.dictionaries()" | "context.properties()" => {
                "keep the value as an attribute in a step with policy-assign-attributes before it, and read that"
            }
            _ => "rewrite the script without it; the page of the policy lists what there is",
        };
        let what = format!("the legacy engine runs this script; in V4 there is no {binding}, and the request fails");
        Message::new(what, help)
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Today { safe, nodes, .. } = Today::of(finding);
        let script = nodes.first().filter(|_| finding.subject.as_deref() == Some(ATTRIBUTE));
        let fix = script.and_then(|script| {
            let text = script.scalar();
            replace_in_script("Use context.getAttribute", *script, Language::JavaScript, safe, |chain| {
                let (_, link) = removed(&text, chain).filter(|(binding, _)| *binding == ATTRIBUTE)?;
                Some((link.span.clone(), "getAttribute"))
            })
        });
        fix.into_iter().collect()
    }
}

/// What a chain uses that V4 does not give, and where.
fn removed<'c, 't>(text: &str, chain: &'c Chain<'t>) -> Option<(&'static str, &'c Link<'t>)> {
    let first = chain.links.first()?;
    let called = first.call.is_some();
    let with_value = || first.call.clone().and_then(|call| text.get(call)).is_none_or(|call| call.contains(','));
    let binding = match (chain.root, first.name) {
        ("context", "attribute") if called && with_value() => SET_ATTRIBUTE,
        ("context", "attribute") if called => ATTRIBUTE,
        ("context", "attributes") if called => "context.attributes()",
        ("context", "dictionaries") if called => "context.dictionaries()",
        ("context", "properties") if called => "context.properties()",
        ("request", "id") if !called => "request.id",
        ("request", "metrics") => "request.metrics",
        _ => return None,
    };
    Some((binding, first))
}
