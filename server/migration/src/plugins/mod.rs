//! Schemas of policy configurations: ours, and those of somebody's own installation.
//!
//! The server does not take a schema by the letter: it mends a configuration before it judges it (FORMATS §2.1). So a
//! schema is compiled in the form that finds what is left after that, see [`repair`].

mod breach;
mod builtin;
mod misfit;
mod repair;
mod walk;

use std::collections::BTreeMap;
use std::fmt;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::Value;
use v4ward_syntax::Node;

use crate::v4::Places;
use crate::v4::instance::{Instance, Nulls, Tree};

pub use breach::{Breach, BreachKind};
pub use misfit::{Holder, Misfit};

/// How much a pattern may try on one text.
const BACKTRACKING: usize = 10_000;

/// The schema of the configuration of one policy.
pub struct PolicySchema {
    schema: Value,
    foreign: bool,
    validator: Validator<Tree>,
}

/// Why a schema cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unusable {
    /// It is no JSON object.
    NoObject,
    /// It refers to another file or address, which is never fetched, or to a place that it does not have.
    Reference(String),
    /// It refers to itself.
    Circle(String),
    /// It is too large, once all references are followed.
    TooLarge,
    /// Draft 7 does not allow what stands at this JSON pointer.
    Invalid(String),
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoObject => f.write_str("a schema is a JSON object"),
            Self::Reference(reference) => {
                write!(f, "\"$ref\": \"{reference}\" is no place in this file, and no other file is read")
            }
            Self::Circle(reference) => {
                write!(f, "\"$ref\": \"{reference}\" leads back to itself, which cannot be read")
            }
            Self::TooLarge => f.write_str("the schema is too large once its references are followed"),
            Self::Invalid(place) if place.is_empty() => f.write_str("this is no JSON schema of draft 7"),
            Self::Invalid(place) => write!(f, "this is no JSON schema of draft 7: {place} is wrong"),
        }
    }
}

impl PolicySchema {
    /// Compiles a schema.
    ///
    /// # Errors
    /// When it is no JSON schema of draft 7 that stands for itself.
    pub fn new(schema: Value) -> Result<Self, Unusable> {
        if !schema.is_object() {
            return Err(Unusable::NoObject);
        }
        walk::measure(&schema)?;
        let repaired = repair::for_import(&schema);
        let validator = jsonschema::options_for::<Tree>()
            .with_draft(Draft::Draft7)
            .should_validate_formats(true)
            .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACKING))
            .build(&repaired)
            .map_err(|error| Unusable::Invalid(error.instance_path().to_string()))?;
        Ok(Self { schema, foreign: true, validator })
    }

    /// The schema as it was written.
    pub(crate) fn schema(&self) -> &Value {
        &self.schema
    }

    /// True for one that does not come with v4ward.
    pub(crate) fn is_foreign(&self) -> bool {
        self.foreign
    }

    /// What of a configuration V4 refuses, or drops, each with its place; nothing for a good one.
    #[must_use]
    pub fn breaches<'d>(&self, configuration: Node<'d>) -> Vec<(Node<'d>, Breach)> {
        let root = Instance::of(configuration, Nulls::Removed);
        if self.validator.is_valid(root) {
            return Vec::new();
        }
        let mut found: Vec<(Node<'d>, Breach)> = Vec::new();
        let mut places = Places::of(configuration);
        for error in self.validator.iter_errors(root) {
            breach::describe(&error, &mut places, &self.schema, &mut found);
        }
        // A value of the wrong type is also none of the allowed ones: one word about it is enough.
        found.sort_by_key(|(node, breach)| (node.id(), breach.rank()));
        found.dedup_by(|(later, more), (node, known)| later == node && (known.is_about_value(more) || known == more));
        found
    }
}

impl fmt::Debug for PolicySchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PolicySchema")
    }
}

/// Schemas by policy id: ours, and those of an installation for other policies.
#[derive(Debug, Default)]
pub struct PolicySchemas {
    own: BTreeMap<String, PolicySchema>,
}

impl PolicySchemas {
    /// Adds the schema of a policy. Where there is one of ours for it, that one counts.
    pub fn add(&mut self, policy: impl Into<String>, schema: PolicySchema) {
        self.own.insert(policy.into(), schema);
    }

    /// The schema of a policy.
    #[must_use]
    pub fn get(&self, policy: &str) -> Option<&PolicySchema> {
        builtin::get(policy).or_else(|| self.own.get(policy))
    }
}

#[cfg(test)]
mod tests;
