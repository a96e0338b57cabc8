//! `policy-configuration-invalid`

use v4ward_syntax::edit::Change;
use v4ward_syntax::{Document, Node, NodeKind};

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::plugins::{Breach, BreachKind, PolicySchema};
use crate::policies::SCRIPT_KEYS;
use crate::rules::reading::wrong_type::rewritten;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::Step;

pub(in crate::rules) struct PolicyConfigurationInvalid;

static DECLARATION: Declaration = Declaration {
    id: "policy-configuration-invalid",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A configuration that the policy does not take",
    explanation: "\
V4 looks at the configuration of each step when an API is imported or saved, also of steps that are switched off. It \
refuses the whole file when something that the policy needs is missing, when a value has the wrong type, or when it is \
none of the words that the policy knows. V2 gateways do not look: they take `\"10\"` for 10, and where they cannot make \
sense of a configuration, the API does not start or requests end with an error.

What V4 mends itself is no error: null counts as absent, what is missing gets its default, and a property that the \
policy does not know is dropped without a word. Only the last one gets a hint, since the name may be misspelt.

The schemas of the policies used most come with v4ward. Those of other policies can be put into a folder, which \
`plugin-schemas` in v4ward.toml names.",
    fix_safety: "Writing a number or a flag in the type that the policy asks for is safe: V2 takes both forms alike.",
    bad: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "methods": [],
      "pre": [
        {
          "name": "At most 10",
          "policy": "rate-limit",
          "configuration": { "rate": { "limit": "10", "periodTime": 1, "periodTimeUnit": "SECONDS" } }
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
      "methods": [],
      "pre": [
        {
          "name": "At most 10",
          "policy": "rate-limit",
          "configuration": { "rate": { "limit": 10, "periodTime": 1, "periodTimeUnit": "SECONDS" } }
        }
      ],
      "post": []
    }
  ]
}"#,
    ),
    source: "FORMATS §2.1, the validator repairs; §4; schemas of the policies",
};

impl Rule for PolicyConfigurationInvalid {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (_, step) in cx.steps() {
            let policy = step.policy.value.as_ref();
            let Some(schema) = cx.options.policy_schemas.get(policy) else { continue };
            let Some(configuration) = readable(step) else { continue };
            if let Some(text) = configuration.as_str() {
                let found =
                    in_text(schema, &text).map(|breach| Match::at(configuration).detail(Detail::Schema(breach)));
                found.for_each(|found| report.add(found.subject(policy)));
                continue;
            }
            for (node, breach) in schema.breaches(configuration) {
                if policy == "groovy" && SCRIPT_KEYS.iter().any(|key| node.has_key(key)) {
                    continue; // The conversion makes a text of it.
                }
                let (found, severity) = match breach.kind {
                    BreachKind::Unknown => (Match::at_key(node), Severity::Hint),
                    _ => (Match::at(node), Severity::Error),
                };
                report.add(found.severity(severity).subject(policy).detail(Detail::Schema(breach)));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let policy = finding.subject.as_deref().unwrap_or_default();
        let Detail::Schema(breach) = &finding.detail else { return Message::new("", "") };
        if breach.kind == BreachKind::Unknown {
            return Message::new(
                format!("the policy {policy} has no such property: V4 drops it on import without a word"),
                "correct the name if it is misspelt, else remove it",
            );
        }
        let help = match breach.kind {
            BreachKind::Missing => "add it, or remove the step if nobody needs it",
            BreachKind::WrongType(Some(_)) => "write the value in this type",
            _ => "correct the value, or remove the step if nobody needs it",
        };
        Message::new(format!("{}: V4 refuses a file with such a configuration of {policy}", breach.what), help)
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Detail::Schema(breach) = &finding.detail else { return Vec::new() };
        let (BreachKind::WrongType(Some(expected)), Some(node)) = (breach.kind, finding.place.node()) else {
            return Vec::new();
        };
        let fix = |(title, value)| Fix::safe(title, vec![Change::Replace { node: node.id(), value }]);
        rewritten(node, expected).map(fix).into_iter().collect()
    }
}

/// The configuration of a step, an object or a text, unless a template has parts of it.
fn readable<'d>(step: &Step<'d>) -> Option<Node<'d>> {
    let configuration = step.configuration?.resolved();
    let span = configuration.span();
    let holds_template = || {
        let templates = configuration.document().templates();
        templates.iter().any(|template| span.start <= template.start && template.end <= span.end)
    };
    let is_readable = matches!(configuration.kind(), NodeKind::Object | NodeKind::String);
    (is_readable && !holds_template()).then_some(configuration)
}

/// What V4 refuses of a configuration that is a text with an object in it. Other rules speak of any other text.
fn in_text(schema: &PolicySchema, text: &str) -> impl Iterator<Item = Breach> + use<> {
    let inner = Document::parse_json(text);
    let root = inner.root().filter(|root| root.kind() == NodeKind::Object && inner.errors().is_empty());
    let found = root.map(|root| schema.breaches(root)).unwrap_or_default().into_iter();
    let refused = found.filter(|(_, breach)| breach.kind != BreachKind::Unknown);
    let told: Vec<Breach> =
        refused.map(|(node, breach)| Breach { kind: BreachKind::Other, what: within(node, &breach) }).collect();
    told.into_iter()
}

/// What is wrong at a place of the text inside, which has no place of its own in the document.
fn within(node: Node<'_>, breach: &Breach) -> String {
    match node.pointer() {
        pointer if pointer.is_empty() => format!("in this text, {}", breach.what),
        pointer => format!("in this text, at {pointer}, {}", breach.what),
    }
}
