//! The root object.

use std::collections::{HashMap, HashSet};

use v4ward_syntax::{Node, NodeKind};

use super::defaults::Defaults;
use super::reader::{Case, Reader, Shape, key};
use super::{
    Api, Page, Plain, ProblemKind, Property, Proxy, Record, Resource, ResponseTemplate, ResponseTemplates, Services,
    Text,
};
use super::{CustomResource, Flows, flows, plans, proxy, resource, services};

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

const METADATA_FORMATS: &[&str] = &["STRING", "NUMERIC", "BOOLEAN", "DATE", "MAIL", "URL"];

pub(super) fn read<'d>(r: &mut Reader<'d>, root: Node<'d>) -> Api<'d> {
    let mut api = empty(root);
    for member in r.members(root).filter(|member| !member.is_null()) {
        read_member(r, &mut api, member);
    }
    finish(r, api)
}

/// Reads the `spec` of a custom resource.
pub(super) fn read_spec<'d>(r: &mut Reader<'d>, spec: Node<'d>, resource: &mut CustomResource<'d>) -> Api<'d> {
    let mut api = empty(spec);
    for member in r.members(spec).filter(|member| !member.is_null()) {
        if !resource::read_member(r, resource, member) {
            read_member(r, &mut api, member);
        }
    }
    finish(r, api)
}

fn finish<'d>(r: &mut Reader<'d>, mut api: Api<'d>) -> Api<'d> {
    let root = api.node;
    if api.name.is_none() {
        r.missing(root, "name");
    }
    if api.proxy.node.is_none() {
        r.missing(root, "proxy");
    }
    api.defaults = r.defaults();
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
        "pages" if r.is_resource() => (api.pages_node, api.pages) = (r.object(member), pages_by_key(r, member)),
        "pages" => (api.pages_node, api.pages) = (r.list(member), pages(r, member)),
        "apiMedia" => (api.api_media_node, api.api_media) = (r.list(member), records(r, member, media_member)),
        "metadata" => {
            (api.metadata_node, api.metadata) = (r.list(member), records(r, member, metadata_member));
            require_keys(r, &mut api.metadata);
        }
        // The operator writes it.
        "deployedAt" if r.is_resource() => api.server_managed.push(member),
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
    let mut resource = Resource { node, name: None, kind: None, configuration: None, enabled: None, reference: None };
    for member in r.members(object) {
        match key(member).as_ref() {
            "name" => resource.name = r.text(member),
            "type" => resource.kind = r.text(member),
            "configuration" if !member.is_null() => resource.configuration = Some(member),
            "configuration" => {}
            "enabled" => resource.enabled = r.bool(member),
            "ref" if r.is_resource() => resource.reference = r.object(member),
            _ => r.unknown(member),
        }
    }
    if resource.reference.is_some() {
        // Name, type and configuration are those of the other resource.
        return Some(resource);
    }
    let missing = [
        (resource.name.is_none(), "name"),
        (resource.kind.is_none(), "type"),
        (object.get("configuration").is_none() && !r.is_resource(), "configuration"),
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
    for member in r.members(object) {
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
    for member in r.members(object) {
        match key(member).as_ref() {
            "status" => template.status = r.integer(member),
            "body" => template.body = r.text(member),
            "headers" => template.headers = r.text_map(member),
            "propagateErrorKeyToLogs" => template.propagate_error_key_to_logs = r.bool(member),
            _ => r.unknown(member),
        }
    }
    Some(template)
}

fn pages<'d>(r: &mut Reader<'d>, list: Node<'d>) -> Vec<Page<'d>> {
    let mut seen = HashMap::new();
    let mut pages = Vec::new();
    for node in list.children().filter(|_| list.kind() == NodeKind::Array) {
        let Some(page) = page(r, node) else { continue };
        let name = |text: &Option<Text<'d>>| text.as_ref().map(|text| text.value.clone());
        let first = *seen.entry((name(&page.id), name(&page.name))).or_insert(node);
        if first != node && first.text() == node.text() {
            r.unreadable(node, "page", SAME);
        } else {
            pages.push(page);
        }
    }
    pages
}

/// The pages of a custom resource; their keys tell them apart.
fn pages_by_key<'d>(r: &mut Reader<'d>, map: Node<'d>) -> Vec<Page<'d>> {
    map.values().filter(|_| map.kind() == NodeKind::Object).filter_map(|node| page(r, node)).collect()
}

const SAME: &str = "the same one stands before it";

fn page<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Page<'d>> {
    let object = r.object(node)?;
    let mut page = Page {
        node,
        id: None,
        name: None,
        kind: None,
        parent_id: None,
        parent: None,
        access_controls: None,
        attached_media: None,
        server_managed: Vec::new(),
        members: Vec::new(),
        translations: Vec::new(),
    };
    for member in r.members(object).filter(|member| !member.is_null()) {
        page_member(r, &mut page, member);
    }
    if page.name.is_none() {
        r.problem(object, ProblemKind::Missing { key: "name" }, false);
    }
    Some(page)
}

fn page_member<'d>(r: &mut Reader<'d>, page: &mut Page<'d>, member: Node<'d>) {
    let shape = match key(member).as_ref() {
        "type" => {
            page.kind = r.word(member, PAGE_TYPES, Case::Any);
            page.members.extend(page.kind.clone().map(|kind| (member, Plain::Word(kind))));
            return;
        }
        "hrid" | "parentHrid" if r.is_resource() => {
            page.server_managed.push(member);
            return;
        }
        "parent" if r.is_resource() => {
            page.parent = r.text(member);
            return;
        }
        "lastContributor" | "api" | "messages" | "contentRevisionId" | "excluded_groups" => {
            page.server_managed.push(member);
            return;
        }
        "name" => Shape::FilledText,
        "id" | "crossId" | "parentId" | "content" | "contentType" | "parentPath" => Shape::Text,
        "order" => Shape::Integer,
        "published" | "homepage" | "excludedAccessControls" | "generalConditions" => Shape::Bool,
        "visibility" => Shape::Word(VISIBILITIES),
        "lastModificationDate" => Shape::Date,
        "configuration" | "metadata" => Shape::Texts,
        "accessControls" | "attached_media" => Shape::Objects,
        "translations" => Shape::List,
        "source" => Shape::Object,
        _ => return r.unknown(member),
    };
    let Some(plain) = r.plain(member, shape) else { return };
    match (key(member).as_ref(), &plain) {
        ("id", Plain::Text(id)) => page.id = Some(id.clone()),
        ("name", Plain::Text(name)) => page.name = Some(name.clone()),
        ("parentId", Plain::Text(parent)) => page.parent_id = Some(parent.clone()),
        ("accessControls", _) => page.access_controls = Some(member),
        ("attached_media", _) => page.attached_media = Some(member),
        ("translations", _) => page.translations = member.children().filter_map(|node| self::page(r, node)).collect(),
        ("source", _) => page_source(r, member),
        _ => {}
    }
    page.members.push((member, plain));
}

