//! The schemas of policies that come with v4ward, each compiled when it is first asked for.

use std::sync::OnceLock;

use super::PolicySchema;

struct Builtin {
    policy: &'static str,
    text: &'static str,
    /// `None` would be a schema of ours that does not compile; a test keeps that from happening.
    compiled: OnceLock<Option<PolicySchema>>,
}

const fn builtin(policy: &'static str, text: &'static str) -> Builtin {
    Builtin { policy, text, compiled: OnceLock::new() }
}

macro_rules! schema {
    ($policy:literal) => {
        builtin($policy, include_str!(concat!("../../../../schemas/policies/", $policy, ".schema.json")))
    };
}

/// Sorted by id.
static BUILTIN: [Builtin; 20] = [
    schema!("api-key"),
    schema!("cache"),
    schema!("groovy"),
    schema!("javascript"),
    schema!("json-to-json"),
    schema!("json-validation"),
    schema!("jwt"),
    schema!("mock"),
    schema!("oauth2"),
    schema!("policy-assign-attributes"),
    schema!("policy-assign-content"),
    schema!("policy-basic-authentication"),
    schema!("policy-http-callout"),
    schema!("quota"),
    schema!("rate-limit"),
    schema!("resource-filtering"),
    schema!("spike-arrest"),
    schema!("transform-headers"),
    schema!("url-rewriting"),
    schema!("xml-json"),
];

/// Our schema of a policy.
pub(super) fn get(policy: &str) -> Option<&'static PolicySchema> {
    let at = BUILTIN.binary_search_by_key(&policy, |builtin| builtin.policy).ok()?;
    let builtin = BUILTIN.get(at)?;
    let compile = || {
        let schema = PolicySchema::new(serde_json::from_str(builtin.text).ok()?).ok()?;
        Some(PolicySchema { foreign: false, ..schema })
    };
    builtin.compiled.get_or_init(compile).as_ref()
}

/// The ids of the policies that have a schema of ours.
#[cfg(test)]
pub(super) fn policies() -> impl Iterator<Item = &'static str> {
    BUILTIN.iter().map(|builtin| builtin.policy)
}
