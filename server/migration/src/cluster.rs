//! What custom resources say of each other: paths that two claim, subscriptions that name a definition (FORMATS §1.3
//! and §2.2, admission).
//!
//! A caller reads the resources of a workspace into a [`Cluster`] and hands it to rules and conversion in
//! [`crate::Options`]. Nothing here knows files; a resource carries the label that the caller gave its text.

use std::collections::BTreeMap;
use std::sync::Arc;

use v4ward_syntax::edit::{Change, Value};
use v4ward_syntax::{Document, Node, NodeKind};

/// A kind of resource that matters here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// `ApiDefinition`
    V2,
    /// `ApiV4Definition`
    V4,
}

impl Kind {
    /// The kind as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::V2 => "ApiDefinition",
            Self::V4 => "ApiV4Definition",
        }
    }
}

/// A resource that has a kind and a name: no other of its cluster has both.
pub trait Resource {
    /// What tells it from others.
    fn identity(&self) -> (&'static str, &Name);
}

impl Resource for Definition {
    fn identity(&self) -> (&'static str, &Name) {
        (self.kind.name(), &self.name)
    }
}

impl Resource for Subscription {
    fn identity(&self) -> (&'static str, &Name) {
        ("Subscription", &self.name)
    }
}

/// What is found in several clusters, each resource once: one may stand in a text and in the workspace that has the text.
pub fn distinct<'c, R: Resource, Found: Iterator<Item = &'c R>>(
    clusters: [&'c Cluster; 2],
    find: impl Fn(&'c Cluster) -> Found,
) -> Vec<&'c R> {
    let mut distinct: Vec<&R> = Vec::new();
    for resource in clusters.into_iter().flat_map(find) {
        if !distinct.iter().any(|known| known.identity() == resource.identity()) {
            distinct.push(resource);
        }
    }
    distinct
}

/// A resource's name in its namespace; the namespace is empty where the text leaves it to the command that applies it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Name {
    /// `metadata.namespace`
    pub namespace: String,
    /// `metadata.name`
    pub name: String,
}

/// A definition of the workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Definition {
    /// The label of its text.
    pub label: Arc<str>,
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: Name,
}

impl Definition {
    /// What it is, with its file where that is another one.
    #[must_use]
    pub fn words(&self) -> String {
        with_label(&format!("{} {}", self.kind.name(), self.name.name), &self.label)
    }
}

fn with_label(what: &str, label: &str) -> String {
    if label.is_empty() { what.to_owned() } else { format!("{what} in {label}") }
}

/// A `Subscription` of the workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subscription {
    /// The label of its text.
    pub label: Arc<str>,
    /// Its name.
    pub name: Name,
    /// The definition it is for.
    pub api: Name,
    /// The kind of that definition, if it says so.
    pub kind: Option<Kind>,
    /// `spec.plan`: the name of a V2 plan, or the key of a V4 plan.
    pub plan: String,
}

impl Subscription {
    /// Its name, with its file where that is another one.
    #[must_use]
    pub fn words(&self) -> String {
        with_label(&self.name.name, &self.label)
    }
}

/// The resources of a workspace.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cluster {
    /// The definitions that claim a host and a path.
    paths: BTreeMap<(String, String), Vec<Definition>>,
    /// By the definition they are for.
    subscriptions: BTreeMap<Name, Vec<Subscription>>,
}

impl Cluster {
    /// The resources of a text that has several documents; they carry no label.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        let mut cluster = Self::default();
        if document.roots().nth(1).is_some() {
            cluster.add("", document);
        }
        cluster
    }

    /// Adds the resources of a text.
    pub fn add(&mut self, label: &str, document: &Document) {
        let label: Arc<str> = label.into();
        for root in document.roots().filter(|root| is_ours(*root)) {
            match text(root, &["kind"]).as_str() {
                "ApiDefinition" => self.add_definition(&label, Kind::V2, root),
                "ApiV4Definition" => self.add_definition(&label, Kind::V4, root),
                "Subscription" => self.add_subscription(&label, root),
                _ => {}
            }
        }
    }

    /// Adds the resources of another text or texts.
    pub fn extend(&mut self, other: &Self) {
        for (place, definitions) in &other.paths {
            let claimants = self.paths.entry(place.clone()).or_default();
            claimants.extend(definitions.iter().cloned());
        }
        for (api, subscriptions) in &other.subscriptions {
            self.subscriptions.entry(api.clone()).or_default().extend(subscriptions.iter().cloned());
        }
    }

    fn add_definition(&mut self, label: &Arc<str>, kind: Kind, root: Node<'_>) {
        let definition = Definition { label: Arc::clone(label), kind, name: name_of(root) };
        for place in claims(kind, root) {
            let claimants = self.paths.entry(place).or_default();
            if !claimants.contains(&definition) {
                claimants.push(definition.clone());
            }
        }
    }

    fn add_subscription(&mut self, label: &Arc<str>, root: Node<'_>) {
        let Some(target) = subscribed(root) else { return };
        let subscription = Subscription {
            label: Arc::clone(label),
            name: name_of(root),
            api: target.api.clone(),
            kind: target.kind,
            plan: text(root, &["spec", "plan"]),
        };
        self.subscriptions.entry(target.api).or_default().push(subscription);
    }

    /// The other definitions of a namespace that claim a path. The V4 definition that takes the place of a V2 one, under
    /// the same name, is none of them.
    pub fn others_at<'c>(&'c self, name: &'c Name, host: &str, path: &str) -> impl Iterator<Item = &'c Definition> {
        let claimants = self.paths.get(&(host.to_owned(), normal(path)));
        claimants
            .into_iter()
            .flatten()
            .filter(move |other| other.name.namespace == name.namespace && other.name.name != name.name)
    }

    /// The subscriptions to the plans of a V2 definition, in the order they were added. One that does not say the kind of
    /// definition counts when its plan is one of `plans`, the names of the V2 plans.
    pub fn subscriptions_to<'c>(&'c self, v2: &'c Name, plans: &'c [&str]) -> impl Iterator<Item = &'c Subscription> {
        let named = self.subscriptions.iter().filter(|(api, _)| is_one(api, v2));
        named.flat_map(|(_, all)| all).filter(|it| is_to_v2(it.kind, &it.plan, plans))
    }
}

