//! JSON pointers (RFC 6901).

use std::fmt::Write as _;

use crate::tree::{Node, NodeKind};

pub(crate) fn of(node: Node<'_>) -> String {
    let mut chain: Vec<Node<'_>> = node.ancestors().collect();
    chain.pop(); // the root has no part
    chain.reverse();
    if node.parent().is_some() {
        chain.push(node);
    }
    let mut out = String::new();
    for part in chain {
        out.push('/');
        match part.key() {
            Some(key) => push_pointer_part(&mut out, &key),
            None => {
                let _ = write!(out, "{}", part.position_in_parent());
            }
        }
    }
    out
}

/// Appends one part of a pointer, without its slash, with `~` and `/` escaped.
pub fn push_pointer_part(out: &mut String, key: &str) {
    for c in key.chars() {
        match c {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            c => out.push(c),
        }
    }
}

pub(crate) fn resolve<'d>(root: Node<'d>, pointer: &str) -> Option<Node<'d>> {
    let mut node = root;
    if pointer.is_empty() {
        return Some(node);
    }
    for part in pointer.strip_prefix('/')?.split('/') {
        let part = part.replace("~1", "/").replace("~0", "~");
        node = match node.kind() {
            NodeKind::Object => node.get(&part)?,
            NodeKind::Array => node.children().nth(index(&part)?)?,
            _ => return None,
        };
    }
    Some(node)
}

/// An index as the RFC writes it: digits without a leading zero.
fn index(part: &str) -> Option<usize> {
    let canonical = part.bytes().all(|b| b.is_ascii_digit()) && (part == "0" || !part.starts_with('0'));
    canonical.then(|| part.parse().ok()).flatten()
}
