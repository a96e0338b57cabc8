//! Endpoint groups and endpoints.

use v4ward_syntax::Node;

use super::client::Owner;
use super::{Converter, texts};
use crate::v2::{Endpoint, Field, Group};
use crate::v4::{Object, Origin, Scalar, Value};

impl<'d> Converter<'_, 'd> {
    pub(super) fn endpoint_groups(&mut self) -> Value<'d> {
        let proxy = &self.api.proxy;
        let groups = proxy.groups.iter().map(|group| self.endpoint_group(group).into()).collect();
        // The old `proxy.endpoints` makes a group of what stands at `proxy` itself.
        Value::Array(groups, proxy.groups_node.or(proxy.node).map(Node::id))
    }

    fn endpoint_group(&mut self, group: &Group<'d>) -> Object<'d> {
        let mut out = Object::of(group.node);
        let name = group.name.as_ref().map_or_else(|| Value::added(group.effective_name().to_owned()), Value::text);
        out.set("name", name);
        out.set("type", Value::added("http-proxy"));
        let mut balancing = Object { source: group.load_balancing.map(Node::id), ..Object::default() };
        let kind = group.load_balancing_type.as_ref();
        balancing.set("type", kind.map_or(Value::added("ROUND_ROBIN"), Value::word));
        out.set("loadBalancer", balancing.into());
        out.set("sharedConfiguration", self.client(&group.client, Owner::Group, true).into());
        let endpoints = group.endpoints.iter().map(|endpoint| self.endpoint(endpoint, group).into()).collect();
        out.set("endpoints", Value::Array(endpoints, group.endpoints_node.map(Node::id)));
        out.set_some("services", self.group_services(group));
        out
    }

    fn endpoint(&mut self, endpoint: &Endpoint<'d>, group: &Group<'d>) -> Object<'d> {
        let mut out = Object::of(endpoint.node);
        out.set_some("name", endpoint.name.as_ref().map(Value::text));
        let kind = endpoint.kind.as_ref();
        out.set("type", kind.map_or(Value::added("http-proxy"), |kind| Value::converted("http-proxy", kind.node)));
        out.set("weight", weight(endpoint.weight.as_ref()));
        out.set("secondary", Value::bool_or(endpoint.backup.as_ref(), false));
        out.set_some("tenants", endpoint.tenants.as_ref().map(texts));
        out.set("inheritConfiguration", Value::bool_or(endpoint.inherit.as_ref(), false));
        let mut configuration = Object::default();
        configuration.set_some("target", endpoint.target.as_ref().map(Value::text));
        out.set("configuration", configuration.into());
        let own = !endpoint.inherits();
        if own || endpoint.client.is_present() {
            out.set("sharedConfigurationOverride", self.client(&endpoint.client, Owner::Endpoint, own).into());
        }
        out.set_some("services", self.endpoint_services(endpoint, group));
        if let Some(odd) = endpoint.odd_health_check {
            self.drop(odd, "option-without-effect");
        }
        out
    }
}

/// V2 takes 1 for a weight below it.
fn weight<'d>(weight: Option<&Field<'d, i64>>) -> Value<'d> {
    match weight {
        Some(weight) if weight.value < 1 => Value::Scalar(Scalar::Integer(1), Origin::Converted(weight.node.id())),
        weight => Value::integer_or(weight, 1),
    }
}
