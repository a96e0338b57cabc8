//! What a step does on the legacy engine, which runs the head of a request through all policies of a flow before its
//! body (SEMANTICS E01, §1.4).

use v4ward_syntax::{Node, NodeKind};

use super::{Scope, is_content, is_gravitee, one_phase, scope, scripts_of};
use crate::v2::{Phase, Step};

/// When the legacy engine runs a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// Never, in the phase that it is in.
    Inert,
    /// With the head.
    Head,
    /// With the body.
    Body,
    /// With both.
    Both,
    /// That cannot be known.
    Unknown,
}

/// Policies that work on the body.
const BODY: &[&str] = &[
    "html-json",
    "json-threat-protection",
    "json-to-json",
    "json-validation",
    "json-xml",
    "policy-assign-content",
    "rest-to-soap",
    "xml-json",
    "xml-threat-protection",
    "xml-validation",
    "xslt",
];

/// Policies that look at the head and, apart from it, at the body.
const BOTH: &[&str] = &["regex-threat-protection", "request-content-limit", "url-rewriting"];

/// Policies of Gravitee whose source is closed and which may well work on the body.
const CLOSED: &[&str] = &[
    "ai-prompt-guard-rails",
    "ai-prompt-token-tracking",
    "avro-json",
    "avro-protobuf",
    "aws-lambda",
    "data-cache",
    "oas-validation",
    "policy-data-logging-masking",
    "policy-graphql-ratelimit",
    "policy-interops-a-sp",
    "policy-interops-r-sp",
    "protobuf-json",
    "ws-security-sign",
];

/// When the legacy engine runs an enabled step of this phase.
pub(crate) fn role(phase: Phase, step: &Step<'_>) -> Role {
    let policy = step.policy.value.as_ref();
    if one_phase(policy).is_some_and(|(only, _)| only != phase) {
        return Role::Inert;
    }
    if matches!(policy, "groovy" | "javascript") {
        return role_of_scripts(phase, step);
    }
    let is_one_of = |list: &[&str]| list.contains(&policy);
    match scope(step) {
        Scope::Unknown => Role::Unknown,
        Scope::Known { phase: acts_in, .. } if acts_in != phase => Role::Inert,
        Scope::Known { content: true, .. } => Role::Body,
        _ if is_one_of(BODY) => Role::Body,
        _ if is_one_of(BOTH) => Role::Both,
        _ if is_one_of(CLOSED) || !is_gravitee(policy) => Role::Unknown,
        _ if policy == "policy-assign-metrics" && step.configuration.is_some_and(reads_body) => Role::Body,
        _ => Role::Head,
    }
}

/// Only the scripts of the phase run.
fn role_of_scripts(phase: Phase, step: &Step<'_>) -> Role {
    if step.configuration.is_none_or(|configuration| configuration.kind() != NodeKind::Object) {
        return Role::Unknown;
    }
    let parts = scripts_of(step).filter(|(of, _)| *of == phase).map(|(_, script)| is_content(script));
    parts.fold(Role::Inert, |role, content| match (role, content) {
        (Role::Inert | Role::Body, true) => Role::Body,
        (Role::Inert | Role::Head, false) => Role::Head,
        _ => Role::Both,
    })
}

fn reads_body(configuration: Node<'_>) -> bool {
    let names = [".content", ".jsonContent", ".xmlContent"];
    configuration.subtree().filter_map(Node::as_str).any(|text| names.iter().any(|name| text.contains(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_hold_policies_only() {
        let all = [BODY, BOTH, CLOSED].concat();
        assert!(all.iter().all(|id| is_gravitee(id)));
    }
}
