//! The schema of V2 exports, and what it says of a place; schemas of policies say the same of configurations.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

use serde_json::Value;

use super::resource;

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../../schemas/v2-export.schema.json")).unwrap_or_default()
});

/// All that the schema says of one place: a sub-schema with those it refers to, the outermost first.
#[derive(Clone, Debug)]
pub(super) struct Place<'s> {
    /// The schema they are in.
    root: &'s Value,
    /// It comes from a file of the user, so its words are no Markdown.
    foreign: bool,
    /// It is a place of a custom resource, which has fewer members and words than an export, and other defaults.
    of_resource: bool,
    schemas: Vec<&'s Value>,
}

/// A member that an object can have.
pub(super) struct Property<'s> {
    pub(super) name: &'s str,
    pub(super) place: Place<'s>,
    pub(super) required: bool,
}

impl<'s> Place<'s> {
    /// The whole document.
    pub(super) fn root() -> Self {
        Self::of(Self::at(&SCHEMA), [&*SCHEMA])
    }

    /// A custom resource.
    pub(super) fn resource() -> Self {
        Self::of(Self { of_resource: true, ..Self::at(&SCHEMA) }, [&*resource::SCHEMA])
    }

    /// The configuration of a policy.
    pub(super) fn policy(schema: &'s Value, foreign: bool) -> Self {
        Self::of(Self { foreign, ..Self::at(schema) }, [schema])
    }

    /// Nothing yet of a schema.
    fn at(root: &'s Value) -> Self {
        Self { root, foreign: false, of_resource: false, schemas: Vec::new() }
    }

