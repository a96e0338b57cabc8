//! `unreadable-part`

use v4ward_syntax::edit::Change;
use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::ProblemKind;

pub(in crate::rules) struct UnreadablePart;

static DECLARATION: Declaration = Declaration {
    id: "unreadable-part",
    group: Group::Reading,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A part that APIM skips without a word",
    explanation: "\
APIM's reader leaves out what it cannot read of some lists and keeps the rest: a flow, a step or a plan that is no \
object, a resource whose name another one has, a plan whose id another one has. The import succeeds, and a policy or a \
plan is missing. v4ward leaves the same parts out, but says so.

A value that lies more than 1,000 levels deep is another case: APIM's JSON parser stops there and refuses the file.",
    fix_safety: "\
Removing the part changes nothing in APIM, which never sees it, but it is unsafe: you may want to mend the part.",
    bad: Example::Members(
        r#"{
  "resources": [
    { "name": "cache", "type": "cache", "configuration": { "timeToLiveSeconds": 60 } },
    { "name": "cache", "type": "cache", "configuration": { "timeToLiveSeconds": 600 } }
  ]
}"#,
    ),
    good: Example::Members(
        r#"{
  "resources": [
    { "name": "cache", "type": "cache", "configuration": { "timeToLiveSeconds": 60 } }
  ]
}"#,
    ),
    source: "FORMATS §1.1, parser behaviour that applies everywhere",
};

/// The nesting at which the server's JSON parser stops.
const MAX_DEPTH: usize = 1_000;

impl Rule for UnreadablePart {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for problem in &cx.api.problems {
            // An invalid node has a syntax error already.
            let told = problem.node.kind() == NodeKind::Invalid;
            if matches!(problem.kind, ProblemKind::Unreadable { .. }) && !told {
                let detail = Detail::Problem(problem.kind.clone());
                report.add(Match::at(problem.node).detail(detail).refused(problem.refused));
            }
        }
        if let Some(node) = first_too_deep(cx.root) {
            report.add(Match::at(node).refused(true));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        match finding.detail {
            Detail::Problem(ProblemKind::Unreadable { part, reason }) => Message::new(
                format!("the server skips this {part} without a word: {reason}"),
                format!("correct the {part}, or remove it if it is not needed"),
            ),
            _ => Message::new(
                "this lies more than 1,000 levels deep: the server's parser stops here and refuses the whole file",
                "write this part with less nesting",
            ),
        }
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        match (&finding.detail, finding.place.node()) {
            (Detail::Problem(ProblemKind::Unreadable { part, .. }), Some(node)) => {
                vec![Fix::needs_decision(format!("Remove the {part}"), vec![Change::Remove { node: node.id() }])]
            }
            _ => Vec::new(),
        }
    }
}

/// The first container that has more than the allowed number of containers open, itself included.
fn first_too_deep(root: Node<'_>) -> Option<Node<'_>> {
    // Where the containers end that are open, the innermost last.
    let mut open: Vec<usize> = Vec::new();
    root.subtree().filter(|node| node.is_container() && !node.is_alias()).find(|node| {
        while open.last().is_some_and(|end| *end <= node.id().index()) {
            open.pop();
        }
        open.push(node.subtree_end());
        open.len() > MAX_DEPTH
    })
}

#[cfg(test)]
mod tests {
    use v4ward_syntax::Document;

    use super::first_too_deep;

    #[test]
    fn a_thousand_levels_are_allowed() {
        let nested = |depth: usize| Document::parse_json(format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
        assert!(first_too_deep(nested(1_000).node(v4ward_syntax::NodeId::ROOT)).is_none());
        assert_eq!(
            first_too_deep(nested(5_000).node(v4ward_syntax::NodeId::ROOT)).map(|node| node.id().index()),
            Some(1_000)
        );
    }

    #[test]
    fn siblings_do_not_add_up() {
        let wide = Document::parse_json(format!("[{}[]]", "[[]],".repeat(2_000)));
        assert!(first_too_deep(wide.node(v4ward_syntax::NodeId::ROOT)).is_none());
    }
}
