//! Pages, media, metadata and pictures: what the server keeps beside the definition.

use v4ward_syntax::{Node, NodeKind};

use super::{Converter, dates, scalar_as_text, text_map};
use crate::pictures;
use crate::v2::{Page, Plain, Record, Text};
use crate::v4::{Object, Value};

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
        for (member, plain) in &page.members {
            self.page_member(page, *member, plain, &mut out);
        }
        self.page_of_resource(page, &mut out);
        out
    }

    fn page_member(&mut self, page: &Page<'d>, member: Node<'d>, plain: &Plain<'d>, out: &mut Object<'d>) {
        let key = member.key().unwrap_or_default();
        match (key.as_ref(), plain) {
            ("id" | "crossId" | "parentId", Plain::Text(id)) => out.set(key, self.id(id)),
            // A link has the id of its page for a content.
            ("content", Plain::Text(id)) if is_link(page) && self.is_page(id) => out.set(key, self.id(id)),
            ("lastModificationDate", _) => self.date("updatedAt", member, out),
            ("accessControls", _) => out.set(key, objects(member)),
            ("attached_media", _) => out.set("attachedMedia", self.attached_media(member)),
            ("source", _) => out.set("source", self.page_source(member)),
            ("configuration" | "metadata", Plain::Node(map)) => out.set(key, text_map(*map).into()),
            ("translations", _) => {
                let pages = page.translations.iter().map(|page| self.page(page).into()).collect();
                out.set(key, Value::Array(pages, Some(member.id())));
            }
            _ => out.set(key, self::plain(plain)),
        }
    }

    fn is_page(&self, id: &Text<'d>) -> bool {
        self.api.pages.iter().any(|page| page.id.as_ref().is_some_and(|other| other.value == id.value))
    }

    fn date(&mut self, key: &'static str, member: Node<'d>, out: &mut Object<'d>) {
        match dates::date(member) {
            Some(date) => out.set(key, date),
            None => self.drop(member, "server-managed-field"),
        }
    }

    fn page_source(&mut self, node: Node<'d>) -> Value<'d> {
        let mut out = Object::of(node);
        for member in node.values().filter(|member| !member.is_null()) {
            match member.key().as_deref() {
                Some("type") if member.is_container() => {}
                Some("type") => out.set("type", scalar_as_text(member)),
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
        let list = self.api.api_media_node?;
        let items = self.api.api_media.iter().map(|media| self.record(media)).collect();
        Some(Value::Array(items, Some(list.id())))
    }

    pub(super) fn metadata(&mut self) -> Option<Value<'d>> {
        let list = self.api.metadata_node?;
        let items = self.api.metadata.iter().map(|metadata| self.record(metadata)).collect();
        Some(Value::Array(items, Some(list.id())))
    }

    fn record(&mut self, record: &Record<'d>) -> Value<'d> {
        for member in &record.server_managed {
            self.drop(*member, "server-managed-field");
        }
        let mut out = Object::of(record.node);
        for (member, plain) in &record.members {
            let key = member.key().unwrap_or_default();
            match (key.as_ref(), plain) {
                ("createAt" | "createdAt", _) => self.date("createdAt", *member, &mut out),
                // An empty value is refused; none means the same.
                ("value", Plain::Text(text)) if text.value.is_empty() => self.implied(*member),
                _ => out.set(key, self::plain(plain)),
            }
        }
        out.into()
    }

    /// A picture that the import takes; it refuses the whole file for any other.
    pub(super) fn picture(&mut self, picture: Option<&Text<'d>>) -> Option<Value<'d>> {
        let picture = picture?;
        if picture.is_blank() {
            self.implied(picture.node);
            return None;
        }
        if pictures::fault(&picture.value).is_none() {
            return Some(Value::text(picture));
        }
        self.drop(picture.node, "picture-not-portable");
        None
    }
}

fn plain<'d>(plain: &Plain<'d>) -> Value<'d> {
    match plain {
        Plain::Text(text) => Value::text(text),
        Plain::Integer(number) => Value::integer(number),
        Plain::Bool(flag) => Value::bool(flag),
        Plain::Word(word) => Value::word(word),
        Plain::Node(node) => Value::Raw(*node),
    }
}

/// The objects of a list; what is none is told at its place.
fn objects<'d>(list: Node<'d>) -> Value<'d> {
    let items = list.values().filter(|item| item.kind() == NodeKind::Object).map(Value::Raw);
    Value::Array(items.collect(), Some(list.id()))
}

fn is_link(page: &Page<'_>) -> bool {
    page.kind.as_ref().is_some_and(|kind| kind.value == "LINK")
}
