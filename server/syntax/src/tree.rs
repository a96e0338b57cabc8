//! The tree: one arena of nodes per document, in document order.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use crate::runs::Runs;
use crate::yaml::{Anchor, Yaml};
use crate::{json, pointer, string, yaml};

/// A half-open range of byte offsets into the text of a document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, both in bytes.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The empty span at `offset` bytes.
    #[must_use]
    pub const fn empty(offset: u32) -> Self {
        Self::new(offset, offset)
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// True when the span holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// True when `other` lies inside this span (edges included).
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// The index of a node in its document's arena; ids grow in document order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// The first node: the root of the first document.
    pub const ROOT: Self = Self(0);

    /// The position of the node in document order, counted from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NodeKind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number; its text is kept as written.
    Number,
    /// A text.
    String,
    /// A list of values.
    Array,
    /// A list of members, each with a key.
    Object,
    /// A value that is missing or cannot be read; a syntax error tells why.
    Invalid,
}

/// The text format of a document.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// JSON (RFC 8259), read with error recovery.
    Json,
    /// YAML 1.2 with the types of the tools around Kubernetes: YAML 1.1 words for truth values, octal numbers with a
    /// leading 0, merge keys. Any number of documents.
    Yaml,
}

/// A comment of the text, outside the tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment {
    /// The comment with its markers.
    pub span: Span,
}

/// A place where the text breaks the rules of its format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// Where; may be empty for something that is missing.
    pub span: Span,
    /// What is wrong there.
    pub kind: SyntaxErrorKind,
}

/// What can be wrong with the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum SyntaxErrorKind {
    /// Nothing but white space and comments.
    #[error("the file is empty")]
    Empty,
    /// A value should stand here.
    #[error("a value is missing here")]
    ValueExpected,
    /// A member name should stand here.
    #[error("a property name in double quotes is expected here")]
    KeyExpected,
    /// A colon should follow the member name.
    #[error("a colon is missing after this property name")]
    ColonExpected,
    /// A comma should separate two members or elements.
    #[error("a comma is missing before this")]
    CommaExpected,
    /// A comma with nothing to separate.
    #[error("this comma separates nothing")]
    CommaUnexpected,
    /// The text ends inside an object or an array.
    #[error("this bracket is never closed")]
    Unclosed,
    /// A closing bracket of the other kind.
    #[error("this closing bracket does not match the one that is open")]
    BracketMismatch,
    /// A closing bracket with nothing open.
    #[error("this closing bracket closes nothing")]
    BracketUnexpected,
    /// A string without its closing quote on the same line.
    #[error("the closing quote of this text is missing")]
    StringUnclosed,
    /// An escape sequence JSON does not know.
    #[error("this escape sequence is not valid in JSON")]
    EscapeInvalid,
    /// A control character inside a string.
    #[error("a control character must be written as an escape sequence")]
    ControlCharacter,
    /// A number JSON does not allow.
    #[error("this is not a valid JSON number")]
    NumberInvalid,
    /// A word other than true, false and null, or any other character.
    #[error("this is not a JSON value")]
    ValueInvalid,
    /// JSON has no comments.
    #[error("JSON does not allow comments")]
    CommentNotAllowed,
    /// More text after the end of the document.
    #[error("there is more text after the end of the document")]
    TrailingText,
    /// Something YAML does not allow, in words.
    #[error("{0}")]
    Yaml(&'static str),
}

#[derive(Clone, Copy)]
pub(crate) struct NodeData {
    pub(crate) kind: NodeKind,
    /// Another member of the same object with the same key follows, and wins.
    pub(crate) shadowed: bool,
    /// The key has quotes and no escapes: the bytes between the quotes are the key.
    pub(crate) plain_key: bool,
    /// The bytes of the key are the key (YAML).
    pub(crate) bare_key: bool,
    /// The value has quotes and no escapes: the bytes between the quotes are the value (YAML).
    pub(crate) plain_value: bool,
    /// Stands for an anchored node (YAML).
    pub(crate) alias: bool,
    /// An object with members of other objects beside its own (YAML merge keys).
    pub(crate) merges: bool,
    /// The key with its quotes, or `NO_KEY`.
    pub(crate) key: Span,
    pub(crate) span: Span,
    pub(crate) parent: u32,
    /// One past the last node of the subtree.
    pub(crate) subtree_end: u32,
}

