//! Pages: a map by key.

use std::collections::HashMap;

use v4ward_syntax::{Node, NodeId};

use super::keys::Keys;
use super::shape::{CANNOT_HOLD, Shaper};
use crate::v4::{Object, Origin, Scalar, Value};

const TYPES: &[&str] = &["MARKDOWN", "SWAGGER", "ASYNCAPI", "ASCIIDOC", "FOLDER", "SYSTEM_FOLDER", "ROOT"];
/// The members that are the same in both shapes.
const CARRIED: &[&str] = &[
    "id",
    "crossId",
    "name",
    "type",
    "order",
    "published",
    "visibility",
    "homepage",
    "configuration",
    "source",
    "content",
];

/// The keys of pages by what the definition calls them: their ids, and the keys that they had.
#[derive(Default)]
pub(super) struct PageKeys {
    by_id: HashMap<String, PageKey>,
    by_old_key: HashMap<String, PageKey>,
}

/// The key of a page.
#[derive(Clone)]
pub(super) struct PageKey {
    key: String,
    /// The V2 leaf that it was made of.
    from: Option<NodeId>,
}

impl PageKey {
    /// The key where the definition calls the page by another name.
    pub(super) fn in_place_of<'d>(&self, old: &Value<'d>) -> Value<'d> {
        let mut from = Vec::new();
        old.origins(&mut from);
        let origin = match (from.as_slice(), self.from) {
            ([], None) => Origin::Added,
            ([old], None) => Origin::Converted(*old),
            (_, made_of) => Origin::Merged(from.iter().copied().chain(made_of).collect()),
        };
        match old {
            // Only a key that the page had before is the same.
            Value::Scalar(Scalar::Token(node), _) if node.as_str().is_some_and(|text| text == self.key) => old.clone(),
            _ => Value::Scalar(Scalar::Text(self.key.clone().into()), origin),
        }
    }
}

impl PageKeys {
    /// The key of the page with this id.
    pub(super) fn key_of(&self, id: &Value<'_>) -> Option<&PageKey> {
        self.by_id.get(id.as_text()?.as_ref())
    }
}

impl<'d> Shaper<'_, 'd> {
    /// The pages by key. A resource has keys already; those of an export are made of the names.
    pub(super) fn pages(&mut self, pages: Option<Value<'d>>) -> (PageKeys, Option<Value<'d>>) {
        let mut known = PageKeys::default();
        let Some(Value::Array(pages, source)) = pages else { return (known, pages) };
        let mut keys = Keys::new("page");
        let mut kept = Vec::new();
        for page in pages {
            let Value::Object(mut page) = page else { continue };
            if !is_page(&page) {
                self.lose(&page.into(), CANNOT_HOLD);
                continue;
            }
            let PageKey { key, from } = self.page_key(&page, &mut keys, &mut known);
            page.named_by = from;
            kept.push((key, page));
        }
        let mut out = Object { source, ..Object::default() };
        for (key, page) in kept {
            let page = self.page(page, &key, &known);
            out.set(key, page.into());
        }
        (known, (!out.is_empty()).then_some(out.into()))
    }

    fn page_key(&self, page: &Object<'d>, keys: &mut Keys, known: &mut PageKeys) -> PageKey {
        let old = self.source(page).and_then(Node::key);
        let (key, from) = keys.make(old.as_deref(), &[page.get("name"), page.get("id")]);
        let key = PageKey { key, from };
        if let Some(id) = page.get("id").and_then(Value::as_text) {
            known.by_id.entry(id.into_owned()).or_insert_with(|| key.clone());
        }
        if let Some(old) = old {
            known.by_old_key.insert(old.into_owned(), key.clone());
        }
        key
    }

    fn page(&mut self, mut page: Object<'d>, key: &str, known: &PageKeys) -> Object<'d> {
        let mut out = Object { source: page.source, named_by: page.named_by, ..Object::default() };
        for name in CARRIED {
            let value = page.take(name);
            match *name {
                "name" => out.set("name", value.unwrap_or_else(|| Value::added(key.to_owned()))),
                "source" => match value {
                    // Nothing could fetch it without a type, and the target refuses it.
                    Some(Value::Object(source)) if source.get("type").is_none() => {
                        self.lose_unless_empty(&source.into());
                    }
                    value => out.set_some("source", value.map(page_source)),
                },
                "homepage" => {
                    out.set_some("homepage", value);
                    out.set_some("parent", self.parent(&mut page, known));
                }
                _ => out.set_some(*name, value),
            }
        }
        self.lose_members(&mut page, &["updatedAt"], "server-managed-field");
        for (_, value) in page.members {
            self.lose_unless_empty(&value);
        }
        out
    }

    /// The key of the folder that the page is in.
    fn parent(&mut self, page: &mut Object<'d>, known: &PageKeys) -> Option<Value<'d>> {
        let by_id = page.take("parentId");
        let by_key = page.take("parent");
        let find = |value: &Value<'d>, keys: &HashMap<String, PageKey>| {
            Some(keys.get(value.as_text()?.as_ref())?.in_place_of(value))
        };
        let from_key = by_key.as_ref().and_then(|value| find(value, &known.by_old_key));
        let from_id = by_id.as_ref().and_then(|value| find(value, &known.by_id));
        for (value, used) in [(by_key, from_key.is_some()), (by_id, from_key.is_none() && from_id.is_some())] {
            if let Some(value) = value.filter(|_| !used) {
                self.lose_unless_empty(&value);
            }
        }
        from_key.or(from_id)
    }

    /// Nothing is lost with what is off or empty.
    fn lose_unless_empty(&mut self, value: &Value<'d>) {
        let empty = match value {
            Value::Scalar(Scalar::Bool(flag), _) => !flag,
            Value::Array(items, _) => items.is_empty(),
            Value::Object(object) => object.is_empty(),
            Value::Raw(node) => node.is_container() && node.values().next().is_none(),
            other => other.as_text().is_some_and(|text| text.is_empty()),
        };
        if empty {
            let mut origins = Vec::new();
            value.origins(&mut origins);
            self.notes.implied.extend(origins);
        } else {
            self.lose(value, CANNOT_HOLD);
        }
    }
}

/// True for a page of a type that the target has.
fn is_page(page: &Object<'_>) -> bool {
    page.get("type").and_then(Value::as_text).is_some_and(|kind| TYPES.contains(&kind.as_ref()))
}

/// A fetcher, which has a configuration here.
fn page_source(source: Value<'_>) -> Value<'_> {
    let Value::Object(mut source) = source else { return source };
    if source.get("configuration").is_none() {
        source.set("configuration", Object::default().into());
    }
    source.into()
}
