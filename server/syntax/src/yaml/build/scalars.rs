//! Scalars: their values, and where they stand.

use std::ops::Range;

use granit_parser::ScalarStyle;

use super::{Builder, Scalar};
use crate::tree::NodeKind;
use crate::yaml::scalar;
use crate::yaml::spans::{after_indicator, block_header, line_start};

impl Builder<'_, '_> {
    pub(super) fn scalar(&mut self, scalar: &Scalar<'_>) {
        if self.at_key() {
            return self.scalar_key(scalar);
        }
        let mut span = scalar.span;
        let (kind, token) = scalar::of(scalar.value, scalar.style == ScalarStyle::Plain, scalar.tag);
        let unknown_end = self.view.unknown_end(span);
        let is_unknown = unknown_end.is_some();
        span.end = span.end.max(unknown_end.unwrap_or(0));
        let node = self.push(if is_unknown { NodeKind::Invalid } else { kind }, span);
        let written = &self.view.source[span.range()];
        if is_unknown || kind == NodeKind::Null && !scalar.has_anchor {
            // As it is written, or `null`.
        } else if !scalar.has_anchor && is_quoted(scalar.style) && within_quotes(written) == Some(&token) {
            self.out.nodes[node as usize].plain_value = true;
        } else if scalar.has_anchor || written != token {
            self.out.yaml.values.push(node, &token);
        }
        self.started = Some(node);
        self.at = self.at.max(span.end as usize);
    }

    /// A block text that the end of the file ends, without a line break, has none; the parser adds one.
    pub(super) fn without_break<'e>(&self, value: &'e str, style: ScalarStyle, range: &Range<usize>) -> &'e str {
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let text = self.view.text;
        if !is_block || range.end < text.len() {
            return value;
        }
        let is_broken = text[line_start(text.as_bytes(), text.len())..].trim().is_empty();
        if is_broken { value } else { value.strip_suffix('\n').unwrap_or(value) }
    }

    /// The place of a scalar: with the header of a block text and without the line break after it; after its key or
    /// dash when there is nothing.
    pub(super) fn widened(&self, style: ScalarStyle, range: Range<usize>) -> Range<usize> {
        let text = self.view.text;
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let header = block_header(text, self.at).unwrap_or(range.start);
                let end = range.end.max(header + 1);
                header..header + text[header..end].trim_end_matches([' ', '\t', '\n', '\r']).len().max(1)
            }
            ScalarStyle::Plain if range.is_empty() => {
                let at = self.empty_place(range.start);
                at..at
            }
            _ => range,
        }
    }

    /// Where a value that is not written would begin: right after what asks for it.
    pub(super) fn empty_place(&self, told: usize) -> usize {
        let text = self.view.text;
        match self.open.last() {
            Some(open) if open.key.is_some() => after_indicator(text, self.at, b':', open.is_flow),
            Some(open) if !open.is_object && !open.is_flow => after_indicator(text, self.at, b'-', false),
            _ if text.as_bytes().get(told) == Some(&b':') => told.max(self.at),
            Some(open) if open.is_object => after_indicator(text, self.at, b'?', open.is_flow),
            _ => self.at,
        }
    }
}

pub(super) fn is_quoted(style: ScalarStyle) -> bool {
    matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted)
}

/// What stands between quotes; none when something stands before them.
pub(super) fn within_quotes(written: &str) -> Option<&str> {
    let inner = written.strip_prefix(['"', '\''])?;
    inner.get(..inner.len().checked_sub(1)?)
}
