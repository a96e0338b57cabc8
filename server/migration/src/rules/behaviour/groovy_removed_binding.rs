//! `groovy-removed-binding`

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::steps::{MAX_USES, Today, replace_in_script};
use crate::rules::{Context, Declaration, Engine, Example, Group, Match, Message, Report, Rule};
use crate::script::{Chain, Language, Link, ScriptField};

pub(in crate::rules) struct GroovyRemovedBinding;

static DECLARATION: Declaration = Declaration {
    id: "groovy-removed-binding",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A groovy script that uses what V4 does not give it",
    explanation: "\
V4 and the emulation engine give other objects to groovy scripts than the legacy engine. A script fails, and with it \
the request, that uses:

* `request.id` as a property: only `request.id()` is left;
* `request.metrics()`: metrics belong to `context` now;
* `context.request()` and `context.response()`: use `request` and `response`;
* `context.templateEngine`, for which there is nothing;
* `nextElement` or `hasMoreElements` of `context.attributeNames`, which is a set now;
* `request.content` in a script that does not work on the body of the request. It was null there.

Scripts are read as code: what stands in texts and comments does not count. A script of the other phase does not run \
and is the matter of `groovy-dead-script`.",
    fix_safety: "\
Calling `request.id()` is safe when the file says that it runs on the legacy engine. Taking metrics from `context` is \
unsafe: an older plugin does not know it there. The rest needs a person.",
    bad: Example::OnLegacyEngine(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Trace",
          "policy": "groovy",
          "configuration": { "onRequestScript": "request.headers.put('X-Trace', request.id)" }
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
          "name": "Trace",
          "policy": "groovy",
          "configuration": { "onRequestScript": "request.headers.put('X-Trace', request.id())" }
        }
      ],
      "post": []
    }
  ]
}"#,
    ),
    source: "SEMANTICS P02",
};

const ID: &str = "request.id";
const METRICS: &str = "request.metrics";
const METRICS_CALL: &str = "request.metrics()";
const REQUEST: &str = "context.request()";
const RESPONSE: &str = "context.response()";
const TEMPLATE_ENGINE: &str = "context.templateEngine";
const ATTRIBUTE_NAMES: &str = "context.attributeNames";
const CONTENT: &str = "request.content";

impl Rule for GroovyRemovedBinding {
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
        for script in scripts.filter(|script| script.language == Language::Groovy) {
            let enumerates = script
                .chains
                .iter()
                .any(|chain| chain.root == "context" && chain.links.first().is_some_and(|link| is_names(link)));
            let uses = script.chains.iter().filter_map(|chain| removed(script, chain, enumerates));
            for (binding, link) in uses.take(MAX_USES) {
                let safe = engine == Engine::Legacy && binding == ID;
                let found = Match::inside(script.node, link.span.clone()).subject(binding);
                report.add(found.today(script.phase, safe, vec![script.node]));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let binding = finding.subject.as_deref().unwrap_or_default();
        let (what, help) = match binding {
            ID => ("is no property any more", "call it: request.id()"),
            METRICS | METRICS_CALL => ("is gone", "take the metrics from context: context.metrics()"),
            REQUEST => ("fails", "use the variable request"),
            RESPONSE => ("fails", "use the variable response"),
            TEMPLATE_ENGINE => ("is gone", "evaluate the expression in a step with policy-assign-attributes before it"),
            ATTRIBUTE_NAMES => ("is a set, not an enumeration", "walk through it by each, or by a for loop"),
            _ => ("cannot be read here", "read it in a content script of the request, and keep it as an attribute"),
        };
        Message::new(format!("the legacy engine runs this script; in V4 {binding} {what}, and the request fails"), help)
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Today { safe, nodes, .. } = Today::of(finding);
        let Some(script) = nodes.first() else { return Vec::new() };
        let fix = match finding.subject.as_deref() {
            Some(ID) => replace_in_script("Call request.id()", *script, Language::Groovy, safe, |chain| {
                let link = chain.links.first().filter(|_| is_id(chain))?;
                // The brackets of `getId()` stay.
                Some((link.span.clone(), if link.call.is_some() { "id" } else { "id()" }))
            }),
            Some(METRICS_CALL) => {
                replace_in_script("Take the metrics from context", *script, Language::Groovy, safe, |chain| {
                    let start = chain.span.start;
                    let is_call = chain.is(&["request", "metrics"]) && chain.links.first()?.call.is_some();
                    is_call.then_some((start..start + "request".len(), "context"))
                })
            }
            _ => None,
        };
        fix.into_iter().collect()
    }
}

/// What a chain uses that V4 does not give, and where.
fn removed<'c, 't>(
    script: &ScriptField<'_, '_>,
    chain: &'c Chain<'t>,
    enumerates: bool,
) -> Option<(&'static str, &'c Link<'t>)> {
    let first = chain.links.first()?;
    let enumerated = |link: &&Link<'_>| matches!(link.name, "nextElement" | "hasMoreElements");
    let binding = match (chain.root, first.name) {
        _ if is_id(chain) => ID,
        ("request", "metrics") if first.call.is_some() => METRICS_CALL,
        ("request", "metrics") => METRICS,
        ("request", "content" | "getContent") if script.key != "onRequestContentScript" => CONTENT,
        ("context", "request") if first.call.is_some() => REQUEST,
        ("context", "response") if first.call.is_some() => RESPONSE,
        ("context", "templateEngine" | "getTemplateEngine") => TEMPLATE_ENGINE,
        _ if enumerates => return Some((ATTRIBUTE_NAMES, chain.links.iter().find(enumerated)?)),
        _ => return None,
    };
    Some((binding, first))
}

fn is_id(chain: &Chain<'_>) -> bool {
    let first = chain.links.first().filter(|_| chain.root == "request");
    first.is_some_and(|link| link.name == "getId" || link.name == "id" && link.call.is_none())
}

fn is_names(link: &Link<'_>) -> bool {
    matches!(link.name, "attributeNames" | "getAttributeNames")
}
