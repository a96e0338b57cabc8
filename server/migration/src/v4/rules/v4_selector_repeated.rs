//! `v4-selector-repeated`

use std::borrow::Cow;
use std::collections::HashMap;

use v4ward_syntax::Node;

use crate::finding::{Detail, Severity};
use crate::v4::rule::{
    Context, Declaration, Example, Finding, Match, Message, Report, Rule, related_nodes, who_for_flow,
};
use crate::v4::view::{elements, text};

pub(super) struct V4SelectorRepeated;

static DECLARATION: Declaration = Declaration {
    id: "v4-selector-repeated",
    severity: Severity::Error,
    summary: "Two selectors of one type in a flow",
    explanation: "\
A flow has one selector of each type: `HTTP` for path and methods, `CONDITION` for an expression. An API with a \
flow that has two of one type is refused. In a flow of a plan the import refuses the plan \
alone, and the API is there without it.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "api": { "flows": [
  {
    "name": "Orders",
    "selectors": [
      { "type": "HTTP", "path": "/open", "pathOperator": "STARTS_WITH" },
      { "type": "HTTP", "path": "/closed", "pathOperator": "STARTS_WITH" }
    ]
  }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "flows": [
  { "name": "Open", "selectors": [{ "type": "HTTP", "path": "/open", "pathOperator": "STARTS_WITH" }] },
  { "name": "Closed", "selectors": [{ "type": "HTTP", "path": "/closed", "pathOperator": "STARTS_WITH" }] }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks; SEMANTICS M03",
};

impl Rule for V4SelectorRepeated {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for flow in cx.api.flows() {
            let mut first: HashMap<Cow<'_, str>, Node<'d>> = HashMap::new();
            for selector in elements(flow, "selectors") {
                let Some((_, kind)) = text(selector, "type") else { continue };
                match first.get(&kind) {
                    Some(earlier) => report.add(Match::at(selector).detail(Detail::Nodes(vec![*earlier]))),
                    None => {
                        first.insert(kind, selector);
                    }
                }
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("the flow has a selector of this type already: {}", who_for_flow(finding)),
            "make a flow of its own for the second one, or join the two",
        )
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the first of this type")
    }
}
