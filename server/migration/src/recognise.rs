//! What a document is, by its content (FORMATS §1.0; MIGRATION, Recognition).

use serde::Serialize;
use v4ward_syntax::{Document, Format, Node, NodeKind};

/// The generation of a definition.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Definition {
    /// Flows by path at the root; not supported since APIM 4.
    V1,
    /// What this tool migrates.
    V2,
    /// What it makes.
    V4,
    /// Anything else.
    Unknown,
}

/// The shape of a definition.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentFormat {
    /// A file that APIM's console or management API exported, V1 or V2.
    ExportJson,
    /// A custom resource of the Kubernetes operator, `ApiDefinition`, in YAML.
    GkoYaml,
    /// The same in JSON.
    GkoJson,
    /// A saved answer of the management API v2 for a V2 API.
    ManagementV2Json,
    /// A V4 export.
    V4ExportJson,
    /// A V4 definition as the gateway reads it.
    V4GatewayJson,
    /// A custom resource of the Kubernetes operator, `ApiV4Definition`, in YAML.
    V4GkoYaml,
    /// The same in JSON.
    V4GkoJson,
    /// Nothing of ours.
    Other,
}

impl DocumentFormat {
    /// True for a V2 definition that can be migrated.
    #[must_use]
    pub fn is_v2_file(self) -> bool {
        self == Self::ExportJson || self.is_v2_resource()
    }

    /// True for a V2 custom resource.
    #[must_use]
    pub fn is_v2_resource(self) -> bool {
        matches!(self, Self::GkoYaml | Self::GkoJson)
    }

    /// True for a V4 custom resource.
    #[must_use]
    pub fn is_v4_resource(self) -> bool {
        matches!(self, Self::V4GkoYaml | Self::V4GkoJson)
    }
}

/// Generation and shape of a text: of its first definition that is not V4 yet, else of its first one. Nothing of ours
/// is [`DocumentFormat::Other`].
#[must_use]
pub fn recognise(document: &Document) -> (Definition, DocumentFormat) {
    let mut first = (Definition::Unknown, DocumentFormat::Other);
    for root in document.roots() {
        let recognised = recognise_root(root);
        match recognised.0 {
            Definition::V1 | Definition::V2 => return recognised,
            Definition::V4 if first.0 == Definition::Unknown => first = recognised,
            Definition::V4 | Definition::Unknown => {}
        }
    }
    first
}

/// True for a text with a V4 definition, alone or beside others: a text that is half migrated counts as V2
/// ([`recognise`]).
#[must_use]
pub fn holds_v4(document: &Document) -> bool {
    document.roots().any(|root| recognise_root(root).0 == Definition::V4)
}

/// Generation and shape of one root value of a text.
#[must_use]
pub fn recognise_root(root: Node<'_>) -> (Definition, DocumentFormat) {
    if root.kind() != NodeKind::Object {
        return (Definition::Unknown, DocumentFormat::Other);
    }
    let keys = Keys::of(root);
    let is_yaml = root.document().format() == Format::Yaml;
    match keys.resource() {
        Some("ApiDefinition") if is_yaml => return (Definition::V2, DocumentFormat::GkoYaml),
        Some("ApiDefinition") => return (Definition::V2, DocumentFormat::GkoJson),
        Some("ApiV4Definition") if is_yaml => return (Definition::V4, DocumentFormat::V4GkoYaml),
        Some("ApiV4Definition") => return (Definition::V4, DocumentFormat::V4GkoJson),
        Some(_) => return (Definition::Unknown, DocumentFormat::Other),
        // APIM neither writes nor reads its other shapes in YAML.
        None if is_yaml => return (Definition::Unknown, DocumentFormat::Other),
        None => {}
    }
    if keys.api.and_then(|api| api.get("definitionVersion")).is_some_and(|version| is(version, "V4")) {
        return (Definition::V4, DocumentFormat::V4ExportJson);
    }
    match keys.definition_version {
        Some(version) if is(version, "4.0.0") => return (Definition::V4, DocumentFormat::V4GatewayJson),
        Some(version) if is(version, "V2") => return (Definition::V2, DocumentFormat::ManagementV2Json),
        _ => {}
    }
    match keys.gravitee {
        Some(version) if is(version, "1.0.0") => (Definition::V1, DocumentFormat::ExportJson),
        // Another marker beside a V2 proxy is a V2 file to the server's reader, or none at all: a finding says which.
        Some(version) if is(version, "2.0.0") || keys.proxy => (Definition::V2, DocumentFormat::ExportJson),
        Some(_) => (Definition::Unknown, DocumentFormat::Other),
        None if keys.paths && !keys.flows && keys.looks_like_api() => (Definition::V1, DocumentFormat::ExportJson),
        None if keys.proxy => (Definition::V2, DocumentFormat::ExportJson),
        None => (Definition::Unknown, DocumentFormat::Other),
    }
}

fn is(node: Node<'_>, text: &str) -> bool {
    node.as_str().is_some_and(|value| value == text)
}

/// The members of a root object that tell what it is.
#[derive(Default)]
struct Keys<'d> {
    api: Option<Node<'d>>,
    definition_version: Option<Node<'d>>,
    gravitee: Option<Node<'d>>,
    proxy: bool,
    paths: bool,
    flows: bool,
    name: bool,
    version: bool,
    api_version: Option<Node<'d>>,
    kind: Option<Node<'d>>,
}

impl<'d> Keys<'d> {
    fn of(root: Node<'d>) -> Self {
        let mut keys = Self::default();
        for member in root.values() {
            let container = member.is_container();
            match member.key().as_deref() {
                Some("api") => keys.api = Some(member),
                Some("definitionVersion") => keys.definition_version = Some(member),
                Some("gravitee") if member.kind() == NodeKind::String => keys.gravitee = Some(member),
                Some("proxy") => keys.proxy = container,
                Some("paths") => keys.paths = container,
                Some("flows") => keys.flows = container,
                Some("apiVersion") => keys.api_version = Some(member),
                Some("kind") => keys.kind = Some(member),
                Some("name") => keys.name = true,
                Some("version") => keys.version = true,
                _ => {}
            }
        }
        keys
    }

    /// The kind of a custom resource; ours when it is a definition of Gravitee's.
    fn resource(&self) -> Option<&'static str> {
        let group = self.api_version?.as_str()?;
        let kind = self.kind?.as_str()?;
        let kinds = ["ApiDefinition", "ApiV4Definition"];
        Some(match kinds.into_iter().find(|known| *known == kind) {
            Some(kind) if group.starts_with("gravitee.io/") => kind,
            _ => "",
        })
    }

    /// An OpenAPI document has `paths` at its root too.
    fn looks_like_api(&self) -> bool {
        self.proxy || (self.name && self.version)
    }
}
