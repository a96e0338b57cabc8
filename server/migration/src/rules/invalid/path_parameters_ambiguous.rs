//! `path-parameters-ambiguous`

use std::collections::HashMap;

use v4ward_syntax::Node;

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::recognise::recognise_root;
use crate::rules::path_parameters::rename;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, paths};
use crate::v2;

pub(in crate::rules) struct PathParametersAmbiguous;

static DECLARATION: Declaration = Declaration {
    id: "path-parameters-ambiguous",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "Two names for one path parameter",
    explanation: "\
V4 refuses to save or import an API in which two paths of flows differ only in the names of their parameters, such as \
`/users/:id` and `/users/:userId`. All flows of the API and of its plans that are switched on are compared, whatever \
their methods and operators. APIM's migration does not look at this, so the V4 API is made and can then not be saved \
any more.

The same path twice is fine, and so are `/users/:id` and `/users/me`.",
    fix_safety: "\
The fix gives the parameters the names of the path that comes first, in all flows with the other path and in the \
expressions and scripts that read them. It is safe where each of these reads the same value as before. It is unsafe \
where a name is computed, or where another path has a parameter of one of these names, or where flows read the name that \
the other path has, though not for the same methods.",
    bad: Example::Members(
        r##"{
  "flows": [
    {
      "name": "Read",
      "path-operator": { "path": "/users/:id", "operator": "STARTS_WITH" },
      "methods": ["GET"],
      "pre": [],
      "post": []
    },
    {
      "name": "Change",
      "path-operator": { "path": "/users/:userId", "operator": "STARTS_WITH" },
      "methods": ["PUT"],
      "condition": "{#request.pathParams['userId'] != '0'}",
      "pre": [],
      "post": []
    }
  ]
}"##,
    ),
    good: Example::Members(
        r##"{
  "flows": [
    {
      "name": "Read",
      "path-operator": { "path": "/users/:id", "operator": "STARTS_WITH" },
      "methods": ["GET"],
      "pre": [],
      "post": []
    },
    {
      "name": "Change",
      "path-operator": { "path": "/users/:id", "operator": "STARTS_WITH" },
      "methods": ["PUT"],
      "condition": "{#request.pathParams['id'] != '0'}",
      "pre": [],
      "post": []
    }
  ]
}"##,
    ),
    source: "SEMANTICS M02, §4.2; FORMATS §2.1, what the import checks",
};

impl Rule for PathParametersAmbiguous {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        // By shape: the spellings so far, each with its first place.
        let mut shapes: HashMap<String, Vec<(String, Node<'d>)>> = HashMap::new();
        let mut told = 0;
        for flow in cx.flows().filter(|flow| paths::is_enabled(flow)) {
            let Some(path) = flow.path.as_ref().filter(|path| path.value.contains(':')) else { continue };
            let spellings = shapes.entry(paths::shape(&path.value)).or_default();
            let spelling = paths::normal(&path.value);
            if spellings.iter().any(|(known, _)| *known == spelling) {
                continue;
            }
            // One finding per spelling, at the first flow that has it.
            if let Some((_, first)) = spellings.first() {
                told += 1;
                let root = if told <= FIXED_AT_ONCE { Some(cx.root) } else { None };
                let nodes = std::iter::once(*first).chain(root).collect();
                report.add(Match::at(path.node).named(flow.name.as_ref()).detail(Detail::Nodes(nodes)));
            }
            spellings.push((spelling, path.node));
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        first(finding).map(|node| (node, "the same path with other names")).into_iter().collect()
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let text = |node: Option<Node<'_>>| node.and_then(|node| node.as_str()).unwrap_or_default().into_owned();
        let (own, other) = (text(finding.place.node()), text(first(finding)));
        Message::new(
            format!(
                "{} and {} differ only in the names of parameters: V4 refuses to save or import the API",
                own.trim(),
                other.trim()
            ),
            "use the same names in both, also in what reads them",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Detail::Nodes(nodes) = &finding.detail else { return Vec::new() };
        let (Some(node), [first, root]) = (finding.place.node(), nodes.as_slice()) else { return Vec::new() };
        let root = *root;
        let Some(api) = v2::read(root, recognise_root(root).1) else { return Vec::new() };
        let (Some(from), Some(to)) = (node.as_str(), first.as_str()) else { return Vec::new() };
        let renaming = rename(&api, &paths::normal(&from), &paths::normal(&to));
        let title = "Use the names of the path that comes first";
        if renaming.is_safe {
            vec![Fix::safe(title, renaming.changes)]
        } else {
            vec![Fix::needs_decision(title, renaming.changes)]
        }
    }
}

/// A fix reads the whole definition: those of the other spellings come once these are mended.
const FIXED_AT_ONCE: usize = 20;

/// The place of the spelling that came first. Behind it stands the root of the definition where there is a fix.
fn first<'d>(finding: &Finding<'d>) -> Option<Node<'d>> {
    match &finding.detail {
        Detail::Nodes(nodes) => nodes.first().copied(),
        _ => None,
    }
}