    /// Follows references and alternatives; each sub-schema comes once, so a circle ends.
    fn of(around: Self, schemas: impl IntoIterator<Item = &'s Value>) -> Self {
        let root = around.root;
        let mut found: Vec<&'s Value> = schemas.into_iter().collect();
        let mut next = 0;
        while let Some(&schema) = found.get(next) {
            let reference = schema.get("$ref").and_then(Value::as_str).and_then(|name| referred(root, name));
            let alternatives = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)?.as_array());
            for more in reference.into_iter().chain(alternatives.flatten()) {
                if !found.iter().any(|known| std::ptr::eq(*known, more)) {
                    found.push(more);
                }
            }
            next += 1;
        }
        Self { schemas: found, ..around }
    }

    /// The same for a part of it.
    fn within(&self, schemas: impl IntoIterator<Item = &'s Value>) -> Self {
        Self::of(Self { schemas: Vec::new(), ..*self }, schemas)
    }

    /// The member of this name.
    pub(super) fn member(&self, name: &str) -> Self {
        let member = |schema: &&'s Value| {
            let named = schema.get("properties").and_then(|properties| properties.get(name));
            named.or_else(|| schema.get("additionalProperties").filter(|other| other.is_object()))
        };
        let found = self.within(self.schemas.iter().filter_map(member));
        // A custom resource has pages by their keys.
        if found.is_unknown() && self.is_keyed_list() { self.element() } else { found }
    }

    /// It is the configuration of the policy that the member of this name tells.
    pub(super) fn configuration_of(&self) -> Option<&'s str> {
        self.first("configurationOf")?.as_str()
    }

    fn is_keyed_list(&self) -> bool {
        self.first("keyed").is_some_and(|keyed| keyed == true)
    }

    /// Any element.
    pub(super) fn element(&self) -> Self {
        self.within(self.schemas.iter().filter_map(|schema| schema.get("items")))
    }

    /// The members that have names in the schema, the most useful first.
    pub(super) fn properties(&self) -> Vec<Property<'s>> {
        let mut properties: Vec<Property<'s>> = Vec::new();
        for schema in &self.schemas {
            let Some(members) = schema.get("properties").and_then(Value::as_object) else { continue };
            let required = schema.get("required").and_then(Value::as_array);
            for (name, member) in members {
                let required = required.is_some_and(|required| required.iter().any(|r| r == name.as_str()));
                let place = self.within([member]);
                // Several forms of an object may have it.
                match properties.iter_mut().find(|known| known.name == name) {
                    Some(known) => {
                        known.required |= required;
                        known.place.schemas.extend(place.schemas);
                    }
                    None => properties.push(Property { name, place, required }),
                }
            }
        }
        properties.retain(|property| !property.place.is_of_exports());
        properties
    }

    /// True for a member that exports have and custom resources do not: an old spelling, or what APIM tells of itself.
    fn is_of_exports(&self) -> bool {
        let marked = || self.first("exportOnly").is_some_and(|only| only == true);
        self.of_resource && (self.is_deprecated() || marked())
    }

    /// True for a word or a type that a member has in exports and not in custom resources.
    fn is_word_of_exports(&self, word: &str) -> bool {
        let words = || self.first("exportOnly").and_then(Value::as_array);
        self.of_resource && words().is_some_and(|only| only.iter().any(|known| known == word))
    }

    /// True when the schema says nothing.
    pub(super) fn is_unknown(&self) -> bool {
        self.schemas.is_empty()
    }

    fn first(&self, key: &str) -> Option<&'s Value> {
        self.schemas.iter().find_map(|schema| schema.get(key))
    }

    /// What it is.
    pub(super) fn description(&self) -> Option<Cow<'s, str>> {
        let text = self.first("description").or_else(|| self.first("title"))?.as_str()?;
        Some(if self.foreign { plain(text) } else { Cow::Borrowed(text) })
    }

    /// The value of a member that is absent. Where the same member of a custom resource has another one, none is told.
    pub(super) fn default(&self) -> Option<&'s Value> {
        self.first("default").filter(|_| !self.of_resource)
    }

    /// It should not be written any more.
    pub(super) fn is_deprecated(&self) -> bool {
        self.first("deprecated").is_some_and(|deprecated| deprecated == true)
    }

    /// The only values that are allowed, each with what it means.
    pub(super) fn allowed(&self) -> Vec<(&'s Value, &'s str)> {
        let mut allowed: Vec<(&'s Value, &'s str)> = Vec::new();
        for schema in &self.schemas {
            let words = schema.get("enumDescriptions").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
            for (at, value) in listed.chain(schema.get("const")).enumerate() {
                let is_here = value.as_str().is_none_or(|word| !self.is_word_of_exports(word));
                if is_here && allowed.iter().all(|(known, _)| *known != value) {
                    allowed.push((value, words.get(at).and_then(Value::as_str).unwrap_or_default()));
                }
            }
        }
        allowed
    }

    /// Some of the values that are allowed.
    pub(super) fn examples(&self) -> impl Iterator<Item = &'s Value> {
        self.first("examples").and_then(Value::as_array).into_iter().flatten()
    }

    /// The JSON types it can have, the usual one first; none when it can have any.
    pub(super) fn types(&self) -> Vec<&'s str> {
        let mut types = Vec::new();
        for named in self.schemas.iter().filter_map(|schema| schema.get("type")) {
            let several = named.as_array().into_iter().flatten();
            for name in several.chain(Some(named)).filter_map(Value::as_str) {
                if !types.contains(&name) && !self.is_word_of_exports(name) {
                    types.push(name);
                }
            }
        }
        types
    }

    /// The types in words.
    pub(super) fn type_words(&self) -> String {
        let words: Vec<&str> = self.types().into_iter().map(type_word).collect();
        if words.is_empty() { "any value".to_owned() } else { words.join(" or ") }
    }

    /// Type and default in a few words.
    pub(super) fn detail(&self) -> String {
        let mut detail = self.type_words();
        if let Some(default) = self.default() {
            let _ = write!(detail, ", default {default}");
        }
        detail
    }

    /// Everything for a person, as Markdown.
    pub(super) fn markdown(&self) -> String {
        let code = |value: &Value| {
            let text = value.to_string();
            if self.foreign { text.replace('`', "'") } else { text }
        };
        let mut text = self.description().unwrap_or_default().into_owned();
        let _ = write!(text, "\n\nType: {}.", self.type_words());
        if let Some(default) = self.default() {
            let _ = write!(text, " Default: `{}`.", code(default));
        }
        let element = self.element();
        let mut allowed = self.allowed();
        if allowed.is_empty() {
            allowed = element.allowed();
        }
        if !allowed.is_empty() {
            text.push_str("\n\nAllowed:\n");
        }
        for (value, meaning) in allowed {
            let separator = if meaning.is_empty() { "" } else { ": " };
            let meaning = if self.foreign { plain(meaning) } else { Cow::Borrowed(meaning) };
            let _ = write!(text, "\n* `{}`{separator}{meaning}", code(value));
        }
        text
    }
}