fn page_source<'d>(r: &mut Reader<'d>, source: Node<'d>) {
    for member in r.members(source) {
        match key(member).as_ref() {
            "type" => {
                r.text(member);
            }
            "configuration" if !holds_object(member) => {
                r.object(member);
            }
            "configuration" => {}
            _ => r.unknown(member),
        }
    }
}

/// True for a text that is an object in JSON.
fn holds_object(node: Node<'_>) -> bool {
    let text = node.as_str();
    text.is_some_and(|text| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text).is_ok())
}

/// What becomes of a member of a record; `None` for one that is not known.
type RecordShape = fn(&str) -> Option<Shape>;

fn media_member(key: &str) -> Option<Shape> {
    match key {
        "hash" | "type" | "subType" | "fileName" | "data" => Some(Shape::Text),
        "size" => Some(Shape::Integer),
        "createAt" | "createdAt" => Some(Shape::Date),
        _ => None,
    }
}

fn metadata_member(key: &str) -> Option<Shape> {
    match key {
        "key" => Some(Shape::FilledText),
        "name" | "value" | "defaultValue" => Some(Shape::Text),
        "format" => Some(Shape::Word(METADATA_FORMATS)),
        _ => None,
    }
}

fn records<'d>(r: &mut Reader<'d>, list: Node<'d>, shape: RecordShape) -> Vec<Record<'d>> {
    let mut seen = HashSet::new();
    let mut records = Vec::new();
    for node in list.children().filter(|_| list.kind() == NodeKind::Array) {
        let Some(object) = r.object(node) else { continue };
        if !seen.insert(node.text()) {
            r.unreadable(node, "part", SAME);
            continue;
        }
        let mut record = Record { node, server_managed: Vec::new(), members: Vec::new() };
        for member in r.members(object).filter(|member| !member.is_null()) {
            match (key(member).as_ref(), shape(&key(member))) {
                ("apiId" | "deleted" | "hidden", _) => record.server_managed.push(member),
                // V4's name for it; V2's own wins.
                ("createdAt", _) if object.get("createAt").is_some() => r.unknown(member),
                (_, None) => r.unknown(member),
                (_, Some(shape)) => record.members.extend(r.plain(member, shape).map(|plain| (member, plain))),
            }
        }
        records.push(record);
    }
    records
}

/// Metadata without a key mean nothing.
fn require_keys<'d>(r: &mut Reader<'d>, metadata: &mut Vec<Record<'d>>) {
    metadata.retain(|record| {
        let has_key = record.members.iter().any(|(member, _)| member.has_key("key"));
        if !has_key {
            r.unreadable(record.node, "part of the metadata", "it has no key");
        }
        has_key
    });
}

fn empty(node: Node<'_>) -> Api<'_> {
    Api {
        node,
        resource: None,
        defaults: &Defaults::EXPORT,
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
        api_media: Vec::new(),
        api_media_node: None,
        metadata: Vec::new(),
        metadata_node: None,
    }
}