impl NodeData {
    /// A node without a key and without children.
    pub(crate) const fn new(kind: NodeKind, id: u32, span: Span, parent: u32) -> Self {
        Self {
            kind,
            shadowed: false,
            plain_key: false,
            bare_key: false,
            plain_value: false,
            alias: false,
            merges: false,
            key: NO_KEY,
            span,
            parent,
            subtree_end: id + 1,
        }
    }
}

pub(crate) const NO_KEY: Span = Span::new(u32::MAX, u32::MAX);
pub(crate) const NO_PARENT: u32 = u32::MAX;

/// A text and its tree.
///
/// Building one never fails: what cannot be read is an [`NodeKind::Invalid`] node or is missing, and
/// [`Document::errors`] says so.
pub struct Document {
    text: String,
    format: Format,
    nodes: Vec<NodeData>,
    comments: Vec<Comment>,
    errors: Vec<SyntaxError>,
    /// That of the first line, if it ends.
    line_ending: Option<&'static str>,
    /// What only YAML has.
    yaml: Option<Box<Yaml>>,
    /// For each node its place among its parent's children; made when a long list is first asked for one.
    places: OnceLock<Vec<u32>>,
}

impl Document {
    /// The longest text a document can hold, in bytes.
    pub const MAX_BYTES: usize = u32::MAX as usize - 1;

    fn places(&self) -> &[u32] {
        self.places.get_or_init(|| {
            let mut places = vec![0; self.nodes.len()];
            for node in self.nodes().filter(|node| node.is_container() && !node.is_alias()) {
                for (place, child) in (0..).zip(node.children()) {
                    places[child.id.index()] = place;
                }
            }
            places
        })
    }

    /// Reads JSON text; a byte order mark at its start is skipped.
    ///
    /// Text beyond [`Document::MAX_BYTES`] is not read; callers refuse such files before.
    #[must_use]
    pub fn parse_json(text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.len() > Self::MAX_BYTES {
            text.clear();
        }
        let parsed = json::parse(&text);
        let (nodes, comments, errors) = (parsed.nodes, parsed.comments, parsed.errors);
        let line_ending = first_line_ending(text.as_bytes());
        Self { text, format: Format::Json, nodes, comments, errors, line_ending, yaml: None, places: OnceLock::new() }
    }

    /// Reads YAML text; a byte order mark at its start is skipped.
    ///
    /// Text beyond [`Document::MAX_BYTES`] is not read; callers refuse such files before.
    #[must_use]
    pub fn parse_yaml(text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.len() > Self::MAX_BYTES {
            text.clear();
        }
        let parsed = yaml::parse(&text);
        let line_ending = first_line_ending(text.as_bytes());
        Self {
            text,
            format: Format::Yaml,
            nodes: parsed.nodes,
            comments: parsed.comments,
            errors: parsed.errors,
            line_ending,
            yaml: Some(Box::new(parsed.yaml)),
            places: OnceLock::new(),
        }
    }

    /// Reads text of a format.
    #[must_use]
    pub fn parse(text: impl Into<String>, format: Format) -> Self {
        match format {
            Format::Json => Self::parse_json(text),
            Format::Yaml => Self::parse_yaml(text),
        }
    }

