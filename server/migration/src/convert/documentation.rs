//! Pages, media, metadata and pictures: what the server keeps beside the definition.

use v4ward_syntax::{Node, NodeKind};

use super::{Converter, dates};
use crate::v2::{Page, Text};
use crate::v4::{Object, Value};

/// Kinds of pictures that the V4 import takes (FORMATS §2.1, top level).
const PICTURE_TYPES: &[&str] = &["gif", "jpeg", "webmp", "bmp", "png", "tiff"];

/// True for a data URI that the V4 import takes.
pub(crate) fn is_portable_picture(uri: &str) -> bool {
    let kind = uri.strip_prefix("data:image/").and_then(|rest| rest.split_once(";base64,"));
    kind.is_some_and(|(kind, _)| PICTURE_TYPES.contains(&kind))
}

impl<'d> Converter<'_, 'd> {
    pub(super) fn pages(&mut self) -> Option<Value<'d>> {
        let node = self.api.pages_node?;
        let pages = self.api.pages.iter().map(|page| self.page(page).into()).collect();
        Some(Value::Array(pages, Some(node.id())))
    }

    fn page(&mut self, page: &Page<'d>) -> Object<'d> {
        for member in &page.server_managed {
            self.drop(*member, "server-managed-field");
        }
        let mut out = Object::of(page.node);
        for member in &page.members {
            self.page_member(page, *member, &mut out);
        }
        out
    }

    fn page_member(&mut self, page: &Page<'d>, member: Node<'d>, out: &mut Object<'d>) {
        let key = member.key().unwrap_or_default();
        match key.as_ref() {
            "id" | "crossId" | "parentId" => out.set_some(key, self.id_at(member)),
            "type" => out.set_some("type", page.kind.as_ref().map(Value::word)),
            "visibility" => out.set("visibility", upper(member)),
            "lastModificationDate" => match dates::date(member) {
                Some(date) => out.set("updatedAt", date),
                None => self.drop(member, "server-managed-field"),
            },
            "attached_media" => out.set("attachedMedia", self.attached_media(member)),
            "source" => out.set("source", self.page_source(member)),
            _ => out.set(key, Value::Raw(member)),
        }
    }

    fn page_source(&mut self, node: Node<'d>) -> Value<'d> {
        let mut out = Object::of(node);
        for member in node.values().filter(|member| !member.is_null()) {
            match member.key().as_deref() {
                Some("type") => out.set("type", Value::Raw(member)),
                Some("configuration") => out.set_some("configuration", self.configuration(member)),
                _ => self.drop(member, "unknown-property"),
            }
        }
        out.into()
    }

    fn attached_media(&mut self, list: Node<'d>) -> Value<'d> {
        let items = list.values().filter(|item| item.kind() == NodeKind::Object);
        let items = items.map(|item| {
            let mut out = Object::of(item);
            for member in item.values().filter(|member| !member.is_null()) {
                match member.key().as_deref() {
                    Some("mediaName") => out.set("name", Value::Raw(member)),
                    Some("mediaHash") => out.set("hash", Value::Raw(member)),
                    Some("attachedAt") => match dates::date(member) {
                        Some(date) => out.set("attachedAt", date),
                        None => self.drop(member, "server-managed-field"),
                    },
                    _ => self.drop(member, "unknown-property"),
                }
            }
            out.into()
        });
        Value::Array(items.collect(), Some(list.id()))
    }

    pub(super) fn media(&mut self) -> Option<Value<'d>> {
        let list = self.api.api_media?;
        let items = list.values().filter(|item| item.kind() == NodeKind::Object).map(|item| {
            let mut out = Object::of(item);
            for member in item.values().filter(|member| !member.is_null()) {
                let key = member.key().unwrap_or_default();
                match key.as_ref() {
                    "createAt" | "createdAt" => match dates::date(member) {
                        Some(date) => out.set("createdAt", date),
                        None => self.drop(member, "server-managed-field"),
                    },
                    "hash" | "type" | "subType" | "fileName" | "size" | "data" => out.set(key, Value::Raw(member)),
                    _ => self.drop(member, "unknown-property"),
                }
            }
            out.into()
        });
        Some(Value::Array(items.collect(), Some(list.id())))
    }

    pub(super) fn metadata(&mut self) -> Option<Value<'d>> {
        let list = self.api.metadata?;
        let items = list.values().filter(|item| item.kind() == NodeKind::Object);
        let items = items.map(|item| {
            let mut out = Object::of(item);
            for member in item.values().filter(|member| !member.is_null()) {
                let key = member.key().unwrap_or_default();
                match key.as_ref() {
                    "apiId" | "deleted" | "hidden" => self.drop(member, "server-managed-field"),
                    // An empty value is refused; none means the same.
                    "value" if member.as_str().is_some_and(|text| text.is_empty()) => self.implied(member),
                    "value" | "defaultValue" if !member.is_container() => out.set(key, super::scalar_as_text(member)),
                    "format" => out.set("format", upper(member)),
                    "key" | "name" => out.set(key, Value::Raw(member)),
                    _ => self.drop(member, "unknown-property"),
                }
            }
            out.into()
        });
        Some(Value::Array(items.collect(), Some(list.id())))
    }

    /// A picture that the import takes; it refuses the whole file for any other.
    pub(super) fn picture(&mut self, picture: Option<&Text<'d>>) -> Option<Value<'d>> {
        let picture = picture?;
        if picture.is_blank() {
            self.implied(picture.node);
            return None;
        }
        if is_portable_picture(&picture.value) {
            return Some(Value::text(picture));
        }
        self.drop(picture.node, "picture-not-portable");
        None
    }
}

/// A word that V4 writes in capitals.
fn upper(member: Node<'_>) -> Value<'_> {
    match member.as_str() {
        Some(text) if text.bytes().any(|b| b.is_ascii_lowercase()) => {
            Value::converted(text.to_ascii_uppercase(), member)
        }
        _ => Value::Raw(member),
    }
}
