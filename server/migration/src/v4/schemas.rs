//! The JSON schemas of V4, compiled once.

use std::sync::LazyLock;

use jsonschema::error::TypeKind;
use jsonschema::{JsonType, Registry, Validator};
use serde_json::Value;
use v4ward_syntax::Document;

use super::instance::{Instance, Tree};

const EXPORT: &str = include_str!("../../../../schemas/v4-export.schema.json");

/// The schemas that the one of the export refers to.
const PARTS: &[&str] = &[
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
}

impl SchemaFailure {
    fn new(pointer: String, what: impl Into<String>) -> Self {
        Self { pointer, at_key: false, what: what.into() }
    }
}

/// `None` would be a schema of ours that does not compile; a test keeps that from happening.
static VALIDATOR: LazyLock<Option<Validator<Tree>>> = LazyLock::new(|| compile().ok());

fn compile() -> Result<Validator<Tree>, Box<dyn std::error::Error>> {
    let parts: Vec<Value> = PARTS.iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>()?;
    let export: Value = serde_json::from_str(EXPORT)?;
    let mut registry = Registry::new();
    for schema in &parts {
        registry = registry.add(schema["$id"].as_str().unwrap_or_default(), schema)?;
    }
    let registry = registry.prepare()?;
    let options = jsonschema::options_for::<Tree>().with_registry(&registry).should_validate_formats(true);
    options.build(&export).map_err(|error| error.to_string().into())
}

/// What of a V4 export document V4 would refuse under the strict reading; nothing for a good one. Syntax errors are
/// the reader's business.
#[must_use]
pub fn check(document: &Document) -> Vec<SchemaFailure> {
    let (Some(validator), Some(root)) = (VALIDATOR.as_ref(), Instance::root(document)) else {
        return vec![SchemaFailure::new(String::new(), "there is nothing that could be checked")];
    };
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
    if let Kind::AdditionalProperties { unexpected } = error.kind() {
        let unknown = |name: &String| SchemaFailure {
            pointer: format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")),
            at_key: true,
            what: format!("V4 does not know {name}"),
        };
        return unexpected.iter().map(unknown).collect();
    }
    let what = match error.kind() {
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
        Kind::UniqueItems => "an element comes twice".to_owned(),
        Kind::OneOfNotValid { .. } | Kind::AnyOf { .. } => "this fits none of the forms that V4 allows here".to_owned(),
        Kind::OneOfMultipleValid { .. } => "this fits several of the forms of which V4 allows one".to_owned(),
        _ => "V4 would refuse this".to_owned(),
    };
    vec![SchemaFailure::new(pointer, what)]
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
    use super::*;

    #[test]
    fn our_schemas_compile_and_refuse_nonsense() {
        assert!(compile().is_ok(), "{:?}", compile().err());
        let failures = check(&Document::parse_json(r#"{ "api": { "definitionVersion": "V2" } }"#));
        assert!(failures.iter().any(|failure| failure.pointer == "/api/definitionVersion"), "{failures:?}");
    }
}
