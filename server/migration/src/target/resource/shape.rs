//! The import shape as a custom resource: what has another place there, and what it cannot hold.

use v4ward_syntax::{Document, Node, NodeId};

use super::parts;
use crate::convert::Notes;
use crate::v2::{self, CustomResource};
use crate::v4::{Object, Value};

/// The custom resource has no place for it.
pub(super) const CANNOT_HOLD: &str = "resource-cannot-hold";

// The members of `spec` stand in the order in which people look for them: what it is, who may see it, where requests
// come in and go to, what happens on the way, what clients subscribe to, and what lies beside. These are the same in
// both shapes.
const FIRST: &[&str] = &["id", "crossId", "name", "apiVersion", "description", "definitionVersion", "type"];
const LABELS: &[&str] = &["visibility", "tags", "labels", "categories"];
const TRAFFIC: &[&str] = &["flowExecution", "flows"];

/// The custom resource of a definition in the import shape.
pub fn shape<'d>(mut import: Object<'d>, api: &v2::Api<'d>, notes: &mut Notes) -> Object<'d> {
    let mut shaper = Shaper { api, notes };
    for member in api.resource.iter().flat_map(|resource| &resource.server_managed) {
        shaper.drop(*member, "server-managed-field");
    }
    let mut out = Object { source: Some(shaper.root().id()), ..Object::default() };
    out.set("apiVersion", shaper.api_version());
    out.set("kind", shaper.kind());
    out.set("metadata", shaper.metadata().into());
    let spec = shaper.spec(&mut import);
    out.set("spec", spec.into());
    for (_, value) in import.members {
        shaper.lose(&value, CANNOT_HOLD);
    }
    out
}

/// What the parts of the resource share.
pub(super) struct Shaper<'a, 'd> {
    pub(super) api: &'a v2::Api<'d>,
    pub(super) notes: &'a mut Notes,
}

impl<'a, 'd> Shaper<'a, 'd> {
    /// The V2 resource; `None` for an export.
    pub(super) fn resource(&self) -> Option<&'a CustomResource<'d>> {
        self.api.resource.as_deref()
    }

