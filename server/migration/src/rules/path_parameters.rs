//! Renaming the path parameters of flows, together with what reads them.
//!
//! The gateway takes parameters out of a path once, before any flow runs, by the paths of all flows at once (SEMANTICS
//! §4.2). So a flow can read the parameters of another one, and two paths that have the same name for different parts
//! get in each other's way. A renaming is safe where no read gets another value by it.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use v4ward_syntax::edit::{Change, Value};
use v4ward_syntax::{Node, NodeId, NodeKind};

use super::paths;
use crate::expression::{self, Read, Step};
use crate::script::{self, Chain, TokenKind};
use crate::v2::{Api, Flow};

/// What a renaming changes, and whether every request is handled as before.
pub(super) struct Renaming {
    pub(super) changes: Vec<Change>,
    pub(super) is_safe: bool,
}

/// Gives the parameters of all flows with the path `from` the names they have in the path `to`. Both are normal, and
/// differ in nothing else.
pub(super) fn rename(api: &Api<'_>, from: &str, to: &str) -> Renaming {
    let names = Names::new(from, to);
    let flows = Flows::new(api, from, to);
    let mut rewriting = Rewriting {
        names: &names,
        flows: &flows,
        is_safe: names.are_clear(),
        edits: BTreeMap::new(),
        told: HashSet::new(),
    };
    for path in flows.renamed.iter().filter_map(|flow| flow.path.as_ref()) {
        let text = with_names(&path.value, to);
        rewriting.edits.insert(path.node.id(), vec![(0..path.value.len(), text)]);
    }
    // Reading a text costs much more than looking whether it speaks of path parameters at all.
    let mut texts = expression::texts(api);
    texts.retain(|text| is_mention(text.text()));
    for field in expression::fields(&texts) {
        let reads: Vec<Use<'_>> = field.reads().filter_map(|read| use_of(field.text, read)).collect();
        let is_complete = field.expressions().all(expression::Expression::is_complete);
        let is_told = is_complete && reads.len() == mentions(field.text, &(0..field.text.len()));
        rewriting.add(field.node, &reads, is_told, flows.place_of(field.flow));
    }
    let mut texts = script::texts(api);
    texts.retain(|text| is_mention(text.text()));
    for field in script::fields(&texts) {
        let reads: Vec<Use<'_>> = field.chains.iter().filter_map(|chain| use_in_script(field.text, chain)).collect();
        let code = script::tokens(field.text, field.language);
        let code = code.iter().filter(|token| token.kind != TokenKind::Comment);
        let is_told = reads.len() == code.map(|token| mentions(field.text, &token.span)).sum::<usize>();
        rewriting.add(field.node, &reads, is_told, flows.place_of(Some(field.flow)));
    }
    rewriting.finish(api)
}

/// A path with the names of another one of its shape.
fn with_names(path: &str, to: &str) -> String {
    let mut names = paths::segments(to);
    let parts = path.trim().split('/').map(|part| match part {
        "" => part,
        _ => names.next().filter(|_| part.starts_with(':')).unwrap_or(part),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The names of the parameters of a path.
fn names(path: &str) -> impl Iterator<Item = &str> {
    paths::segments(path).filter_map(|part| part.strip_prefix(':'))
}

/// Names before and after.
struct Names<'n> {
    /// Those that change.
    changed: Vec<(&'n str, &'n str)>,
    from: Vec<&'n str>,
    to: Vec<&'n str>,
}

impl<'n> Names<'n> {
    fn new(from: &'n str, to: &'n str) -> Self {
        let (from, to): (Vec<_>, Vec<_>) = (names(from).collect(), names(to).collect());
        let changed = from.iter().copied().zip(to.iter().copied()).filter(|(old, new)| old != new).collect();
        Self { changed, from, to }
    }

    /// True where each name is a word and means one part of the path.
    fn are_clear(&self) -> bool {
        let is_word = |name: &&str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        let is_distinct = |names: &[&str]| names.iter().collect::<HashSet<_>>().len() == names.len();
        self.from.iter().chain(&self.to).all(is_word) && is_distinct(&self.from) && is_distinct(&self.to)
    }

    /// True for a name that means one part of the path before and another one after.
    fn is_crossed(&self, name: &str) -> bool {
        self.changed.iter().any(|(old, new)| *old == name || *new == name)
            && self.from.contains(&name)
            && self.to.contains(&name)
    }

    fn new_name(&self, name: &str) -> Option<&'n str> {
        self.changed.iter().find(|(old, _)| *old == name).map(|(_, new)| *new)
    }

    fn concern(&self, name: &str) -> bool {
        self.changed.iter().any(|(old, new)| *old == name || *new == name)
    }
}

/// Where a read stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    /// In a flow whose parameters are renamed.
    Renamed,
    /// In a flow that has the new names.
    Kept,
    /// In a flow that runs for no request of these.
    Apart,
    /// Anywhere else.
    Elsewhere,
}

