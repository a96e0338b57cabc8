//! What a custom resource, `ApiDefinition`, has around and beside what an export has.

use std::sync::LazyLock;

use serde_json::{Value, json};

/// In the words of the schema of exports, which `spec` refers to.
pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    json!({"type": "object", "properties": {
        "apiVersion": text("The group and the version of this kind of resource."),
        "kind": text("What this resource is: a V2 API definition."),
        "metadata": {
            "description": "How the cluster knows this resource.", "type": "object",
            "properties": {
                "name": text("The name of the resource in its namespace. Subscription resources name it."),
                "namespace": text("The namespace; that of the command that applies the file when it is absent."),
                "labels": {"description": "Labels of the cluster, not of the API.", "type": "object"},
                "annotations": {"description": "Notes of tools.", "type": "object"},
            },
        },
        "spec": spec(),
        "status": {"description": "What the operator tells of the resource. It writes it itself.", "type": "object"},
    }})
});

fn text(description: &str) -> Value {
    json!({"description": description, "type": "string"})
}

fn spec() -> Value {
    json!({
        "description": "The API definition.", "type": "object",
        "allOf": [{"$ref": "export#"}],
        "properties": {
            "contextRef": reference("The ManagementContext resource: the APIM that takes the API. Without it only gateways do."),
            "local": {
                "description": "Gateways take the API from the cluster, not from APIM.", "type": "boolean",
            },
            "state": {
                "description": "Whether gateways serve the API.", "type": "string", "enum": ["STARTED", "STOPPED"],
            },
            "lifecycle_state": {
                "description": "How far the API is in its life, as the portal shows it.", "type": "string",
                "enum": ["CREATED", "PUBLISHED", "UNPUBLISHED", "DEPRECATED", "ARCHIVED"],
            },
            "notifyMembers": {
                "description": "New members get a message. An export says the opposite: disable_membership_notifications.",
                "type": "boolean",
            },
            "groupRefs": {
                "description": "Group resources whose members may see the API.", "type": "array",
                "items": reference("A Group resource."),
            },
            "notificationsRefs": {
                "description": "Notification resources.", "type": "array", "items": reference("A Notification resource."),
            },
            "consoleNotificationConfiguration": {
                "description": "Which events are shown in the console, and to whom.", "type": "object",
            },
            "definition_context": {
                "description": "Where the definition comes from and who may change it.", "type": "object",
            },
            "pages": {
                "keyed": true, "allOf": [{"$ref": "export#/properties/pages"}], "type": "object",
                "items": {"properties": {"parent": text("The key of the folder page that this one is in.")}},
            },
            "resources": {
                "allOf": [{"$ref": "export#/properties/resources"}],
                "items": {"properties": {"ref": reference("An ApiResource that is used in place of one written here.")}},
            },
        },
    })
}

fn reference(description: &str) -> Value {
    json!({
        "description": description, "type": "object",
        "properties": {
            "name": text("The name of that resource."),
            "namespace": text("Its namespace; that of this resource when it is absent."),
            "kind": text("Its kind."),
        },
    })
}
