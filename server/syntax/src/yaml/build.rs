//! Events to nodes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, Span as EventSpan, StructureStyle, Tag};

use super::{Anchor, Yaml, errors, scalar};
use crate::tree::{Comment, NO_PARENT, NodeData, NodeId, NodeKind, Span, SyntaxError, SyntaxErrorKind};

/// What the events of a text gave, before aliases are followed.
#[derive(Default)]
pub(super) struct Built {
    pub(super) nodes: Vec<NodeData>,
    pub(super) comments: Vec<Comment>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) yaml: Yaml,
    /// Aliases with the anchored nodes, in document order.
    pub(super) links: Vec<(u32, u32)>,
    /// Members with the key `<<`, in document order.
    pub(super) merge_keys: Vec<u32>,
}

impl Built {
    /// The key of a member, decoded.
    pub(super) fn key<'a>(&'a self, text: &'a str, member: u32) -> Cow<'a, str> {
        let node = &self.nodes[member as usize];
        let written = &text[node.key.range()];
        Cow::Borrowed(match self.yaml.key(member) {
            _ if node.plain_key => &written[1..written.len() - 1],
            Some(key) => key,
            None => written,
        })
    }

    pub(super) fn is_merge_key(&self, member: u32) -> bool {
        self.merge_keys.binary_search(&member).is_ok()
    }
}

/// Reads the events of a text; after an error, from the next document on.
pub(super) fn build(text: &str) -> Built {
    let mut options = Options::default();
    options.emit_anchor_events = true;
    options.emit_unresolved_aliases = true;
    // A file may begin with a long licence.
    options.max_buffered_comment_events = usize::MAX;
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder::new(text);
    loop {
        match parser.next_event() {
            None => break,
            Some(Ok((event, span))) => builder.event(event, span),
            Some(Err(error)) => {
                builder.broken(error.marker().byte_offset().unwrap_or(text.len()), errors::words(error.kind()));
                if !matches!(parser.proceed_next_document(), Ok(true)) {
                    break;
                }
            }
        }
    }
    builder.out
}

/// A list or an object that is open.
struct Open {
    node: u32,
    is_object: bool,
    /// In an object: the key that waits for its value.
    key: Option<Key>,
    /// The keys so far, for duplicates.
    seen: HashMap<String, u32>,
}

struct Key {
    span: Span,
    /// In quotes, without escapes.
    plain: bool,
    /// As it is written.
    bare: bool,
    text: String,
}

