//! `v4-path-repeated`

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use v4ward_syntax::Node;
use v4ward_syntax::edit::Change;

use crate::finding::{Detail, Severity};
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, related_nodes, who};
use crate::v4::view::PathId;

pub(super) struct V4PathRepeated;

static DECLARATION: Declaration = Declaration {
    id: "v4-path-repeated",
    severity: Severity::Error,
    summary: "The same path twice in an API",
    explanation: "\
The server writes a slash before and after each path and joins slashes that follow each other. What is the same \
then, with the same host, is one path, and an API that has it twice is refused.",
    fix_safety: "The second path goes away with what it says about access.",
    bad: Example::Import(
        r#"{ "api": { "listeners": [
  {
    "type": "HTTP",
    "paths": [{ "path": "/orders/" }, { "path": "/orders" }],
    "entrypoints": [{ "type": "http-proxy" }]
  }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "listeners": [
  { "type": "HTTP", "paths": [{ "path": "/orders/" }], "entrypoints": [{ "type": "http-proxy" }] }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4PathRepeated {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let mut first: HashMap<PathId<'_>, Node<'d>> = HashMap::new();
        for (place, id) in cx.api.paths() {
            match first.entry(id) {
                Entry::Occupied(earlier) => {
                    report.add(Match::at(place).detail(Detail::Nodes(vec![*earlier.get()])));
                }
                Entry::Vacant(free) => {
                    free.insert(place);
                }
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("the API has this path already, once the server has put its slashes: {}", who(finding.form)),
            "remove one of the two, or give them different hosts",
        )
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the first one")
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        // A path of its own may bring `overrideAccess`, which the other has not.
        let entry =
            finding.place.node().and_then(|node| if node.key_span().is_some() { node.parent() } else { Some(node) });
        let changes = entry.map(|entry| Change::Remove { node: entry.id() }).into_iter().collect();
        vec![Fix::needs_decision("Remove the second one", changes)]
    }
}
