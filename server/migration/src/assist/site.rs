//! A place to write at, whatever language it is written in.

use v4ward_syntax::{Node, Span};

use super::insert::Text;
use super::schema::Place;

/// What can be written somewhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Slot {
    /// A member of an object, or only its key.
    Key,
    /// The value of a member.
    Value,
    /// An element of a list.
    Element,
}

/// A place to write at: what is around it, and how things are written there.
pub(super) trait Site {
    fn slot(&self) -> Slot;
    /// The object or list around.
    fn container(&self) -> Node<'_>;
    /// What is written there already, if anything: a member or an element.
    fn current(&self) -> Option<Node<'_>>;
    /// The token there; empty at the cursor when there is none.
    fn replace(&self) -> Span;
    /// True when the token that is replaced begins with a quote.
    fn is_quoted(&self) -> bool;
    /// A text as it is written there.
    fn token(&self, text: &str) -> String;
    /// A member with something to begin its value with, or only its key.
    fn member(&self, name: &str, place: &Place<'_>) -> Text;
    /// A value with the marks that it needs there.
    fn value(&self, value: Text) -> Text;
    /// An empty `array` or `object`, where one is of use.
    fn empty(&self, kind: &str) -> Option<Text>;
}
