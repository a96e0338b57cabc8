//! The JSON schemas of V4, compiled once.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use jsonschema::error::TypeKind;
use jsonschema::{JsonType, Registry, Validator};
use serde_json::{Map, Value};
use v4ward_syntax::{Node, NodeId, push_pointer_part};

use super::instance::{Instance, Nulls, Tree};
use super::resource;
use super::view::Api;

const RESOURCE: &str = include_str!("../../../../schemas/v4-resource.schema.json");
const EXPORT: &str = include_str!("../../../../schemas/v4-export.schema.json");

/// The schemas that the others refer to, with that of the export.
const PARTS: &[&str] = &[
    EXPORT,
    include_str!("../../../../schemas/consul-service-discovery.schema.json"),
    include_str!("../../../../schemas/http-dynamic-properties.schema.json"),
    include_str!("../../../../schemas/http-health-check.schema.json"),
    include_str!("../../../../schemas/http-proxy-endpoint.schema.json"),
    include_str!("../../../../schemas/http-proxy-entrypoint.schema.json"),
    include_str!("../../../../schemas/http-proxy-shared-configuration.schema.json"),
];

/// A place of a V4 document that V4 would refuse.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SchemaFailure {
    /// JSON pointer of the place; of what is missing, the object around it.
    pub pointer: String,
    /// It is the name that V4 would refuse, whatever its value.
    pub at_key: bool,
    /// What is wrong, in words that quote no value.
    pub what: String,
    /// Which kind of fault it is.
    pub kind: FailureKind,
}

/// Kinds of faults that rules have words of their own for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum FailureKind {
    /// A name that is not known; these would be.
    Unknown(Arc<[String]>),
    /// A name that has not the form that is asked for.
    Name,
    /// This is missing.
    Missing(String),
    /// A text is longer than this.
    TooLong(u64),
    /// A list has fewer elements than this.
    TooFew(u64),
    /// Anything else.
    #[default]
    Value,
}

impl SchemaFailure {
    pub(super) fn new(pointer: String, what: impl Into<String>) -> Self {
        Self { pointer, at_key: false, what: what.into(), kind: FailureKind::Value }
    }
}

/// `None` would be a schema of ours that does not compile; a test keeps that from happening.
type Compiled = LazyLock<Option<Validator<Tree>>>;

static OF_EXPORT: Compiled = LazyLock::new(|| compile(EXPORT).ok());
static OF_RESOURCE: Compiled = LazyLock::new(|| compile(RESOURCE).ok());

fn compile(schema: &str) -> Result<Validator<Tree>, Box<dyn std::error::Error>> {
    let parts: Vec<Value> = PARTS.iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>()?;
    let schema: Value = serde_json::from_str(schema)?;
    let mut registry = Registry::new();
    for part in &parts {
        registry = registry.add(part["$id"].as_str().unwrap_or_default(), part)?;
    }
    let registry = registry.prepare()?;
    let options = jsonschema::options_for::<Tree>().with_registry(&registry).should_validate_formats(true);
    options.build(&schema).map_err(|error| error.to_string().into())
}

/// What of a V4 export V4 would refuse under the strict reading; nothing for a good one. Syntax errors are the reader's
/// business.
#[must_use]
pub fn check(root: Node<'_>) -> Vec<SchemaFailure> {
    failures(&OF_EXPORT, root, Nulls::Kept)
}

/// What of a V4 export the server would refuse or lose, as it reads one: it takes a null for nothing, a text for the
/// configuration that it holds, and nothing here knows the schema of an API of another type.
pub(super) fn of_import<'d>(api: Api<'d>) -> Vec<(Node<'d>, SchemaFailure)> {
    let mut failures = placed(api.root, failures(&OF_EXPORT, api.root, Nulls::Removed));
    let is_other = api.is_other();
    failures.retain(|(node, failure)| {
        !(is_other && is_of_type(&failure.pointer) || is_configuration_text(*node) || is_no_store(*node))
    });
    failures
}

/// True for what an API has by its type.
fn is_of_type(pointer: &str) -> bool {
    const PARTS: [&str; 7] = ["type", "listeners", "endpointGroups", "flows", "analytics", "failover", "services"];
    let mut parts = pointer.split('/').skip(1);
    match (parts.next(), parts.next(), parts.next()) {
        (Some("api"), Some(part), _) => PARTS.contains(&part),
        (Some("plans"), _, part) => part == Some("flows"),
        _ => false,
    }
}

