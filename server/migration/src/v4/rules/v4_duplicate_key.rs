//! `v4-duplicate-key`

use v4ward_syntax::Node;

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, removal};

pub(super) struct V4DuplicateKey;

static DECLARATION: Declaration = Declaration {
    id: "v4-duplicate-key",
    severity: Severity::Warning,
    summary: "A key that comes twice",
    explanation: "\
Of two members with one key the last one counts, and the first does nothing.",
    fix_safety: "The one that counts stays.",
    bad: Example::File(
        r#"{
  "api": {
    "definitionVersion": "V4",
    "type": "PROXY",
    "name": "Old",
    "name": "Orders",
    "apiVersion": "1.0",
    "listeners": [{ "type": "HTTP", "paths": [{ "path": "/orders/" }], "entrypoints": [{ "type": "http-proxy" }] }],
    "endpointGroups": [
      {
        "name": "backend",
        "type": "http-proxy",
        "endpoints": [
          { "name": "one", "type": "http-proxy", "configuration": { "target": "https://orders.example" } }
        ]
      }
    ]
  }
}"#,
    ),
    good: Example::Import(r#"{}"#),
    source: "FORMATS §1.1, parser behaviour",
};

impl Rule for V4DuplicateKey {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for member in cx.api.root.subtree().filter(|node| node.is_shadowed()) {
            report.add(Match::at_key(member));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let key = finding.place.node().and_then(Node::key).unwrap_or_default();
        Message::new(
            format!("the property {key} comes again further down, and the last one counts: this one is ignored"),
            "remove one of the two",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        vec![Fix::safe("Remove the one that is ignored", removal(finding))]
    }
}
