//! A definition as the custom resource `ApiDefinition` holds it.

use crate::json::{Value, object};

/// Members of an export that the resource definition does not have.
const DROPPED: &[&str] = &[
    "allowPrivateNetwork",
    "apiMedia",
    "attached_media",
    "background",
    "background_url",
    "comment_message",
    "consumers",
    "contentType",
    "created_at",
    "definitionVersion",
    "disable_membership_notifications",
    "lastContributor",
    "lastModificationDate",
    "parentPath",
    "picture",
    "picture_url",
    "planMode",
    "primaryOwner",
    "published_at",
    "updated_at",
];

/// The resource. What it cannot hold is left out; what it holds in another form is brought into that.
pub(crate) fn of(mut spec: Value, index: u64) -> Value {
    prune(&mut spec);
    if let Some(Value::Array(pages)) = spec.remove("pages") {
        spec.set("pages", by_name(pages));
    }
    if let Some(members) = spec.get_mut("members") {
        for member in members.items_mut() {
            if member.remove("roles").is_some() {
                member.set("role", "USER");
            }
        }
    }
    if let Some(proxy) = spec.get_mut("proxy") {
        reshape(proxy);
    }
    object! {
        "apiVersion": "gravitee.io/v1alpha1",
        "kind": "ApiDefinition",
        "metadata": object! { "name": format!("api-{index:05}"), "namespace": "apis" },
        "spec": spec,
    }
}

/// Brings the proxy into the form of the resource definition.
fn reshape(proxy: &mut Value) {
    if let Some(cors) = proxy.get_mut("cors") {
        for (key, default) in [("allowCredentials", Value::from(false)), ("maxAge", Value::from(-1))] {
            if cors.get(key).is_none() {
                cors.set(key, default);
            }
        }
    }
    if let Some(groups) = proxy.get_mut("groups") {
        for group in groups.items_mut() {
            if let Some(Value::Array(headers)) = group.remove("headers") {
                group.set("headers", Value::Object(headers.into_iter().filter_map(header).collect()));
            }
        }
    }
}

/// The name and the value of a header.
fn header(mut header: Value) -> Option<(String, Value)> {
    let name = header.get("name")?.as_text()?.to_owned();
    Some((name, header.remove("value")?))
}

/// Pages by a name of their own.
fn by_name(pages: Vec<Value>) -> Value {
    let named = pages.into_iter().enumerate().map(|(position, mut page)| {
        page.remove("metadata");
        (format!("page-{position}"), page)
    });
    Value::Object(named.collect())
}

fn prune(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|(key, _)| !DROPPED.contains(&key.as_str()));
            // A policy's or a resource's own settings are nobody else's concern.
            members.iter_mut().filter(|(key, _)| key != "configuration").for_each(|(_, member)| prune(member));
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        _ => {}
    }
}
