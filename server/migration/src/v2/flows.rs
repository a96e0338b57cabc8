//! Flows and their steps.

use v4ward_syntax::{Node, NodeKind};

use super::reader::{Case, Reader, key};
use super::{Flow, Flows, Step, Steps};
use crate::policies;

const OPERATORS: &[&str] = &["STARTS_WITH", "EQUALS"];
pub(crate) const HTTP_METHODS: &[&str] =
    &["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE", "OTHER"];

pub(super) fn read<'d>(r: &mut Reader<'d>, member: Node<'d>) -> Flows<'d> {
    let Some(list) = r.list(member) else { return Flows::default() };
    Flows { node: Some(member), items: list.children().filter_map(|node| flow(r, node)).collect() }
}

fn flow<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Flow<'d>> {
    if node.kind() != NodeKind::Object {
        r.unreadable(node, "flow", "it is no object");
        return None;
    }
    let mut flow = Flow {
        node,
        id: None,
        name: None,
        enabled: None,
        path_operator: None,
        path: None,
        operator: None,
        methods: Vec::new(),
        methods_node: None,
        condition: None,
        consumers: None,
        pre: Steps::default(),
        post: Steps::default(),
    };
    for member in r.members(node).filter(|member| !member.is_null()) {
        match key(member).as_ref() {
            "id" => flow.id = r.text(member),
            "name" => flow.name = r.text(member),
            "enabled" => flow.enabled = r.bool(member),
            "path-operator" => path_operator(r, &mut flow, member),
            "methods" => {
                flow.methods_node = r.list(member);
                let items = member.children().filter(|_| member.kind() == NodeKind::Array);
                flow.methods = items.filter_map(|method| r.word(method, HTTP_METHODS, Case::Any)).collect();
            }
            "condition" => flow.condition = r.text(member),
            "consumers" => flow.consumers = Some(member),
            "pre" => flow.pre = steps(r, member),
            "post" => flow.post = steps(r, member),
            _ => r.unknown(member),
        }
    }
    Some(flow)
}

fn path_operator<'d>(r: &mut Reader<'d>, flow: &mut Flow<'d>, node: Node<'d>) {
    let Some(object) = r.object(node) else { return };
    flow.path_operator = Some(node);
    for member in r.members(object) {
        match key(member).as_ref() {
            "path" => flow.path = r.text(member),
            "operator" => flow.operator = r.word_or_default(member, OPERATORS),
            _ => r.unknown(member),
        }
    }
}

fn steps<'d>(r: &mut Reader<'d>, member: Node<'d>) -> Steps<'d> {
    let Some(list) = r.list(member) else { return Steps::default() };
    Steps { node: Some(member), items: list.children().filter_map(|node| step(r, node)).collect() }
}

fn step<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Step<'d>> {
    if node.kind() != NodeKind::Object {
        r.unreadable(node, "step", "it is no object");
        return None;
    }
    let (mut name, mut description, mut policy) = (None, None, None);
    let (mut configuration, mut enabled, mut condition) = (None, None, None);
    for member in r.members(node) {
        match key(member).as_ref() {
            "name" => name = r.text(member),
            "description" => description = r.text(member),
            "policy" => policy = r.text(member),
            "configuration" => configuration = Some(member),
            "enabled" => enabled = r.bool(member),
            "condition" => condition = r.text(member),
            _ => r.unknown(member),
        }
    }
    // The resource definition allows a step without a configuration.
    let no_configuration = configuration.is_none() && !r.is_resource();
    for (missing, key) in [(policy.is_none(), "policy"), (no_configuration, "configuration")] {
        if missing {
            r.missing(node, key);
        }
    }
    let policy = policy?;
    if let Some(configuration) = configuration.filter(|_| policy.value == "groovy") {
        // Scripts are read as texts; a list or an object is an empty script to the server.
        policies::scripts(configuration).filter(|script| script.is_container()).for_each(|script| {
            r.text(script);
        });
    }
    Some(Step { node, name, description, policy, configuration, enabled, condition })
}
