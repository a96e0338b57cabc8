//! Events to nodes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, ScalarStyle, Span as EventSpan, StructureStyle, Tag};

use super::built::{Built, Mark};
use super::read::View;
use super::spans::{after_indicator, block_header, first_item, span_of};
use super::{Anchor, errors, scalar};
use crate::scan;
use crate::tree::{Comment, NO_PARENT, NodeData, NodeId, NodeKind, Span};

/// A list or an object that is open.
struct Open {
    node: u32,
    is_object: bool,
    is_flow: bool,
    /// In an object: the key that waits for its value.
    key: Option<Key>,
    /// Where its part of the members begins.
    first_member: usize,
}

struct Key {
    span: Span,
    /// In quotes, without escapes.
    plain: bool,
    /// The decoded key, unless it is as it is written.
    text: Option<String>,
    fingerprint: u32,
}

/// A member of an open object.
#[derive(Clone, Copy)]
struct Member {
    fingerprint: u32,
    node: u32,
}

/// What an alias stands for.
enum Anchored {
    Node(u32),
    /// A key, decoded.
    Key(String),
}

/// A scalar as the parser gives it.
struct Scalar<'e> {
    value: &'e str,
    style: ScalarStyle,
    tag: Option<&'e Tag>,
    /// From the tag on.
    span: Span,
    has_anchor: bool,
}

pub(super) struct Builder<'v, 'o> {
    view: &'v View<'v>,
    /// Where the parser began: its places count from there.
    base: usize,
    out: &'o mut Built,
    open: Vec<Open>,
    /// The members of all open objects so far, for duplicates.
    members: Vec<Member>,
    /// What each anchor id stands for; ids grow.
    anchored: Vec<(usize, Anchored)>,
    /// The node that an anchor event is about.
    started: Option<u32>,
    /// The end of the last thing that was read.
    at: usize,
    /// Inside a key that is a list or an object: how deep, and where it began.
    skipping: Option<(usize, usize)>,
    /// Where the document begins: with its directives, and with its content.
    header: usize,
    content: usize,
    /// The end of the last document is not known yet.
    ends_open: bool,
    /// How much there was before the document.
    mark: Mark,
}

/// Where reading stopped.
pub(super) struct Stop {
    /// How much was read before the broken document.
    pub(super) mark: Mark,
    /// Where the document begins with its directives.
    pub(super) header: usize,
    /// Where its content begins; the same when that was not reached.
    pub(super) content: usize,
    /// The end of the last thing that was read.
    pub(super) read: usize,
    /// Where the outermost open bracket stands.
    pub(super) bracket: Option<usize>,
    /// Where the last value begins, when nothing came after it.
    pub(super) last: Option<usize>,
}

impl<'v, 'o> Builder<'v, 'o> {
    pub(super) fn new(view: &'v View<'v>, base: usize, out: &'o mut Built) -> Self {
        let mark = out.mark();
        Self {
            view,
            base,
            out,
            open: Vec::new(),
            members: Vec::new(),
            anchored: Vec::new(),
            started: None,
            at: base,
            skipping: None,
            header: base,
            content: base,
            ends_open: false,
            mark,
        }
    }

    pub(super) fn event(&mut self, event: &Event<'_>, span: EventSpan) {
        let place = |range: Range<usize>| range.start + self.base..range.end + self.base;
        let range = span.byte_range().map_or(self.at..self.at, place);
        let tag_start = span.tag_span().and_then(|tag| tag.byte_range()).map(|tag| tag.start + self.base);
        match event {
            Event::Comment(..) => self.out.comments.push(Comment { span: span_of(&range) }),
            Event::DocumentStart(..) => self.start_document(&range),
            Event::DocumentEnd => self.end_document(&range),
            _ if self.skipping.is_some() => self.skip(event, &range),
            Event::Anchor(id, _) => self.anchor(*id, &range),
            Event::Alias(id) => self.alias(*id, &range),
            Event::UnresolvedAlias(_) => self.unresolved(&range),
            Event::Scalar(value, style, anchor, tag) => {
                let range = self.widened(*style, range);
                let start = tag_start.unwrap_or(range.start).min(range.start);
                let span = Span::new(start as u32, range.end as u32);
                self.scalar(&Scalar { value, style: *style, tag: tag.as_deref(), span, has_anchor: *anchor > 0 });
            }
            Event::MappingStart(style, ..) => self.start(true, *style, &range, tag_start),
            Event::SequenceStart(style, ..) => self.start(false, *style, &range, tag_start),
            Event::MappingEnd | Event::SequenceEnd => self.end(&range),
            _ => {}
        }
    }

