//! Events to nodes.

mod keys;
mod scalars;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, ScalarStyle, Span as EventSpan, StructureStyle, Tag};

use super::built::{Built, Mark};
use super::read::View;
use super::spans::{after_indicator, first_item, span_of};
use crate::tree::{Comment, NO_PARENT, NodeData, NodeKind, Span};

/// A list or an object that is open.
struct Open {
    node: u32,
    is_object: bool,
    is_flow: bool,
    /// A member that stands in a list between brackets, with no brackets of its own.
    is_bare: bool,
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
    /// The innermost open bracket is one of a list.
    pub(super) in_list: bool,
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
            Event::DocumentStart(is_marker, _) => self.start_document(*is_marker, &range),
            Event::DocumentEnd => self.end_document(&range),
            _ if self.skipping.is_some() => self.skip(event, &range),
            Event::Anchor(id, _) => self.anchor(*id, &range),
            Event::Alias(id) => self.alias(*id, &range),
            Event::UnresolvedAlias(_) => self.unresolved(&range),
            Event::Scalar(value, style, anchor, tag) => {
                let has_properties = *anchor > 0 || tag_start.is_some();
                let value = self.without_break(value, *style, &range);
                let is_told = *style == ScalarStyle::Plain && has_properties;
                let range = if is_told { range } else { self.widened(*style, range) };
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

    fn start_document(&mut self, is_marker: bool, range: &Range<usize>) {
        if self.ends_open
            && let Some(last) = self.out.yaml.documents.last_mut()
        {
            last.end = last.end.max(range.start as u32);
            self.header = self.header.max(range.start);
        }
        self.ends_open = false;
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
        let innermost = self.open.iter().rev().find(|open| open.is_flow && !open.is_bare);
        let in_list = innermost.is_some_and(|open| !open.is_object);
        let stop = Stop { mark, header, content, read, bracket, in_list, last };
        let in_flow = self.open.last().is_some_and(|open| open.is_flow);
        if let Some(key) = self.open.last_mut().and_then(|open| open.key.take()) {
            let at = after_indicator(self.view.text, self.at, b':', in_flow).min(self.view.text.len());
            let at = if at > key.span.end as usize { at } else { key.span.end as usize };
            self.push_member(key, NodeKind::Invalid, Span::empty(at as u32));
            self.at = self.at.max(at);
        }
        if self.skipping.is_some() {
            let read = self.view.text[..self.at].trim_end_matches([' ', '\t', '\n', '\r']).len();
            self.at = read.max(self.out.nodes.last().map_or(0, |last| last.span.end as usize).min(self.at));
        }
        let is_empty = |open: &Open| !open.is_flow && self.out.nodes.len() == open.node as usize + 1;
        if self.open.last().is_some_and(is_empty) {
            // Of a block in which nothing is read there is its first character.
            let first = self.view.text[self.at..].chars().next().filter(|first| !first.is_whitespace());
            self.at += first.map_or(0, char::len_utf8);
        }
        while let Some(open) = self.open.pop() {
            self.close(&open);
        }
        self.end_document(&(end..end));
        stop
    }

    fn start(&mut self, is_object: bool, style: StructureStyle, range: &Range<usize>, tag_start: Option<usize>) {
        let is_flow = style == StructureStyle::Flow;
        let mut own = range.start;
        // Of a list that is not indented further than its key the parser tells the first value.
        if !is_object && !is_flow && self.view.text.as_bytes().get(own) != Some(&b'-') {
            own = first_item(self.view.text, self.at).unwrap_or(own).min(own);
        }
        let start = tag_start.unwrap_or(own).min(own);
        if self.at_key() {
            self.skipping = Some((1, start));
            return;
        }
        let end = if is_flow { range.end } else { own };
        let is_bare = is_flow && !matches!(self.view.text.get(range.clone()), Some("[" | "{"));
        let kind = if is_object { NodeKind::Object } else { NodeKind::Array };
        let node = self.push(kind, Span::new(start as u32, end as u32));
        self.open.push(Open { node, is_object, is_flow, is_bare, key: None, first_member: self.members.len() });
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
