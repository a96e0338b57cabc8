//! `v4-selector-wildcard`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, who_for_flow};
use crate::v4::view::{is_text, text};

pub(super) struct V4SelectorWildcard;

static DECLARATION: Declaration = Declaration {
    id: "v4-selector-wildcard",
    severity: Severity::Error,
    summary: "Two stars in the path of a flow",
    explanation: "\
The path of an HTTP selector takes no `**`. In V2 it never stood for any number of path parts either: it was read \
as a part of a regular expression. For a path and all below it there is the operator `STARTS_WITH`.",
    fix_safety: "The flow takes what its author most likely meant: the path and everything below it.",
    bad: Example::Import(
        r#"{ "api": { "flows": [{ "name": "Orders", "selectors": [{ "type": "HTTP", "path": "/open/**", "pathOperator": "EQUALS" }] }] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "flows": [{ "name": "Orders", "selectors": [{ "type": "HTTP", "path": "/open", "pathOperator": "STARTS_WITH" }] }] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks; SEMANTICS M03",
};

impl Rule for V4SelectorWildcard {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (path, _) in
            cx.api.selectors("HTTP").filter_map(|it| text(it, "path")).filter(|(_, path)| path.contains("**"))
        {
            report.add(Match::at(path));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("the path of a flow must not hold **: {}", who_for_flow(finding)),
            "write the path before it, with the operator STARTS_WITH",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(path) = finding.place.node() else { return Vec::new() };
        let Some(selector) = path.parent() else { return Vec::new() };
        let written = path.scalar();
        // One in the middle needs another idea.
        let Some(before) = written.strip_suffix("**").filter(|rest| !rest.contains("**")) else { return Vec::new() };
        let text = match before.trim_end_matches('/') {
            "" => "/".to_owned(),
            before => before.to_owned(),
        };
        let title = format!("Let the flow take all paths that start with {text}");
        let mut changes =
            vec![Change::Replace { node: path.id(), value: Value::Derived { text, from: vec![path.id()] } }];
        if let Some(operator) = selector.get("pathOperator").filter(|it| !is_text(Some(*it), "STARTS_WITH")) {
            changes.push(Change::Replace { node: operator.id(), value: Value::String("STARTS_WITH".to_owned()) });
        }
        vec![Fix::needs_decision(title, changes)]
    }
}
