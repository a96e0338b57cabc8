//! What is known about policies: which ones APIM's migration takes, and how the engines run them (FORMATS §4,
//! SEMANTICS §1.4).

mod legacy;
mod phases;
mod scope;
mod scripts;

pub(crate) use legacy::{Role, role};
pub(crate) use phases::{Form, one_phase};
pub(crate) use scope::{Scope, scope};
pub(crate) use scripts::{SCRIPT_KEYS, has_code, is_content, scripts, scripts_of};

use crate::options::{Options, Version};

/// Policies of Gravitee that the migration knows; a step with any other can only be forced.
pub(crate) const GRAVITEE: &[&str] = &[
    "ai-prompt-guard-rails",
    "ai-prompt-token-tracking",
    "api-key",
    "avro-json",
    "avro-protobuf",
    "aws-lambda",
    "cache",
    "cloud-events",
    "custom-query-parameters-parser",
    "data-cache",
    "dynamic-routing",
    "generate-http-signature",
    "groovy",
    "html-json",
    "http-redirect",
    "http-signature",
    "ip-filtering",
    "javascript",
    "json-threat-protection",
    "json-to-json",
    "json-validation",
    "json-xml",
    "jws",
    "jwt",
    "key-less",
    "latency",
    "message-filtering",
    "metrics-reporter",
    "mock",
    "mtls",
    "oas-validation",
    "oauth2",
    "policy-assign-attributes",
    "policy-assign-content",
    "policy-assign-metrics",
    "policy-basic-authentication",
    "policy-circuit-breaker",
    "policy-data-logging-masking",
    "policy-generate-jwt",
    "policy-geoip-filtering",
    "policy-graphql-ratelimit",
    "policy-http-callout",
    "policy-interops-a-sp",
    "policy-interops-r-sp",
    "policy-interrupt",
    "policy-openid-userinfo",
    "policy-override-request-method",
    "policy-request-validation",
    "policy-wssecurity-authentication",
    "protobuf-json",
    "quota",
    "rate-limit",
    "rbac",
    "regex-threat-protection",
    "request-content-limit",
    "resource-filtering",
    "rest-to-soap",
    "retry",
    "spike-arrest",
    "ssl-enforcement",
    "status-code",
    "traffic-shadowing",
    "transform-headers",
    "transform-queryparams",
    "url-rewriting",
    "ws-security-sign",
    "xml-json",
    "xml-threat-protection",
    "xml-validation",
    "xslt",
];

/// Policies that have no V4 form.
const INCOMPATIBLE: &[&str] = &[
    "cloud-events",
    "html-json",
    "message-filtering",
    "metrics-reporter",
    "policy-interrupt",
    "policy-wssecurity-authentication",
];

pub(crate) fn is_gravitee(policy: &str) -> bool {
    GRAVITEE.binary_search(&policy).is_ok()
}

pub(crate) fn is_incompatible(policy: &str) -> bool {
    INCOMPATIBLE.binary_search(&policy).is_ok()
}

/// The policy that runs for the security of a plan, where it has a configuration.
pub(crate) fn of_security(kind: &str) -> Option<&'static str> {
    match kind {
        "API_KEY" => Some("api-key"),
        "JWT" => Some("jwt"),
        "OAUTH2" => Some("oauth2"),
        _ => None,
    }
}

/// The policy of which newer versions of APIM bring no plugin.
pub(crate) const JAVASCRIPT: &str = "javascript";

/// True when the plugin of a policy of Gravitee is there where the V4 definition will run.
pub(crate) fn is_installed(policy: &str, options: &Options) -> bool {
    policy != JAVASCRIPT
        || options.target_version < Version::WITHOUT_JAVASCRIPT
        || options.custom_policies.iter().any(|own| own == policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_complete() {
        assert!(GRAVITEE.is_sorted() && INCOMPATIBLE.is_sorted());
        assert_eq!((GRAVITEE.len(), INCOMPATIBLE.len()), (70, 6));
        assert!(INCOMPATIBLE.iter().all(|id| is_gravitee(id)));
    }
}
