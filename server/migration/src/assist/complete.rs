//! What could be written at a place.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;
use v4ward_syntax::{Document, Format, Node};

use super::insert::Text;
use super::schema::{Place, Property};
use super::site::{Site, Slot};
use super::{Completion, CompletionKind, cursor, is_ours, member_of, place_of, yaml};
use crate::plugins::PolicySchemas;
use crate::policies;

/// What could be written at a byte offset; nothing where the schema says nothing, nor in documents that are neither a V2
/// export nor a custom resource in YAML.
#[must_use]
pub fn complete(document: &Document, offset: u32, policies: &PolicySchemas) -> Vec<Completion> {
    match document.format() {
        Format::Json => {
            let cursor = cursor::find(document, offset).filter(|_| is_ours(document));
            cursor.map_or_else(Vec::new, |cursor| offers(&cursor, policies))
        }
        Format::Yaml => {
            let mut offered = yaml::find(document, offset).map(|site| offers(&site, policies));
            offered.find(|offered| !offered.is_empty()).unwrap_or_default()
        }
    }
}

fn offers(site: &impl Site, policies: &PolicySchemas) -> Vec<Completion> {
    let around = place_of(site.container(), policies);
    match (site.slot(), site.current().and_then(Node::key)) {
        (Slot::Key, _) => properties(site, &around),
        (Slot::Value, Some(key)) => {
            values(site, &member_of(site.container(), &around, &key, policies), is_policy(&key))
        }
        (Slot::Value, None) => Vec::new(),
        (Slot::Element, _) => elements(site, &around.element()),
    }
}

fn is_policy(key: &str) -> bool {
    key == "policy"
}

/// What stands beside the place.
fn others(site: &impl Site) -> impl Iterator<Item = Node<'_>> {
    let current = site.current();
    site.container().children().filter(move |child| Some(*child) != current)
}

/// The members that are not there yet: required ones first, then as the schema has them, old spellings last.
fn properties(site: &impl Site, place: &Place<'_>) -> Vec<Completion> {
    let candidates = place.properties();
    if candidates.is_empty() {
        return Vec::new();
    }
    let present: HashSet<Cow<'_, str>> = others(site).filter_map(Node::key).collect();
    let missing = candidates.into_iter().filter(|property| !present.contains(property.name));
    missing.zip(0..).map(|(property, at)| self::property(site, property, at)).collect()
}

const OPTIONAL: u32 = 1_000;
const DEPRECATED: u32 = 2_000;

fn property(site: &impl Site, Property { name, place, required }: Property<'_>, at: u32) -> Completion {
    let deprecated = place.is_deprecated();
    let rank = match (required, deprecated) {
        (_, true) => DEPRECATED,
        (true, false) => 0,
        (false, false) => OPTIONAL,
    };
    let text = site.member(name, &place);
    Completion {
        detail: Some(place.detail()),
        documentation: place.markdown(),
        deprecated,
        ..completion(site, CompletionKind::Property, name.to_owned(), &site.token(name), text, rank + at)
    }
}

fn completion(site: &impl Site, kind: CompletionKind, label: String, token: &str, text: Text, at: u32) -> Completion {
    let filter = if site.is_quoted() { token.to_owned() } else { label.clone() };
    Completion {
        label,
        kind,
        detail: None,
        documentation: String::new(),
        replace: site.replace(),
        insert: text.plain,
        snippet: text.snippet,
        filter,
        sort: at,
        deprecated: false,
    }
}

/// The values of a member: words that are allowed, examples, true and false, the default, an empty list or object.
fn values(site: &impl Site, place: &Place<'_>, policy: bool) -> Vec<Completion> {
    let mut values = words(site, place, policy);
    let types = place.types();
    if types.contains(&"boolean") {
        values.extend([true, false].map(|flag| plain(site, place, &Value::Bool(flag))));
    }
    if let Some(default) = place.default() {
        values.push(plain(site, place, default));
    }
    let empty = types.into_iter().filter(|kind| matches!(*kind, "array" | "object"));
    values.extend(empty.filter_map(|kind| container(site, kind)));
    finish(site, values)
}

/// The elements of a list: words that are not in it yet, or an empty object.
fn elements(site: &impl Site, place: &Place<'_>) -> Vec<Completion> {
    let mut values = words(site, place, false);
    values.extend(place.types().contains(&"object").then(|| container(site, "object")).flatten());
    let present: HashSet<Cow<'_, str>> = others(site).filter(|child| !child.is_container()).map(Node::scalar).collect();
    values.retain(|value| !present.contains(value.label.as_str()));
    finish(site, values)
}

fn words(site: &impl Site, place: &Place<'_>, policy: bool) -> Vec<Completion> {
    let allowed = place.allowed().into_iter().map(|(value, meaning)| Completion {
        kind: CompletionKind::EnumMember,
        documentation: meaning.to_owned(),
        ..plain(site, place, value)
    });
    let examples = place.examples().map(|value| {
        let stays = !policy || value.as_str().is_none_or(|id| !policies::is_incompatible(id));
        let documentation = if stays { String::new() } else { "This policy has no V4 form.".to_owned() };
        Completion { documentation, ..plain(site, place, value) }
    });
    allowed.chain(examples).collect()
}

/// A value; texts are shown without their quotes.
fn plain(site: &impl Site, place: &Place<'_>, value: &Value) -> Completion {
    let word = value.as_str().filter(|word| !word.is_empty());
    let label = word.map_or_else(|| value.to_string(), str::to_owned);
    let token = value.as_str().map_or_else(|| value.to_string(), |text| site.token(text));
    let detail = place.default().filter(|default| *default == value).map(|_| "default".to_owned());
    let text = site.value(Text::fixed(token.clone()));
    Completion { detail, ..completion(site, CompletionKind::Value, label, &token, text, 0) }
}

fn container(site: &impl Site, kind: &str) -> Option<Completion> {
    let text = site.empty(kind)?;
    let label = if kind == "array" { "[]" } else { "{}" };
    Some(completion(site, CompletionKind::Value, label.to_owned(), label, text, 0))
}

/// Each value once, in order; inside quotes only texts.
fn finish(site: &impl Site, mut values: Vec<Completion>) -> Vec<Completion> {
    if site.is_quoted() {
        values.retain(|value| value.filter.starts_with(['"', '\'']));
    }
    let mut seen = HashSet::new();
    values.retain(|value| seen.insert(value.label.clone()));
    for (value, at) in values.iter_mut().zip(0..) {
        value.sort = at;
    }
    values
}
