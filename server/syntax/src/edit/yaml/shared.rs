//! Changes that would reach other places through an alias.

use crate::edit::{EditError, Plan};
use crate::tree::{Document, Node, NodeId, NodeKind};
use crate::yaml::Anchor;

/// Refuses changes inside of what an alias that stays stands for, and removals of what one needs.
pub(super) fn refuse(document: &Document, plan: &Plan<'_>) -> Result<(), EditError> {
    for id in plan.replaced.keys().chain(&plan.removed) {
        let node = document.node(*id);
        refuse_inside(document, plan, node.parent())?;
        // The anchors of its subtree are one run of the list.
        let anchors = document.anchors();
        let first = anchors.partition_point(|anchor| anchor.node < *id);
        for anchor in anchors[first..].iter().take_while(|anchor| node.holds(anchor.node)) {
            if anchor.aliases.iter().any(|alias| !node.holds(*alias) && !plan.is_gone(document.node(*alias))) {
                return Err(EditError::Shared { anchor: anchor.node });
            }
        }
    }
    for id in plan.renamed.keys() {
        refuse_inside(document, plan, document.node(*id).parent())?;
    }
    for id in plan.inserted.keys() {
        refuse_inside(document, plan, Some(document.node(*id)))?;
    }
    for id in plan.removed.iter().chain(plan.renamed.keys()) {
        refuse_uncovering(document, plan, document.node(*id))?;
    }
    Ok(())
}

/// Refuses a change inside of a node.
fn refuse_inside(document: &Document, plan: &Plan<'_>, node: Option<Node<'_>>) -> Result<(), EditError> {
    let Some(node) = node else { return Ok(()) };
    if document.anchors().is_empty() {
        return Ok(());
    }
    if node.is_alias() {
        return Err(EditError::Shared { anchor: node.resolved().id() });
    }
    let in_use = |anchor: &&Anchor| anchor.aliases.iter().any(|alias| !plan.is_gone(document.node(*alias)));
    match std::iter::once(node).chain(node.ancestors()).find_map(|up| anchor_of(document, up.id()).filter(in_use)) {
        Some(anchor) => Err(EditError::Shared { anchor: anchor.node }),
        None => Ok(()),
    }
}

fn anchor_of(document: &Document, node: NodeId) -> Option<&Anchor> {
    let at = document.anchors().binary_search_by_key(&node, |anchor| anchor.node).ok()?;
    Some(&document.anchors()[at])
}

/// A member that goes would uncover one of the same name that a merge key brings.
fn refuse_uncovering(document: &Document, plan: &Plan<'_>, member: Node<'_>) -> Result<(), EditError> {
    let Some(object) = member.parent().filter(|object| object.has_merges() && !member.is_merge_key()) else {
        return Ok(());
    };
    let key = member.key().unwrap_or_default();
    for merge in object.children().filter(|child| child.is_merge_key() && !plan.is_gone(*child)) {
        if let Some(covered) = sources(merge).find_map(|source| source.get(&key)) {
            let mut around = std::iter::once(covered).chain(covered.ancestors());
            let anchor = around.find(|up| anchor_of(document, up.id()).is_some());
            return Err(anchor.map_or(EditError::WrongPlace, |anchor| EditError::Shared { anchor: anchor.id() }));
        }
    }
    Ok(())
}

/// The objects that a merge key names.
pub(super) fn sources(merge: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let list = merge.kind() == NodeKind::Array;
    let one = (!list).then_some(merge);
    one.into_iter().chain(list.then(|| merge.children()).into_iter().flatten())
}
