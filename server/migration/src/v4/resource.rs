//! What the operator's admission refuses of a resource and a schema cannot say.

use v4ward_syntax::{Node, NodeKind, push_pointer_part};

use super::schemas::SchemaFailure;

const NO_PLAN: &str = "a started API needs a plan: add one, or stop the API with state: STOPPED";

/// What is wrong, as far as the resource alone shows it.
pub(super) fn check(root: Node<'_>) -> Vec<SchemaFailure> {
    let Some(spec) = root.get("spec").filter(|spec| spec.kind() == NodeKind::Object) else { return Vec::new() };
    let without_plan = started_without_plan(spec).map(|place| {
        let pointer = if place == spec { "/spec" } else { "/spec/state" };
        SchemaFailure::new(pointer.to_owned(), NO_PLAN)
    });
    let conditions =
        dangling(spec, "plans", "generalConditions").map(|(entry, _)| ("plans", entry, "generalConditions"));
    let parents = dangling(spec, "pages", "parent").map(|(entry, _)| ("pages", entry, "parent"));
    let dangling = conditions
        .chain(parents)
        .map(|(map, entry, member)| SchemaFailure::new(pointer(map, entry, member), "there is no page with this key"));
    without_plan.into_iter().chain(dangling).collect()
}

/// APIs are started unless they say otherwise, and nobody can call one that has no plan. Where that is wrong.
pub(super) fn started_without_plan(spec: Node<'_>) -> Option<Node<'_>> {
    let state = spec.get("state");
    let started = state.is_none_or(|state| state.as_str().is_some_and(|word| word == "STARTED"));
    // Plans that are no object are the schema's business.
    let has_plans = spec
        .get("plans")
        .is_some_and(|plans| !matches!(plans.kind(), NodeKind::Null | NodeKind::Object) || !is_empty(plans));
    (started && !has_plans).then(|| state.unwrap_or(spec))
}

fn is_empty(node: Node<'_>) -> bool {
    node.values().next().is_none()
}

/// The members with this name, of the entries of this map, that name a page which is not there; each with its entry.
pub(super) fn dangling<'d>(
    spec: Node<'d>,
    map: &'static str,
    member: &'static str,
) -> impl Iterator<Item = (Node<'d>, Node<'d>)> {
    let pages = spec.get("pages");
    let entries = spec.get(map).filter(|map| map.kind() == NodeKind::Object);
    entries.into_iter().flat_map(Node::values).filter_map(move |entry| {
        let place = entry.get(member)?;
        let page = place.as_str()?;
        // An empty text names nothing, and the operator passes over it.
        let is_there = page.is_empty() || pages.is_some_and(|pages| pages.get(&page).is_some());
        (!is_there).then_some((entry, place))
    })
}

/// By names, not by where the entry is written: a merge key may have brought it from elsewhere.
fn pointer(map: &str, entry: Node<'_>, member: &str) -> String {
    let mut pointer = format!("/spec/{map}/");
    push_pointer_part(&mut pointer, &entry.key().unwrap_or_default());
    pointer + "/" + member
}
