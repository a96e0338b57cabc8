//! `unreadable-part`

use std::collections::HashMap;

use v4ward_syntax::edit::Change;
use v4ward_syntax::{Format, Node, NodeId, NodeKind};

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::target::Target;
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

A value that lies more than 1,000 levels deep is another case: APIM's JSON parser stops there and refuses the file. In \
YAML, and in JSON that becomes YAML, v4ward stops at 240 levels, those behind aliases included: no YAML parser that it knows reads much more.",
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
/// The nesting that leaves room for what V4 puts around a part: YAML parsers stop at some 250 levels.
const MAX_DEPTH_YAML: usize = 240;

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
        if let Some(node) = first_too_deep(cx.root, cx.target) {
            report.add(Match::at(node).refused(true));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        match finding.detail {
            Detail::Problem(ProblemKind::Unreadable { part, reason }) => Message::new(
                format!("the server skips this {part} without a word: {reason}"),
                format!("correct the {part}, or remove it if it is not needed"),
            ),
            _ => {
                // Of JSON that becomes YAML, as many levels may be open as of YAML.
                let becomes_yaml = |node: Node<'_>| node.ancestors().count() == MAX_DEPTH_YAML;
                let place = finding.place.node();
                let is_yaml = place.is_some_and(|node| node.document().format() == Format::Yaml || becomes_yaml(node));
                let (levels, who) = if is_yaml { ("240", "the cluster's") } else { ("1,000", "the server's") };
                Message::new(
                    format!(
                        "this lies more than {levels} levels deep: {who} parser stops here and refuses the whole file"
                    ),
                    "write this part with less nesting",
                )
            }
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

/// The first container or alias with which more than the allowed number of containers are open.
fn first_too_deep(root: Node<'_>, target: Target) -> Option<Node<'_>> {
    let is_yaml = root.document().format() == Format::Yaml || target == Target::Resource;
    let max = if is_yaml { MAX_DEPTH_YAML } else { MAX_DEPTH };
    // The containers that are open, the innermost last: where each ends, and how many it holds one inside the other.
    let mut open: Vec<(Node<'_>, usize)> = Vec::new();
    let mut heights: HashMap<NodeId, usize> = HashMap::new();
    let has_anchors = !root.document().anchors().is_empty();
    root.subtree().filter(|node| node.is_container()).find(|node| {
        while let Some((closed, height)) = open.pop_if(|(up, _)| up.subtree_end() <= node.id().index()) {
            if has_anchors {
                heights.insert(closed.id(), height);
            }
            raise(&mut open, height);
        }
        if node.is_alias() {
            // What it stands for is before it.
            let height = heights.get(&node.resolved().id()).copied().unwrap_or(1);
            raise(&mut open, height);
            return open.len() + height > max;
        }
        open.push((*node, 1));
        open.len() > max
    })
}

/// Something inside the innermost container holds so many, one inside the other.
fn raise(open: &mut [(Node<'_>, usize)], height: usize) {
    if let Some((_, around)) = open.last_mut() {
        *around = (*around).max(height + 1);
    }
}

#[cfg(test)]
mod tests {
    use v4ward_syntax::Document;

    use super::first_too_deep;
    use crate::target::Target;

    #[test]
    fn a_thousand_levels_are_allowed() {
        let nested = |depth: usize| Document::parse_json(format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
        assert!(first_too_deep(nested(1_000).node(v4ward_syntax::NodeId::ROOT), Target::ImportJson).is_none());
        assert_eq!(
            first_too_deep(nested(5_000).node(v4ward_syntax::NodeId::ROOT), Target::ImportJson)
                .map(|node| node.id().index()),
            Some(1_000)
        );
    }

    #[test]
    fn what_aliases_stand_for_counts() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let (long, short) = (nested(130), nested(100));
        let outer = short.replace('1', "*a");
        let deep =
            Document::parse_yaml(format!("a: &a {long}\nb: {}\n", outer.replace("*a", "[[[[[[[[[[*a]]]]]]]]]]")));
        let found = first_too_deep(deep.node(v4ward_syntax::NodeId::ROOT), Target::ImportJson);
        assert!(found.is_some_and(|node| node.is_alias()));
        let fine = Document::parse_yaml(format!("a: &a {long}\nb: {outer}\nc: *a\n"));
        assert!(first_too_deep(fine.node(v4ward_syntax::NodeId::ROOT), Target::ImportJson).is_none());
    }

    #[test]
    fn siblings_do_not_add_up() {
        let wide = Document::parse_json(format!("[{}[]]", "[[]],".repeat(2_000)));
        assert!(first_too_deep(wide.node(v4ward_syntax::NodeId::ROOT), Target::ImportJson).is_none());
    }
}
