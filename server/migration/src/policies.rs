//! What APIM's migration knows about policies (FORMATS §4).

use v4ward_syntax::Node;

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

/// The four script keys of a V2 groovy step.
pub(crate) const SCRIPT_KEYS: &[&str] =
    &["onRequestScript", "onResponseScript", "onRequestContentScript", "onResponseContentScript"];

/// The members of a step's configuration that are V2 scripts, empty ones too, in the order in which they are written.
pub(crate) fn scripts<'d>(configuration: Node<'d>) -> impl Iterator<Item = Node<'d>> {
    configuration.values().filter(|member| SCRIPT_KEYS.iter().any(|key| member.has_key(key)))
}

pub(crate) fn is_gravitee(policy: &str) -> bool {
    GRAVITEE.binary_search(&policy).is_ok()
}

pub(crate) fn is_incompatible(policy: &str) -> bool {
    INCOMPATIBLE.binary_search(&policy).is_ok()
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
