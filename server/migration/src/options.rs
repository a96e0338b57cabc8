//! What a user can set.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::cluster::Cluster;
use crate::finding::Severity;
use crate::plugins::PolicySchemas;
use crate::recognise::DocumentFormat;
use crate::target::Target;

/// A minor version of APIM, such as 4.13.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Version {
    /// The major number.
    pub major: u32,
    /// The minor number.
    pub minor: u32,
}

impl Version {
    /// The newest version whose rules are known.
    pub const NEWEST: Self = Self { major: 4, minor: 13 };
    /// The first version without the plugin `javascript`.
    pub const WITHOUT_JAVASCRIPT: Self = Self { major: 4, minor: 13 };
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('.').and_then(|(major, minor)| {
            Some(Self { major: major.parse().ok()?, minor: minor.split('.').next()?.parse().ok()? })
        });
        parsed
            .filter(|version| version.major == 4)
            .ok_or_else(|| format!("\"{text}\" is no APIM version such as \"4.13\""))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// What becomes of the ids of API, plans and pages.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum IdPolicy {
    /// They stay, so that an update keeps the subscriptions.
    #[default]
    Keep,
    /// New ones are derived from them, the same ones each time.
    New,
}

/// Options of rules and conversion.
#[derive(Clone, Debug)]
pub struct Options {
    /// The APIM version that will run the V4 API.
    pub target_version: Version,
    /// Policies of one's own that are installed there.
    pub custom_policies: Vec<String>,
    /// The gateway's request timeout in milliseconds.
    pub gateway_timeout_ms: u64,
    /// What becomes of ids.
    pub ids: IdPolicy,
    /// The form of the V4 definition; that of the V2 definition unless it is said.
    pub target: Option<Target>,
    /// The custom resources around a definition, where they are known.
    pub cluster: Arc<Cluster>,
    /// Schemas of policies beside those that are known.
    pub policy_schemas: Arc<PolicySchemas>,
    /// Severities by rule id; `None` switches a rule off.
    pub rules: BTreeMap<String, Option<Severity>>,
}

impl Options {
    /// The form of the V4 definition of a V2 definition.
    #[must_use]
    pub fn target_for(&self, format: DocumentFormat) -> Target {
        self.target.unwrap_or(if format.is_v2_resource() { Target::Resource } else { Target::ImportJson })
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            target_version: Version::NEWEST,
            custom_policies: Vec::new(),
            gateway_timeout_ms: 30_000,
            ids: IdPolicy::Keep,
            target: None,
            cluster: Arc::default(),
            policy_schemas: Arc::default(),
            rules: BTreeMap::new(),
        }
    }
}
