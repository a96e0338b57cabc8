//! The root object.

use std::collections::HashSet;

use v4ward_syntax::{Node, NodeKind};

use super::reader::{Case, Reader, key};
use super::{Api, Page, ProblemKind, Property, Proxy, Resource, ResponseTemplate, ResponseTemplates, Services};
use super::{Flows, flows, plans, proxy, services};

const FLOW_MODES: &[&str] = &["DEFAULT", "BEST_MATCH"];
const VISIBILITIES: &[&str] = &["PUBLIC", "PRIVATE"];
const PAGE_TYPES: &[&str] = &[
    "ASCIIDOC",
    "ASYNCAPI",
    "MARKDOWN",
    "MARKDOWN_TEMPLATE",
    "SWAGGER",
    "FOLDER",
    "LINK",
    "ROOT",
    "SYSTEM_FOLDER",
    "TRANSLATION",
];

pub(super) fn read<'d>(r: &mut Reader<'d>, root: Node<'d>) -> Api<'d> {
    let mut api = empty(root);
    for member in root.values() {
        if !member.is_null() {
            read_member(r, &mut api, member);
        }
    }
    if api.name.is_none() {
        r.missing(root, "name");
    }
    if api.proxy.node.is_none() {
        r.missing(root, "proxy");
    }
    proxy::move_discovery(&mut api);
    api
}

fn read_member<'d>(r: &mut Reader<'d>, api: &mut Api<'d>, member: Node<'d>) {
    match key(member).as_ref() {
        "id" => api.id = r.text(member),
        "crossId" => api.cross_id = r.text(member),
        "name" => api.name = r.text(member),
        "version" => api.version = r.text(member),
        "description" => api.description = r.text(member),
        "gravitee" => api.gravitee = r.text(member),
        "execution_mode" => api.execution_mode = r.text(member),
        "flow_mode" => api.flow_mode = r.word(member, FLOW_MODES, Case::Exact),
        "visibility" => api.visibility = r.word(member, VISIBILITIES, Case::Any),
        "tags" => api.tags = r.texts(member),
        "labels" => api.labels = r.texts(member),
        "categories" => api.categories = r.texts(member),
        "views" if root_lacks(member, "categories") => api.categories = r.texts(member),
        "groups" => api.groups = r.list(member),
        "picture" => api.picture = r.text(member),
        "background" => api.background = r.text(member),
        "disable_membership_notifications" => api.disable_membership_notifications = r.bool(member),
        "members" => api.members = r.list(member),
        "primaryOwner" | "state" | "lifecycle_state" | "definition_context" | "picture_url" | "background_url"
        | "created_at" | "updated_at" | "deployed_at" | "environmentId" => api.server_managed.push(member),
        "paths" => api.v1_paths = Some(member),
        "proxy" => api.proxy = proxy::read(r, member),
        "services" => api.services = services::read(r, member),
        "resources" => (api.resources_node, api.resources) = (r.list(member), resources(r, member)),
        "properties" => (api.properties_node, api.properties) = (Some(member), properties(r, member)),
        "flows" => api.flows = flows::read(r, member),
        "plans" => (api.plans_node, api.plans) = (r.list(member), plans::read(r, member)),
        "path_mappings" => api.path_mappings = r.texts(member),
        "response_templates" => {
            (api.response_templates_node, api.response_templates) = (r.object(member), response_templates(r, member));
        }
        "pages" => (api.pages_node, api.pages) = (r.list(member), pages(r, member)),
        "apiMedia" => api.api_media = r.list(member),
        "metadata" => api.metadata = r.list(member),
        _ => r.unknown(member),
    }
}

fn root_lacks(member: Node<'_>, other: &str) -> bool {
    member.parent().is_none_or(|root| root.get(other).is_none_or(Node::is_null))
}

fn resources<'d>(r: &mut Reader<'d>, list: Node<'d>) -> Vec<Resource<'d>> {
    let mut resources: Vec<Resource<'d>> = Vec::new();
    let mut seen = HashSet::new();
    for node in list.children().filter(|_| list.kind() == NodeKind::Array) {
        let Some(resource) = resource(r, node) else { continue };
        let name = resource.name.as_ref().map(|name| name.value.clone());
        if name.is_some_and(|name| !seen.insert(name)) {
            r.unreadable(node, "resource", "another resource before it has this name, and the server keeps that one");
        } else {
            resources.push(resource);
        }
    }
    resources
}

/// An element of a list that the server skips where it is no object.
fn part<'d>(r: &mut Reader<'d>, node: Node<'d>, part: &'static str) -> Option<Node<'d>> {
    let skipped = !matches!(node.kind(), NodeKind::Object | NodeKind::Null | NodeKind::Invalid);
    if skipped {
        r.unreadable(node, part, "it is no object");
    }
    Some(node).filter(|node| node.kind() == NodeKind::Object)
}

fn resource<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Resource<'d>> {
    let object = part(r, node, "resource")?;
    let mut resource = Resource { node, name: None, kind: None, configuration: None, enabled: None };
    for member in object.values() {
        match key(member).as_ref() {
            "name" => resource.name = r.text(member),
            "type" => resource.kind = r.text(member),
            "configuration" if !member.is_null() => resource.configuration = Some(member),
            "configuration" => {}
            "enabled" => resource.enabled = r.bool(member),
            _ => r.unknown(member),
        }
    }
    let missing = [
        (resource.name.is_none(), "name"),
        (resource.kind.is_none(), "type"),
        (object.get("configuration").is_none(), "configuration"),
    ];
    for (_, key) in missing.into_iter().filter(|(missing, _)| *missing) {
        r.missing(object, key);
    }
    Some(resource)
}

