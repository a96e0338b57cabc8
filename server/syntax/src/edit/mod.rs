//! Changes of a document's data as minimal text edits.
//!
//! A [`Change`] says what becomes of the data; [`apply`] turns a set of changes into [`TextEdit`]s that keep every
//! byte outside them, with the neighbours' indentation, separators and line endings. The result is read again and
//! compared with what the changes ask for, so an edit that would do anything else is never handed out. The same walk
//! tells where each leaf of the new text comes from ([`Applied::origins`]).

mod check;
mod hunks;
mod json;
mod yaml;

pub(crate) use yaml::content_start;
pub use yaml::{Quote as YamlQuote, Style as YamlStyle, bracket_of, in_flow};

use std::collections::{BTreeMap, BTreeSet};

use crate::tree::{Document, Format, Node, NodeId, NodeKind, Span};

/// New content for a place of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A text, not yet quoted.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// Members in their order.
    Object(Vec<(String, Value)>),
    /// The value of another node of the same document, as it is written there.
    Copy(NodeId),
    /// A text that was made from these nodes.
    Derived {
        /// The new text, not yet quoted.
        text: String,
        /// Where it comes from.
        from: Vec<NodeId>,
    },
}

impl Value {
    /// The text, not yet quoted, of a value that is one.
    fn as_text(&self) -> Option<&str> {
        match self {
            Self::String(text) | Self::Derived { text, .. } => Some(text),
            _ => None,
        }
    }
}

/// One change of the data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// The value of a node becomes another; its key stays.
    Replace {
        /// The node.
        node: NodeId,
        /// Its new value.
        value: Value,
    },
    /// A node goes away, with its key and one separator.
    Remove {
        /// The node.
        node: NodeId,
    },
    /// A member gets another key; its value stays.
    Rename {
        /// The member.
        node: NodeId,
        /// Its new key, not yet quoted.
        key: String,
    },
    /// A member is added to an object.
    InsertMember {
        /// The object.
        object: NodeId,
        /// The member it follows; at the end when there is none.
        after: Option<NodeId>,
        /// The key, not yet quoted.
        key: String,
        /// The value.
        value: Value,
    },
    /// An element is added to an array.
    InsertElement {
        /// The array.
        array: NodeId,
        /// The element it follows; at the end when there is none.
        after: Option<NodeId>,
        /// The value.
        value: Value,
    },
}

/// A replacement of some bytes of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextEdit {
    /// The bytes that go away; empty for an insertion.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

/// Why changes cannot be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EditError {
    /// Two changes touch the same place.
    #[error("two changes touch the same place")]
    Conflict,
    /// The place does not fit the change, such as a member inserted into a list.
    #[error("the place does not fit the change")]
    WrongPlace,
    /// Aliases stand for what would change, so other places would change too ([`expand_aliases`] writes them out).
    #[error("other places use this value by an alias and would change too")]
    Shared {
        /// The node with the anchor.
        anchor: NodeId,
    },
    /// A template engine fills in this place before it is read.
    #[error("a template, {{{{ … }}}}, stands in the way")]
    Template,
    /// Reading the result gave something else than the changes ask for.
    #[error("the result would not read as intended")]
    ResultDiffers,
}

/// Changes that were made.
#[derive(Debug)]
pub struct Applied {
    /// The edits, ordered and without overlaps.
    pub edits: Vec<TextEdit>,
    /// The new text and its tree.
    pub document: Document,
    /// For each leaf of the new document that comes from the old one: the old leaves. A leaf that took the place of
    /// another one comes from that.
    pub origins: Vec<(NodeId, Vec<NodeId>)>,
}

/// Makes all changes at once.
///
/// # Errors
/// When two changes touch the same place, a change does not fit its place, or the result does not read as intended.
/// Nothing is half done then.
///
/// # Panics
/// When a change names a node of another document that is beyond this one's arena.
pub fn apply(document: &Document, changes: &[Change]) -> Result<Applied, EditError> {
    let plan = Plan::new(document, changes)?;
    let edits = edits(document, &plan)?;
    let text = replace(document.text(), &edits)?;
    let result = Document::parse(text, document.format());
    let origins = check::compare(document, &plan, &result)?;
    Ok(Applied { edits, document: result, origins })
}

/// Tells whether changes can be made, but for reading their result: what is cheap to know.
///
/// # Errors
/// Those of [`apply`] but for [`EditError::ResultDiffers`].
///
/// # Panics
/// As [`apply`].
pub fn fits(document: &Document, changes: &[Change]) -> Result<(), EditError> {
    edits(document, &Plan::new(document, changes)?).map(drop)
}

fn edits(document: &Document, plan: &Plan<'_>) -> Result<Vec<TextEdit>, EditError> {
    match document.format() {
        Format::Json => json::edits(document, plan),
        Format::Yaml => yaml::edits(document, plan),
    }
}

/// Writes a value out in place of each alias that stands for it, and of each merge key that takes its members, and
/// removes its anchor (YAML). The data stays the same; a change that was [`EditError::Shared`] because of this anchor
/// then fits.
///
/// # Errors
/// When the node has no anchor, or the result does not read as the same data.
///
/// # Panics
/// When the node is one of another document that is beyond this one's arena.
pub fn expand_aliases(document: &Document, anchor: NodeId) -> Result<Applied, EditError> {
    let edits = yaml::expand(document, anchor)?;
    let result = Document::parse(replace(document.text(), &edits)?, document.format());
    let origins = check::same_data(document, &result)?;
    Ok(Applied { edits, document: result, origins })
}

