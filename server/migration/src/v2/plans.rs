//! Plans.

use std::collections::HashSet;

use v4ward_syntax::{Node, NodeKind};

use super::reader::{Case, Expected, Reader, key};
use super::{Flows, Plan, ProblemKind, flows};

const SECURITIES: &[&str] = &["KEY_LESS", "API_KEY", "OAUTH2", "JWT", "MTLS"];
const STATUSES: &[&str] = &["STAGING", "PUBLISHED", "DEPRECATED", "CLOSED"];
const TYPES: &[&str] = &["API", "CATALOG"];
const VALIDATIONS: &[&str] = &["AUTO", "MANUAL"];

pub(super) fn read<'d>(r: &mut Reader<'d>, list: Node<'d>) -> Vec<Plan<'d>> {
    let mut plans: Vec<Plan<'d>> = Vec::new();
    let mut seen = HashSet::new();
    for node in list.children().filter(|_| list.kind() == NodeKind::Array) {
        let Some(plan) = plan(r, node) else { continue };
        let id = plan.id.as_ref().map(|id| id.value.clone());
        if id.is_some_and(|id| !seen.insert(id)) {
            r.unreadable(node, "plan", "another plan before it has this id, and the server keeps that one");
        } else {
            plans.push(plan);
        }
    }
    plans
}

fn plan<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Plan<'d>> {
    if node.kind() != NodeKind::Object {
        r.unreadable(node, "plan", "it is no object");
        return None;
    }
    let mut plan = empty(node);
    for member in r.members(node).filter(|member| !member.is_null()) {
        read_member(r, &mut plan, member);
    }
    Some(plan)
}

fn read_member<'d>(r: &mut Reader<'d>, plan: &mut Plan<'d>, member: Node<'d>) {
    match key(member).as_ref() {
        "id" => plan.id = r.text(member),
        "crossId" => plan.cross_id = r.text(member),
        "name" => plan.name = r.text(member),
        "description" => plan.description = r.text(member),
        "security" => plan.security = r.word(member, SECURITIES, Case::Any),
        "securityDefinition" => security_definition(r, plan, member),
        // `selectionRule` is the spelling of the stored plan; the import does not read it.
        "selection_rule" => plan.selection_rule = r.text(member),
        "status" => plan.status = r.word(member, STATUSES, Case::Any),
        "type" => plan.kind = r.word(member, TYPES, Case::Any),
        "validation" => plan.validation = r.word(member, VALIDATIONS, Case::Any),
        "order" => plan.order = r.integer(member),
        "characteristics" => plan.characteristics = r.texts(member),
        "excluded_groups" => plan.excluded_groups = r.list(member),
        "comment_required" => plan.comment_required = r.bool(member),
        "comment_message" => plan.comment_message = r.text(member),
        "general_conditions" => plan.general_conditions = r.text(member),
        "tags" => plan.tags = r.texts(member),
        "flows" => plan.flows = flows::read(r, member),
        "created_at" => plan.dates.push(("createdAt", member)),
        "updated_at" => plan.dates.push(("updatedAt", member)),
        "published_at" => plan.dates.push(("publishedAt", member)),
        "closed_at" => plan.dates.push(("closedAt", member)),
        "definitionVersion" => plan.constants.extend(r.text(member).map(|text| ("definitionVersion", text.node))),
        "planMode" => plan.constants.extend(r.text(member).map(|text| ("mode", text.node))),
        "api" | "environmentId" | "hrid" => plan.server_managed.push(member),
        "paths" => plan.v1_paths = Some(member),
        _ => r.unknown(member),
    }
}

/// A text that holds JSON; the server refuses a file where it is anything else.
fn security_definition<'d>(r: &mut Reader<'d>, plan: &mut Plan<'d>, member: Node<'d>) {
    if member.is_container() {
        r.problem(member, ProblemKind::WrongType(Expected::Text), true);
    }
    plan.security_definition = Some(member);
}

fn empty(node: Node<'_>) -> Plan<'_> {
    Plan {
        node,
        id: None,
        cross_id: None,
        name: None,
        description: None,
        security: None,
        security_definition: None,
        selection_rule: None,
        status: None,
        kind: None,
        validation: None,
        order: None,
        characteristics: None,
        excluded_groups: None,
        comment_required: None,
        comment_message: None,
        general_conditions: None,
        tags: None,
        flows: Flows::default(),
        dates: Vec::new(),
        constants: Vec::new(),
        server_managed: Vec::new(),
        v1_paths: None,
    }
}
