//! `v4-entrypoint-repeated`

use std::borrow::Cow;
use std::collections::HashMap;

use v4ward_syntax::Node;

use crate::finding::{Detail, Severity};
use crate::fixes::Fix;
use crate::v4::rule::{
    Context, Declaration, Example, Finding, Match, Message, Report, Rule, related_nodes, removal, who,
};
use crate::v4::view::{elements, text};

pub(super) struct V4EntrypointRepeated;

static DECLARATION: Declaration = Declaration {
    id: "v4-entrypoint-repeated",
    severity: Severity::Error,
    summary: "Two entrypoints of one type in a listener",
    explanation: "\
A listener has each entrypoint once. An API that is called over HTTP has one, `http-proxy`.",
    fix_safety: "What the second one says otherwise than the first goes away.",
    bad: Example::Import(
        r#"{ "api": { "listeners": [
  {
    "type": "HTTP",
    "paths": [{ "path": "/orders/" }],
    "entrypoints": [{ "type": "http-proxy" }, { "type": "http-proxy", "qos": "AUTO" }]
  }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "listeners": [
  {
    "type": "HTTP",
    "paths": [{ "path": "/orders/" }],
    "entrypoints": [{ "type": "http-proxy" }]
  }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4EntrypointRepeated {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for listener in cx.api.listeners() {
            let mut first: HashMap<Cow<'_, str>, Node<'d>> = HashMap::new();
            for entrypoint in elements(listener, "entrypoints") {
                let Some((_, kind)) = text(entrypoint, "type") else { continue };
                match first.get(&kind) {
                    Some(earlier) => {
                        let found = Match::at(entrypoint).detail(Detail::Nodes(vec![*earlier]));
                        report.add(found.also(entrypoint.parent(), None));
                    }
                    None => {
                        first.insert(kind, entrypoint);
                    }
                }
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("the listener has this entrypoint already: {}", who(finding.form)),
            "remove one of the two",
        )
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the first one")
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        vec![Fix::needs_decision("Remove this entrypoint", removal(finding))]
    }
}
