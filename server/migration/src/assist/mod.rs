//! Help while writing V2 definitions: what stands at a place, and what could stand there.
//!
//! Both answers come from `schemas/v2-export.schema.json`, in the configuration of a step from the schema of its policy,
//! and work on half-typed text, of exports and of custom resources. Any other document gets none: its author did not ask
//! for ours.
//!
//! * `schema`, `resource`: what the schemas say of a place;
//! * `site`: a place to write at, which `cursor` finds in JSON and `yaml` in YAML;
//! * `complete`, `describe`: the answers;
//! * `insert`: the texts that are written.

mod complete;
mod cursor;
mod describe;
mod insert;
mod resource;
mod schema;
mod site;
#[cfg(test)]
mod tests;
mod yaml;

use v4ward_syntax::{Document, Node, Span};

use crate::plugins::PolicySchemas;
use crate::recognise::{Definition, DocumentFormat, recognise, recognise_root};

use schema::Place;

pub use complete::complete;
pub use describe::describe;

/// What stands at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Description {
    /// The key or the value it is about.
    pub span: Span,
    /// The name of the property.
    pub title: String,
    /// What it is, with its type, default and allowed values: Markdown.
    pub text: String,
}

/// Something that could be written at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// How it is shown.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// Type and default, in a few words.
    pub detail: Option<String>,
    /// What it means: Markdown, may be empty.
    pub documentation: String,
    /// The bytes it takes the place of: the token at the cursor with its quotes, or none at the cursor.
    pub replace: Span,
    /// The text to write, with the commas that the neighbours need.
    pub insert: String,
    /// The same with LSP placeholders, where there is something to fill in. Its lines count from the indentation of the
    /// line that it is put on, as editors insert snippets.
    pub snippet: Option<String>,
    /// What editors shall compare with the text of `replace`, which may begin with a quote.
    pub filter: String,
    /// Its place in the list: the lower, the earlier.
    pub sort: u32,
    /// It is read still, but should not be written any more.
    pub deprecated: bool,
}

/// What a completion is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CompletionKind {
    /// A member of an object.
    Property,
    /// A value that is one of many.
    Value,
    /// One of the words that are allowed.
    EnumMember,
}

/// True when the document is what the schema describes.
fn is_ours(document: &Document) -> bool {
    recognise(document) == (Definition::V2, DocumentFormat::ExportJson)
}

/// True for a custom resource, whose `spec` is described by the same schema.
fn is_resource(root: Node<'_>) -> bool {
    let (definition, format) = recognise_root(root);
    definition == Definition::V2 && format.is_v2_resource()
}

/// What the schemas say of a node.
fn place_of<'s>(node: Node<'_>, policies: &'s PolicySchemas) -> Place<'s> {
    let mut chain: Vec<Node<'_>> = std::iter::once(node).chain(node.ancestors()).collect();
    let root = chain.pop(); // the root is where the schema begins
    let mut place = if root.is_some_and(is_resource) { Place::resource() } else { Place::root() };
    for node in chain.into_iter().rev() {
        if place.is_unknown() {
            break;
        }
        place = match (node.key(), node.parent()) {
            (Some(key), Some(object)) => member_of(object, &place, &key, policies),
            _ => place.element(),
        };
    }
    place
}

/// What they say of a member of an object.
fn member_of<'s>(object: Node<'_>, place: &Place<'s>, key: &str, policies: &'s PolicySchemas) -> Place<'s> {
    let member = place.member(key);
    let policy = member.configuration_of().and_then(|teller| object.get(teller)?.as_str());
    match policy.and_then(|policy| policies.get(&policy)) {
        Some(schema) => Place::policy(schema.schema(), schema.is_foreign()),
        None => member,
    }
}
