//! What a person has to do so that a V4 custom resource takes the place of a V2 one in a cluster.

use crate::analysis::Judged;
use crate::cluster::{self, Cluster, Name, Subscription};
use crate::v4::{Object, Value};

/// A V2 resource that became a V4 one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rollout {
    /// The name of both.
    pub name: Name,
    /// The names of the V2 plans with the keys of the V4 plans, by which subscriptions know them.
    pub plans: Vec<(String, String)>,
    /// The subscriptions of the workspace that name the V2 resource.
    pub subscriptions: Vec<Subscription>,
}

impl Rollout {
    /// `object` is what the definition became.
    pub(crate) fn new(judged: &Judged<'_>, object: &Object<'_>, around: &Cluster, beside: &Cluster) -> Self {
        let plans = plan_keys(judged, object);
        let name = cluster::name_of(judged.root());
        let names: Vec<&str> = plans.iter().map(|(name, _)| name.as_str()).collect();
        let mut subscriptions: Vec<Subscription> = around.subscriptions_to(&name, &names).cloned().collect();
        // A text need not be one of the workspace.
        for own in beside.subscriptions_to(&name, &names) {
            if !subscriptions.iter().any(|known| known.name == own.name) {
                subscriptions.push(own.clone());
            }
        }
        Self { name, subscriptions, plans }
    }
}

fn plan_keys(judged: &Judged<'_>, object: &Object<'_>) -> Vec<(String, String)> {
    let Some(Value::Object(spec)) = object.get("spec") else { return Vec::new() };
    let Some(Value::Object(plans)) = spec.get("plans") else { return Vec::new() };
    let key_of = |(key, plan): &(_, Value<'_>)| {
        let Value::Object(plan) = plan else { return None };
        let v2 = judged.api.plans.iter().find(|v2| Some(v2.node.id()) == plan.source)?;
        Some((v2.name.as_ref()?.value.to_string(), std::borrow::Cow::<str>::clone(key).into_owned()))
    };
    plans.members.iter().filter_map(key_of).collect()
}