    /// The whole text, byte order mark included.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole text, byte order mark included, without the tree.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    /// The text's format.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The root values: one per document of the text. JSON has at most one.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        let ids = std::iter::successors((!self.nodes.is_empty()).then_some(0), |root: &u32| {
            let next = self.nodes[*root as usize].subtree_end;
            ((next as usize) < self.nodes.len()).then_some(next)
        });
        ids.map(|id| self.node(NodeId(id)))
    }

    /// The root value of the first document, unless the text is empty.
    #[must_use]
    pub fn root(&self) -> Option<Node<'_>> {
        (!self.nodes.is_empty()).then(|| self.node(NodeId(0)))
    }

    /// The root value that holds a node: its document in a text of several.
    #[must_use]
    pub fn root_of(&self, node: NodeId) -> Node<'_> {
        let node = self.node(node);
        node.ancestors().last().unwrap_or(node)
    }

    /// The root values of documents, each with the span of its document: with its comments, without the `---` before.
    /// In JSON there is one of the whole text.
    #[must_use]
    pub fn document_spans(&self) -> Vec<Span> {
        match &self.yaml {
            Some(yaml) => yaml.documents.clone(),
            None => vec![Span::new(0, self.text.len() as u32); usize::from(!self.nodes.is_empty())],
        }
    }

    /// The anchored nodes, in document order (YAML).
    #[must_use]
    pub fn anchors(&self) -> &[Anchor] {
        self.yaml.as_ref().map_or(&[], |yaml| &yaml.anchors)
    }

    /// The places that a template engine fills in before this becomes YAML: `{{ … }}` outside of texts, in document
    /// order (YAML). No edit may touch one.
    #[must_use]
    pub fn templates(&self) -> &[Span] {
        self.yaml.as_ref().map_or(&[], |yaml| &yaml.templates)
    }

    /// The node with this id.
    ///
    /// # Panics
    /// When the id comes from another document and is beyond this one's arena.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { document: self, data: &self.nodes[id.index()], id }
    }

    /// The node at a position in document order, counted from 0.
    #[must_use]
    pub fn nth(&self, index: usize) -> Option<Node<'_>> {
        self.nodes.get(index).map(|data| Node { document: self, data, id: NodeId(index as u32) })
    }

    /// The smallest node at a byte offset, a member's key included; one that ends there counts too.
    #[must_use]
    pub fn at(&self, offset: u32) -> Option<Node<'_>> {
        // Nodes stand in document order, so the last one that starts before the place is it or lies beside it.
        let last = self.nodes.partition_point(|data| start_of(data) <= offset);
        let node = self.nth(last.checked_sub(1)?)?;
        let holds = |node: &Node<'_>| node.member_span().start <= offset && offset <= node.member_span().end;
        std::iter::once(node).chain(node.ancestors()).find(holds)
    }

    /// All nodes in document order, shadowed ones included.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        self.nodes.iter().enumerate().map(|(i, data)| Node { document: self, data, id: NodeId(i as u32) })
    }

    /// The comments in document order.
    #[must_use]
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// What is wrong with the text, in document order.
    #[must_use]
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The text of a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The node at a JSON pointer (RFC 6901); of duplicate keys the last one.
    #[must_use]
    pub fn resolve(&self, pointer: &str) -> Option<Node<'_>> {
        self.root()?.descend(pointer)
    }

    /// The line ending of the text: that of its first line, else `\n`.
    #[must_use]
    pub fn line_ending(&self) -> &'static str {
        self.line_ending.unwrap_or("\n")
    }

    /// True when the whole text stands on one line.
    #[must_use]
    pub fn is_one_line(&self) -> bool {
        self.line_ending.is_none()
    }

    /// One level of indentation as this text has it: that of the first member of the root object that stands on a
    /// line of its own, else two spaces.
    #[must_use]
    pub fn indent_unit(&self) -> &str {
        self.root()
            .and_then(|root| root.children().find_map(|child| child.line_indent().filter(|s| !s.is_empty())))
            .unwrap_or("  ")
    }
}

/// Where a member or an element begins.
fn start_of(data: &NodeData) -> u32 {
    if data.key == NO_KEY { data.span.start } else { data.key.start }
}

fn first_line_ending(text: &[u8]) -> Option<&'static str> {
    let at = memchr::memchr2(b'\n', b'\r', text)?;
    Some(match (text[at], text.get(at + 1)) {
        (b'\r', Some(b'\n')) => "\r\n",
        (b'\r', _) => "\r",
        _ => "\n",
    })
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} bytes, {} nodes, {} errors)", self.text.len(), self.nodes.len(), self.errors.len())
    }
}

/// A node of a document: cheap to copy, borrows the document.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    document: &'d Document,
    data: &'d NodeData,
    id: NodeId,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.id == other.id
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?} at {:?}", self.kind(), self.pointer(), self.span())
    }
}

