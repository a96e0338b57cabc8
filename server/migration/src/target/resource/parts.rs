//! Parts that are nearly the same in both shapes.

use v4ward_syntax::{Node, NodeKind};

use super::shape::{CANNOT_HOLD, Shaper};
use crate::v4::{Object, Value};

/// The same change to each object of a list.
pub(super) fn each<'d>(list: Value<'d>, mut change: impl FnMut(Object<'d>) -> Object<'d>) -> Value<'d> {
    let Value::Array(items, source) = list else { return list };
    let changed = items.into_iter().map(|item| match item {
        Value::Object(object) => change(object).into(),
        other => other,
    });
    Value::Array(changed.collect(), source)
}

/// A change to a member, in its place.
pub(super) fn map_member<'d>(object: &mut Object<'d>, key: &str, change: impl FnOnce(Value<'d>) -> Value<'d>) {
    if let Some((_, value)) = object.members.iter_mut().find(|(name, _)| name == key) {
        let old = std::mem::replace(value, Value::added_bool(false));
        *value = change(old);
    }
}

fn map_object<'d>(value: Value<'d>, change: impl FnOnce(&mut Object<'d>)) -> Value<'d> {
    let Value::Object(mut object) = value else { return value };
    change(&mut object);
    object.into()
}

/// Services by name: each says whether it overrides.
pub(super) fn services(services: Value<'_>) -> Value<'_> {
    map_object(services, |services| {
        for (_, service) in &mut services.members {
            let Value::Object(service) = service else { continue };
            if service.get("overrideConfiguration").is_none() {
                let at = service.members.iter().position(|(key, _)| key == "configuration");
                let member = ("overrideConfiguration".into(), Value::added_bool(false));
                service.members.insert(at.unwrap_or(service.members.len()), member);
            }
        }
    })
}

/// Logging says of every kind of content whether it is logged.
pub(super) fn analytics(analytics: Value<'_>) -> Value<'_> {
    map_object(analytics, |analytics| {
        map_member(analytics, "logging", |logging| {
            map_object(logging, |logging| map_member(logging, "content", logging_content))
        });
    })
}

fn logging_content(content: Value<'_>) -> Value<'_> {
    map_object(content, |content| {
        for key in ["messageHeaders", "messagePayload", "messageMetadata"] {
            content.set(key, Value::added_bool(false));
        }
    })
}

/// The status of a response has its V2 name.
pub(super) fn response_templates(templates: Value<'_>) -> Value<'_> {
    map_object(templates, |by_key| {
        let by_type = by_key.members.iter_mut().filter_map(|(_, value)| object(value));
        for template in by_type.flat_map(|by_type| &mut by_type.members).filter_map(|(_, value)| object(value)) {
            for (key, _) in template.members.iter_mut().filter(|(key, _)| key == "statusCode") {
                *key = "status".into();
            }
        }
    })
}

fn object<'a, 'd>(value: &'a mut Value<'d>) -> Option<&'a mut Object<'d>> {
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

impl<'d> Shaper<'_, 'd> {
    /// Resources: what they are, or the name of another custom resource that says it.
    pub(super) fn resources(&mut self, list: Value<'d>) -> Value<'d> {
        each(list, |mut resource| {
            let reference = self.source(&resource).and_then(|node| node.get("ref"));
            let Some(reference) = reference.filter(|node| node.kind() == NodeKind::Object) else { return resource };
            resource.take("ref");
            let made = |value: &Value<'d>| matches!(value, Value::Object(object) if object.source.is_none());
            if resource.get("configuration").is_some_and(made) {
                resource.take("configuration");
            }
            let at = resource.members.iter().position(|(key, _)| key == "enabled").unwrap_or(resource.members.len());
            resource.members.insert(at, ("ref".into(), self.reference(reference)));
            resource
        })
    }

    /// The name of another resource of the cluster.
    pub(super) fn reference(&mut self, node: Node<'d>) -> Value<'d> {
        let mut out = Object::of(node);
        for member in node.values().filter(|member| !member.is_null()) {
            match member.key().as_deref().unwrap_or_default() {
                "name" | "namespace" | "kind" => out.set(member.key().unwrap_or_default(), Value::Raw(member)),
                _ => self.drop(member, "unknown-property"),
            }
        }
        out.into()
    }

    /// Metadata of the API, which have a name and a format here.
    pub(super) fn api_metadata(&mut self, list: Value<'d>) -> Value<'d> {
        each(list, |mut entry| {
            let mut out = Object { source: entry.source, ..Object::default() };
            let key = entry.take("key");
            let name = entry.take("name").or_else(|| key.clone());
            out.set_some("key", key);
            out.set("name", name.unwrap_or_else(|| Value::added("")));
            out.set("format", entry.take("format").unwrap_or_else(|| Value::added("STRING")));
            out.set_some("value", entry.take("value"));
            out.set_some("defaultValue", entry.take("defaultValue"));
            for (_, value) in entry.members {
                self.lose(&value, CANNOT_HOLD);
            }
            out
        })
    }
}