    // ---------------------------------------------------------------------------------------------------- documents

    fn start_document(&mut self, range: &Range<usize>) {
        if self.ends_open
            && let Some(last) = self.out.yaml.documents.last_mut()
        {
            last.end = last.end.max(range.start as u32);
        }
        self.ends_open = false;
        let is_marker = !range.is_empty() && self.view.text[range.clone()].starts_with("---");
        // Without `---` it begins where the one before ends.
        self.content = if is_marker { range.end } else { self.header };
        self.at = self.at.max(self.content);
    }

    fn end_document(&mut self, range: &Range<usize>) {
        let end = range.start.max(self.at);
        if self.out.nodes.len() > self.mark.nodes {
            self.out.yaml.documents.push(Span::new(self.content as u32, end as u32));
            self.ends_open = range.is_empty();
        }
        self.open.clear();
        self.members.clear();
        self.anchored.clear();
        (self.started, self.skipping) = (None, None);
        self.at = range.end.max(end);
        (self.header, self.content) = (self.at, self.at);
        self.mark = self.out.mark();
    }

    /// The text ends.
    pub(super) fn finish(self, end: usize) {
        if self.ends_open
            && let Some(last) = self.out.yaml.documents.last_mut()
        {
            last.end = last.end.max(end as u32);
        }
    }

    /// The rest of the document cannot be read: closes what is open.
    pub(super) fn broken(mut self, end: usize) -> Stop {
        let bracket = self.open.iter().find(|open| open.is_flow).map(|open| {
            let at = self.out.nodes[open.node as usize].span.start as usize;
            // An anchor or a tag may stand before it.
            at + self.view.text.as_bytes()[at..].iter().position(|b| matches!(b, b'[' | b'{')).unwrap_or(0)
        });
        let last = self.started.map(|node| self.out.nodes[node as usize].span.start as usize);
        let (mark, header, content, read) = (self.mark, self.header, self.content, self.at);
        let stop = Stop { mark, header, content, read, bracket, last };
        if let Some(key) = self.open.last_mut().and_then(|open| open.key.take()) {
            let at = after_indicator(self.view.text, self.at, b":").min(self.view.text.len());
            let at = if at > key.span.end as usize { at } else { key.span.end as usize };
            self.push_member(key, NodeKind::Invalid, Span::empty(at as u32));
            self.at = self.at.max(at);
        }
        if self.view.text.as_bytes().get(self.at) == Some(&b'-') && self.open.last().is_some_and(|open| !open.is_flow) {
            // The dash of a list of which nothing is read.
            self.at += 1;
        }
        while let Some(open) = self.open.pop() {
            self.close(&open);
        }
        self.end_document(&(end..end));
        stop
    }

    // --------------------------------------------------------------------------------------------------------- keys

