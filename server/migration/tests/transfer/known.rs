//! What reaches further than the record tells.

use crate::common::as_resource::Tree;
use crate::{Told, text_of};

/// Leaves of V2 whose value decides about parts of V4 that say something else.
pub(crate) struct Reach {
    /// The end of the path of the leaf.
    leaf: &'static str,
    /// A part of the place in V4.
    place: &'static str,
}

impl Reach {
    /// True for a place that such a leaf decides about.
    pub(crate) fn explains(&self, leaf: &str, place: &str) -> bool {
        leaf.ends_with(self.leaf) && place.contains(self.place)
    }
}

/// All of them.
pub(crate) const REACHES: &[Reach] = &[
    // A block of V4 that is there only, or says all it has to say only, for one value of a flag or word.
    Reach { leaf: "endpoints/*/inherit", place: "/sharedConfigurationOverride" },
    Reach { leaf: "http/version", place: "/http/clearTextUpgrade" },
    Reach { leaf: "http/version", place: "/http/http2MultiplexingLimit" },
    Reach { leaf: "proxy/enabled", place: "/proxy/" },
    Reach { leaf: "proxy/useSystemProxy", place: "/proxy/" },
    Reach { leaf: "trustStore/type", place: "/ssl/trustStore" },
    Reach { leaf: "keyStore/type", place: "/ssl/keyStore" },
    // Without `ssl` nothing may be left of the configuration.
    Reach { leaf: "trustStoreType", place: "/discovery/configuration" },
    Reach { leaf: "keyStoreType", place: "/discovery/configuration" },
    Reach { leaf: "logging/mode", place: "/analytics/logging" },
    Reach { leaf: "logging/content", place: "/analytics/logging" },
    Reach { leaf: "logging/scope", place: "/analytics/logging" },
    Reach { leaf: "loggingMode", place: "/analytics/logging" },
    Reach { leaf: "discovery/provider", place: "/services/discovery" },
    Reach { leaf: "healthcheck/inherit", place: "/services/healthCheck" },
    Reach { leaf: "dynamic-property/configuration/useSystemProxy", place: "/dynamicProperty/configuration/proxy" },
    // The server reads nothing else of a check that is off, and neither do rules and fixes.
    Reach { leaf: "health-check/enabled", place: "/services/healthCheck" },
    Reach { leaf: "healthcheck/enabled", place: "/services/healthCheck" },
    // V2's default for the one depends on the other.
    Reach { leaf: "plans/*/security", place: "/validation" },
    // A word that stands twice in V2 is written once.
    Reach { leaf: "cors/allowMethods/*", place: "/cors/allowMethods" },
    // V4 does not have the word: it is dropped, or what it stands in.
    Reach { leaf: "methods/*", place: "/methods" },
    Reach { leaf: "pages/*/type", place: "/spec/pages" },
    Reach { leaf: "translations/*/type", place: "/spec/pages" },
    Reach { leaf: "plans/*/status", place: "/spec/plans" },
    Reach { leaf: "plans/*/status", place: "/spec/state" },
    // V4 has one type of plan, whatever V2 says.
    Reach { leaf: "plans/*/type", place: "/type" },
];

/// The same on the legacy engine, where safe fixes take steps away, or put them into the order in which they run: what
/// decides about that decides about the places of all steps of the phase.
pub(crate) const ON_LEGACY_ENGINE: &[Reach] = &[
    Reach { leaf: "execution_mode", place: "/request/" },
    Reach { leaf: "execution_mode", place: "/response/" },
    Reach { leaf: "pre/*/policy", place: "/request/" },
    Reach { leaf: "pre/*/enabled", place: "/request/" },
    Reach { leaf: "post/*/policy", place: "/response/" },
    Reach { leaf: "post/*/enabled", place: "/response/" },
];

/// The maps of a custom resource that v4ward makes keys for.
pub(crate) const COUNTED: &[&str] = &["/spec/plans", "/spec/pages"];

/// Places that differ in numbers only are alike.
pub(crate) fn general(place: &str) -> String {
    let segments = place.split('/').map(|segment| if segment.parse::<u32>().is_ok() { "*" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// The other places at which the id stands that a leaf holds.
pub(crate) fn of_one_id<'t>(tree: &Tree, told: &Told, all: &'t [Told]) -> Vec<&'t Told> {
    let mut tree = tree.clone();
    let id = crate::change::at(&mut tree, &told.pointer).cloned();
    let Some(id) = id.filter(|id| text_of(id).is_some_and(|text| uuid::Uuid::try_parse(text).is_ok())) else {
        return Vec::new();
    };
    all.iter()
        .filter(|other| {
            other.pointer != told.pointer && crate::change::at(&mut tree, &other.pointer) == Some(&mut id.clone())
        })
        .collect()
}
