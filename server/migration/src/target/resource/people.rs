//! Who an API belongs to and who hears of it: groups, members, notifications, the management context.

use v4ward_syntax::{Node, NodeKind};

use super::shape::{CANNOT_HOLD, Shaper};
use crate::convert::scalar_as_text;
use crate::v4::{Object, Scalar, Value};

impl<'d> Shaper<'_, 'd> {
    /// The management context of the API.
    pub(super) fn context_ref(&mut self) -> Option<Value<'d>> {
        let node = self.resource()?.context_ref?;
        (node.kind() == NodeKind::Object).then(|| self.reference(node))
    }

    /// Moves on what both shapes have, and takes from the V2 definition what the import shape cannot hold.
    pub(super) fn people(&mut self, api: &mut Object<'d>, spec: &mut Object<'d>) {
        let silent = api.take("disableMembershipNotifications");
        spec.set_some("notifyMembers", self.notify_members(silent));
        spec.set_some("groups", self.api.groups.and_then(|node| self.names(node, "groups-not-portable")));
        let (groups, notifications, console) = match self.resource() {
            Some(resource) => (resource.group_refs, resource.notifications_refs, resource.console_notification),
            None => (None, None, None),
        };
        spec.set_some("groupRefs", groups.and_then(|node| self.references(node)));
        spec.set_some("members", self.members());
        spec.set_some("notificationsRefs", notifications.and_then(|node| self.references(node)));
        spec.set_some("consoleNotification", console.and_then(|node| self.console_notification(node)));
    }

    /// What an export says the other way round.
    fn notify_members(&mut self, silent: Option<Value<'d>>) -> Option<Value<'d>> {
        let own = self.resource().and_then(|resource| resource.notify_members.as_ref());
        if let Some(own) = own {
            if let Some(silent) = silent {
                self.lose(&silent, "option-without-effect");
            }
            return Some(Value::bool(own));
        }
        let Some(Value::Scalar(Scalar::Bool(silent), origin)) = silent else { return None };
        Some(Value::Scalar(Scalar::Bool(!silent), origin.converted()))
    }

    /// A list of names.
    fn names(&mut self, node: Node<'d>, rule: &'static str) -> Option<Value<'d>> {
        if node.kind() != NodeKind::Array {
            return None;
        }
        let mut names = Vec::new();
        for item in node.values().filter(|item| !item.is_null()) {
            if item.is_container() {
                self.drop(item, rule);
            } else {
                names.push(scalar_as_text(item));
            }
        }
        Some(Value::Array(names, Some(node.id())))
    }

    fn references(&mut self, node: Node<'d>) -> Option<Value<'d>> {
        if node.kind() != NodeKind::Array {
            return None;
        }
        let mut references = Vec::new();
        for item in node.values().filter(|item| !item.is_null()) {
            match item.kind() {
                NodeKind::Object => references.push(self.reference(item)),
                _ => self.drop(item, "wrong-type"),
            }
        }
        Some(Value::Array(references, Some(node.id())))
    }

    fn members(&mut self) -> Option<Value<'d>> {
        let list = self.api.members.filter(|list| list.kind() == NodeKind::Array)?;
        let mut members = Vec::new();
        for item in list.values().filter(|item| !item.is_null()) {
            match self.member(item) {
                Some(member) => members.push(member.into()),
                None => self.drop(item, "members-not-portable"),
            }
        }
        Some(Value::Array(members, Some(list.id())))
    }

    /// A member, with the name of the role; an export has ids of roles, which only its server knows.
    fn member(&mut self, node: Node<'d>) -> Option<Object<'d>> {
        if node.kind() != NodeKind::Object {
            return None;
        }
        let part = |key: &str| node.get(key).filter(|part| !part.is_null() && !part.is_container());
        let mut out = Object::of(node);
        out.set("source", scalar_as_text(part("source")?));
        out.set("sourceId", scalar_as_text(part("sourceId")?));
        out.set_some("role", part("role").map(scalar_as_text));
        for member in node.values().filter(|member| out.get(member.key().as_deref().unwrap_or_default()).is_none()) {
            self.drop(member, "members-not-portable");
        }
        Some(out)
    }

    /// What the console tells whom.
    fn console_notification(&mut self, node: Node<'d>) -> Option<Value<'d>> {
        if node.kind() != NodeKind::Object {
            return None;
        }
        let mut out = Object::of(node);
        for (key, name) in [("hooks", "events"), ("groups", "groups")] {
            let list = node.get(key).and_then(|list| self.names(list, "wrong-type"));
            out.set(name, list.unwrap_or(Value::Array(Vec::new(), None)));
        }
        for member in node.values() {
            match member.key().as_deref().unwrap_or_default() {
                "hooks" | "groups" if member.kind() == NodeKind::Array => {}
                "hooks" | "groups" => self.drop(member, "wrong-type"),
                // The target has one kind of them, of the API that it stands in.
                "config_type" | "origin" | "referenceType" | "referenceId" => self.implied(member),
                _ => self.drop(member, CANNOT_HOLD),
            }
        }
        Some(out.into())
    }
}