/// True for a configuration that is written as a text: the import takes one that is a JSON object.
fn is_configuration_text(node: Node<'_>) -> bool {
    let of_plugin = ["configuration", "sharedConfiguration", "sharedConfigurationOverride"];
    of_plugin.iter().any(|name| node.has_key(name))
        && node.as_str().is_some_and(|text| serde_json::from_str::<Map<String, Value>>(&text).is_ok())
}

/// True for the type of no key store: the server writes `NONE` for the empty text before it looks.
fn is_no_store(node: Node<'_>) -> bool {
    let mut around = node.ancestors();
    let store = around.next().is_some_and(|store| store.has_key("keyStore") || store.has_key("trustStore"));
    store
        && around.next().is_some_and(|ssl| ssl.has_key("ssl"))
        && node.has_key("type")
        && node.as_str().is_some_and(|text| text.is_empty())
}

/// What of a resource of kind `ApiV4Definition` Kubernetes would drop, or it, its operator or V4 would refuse; nothing
/// for a good one. The resource is one document of a text, which may have others; pointers begin at its root.
#[must_use]
pub fn check_resource(root: Node<'_>) -> Vec<SchemaFailure> {
    let mut failures: Vec<_> = of_resource(root).into_iter().map(|(_, failure)| failure).collect();
    failures.extend(resource::check(root));
    failures.sort();
    failures
}

/// What the schema of resources says alone.
pub(super) fn of_resource(root: Node<'_>) -> Vec<(Node<'_>, SchemaFailure)> {
    let mut failures = placed(root, failures(&OF_RESOURCE, root, Nulls::Kept));
    failures.retain(|(node, _)| !is_filled_in(*node));
    failures
}

/// Failures with their nodes.
fn placed(root: Node<'_>, failures: Vec<SchemaFailure>) -> Vec<(Node<'_>, SchemaFailure)> {
    let mut places = Places::of(root);
    failures.into_iter().map(|failure| (places.find(&failure.pointer).unwrap_or(root), failure)).collect()
}

/// The nodes at many pointers. The children of a container are looked up at once: a text may have very many of them, and
/// something to say of each.
pub(crate) struct Places<'d> {
    root: Node<'d>,
    known: HashMap<NodeId, HashMap<String, Node<'d>>>,
}

impl<'d> Places<'d> {
    /// Those of pointers that begin at this node.
    pub(crate) fn of(root: Node<'d>) -> Self {
        Self { root, known: HashMap::new() }
    }

    /// The node at a pointer.
    pub(crate) fn find(&mut self, pointer: &str) -> Option<Node<'d>> {
        pointer.split('/').skip(1).try_fold(self.root, |around, part| self.child(around, part))
    }

    /// A child of a node by its part of a pointer.
    fn child(&mut self, around: Node<'d>, part: &str) -> Option<Node<'d>> {
        let children = self.known.entry(around.id()).or_insert_with(|| {
            let names = around.values().enumerate().map(|(at, child)| match child.key() {
                Some(key) => (key.replace('~', "~0").replace('/', "~1"), child),
                None => (at.to_string(), child),
            });
            names.collect()
        });
        children.get(part).copied()
    }
}

/// The operator fills in `[[ … ]]` before anybody looks at the text.
pub(super) fn is_filled_in(node: Node<'_>) -> bool {
    node.as_str().is_some_and(|text| text.contains("[["))
}

fn failures(schema: &Compiled, root: Node<'_>, nulls: Nulls) -> Vec<SchemaFailure> {
    let Some(validator) = schema.as_ref() else {
        return vec![SchemaFailure::new(String::new(), "there is nothing that could be checked")];
    };
    let root = Instance::of(root, nulls);
    if validator.is_valid(root) {
        return Vec::new();
    }
    let mut failures: Vec<SchemaFailure> = validator.iter_errors(root).flat_map(|error| describe(&error)).collect();
    failures.sort();
    failures.dedup();
    failures
}

/// An error in our own words, for each name that V4 does not know. The library's words quote values, which may be
/// secret.
fn describe(error: &jsonschema::ValidationError<'_>) -> Vec<SchemaFailure> {
    use jsonschema::error::ValidationErrorKind as Kind;
    let pointer = error.instance_path().to_string();
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            let kind = FailureKind::Unknown(known_beside(error));
            let unknown = |name: &String| at_key(&pointer, name, format!("V4 does not know {name}"), kind.clone());
            unexpected.iter().map(unknown).collect()
        }
        // The error inside is about the name alone, as if it were a text of its own.
        Kind::PropertyNames { error: inner } => {
            let name = inner.instance().as_str().unwrap_or_default().to_owned();
            vec![at_key(&pointer, &name, what_of(inner), FailureKind::Name)]
        }
        _ => vec![SchemaFailure { kind: kind_of(error), ..SchemaFailure::new(pointer, what_of(error)) }],
    }
}