/// True when two names may be those of one resource: a namespace that is not said may be any.
fn is_one(one: &Name, other: &Name) -> bool {
    let any = one.namespace.is_empty() || other.namespace.is_empty();
    one.name == other.name && (any || one.namespace == other.namespace)
}

fn is_to_v2(kind: Option<Kind>, plan: &str, plans: &[&str]) -> bool {
    match kind {
        Some(kind) => kind == Kind::V2,
        None => plans.contains(&plan),
    }
}

/// What a subscription is for.
struct Subscribed {
    kind: Option<Kind>,
    api: Name,
}

fn subscribed(root: Node<'_>) -> Option<Subscribed> {
    let api = root.get("spec")?.get("api")?;
    let kind = match text(api, &["kind"]).as_str() {
        "ApiDefinition" => Some(Kind::V2),
        "ApiV4Definition" => Some(Kind::V4),
        "" => None,
        _ => return None,
    };
    let namespace = match text(api, &["namespace"]) {
        namespace if namespace.is_empty() => text(root, &["metadata", "namespace"]),
        namespace => namespace,
    };
    Some(Subscribed { kind, api: Name { namespace, name: text(api, &["name"]) } })
}

/// The changes that make the subscriptions of a text name a V4 definition and its plans in the place of a V2 one.
///
/// `plans` are the names of the V2 plans with the keys of the V4 plans.
#[must_use]
pub fn repoint(document: &Document, v2: &Name, plans: &[(&str, &str)]) -> Vec<Change> {
    let names: Vec<&str> = plans.iter().map(|(name, _)| *name).collect();
    let is_one = |root: &Node<'_>| {
        let target = subscribed(*root).filter(|target| self::is_one(&target.api, v2));
        let plan = text(*root, &["spec", "plan"]);
        target.is_some_and(|target| is_to_v2(target.kind, &plan, &names))
    };
    let roots = document.roots().filter(|root| is_ours(*root) && text(*root, &["kind"]) == "Subscription");
    roots.filter(is_one).flat_map(|root| repoint_one(root, plans)).collect()
}

fn repoint_one(root: Node<'_>, plans: &[(&str, &str)]) -> Vec<Change> {
    let mut changes = Vec::new();
    let Some((spec, api)) = root.get("spec").and_then(|spec| Some((spec, spec.get("api")?))) else { return changes };
    let kind = Value::String(Kind::V4.name().to_owned());
    changes.push(match api.get("kind") {
        Some(old) => Change::Replace { node: old.id(), value: kind },
        None => Change::InsertMember { object: api.id(), after: None, key: "kind".to_owned(), value: kind },
    });
    let Some(plan) = spec.get("plan") else { return changes };
    let name = plan.scalar();
    if let Some((_, key)) = plans.iter().find(|(of, key)| *of == name && *key != name) {
        changes.push(Change::Replace { node: plan.id(), value: Value::String((*key).to_owned()) });
    }
    changes
}

/// True for a text with a resource of Gravitee's.
#[must_use]
pub fn has_resources(document: &Document) -> bool {
    document.roots().any(is_ours)
}

fn is_ours(root: Node<'_>) -> bool {
    text(root, &["apiVersion"]).starts_with("gravitee.io/")
}

/// The name of a resource.
#[must_use]
pub fn name_of(root: Node<'_>) -> Name {
    Name { namespace: text(root, &["metadata", "namespace"]), name: text(root, &["metadata", "name"]) }
}

