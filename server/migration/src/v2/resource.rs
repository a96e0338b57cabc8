//! The custom resource `ApiDefinition` (FORMATS §1.3): the definition stands in its `spec`.

use v4ward_syntax::{Node, NodeKind};

use super::defaults::Defaults;
use super::reader::{Case, Reader, key};
use super::{Api, Field, Word, api, cluster};

const STATES: &[&str] = &["STARTED", "STOPPED"];
const LIFECYCLE_STATES: &[&str] = &["CREATED", "PUBLISHED", "UNPUBLISHED", "DEPRECATED", "ARCHIVED"];

/// What a custom resource says beside the definition.
#[derive(Debug)]
pub struct CustomResource<'d> {
    /// The resource.
    pub node: Node<'d>,
    /// `apiVersion`
    pub api_version: Option<Node<'d>>,
    /// `kind`
    pub kind: Option<Node<'d>>,
    /// `metadata`: name, namespace, labels, annotations
    pub metadata: Option<Node<'d>>,
    /// `spec.contextRef`, the management context
    pub context_ref: Option<Node<'d>>,
    /// `spec.local`: gateways take the API from the cluster, not from APIM
    pub local: Option<Field<'d, bool>>,
    /// `spec.state`, `STARTED` when absent
    pub state: Option<Word<'d>>,
    /// `spec.lifecycle_state`, `CREATED` when absent
    pub lifecycle_state: Option<Word<'d>>,
    /// `spec.notifyMembers`, true when absent
    pub notify_members: Option<Field<'d, bool>>,
    /// `spec.groupRefs`
    pub group_refs: Option<Node<'d>>,
    /// `spec.notificationsRefs`
    pub notifications_refs: Option<Node<'d>>,
    /// `spec.consoleNotificationConfiguration`
    pub console_notification: Option<Node<'d>>,
    /// `spec.definition_context`
    pub definition_context: Option<Node<'d>>,
    /// Members beside `spec` that the cluster sets itself, such as `status`.
    pub server_managed: Vec<Node<'d>>,
    /// Members that the cluster takes out, as the resource definition does not have them, by place.
    pub pruned: Vec<Node<'d>>,
}

/// The annotation of a resource that the operator fills in for Ingress resources.
const TEMPLATE: &str = "gravitee.io/template";

impl CustomResource<'_> {
    /// True for a member that the cluster takes out.
    #[must_use]
    pub fn is_pruned(&self, member: Node<'_>) -> bool {
        self.pruned.binary_search_by_key(&member.id(), |pruned| pruned.id()).is_ok()
    }

    /// True for a template of APIs that Ingress resources make, which is no API itself.
    #[must_use]
    pub fn is_template(&self) -> bool {
        let annotations = self.metadata.and_then(|metadata| metadata.get("annotations"));
        annotations.and_then(|annotations| annotations.get(TEMPLATE)).is_some_and(|value| value.scalar() == "true")
    }
}

pub(super) fn read<'d>(r: &mut Reader<'d>, root: Node<'d>) -> Api<'d> {
    let mut resource = empty(root);
    let mut spec = None;
    for member in root.values() {
        match key(member).as_ref() {
            "apiVersion" => resource.api_version = Some(member),
            "kind" => resource.kind = Some(member),
            "metadata" => resource.metadata = r.object(member),
            "spec" => spec = r.object(member),
            "status" => resource.server_managed.push(member),
            _ => {
                r.unknown(member);
                resource.pruned.push(member);
            }
        }
    }
    let Some(spec) = spec.filter(|spec| spec.kind() == NodeKind::Object) else {
        r.missing(root, "spec");
        let mut api = api::read(&mut Reader::default(), root);
        api.defaults = &Defaults::RESOURCE;
        api.resource = Some(Box::new(resource));
        return api;
    };
    let admission = cluster::admit(spec);
    resource.pruned.extend(&admission.pruned);
    resource.pruned.sort_by_key(|member| member.id());
    r.enter_resource(admission);
    let mut api = api::read_spec(r, spec, &mut resource);
    api.resource = Some(Box::new(resource));
    api
}

/// Takes a member of the `spec` that an export does not have; false for any other.
pub(super) fn read_member<'d>(r: &mut Reader<'d>, resource: &mut CustomResource<'d>, member: Node<'d>) -> bool {
    match key(member).as_ref() {
        "contextRef" => resource.context_ref = r.object(member),
        "local" => resource.local = r.bool(member),
        "state" => resource.state = r.word(member, STATES, Case::Exact),
        "lifecycle_state" => resource.lifecycle_state = r.word(member, LIFECYCLE_STATES, Case::Exact),
        "notifyMembers" => resource.notify_members = r.bool(member),
        "groupRefs" => resource.group_refs = r.list(member),
        "notificationsRefs" => resource.notifications_refs = r.list(member),
        "consoleNotificationConfiguration" => resource.console_notification = r.object(member),
        "definition_context" => resource.definition_context = r.object(member),
        _ => return false,
    }
    true
}

fn empty(node: Node<'_>) -> CustomResource<'_> {
    CustomResource {
        node,
        api_version: None,
        kind: None,
        metadata: None,
        context_ref: None,
        local: None,
        state: None,
        lifecycle_state: None,
        notify_members: None,
        group_refs: None,
        notifications_refs: None,
        console_notification: None,
        definition_context: None,
        server_managed: Vec::new(),
        pruned: Vec::new(),
    }
}
