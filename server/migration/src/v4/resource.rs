//! What the operator's admission refuses of a resource and a schema cannot say.

use v4ward_syntax::{Node, NodeKind, push_pointer_part};

use super::schemas::SchemaFailure;

const NO_PLAN: &str = "a started API needs a plan: add one, or stop the API with state: STOPPED";

/// What is wrong, as far as the resource alone shows it.
pub(super) fn check(root: Node<'_>) -> Vec<SchemaFailure> {
    let Some(spec) = root.get("spec").filter(|spec| spec.kind() == NodeKind::Object) else { return Vec::new() };
    let without_plan = started_without_plan(spec);
    let conditions = dangling(spec, "plans", "generalConditions");
    let parents = dangling(spec, "pages", "parent");
    without_plan.into_iter().chain(conditions).chain(parents).collect()
}

/// APIs are started unless they say otherwise, and nobody can call one that has no plan.
fn started_without_plan(spec: Node<'_>) -> Option<SchemaFailure> {
    let state = spec.get("state");
    let started = state.is_none_or(|state| state.as_str().is_some_and(|word| word == "STARTED"));
    // Plans that are no object are the schema's business.
    let has_plans = spec
        .get("plans")
        .is_some_and(|plans| !matches!(plans.kind(), NodeKind::Null | NodeKind::Object) || !is_empty(plans));
    let pointer = if state.is_some() { "/spec/state" } else { "/spec" };
    (started && !has_plans).then(|| SchemaFailure::new(pointer.to_owned(), NO_PLAN))
}

fn is_empty(node: Node<'_>) -> bool {
    node.values().next().is_none()
}

/// The members with this name, of the entries of this map, that name a page which is not there.
fn dangling(spec: Node<'_>, map: &'static str, member: &'static str) -> impl Iterator<Item = SchemaFailure> {
    let pages = spec.get("pages");
    let entries = spec.get(map).filter(|map| map.kind() == NodeKind::Object);
    entries.into_iter().flat_map(Node::values).filter_map(move |entry| {
        let page = entry.get(member)?.as_str()?;
        // An empty text names nothing, and the operator passes over it.
        let is_there = page.is_empty() || pages.is_some_and(|pages| pages.get(&page).is_some());
        (!is_there).then(|| SchemaFailure::new(pointer(map, entry, member), "there is no page with this key"))
    })
}

/// By names, not by where the entry is written: a merge key may have brought it from elsewhere.
fn pointer(map: &str, entry: Node<'_>, member: &str) -> String {
    let mut pointer = format!("/spec/{map}/");
    push_pointer_part(&mut pointer, &entry.key().unwrap_or_default());
    pointer + "/" + member
}