/// The node of a resource's name, or the resource.
#[must_use]
pub fn name_node(root: Node<'_>) -> Node<'_> {
    root.get("metadata").and_then(|metadata| metadata.get("name")).unwrap_or(root)
}

/// The hosts and paths that a definition claims; the host is empty where there is none.
fn claims(kind: Kind, root: Node<'_>) -> Vec<(String, String)> {
    let Some(spec) = root.get("spec") else { return Vec::new() };
    let hosts: Vec<Node<'_>> = match kind {
        Kind::V2 => spec.get("proxy").and_then(|proxy| proxy.get("virtual_hosts")).into_iter().collect(),
        Kind::V4 => {
            let listeners = spec.get("listeners").into_iter().flat_map(items);
            listeners.filter_map(|listener| listener.get("paths")).collect()
        }
    };
    let place = |host: Node<'_>| Some((text(host, &["host"]), normal(&host.get("path")?.as_str()?)));
    hosts.into_iter().flat_map(items).filter_map(place).collect()
}

fn items<'d>(list: Node<'d>) -> impl Iterator<Item = Node<'d>> {
    list.values().filter(move |_| list.kind() == NodeKind::Array)
}

/// A path as APIM compares it: one slash at the end, no two together.
pub(crate) fn normal(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "/".to_owned() } else { format!("/{}/", parts.join("/")) }
}

/// The text at a path of keys; empty when there is none.
fn text(node: Node<'_>, keys: &[&str]) -> String {
    let found = keys.iter().try_fold(node, |node, key| node.get(key));
    found
        .filter(|node| !node.is_container() && !node.is_null())
        .map(|node| node.scalar().into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESOURCES: &str = "\
apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata: {name: one, namespace: shop}
spec: {proxy: {virtual_hosts: [{path: /orders}, {path: /x, host: a.example}]}}
---
apiVersion: gravitee.io/v1alpha1
kind: ApiV4Definition
metadata: {name: one, namespace: shop}
spec: {listeners: [{paths: [{path: /orders/}]}]}
---
apiVersion: gravitee.io/v1alpha1
kind: ApiV4Definition
metadata: {name: two, namespace: shop}
spec: {listeners: [{paths: [{path: //orders}]}]}
---
apiVersion: gravitee.io/v1alpha1
kind: Subscription
metadata: {name: sub, namespace: shop}
spec: {api: {name: one, kind: ApiDefinition}, plan: Gold, application: {name: app}}
---
apiVersion: gravitee.io/v1alpha1
kind: Subscription
metadata: {name: sub-2, namespace: shop}
spec: {api: {name: one}, plan: Gold, application: {name: app}}
---
apiVersion: gravitee.io/v1alpha1
kind: Subscription
metadata: {name: sub-3, namespace: shop}
spec: {api: {name: one, kind: ApiV4Definition}, plan: gold, application: {name: app}}
---
apiVersion: other/v1
kind: Subscription
spec: {api: {name: one, kind: ApiDefinition}}
";

    fn name(name: &str) -> Name {
        Name { namespace: "shop".into(), name: name.into() }
    }

    #[test]
    fn others_claim_a_path_but_not_what_takes_its_place() {
        let mut cluster = Cluster::default();
        cluster.add("all.yaml", &Document::parse_yaml(RESOURCES));
        let at = |own: &str, host: &str, path: &str| -> Vec<String> {
            cluster.others_at(&name(own), host, path).map(|other| other.name.name.clone()).collect()
        };
        assert_eq!(at("one", "", "/orders"), ["two"]);
        assert_eq!(at("two", "", "/orders"), ["one", "one"]);
        assert_eq!(at("two", "", "/x"), [""; 0]);
        assert_eq!(at("two", "a.example", "/x/"), ["one"]);
    }

    #[test]
    fn texts_can_be_put_together() {
        let (one, other) = RESOURCES.split_at(RESOURCES.find("---").unwrap_or_default());
        let of = |label: &str, text: &str| {
            let mut cluster = Cluster::default();
            cluster.add(label, &Document::parse_yaml(text));
            cluster
        };
        let (mut joined, both) = (of("", one), of("", RESOURCES));
        assert_ne!(joined, both);
        joined.extend(&of("", other));
        assert_eq!(joined, both);
    }

    #[test]
    fn subscriptions_are_found_by_what_they_are_for() {
        let document = Document::parse_yaml(RESOURCES);
        let mut cluster = Cluster::default();
        cluster.add("all.yaml", &document);
        let found = |plans: &[&str]| -> Vec<String> {
            cluster.subscriptions_to(&name("one"), plans).map(|it| it.name.name.clone()).collect()
        };
        assert_eq!(found(&[]), ["sub"]);
        assert_eq!(found(&["Gold"]), ["sub", "sub-2"]);
    }

    #[test]
    fn subscriptions_are_made_to_name_the_v4_definition() {
        let document = Document::parse_yaml(RESOURCES);
        let changes = repoint(&document, &name("one"), &[("Gold", "gold")]);
        let texts: Vec<&Value> = changes
            .iter()
            .map(|change| match change {
                Change::Replace { value, .. } | Change::InsertMember { value, .. } => value,
                other => panic!("{other:?}"),
            })
            .collect();
        let text = |text: &str| Value::String(text.into());
        let (kind, plan) = (text("ApiV4Definition"), text("gold"));
        assert_eq!(texts, [&kind, &plan, &kind, &plan]);
    }
}
