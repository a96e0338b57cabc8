//! Policies that are made for one phase only (FORMATS §4, SEMANTICS §1.4).

use crate::v2::Phase;

/// How the engine of V4 runs a policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// Its own class, which is called in any phase.
    Native,
    /// Its old class behind an adapter, which skips a phase that the policy does not know, as the legacy engine does.
    Adapted,
}

use Form::{Adapted, Native};
use Phase::{Request, Response};

const ONE_PHASE: &[(&str, Phase, Form)] = &[
    ("api-key", Request, Native),
    ("cache", Request, Native),
    ("dynamic-routing", Request, Adapted),
    ("http-signature", Request, Adapted),
    ("ip-filtering", Request, Adapted),
    ("json-threat-protection", Request, Adapted),
    ("jws", Request, Native),
    ("jwt", Request, Native),
    ("key-less", Request, Native),
    ("latency", Request, Native),
    ("mock", Request, Native),
    ("oauth2", Request, Native),
    ("policy-basic-authentication", Request, Adapted),
    ("policy-generate-jwt", Request, Adapted),
    ("policy-openid-userinfo", Request, Adapted),
    ("policy-override-request-method", Request, Native),
    ("policy-request-validation", Request, Adapted),
    ("quota", Request, Native),
    ("rate-limit", Request, Native),
    ("rbac", Request, Adapted),
    ("regex-threat-protection", Request, Adapted),
    ("resource-filtering", Request, Native),
    ("rest-to-soap", Request, Adapted),
    ("retry", Request, Native),
    ("spike-arrest", Request, Native),
    ("ssl-enforcement", Request, Adapted),
    ("transform-queryparams", Request, Adapted),
    ("url-rewriting", Response, Adapted),
    ("xml-threat-protection", Request, Adapted),
    ("xml-validation", Request, Adapted),
];

/// The one phase of a policy that is made for one, and how V4 runs it.
pub(crate) fn one_phase(policy: &str) -> Option<(Phase, Form)> {
    let place = ONE_PHASE.binary_search_by_key(&policy, |(id, ..)| id).ok()?;
    ONE_PHASE.get(place).map(|(_, phase, form)| (*phase, *form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_knows_policies_only() {
        assert!(ONE_PHASE.is_sorted_by_key(|(id, ..)| id));
        assert!(ONE_PHASE.iter().all(|(id, ..)| crate::policies::is_gravitee(id)));
    }
}
