//! The re-parse check: the result of an edit must read as the old data with the changes made.

use super::json::{origin, scalar_matches};
use super::{EditError, Plan, Value};
use crate::tree::{Document, Node, NodeId, NodeKind};

/// What the walk expects at a place of the new document.
enum Expected<'d, 'c> {
    /// An old node, with the changes below it.
    Old(Node<'d>),
    /// An old node as it was, without any change: the source of a copy.
    Copied(Node<'d>),
    New(&'c Value),
}

type Item<'d, 'c> = (Option<String>, Expected<'d, 'c>);

/// Walks both documents side by side; gives the old leaves of each new leaf that comes from some.
pub(super) fn compare(
    old: &Document,
    plan: &Plan<'_>,
    new: &Document,
) -> Result<Vec<(NodeId, Vec<NodeId>)>, EditError> {
    let (Some(old_root), Some(new_root)) = (old.root(), new.root()) else { return Err(EditError::ResultDiffers) };
    if new.errors().len() > old.errors().len() {
        return Err(EditError::ResultDiffers);
    }
    let mut origins = Vec::new();
    let mut pending = vec![(expected_of(old_root, plan), new_root)];
    while let Some((expected, node)) = pending.pop() {
        let items = match &expected {
            Expected::Old(old) | Expected::Copied(old) if !old.is_container() => {
                if old.kind() != node.kind() || old.text() != node.text() {
                    return Err(EditError::ResultDiffers);
                }
                origins.push((node.id(), vec![old.id()]));
                continue;
            }
            Expected::Old(old) | Expected::Copied(old) => {
                let copied = matches!(expected, Expected::Copied(_));
                if old.kind() != node.kind() {
                    return Err(EditError::ResultDiffers);
                }
                if old.is_leaf() && node.is_leaf() {
                    origins.push((node.id(), vec![old.id()]));
                }
                children_of(*old, plan, copied)
            }
            Expected::New(Value::Copy(source)) => {
                pending.push((Expected::Copied(old.node(*source)), node));
                continue;
            }
            Expected::New(Value::Array(values)) => {
                expect_kind(node, NodeKind::Array)?;
                values.iter().map(|value| (None, Expected::New(value))).collect()
            }
            Expected::New(Value::Object(members)) => {
                expect_kind(node, NodeKind::Object)?;
                members.iter().map(|(key, value)| (Some(key.clone()), Expected::New(value))).collect()
            }
            Expected::New(scalar) => {
                if !scalar_matches(scalar, node) {
                    return Err(EditError::ResultDiffers);
                }
                origins.extend(origin(scalar).map(|from| (node.id(), from)));
                continue;
            }
        };
        push_pairs(items, node, &mut pending)?;
    }
    origins.sort_unstable_by_key(|(id, _)| *id);
    Ok(origins)
}

fn expect_kind(node: Node<'_>, kind: NodeKind) -> Result<(), EditError> {
    if node.kind() == kind { Ok(()) } else { Err(EditError::ResultDiffers) }
}

/// Pairs expected items with the children of a new node, by order; keys must be equal.
fn push_pairs<'o, 'c, 'n>(
    items: Vec<Item<'o, 'c>>,
    node: Node<'n>,
    pending: &mut Vec<(Expected<'o, 'c>, Node<'n>)>,
) -> Result<(), EditError> {
    let mut children = node.children();
    for (key, expected) in items {
        let child = children.next().ok_or(EditError::ResultDiffers)?;
        if child.key().as_deref() != key.as_deref() {
            return Err(EditError::ResultDiffers);
        }
        pending.push((expected, child));
    }
    if children.next().is_some() { Err(EditError::ResultDiffers) } else { Ok(()) }
}

fn expected_of<'d, 'c>(node: Node<'d>, plan: &Plan<'c>) -> Expected<'d, 'c> {
    match plan.replaced.get(&node.id()) {
        Some(value) => Expected::New(value),
        None => Expected::Old(node),
    }
}

fn children_of<'d, 'c>(node: Node<'d>, plan: &Plan<'c>, copied: bool) -> Vec<Item<'d, 'c>> {
    if copied {
        return node.children().map(|child| (child.key().map(Into::into), Expected::Copied(child))).collect();
    }
    let inserted = plan.inserted.get(&node.id()).map(Vec::as_slice).unwrap_or_default();
    let mut items: Vec<Item<'d, 'c>> = Vec::new();
    let insert_after = |after: Option<NodeId>, items: &mut Vec<Item<'d, 'c>>| {
        for insertion in inserted.iter().filter(|insertion| insertion.after == after) {
            items.push((insertion.key.map(str::to_owned), Expected::New(insertion.value)));
        }
    };
    for child in node.children() {
        if plan.removed.contains(&child.id()) {
            continue;
        }
        let key = plan.renamed.get(&child.id()).map(|key| (*key).to_owned()).or_else(|| child.key().map(Into::into));
        items.push((key, expected_of(child, plan)));
        insert_after(Some(child.id()), &mut items);
    }
    insert_after(None, &mut items);
    items
}
