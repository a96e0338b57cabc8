//! A value in another type.

use v4ward_syntax::edit::Value;
use v4ward_syntax::{Node, NodeKind};

use crate::v2::Expected;

/// What a fix is called that makes a text of a number, or of a truth value.
pub(crate) const QUOTE: &str = "Put it in quotes";
const UNQUOTE: &str = "Take the quotes away";

/// False for an alias, and for a value with an anchor or a tag.
fn is_bare(node: Node<'_>) -> bool {
    !node.is_alias() && !node.text().starts_with(['&', '!'])
}

/// The same value in the type that is expected, where it is plain what was meant.
pub(crate) fn rewritten(node: Node<'_>, expected: Expected) -> Option<(&'static str, Value)> {
    match (expected, node.kind()) {
        (Expected::Text, NodeKind::Number | NodeKind::Bool) if is_bare(node) => {
            Some((QUOTE, Value::String(node.text().to_owned())))
        }
        (Expected::Bool, NodeKind::String) => match node.as_str()?.as_ref() {
            "true" => Some((UNQUOTE, Value::Bool(true))),
            "false" => Some((UNQUOTE, Value::Bool(false))),
            _ => None,
        },
        (Expected::Integer, NodeKind::String) => {
            node.as_str()?.parse().ok().map(|number| (UNQUOTE, Value::Integer(number)))
        }
        _ => None,
    }
}
