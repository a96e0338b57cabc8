//! Names that a custom resource needs and a V2 export does not have: of the resource, of plans and of pages.

use std::collections::HashSet;

use v4ward_syntax::NodeId;

use crate::v4::Value;

/// Kubernetes takes no longer name for most of what is derived from a resource's.
const MAX_LENGTH: usize = 63;
/// The Automation API takes no shorter key (FORMATS §2.2).
const MIN_LENGTH: usize = 3;

/// A text in lower case, with a `-` for each run of anything that is no ASCII letter or digit; empty when nothing is
/// left.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len().min(MAX_LENGTH));
    for c in text.chars() {
        if slug.len() >= MAX_LENGTH {
            break;
        }
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// The keys of a map, each only once.
pub(super) struct Keys {
    taken: HashSet<String>,
    /// What a key is made of when there is nothing else.
    fallback: &'static str,
}

impl Keys {
    pub(super) fn new(fallback: &'static str) -> Self {
        Self { taken: HashSet::new(), fallback }
    }

    /// A key that is free, made of the first of the values that gives one, and the V2 leaf of that. A key of the V2
    /// resource stays when the target takes it.
    pub(super) fn make(&mut self, own: Option<&str>, values: &[Option<&Value<'_>>]) -> (String, Option<NodeId>) {
        if let Some(own) = own.filter(|own| is_key(own) && !self.taken.contains(*own)) {
            self.taken.insert(own.to_owned());
            return (own.to_owned(), None);
        }
        let of_values = values.iter().flatten().filter_map(|value| Some((slug(&value.as_text()?), leaf_of(value))));
        let slugs = own.map(|own| (slug(own), None)).into_iter().chain(of_values);
        let (slug, from) = slugs.into_iter().find(|(slug, _)| !slug.is_empty()).unwrap_or_default();
        (self.free(slug), from)
    }

    fn free(&mut self, slug: String) -> String {
        let base = match slug.len() {
            0 => self.fallback.to_owned(),
            1..MIN_LENGTH => format!("{}-{slug}", self.fallback),
            _ => slug,
        };
        let mut key = base.clone();
        let mut number = 2;
        while !self.taken.insert(key.clone()) {
            key = format!("{base}-{number}");
            number += 1;
        }
        key
    }
}

fn leaf_of(value: &Value<'_>) -> Option<NodeId> {
    let mut leaves = Vec::new();
    value.origins(&mut leaves);
    leaves.first().copied()
}

/// True for a key that the Automation API takes for a plan or a page.
fn is_key(key: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = key.as_bytes();
    (MIN_LENGTH..=256).contains(&bytes.len())
        && edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().copied().all(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_names_that_kubernetes_takes() {
        assert_eq!(slug("Orders – V2 (new)"), "orders-v2-new");
        assert_eq!(slug("  --  "), "");
        assert_eq!(slug(&"ab-".repeat(40)).len(), 62);
        assert_eq!(slug("0. Planets"), "0-planets");
    }

    #[test]
    fn keys_are_valid_and_differ() {
        let mut keys = Keys::new("plan");
        let mut make = |own, texts: &[Option<&'static str>]| {
            let values: Vec<_> = texts.iter().map(|text| text.map(Value::added)).collect();
            keys.make(own, &values.iter().map(Option::as_ref).collect::<Vec<_>>()).0
        };
        assert_eq!(make(None, &[Some("Free plan")]), "free-plan");
        assert_eq!(make(None, &[Some("Free Plan!")]), "free-plan-2");
        assert_eq!(make(None, &[Some("été"), Some("id-1")]), "plan-t");
        assert_eq!(make(None, &[Some("日本"), Some("id-1")]), "id-1");
        assert_eq!(make(None, &[None, None]), "plan");
        assert_eq!(make(Some("Keep_Me"), &[Some("x")]), "Keep_Me");
        assert_eq!(make(Some("Keep me"), &[Some("x")]), "keep-me");
        assert_eq!(make(Some("Keep_Me"), &[]), "keep-me-2");
    }
}
