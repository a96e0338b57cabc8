//! Texts with expressions in them.

use std::ops::Range;

use super::{Expression, Read};

/// A text with expressions: literal parts and `{#…}`, `{(…)}`, `{T(…)}`. Any other brace is plain text.
#[derive(Clone, PartialEq, Debug)]
pub struct Template<'t> {
    parts: Vec<Part<'t>>,
    complete: bool,
}

/// A part of a text with expressions.
#[derive(Clone, PartialEq, Debug)]
pub enum Part<'t> {
    /// Plain text.
    Literal(Range<usize>),
    /// An expression.
    Expression(Expression<'t>),
}

impl<'t> Template<'t> {
    /// Reads a text. An expression that does not end is plain text.
    #[must_use]
    pub fn parse(text: &'t str) -> Self {
        let mut template = Self { parts: Vec::new(), complete: true };
        let (mut literal, mut from) = (0, 0);
        while let Some(start) = find_start(text.as_bytes(), from) {
            let Some(end) = find_end(text.as_bytes(), start) else {
                template.complete = false;
                break;
            };
            if literal < start {
                template.parts.push(Part::Literal(literal..start));
            }
            let expression = Expression::within(text, start..end, start + 1..end - 1);
            template.complete &= expression.is_complete();
            template.parts.push(Part::Expression(expression));
            (literal, from) = (end, end);
        }
        if literal < text.len() {
            template.parts.push(Part::Literal(literal..text.len()));
        }
        template
    }

    /// A text that is one expression without braces.
    #[must_use]
    pub fn bare(text: &'t str) -> Self {
        let expression = Expression::bare(text);
        Self { complete: expression.is_complete(), parts: vec![Part::Expression(expression)] }
    }

    /// True when the text may have an expression; costs next to nothing.
    #[must_use]
    pub fn is_likely(text: &str) -> bool {
        find_start(text.as_bytes(), 0).is_some()
    }

    /// True for a text without an expression.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.expressions().next().is_none()
    }

    /// False when some expression could not be read, or does not end.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The parts; together they are the text.
    #[must_use]
    pub fn parts(&self) -> &[Part<'t>] {
        &self.parts
    }

    /// The expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression<'t>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Expression(expression) => Some(expression),
        })
    }

    /// The expression that is the whole text.
    #[must_use]
    pub fn whole(&self) -> Option<&Expression<'t>> {
        match self.parts.as_slice() {
            [Part::Expression(expression)] => Some(expression),
            _ => None,
        }
    }

    /// What all expressions read.
    pub fn reads(&self) -> impl Iterator<Item = &Read<'t>> {
        self.expressions().flat_map(Expression::reads)
    }
}

/// What stands between one pair of braces that spans the whole text; `{#a} && {#b}` has none.
pub(crate) fn in_braces(text: &str) -> Option<&str> {
    let spans_all = text.starts_with('{') && find_end(text.as_bytes(), 0) == Some(text.len());
    spans_all.then(|| text.get(1..text.len() - 1)).flatten()
}

/// The next brace that starts an expression.
fn find_start(text: &[u8], from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    memchr::memchr_iter(b'{', rest).map(|at| from + at).find(|at| {
        let after = text.get(at + 1..).unwrap_or_default();
        after.starts_with(b"#") || after.starts_with(b"(") || after.starts_with(b"T(")
    })
}

/// The end of the expression that starts here: brackets come in pairs and mean nothing inside quotes.
fn find_end(text: &[u8], start: usize) -> Option<usize> {
    let mut open: Vec<u8> = Vec::new();
    let mut at = start;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'{' => open.push(b'}'),
            b'(' => open.push(b')'),
            b'[' => open.push(b']'),
            b'}' | b')' | b']' if open.pop() != Some(byte) => return None,
            b'\'' | b'"' => at += 1 + memchr::memchr(byte, text.get(at + 1..)?)?,
            _ => {}
        }
        at += 1;
        if open.is_empty() {
            return Some(at);
        }
    }
    None
}
