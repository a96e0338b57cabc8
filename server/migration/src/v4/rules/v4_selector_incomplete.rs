//! `v4-selector-incomplete`

use std::borrow::Cow;

use v4ward_syntax::Node;
use v4ward_syntax::edit::{Change, Value};

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, who_for_flow};

pub(super) struct V4SelectorIncomplete;

static DECLARATION: Declaration = Declaration {
    id: "v4-selector-incomplete",
    severity: Severity::Error,
    summary: "An HTTP selector without path or operator",
    explanation: "\
An HTTP selector needs a `path` and a `pathOperator`, which is `EQUALS` or `STARTS_WITH`. V4 fills in neither; an \
API that lacks one is refused. In a flow of a plan the import refuses the plan \
alone, and the API is there without it.",
    fix_safety: "Which one was meant a person has to say: V2 took `STARTS_WITH` where a flow said nothing.",
    bad: Example::Import(
        r#"{ "api": { "flows": [{ "name": "Orders", "selectors": [{ "type": "HTTP", "path": "/open" }] }] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "flows": [{ "name": "Orders", "selectors": [{ "type": "HTTP", "path": "/open", "pathOperator": "STARTS_WITH" }] }] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks; SEMANTICS M03",
};

impl Rule for V4SelectorIncomplete {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for selector in cx.api.selectors("HTTP") {
            for member in ["path", "pathOperator"] {
                match selector.get(member) {
                    None => report.add(Match::missing(selector, member)),
                    Some(node) if node.is_null() => report.add(Match::at(node)),
                    Some(node) if member == "path" && node.as_str().is_some_and(|path| path.is_empty()) => {
                        report.add(Match::at(node));
                    }
                    Some(_) => {}
                }
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let member = member(finding);
        Message::new(
            format!("an HTTP selector needs a {member}: {}", who_for_flow(finding)),
            match member.as_ref() {
                "path" => "write the path; / stands for all",
                _ => "write EQUALS, or STARTS_WITH for the path and all below it",
            },
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(node) = finding.place.node() else { return Vec::new() };
        let member = member(finding);
        let words: &[&str] = if member == "path" { &["/"] } else { &["STARTS_WITH", "EQUALS"] };
        let fix = |word: &&str| {
            let value = Value::String((*word).to_owned());
            let change = match finding.missing {
                Some(key) => Change::InsertMember {
                    object: node.id(),
                    after: node.get("path").map(Node::id),
                    key: key.to_owned(),
                    value,
                },
                None => Change::Replace { node: node.id(), value },
            };
            Fix::needs_decision(format!("Write {word}"), vec![change])
        };
        words.iter().map(fix).collect()
    }
}

/// The member that the finding is about.
fn member<'f>(finding: &'f Finding<'_>) -> Cow<'f, str> {
    match finding.missing {
        Some(missing) => missing.into(),
        None => finding.place.node().and_then(Node::key).unwrap_or_default(),
    }
}
