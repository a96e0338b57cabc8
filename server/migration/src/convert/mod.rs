//! V2 to V4, one file per part. Pure: the same definition and options give the same tree.
//!
//! Every V2 leaf ends in the V4 tree, or in [`Notes`] with the rule that says why it does not.

mod client;
mod custom_resource;
mod dates;
mod documentation;
mod endpoints;
mod flows;
mod ids;
mod listeners;
mod plans;
mod services;

use std::collections::HashMap;

use v4ward_syntax::{Node, NodeId, NodeKind};

use crate::options::Options;
use crate::target::{Target, resource};
use crate::v2::{self, ProblemKind};
use crate::v4::{Object, Value};

/// What becomes of V2 leaves that are not in the V4 tree.
#[derive(Debug, Default)]
pub struct Notes {
    /// Parts that are dropped, with the rule or reason.
    pub dropped: Vec<(NodeId, &'static str)>,
    /// Parts that V4 does without saying it.
    pub implied: Vec<NodeId>,
}

/// A V4 definition in the form of its target.
#[derive(Debug)]
pub struct Conversion<'d> {
    /// The document: `{api, plans, pages, metadata, …}` of the import, or a custom resource.
    pub document: Object<'d>,
    /// What is not in it.
    pub notes: Notes,
}

/// What the parts of the conversion share.
struct Converter<'a, 'd> {
    api: &'a v2::Api<'d>,
    options: &'a Options,
    target: Target,
    notes: Notes,
}

/// Converts a V2 definition to the form of a target.
#[must_use]
pub fn convert<'d>(api: &v2::Api<'d>, options: &Options, target: Target) -> Conversion<'d> {
    let mut converter = Converter { api, options, target, notes: Notes::default() };
    let mut document = Object::of(api.node);
    let api_object = converter.api();
    document.set("api", api_object.into());
    document.set_some("plans", converter.plans());
    document.set_some("pages", converter.pages());
    document.set_some("metadata", converter.metadata());
    document.set_some("apiPicture", converter.picture(api.picture.as_ref()));
    document.set_some("apiBackground", converter.picture(api.background.as_ref()));
    document.set_some("apiMedia", converter.media());
    converter.note_what_is_left();
    converter.note_resource();
    let mut notes = converter.notes;
    if target == Target::Resource {
        document = resource::shape(document, api, &mut notes);
    }
    Conversion { document, notes }
}

impl<'d> Converter<'_, 'd> {
    fn api(&mut self) -> Object<'d> {
        let v2 = self.api;
        let mut api = Object::of(v2.node);
        let generation = [&v2.gravitee, &v2.execution_mode];
        api.set("definitionVersion", Value::merged("V4", generation.into_iter().flatten().map(|field| field.node)));
        api.set("type", Value::added("PROXY"));
        api.set_some("id", v2.id.as_ref().map(|id| self.id(id)));
        api.set_some("crossId", v2.cross_id.as_ref().map(|id| self.id(id)));
        api.set_some("name", v2.name.as_ref().map(Value::text));
        api.set("apiVersion", v2.version.as_ref().map_or(Value::added("undefined"), Value::text));
        api.set_some("description", v2.description.as_ref().map(Value::text));
        api.set_some(
            "visibility",
            v2.visibility.as_ref().map(Value::word).or(v2.defaults.visibility.map(Value::added)),
        );
        api.set_some("tags", v2.tags.as_ref().map(texts));
        api.set_some("labels", v2.labels.as_ref().map(texts));
        api.set_some("categories", v2.categories.as_ref().map(texts));
        api.set_some("disableMembershipNotifications", self.silent());
        api.set("listeners", self.listeners());
        api.set("endpointGroups", self.endpoint_groups());
        api.set("analytics", self.analytics().into());
        api.set_some("failover", self.failover());
        let mut execution = Object::default();
        execution.set("mode", v2.flow_mode.as_ref().map_or(Value::added("DEFAULT"), Value::word));
        execution.set("matchRequired", Value::added_bool(false));
        api.set("flowExecution", execution.into());
        api.set_some("flows", self.flows(&v2.flows));
        api.set_some("services", self.api_services());
        api.set_some("responseTemplates", self.response_templates());
        api.set_some("properties", self.properties());
        api.set_some("resources", self.resources());
        api
    }

    fn properties(&mut self) -> Option<Value<'d>> {
        let list = self.api.properties_node?;
        let items = self.api.properties.iter().map(|property| {
            let mut out = Object::of(property.node);
            out.set("key", Value::text(&property.key));
            out.set("value", Value::text(&property.value));
            out.set_some("encrypted", property.encrypted.as_ref().map(Value::bool));
            out.set_some("dynamic", property.dynamic.as_ref().map(Value::bool));
            out.set_some("encryptable", property.encryptable.as_ref().map(Value::bool));
            out.into()
        });
        Some(Value::Array(items.collect(), Some(list.id())))
    }

    fn resources(&mut self) -> Option<Value<'d>> {
        let list = self.api.resources_node?;
        let api = self.api;
        let items = api.resources.iter().filter_map(|resource| {
            if let Some(reference) = resource.reference {
                return self.resource_elsewhere(resource, reference);
            }
            let mut out = Object::of(resource.node);
            out.set_some("name", resource.name.as_ref().map(Value::text));
            out.set_some("type", resource.kind.as_ref().map(Value::text));
            let enabled = resource.enabled.as_ref().map(Value::bool);
            out.set_some("enabled", enabled.or(api.defaults.resource_enabled.map(Value::added_bool)));
            // V4 refuses a resource without.
            let configuration = resource.configuration.and_then(|node| self.configuration(node));
            out.set("configuration", configuration.unwrap_or_else(|| Object::default().into()));
            Some(out.into())
        });
        Some(Value::Array(items.collect(), Some(list.id())))
    }

    fn response_templates(&mut self) -> Option<Value<'d>> {
        let node = self.api.response_templates_node?;
        let mut out = Object::of(node);
        for templates in &self.api.response_templates {
            let mut by_type = Object::of(templates.node);
            for template in &templates.templates {
                by_type.set(template.node.key().unwrap_or_default(), response_template(template).into());
            }
            out.set(templates.node.key().unwrap_or_default(), by_type.into());
        }
        Some(out.into())
    }

    /// A configuration of a plugin: an object, or a text that holds one. Anything else cannot be written (D24).
    fn configuration(&mut self, node: Node<'d>) -> Option<Value<'d>> {
        match node.kind() {
            NodeKind::Object => Some(Value::Raw(node)),
            NodeKind::String => {
                let text = node.as_str().unwrap_or_default();
                if text.trim().is_empty() {
                    self.implied(node);
                    return None;
                }
                match serde_json::from_str(&text) {
                    Ok(value @ serde_json::Value::Object(_)) => Some(Value::Embedded(value, node.id())),
                    _ => {
                        self.drop(node, "configuration-not-an-object");
                        None
                    }
                }
            }
            NodeKind::Null => None,
            _ => {
                self.drop(node, "configuration-not-an-object");
                None
            }
        }
    }

    /// A part that V4 cannot hold, with the rule that says so.
    fn drop(&mut self, node: Node<'d>, rule: &'static str) {
        self.notes.dropped.push((node.id(), rule));
    }

    fn drop_some(&mut self, node: Option<Node<'d>>, rule: &'static str) {
        if let Some(node) = node {
            self.drop(node, rule);
        }
    }

    /// A part that V4 cannot hold, unless it says no more than what holds without it.
    fn drop_unless(&mut self, node: Node<'d>, is_default: bool, rule: &'static str) {
        if is_default { self.implied(node) } else { self.drop(node, rule) }
    }

    /// A part that V4 does without saying it.
    fn implied(&mut self, node: Node<'d>) {
        self.notes.implied.push(node.id());
    }

    /// What no part of the conversion looks at.
    fn note_what_is_left(&mut self) {
        let api = self.api;
        for member in &api.server_managed {
            self.drop(*member, "server-managed-field");
        }
        self.drop_some(api.v1_paths, "v1-paths-ignored");
        if self.target == Target::ImportJson {
            self.drop_some(api.groups, "groups-not-portable");
            self.drop_some(api.members, "members-not-portable");
        }
        let hosts = api.proxy.clients().filter_map(|client| client.host_header.as_ref());
        for blank in hosts.filter(|host| host.is_blank()) {
            self.implied(blank.node);
        }
        for member in &api.unknown {
            self.drop(*member, "unknown-property");
        }
        for problem in &api.problems {
            match problem.kind {
                ProblemKind::Unreadable { .. } => self.drop(problem.node, "unreadable-part"),
                ProblemKind::WrongType(_) | ProblemKind::UnknownWord { .. } => self.drop(problem.node, "wrong-type"),
                // What is made of the rest of such a part has its place in V4 all the same.
                ProblemKind::Missing { .. } => self.drop(problem.node, "missing-required"),
                ProblemKind::NameTaken { .. } | ProblemKind::RefusedByV4(_) => {}
            }
        }
    }
}

