//! What a custom resource says in its own way: pages by key, references, and what the import shape cannot hold.

use v4ward_syntax::Node;

use super::{Converter, ids};
use crate::target::Target;
use crate::v2::{CustomResource, Page, Resource, Text};
use crate::v4::{Object, Origin, Scalar, Value};

/// The rule about what an import file cannot hold.
const IMPORT: &str = "import-cannot-hold";

impl<'d> Converter<'_, 'd> {
    /// `disableMembershipNotifications`, which a custom resource says the other way round.
    pub(super) fn silent(&self) -> Option<Value<'d>> {
        let silent = self.api.disable_membership_notifications.as_ref().map(Value::bool);
        silent.or_else(|| {
            let notify = self.api.resource.as_ref()?.notify_members.as_ref()?;
            Some(Value::Scalar(Scalar::Bool(!notify.value), Origin::Converted(notify.node.id())))
        })
    }

    /// A resource that stands in another custom resource: a file has only what it holds itself.
    pub(super) fn resource_elsewhere(&mut self, resource: &Resource<'d>, reference: Node<'d>) -> Option<Value<'d>> {
        if self.target == Target::ImportJson {
            self.drop(resource.node, IMPORT);
            return None;
        }
        let mut out = Object::of(resource.node);
        out.set_some("name", resource.name.as_ref().map(Value::text));
        out.set_some("type", resource.kind.as_ref().map(Value::text));
        let enabled = resource.enabled.as_ref().map(Value::bool);
        out.set_some("enabled", enabled.or(self.api.defaults.resource_enabled.map(Value::added_bool)));
        out.set_some("configuration", resource.configuration.and_then(|node| self.configuration(node)));
        out.set("ref", Value::Raw(reference));
        Some(out.into())
    }

    /// A page of a custom resource is known by its key within its API. An import knows pages by ids, which are those of
    /// the whole server: one is derived from the resource's name and the key.
    pub(super) fn page_of_resource(&mut self, page: &Page<'d>, out: &mut Object<'d>) {
        let (Some(resource), Some(key)) = (self.api.resource.as_deref(), page.node.key()) else { return };
        if self.target == Target::Resource {
            out.set_some("parent", page.parent.as_ref().map(Value::text));
            return;
        }
        if page.id.is_none() {
            out.set("id", Value::added(page_id(resource, &key)));
        }
        match (&page.parent, &page.parent_id) {
            (Some(parent), None) => out.set("parentId", self.parent_id(resource, parent)),
            (Some(parent), Some(_)) => self.drop(parent.node, "option-without-effect"),
            (None, _) => {}
        }
        let defaults = self.api.defaults;
        for flag in ["published", "homepage"] {
            if out.get(flag).is_none() {
                out.set_some(flag, defaults.page_flag.map(Value::added_bool));
            }
        }
        if out.get("visibility").is_none() {
            out.set_some("visibility", defaults.page_visibility.map(Value::added));
        }
    }

    /// The id of the page that has this key.
    fn parent_id(&self, resource: &CustomResource<'d>, parent: &Text<'d>) -> Value<'d> {
        let page = self.api.pages.iter().find(|page| page.node.has_key(&parent.value));
        match page.and_then(|page| page.id.as_ref()) {
            None => Value::converted(page_id(resource, &parent.value), parent.node),
            Some(id) => Value::converted(self.id_text(id), parent.node),
        }
    }

    /// What a custom resource says beside the definition has no place in an import file.
    pub(super) fn note_resource(&mut self) {
        let api = self.api;
        let Some(resource) = api.resource.as_deref().filter(|_| self.target == Target::ImportJson) else { return };
        for member in [resource.api_version, resource.kind].into_iter().flatten() {
            // What the file is, is told by its form.
            self.implied(member);
        }
        self.drop_some(resource.group_refs, "groups-not-portable");
        if let Some(metadata) = resource.metadata {
            self.note_metadata(metadata);
        }
        let fields = [
            resource.local.as_ref().map(|field| field.node),
            resource.state.as_ref().map(|field| field.node),
            resource.lifecycle_state.as_ref().map(|field| field.node),
        ];
        let parts = [resource.context_ref, resource.notifications_refs, resource.console_notification];
        // These say what holds without them.
        let created =
            resource.lifecycle_state.as_ref().filter(|state| state.value == "CREATED").map(|field| field.node);
        let not_local = resource.local.as_ref().filter(|local| !local.value).map(|field| field.node);
        for node in [created, not_local, resource.definition_context].into_iter().flatten() {
            self.implied(node);
        }
        for node in fields.into_iter().chain(parts).flatten() {
            self.drop(node, IMPORT);
        }
        for member in &resource.server_managed {
            self.drop(*member, "server-managed-field");
        }
    }

    /// The name of a resource is the cluster's, not the API's.
    fn note_metadata(&mut self, metadata: Node<'d>) {
        for member in metadata.values() {
            match member.key().as_deref() {
                Some("labels" | "annotations") => self.drop(member, IMPORT),
                _ => self.implied(member),
            }
        }
    }
}

fn page_id(resource: &CustomResource<'_>, key: &str) -> String {
    let name = |key| resource.metadata.and_then(|metadata| metadata.get(key)).map(Node::scalar).unwrap_or_default();
    ids::derived(&format!("{}/{}/{key}", name("namespace"), name("name")))
}