fn kind_of(error: &jsonschema::ValidationError<'_>) -> FailureKind {
    use jsonschema::error::ValidationErrorKind as Kind;
    match error.kind() {
        Kind::Required { property } => FailureKind::Missing(property.as_str().unwrap_or_default().to_owned()),
        Kind::MaxLength { limit } => FailureKind::TooLong(*limit),
        Kind::MinItems { limit } => FailureKind::TooFew(*limit),
        _ => FailureKind::Value,
    }
}

/// The names that the schema knows where it found one that it does not know.
fn known_beside(error: &jsonschema::ValidationError<'_>) -> Arc<[String]> {
    let known = || {
        let location = error.absolute_keyword_location()?.as_str();
        let (schema, place) = location.split_once('#')?;
        let schema = TEXTS.get(schema)?;
        let around = place.strip_suffix("/additionalProperties")?;
        let names = schema.pointer(around)?.get("properties")?.as_object()?;
        Some(names.keys().cloned().collect())
    };
    known().unwrap_or_else(|| Arc::from([]))
}

/// The schemas as they are written, by their ids.
static TEXTS: LazyLock<HashMap<String, Value>> = LazyLock::new(|| {
    let read = |text: &&str| {
        let schema: Value = serde_json::from_str(text).ok()?;
        Some((schema["$id"].as_str()?.to_owned(), schema))
    };
    PARTS.iter().chain(&[RESOURCE]).filter_map(read).collect()
});

/// A failure of a name in the object at the pointer.
fn at_key(object: &str, name: &str, what: String, kind: FailureKind) -> SchemaFailure {
    let mut pointer = format!("{object}/");
    push_pointer_part(&mut pointer, name);
    SchemaFailure { pointer, at_key: true, what, kind }
}

/// What is wrong with one value.
pub(crate) fn what_of(error: &jsonschema::ValidationError<'_>) -> String {
    use jsonschema::error::ValidationErrorKind as Kind;
    match error.kind() {
        Kind::Required { property } => format!("{} is missing", property.as_str().unwrap_or("a property")),
        Kind::FalseSchema => "V4 does not allow this here".to_owned(),
        Kind::Enum { options } => format!("this must be one of {options}"),
        Kind::Constant { expected_value } => format!("this must be {expected_value}"),
        Kind::Type { kind: TypeKind::Single(kind) } => format!("this must be {}", type_name(*kind)),
        Kind::Type { kind: TypeKind::Multiple(kinds) } => {
            format!("this must be {}", kinds.iter().map(type_name).collect::<Vec<_>>().join(" or "))
        }
        Kind::Pattern { .. } => "this does not have the form that V4 asks for".to_owned(),
        Kind::Format { .. } => "this is not in the format that V4 asks for".to_owned(),
        Kind::Minimum { limit } => format!("this must be at least {limit}"),
        Kind::Maximum { limit } => format!("this must be at most {limit}"),
        Kind::MinItems { limit } => format!("this needs at least {limit} element(s)"),
        Kind::MaxItems { limit } => format!("this takes at most {limit} element(s)"),
        Kind::MinLength { .. } => "this must not be empty".to_owned(),
        Kind::MaxLength { limit } => format!("this must have at most {limit} characters"),
        Kind::UniqueItems => "an element comes twice".to_owned(),
        Kind::OneOfNotValid { .. } | Kind::AnyOf { .. } => "this fits none of the forms that V4 allows here".to_owned(),
        Kind::OneOfMultipleValid { .. } => "this fits several of the forms of which V4 allows one".to_owned(),
        _ => "V4 would refuse this".to_owned(),
    }
}

fn type_name(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Array => "a list",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a text",
    }
}

#[cfg(test)]
mod tests {
    use v4ward_syntax::Document;

    use super::*;

    #[test]
    fn our_schemas_compile_and_refuse_nonsense() {
        for schema in [EXPORT, RESOURCE] {
            assert!(compile(schema).is_ok(), "{:?}", compile(schema).err());
        }
        let document = Document::parse_json(r#"{ "api": { "definitionVersion": "V2" } }"#);
        let failures = check(document.node(v4ward_syntax::NodeId::ROOT));
        assert!(failures.iter().any(|failure| failure.pointer == "/api/definitionVersion"), "{failures:?}");
    }
}