impl<'d> Node<'d> {
    /// The document this node belongs to.
    #[must_use]
    pub fn document(self) -> &'d Document {
        self.document
    }

    /// The node's id in its document.
    #[must_use]
    pub fn id(self) -> NodeId {
        self.id
    }

    /// What the node is.
    #[must_use]
    pub fn kind(self) -> NodeKind {
        self.data.kind
    }

    /// True for `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.kind() == NodeKind::Null
    }

    /// True for objects and arrays.
    #[must_use]
    pub fn is_container(self) -> bool {
        matches!(self.kind(), NodeKind::Object | NodeKind::Array)
    }

    /// True for anything without children of its own: scalars, empty containers and aliases.
    #[must_use]
    pub fn is_leaf(self) -> bool {
        self.data.subtree_end == self.id.0 + 1
    }

    /// True for an alias, which stands for the anchored node: what is read of it is read there (YAML).
    #[must_use]
    pub fn is_alias(self) -> bool {
        self.data.alias
    }

    /// The anchored node that an alias stands for; any other node is itself.
    #[must_use]
    pub fn resolved(self) -> Node<'d> {
        let target = self.data.alias.then(|| self.document.yaml.as_ref()?.target(self.id.0)).flatten();
        target.map_or(self, |target| self.document.node(NodeId(target)))
    }

    /// True when the object takes members of others by a merge key, `<<` (YAML).
    #[must_use]
    pub fn has_merges(self) -> bool {
        self.data.merges
    }

    /// The value's bytes. In YAML they begin with its anchor or tag, and with the header of a block text.
    #[must_use]
    pub fn span(self) -> Span {
        self.data.span
    }

    /// The key's bytes with its quotes, for a member of an object.
    #[must_use]
    pub fn key_span(self) -> Option<Span> {
        (self.data.key != NO_KEY).then_some(self.data.key)
    }

    /// Key and value, or the value alone for what has no key.
    #[must_use]
    pub fn member_span(self) -> Span {
        self.key_span().map_or(self.span(), |key| key.cover(self.span()))
    }

    /// The value as written.
    #[must_use]
    pub fn text(self) -> &'d str {
        self.document.slice(self.span())
    }

    /// The key, decoded, for a member of an object.
    #[must_use]
    pub fn key(self) -> Option<Cow<'d, str>> {
        let span = self.key_span()?;
        let text = self.document.slice(span);
        Some(match &self.document.yaml {
            _ if self.data.plain_key => Cow::Borrowed(&text[1..text.len() - 1]),
            _ if self.data.bare_key => Cow::Borrowed(text),
            Some(yaml) => Cow::Borrowed(yaml.key(self.id.0).unwrap_or(text)),
            None => string::unescape_json(text),
        })
    }

    /// The decoded text of a string node.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'d, str>> {
        (self.kind() == NodeKind::String).then(|| self.scalar())
    }

    /// The value of a boolean node.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == NodeKind::Bool).then(|| self.scalar() == "true")
    }

    /// The value of a scalar: the text of a string, decoded; else its JSON token, such as `true` for YAML's `yes`.
    #[must_use]
    pub fn scalar(self) -> Cow<'d, str> {
        let node = self.resolved();
        let text = node.text();
        match &node.document.yaml {
            _ if node.data.plain_value => Cow::Borrowed(&text[1..text.len() - 1]),
            _ if node.kind() == NodeKind::Null => Cow::Borrowed("null"),
            Some(yaml) => Cow::Borrowed(yaml.value(node.id.0).unwrap_or(text)),
            None if node.kind() == NodeKind::String => string::unescape_json(text),
            None => Cow::Borrowed(text),
        }
    }

    /// The bytes of the document that some bytes of the text of a scalar ([`Self::scalar`]) come from; of a character
    /// that is escaped the whole escape. The whole value where that cannot be told.
    #[must_use]
    pub fn text_span(self, range: std::ops::Range<usize>) -> Span {
        let node = self.resolved();
        let Some(runs) = Runs::of(node) else { return node.span() };
        let (mut span, text) = (runs.span(&range), &node.document.text);
        span.end = span.end.min(text.len());
        span.start = span.start.min(span.end);
        while !text.is_char_boundary(span.start) {
            span.start -= 1;
        }
        while !text.is_char_boundary(span.end) {
            span.end += 1;
        }
        Span::new(span.start as u32, span.end as u32)
    }

    /// A later member of the same object has the same key, and wins.
    #[must_use]
    pub fn is_shadowed(self) -> bool {
        self.data.shadowed
    }

    /// The object or array around this node.
    #[must_use]
    pub fn parent(self) -> Option<Node<'d>> {
        (self.data.parent != NO_PARENT).then(|| self.document.node(NodeId(self.data.parent)))
    }

    /// From the parent up to the root.
    pub fn ancestors(self) -> impl Iterator<Item = Node<'d>> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// All direct children in document order as they are written, shadowed members and merge keys included; those of an
    /// alias are the anchored node's.
    #[must_use]
    pub fn children(self) -> Members<'d> {
        let node = self.resolved();
        Members { document: node.document, next: node.id.0 + 1, end: node.data.subtree_end }
    }

    /// The elements of an array or the members of an object that count: of duplicate keys the last one. Members that
    /// a merge key brings come after the object's own.
    pub fn values(self) -> impl Iterator<Item = Node<'d>> {
        let node = self.resolved();
        let merges = node.data.merges;
        let own = node.children().filter(move |child| !(child.is_shadowed() || merges && child.is_merge_key()));
        own.chain(node.merged().iter().map(move |id| node.document.node(*id)))
    }

    /// The members that merge keys bring.
    fn merged(self) -> &'d [NodeId] {
        let yaml = self.document.yaml.as_ref().filter(|_| self.data.merges);
        yaml.map_or(&[], |yaml| yaml.merged(self.id.0))
    }

    /// True for a merge key, `<<`, with what it brings.
    #[must_use]
    pub fn is_merge_key(self) -> bool {
        self.data.bare_key && self.key_span().is_some_and(|key| self.document.slice(key) == "<<")
    }

    /// The member with this key; of duplicates the last one.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        if self.kind() != NodeKind::Object {
            return None;
        }
        self.values().find(|child| child.has_key(key))
    }

    /// True when the node is a member with this key.
    #[must_use]
    pub fn has_key(self, key: &str) -> bool {
        let Some(span) = self.key_span() else { return false };
        let quotes = if self.data.bare_key { 0 } else { 1 };
        if !self.data.plain_key && !self.data.bare_key {
            return self.key().is_some_and(|own| own == key);
        }
        // The length first: it differs for most keys, and nothing of the text has to be read then.
        span.len() as usize == key.len() + 2 * quotes
            && &self.document.text.as_bytes()[span.start as usize + quotes..span.end as usize - quotes]
                == key.as_bytes()
    }

    /// The node and everything below it, in document order, shadowed members included.
    pub fn subtree(self) -> impl Iterator<Item = Node<'d>> {
        let document = self.document;
        (self.id.0..self.data.subtree_end).map(move |i| document.node(NodeId(i)))
    }

    /// True when `other` is this node or below it.
    #[must_use]
    pub fn holds(self, other: NodeId) -> bool {
        self.id.0 <= other.0 && other.0 < self.data.subtree_end
    }

    /// The id one past the last node of the subtree.
    #[must_use]
    pub fn subtree_end(self) -> usize {
        self.data.subtree_end as usize
    }

    /// The index of this node among its parent's children.
    #[must_use]
    pub fn position_in_parent(self) -> usize {
        const FEW: usize = 64;
        let Some(parent) = self.parent() else { return 0 };
        let near = parent.children().take(FEW).position(|child| child.id == self.id);
        near.unwrap_or_else(|| self.document.places()[self.id.index()] as usize)
    }

    /// The JSON pointer (RFC 6901) of the node.
    #[must_use]
    pub fn pointer(self) -> String {
        pointer::of(self)
    }

    /// The node at a JSON pointer (RFC 6901) that begins at this node; of duplicate keys the last one. Members that merge
    /// keys bring are found too.
    #[must_use]
    pub fn descend(self, pointer: &str) -> Option<Node<'d>> {
        pointer::resolve(self, pointer)
    }

    /// The white space before the node when it is the first thing on its line.
    #[must_use]
    pub fn line_indent(self) -> Option<&'d str> {
        let before = &self.document.text[..self.member_span().start as usize];
        let rest = before.trim_end_matches([' ', '\t']);
        rest.ends_with(['\n', '\r']).then(|| &before[rest.len()..])
    }
}

/// The direct children of a node.
#[derive(Clone, Debug)]
pub struct Members<'d> {
    document: &'d Document,
    next: u32,
    end: u32,
}

impl<'d> Iterator for Members<'d> {
    type Item = Node<'d>;

    fn next(&mut self) -> Option<Node<'d>> {
        (self.next < self.end).then(|| {
            let node = self.document.node(NodeId(self.next));
            self.next = node.data.subtree_end;
            node
        })
    }
}
