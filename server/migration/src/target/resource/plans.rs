//! Plans: a map by key.

use v4ward_syntax::{Node, NodeKind};

use super::keys::Keys;
use super::pages::PageKeys;
use super::shape::{CANNOT_HOLD, Shaper};
use crate::v4::{Object, Value};

const DATES: &[&str] = &["createdAt", "updatedAt", "publishedAt", "closedAt"];

impl<'d> Shaper<'_, 'd> {
    /// The plans by keys made of their names. The operator sends them in no order of its own: `order` stays.
    pub(super) fn plans(&mut self, plans: Option<Value<'d>>, pages: &PageKeys) -> Option<Value<'d>> {
        let Some(Value::Array(plans, source)) = plans else { return plans };
        let mut out = Object { source, ..Object::default() };
        let mut keys = Keys::new("plan");
        for plan in plans {
            let Value::Object(mut plan) = plan else { continue };
            if plan.get("status").and_then(Value::as_text).is_some_and(|status| status == "CLOSED") {
                // It would come back to life under any other status.
                self.lose(&plan.into(), CANNOT_HOLD);
                continue;
            }
            let (key, named_by) = keys.make(None, &[plan.get("name"), plan.get("id")]);
            plan.named_by = named_by;
            self.plan(&mut plan, &key, pages);
            out.set(key, plan.into());
        }
        (!out.is_empty()).then_some(out.into())
    }

    fn plan(&mut self, plan: &mut Object<'d>, key: &str, pages: &PageKeys) {
        self.lose_members(plan, DATES, "server-managed-field");
        self.lose_members(plan, &["commentMessage"], CANNOT_HOLD);
        if plan.get("name").is_none() {
            plan.members.insert(0, ("name".into(), Value::added(key.to_owned())));
        }
        if let Some(version) = plan.take("definitionVersion") {
            let at = plan.members.iter().position(|(key, _)| key == "mode").unwrap_or_default();
            plan.members.insert(at, ("definitionVersion".into(), version));
        }
        for (name, _) in plan.members.iter_mut().filter(|(name, _)| name == "commentRequired") {
            *name = "comment_required".into();
        }
        let general = plan.get("generalConditions").cloned();
        let key = general.as_ref().and_then(|page| Some(pages.key_of(page)?.in_place_of(page)));
        if let (Some(page), None) = (&general, &key) {
            self.lose(page, CANNOT_HOLD);
        }
        replace(plan, "generalConditions", key);
        let groups = self.excluded_groups(plan);
        replace(plan, "excludedGroups", groups);
    }

    /// The groups that may not see the plan. The target wants their ids: what a resource says stays as it is, the names
    /// of an export would be refused.
    fn excluded_groups(&mut self, plan: &Object<'d>) -> Option<Value<'d>> {
        let list = self.source(plan)?.get("excluded_groups").filter(|list| list.kind() == NodeKind::Array)?;
        let mut ids = Vec::new();
        for item in list.values().filter(|item| !item.is_null()) {
            if is_id(item) || self.resource().is_some() && item.kind() == NodeKind::String {
                ids.push(Value::Raw(item));
            } else {
                self.drop(item, "groups-not-portable");
            }
        }
        (!ids.is_empty()).then_some(Value::Array(ids, Some(list.id())))
    }
}

fn is_id(node: Node<'_>) -> bool {
    node.as_str().is_some_and(|text| uuid::Uuid::try_parse(&text).is_ok())
}

/// Puts another value in the place of a member, or takes the member out; a new one comes last.
fn replace<'d>(object: &mut Object<'d>, key: &'static str, value: Option<Value<'d>>) {
    let at = object.members.iter().position(|(name, _)| name == key).unwrap_or(object.members.len());
    object.take(key);
    if let Some(value) = value {
        object.members.insert(at, (key.into(), value));
    }
}
