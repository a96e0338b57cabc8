//! Dates: V2 counts milliseconds since 1970, V4 writes them as text.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use v4ward_syntax::{Node, NodeKind};

use crate::v4::Value;

/// A date as V4 writes it; `None` for anything that is no date.
pub(super) fn date(node: Node<'_>) -> Option<Value<'_>> {
    if let Some(text) = node.as_str() {
        let field = crate::v2::Text { value: text, node };
        return OffsetDateTime::parse(&field.value, &Rfc3339).is_ok().then(|| Value::text(&field));
    }
    let milliseconds: i128 = (node.kind() == NodeKind::Number).then(|| node.scalar().parse().ok()).flatten()?;
    let date = OffsetDateTime::from_unix_timestamp_nanos(milliseconds.checked_mul(1_000_000)?).ok()?;
    date.format(&Rfc3339).ok().map(|text| Value::converted(text, node))
}