/// The flows around a renaming.
struct Flows<'a, 'd> {
    renamed: Vec<&'a Flow<'d>>,
    kept: Vec<&'a Flow<'d>>,
    others: Vec<&'a Flow<'d>>,
    /// Both paths are compared with requests in the same way.
    same_operator: bool,
    /// Besides, both are for the same methods: the parameters of both are there for the same requests.
    same_requests: bool,
}

impl<'a, 'd> Flows<'a, 'd> {
    fn new(api: &'a Api<'d>, from: &str, to: &str) -> Self {
        let all = api.flows.items.iter().chain(api.plans.iter().flat_map(|plan| &plan.flows.items));
        let (mut renamed, mut kept, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for flow in all.filter(|flow| paths::is_enabled(flow)) {
            let path = paths::normal(flow.path.as_ref().map_or("", |path| &path.value));
            let list = match () {
                () if path == from => &mut renamed,
                () if path == to => &mut kept,
                () => &mut others,
            };
            list.push(flow);
        }
        let operators: HashSet<&str> = renamed.iter().chain(&kept).map(|flow| operator(flow)).collect();
        let same_operator = operators.len() == 1;
        let same_requests = same_operator && methods(&renamed) == methods(&kept);
        Self { renamed, kept, others, same_operator, same_requests }
    }

    fn place_of(&self, flow: Option<&Flow<'_>>) -> Where {
        let Some(flow) = flow else { return Where::Elsewhere };
        let is_in = |flows: &[&Flow<'_>]| flows.iter().any(|known| known.node == flow.node);
        if is_in(&self.renamed) {
            Where::Renamed
        } else if is_in(&self.kept) {
            Where::Kept
        } else if !paths::is_enabled(flow) || !self.renamed.iter().any(|own| paths::may_share_a_path(own, flow)) {
            Where::Apart
        } else {
            Where::Elsewhere
        }
    }

    /// True where another path has a parameter of this name; `near` leaves out those that no request shares with the
    /// renamed ones.
    fn have_elsewhere(&self, name: &str, near: bool) -> bool {
        self.others.iter().any(|flow| {
            let path = flow.path.as_ref().map_or("", |path| path.value.as_ref());
            names(path).any(|other| other == name) && (!near || self.place_of(Some(flow)) == Where::Elsewhere)
        })
    }
}

fn operator<'f>(flow: &Flow<'f>) -> &'f str {
    flow.operator.as_ref().map_or("STARTS_WITH", |operator| operator.value)
}

/// The methods of flows; `None` for all.
fn methods<'f>(flows: &[&Flow<'f>]) -> Option<HashSet<&'f str>> {
    let is_open = flows.iter().any(|flow| flow.methods.is_empty());
    (!is_open).then(|| flows.iter().flat_map(|flow| flow.methods.iter().map(|method| method.value)).collect())
}

/// A use of path parameters in an expression or a script.
struct Use<'t> {
    /// The name with its place; `None` where it is not there in plain words.
    name: Option<(&'t str, Range<usize>)>,
}

fn use_of<'t>(text: &'t str, read: &Read<'_>) -> Option<Use<'t>> {
    let at = read.steps.iter().position(|step| mentions(text, &step.span()) > 0)?;
    let name = read.steps.get(at + 1).and_then(|step| match step {
        Step::Call { name: "get" | "containsKey", text: Some(key), arguments, .. } => find(text, arguments, key),
        Step::Call { .. } => None,
        Step::Property { name, span, .. } => find(text, span, name),
        Step::Index { span, .. } => step.key().and_then(|key| find(text, span, key)),
    });
    Some(Use { name })
}

