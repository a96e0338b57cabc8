//! How a custom resource takes the place of another, as results tell it.

use serde::Serialize;
use tower_lsp::ls_types::Uri;
use v4ward_migration::cluster::Subscription;
use v4ward_migration::rollout::Rollout;

use crate::lsp::documents::Snapshot;
use crate::lsp::resources;
use crate::lsp::state::State;

/// One of the definitions of a text.
#[derive(Clone, Serialize)]
pub(super) struct RolloutReport {
    namespace: String,
    name: String,
    plans: Vec<PlanReport>,
    pub(super) subscriptions: Vec<SubscriptionReport>,
}

/// A V2 plan by its name, and its key in V4.
#[derive(Clone, Serialize)]
struct PlanReport {
    name: String,
    key: String,
}

/// A subscription that names the V2 resource.
#[derive(Clone, Serialize)]
pub(super) struct SubscriptionReport {
    uri: Option<Uri>,
    /// Below the folder of the workspace.
    path: String,
    name: String,
    plan: String,
}

impl RolloutReport {
    pub(super) fn new(rollout: &Rollout, snapshot: &Snapshot, state: &State) -> Self {
        let plan = |(name, key): &(String, String)| PlanReport { name: name.clone(), key: key.clone() };
        let subscription = |it: &Subscription| SubscriptionReport {
            uri: resources::uri_of(it, snapshot, state),
            path: path_of(it, snapshot),
            name: it.name.name.clone(),
            plan: it.plan.clone(),
        };
        Self {
            namespace: rollout.name.namespace.clone(),
            name: rollout.name.name.clone(),
            plans: rollout.plans.iter().map(plan).collect(),
            subscriptions: rollout.subscriptions.iter().map(subscription).collect(),
        }
    }

    pub(super) fn all(rollouts: &[Rollout], snapshot: &Snapshot, state: &State) -> Vec<Self> {
        rollouts.iter().map(|rollout| Self::new(rollout, snapshot, state)).collect()
    }
}

fn path_of(subscription: &Subscription, own: &Snapshot) -> String {
    if !subscription.label.is_empty() {
        return subscription.label.to_string();
    }
    let name = own.path.as_deref().and_then(|path| path.file_name());
    name.map_or_else(|| own.uri.as_str().to_owned(), |name| name.to_string_lossy().into_owned())
}
