//! `v4-resource-path-taken`

use v4ward_syntax::Node;

use crate::finding::{Detail, Severity};
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, related_nodes};

pub(super) struct V4ResourcePathTaken;

static DECLARATION: Declaration = Declaration {
    id: "v4-resource-path-taken",
    severity: Severity::Error,
    summary: "Two resources of a file on one path",
    explanation: "\
The operator refuses a resource with a path, or a host and path, that another API of the namespace has. Paths are \
compared after the server has put a slash at both ends. V2 resources count too, but for the one that has the name of \
the V4 resource, which takes its place. v4ward looks at the resources of one file; whether the cluster has others it \
cannot know.",
    fix_safety: "",
    bad: Example::Resources(&["name: Orders", "name: Shop"]),
    good: Example::Resources(&[
        "name: Orders",
        "name: Shop\nlisteners:\n  - type: HTTP\n    paths: [{ path: /shop/ }]\n    entrypoints: [{ type: http-proxy }]",
    ]),
    source: "FORMATS §2.2, admission",
};

/// The list of a V2 resource that has its paths.
const V2_PATHS: &str = "virtual_hosts";

impl Rule for V4ResourcePathTaken {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let (namespace, name) = (cx.api.namespace(), cx.api.name());
        for (place, id) in cx.api.paths() {
            let id = (namespace.clone(), id);
            let first = cx.paths.v4.get(&id).filter(|first| !cx.api.root.holds(first.id()));
            if let Some(first) = first {
                report.add(Match::at(place).detail(Detail::Nodes(vec![*first])));
            }
            let of_v2 = cx.paths.v2.get(&id).into_iter().flatten().filter(|other| other.name != name);
            let of_v2: Vec<Node<'d>> = of_v2.map(|other| other.place).collect();
            if first.is_none() && !of_v2.is_empty() {
                report.add(Match::at(place).detail(Detail::Nodes(of_v2)));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let is_v2 = |node: &Node<'_>| node.ancestors().any(|list| list.has_key(V2_PATHS));
        let of_v2 = matches!(&finding.detail, Detail::Nodes(others) if others.iter().any(is_v2));
        let what = match of_v2 {
            true => "a V2 resource of this file has this path: the operator takes only the one that is applied first",
            false => "another V4 resource of this file has this path: the operator refuses the second one",
        };
        Message::new(what, "give one of the two another path or host, or another namespace")
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the other resource's path")
    }
}
