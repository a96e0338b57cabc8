//! `v4-path-parameters-ambiguous`

use v4ward_syntax::Node;

use crate::finding::{Detail, Severity};
use crate::paths::ambiguous;
use crate::v4::rule::{
    Context, Declaration, Example, Finding, Match, Message, Report, Rule, related_nodes, who_for_flow,
};
use crate::v4::view::{elements, is_flag, is_text, text};

pub(super) struct V4PathParametersAmbiguous;

static DECLARATION: Declaration = Declaration {
    id: "v4-path-parameters-ambiguous",
    severity: Severity::Error,
    summary: "Flows that name the same path parameter differently",
    explanation: "\
Two paths that differ in nothing but the names of their parameters, such as `/orders/:id` and `/orders/:orderId`, \
are ambiguous to V4, which refuses to save such an API. All flows that are switched on are looked at together: of \
the API and of all plans, whatever their methods. Where the flow of a plan is one of the two, the import makes the \
API and refuses the plan.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "api": { "flows": [
  { "name": "Read", "selectors": [{ "type": "HTTP", "path": "/orders/:id", "pathOperator": "EQUALS" }] },
  { "name": "Write", "selectors": [{ "type": "HTTP", "path": "/orders/:orderId", "pathOperator": "EQUALS" }] }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "flows": [
  { "name": "Read", "selectors": [{ "type": "HTTP", "path": "/orders/:id", "pathOperator": "EQUALS" }] },
  { "name": "Write", "selectors": [{ "type": "HTTP", "path": "/orders/:id", "pathOperator": "EQUALS" }] }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks; SEMANTICS M02",
};

impl Rule for V4PathParametersAmbiguous {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let enabled = cx.api.flows().filter(|flow| !is_flag(flow.get("enabled"), false));
        let selectors = enabled.flat_map(|flow| elements(flow, "selectors"));
        let paths = selectors.filter(|it| is_text(it.get("type"), "HTTP")).filter_map(|it| text(it, "path"));
        for (path, earlier) in ambiguous(paths) {
            report.add(Match::at(path).detail(Detail::Nodes(vec![earlier])));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("another flow has this path with other names of its parameters: {}", who_for_flow(finding)),
            "give the parameter one name in all flows, also in the expressions that use it",
        )
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the path with the other name")
    }
}
