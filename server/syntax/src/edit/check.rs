//! The re-parse check: the result of an edit must read as the old data with the changes made.

use std::collections::BTreeMap;

use super::json::{origin, scalar_matches};
use super::{EditError, Plan, Value};
use crate::tree::{Document, Format, Node, NodeId, NodeKind};

/// For each new leaf the old ones.
type Origins = Vec<(NodeId, Vec<NodeId>)>;

/// What the walk expects at a place of the new document.
enum Expected<'d, 'c> {
    /// An old node, with the changes below it.
    Old(Node<'d>),
    /// An old node as it was, without any change: the source of a copy.
    Copied(Node<'d>),
    /// A new value, with the leaf in whose place it stands.
    New(&'c Value, Option<NodeId>),
}

type Item<'d, 'c> = (Option<String>, Expected<'d, 'c>);

/// Walks both documents side by side; gives the old leaves of each new leaf that comes from some.
pub(super) fn compare(old: &Document, plan: &Plan<'_>, new: &Document) -> Result<Origins, EditError> {
    let mut pending = Vec::new();
    for (old_root, new_root) in roots(old, new)? {
        pending.push((expected_of(old_root, plan), new_root));
    }
    if old.templates().iter().map(|at| old.slice(*at)).ne(new.templates().iter().map(|at| new.slice(*at))) {
        return Err(EditError::ResultDiffers);
    }
    let mut origins = Vec::new();
    let mut aliases = Aliases::default();
    while let Some((expected, node)) = pending.pop() {
        let items = match &expected {
            Expected::Copied(alias) if alias.is_alias() && !node.is_alias() => {
                pending.push((Expected::Copied(alias.resolved()), node));
                continue;
            }
            Expected::Old(old) | Expected::Copied(old) if old.is_alias() => {
                aliases.uses(*old, node)?;
                origins.push((node.id(), vec![old.id()]));
                continue;
            }
            Expected::Old(old) | Expected::Copied(old) => {
                let copied = matches!(expected, Expected::Copied(_));
                if node.is_alias() || !is_same(*old, node) {
                    return Err(EditError::ResultDiffers);
                }
                if !copied {
                    aliases.pairs.insert(old.id(), node.id());
                }
                if !old.is_container() || old.is_leaf() && node.is_leaf() {
                    origins.push((node.id(), vec![old.id()]));
                }
                if !old.is_container() {
                    continue;
                }
                children_of(*old, plan, copied)
            }
            Expected::New(Value::Copy(source), _) => {
                pending.push((Expected::Copied(old.node(*source)), node));
                continue;
            }
            Expected::New(Value::Array(values), _) => {
                expect_kind(node, NodeKind::Array)?;
                values.iter().map(|value| (None, Expected::New(value, None))).collect()
            }
            Expected::New(Value::Object(members), _) => {
                expect_kind(node, NodeKind::Object)?;
                members.iter().map(|(key, value)| (Some(key.clone()), Expected::New(value, None))).collect()
            }
            Expected::New(scalar, replaced) => {
                if node.is_alias() || !scalar_matches(scalar, node) {
                    return Err(EditError::ResultDiffers);
                }
                let from = origin(scalar).or_else(|| replaced.map(|old| vec![old]));
                origins.extend(from.map(|from| (node.id(), from)));
                continue;
            }
        };
        push_pairs(items, node, &mut pending)?;
    }
    aliases.check()?;
    origins.sort_unstable_by_key(|(id, _)| *id);
    Ok(origins)
}

/// The roots of both, one beside the other. An edit adds no error.
fn roots<'o, 'n>(old: &'o Document, new: &'n Document) -> Result<Vec<(Node<'o>, Node<'n>)>, EditError> {
    let is_whole = old.roots().count() == new.roots().count() && old.root().is_some();
    if !is_whole || new.errors().len() > old.errors().len() {
        return Err(EditError::ResultDiffers);
    }
    Ok(old.roots().zip(new.roots()).collect())
}

/// True for containers of the same kind, and for equal scalars. The same text of YAML may stand there in another way:
/// a block text moves with its lines.
fn is_same(old: Node<'_>, new: Node<'_>) -> bool {
    if old.kind() != new.kind() || old.is_container() {
        return old.kind() == new.kind();
    }
    match old.document().format() {
        Format::Yaml if old.kind() != NodeKind::Invalid => old.scalar() == new.scalar(),
        _ => old.text() == new.text(),
    }
}

/// The old nodes with the new ones that they became, and what aliases stand for.
#[derive(Default)]
struct Aliases {
    pairs: BTreeMap<NodeId, NodeId>,
    /// Anchored nodes: old and new.
    used: Vec<(NodeId, NodeId)>,
}

impl Aliases {
    fn uses(&mut self, old: Node<'_>, new: Node<'_>) -> Result<(), EditError> {
        self.used.push((old.resolved().id(), new.resolved().id()));
        if new.is_alias() { Ok(()) } else { Err(EditError::ResultDiffers) }
    }

    fn check(&self) -> Result<(), EditError> {
        let holds = self.used.iter().all(|(old, new)| self.pairs.get(old) == Some(new));
        if holds { Ok(()) } else { Err(EditError::ResultDiffers) }
    }
}

/// Compares what both documents stand for, aliases and merge keys followed, members in any order.
pub(super) fn same_data(old: &Document, new: &Document) -> Result<Origins, EditError> {
    let mut origins: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
    let mut pending: Vec<_> = roots(old, new)?.into_iter().map(|(old, new)| (old, new, None)).collect();
    while let Some((old, new, alias)) = pending.pop() {
        if !is_same(old, new) {
            return Err(EditError::ResultDiffers);
        }
        let alias = alias.or_else(|| old.is_alias().then(|| old.id()));
        if new.is_leaf() {
            let from = origins.entry(new.id()).or_default();
            from.extend([old.resolved().id()].into_iter().chain(alias).filter(|id| old.document().node(*id).is_leaf()));
        }
        if old.is_container() {
            pending.extend(pairs_by_key(old, new)?.into_iter().map(|(old, new)| (old, new, alias)));
        }
    }
    for from in origins.values_mut() {
        from.sort_unstable();
        from.dedup();
    }
    Ok(origins.into_iter().collect())
}

fn pairs_by_key<'o, 'n>(old: Node<'o>, new: Node<'n>) -> Result<Vec<(Node<'o>, Node<'n>)>, EditError> {
    let (mut olds, mut news): (Vec<_>, Vec<_>) = (old.values().collect(), new.values().collect());
    if old.kind() == NodeKind::Object {
        olds.sort_by_key(|node| node.key());
        news.sort_by_key(|node| node.key());
    }
    let same = olds.len() == news.len() && olds.iter().zip(&news).all(|(old, new)| old.key() == new.key());
    if same { Ok(olds.into_iter().zip(news).collect()) } else { Err(EditError::ResultDiffers) }
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
        Some(value) => Expected::New(value, Some(node.id()).filter(|_| node.is_leaf() && !node.is_alias())),
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
            items.push((insertion.key.map(str::to_owned), Expected::New(insertion.value, None)));
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
