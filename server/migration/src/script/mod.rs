//! Reads scripts of groovy and javascript steps as far as rules need it: what code says, apart from texts and
//! comments, and which members it takes of which variables. Total and linear; nothing is run.

mod chains;
mod fields;
mod lexer;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use chains::{Chain, Link, chains};
pub use fields::ScriptField;
pub(crate) use fields::{fields, texts};
pub use lexer::tokens;

/// The language of a script.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// Groovy
    Groovy,
    /// JavaScript
    JavaScript,
}

/// What a token of a script is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// A name or a keyword.
    Identifier,
    /// A number.
    Number,
    /// A whole quoted text, with its quotes and without code in it.
    Text,
    /// A piece of a text with code in it, with the signs at its ends: `"a ${`, `} b ${`, `} c"`. The code between two
    /// pieces is tokens of its own.
    TextPiece,
    /// A regular expression, or a text between slashes without code in it.
    Regex,
    /// A comment.
    Comment,
    /// A bracket, an operator or another sign.
    Punctuation,
}

/// A token of a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Range<usize>,
}
