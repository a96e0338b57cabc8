//! Plans.

use super::{Converter, dates, texts};
use crate::target::Target;
use crate::v2::{Defaults, Plan};
use crate::v4::{Object, Value};

impl<'d> Converter<'_, 'd> {
    pub(super) fn plans(&mut self) -> Option<Value<'d>> {
        let node = self.api.plans_node?;
        let plans = self.api.plans.iter().map(|plan| self.plan(plan).into()).collect();
        Some(Value::Array(plans, Some(node.id())))
    }

    fn plan(&mut self, plan: &Plan<'d>) -> Object<'d> {
        let mut out = Object::of(plan.node);
        let constant =
            |name: &'static str| plan.constants.iter().filter(move |(key, _)| *key == name).map(|(_, node)| *node);
        out.set("definitionVersion", Value::merged("V4", constant("definitionVersion")));
        out.set_some("id", plan.id.as_ref().map(|id| self.id(id)));
        out.set_some("crossId", plan.cross_id.as_ref().map(|id| self.id(id)));
        out.set_some("name", plan.name.as_ref().map(Value::text));
        out.set_some("description", plan.description.as_ref().map(Value::text));
        out.set("mode", Value::merged("STANDARD", constant("mode")));
        out.set("security", self.security(plan));
        out.set_some("selectionRule", self.filled(plan.selection_rule.as_ref()));
        out.set("validation", validation(plan, self.api.defaults));
        let kind = plan.kind.as_ref();
        out.set("type", kind.map_or(Value::added("API"), |kind| api_type(kind)));
        out.set("status", plan.status.as_ref().map_or(Value::added(self.api.defaults.plan_status), Value::word));
        out.set_some("order", plan.order.as_ref().map(Value::integer));
        out.set_some("characteristics", plan.characteristics.as_ref().map(texts));
        out.set_some("commentRequired", plan.comment_required.as_ref().map(Value::bool));
        out.set_some("commentMessage", plan.comment_message.as_ref().map(Value::text));
        out.set_some("generalConditions", plan.general_conditions.as_ref().map(|page| self.id(page)));
        out.set_some("tags", plan.tags.as_ref().map(texts));
        if self.target == Target::Resource {
            out.set_some("excludedGroups", plan.excluded_groups.map(Value::Raw));
        }
        out.set_some("flows", self.flows(&plan.flows));
        self.dates(plan, &mut out);
        self.note_plan(plan);
        out
    }

    fn security(&mut self, plan: &Plan<'d>) -> Value<'d> {
        let mut security = Object::default();
        // The import makes a plan without security one with an API key.
        security.set("type", plan.security.as_ref().map_or(Value::added("API_KEY"), Value::word));
        let configuration = plan.security_definition.and_then(|node| self.configuration(node));
        security.set_some("configuration", configuration);
        security.into()
    }

    /// A text that says something.
    fn filled(&mut self, text: Option<&crate::v2::Text<'d>>) -> Option<Value<'d>> {
        let text = text?;
        if text.is_blank() {
            self.implied(text.node);
            return None;
        }
        Some(Value::text(text))
    }

    fn dates(&mut self, plan: &Plan<'d>, out: &mut Object<'d>) {
        for (key, node) in &plan.dates {
            match dates::date(*node) {
                Some(date) => out.set(*key, date),
                None => self.drop(*node, "wrong-type"),
            }
        }
    }

    fn note_plan(&mut self, plan: &Plan<'d>) {
        for member in &plan.server_managed {
            self.drop(*member, "server-managed-field");
        }
        if self.target == Target::ImportJson {
            self.drop_some(plan.excluded_groups, "groups-not-portable");
        }
        self.drop_some(plan.v1_paths, "v1-paths-ignored");
    }
}

/// What the import takes when a plan does not say: subscriptions wait for a person unless nobody subscribes.
fn validation<'d>(plan: &Plan<'d>, defaults: &Defaults) -> Value<'d> {
    let open = plan.security.as_ref().is_some_and(|security| security.value == "KEY_LESS");
    let default = defaults.plan_validation.unwrap_or(if open { "AUTO" } else { "MANUAL" });
    plan.validation.as_ref().map_or(Value::added(default), Value::word)
}

/// V4 has one type of plan.
fn api_type<'d>(kind: &crate::v2::Word<'d>) -> Value<'d> {
    if kind.value == "API" { Value::word(kind) } else { Value::converted("API", kind.node) }
}