fn properties<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Vec<Property<'d>> {
    match node.kind() {
        NodeKind::Array => node.children().filter_map(|item| property(r, item)).collect(),
        NodeKind::Object => node.values().filter_map(|member| property_of_map(r, member)).collect(),
        _ => {
            r.list(node);
            Vec::new()
        }
    }
}

fn property<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Property<'d>> {
    let object = part(r, node, "property")?;
    let (mut name, mut value, mut encrypted, mut dynamic, mut encryptable) = (None, None, None, None, None);
    for member in object.values() {
        match key(member).as_ref() {
            "key" => name = r.text(member),
            "value" => value = r.text(member),
            "encrypted" => encrypted = r.bool(member),
            "dynamic" => dynamic = r.bool(member),
            "encryptable" => encryptable = r.bool(member),
            _ => r.unknown(member),
        }
    }
    for (missing, key) in [(name.is_none(), "key"), (value.is_none(), "value")] {
        if missing {
            r.missing(object, key);
        }
    }
    Some(Property { node, key: name?, value: value?, encrypted, dynamic, encryptable })
}

fn property_of_map<'d>(r: &mut Reader<'d>, member: Node<'d>) -> Option<Property<'d>> {
    let key = super::Field { value: key(member), node: member };
    let value = r.text(member)?;
    Some(Property { node: member, key, value, encrypted: None, dynamic: None, encryptable: None })
}

fn response_templates<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Vec<ResponseTemplates<'d>> {
    let keys = node.values().filter(|_| node.kind() == NodeKind::Object);
    keys.filter_map(|node| {
        let object = r.object(node)?;
        let templates = object.values().filter_map(|template| response_template(r, template)).collect();
        Some(ResponseTemplates { node, templates })
    })
    .collect()
}

fn response_template<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<ResponseTemplate<'d>> {
    let object = r.object(node)?;
    let mut template =
        ResponseTemplate { node, status: None, body: None, headers: None, propagate_error_key_to_logs: None };
    for member in object.values() {
        match key(member).as_ref() {
            "status" => template.status = r.integer(member),
            "body" => template.body = r.text(member),
            "headers" => template.headers = r.object(member),
            "propagateErrorKeyToLogs" => template.propagate_error_key_to_logs = r.bool(member),
            _ => r.unknown(member),
        }
    }
    Some(template)
}

fn pages<'d>(r: &mut Reader<'d>, list: Node<'d>) -> Vec<Page<'d>> {
    list.children().filter(|_| list.kind() == NodeKind::Array).filter_map(|node| page(r, node)).collect()
}

fn page<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Page<'d>> {
    let object = r.object(node)?;
    let mut page = Page {
        node,
        id: None,
        name: None,
        kind: None,
        parent_id: None,
        access_controls: None,
        attached_media: None,
        server_managed: Vec::new(),
        members: Vec::new(),
    };
    for member in object.values().filter(|member| !member.is_null()) {
        match key(member).as_ref() {
            "id" => page.id = r.text(member),
            "name" => page.name = r.text(member),
            "type" => page.kind = r.word(member, PAGE_TYPES, Case::Any),
            "parentId" => page.parent_id = r.text(member),
            "accessControls" => page.access_controls = r.list(member),
            "attached_media" => page.attached_media = r.list(member),
            "lastContributor" | "api" | "messages" | "contentRevisionId" | "excluded_groups" => {
                page.server_managed.push(member);
                continue;
            }
            "crossId"
            | "content"
            | "order"
            | "published"
            | "visibility"
            | "contentType"
            | "source"
            | "configuration"
            | "homepage"
            | "parentPath"
            | "excludedAccessControls"
            | "metadata"
            | "translations"
            | "generalConditions"
            | "lastModificationDate" => {}
            _ => {
                r.unknown(member);
                continue;
            }
        }
        page.members.push(member);
    }
    if page.name.is_none() {
        r.problem(object, ProblemKind::Missing { key: "name" }, false);
    }
    Some(page)
}

fn empty(node: Node<'_>) -> Api<'_> {
    Api {
        node,
        problems: Vec::new(),
        unknown: Vec::new(),
        id: None,
        cross_id: None,
        name: None,
        version: None,
        description: None,
        gravitee: None,
        execution_mode: None,
        flow_mode: None,
        visibility: None,
        tags: None,
        labels: None,
        categories: None,
        groups: None,
        picture: None,
        background: None,
        disable_membership_notifications: None,
        members: None,
        server_managed: Vec::new(),
        v1_paths: None,
        proxy: Proxy::default(),
        services: Services::default(),
        resources: Vec::new(),
        resources_node: None,
        properties: Vec::new(),
        properties_node: None,
        flows: Flows::default(),
        plans: Vec::new(),
        plans_node: None,
        path_mappings: None,
        response_templates: Vec::new(),
        response_templates_node: None,
        pages: Vec::new(),
        pages_node: None,
        api_media: None,
        metadata: None,
    }
}
