//! `v4-resource-path-taken`

use v4ward_syntax::Node;

use crate::finding::{Detail, Severity};
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, related_nodes};

pub(super) struct V4ResourcePathTaken;

static DECLARATION: Declaration = Declaration {
    id: "v4-resource-path-taken",
    severity: Severity::Error,
    summary: "Two V4 resources of a file on one path",
    explanation: "\
The operator refuses a resource with a path, or a host and path, that another API of the namespace has. Paths are \
compared after the server has put a slash at both ends. v4ward looks at the resources of one file; whether the cluster \
has others it cannot know.",
    fix_safety: "",
    bad: Example::Resources(&["name: Orders", "name: Shop"]),
    good: Example::Resources(&[
        "name: Orders",
        "name: Shop\nlisteners:\n  - type: HTTP\n    paths: [{ path: /shop/ }]\n    entrypoints: [{ type: http-proxy }]",
    ]),
    source: "FORMATS §2.2, admission",
};

impl Rule for V4ResourcePathTaken {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (place, id) in cx.api.paths() {
            let first = cx.paths.get(&(cx.api.namespace(), id));
            if let Some(first) = first.filter(|first| !cx.api.root.holds(first.id())) {
                report.add(Match::at(place).detail(Detail::Nodes(vec![*first])));
            }
        }
    }

    fn message(&self, _finding: &Finding<'_>) -> Message {
        Message::new(
            "another V4 resource of this file has this path: the operator refuses the second one",
            "give one of the two another path or host, or another namespace",
        )
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the other resource's path")
    }
}