/// A text in which nothing is a mark of Markdown.
fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| c.is_ascii_punctuation()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '.' | ',' | '\'' | '"' | ';' | '?' | '/' | '%') {
            out.push('\\');
        }
        out.push(c);
    }
    Cow::Owned(out)
}

fn type_word(name: &str) -> &str {
    match name {
        "string" => "text",
        "integer" => "whole number",
        "boolean" => "true or false",
        "array" => "list",
        other => other,
    }
}

/// The sub-schema that a reference inside the schema names.
fn referred<'s>(root: &'s Value, reference: &str) -> Option<&'s Value> {
    match reference.strip_prefix("export#") {
        Some(of_export) => SCHEMA.pointer(of_export),
        None => root.pointer(reference.strip_prefix('#')?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &[&str]) -> Place<'static> {
        path.iter().fold(Place::root(), |place, part| if *part == "[]" { place.element() } else { place.member(part) })
    }

    #[test]
    fn places_are_found_through_references_and_alternatives() {
        assert_eq!(at(&["flows", "[]", "path-operator", "operator"]).types(), ["string"]);
        assert_eq!(at(&["plans", "[]", "flows", "[]", "pre", "[]", "policy"]).examples().count(), 70);
        assert_eq!(at(&["properties"]).types(), ["array", "object"]);
        assert_eq!(at(&["properties", "anything"]).types(), ["string"]);
        assert_eq!(at(&["pages", "[]", "translations", "[]", "translations", "[]", "name"]).types(), ["string"]);
        assert!(at(&["name", "x"]).is_unknown() && at(&["nothing"]).is_unknown() && at(&["[]"]).is_unknown());
        assert!(at(&["flows", "[]", "pre", "[]", "configuration", "x"]).is_unknown());
        assert_eq!(at(&["flows", "[]", "pre", "[]", "configuration"]).configuration_of(), Some("policy"));
    }

    #[test]
    fn words_beside_a_reference_win() {
        let description = at(&["proxy", "http"]).description().unwrap_or_default();
        assert!(description.starts_with("Old place"), "{description}");
    }

    #[test]
    fn policies_are_those_of_the_migration() {
        let place = at(&["flows", "[]", "pre", "[]", "policy"]);
        let examples: Vec<&str> = place.examples().filter_map(Value::as_str).collect();
        assert_eq!(examples, crate::policies::GRAVITEE);
    }

    #[test]
    fn each_list_of_meanings_is_as_long_as_its_enum() {
        let mut todo = vec![&*SCHEMA];
        while let Some(schema) = todo.pop() {
            if let Some(words) = schema.get("enumDescriptions") {
                let count = |value: Option<&Value>| value.and_then(Value::as_array).map(Vec::len);
                assert_eq!(count(Some(words)), count(schema.get("enum")), "{schema}");
            }
            todo.extend(schema.as_object().into_iter().flat_map(|object| object.values()));
            todo.extend(schema.as_array().into_iter().flatten());
        }
    }
}
