//! What could be written at a place.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::Value;
use v4ward_syntax::{Document, Node, quote_json};

use super::cursor::{self, Cursor, Slot};
use super::insert::{self, Text};
use super::schema::{Place, Property};
use super::{Completion, CompletionKind, is_ours, member_of, place_of};
use crate::plugins::PolicySchemas;
use crate::policies;

/// What could be written at a byte offset; nothing where the schema says nothing, nor in documents that are no V2
/// export.
#[must_use]
pub fn complete(document: &Document, offset: u32, policies: &PolicySchemas) -> Vec<Completion> {
    let Some(cursor) = cursor::find(document, offset).filter(|_| is_ours(document)) else { return Vec::new() };
    let around = place_of(cursor.container, policies);
    match (cursor.slot, cursor.current.and_then(Node::key)) {
        (Slot::Key, _) => properties(&cursor, &around),
        (Slot::Value, Some(key)) => {
            let place = member_of(cursor.container, &around, &key, policies);
            values(&cursor, &place, is_policy(&key))
        }
        (Slot::Value, None) => Vec::new(),
        (Slot::Element, _) => elements(&cursor, &around.element()),
    }
}

fn is_policy(key: &str) -> bool {
    key == "policy"
}

/// The members that are not there yet: required ones first, then as the schema has them, old spellings last.
fn properties(cursor: &Cursor<'_>, place: &Place<'_>) -> Vec<Completion> {
    let candidates = place.properties();
    if candidates.is_empty() {
        return Vec::new();
    }
    let others = cursor.container.children().filter(|child| Some(*child) != cursor.current);
    let present: HashSet<Cow<'_, str>> = others.filter_map(Node::key).collect();
    let missing = candidates.into_iter().filter(|property| !present.contains(property.name));
    missing.zip(0..).map(|(property, at)| self::property(cursor, property, at)).collect()
}

const OPTIONAL: u32 = 1_000;
const DEPRECATED: u32 = 2_000;

fn property(cursor: &Cursor<'_>, Property { name, place, required }: Property<'_>, at: u32) -> Completion {
    let deprecated = place.is_deprecated();
    let text = if cursor.has_colon { Text::fixed(quote_json(name)) } else { insert::member(name, &place) };
    let rank = match (required, deprecated) {
        (_, true) => DEPRECATED,
        (true, false) => 0,
        (false, false) => OPTIONAL,
    };
    Completion {
        detail: Some(place.detail()),
        documentation: place.markdown(),
        deprecated,
        ..completion(cursor, CompletionKind::Property, name.to_owned(), &quote_json(name), text, rank + at)
    }
}

fn completion(
    cursor: &Cursor<'_>,
    kind: CompletionKind,
    label: String,
    token: &str,
    text: Text,
    at: u32,
) -> Completion {
    let text = text.fit(cursor);
    let filter = if is_quoted(cursor) { token.to_owned() } else { label.clone() };
    Completion {
        label,
        kind,
        detail: None,
        documentation: String::new(),
        replace: cursor.replace,
        insert: text.plain,
        snippet: text.snippet,
        filter,
        sort: at,
        deprecated: false,
    }
}

/// True when the token that is replaced begins with a quote.
fn is_quoted(cursor: &Cursor<'_>) -> bool {
    cursor.container.document().slice(cursor.replace).starts_with('"')
}

/// The values of a member: words that are allowed, examples, true and false, the default, an empty list or object.
fn values(cursor: &Cursor<'_>, place: &Place<'_>, policy: bool) -> Vec<Completion> {
    let mut values = words(cursor, place, policy);
    let types = place.types();
    if types.contains(&"boolean") {
        values.extend([true, false].map(|flag| plain(cursor, place, &Value::Bool(flag))));
    }
    if let Some(default) = place.default() {
        values.push(plain(cursor, place, default));
    }
    let empty = types.into_iter().filter(|kind| matches!(*kind, "array" | "object"));
    values.extend(empty.map(|kind| container(cursor, kind)));
    finish(cursor, values)
}

/// The elements of a list: words that are not in it yet, or an empty object.
fn elements(cursor: &Cursor<'_>, place: &Place<'_>) -> Vec<Completion> {
    let mut values = words(cursor, place, false);
    values.extend(place.types().contains(&"object").then(|| container(cursor, "object")));
    let others = cursor.container.children().filter(|child| Some(*child) != cursor.current);
    let present: HashSet<&str> = others.filter(|child| child.is_leaf()).map(Node::text).collect();
    values.retain(|value| !present.contains(quote_json(&value.label).as_str()));
    finish(cursor, values)
}

fn words(cursor: &Cursor<'_>, place: &Place<'_>, policy: bool) -> Vec<Completion> {
    let allowed = place.allowed().into_iter().map(|(value, meaning)| Completion {
        kind: CompletionKind::EnumMember,
        documentation: meaning.to_owned(),
        ..plain(cursor, place, value)
    });
    let examples = place.examples().map(|value| {
        let stays = !policy || value.as_str().is_none_or(|id| !policies::is_incompatible(id));
        let documentation = if stays { String::new() } else { "This policy has no V4 form.".to_owned() };
        Completion { documentation, ..plain(cursor, place, value) }
    });
    allowed.chain(examples).collect()
}

/// A value as JSON; texts are shown without their quotes.
fn plain(cursor: &Cursor<'_>, place: &Place<'_>, value: &Value) -> Completion {
    let text = value.to_string();
    let word = value.as_str().filter(|word| !word.is_empty());
    let label = word.map_or_else(|| text.clone(), str::to_owned);
    let detail = place.default().filter(|default| *default == value).map(|_| "default".to_owned());
    Completion { detail, ..completion(cursor, CompletionKind::Value, label, &text, Text::fixed(text.clone()), 0) }
}

fn container(cursor: &Cursor<'_>, kind: &str) -> Completion {
    let (plain, snippet) = if kind == "array" { ("[]", "[$1]") } else { ("{}", "{$1}") };
    let text = Text { plain: plain.to_owned(), snippet: Some(snippet.to_owned()) };
    completion(cursor, CompletionKind::Value, plain.to_owned(), plain, text, 0)
}

/// Each value once, in order; inside quotes only texts.
fn finish(cursor: &Cursor<'_>, mut values: Vec<Completion>) -> Vec<Completion> {
    if is_quoted(cursor) {
        values.retain(|value| value.filter.starts_with('"'));
    }
    let mut seen = HashSet::new();
    values.retain(|value| seen.insert(value.label.clone()));
    for (value, at) in values.iter_mut().zip(0..) {
        value.sort = at;
    }
    values
}
