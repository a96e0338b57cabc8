//! `metadata` of the resource.

use v4ward_syntax::{Node, NodeKind};

use super::keys::slug;
use super::shape::Shaper;
use crate::convert::{scalar_as_text, text_map};
use crate::v4::{Object, Value};

/// The annotation in which `kubectl apply` keeps what it applied last.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

impl<'d> Shaper<'_, 'd> {
    /// Name, namespace, labels and annotations; of an export, a name made from the API's.
    pub(super) fn metadata(&mut self) -> Object<'d> {
        let node = self.resource().and_then(|resource| resource.metadata);
        let mut out = Object { source: node.map(Node::id), ..Object::default() };
        for member in node.into_iter().flat_map(Node::values).filter(|member| !member.is_null()) {
            self.metadata_member(member, &mut out);
        }
        if out.get("name").is_none() && out.get("generateName").is_none() {
            out.members.insert(0, ("name".into(), self.made_name()));
        }
        out
    }

    fn metadata_member(&mut self, member: Node<'d>, out: &mut Object<'d>) {
        match (member.key().as_deref().unwrap_or_default(), member.kind()) {
            (key @ ("labels" | "annotations"), NodeKind::Object) => {
                let map = self.texts_of_map(member);
                // What only the cluster wrote leaves nothing.
                if !map.is_empty() || member.is_leaf() {
                    out.set(key.to_owned(), map.into());
                }
            }
            ("name" | "namespace" | "generateName", _) if !member.is_container() => {
                out.set(member.key().unwrap_or_default(), scalar_as_text(member));
            }
            ("name" | "namespace" | "generateName" | "labels" | "annotations", _) => self.drop(member, "wrong-type"),
            _ => self.drop(member, "server-managed-field"),
        }
    }

    fn texts_of_map(&mut self, map: Node<'d>) -> Object<'d> {
        for member in map.values() {
            if member.has_key(LAST_APPLIED) {
                self.drop(member, "server-managed-field");
            } else if member.is_container() {
                self.drop(member, "wrong-type");
            }
        }
        let mut texts = text_map(map);
        texts.members.retain(|(key, _)| key != LAST_APPLIED);
        texts
    }

    /// A name that Kubernetes takes.
    fn made_name(&self) -> Value<'d> {
        let name = self.api.name.as_ref().map(|name| (slug(&name.value), name));
        match name.filter(|(slug, _)| !slug.is_empty()) {
            Some((slug, name)) if slug == name.value => Value::text(name),
            Some((slug, name)) => Value::converted(slug, name.node),
            None => Value::added("api"),
        }
    }
}