    /// True where an object waits for a key.
    fn at_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_object && open.key.is_none())
    }

    /// Passes over a key that is a list or an object.
    fn skip(&mut self, event: &Event<'_>, range: &Range<usize>) {
        let Some((depth, start)) = self.skipping else { return };
        if !matches!(event, Event::Anchor(..)) && !(range.is_empty()) {
            self.at = self.at.max(range.end);
        }
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
        self.out.error(span, errors::ODD_KEY);
        self.set_key(span, false, None);
    }

    /// Of a key that is not as it is written the text.
    fn set_key(&mut self, span: Span, plain: bool, text: Option<String>) {
        let written = &self.view.source[span.range()];
        let quotes = usize::from(plain);
        let fingerprint = match &text {
            Some(text) => scan::fingerprint(text.as_bytes(), text.len()),
            None => scan::fingerprint(&written.as_bytes()[quotes..], written.len() - 2 * quotes),
        };
        if let Some(open) = self.open.last_mut() {
            open.key = Some(Key { span, plain, text, fingerprint });
        }
    }

    fn scalar_key(&mut self, scalar: &Scalar<'_>) {
        self.started = None;
        let span = scalar.span;
        self.at = self.at.max(span.end as usize);
        let written = &self.view.source[span.range()];
        let is_written = span.is_empty() || written == scalar.value || self.view.is_unknown(span);
        if is_written && !is_quoted(scalar.style) {
            return self.set_key(span, false, None);
        }
        let plain = is_quoted(scalar.style) && within_quotes(written) == Some(scalar.value);
        self.set_key(span, plain, (!plain).then(|| scalar.value.to_owned()));
    }

    // ---------------------------------------------------------------------------------------------- anchors, aliases

    /// What is known of a node only after it: its anchor stands before it.
    fn anchor(&mut self, id: usize, range: &Range<usize>) {
        let span = span_of(range);
        if let Some(node) = self.started {
            self.anchored.push((id, Anchored::Node(node)));
            let place = &mut self.out.nodes[node as usize].span;
            *place = place.cover(span);
            self.at = self.at.max(range.end);
            self.out.yaml.anchors.push(Anchor { node: NodeId(node), span, aliases: Vec::new() });
        } else if let Some(key) = self.open.last_mut().and_then(|open| open.key.as_mut()) {
            let written = &self.view.source[key.span.range()];
            let text = match &key.text {
                Some(text) => text.clone(),
                None if key.plain => within_quotes(written).unwrap_or_default().to_owned(),
                None => written.to_owned(),
            };
            self.anchored.push((id, Anchored::Key(text.clone())));
            key.span = key.span.cover(span);
            (key.plain, key.text) = (false, Some(text));
        }
    }

    fn alias(&mut self, id: usize, range: &Range<usize>) {
        let at = self.anchored.binary_search_by_key(&id, |(id, _)| *id);
        let Some(target) = at.ok().map(|at| &self.anchored[at].1) else { return self.unresolved(range) };
        let span = span_of(range);
        if self.at_key() {
            let text = match target {
                Anchored::Key(text) => Some(text.clone()),
                Anchored::Node(node) => self.scalar_text(*node),
            };
            self.at = range.end;
            self.started = None;
            return match text {
                Some(_) => self.set_key(span, false, text),
                None => self.odd_key(span),
            };
        }
        match target {
            Anchored::Node(node) => {
                let target = *node;
                let alias = self.push(NodeKind::Invalid, span);
                self.out.links.push((alias, target));
            }
            Anchored::Key(text) => {
                let text = text.clone();
                let node = self.push(NodeKind::String, span);
                self.out.yaml.values.push(node, &text);
            }
        }
        self.started = None;
        self.at = range.end;
    }

    /// The text of an anchored scalar.
    fn scalar_text(&self, node: u32) -> Option<String> {
        let data = &self.out.nodes[node as usize];
        let is_scalar = !matches!(data.kind, NodeKind::Array | NodeKind::Object | NodeKind::Invalid);
        is_scalar.then(|| self.out.yaml.value(node).unwrap_or("null").to_owned())
    }

    fn unresolved(&mut self, range: &Range<usize>) {
        self.at = range.end;
        self.started = None;
        self.out.error(span_of(range), errors::UNKNOWN_ANCHOR);
        if self.at_key() {
            return self.set_key(span_of(range), false, None);
        }
        self.push(NodeKind::Invalid, span_of(range));
    }

    // ------------------------------------------------------------------------------------------------------ scalars

    fn scalar(&mut self, scalar: &Scalar<'_>) {
        if self.at_key() {
            return self.scalar_key(scalar);
        }
        let span = scalar.span;
        let (kind, token) = scalar::of(scalar.value, scalar.style == ScalarStyle::Plain, scalar.tag);
        let is_unknown = self.view.is_unknown(span);
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

    /// The place of a scalar: with the header of a block text and without the line break after it; after its key or
    /// dash when there is nothing.
    fn widened(&self, style: ScalarStyle, range: Range<usize>) -> Range<usize> {
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
    fn empty_place(&self, told: usize) -> usize {
        let text = self.view.text;
        match self.open.last() {
            // After its properties, which the parser tells.
            _ if told > self.at && text.as_bytes()[self.at..told].iter().any(|b| matches!(b, b'&' | b'!')) => told,
            Some(open) if open.key.is_some() => after_indicator(text, self.at, b":"),
            Some(open) if !open.is_object && !open.is_flow => after_indicator(text, self.at, b"-"),
            _ if self.at_key() => told.max(self.at),
            _ => self.at,
        }
    }

    // -------------------------------------------------------------------------------------------------- collections

    fn start(&mut self, is_object: bool, style: StructureStyle, range: &Range<usize>, tag_start: Option<usize>) {
        let is_flow = style == StructureStyle::Flow;
        let mut start = tag_start.unwrap_or(range.start).min(range.start);
        let bytes = self.view.text.as_bytes();
        // Of a list that is not indented further than its key the parser tells the first value.
        if !is_object && !is_flow && tag_start.is_none() && bytes.get(start) != Some(&b'-') {
            start = first_item(self.view.text, self.at).unwrap_or(start).min(start);
        }
        if self.at_key() {
            self.skipping = Some((1, start));
            return;
        }
        let end = if is_flow { range.end } else { start };
        let kind = if is_object { NodeKind::Object } else { NodeKind::Array };
        let node = self.push(kind, Span::new(start as u32, end as u32));
        self.open.push(Open { node, is_object, is_flow, key: None, first_member: self.members.len() });
        self.started = Some(node);
        self.at = self.at.max(end);
    }

    fn end(&mut self, range: &Range<usize>) {
        self.started = None;
        let Some(open) = self.open.pop() else { return };
        // The end of a block is no text.
        if matches!(&self.view.text[range.clone()], "]" | "}") {
            self.at = range.end;
        }
        self.close(&open);
    }

    /// A collection ends with its last child, or where its own bracket stands.
    fn close(&mut self, open: &Open) {
        let end = self.out.nodes.len() as u32;
        let data = &mut self.out.nodes[open.node as usize];
        data.subtree_end = end;
        data.span.end = data.span.end.max(self.at as u32);
        let first = open.first_member.min(self.members.len());
        self.shadow_duplicates(first);
        self.members.truncate(first);
    }

    /// Marks each member whose key comes again later. Without equal fingerprints there is none.
    fn shadow_duplicates(&mut self, first: usize) {
        let members = &mut self.members[first..];
        members.sort_unstable_by_key(|member| member.fingerprint);
        if members.windows(2).all(|pair| pair[0].fingerprint != pair[1].fingerprint) {
            return;
        }
        members.sort_unstable_by_key(|member| member.node);
        let mut shadowed = Vec::new();
        let mut last: HashMap<Cow<'_, str>, u32> = HashMap::with_capacity(members.len());
        for member in members {
            shadowed.extend(last.insert(self.out.key(self.view.source, member.node), member.node));
        }
        for node in shadowed {
            self.out.nodes[node as usize].shadowed = true;
        }
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
        (node.key, node.plain_key, node.bare_key) = (key.span, key.plain, !key.plain && key.text.is_none());
        if node.bare_key && &self.view.source[key.span.range()] == "<<" {
            self.out.merge_keys.push(id);
            return id;
        }
        if let Some(text) = key.text {
            self.out.yaml.keys.push(id, &text);
        }
        self.members.push(Member { fingerprint: key.fingerprint, node: id });
        id
    }
}

fn is_quoted(style: ScalarStyle) -> bool {
    matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted)
}

/// What stands between quotes; none when something stands before them.
fn within_quotes(written: &str) -> Option<&str> {
    let inner = written.strip_prefix(['"', '\''])?;
    inner.get(..inner.len().checked_sub(1)?)
}
