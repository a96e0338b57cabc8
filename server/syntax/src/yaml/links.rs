//! Aliases and merge keys: what they stand for, within a budget.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashSet;

use super::built::Built;
use crate::tree::{NodeData, NodeId, NodeKind};

/// A text may stand for so many values for each that it holds, and for so many in any case. Real files repeat a few
/// blocks; more is an attack ("billion laughs") or a mistake.
const VALUES_PER_NODE: u64 = 20;
const VALUES_ALWAYS: u64 = 20_000;

const TOO_MANY: &str = "this alias repeats too much: the aliases of this file stand for too many values";
const ITSELF: &str = "this alias stands for a value that it is part of";
const NOT_MERGED: &str = "a merge key takes an object, or a list of objects";

/// Gives aliases the kind of what they stand for, and objects the members that merge keys bring.
pub(super) fn link(text: &str, built: &mut Built) {
    let mut budget = VALUES_ALWAYS.max(built.nodes.len() as u64 * VALUES_PER_NODE);
    let mut repeated = Repeated::default();
    for (alias, target) in std::mem::take(&mut built.links) {
        let anchored = built.nodes[target as usize];
        // An alias of something with aliases counts all that those stand for.
        let size = u64::from(anchored.subtree_end - target) + repeated.within(target, anchored.subtree_end);
        let problem = if alias < anchored.subtree_end { Some(ITSELF) } else { (size > budget).then_some(TOO_MANY) };
        let node = &mut built.nodes[alias as usize];
        if let Some(problem) = problem {
            let span = node.span;
            built.error(span, problem);
            continue;
        }
        budget -= size;
        repeated.push(alias, size);
        node.kind = anchored.kind;
        node.alias = true;
        built.yaml.links.push((alias, target));
        if let Ok(at) = built.yaml.anchors.binary_search_by_key(&target, |anchor| anchor.node.0) {
            built.yaml.anchors[at].aliases.push(NodeId(alias));
        }
    }
    merge(text, built, budget);
}

/// How many values the aliases so far stand for: each with the sum of all up to it, so that a range is a difference.
#[derive(Default)]
struct Repeated(Vec<(u32, u64)>);

impl Repeated {
    fn push(&mut self, alias: u32, size: u64) {
        let before = self.0.last().map_or(0, |(_, sum)| *sum);
        self.0.push((alias, before + size));
    }

    fn within(&self, from: u32, to: u32) -> u64 {
        self.before(to) - self.before(from)
    }

    fn before(&self, node: u32) -> u64 {
        let count = self.0.partition_point(|(alias, _)| *alias < node);
        count.checked_sub(1).map_or(0, |last| self.0[last].1)
    }
}

fn merge(text: &str, built: &mut Built, mut budget: u64) {
    let mut members = built.merge_keys.clone();
    // An object that is merged has its own merges before: those end before, or inside.
    members.sort_by_key(|member| (built.nodes[*member as usize].subtree_end, Reverse(*member)));
    for member in members {
        let object = built.nodes[member as usize].parent;
        let span = built.nodes[member as usize].span;
        let Some(sources) = sources(built, member) else {
            built.error(span, NOT_MERGED);
            continue;
        };
        let Some(brought) = brought(text, built, object, &sources, &mut budget) else {
            built.error(span, TOO_MANY);
            continue;
        };
        built.nodes[object as usize].merges = true;
        match built.yaml.merged.binary_search_by_key(&object, |(object, _)| *object) {
            Ok(at) => built.yaml.merged[at].1.extend(brought),
            Err(at) => built.yaml.merged.insert(at, (object, brought)),
        }
    }
}

/// The members that the sources bring to an object, which goes before them, as the earlier source goes before the
/// later; none when looking at them is beyond the budget.
fn brought(text: &str, built: &Built, object: u32, sources: &[u32], budget: &mut u64) -> Option<Vec<NodeId>> {
    let mut taken: HashSet<Cow<'_, str>> = values(built, object).map(|own| built.key(text, own)).collect();
    *budget = budget.checked_sub(taken.len() as u64)?;
    let mut brought = Vec::new();
    for source in sources {
        for value in values(built, *source) {
            *budget = budget.checked_sub(1)?;
            if taken.insert(built.key(text, value)) {
                brought.push(NodeId(value));
            }
        }
    }
    Some(brought)
}

/// The objects that a merge key names, or `None` when it names anything else.
fn sources(built: &Built, member: u32) -> Option<Vec<u32>> {
    let target = resolved(built, member);
    let list: Vec<u32> = match built.nodes[target as usize].kind {
        NodeKind::Object => vec![target],
        NodeKind::Array => children(&built.nodes, target).map(|item| resolved(built, item)).collect(),
        // What cannot be read has its error.
        NodeKind::Invalid => Vec::new(),
        _ => return None,
    };
    let kind = |item: &u32| built.nodes[*item as usize].kind;
    let is_fine = list.iter().all(|item| matches!(kind(item), NodeKind::Object | NodeKind::Invalid));
    is_fine.then(|| list.into_iter().filter(|item| kind(item) == NodeKind::Object).collect())
}

fn resolved(built: &Built, node: u32) -> u32 {
    built.yaml.target(node).unwrap_or(node)
}

/// The members of an object that count, with those merged so far.
fn values(built: &Built, object: u32) -> impl Iterator<Item = u32> {
    let is_value = |member: &u32| !built.nodes[*member as usize].shadowed && !built.is_merge_key(*member);
    let merged = built.yaml.merged(object).iter().map(|id| id.0);
    children(&built.nodes, object).filter(is_value).chain(merged)
}

fn children(nodes: &[NodeData], of: u32) -> impl Iterator<Item = u32> {
    let end = nodes[of as usize].subtree_end;
    std::iter::successors(Some(of + 1), move |child| nodes.get(*child as usize).map(|child| child.subtree_end))
        .take_while(move |child| *child < end)
}
