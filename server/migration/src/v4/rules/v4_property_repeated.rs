//! `v4-property-repeated`

use std::borrow::Cow;
use std::collections::HashMap;

use v4ward_syntax::Node;
use v4ward_syntax::edit::Change;

use crate::finding::{Detail, Severity};
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, related_nodes};
use crate::v4::view::{elements, text};

pub(super) struct V4PropertyRepeated;

static DECLARATION: Declaration = Declaration {
    id: "v4-property-repeated",
    severity: Severity::Warning,
    summary: "Two properties of one key",
    explanation: "\
Nothing refuses an API that has a property key twice. But the gateway cannot make the table of properties for \
expressions then: each request that meets an expression with `#api.properties` or `#properties` fails.",
    fix_safety: "The value of the first one stays.",
    bad: Example::Import(
        r#"{ "api": { "properties": [
  { "key": "region", "value": "eu" },
  { "key": "region", "value": "us" }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "properties": [
  { "key": "region", "value": "eu" },
  { "key": "region-2", "value": "us" }
] } }"#,
    ),
    source: "FORMATS §2.1, properties",
};

impl Rule for V4PropertyRepeated {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let mut first: HashMap<Cow<'_, str>, Node<'d>> = HashMap::new();
        for (place, key) in elements(cx.api.node, "properties").filter_map(|property| text(property, "key")) {
            match first.get(&key) {
                Some(earlier) => report.add(Match::at(place).detail(Detail::Nodes(vec![*earlier]))),
                None => {
                    first.insert(key, place);
                }
            }
        }
    }

    fn message(&self, _finding: &Finding<'_>) -> Message {
        Message::new(
            "another property has this key: requests fail at expressions that read properties",
            "remove one of the two",
        )
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the first property with this key")
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let property = finding.place.node().and_then(Node::parent);
        let change = property.map(|property| Change::Remove { node: property.id() });
        vec![Fix::needs_decision("Remove this property", change.into_iter().collect())]
    }
}