    fn root(&self) -> Node<'d> {
        self.resource().map_or(self.api.node, |resource| resource.node)
    }

    fn document(&self) -> &'d Document {
        self.api.node.document()
    }

    /// The V2 part that a V4 object was made of.
    pub(super) fn source(&self, object: &Object<'d>) -> Option<Node<'d>> {
        object.source.map(|source: NodeId| self.document().node(source))
    }

    /// A V2 part that the resource cannot hold, with the rule that says so.
    pub(super) fn drop(&mut self, node: Node<'d>, rule: &'static str) {
        self.notes.dropped.push((node.id(), rule));
    }

    /// A V2 part that the resource does without saying it.
    pub(super) fn implied(&mut self, node: Node<'d>) {
        self.notes.implied.push(node.id());
    }

    /// Notes that the V2 leaves of a V4 value are lost.
    pub(super) fn lose(&mut self, value: &Value<'d>, rule: &'static str) {
        let mut origins = Vec::new();
        value.origins(&mut origins);
        self.notes.dropped.extend(origins.into_iter().map(|node| (node, rule)));
    }

    /// The same for the members of an object with these names.
    pub(super) fn lose_members(&mut self, object: &mut Object<'d>, keys: &[&str], rule: &'static str) {
        for key in keys {
            if let Some(value) = object.take(key) {
                self.lose(&value, rule);
            }
        }
    }

    fn api_version(&self) -> Value<'d> {
        const VERSION: &str = "gravitee.io/v1alpha1";
        match self.resource().and_then(|resource| resource.api_version) {
            Some(node) if node.as_str().is_some_and(|text| text == VERSION) => Value::Raw(node),
            Some(node) => Value::converted(VERSION, node),
            None => Value::added(VERSION),
        }
    }

    fn kind(&self) -> Value<'d> {
        let node = self.resource().and_then(|resource| resource.kind);
        node.map_or_else(|| Value::added("ApiV4Definition"), |node| Value::converted("ApiV4Definition", node))
    }

    fn spec(&mut self, import: &mut Object<'d>) -> Object<'d> {
        let mut api = match import.take("api") {
            Some(Value::Object(api)) => api,
            _ => Object::default(),
        };
        let (keys_of_pages, pages) = self.pages(import.take("pages"));
        let plans = self.plans(import.take("plans"), &keys_of_pages);
        let mut spec = Object::of(self.api.node);
        spec.set_some("contextRef", self.context_ref());
        carry(&mut api, FIRST, &mut spec);
        spec.set_some("definitionContext", self.definition_context());
        spec.set("state", self.state(plans.is_some()));
        spec.set("lifecycleState", self.lifecycle_state());
        carry(&mut api, LABELS, &mut spec);
        self.people(&mut api, &mut spec);
        carry(&mut api, &["listeners"], &mut spec);
        spec.set_some("endpointGroups", api.take("endpointGroups").map(endpoint_groups));
        carry(&mut api, TRAFFIC, &mut spec);
        spec.set_some("plans", plans);
        spec.set_some("analytics", api.take("analytics").map(parts::analytics));
        carry(&mut api, &["failover"], &mut spec);
        spec.set_some("services", api.take("services").map(parts::services));
        spec.set_some("responseTemplates", api.take("responseTemplates").map(parts::response_templates));
        carry(&mut api, &["properties"], &mut spec);
        spec.set_some("resources", api.take("resources").map(|list| self.resources(list)));
        spec.set_some("metadata", import.take("metadata").map(|list| self.api_metadata(list)));
        spec.set_some("pages", pages);
        for (_, value) in api.members {
            self.lose(&value, CANNOT_HOLD);
        }
        spec
    }

    /// Whether the API runs: as a resource says. Else it does if it has a plan: the operator refuses to start it without,
    /// and nobody could call it.
    fn state(&self, has_plans: bool) -> Value<'d> {
        let said = self.resource().and_then(|resource| resource.state.as_ref());
        said.map_or(Value::added(if has_plans { "STARTED" } else { "STOPPED" }), Value::word)
    }

    /// The target has no `CREATED`, the default of V2; nobody sees either on the portal.
    fn lifecycle_state(&self) -> Value<'d> {
        match self.resource().and_then(|resource| resource.lifecycle_state.as_ref()) {
            Some(state) if state.value == "CREATED" => Value::converted("UNPUBLISHED", state.node),
            Some(state) => Value::word(state),
            None => Value::added("UNPUBLISHED"),
        }
    }

    /// Where gateways take the API from: the cluster for `local: true` (FORMATS §2.2).
    fn definition_context(&mut self) -> Option<Value<'d>> {
        let resource = self.resource()?;
        let said = resource.definition_context.and_then(|context| self.said_context(context));
        let from = match &resource.local {
            Some(local) => {
                if let Some(said) = said {
                    self.implied(said);
                }
                Value::converted(if local.value { "KUBERNETES" } else { "MANAGEMENT" }, local.node)
            }
            None => {
                let said = said?;
                let cluster = said.as_str().is_some_and(|text| text.eq_ignore_ascii_case("KUBERNETES"));
                Value::converted(if cluster { "KUBERNETES" } else { "MANAGEMENT" }, said)
            }
        };
        let mut out = Object { source: resource.definition_context.map(Node::id), ..Object::default() };
        out.set("syncFrom", from);
        Some(out.into())
    }

    /// `syncFrom` of a V2 context; what else it says is what the target takes.
    fn said_context(&mut self, context: Node<'d>) -> Option<Node<'d>> {
        for member in context.values() {
            let is = |text: &str| member.as_str().is_some_and(|value| value.eq_ignore_ascii_case(text));
            match member.key().as_deref().unwrap_or_default() {
                "syncFrom" if !member.is_container() => {}
                "origin" if is("kubernetes") => self.implied(member),
                "mode" if is("fully_managed") => self.implied(member),
                _ => self.drop(member, CANNOT_HOLD),
            }
        }
        context.get("syncFrom").filter(|member| !member.is_null() && !member.is_container())
    }
}

/// Moves members that are the same in both shapes.
fn carry<'d>(api: &mut Object<'d>, keys: &[&'static str], spec: &mut Object<'d>) {
    for key in keys {
        let name = if *key == "apiVersion" { "version" } else { *key };
        spec.set_some(name, api.take(key));
    }
}

/// Groups with what their services and those of their endpoints must say.
fn endpoint_groups(groups: Value<'_>) -> Value<'_> {
    parts::each(groups, |mut group| {
        parts::map_member(&mut group, "services", parts::services);
        parts::map_member(&mut group, "endpoints", |endpoints| {
            parts::each(endpoints, |mut endpoint| {
                parts::map_member(&mut endpoint, "services", parts::services);
                endpoint
            })
        });
        group
    })
}
