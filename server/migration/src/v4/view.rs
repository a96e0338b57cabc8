//! The parts of a V4 file, whichever form it has. Nothing here minds what is missing or of another type.

use std::borrow::Cow;

use v4ward_syntax::{Node, NodeKind};

use crate::paths::sanitised;

/// Which of its two forms a V4 file has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// What APIM exports and imports.
    Import,
    /// A resource of kind `ApiV4Definition`.
    Resource,
}

/// A host, empty where there is none, and a path as the server keeps it: what no two APIs have in common.
pub(crate) type PathId<'d> = (Cow<'d, str>, String);

/// The phases of flows, whatever the type of the API.
const PHASES: [&str; 7] = ["request", "response", "subscribe", "publish", "interact", "connect", "entrypointConnect"];

/// A V4 definition.
#[derive(Clone, Copy)]
pub(crate) struct Api<'d> {
    /// The root of the definition; its text may hold others.
    pub(crate) root: Node<'d>,
    pub(crate) form: Form,
    /// The object with listeners, endpoint groups and flows.
    pub(crate) node: Node<'d>,
}

impl<'d> Api<'d> {
    pub(crate) fn of(root: Node<'d>, form: Form) -> Self {
        let member = match form {
            Form::Import => "api",
            Form::Resource => "spec",
        };
        Self { root, form, node: root.get(member).unwrap_or(root) }
    }

    /// True for an API that passes on HTTP calls. What other APIs may have is not known here.
    pub(crate) fn is_proxy(self) -> bool {
        is_text(self.node.get("type"), "PROXY")
    }

    /// True for an API whose schema is not known here: one of another type, or one that passes on bytes.
    pub(crate) fn is_other(self) -> bool {
        const OTHERS: [&str; 5] = ["MESSAGE", "NATIVE", "LLM_PROXY", "MCP_PROXY", "A2A_PROXY"];
        OTHERS.iter().any(|other| is_text(self.node.get("type"), other))
            || self.listeners().any(|listener| is_text(listener.get("type"), "TCP"))
    }

    /// The logging, where it is on: the server looks at no other.
    pub(crate) fn logging(self) -> Option<Node<'d>> {
        let logging = self.node.get("analytics")?.get("logging")?;
        let mode = logging.get("mode")?;
        ["entrypoint", "endpoint"].iter().any(|side| is_flag(mode.get(side), true)).then_some(logging)
    }

    pub(crate) fn listeners(self) -> impl Iterator<Item = Node<'d>> {
        elements(self.node, "listeners")
    }

    /// The paths of all listeners, each with where it is written.
    pub(crate) fn paths(self) -> impl Iterator<Item = (Node<'d>, PathId<'d>)> {
        self.listeners().flat_map(|listener| elements(listener, "paths")).map(path_of)
    }

    /// The namespace of a resource, empty where the file does not say it.
    pub(crate) fn namespace(self) -> Cow<'d, str> {
        metadata(self.root, "namespace")
    }

    /// The name of a resource, empty where the file does not say it.
    pub(crate) fn name(self) -> Cow<'d, str> {
        metadata(self.root, "name")
    }

    pub(crate) fn groups(self) -> impl Iterator<Item = Node<'d>> {
        elements(self.node, "endpointGroups")
    }

    /// The endpoints, each with its group.
    pub(crate) fn endpoints(self) -> impl Iterator<Item = (Node<'d>, Node<'d>)> {
        self.groups().flat_map(|group| elements(group, "endpoints").map(move |endpoint| (group, endpoint)))
    }

    /// The plans: a list, or a map of a resource.
    pub(crate) fn plans(self) -> impl Iterator<Item = Node<'d>> {
        self.parts("plans")
    }

    /// The pages: a list, or a map of a resource.
    pub(crate) fn pages(self) -> impl Iterator<Item = Node<'d>> {
        self.parts("pages")
    }

    fn parts(self, name: &'static str) -> impl Iterator<Item = Node<'d>> {
        let (around, kind) = match self.form {
            Form::Import => (self.root, NodeKind::Array),
            Form::Resource => (self.node, NodeKind::Object),
        };
        around.get(name).filter(move |parts| parts.kind() == kind).into_iter().flat_map(Node::values)
    }

    /// The flows of the API and of all plans.
    pub(crate) fn flows(self) -> impl Iterator<Item = Node<'d>> {
        elements(self.node, "flows").chain(self.plans().flat_map(|plan| elements(plan, "flows")))
    }

    /// The selectors of this type of all flows.
    pub(crate) fn selectors(self, kind: &'static str) -> impl Iterator<Item = Node<'d>> {
        self.flows().flat_map(|flow| elements(flow, "selectors")).filter(move |it| is_text(it.get("type"), kind))
    }

    /// All response templates.
    pub(crate) fn response_templates(self) -> impl Iterator<Item = Node<'d>> {
        let keys = self.node.get("responseTemplates").into_iter().flat_map(Node::values);
        keys.filter(|key| key.kind() == NodeKind::Object).flat_map(Node::values)
    }
}

/// The steps of all flows that an API, or a plan, has.
pub(crate) fn steps<'d>(holder: Node<'d>) -> impl Iterator<Item = Node<'d>> + use<'d> {
    elements(holder, "flows").flat_map(|flow| PHASES.iter().flat_map(move |phase| elements(flow, phase)))
}

/// A text of a resource's metadata, empty where the file does not say it.
pub(crate) fn metadata<'d>(root: Node<'d>, key: &str) -> Cow<'d, str> {
    let metadata = root.get("metadata").and_then(|metadata| text(metadata, key));
    metadata.map_or(Cow::Borrowed(""), |(_, text)| text)
}

/// The paths of a V2 resource, each with where it is written.
pub(crate) fn v2_paths<'d>(root: Node<'d>) -> impl Iterator<Item = (Node<'d>, PathId<'d>)> {
    let proxy = root.get("spec").and_then(|spec| spec.get("proxy"));
    proxy.into_iter().flat_map(|proxy| elements(proxy, "virtual_hosts")).map(path_of)
}

/// The host and the path of an object that has both, and where the path is written.
fn path_of(entry: Node<'_>) -> (Node<'_>, PathId<'_>) {
    let path = entry.get("path").filter(|path| path.kind() == NodeKind::String);
    let host = text(entry, "host").map_or(Cow::Borrowed(""), |(_, host)| host);
    let written = path.map_or(Cow::Borrowed("/"), Node::scalar);
    (path.unwrap_or(entry), (host, sanitised(&written)))
}

/// The elements of a list that an object has.
pub(crate) fn elements<'d>(object: Node<'d>, name: &str) -> impl Iterator<Item = Node<'d>> + use<'d> {
    object.get(name).filter(|list| list.kind() == NodeKind::Array).into_iter().flat_map(Node::values)
}

/// True for a text that says this.
pub(crate) fn is_text(node: Option<Node<'_>>, text: &str) -> bool {
    node.and_then(Node::as_str).is_some_and(|value| value == text)
}

/// True for a flag that says this.
pub(crate) fn is_flag(node: Option<Node<'_>>, flag: bool) -> bool {
    node.and_then(Node::as_bool) == Some(flag)
}

/// A text that says something.
pub(crate) fn text<'d>(object: Node<'d>, name: &str) -> Option<(Node<'d>, Cow<'d, str>)> {
    let node = object.get(name)?;
    node.as_str().filter(|text| !text.is_empty()).map(|text| (node, text))
}
