//! What the rules about proxy blocks share.

use v4ward_syntax::edit::{Change, Value};
use v4ward_syntax::{Node, NodeKind};

use crate::finding::Finding;
use crate::fixes::Fix;

/// The proxy block that a finding is about: the block itself or one of its members.
pub(super) fn block<'d>(finding: &Finding<'d>) -> Option<Node<'d>> {
    let node = finding.place.node()?;
    if node.kind() == NodeKind::Object { Some(node) } else { node.parent() }
}

/// Switches a proxy off. What it was to be called with goes too: V4 could not hold it beside a proxy that is off.
pub(super) fn disable(proxy: Node<'_>) -> Option<Fix> {
    let enabled = proxy.get("enabled")?;
    let off = Change::Replace { node: enabled.id(), value: Value::Bool(false) };
    let rest = proxy.children().filter(|member| !["enabled", "useSystemProxy"].iter().any(|key| member.has_key(key)));
    let changes = std::iter::once(off).chain(rest.map(|member| Change::Remove { node: member.id() })).collect();
    Some(Fix::needs_decision("Disable the proxy", changes))
}