/// Applies ordered edits to a text.
///
/// # Errors
/// When edits overlap, are out of order or out of bounds.
pub fn replace(text: &str, edits: &[TextEdit]) -> Result<String, EditError> {
    let mut out = String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut at = 0;
    for edit in edits {
        let kept = text.get(at..edit.span.start as usize).ok_or(EditError::Conflict)?;
        out.push_str(kept);
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(text.get(at..).ok_or(EditError::Conflict)?);
    Ok(out)
}

/// Edits of a part of a text, counted from where the part begins; none when one begins before it.
fn moved(edits: &[TextEdit], start: u32) -> Option<Vec<TextEdit>> {
    let moved = |edit: &TextEdit| {
        let span = Span::new(edit.span.start.checked_sub(start)?, edit.span.end.checked_sub(start)?);
        Some(TextEdit { span, text: edit.text.clone() })
    };
    edits.iter().map(moved).collect()
}

/// The changes by the node they belong to, in document order, so that the same changes always give the same edits.
pub(crate) struct Plan<'c> {
    pub(crate) replaced: BTreeMap<NodeId, &'c Value>,
    pub(crate) renamed: BTreeMap<NodeId, &'c str>,
    pub(crate) removed: BTreeSet<NodeId>,
    /// By container, in the order of the changes.
    pub(crate) inserted: BTreeMap<NodeId, Vec<Insertion<'c>>>,
    /// Containers whose children change, in document order.
    pub(crate) containers: Vec<NodeId>,
}

pub(crate) struct Insertion<'c> {
    pub(crate) after: Option<NodeId>,
    pub(crate) key: Option<&'c str>,
    pub(crate) value: &'c Value,
}

impl<'c> Plan<'c> {
    fn new(document: &Document, changes: &'c [Change]) -> Result<Self, EditError> {
        let mut plan = Plan {
            replaced: BTreeMap::new(),
            renamed: BTreeMap::new(),
            removed: BTreeSet::new(),
            inserted: BTreeMap::new(),
            containers: Vec::new(),
        };
        for change in changes {
            plan.add(document, change)?;
        }
        plan.containers.sort_unstable();
        plan.containers.dedup();
        plan.refuse_conflicts(document)?;
        Ok(plan)
    }

    fn add(&mut self, document: &Document, change: &'c Change) -> Result<(), EditError> {
        let fresh = match change {
            Change::Replace { node, value } => self.replaced.insert(*node, value).is_none(),
            Change::Rename { node, key } => {
                document.node(*node).key_span().ok_or(EditError::WrongPlace)?;
                self.renamed.insert(*node, key).is_none()
            }
            Change::Remove { node } => {
                let parent = document.node(*node).parent().ok_or(EditError::WrongPlace)?;
                self.containers.push(parent.id());
                self.removed.insert(*node)
            }
            Change::InsertMember { object, after, key, value } => {
                self.insert(document, *object, Insertion { after: *after, key: Some(key), value })?
            }
            Change::InsertElement { array, after, value } => {
                self.insert(document, *array, Insertion { after: *after, key: None, value })?
            }
        };
        if fresh { Ok(()) } else { Err(EditError::Conflict) }
    }

    fn insert(&mut self, document: &Document, container: NodeId, insertion: Insertion<'c>) -> Result<bool, EditError> {
        let wanted = if insertion.key.is_some() { NodeKind::Object } else { NodeKind::Array };
        let node = document.node(container);
        if node.is_alias() {
            return Err(EditError::Shared { anchor: node.resolved().id() });
        }
        let follows = insertion.after.is_none_or(|after| document.node(after).parent() == Some(node));
        if node.kind() != wanted || !follows {
            return Err(EditError::WrongPlace);
        }
        self.containers.push(container);
        self.inserted.entry(container).or_default().push(insertion);
        Ok(true)
    }

    /// True for a node that is replaced or removed, itself or with one around it.
    pub(crate) fn is_gone(&self, node: Node<'_>) -> bool {
        let gone = |id: NodeId| self.removed.contains(&id) || self.replaced.contains_key(&id);
        std::iter::once(node).chain(node.ancestors()).any(|up| gone(up.id()))
    }

    /// True for a node that stays and has no change inside.
    pub(crate) fn keeps(&self, node: Node<'_>) -> bool {
        let inside = node.id()..NodeId(node.subtree_end() as u32);
        // A member that gets another name is the same value.
        let renamed = self.renamed.range(inside.clone()).any(|(id, _)| *id != node.id());
        let changed = self.replaced.range(inside.clone()).next().is_some()
            || self.removed.range(inside.clone()).next().is_some()
            || self.inserted.range(inside).next().is_some();
        !self.is_gone(node) && !changed && !renamed
    }

    /// A change below a place that goes away, or beside a neighbour that does, makes no sense.
    fn refuse_conflicts(&self, document: &Document) -> Result<(), EditError> {
        let gone = |id: NodeId| self.removed.contains(&id) || self.replaced.contains_key(&id);
        let touched = self
            .replaced
            .keys()
            .chain(&self.removed)
            .chain(self.renamed.keys())
            .map(|id| (*id, false))
            .chain(self.inserted.keys().map(|id| (*id, true)));
        for (id, itself) in touched {
            let node = document.node(id);
            if node.ancestors().any(|up| gone(up.id())) || (itself && gone(id)) {
                return Err(EditError::Conflict);
            }
        }
        let both = self.removed.iter().any(|id| self.replaced.contains_key(id) || self.renamed.contains_key(id));
        let beside_removed =
            self.inserted.values().flatten().any(|i| i.after.is_some_and(|after| self.removed.contains(&after)));
        if both || beside_removed { Err(EditError::Conflict) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