fn use_in_script<'t>(text: &'t str, chain: &Chain<'_>) -> Option<Use<'t>> {
    let at = chain.links.iter().position(|link| is_mention(link.name))?;
    let name = chain.links.get(at + 1).and_then(|link| match (&link.call, &link.text_argument) {
        (Some(arguments), Some(key)) if matches!(link.name, "get" | "getFirst" | "containsKey") => {
            find(text, arguments, key)
        }
        (Some(_), _) => None,
        (None, _) if link.name.is_empty() => None,
        (None, _) => find(text, &link.span, link.name),
    });
    Some(Use { name })
}

/// A name in a range of a text.
fn find<'t>(text: &'t str, within: &Range<usize>, name: &str) -> Option<(&'t str, Range<usize>)> {
    let at = within.start + text.get(within.clone())?.find(name)?;
    let range = at..at + name.len();
    Some((text.get(range.clone())?, range))
}

/// How often a range of a text speaks of path parameters, in whatever spelling: `pathParams`, `getPathParameters`.
fn mentions(text: &str, within: &Range<usize>) -> usize {
    text.get(within.clone()).unwrap_or_default().to_ascii_lowercase().matches("pathparam").count()
}

fn is_mention(name: &str) -> bool {
    mentions(name, &(0..name.len())) > 0
}

struct Rewriting<'r, 'd> {
    names: &'r Names<'r>,
    flows: &'r Flows<'r, 'd>,
    is_safe: bool,
    /// What is put where in the texts of nodes.
    edits: BTreeMap<NodeId, Vec<(Range<usize>, String)>>,
    /// The texts in which every mention of path parameters is understood.
    told: HashSet<NodeId>,
}

impl Rewriting<'_, '_> {
    /// Rewrites the uses in one text; `is_told` when the text has no others.
    fn add(&mut self, node: Node<'_>, uses: &[Use<'_>], is_told: bool, place: Where) {
        if place == Where::Apart || is_told {
            self.told.insert(node.id());
        }
        if place == Where::Apart {
            return;
        }
        for one in uses {
            let Some((name, range)) = &one.name else {
                self.is_safe = false;
                continue;
            };
            if !self.names.concern(name) {
                continue;
            }
            // Flows that have the new names mean these by them.
            let has_its_own = place == Where::Kept && self.names.to.contains(name);
            let new_name = self.names.new_name(name).filter(|_| !has_its_own);
            self.is_safe &= self.keeps_its_value(name, new_name, place);
            if let Some(new) = new_name {
                self.edits.entry(node.id()).or_default().push((range.clone(), new.to_owned()));
            }
        }
    }

    /// True where a read of one of the names gives what it gave before.
    fn keeps_its_value(&self, name: &str, new_name: Option<&str>, place: Where) -> bool {
        let Self { names, flows, .. } = self;
        let is_elsewhere = |name: &str| flows.have_elsewhere(name, true);
        if names.is_crossed(name) || is_elsewhere(name) || new_name.is_some_and(is_elsewhere) {
            return false;
        }
        match (place, new_name) {
            // The path of the flow itself has it.
            (Where::Renamed, Some(_)) | (Where::Kept, None) => flows.same_operator,
            // It may be there by another path too.
            (Where::Elsewhere, _) => flows.same_requests && !flows.have_elsewhere(name, false),
            _ => flows.same_requests,
        }
    }

    fn finish(mut self, api: &Api<'_>) -> Renaming {
        let document = api.node.document();
        let beside = [api.pages_node, api.api_media_node, api.metadata_node, api.description.as_ref().map(|d| d.node)];
        let is_beside = |node: Node<'_>| beside.iter().flatten().any(|part| part.holds(node.id()));
        let texts =
            api.node.subtree().filter(|node| node.kind() == NodeKind::String && !self.told.contains(&node.id()));
        if texts.filter(|node| is_mention(&node.scalar())).any(|node| !is_beside(node)) {
            self.is_safe = false;
        }
        let change = |(node, mut edits): (NodeId, Vec<(Range<usize>, String)>)| {
            let mut text = document.node(node).as_str()?.into_owned();
            edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
            for (range, new) in edits {
                text.get(range.clone())?;
                text.replace_range(range, &new);
            }
            let value = Value::Derived { text, from: vec![node] };
            Some(Change::Replace { node, value })
        };
        Renaming { changes: self.edits.into_iter().filter_map(change).collect(), is_safe: self.is_safe }
    }
}