fn response_template<'d>(template: &v2::ResponseTemplate<'d>) -> Object<'d> {
    let mut out = Object::of(template.node);
    out.set("statusCode", Value::integer_or(template.status.as_ref(), 0));
    out.set_some("headers", template.headers.map(|headers| text_map(headers).into()));
    out.set_some("body", template.body.as_ref().map(Value::text));
    out.set_some("propagateErrorKeyToLogs", template.propagate_error_key_to_logs.as_ref().map(Value::bool));
    out
}

/// An object of texts; what is none of them is told when it is read.
pub(crate) fn text_map(node: Node<'_>) -> Object<'_> {
    let mut out = Object::of(node);
    for member in node.values().filter(|member| !member.is_null() && !member.is_container()) {
        out.set(member.key().unwrap_or_default(), scalar_as_text(member));
    }
    out
}

/// A list of texts.
fn texts<'d>(texts: &v2::Texts<'d>) -> Value<'d> {
    Value::Array(texts.items.iter().map(Value::text).collect(), Some(texts.node.id()))
}

/// A list of texts in which V4 takes each only once, as the server's reader does.
fn distinct_texts<'d>(texts: &v2::Texts<'d>) -> Value<'d> {
    let items = texts.items.iter().map(|text| (text.value.as_ref(), text.node, Value::text(text)));
    Value::Array(distinct(items), Some(texts.node.id()))
}

/// Each value once, where it comes first; the nodes of the others go with it.
fn distinct<'d, 'k>(items: impl Iterator<Item = (&'k str, Node<'d>, Value<'d>)>) -> Vec<Value<'d>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut distinct: Vec<(Value<'d>, &str, Vec<Node<'d>>)> = Vec::new();
    for (key, node, value) in items {
        let place = *places.entry(key).or_insert(distinct.len());
        match distinct.get_mut(place) {
            Some((_, _, nodes)) => nodes.push(node),
            None => distinct.push((value, key, vec![node])),
        }
    }
    let join = |(value, key, nodes): (Value<'d>, &str, Vec<Node<'d>>)| match nodes.as_slice() {
        [_] => value,
        _ => Value::merged(key.to_owned(), nodes),
    };
    distinct.into_iter().map(join).collect()
}

/// A scalar where V4 takes only a text.
pub(crate) fn scalar_as_text(node: Node<'_>) -> Value<'_> {
    let value = node.scalar();
    Value::text(&v2::Field { value, node })
}
