//! Aliases and merge keys: what they stand for, within a budget.

use std::borrow::Cow;
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
    // What the aliases so far stand for, so that an alias of something with aliases counts all of it.
    let mut sizes: Vec<(u32, u64)> = Vec::new();
    for (alias, target) in std::mem::take(&mut built.links) {
        let anchored = built.nodes[target as usize];
        let inside = sizes.partition_point(|(alias, _)| *alias < target)
            ..sizes.partition_point(|(alias, _)| *alias < anchored.subtree_end);
        let repeated: u64 = sizes[inside].iter().map(|(_, size)| size).sum();
        let size = u64::from(anchored.subtree_end - target).saturating_add(repeated);
        let problem = if alias < anchored.subtree_end { Some(ITSELF) } else { (size > budget).then_some(TOO_MANY) };
        let node = &mut built.nodes[alias as usize];
        if let Some(problem) = problem {
            let span = node.span;
            built.error(span, problem);
            continue;
        }
        budget -= size;
        sizes.push((alias, size));
        node.kind = anchored.kind;
        node.alias = true;
        built.yaml.links.push((alias, target));
        if let Ok(at) = built.yaml.anchors.binary_search_by_key(&target, |anchor| anchor.node.0) {
            built.yaml.anchors[at].aliases.push(NodeId(alias));
        }
    }
    merge(text, built, budget);
}

fn merge(text: &str, built: &mut Built, mut budget: u64) {
    for member in std::mem::take(&mut built.merge_keys) {
        let object = built.nodes[member as usize].parent;
        let Some(sources) = sources(built, member) else {
            let span = built.nodes[member as usize].span;
            built.error(span, NOT_MERGED);
            continue;
        };
        let mut taken: HashSet<String> =
            values(built, object).into_iter().map(|own| key(text, built, own).into_owned()).collect();
        let mut brought = Vec::new();
        for source in sources {
            for value in values(built, source) {
                if taken.insert(key(text, built, value).into_owned()) {
                    brought.push(NodeId(value));
                }
            }
        }
        if brought.len() as u64 > budget {
            let span = built.nodes[member as usize].span;
            built.error(span, TOO_MANY);
            continue;
        }
        budget -= brought.len() as u64;
        built.nodes[object as usize].merges = true;
        match built.yaml.merged.binary_search_by_key(&object, |(object, _)| *object) {
            Ok(at) => built.yaml.merged[at].1.extend(brought),
            Err(at) => built.yaml.merged.insert(at, (object, brought)),
        }
    }
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
    list.iter().all(|item| built.nodes[*item as usize].kind == NodeKind::Object).then_some(list)
}

fn resolved(built: &Built, node: u32) -> u32 {
    built.yaml.target(node).unwrap_or(node)
}

/// The members of an object that count, with those merged so far.
fn values(built: &Built, object: u32) -> Vec<u32> {
    let is_value = |member: &u32| {
        let node = &built.nodes[*member as usize];
        !node.shadowed && !built.is_merge_key(*member)
    };
    let merged = built.yaml.merged(object).iter().map(|id| id.0);
    children(&built.nodes, object).filter(is_value).chain(merged).collect()
}

fn key<'a>(text: &'a str, built: &'a Built, member: u32) -> Cow<'a, str> {
    built.key(text, member)
}

fn children(nodes: &[NodeData], of: u32) -> impl Iterator<Item = u32> {
    let end = nodes[of as usize].subtree_end;
    std::iter::successors(Some(of + 1), move |child| nodes.get(*child as usize).map(|child| child.subtree_end))
        .take_while(move |child| *child < end)
}
