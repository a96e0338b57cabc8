//! `transform-headers-null`

use v4ward_syntax::edit::{Change, Value};

use crate::expression::{Expression, ExpressionField, Read, Step, Template};
use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::policies::{Role, role};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2;

pub(in crate::rules) struct TransformHeadersNull;

static DECLARATION: Declaration = Declaration {
    id: "transform-headers-null",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A header value that fails for some requests",
    explanation: "\
A transform-headers step may compute the value of a header from what a request need not have: \
`{#request.headers['X-Tenant'][0]}` fails when there is no such header, since nothing has no first element. The legacy \
engine then leaves this header out and goes on. The engine of V4 ends the request with status 500 and the key \
`TRANSFORM_HEADERS_FAILURE`.

A value that asks first, or that takes with `?.`, is no finding. An elvis operator alone does not help: \
`#request.headers['X-Tenant'][0] ?: ''` fails before it is asked. `#jsonPath(…)` fails by itself where nothing is at \
the path; a condition of the step that reads the same is then false in V4, and the step is passed over.",
    fix_safety: "\
The fix asks first and is unsafe: where the legacy engine leaves the header out, it is written with an empty value.",
    bad: Example::OnLegacyEngine(
        r##"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Tenant",
          "policy": "transform-headers",
          "configuration": {
            "scope": "REQUEST",
            "addHeaders": [{ "name": "X-Realm", "value": "{#request.headers['X-Tenant'][0]}" }]
          }
        }
      ],
      "post": []
    }
  ]
}"##,
    ),
    good: Example::OnLegacyEngine(
        r##"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "name": "Tenant",
          "policy": "transform-headers",
          "configuration": {
            "scope": "REQUEST",
            "addHeaders": [
              {
                "name": "X-Realm",
                "value": "{#request.headers['X-Tenant'] != null ? #request.headers['X-Tenant'][0] : ''}"
              }
            ]
          }
        }
      ],
      "post": []
    }
  ]
}"##,
    ),
    source: "SEMANTICS P06",
};

/// What a request or a response need not have.
const OPTIONAL: &[&[&str]] = &[
    &["request", "headers"],
    &["request", "params"],
    &["request", "pathParams"],
    &["response", "headers"],
    &["context", "attributes"],
];

impl Rule for TransformHeadersNull {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        // A step that does nothing yet cannot fail yet: `policy-scope-ignored` speaks of it.
        let is_run = |phase, step: &v2::Step<'_>| {
            step.policy.value == "transform-headers" && matches!(role(phase, step), Role::Head | Role::Body)
        };
        let is_value = |field: &&ExpressionField<'_, '_>| {
            field.node.has_key("value") && field.step.is_some_and(|(phase, step)| is_run(phase, step))
        };
        for field in cx.live_expressions().filter(is_value) {
            let step = field.step.and_then(|(_, step)| step.name.as_ref());
            for expression in field.expressions() {
                if let Some(read) = expression.reads().iter().find(|read| may_fail(expression, read)) {
                    report.add(Match::inside(field.node, read.whole.clone()).named(step));
                }
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let is_path = finding
            .place
            .node()
            .is_some_and(|node| node.document().slice(finding.place.span()).starts_with("#jsonPath"));
        let (when, help) = if is_path {
            ("without a value at this path", "give the step a condition that is only true where there is one")
        } else {
            ("that lack what is read here", "ask first whether it is there, with != null and ? :")
        };
        Message::new(
            format!("for requests {when} the legacy engine leaves the header out; V4 answers them with status 500"),
            help,
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(node) = finding.place.node() else { return Vec::new() };
        let text = node.scalar();
        let template = Template::parse(&text);
        let place = finding.place.span();
        let found = template.expressions().find_map(|expression| {
            let here = |read: &&Read<'_>| node.text_span(read.whole.clone()) == place && may_fail(expression, read);
            expression.reads().iter().find(here).map(|read| (expression, read))
        });
        let Some(text) = found.and_then(|(expression, read)| guarded(&text, expression, read)) else {
            return Vec::new();
        };
        let value = Value::Derived { text, from: vec![node.id()] };
        vec![Fix::needs_decision("Ask first", vec![Change::Replace { node: node.id(), value }])]
    }
}

/// True when something is taken of what may not be there.
fn may_fail(expression: &Expression<'_>, read: &Read<'_>) -> bool {
    if read.guarded {
        return false;
    }
    if let (Some(arguments), "jsonPath") = (&read.arguments, read.variable) {
        // One whose content was looked at before is meant to be there.
        let inside = |other: &&Read<'_>| arguments.start <= other.span.start && other.span.end <= arguments.end;
        return !expression.reads().iter().filter(inside).any(|other| other.guarded);
    }
    let takes_element = match read.steps.get(1) {
        Some(Step::Call { name, .. }) => matches!(*name, "get" | "getFirst" | "getAll"),
        Some(_) => true,
        None => false,
    };
    takes_element && read.steps.len() > 2 && OPTIONAL.iter().any(|path| read.is(path))
}

/// The text with a question before what is read; none for a function, which fails itself.
fn guarded(text: &str, expression: &Expression<'_>, read: &Read<'_>) -> Option<String> {
    let whole = text.get(read.whole.clone())?;
    let asked = text.get(read.whole.start..read.steps.get(1)?.span().end)?;
    let question = format!("{asked} != null ? {whole} : ''");
    let (before, after) = (text.get(..read.whole.start)?, text.get(read.whole.end..)?);
    if read.arguments.is_some() || read.whole.start != read.span.start {
        None
    } else if expression.inner == read.whole {
        Some(format!("{before}{question}{after}"))
    } else {
        Some(format!("{before}({question}){after}"))
    }
}
