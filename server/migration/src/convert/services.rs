//! Health checks, dynamic properties and service discovery.

use std::borrow::Cow;

use v4ward_syntax::{Node, NodeKind};

use super::client::{Owner, StoreUse, plain_headers};
use super::{Converter, scalar_as_text};
use crate::v2::{
    CONSUL_TEXTS, Discovery, DynamicProperty, Endpoint, Group, HealthCheck, HealthCheckStep, Schedule, Store, Text,
    is_flat_store,
};
use crate::v4::{Object, Value};

const DEFAULT_ASSERTION: &str = "{#response.status == 200}";

impl<'d> Converter<'_, 'd> {
    pub(super) fn group_services(&mut self, group: &Group<'d>) -> Option<Value<'d>> {
        let mut services = Object { source: group.services.node.map(Node::id), ..Object::default() };
        if let Some(discovery) = &group.services.discovery {
            services.set_some("discovery", self.discovery(discovery));
        }
        services.set_some("healthCheck", self.group_health_check(group));
        if let Some(dynamic) = &group.services.dynamic_property {
            self.drop(dynamic.node, "dynamic-property-in-group");
        }
        for other in &group.services.other {
            self.drop(*other, "unknown-property");
        }
        (!services.is_empty()).then_some(services.into())
    }

    /// The group's own check wins over the API's; one without a schedule counts for nothing.
    fn group_health_check(&mut self, group: &Group<'d>) -> Option<Value<'d>> {
        let (own, shared) = (group.services.health_check.as_ref(), self.api.services.health_check.as_ref());
        if let Some(own) = own.filter(|own| !own.schedule.tells_when()) {
            self.drop(own.node, "health-check-without-schedule");
        }
        let check = own.into_iter().chain(shared).find(|check| check.schedule.tells_when())?;
        self.health_check(check).map(Value::Object)
    }

    /// The API's health check is written at the groups; here is noted what becomes of one that no group takes.
    pub(super) fn api_services(&mut self) -> Option<Value<'d>> {
        let api = self.api;
        for other in &api.services.other {
            self.drop(*other, "unknown-property");
        }
        if let Some(check) = &api.services.health_check {
            if !check.schedule.tells_when() {
                self.drop(check.node, "health-check-without-schedule");
            } else if api.proxy.groups.iter().all(|group| has_own_check(group)) {
                self.drop(check.node, "option-without-effect");
            }
        }
        if let Some(discovery) = &api.services.discovery {
            self.drop(discovery.node, "service-not-supported");
        }
        let mut services = Object { source: api.services.node.map(Node::id), ..Object::default() };
        let dynamic = api.services.dynamic_property.as_ref()?;
        services.set("dynamicProperty", self.dynamic_property(dynamic)?.into());
        Some(services.into())
    }

    pub(super) fn endpoint_services(&mut self, endpoint: &Endpoint<'d>, group: &Group<'d>) -> Option<Value<'d>> {
        let check = endpoint.health_check.as_ref()?;
        if check.inherits() {
            self.note_inheriting_check(check, group);
            return None;
        }
        if let Some(inherit) = &check.inherit {
            self.implied(inherit.node);
        }
        for odd in &check.unreadable {
            self.drop(*odd, "endpoint-unreadable");
        }
        if check.schedule.cron.is_none() {
            self.drop(check.node, "health-check-without-schedule");
            return None;
        }
        let mut service = self.health_check(check)?;
        let at = service.members.iter().position(|(key, _)| key == "configuration").unwrap_or(service.members.len());
        service.members.insert(at, (Cow::Borrowed("overrideConfiguration"), Value::added_bool(true)));
        let mut services = Object::default();
        services.set("healthCheck", service.into());
        Some(services.into())
    }

    /// An endpoint without a check of its own has the group's in V4; no member says so.
    fn note_inheriting_check(&mut self, check: &HealthCheck<'d>, group: &Group<'d>) {
        for member in check.node.values() {
            match member.key().as_deref() {
                Some("inherit") => self.implied(member),
                Some("enabled") if check.is_enabled() || !self.is_checked(group) => self.implied(member),
                Some("enabled") => self.drop(member, "health-check-opt-out-lost"),
                _ => self.drop(member, "option-without-effect"),
            }
        }
    }

    /// True when the endpoints of a group are checked.
    fn is_checked(&self, group: &Group<'d>) -> bool {
        let checks = [group.services.health_check.as_ref(), self.api.services.health_check.as_ref()];
        let check = checks.into_iter().flatten().find(|check| check.schedule.tells_when());
        check.is_some_and(HealthCheck::is_enabled)
    }

    /// A check with everything V4 asks for; none without a step that can be called (MIGRATION D21).
    fn health_check(&mut self, check: &HealthCheck<'d>) -> Option<Object<'d>> {
        let step =
            check.steps.first().filter(|step| step.request.as_ref().is_some_and(|r| has_target(r.path.as_ref())));
        let Some(step) = step else {
            self.drop(check.node, "health-check-without-step");
            return None;
        };
        let mut service = Object::of(check.node);
        service.set("type", Value::added("http-health-check"));
        service.set("enabled", Value::bool_or(check.enabled.as_ref(), check.on_by_default));
        service.set("configuration", self.health_check_configuration(check, step).into());
        for extra in check.steps.iter().skip(1) {
            self.drop(extra.node, "health-check-steps");
        }
        Some(service)
    }

    fn health_check_configuration(&mut self, check: &HealthCheck<'d>, step: &HealthCheckStep<'d>) -> Object<'d> {
        let mut out = Object::of(step.node);
        let request = step.request.as_ref();
        out.set_some("schedule", self.schedule(&check.schedule));
        out.set_some("target", request.and_then(|request| request.path.as_ref()).map(Value::text));
        let method = request.and_then(|request| request.method.as_ref());
        out.set("method", method.map_or(Value::added("GET"), Value::word));
        out.set_some("headers", request.and_then(|request| plain_headers(&request.headers, request.headers_node)));
        let body = request.and_then(|request| request.body.as_ref());
        out.set_some("body", self.body(body));
        let from_root = request.and_then(|request| request.from_root.as_ref());
        out.set("overrideEndpointPath", Value::bool_or(from_root, false));
        out.set("assertion", self.assertion(step));
        out.set("successThreshold", Value::added_integer(2));
        out.set("failureThreshold", Value::added_integer(2));
        if let Some(name) = &step.name {
            // V4 has one step, which needs no name.
            self.implied(name.node);
        }
        out
    }

    fn assertion(&mut self, step: &HealthCheckStep<'d>) -> Value<'d> {
        let assertions = step.assertions.as_ref().map(|texts| texts.items.as_slice()).unwrap_or_default();
        for extra in assertions.iter().skip(1) {
            self.drop(extra.node, "health-check-assertions");
        }
        match assertions.first() {
            None => Value::added(DEFAULT_ASSERTION),
            // V4 takes a text without braces for a literal.
            Some(first) if first.value.starts_with('#') => Value::converted(format!("{{{}}}", first.value), first.node),
            Some(first) => Value::text(first),
        }
    }

    fn schedule(&mut self, schedule: &Schedule<'d>) -> Option<Value<'d>> {
        for node in &schedule.overridden {
            self.drop(*node, "option-without-effect");
        }
        let old = [schedule.rate.as_ref().map(|f| f.node), schedule.unit.as_ref().map(|f| f.node)];
        if let Some(cron) = &schedule.cron {
            for node in old.into_iter().flatten() {
                self.drop(node, "option-without-effect");
            }
            return Some(Value::text(cron));
        }
        let text = schedule.expression()?.into_owned();
        Some(Value::merged(text, old.into_iter().flatten()))
    }

    fn body(&mut self, body: Option<&Text<'d>>) -> Option<Value<'d>> {
        let body = body?;
        if body.value.is_empty() {
            self.implied(body.node);
            return None;
        }
        Some(Value::text(body))
    }

    fn dynamic_property(&mut self, v2: &DynamicProperty<'d>) -> Option<Object<'d>> {
        let Some(schedule) = self.schedule(&v2.schedule) else {
            self.drop(v2.node, "dynamic-property-without-schedule");
            return None;
        };
        let mut service = Object::of(v2.node);
        let provider = v2.provider.as_ref();
        let kind = "http-dynamic-properties";
        service.set("type", provider.map_or(Value::added(kind), |provider| Value::converted(kind, provider.node)));
        service.set("enabled", Value::bool_or(v2.enabled.as_ref(), v2.on_by_default));
        let mut configuration = Object { source: v2.configuration.map(Node::id), ..Object::default() };
        configuration.set("schedule", schedule);
        configuration.set_some("url", v2.url.as_ref().map(Value::text));
        configuration.set("method", method(v2.method.as_ref()));
        configuration.set_some("headers", plain_headers(&v2.headers, v2.headers_node));
        configuration.set_some("body", self.body(v2.body.as_ref()));
        configuration.set_some("transformation", v2.specification.as_ref().map(Value::text));
        match &v2.use_system_proxy {
            Some(system) if system.value => configuration.set("proxy", system_proxy(system.node)),
            Some(system) => self.implied(system.node),
            None => {}
        }
        service.set("configuration", configuration.into());
        Some(service)
    }

    fn discovery(&mut self, v2: &Discovery<'d>) -> Option<Value<'d>> {
        if !v2.is_consul() {
            let says_nothing = v2.provider.is_none() && v2.configuration.is_none();
            if says_nothing {
                self.implied(v2.node);
            } else {
                self.drop(v2.node, "service-discovery-not-supported");
            }
            return None;
        }
        let provider = v2.provider.as_ref()?;
        let mut service = Object::of(v2.node);
        service.set("type", Value::converted("consul-service-discovery", provider.node));
        service.set("enabled", Value::bool_or(v2.enabled.as_ref(), v2.on_by_default));
        let configuration = v2.configuration.map(|node| self.consul(node));
        service.set("configuration", configuration.unwrap_or_default().into());
        Some(service.into())
    }

    /// The V2 plugin has flat keys for its stores, V4 a nested `ssl` (MIGRATION D13).
    fn consul(&mut self, node: Node<'d>) -> Object<'d> {
        let mut out = Object::of(node);
        let mut stores = [("trustStore", StoreUse::Trust, None), ("keyStore", StoreUse::Key, None)];
        let mut ssl = Object::default();
        for member in node.values().filter(|member| !member.is_null()) {
            let key = member.key().unwrap_or_default();
            let flat = stores.iter_mut().find(|(name, ..)| key.starts_with(name) && !member.is_container());
            match flat {
                Some((name, _, store)) => {
                    let store = store.get_or_insert_with(|| Store { node, kind: None, members: Vec::new() });
                    if !flat_member(store, &key[name.len()..], member) {
                        self.drop(member, "ssl-store-invalid");
                    }
                }
                None if key == "ssl" && member.kind() == NodeKind::Object => {
                    ssl.source = Some(member.id());
                    for part in member.values().filter(|part| !part.is_null()) {
                        ssl.set(part.key().unwrap_or_default(), raw(part));
                    }
                }
                None if is_flat_store(&key) => {}
                None if CONSUL_TEXTS.contains(&key.as_ref()) => {
                    out.set_some(key, (!member.is_container()).then(|| scalar_as_text(member)));
                }
                None => out.set(key, raw(member)),
            }
        }
        for (name, used, store) in stores {
            let made = store.and_then(|store| self.store(&store, used, Owner::Group));
            if let Some(mut made) = made {
                made.source = None;
                ssl.members.retain(|(key, _)| key != name);
                ssl.set(name, made.into());
            }
        }
        if !ssl.is_empty() {
            out.set("ssl", ssl.into());
        }
        out
    }
}

/// A part of a configuration as it is.
pub(super) fn raw(node: Node<'_>) -> Value<'_> {
    Value::Raw(node)
}

/// Puts `Type`, `Path` and the like into a store; false for a key that no store has.
fn flat_member<'d>(store: &mut Store<'d>, suffix: &str, member: Node<'d>) -> bool {
    let names =
        ["path", "content", "password", "certPath", "certContent", "keyPath", "keyContent", "alias", "keyPassword"];
    let value = match member.kind() {
        NodeKind::Null => return true,
        _ => member.scalar(),
    };
    let text = Text { value, node: member };
    if suffix == "Type" {
        store.kind = Some(text);
        return true;
    }
    let same = |name: &&&str| {
        let mut chars = suffix.chars();
        chars.next().is_some_and(|first| {
            name.starts_with(first.to_ascii_lowercase()) && first.is_ascii_uppercase() && name[1..] == *chars.as_str()
        })
    };
    let Some(name) = names.iter().find(same) else { return false };
    store.members.push((name, text));
    true
}

fn has_target(path: Option<&Text<'_>>) -> bool {
    path.is_some_and(|path| !path.value.is_empty())
}

fn has_own_check(group: &Group<'_>) -> bool {
    group.services.health_check.as_ref().is_some_and(|check| check.schedule.tells_when())
}

/// The server takes GET for a method it does not know; only exact words count.
fn method<'d>(method: Option<&Text<'d>>) -> Value<'d> {
    const KNOWN: &[&str] = &["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "CONNECT", "OPTIONS", "TRACE"];
    match method {
        None => Value::added("GET"),
        Some(method) if KNOWN.contains(&method.value.as_ref()) => Value::text(method),
        Some(method) => Value::converted("GET", method.node),
    }
}

fn system_proxy(node: Node<'_>) -> Value<'_> {
    use crate::v4::{Origin, Scalar};
    let mut proxy = Object::default();
    proxy.set("enabled", Value::Scalar(Scalar::Bool(true), Origin::Converted(node.id())));
    proxy.set("useSystemProxy", Value::Scalar(Scalar::Bool(true), Origin::Converted(node.id())));
    proxy.into()
}
