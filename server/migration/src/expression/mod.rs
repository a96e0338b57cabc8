//! Reads the expression language of the gateway: SpEL, alone or in a text with `{#…}`.
//!
//! Reading is total and linear. It tells which variables an expression reads and what of them, which quoted texts it
//! has, and whether all of it could be read. Nothing is evaluated. Spans count bytes of the text that was given.

mod fields;
mod lexer;
mod parser;
mod template;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

pub use fields::{ExpressionField, ExpressionPlace};
pub(crate) use fields::{fields, texts};
pub(crate) use template::in_braces;
pub use template::{Part, Template};

/// One expression.
#[derive(Clone, PartialEq, Debug)]
pub struct Expression<'t> {
    /// Where it stands, with the braces around it.
    pub span: Range<usize>,
    /// What stands between the braces; all of it for a bare expression.
    pub inner: Range<usize>,
    reads: Vec<Read<'t>>,
    literals: Vec<Literal<'t>>,
    complete: bool,
}

impl<'t> Expression<'t> {
    /// Reads a whole text as one expression without braces.
    #[must_use]
    pub fn bare(text: &'t str) -> Self {
        Self::within(text, 0..text.len(), 0..text.len())
    }

    fn within(text: &'t str, span: Range<usize>, inner: Range<usize>) -> Self {
        let parsed = parser::parse(text, inner.clone());
        Self { span, inner, reads: parsed.reads, literals: parsed.literals, complete: parsed.complete }
    }

    /// The expression without the white space between its parts; `None` where two parts would become one, or where a
    /// quoted text has white space, which `is_blank` tells.
    pub(crate) fn without_blanks(&self, text: &str, is_blank: impl Fn(char) -> bool) -> Option<String> {
        let parts =
            |text: &str, range| lexer::tokens(text, range).iter().map(|t| t.text.to_owned()).collect::<Vec<_>>();
        let before = parts(text, self.inner.clone());
        let joined = before.concat();
        let same = !joined.contains(is_blank) && parts(&joined, 0..joined.len()) == before;
        same.then(|| {
            format!(
                "{}{joined}{}",
                text.get(self.span.start..self.inner.start).unwrap_or_default(),
                text.get(self.inner.end..self.span.end).unwrap_or_default()
            )
        })
    }

    /// What it reads, in the order of the text; also inside calls and indexes.
    #[must_use]
    pub fn reads(&self) -> &[Read<'t>] {
        &self.reads
    }

    /// Its quoted texts, in their order.
    #[must_use]
    pub fn literals(&self) -> &[Literal<'t>] {
        &self.literals
    }

    /// False when some of it could not be read: its reads may then be less than the truth.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

/// A quoted text of an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Literal<'t> {
    /// The text without its quotes.
    pub value: Cow<'t, str>,
    /// Where it stands, with its quotes.
    pub span: Range<usize>,
}

/// One use of a variable with what is taken from it: `#request.headers['X'][0]`.
#[derive(Clone, PartialEq, Debug)]
pub struct Read<'t> {
    /// The name of the variable: `request`.
    pub variable: &'t str,
    /// Where the variable stands: `#request`.
    pub span: Range<usize>,
    /// All of it, with what is taken.
    pub whole: Range<usize>,
    /// The arguments, between the brackets, where the variable is a function: `#jsonPath(…)`.
    pub arguments: Option<Range<usize>>,
    /// What is taken, one after the other.
    pub steps: Vec<Step<'t>>,
    /// It does not fail where a part of it is missing: something is taken with `?.`, or the same thing was looked at
    /// before, left of `?`, `and` or `or`. An elvis operator alone guards nothing: `#a['b'][0] ?: 'c'` still fails.
    pub guarded: bool,
}

/// Something that is taken of a value.
#[derive(Clone, PartialEq, Debug)]
pub enum Step<'t> {
    /// `.name`
    Property {
        /// The name.
        name: &'t str,
        /// Where the step stands, with its dot.
        span: Range<usize>,
        /// Written with `?.`.
        null_safe: bool,
    },
    /// `[key]`; a selection `.?[…]` or a projection `.![…]` is one with another key.
    Index {
        /// What is asked for.
        key: Key<'t>,
        /// Where the step stands, with its brackets.
        span: Range<usize>,
        /// Written with `?.`.
        null_safe: bool,
    },
    /// `.name(…)`
    Call {
        /// The name.
        name: &'t str,
        /// Where the step stands, with its dot and arguments.
        span: Range<usize>,
        /// Written with `?.`.
        null_safe: bool,
        /// What stands between the brackets.
        arguments: Range<usize>,
        /// The argument where there is one and it is a quoted text.
        text: Option<Cow<'t, str>>,
    },
}

/// What an index asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Key<'t> {
    /// `['X']`, or `[X]`, which means the same for a map.
    Text(Cow<'t, str>),
    /// `[0]`
    Number(i64),
    /// Anything that is computed.
    Other,
}

impl Step<'_> {
    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Property { span, .. } | Self::Index { span, .. } | Self::Call { span, .. } => span.clone(),
        }
    }

    /// True when it is written with `?.`.
    #[must_use]
    pub fn null_safe(&self) -> bool {
        match self {
            Self::Property { null_safe, .. } | Self::Index { null_safe, .. } | Self::Call { null_safe, .. } => {
                *null_safe
            }
        }
    }

    /// The key, when the step asks a map for one: `['X']`, `.get('X')`.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Index { key: Key::Text(key), .. } => Some(key),
            Self::Call { name: "get", text, .. } => text.as_deref(),
            _ => None,
        }
    }

    /// True when it takes what has this name: `.name`, `['name']`, `.get('name')`, `.getName()`.
    #[must_use]
    pub fn takes(&self, wanted: &str) -> bool {
        match self {
            Self::Property { name, .. } => *name == wanted,
            Self::Call { name, arguments, .. } if arguments.is_empty() => {
                let mut letters = name.strip_prefix("get").unwrap_or_default().chars();
                letters.next().is_some_and(|first| {
                    let first = first.to_ascii_lowercase();
                    wanted.strip_prefix(first).is_some_and(|rest| rest == letters.as_str())
                })
            }
            _ => self.key() == Some(wanted),
        }
    }

    /// True for two steps that take the same.
    fn same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Index { key: Key::Number(one), .. }, Self::Index { key: Key::Number(two), .. }) => one == two,
            (Self::Property { name, .. }, _) => other.takes(name),
            (_, Self::Property { name, .. }) => self.takes(name),
            _ => self.key().is_some() && self.key() == other.key(),
        }
    }
}

impl Read<'_> {
    /// True when the variable and the first steps have these names, whichever way they are written: `.a`, `['a']`,
    /// `.get('a')`.
    #[must_use]
    pub fn is(&self, path: &[&str]) -> bool {
        let Some((variable, names)) = path.split_first() else { return false };
        self.variable == *variable
            && self.steps.len() >= names.len()
            && self.steps.iter().zip(names).all(|(step, name)| step.takes(name))
    }
}
