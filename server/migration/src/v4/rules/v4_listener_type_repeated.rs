//! `v4-listener-type-repeated`

use std::borrow::Cow;
use std::collections::HashMap;

use v4ward_syntax::Node;

use crate::finding::{Detail, Severity};
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, related_nodes, who};
use crate::v4::view::text;

pub(super) struct V4ListenerTypeRepeated;

static DECLARATION: Declaration = Declaration {
    id: "v4-listener-type-repeated",
    severity: Severity::Error,
    summary: "Two listeners of one type",
    explanation: "\
An API has one listener of each type. The import refuses an API with two, and so does the API that the operator \
calls. Paths of several hosts belong into one listener.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "api": { "listeners": [
  { "type": "HTTP", "paths": [{ "path": "/orders/" }], "entrypoints": [{ "type": "http-proxy" }] },
  { "type": "HTTP", "paths": [{ "path": "/shop/" }], "entrypoints": [{ "type": "http-proxy" }] }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "listeners": [
  {
    "type": "HTTP",
    "paths": [{ "path": "/orders/" }, { "path": "/shop/" }],
    "entrypoints": [{ "type": "http-proxy" }]
  }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4ListenerTypeRepeated {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let mut first: HashMap<Cow<'_, str>, Node<'d>> = HashMap::new();
        for listener in cx.api.listeners() {
            let Some((node, kind)) = text(listener, "type") else { continue };
            match first.get(&kind) {
                Some(earlier) => {
                    let found = Match::at(node).detail(Detail::Nodes(vec![*earlier]));
                    report.add(found.also(listener.parent(), None));
                }
                None => {
                    first.insert(kind, node);
                }
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("there is a listener of this type already: {}", who(finding.form)),
            "move its paths into the first one and remove this one",
        )
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the first of this type")
    }
}