struct Builder<'t> {
    text: &'t str,
    out: Built,
    open: Vec<Open>,
    /// The anchored node of each anchor id.
    anchored: HashMap<usize, u32>,
    /// The node that an anchor event is about, unless it is a key.
    started: Option<u32>,
    /// The end of the last thing that was read.
    at: usize,
    /// Inside a key that is a list or an object: how deep, and where it began.
    skipping: Option<(usize, usize)>,
    document_start: usize,
    /// How many nodes there were when the document began.
    first_node: usize,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            out: Built::default(),
            open: Vec::new(),
            anchored: HashMap::new(),
            started: None,
            at: 0,
            skipping: None,
            document_start: 0,
            first_node: 0,
        }
    }

    fn event(&mut self, event: Event<'_>, span: EventSpan) {
        let range = span.byte_range().unwrap_or(self.at..self.at);
        let tag_start = span.tag_span().and_then(|tag| tag.byte_range()).map(|tag| tag.start);
        match event {
            Event::Comment(..) => self.out.comments.push(Comment { span: span_of(&range) }),
            Event::DocumentStart(..) => {
                self.document_start = range.end.max(self.document_start);
                self.at = self.at.max(range.end);
            }
            Event::DocumentEnd => self.end_document(range.start),
            _ if self.skipping.is_some() => self.skip(&event, &range),
            Event::Anchor(id, _) => self.anchor(id, &range),
            Event::Alias(id) => self.alias(id, &range),
            Event::UnresolvedAlias(_) => self.unresolved(&range),
            Event::Scalar(value, style, _, tag) => self.scalar(&value, style, tag.as_deref(), range, tag_start),
            Event::MappingStart(style, ..) => self.start(true, style, range, tag_start),
            Event::SequenceStart(style, ..) => self.start(false, style, range, tag_start),
            Event::MappingEnd | Event::SequenceEnd => self.end(&range),
            _ => {}
        }
    }

    /// True where an object waits for a key.
    fn at_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_object && open.key.is_none())
    }

    fn end_document(&mut self, at: usize) {
        self.open.clear();
        self.anchored.clear();
        self.started = None;
        let end = at.max(self.at);
        self.out.yaml.documents.push(Span::new(self.document_start as u32, end as u32));
        self.document_start = end;
        self.first_node = self.out.nodes.len();
    }

    /// The rest of the document cannot be read.
    fn broken(&mut self, at: usize, message: &'static str) {
        let rest = &self.text[at..];
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        self.error(Span::new(at as u32, (at + line) as u32), message);
        if let Some(key) = self.open.last_mut().and_then(|open| open.key.take()) {
            let at = Span::empty(key.span.end);
            self.push_member(key, NodeKind::Invalid, at);
        }
        while let Some(open) = self.open.pop() {
            self.close(open.node);
        }
        self.skipping = None;
        if self.out.nodes.len() > self.first_node {
            self.end_document(self.at);
        }
    }

    fn error(&mut self, span: Span, message: &'static str) {
        self.out.errors.push(SyntaxError { span, kind: SyntaxErrorKind::Yaml(message) });
    }

    /// Passes over a key that is a list or an object.
    fn skip(&mut self, event: &Event<'_>, range: &Range<usize>) {
        let Some((depth, start)) = self.skipping else { return };
        self.at = self.at.max(range.end);
        let depth = match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => depth + 1,
            Event::MappingEnd | Event::SequenceEnd => depth - 1,
            _ => depth,
        };
        self.skipping = (depth > 0).then_some((depth, start));
        if depth == 0 {
            self.odd_key(Span::new(start as u32, self.at as u32));
        }
    }

    /// A key that JSON cannot have.
    fn odd_key(&mut self, span: Span) {
        self.error(span, "a key must be a text");
        let text = self.text[span.range()].to_owned();
        self.set_key(Key { span, plain: false, bare: true, text });
    }

    fn set_key(&mut self, key: Key) {
        if let Some(open) = self.open.last_mut() {
            open.key = Some(key);
        }
    }

    /// What is known of a node only after it: its anchor stands before it.
    fn anchor(&mut self, id: usize, range: &Range<usize>) {
        let Some(node) = self.started else { return };
        self.anchored.insert(id, node);
        let span = &mut self.out.nodes[node as usize].span;
        *span = span.cover(span_of(range));
        self.at = self.at.max(range.end);
        let anchor = Anchor { node: NodeId(node), span: span_of(range), aliases: Vec::new() };
        self.out.yaml.anchors.push(anchor);
    }

    fn alias(&mut self, id: usize, range: &Range<usize>) {
        let Some(target) = self.anchored.get(&id).copied().filter(|_| !self.at_key()) else {
            return self.unresolved(range);
        };
        let alias = self.push(NodeKind::Invalid, span_of(range));
        self.out.links.push((alias, target));
        self.started = None;
        self.at = range.end;
    }

    fn unresolved(&mut self, range: &Range<usize>) {
        self.at = range.end;
        self.started = None;
        if self.at_key() {
            return self.odd_key(span_of(range));
        }
        self.error(span_of(range), "no value before this has that anchor");
        self.push(NodeKind::Invalid, span_of(range));
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        range: Range<usize>,
        tag_start: Option<usize>,
    ) {
        let range = self.widened(style, range);
        let start = tag_start.unwrap_or(range.start).min(range.start);
        let span = Span::new(start as u32, range.end as u32);
        if self.at_key() {
            self.started = None;
            self.at = range.end;
            let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
            let written = &self.text[span.range()];
            let plain = quoted && written.get(1..written.len() - 1) == Some(value);
            self.set_key(Key { span, plain, bare: written == value && !quoted, text: value.to_owned() });
            return;
        }
        let (kind, token) = scalar::of(value, style == ScalarStyle::Plain, tag);
        let node = self.push(kind, span);
        let written = &self.text[span.range()];
        let quoted = style != ScalarStyle::Plain && written.get(1..written.len().max(1) - 1) == Some(token.as_ref());
        if quoted && written.starts_with(['"', '\'']) {
            self.out.nodes[node as usize].plain_value = true;
        } else if written != token {
            self.out.yaml.values.push(node, &token);
        }
        self.started = Some(node);
        self.at = range.end.max(self.at);
    }

    /// The place of a scalar: with the header of a block text and without the line break after it; after its key when
    /// there is nothing.
    fn widened(&self, style: ScalarStyle, range: Range<usize>) -> Range<usize> {
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let header = block_header(self.text, self.at).unwrap_or(range.start);
                let end = range.end.max(header + 1);
                let content = self.text[header..end].trim_end_matches([' ', '\t', '\n', '\r']);
                header..header + content.len().max(1)
            }
            ScalarStyle::Plain if range.is_empty() => {
                let at = after_indicator(self.text, self.at).min(range.start.max(self.at));
                at..at
            }
            _ => range,
        }
    }

    fn start(&mut self, is_object: bool, style: StructureStyle, range: Range<usize>, tag_start: Option<usize>) {
        let start = tag_start.unwrap_or(range.start).min(range.start);
        if self.at_key() {
            self.skipping = Some((1, start));
            return;
        }
        let end = if style == StructureStyle::Flow { range.end } else { start };
        let kind = if is_object { NodeKind::Object } else { NodeKind::Array };
        let node = self.push(kind, Span::new(start as u32, end.max(start) as u32));
        self.open.push(Open { node, is_object, key: None, seen: HashMap::new() });
        self.started = Some(node);
        if style == StructureStyle::Flow {
            self.at = range.end;
        }
    }

    fn end(&mut self, range: &Range<usize>) {
        self.started = None;
        let Some(open) = self.open.pop() else { return };
        // The end of a block is no text.
        if !range.is_empty() && matches!(&self.text[range.clone()], "]" | "}") {
            let span = &mut self.out.nodes[open.node as usize].span;
            span.end = range.end as u32;
            self.at = range.end;
        }
        self.close(open.node);
    }

    /// A collection ends with its last child, or where its own bracket stands.
    fn close(&mut self, node: u32) {
        let end = self.out.nodes.len() as u32;
        let last = self.at as u32;
        let data = &mut self.out.nodes[node as usize];
        data.subtree_end = end;
        data.span.end = data.span.end.max(last.max(data.span.start));
    }

    fn push(&mut self, kind: NodeKind, span: Span) -> u32 {
        match self.open.last_mut().and_then(|open| open.key.take()) {
            Some(key) => self.push_member(key, kind, span),
            None => self.push_node(kind, span),
        }
    }

    fn push_node(&mut self, kind: NodeKind, span: Span) -> u32 {
        let id = self.out.nodes.len() as u32;
        let parent = self.open.last().map_or(NO_PARENT, |open| open.node);
        self.out.nodes.push(NodeData::new(kind, id, span, parent));
        id
    }

    fn push_member(&mut self, key: Key, kind: NodeKind, span: Span) -> u32 {
        let id = self.push_node(kind, span);
        let node = &mut self.out.nodes[id as usize];
        (node.key, node.plain_key, node.bare_key) = (key.span, key.plain, key.bare);
        if !key.plain && !key.bare {
            self.out.yaml.keys.push(id, &key.text);
        }
        if key.bare && key.text == "<<" {
            self.out.merge_keys.push(id);
        } else if let Some(earlier) = self.open.last_mut().and_then(|open| open.seen.insert(key.text, id)) {
            self.out.nodes[earlier as usize].shadowed = true;
        }
        id
    }
}

fn span_of(range: &Range<usize>) -> Span {
    Span::new(range.start as u32, range.end as u32)
}

/// Where the header of a block text stands, `|` or `>`: after the indicators, properties and comments that follow `at`.
fn block_header(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = at;
    loop {
        match bytes.get(at)? {
            b'|' | b'>' => return Some(at),
            b'#' => at += memchr::memchr2(b'\n', b'\r', &bytes[at..])?,
            b'&' | b'!' => at += bytes[at..].iter().position(|b| b.is_ascii_whitespace())?,
            _ => at += 1,
        }
    }
}

/// The place after the `:` or `-` that follows `at`; `at` itself when there is none before the end of the line.
fn after_indicator(text: &str, at: usize) -> usize {
    let rest = text[at..].bytes();
    let blank = rest.take_while(|b| b.is_ascii_whitespace()).count();
    match text.as_bytes().get(at + blank) {
        Some(b':' | b'-' | b'?') => at + blank + 1,
        _ => at,
    }
}
