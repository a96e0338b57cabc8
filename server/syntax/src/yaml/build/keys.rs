//! Keys of objects; anchors and aliases, which keys have too.

use std::ops::Range;

use granit_parser::Event;

use super::scalars::{is_quoted, within_quotes};
use super::{Anchored, Builder, Key, Scalar};
use crate::scan;
use crate::tree::{NodeId, NodeKind, Span};
use crate::yaml::spans::span_of;
use crate::yaml::{Anchor, errors};

impl Builder<'_, '_> {
    /// True where an object waits for a key.
    pub(super) fn at_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_object && open.key.is_none())
    }

    /// Passes over a key that is a list or an object.
    pub(super) fn skip(&mut self, event: &Event<'_>, range: &Range<usize>) {
        let Some((depth, start)) = self.skipping else { return };
        let end = match event {
            Event::Scalar(_, style, ..) => self.widened(*style, range.clone()).end,
            _ if range.is_empty() => self.at,
            _ => range.end,
        };
        self.at = self.at.max(end);
        let depth = match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => depth + 1,
            Event::MappingEnd | Event::SequenceEnd => depth - 1,
            _ => depth,
        };
        self.skipping = (depth > 0).then_some((depth, start));
        if depth == 0 {
            // Of one in which nothing is read there is the indicator.
            let first = start + usize::from(self.view.text.as_bytes().get(start).is_some_and(u8::is_ascii_graphic));
            self.odd_key(Span::new(start as u32, self.at.max(first) as u32));
        }
    }

    /// A key that JSON cannot have.
    pub(super) fn odd_key(&mut self, span: Span) {
        self.at = self.at.max(span.end as usize);
        self.out.error(span, errors::ODD_KEY);
        self.set_key(span, false, None);
    }

    /// Of a key that is not as it is written the text.
    pub(super) fn set_key(&mut self, span: Span, plain: bool, text: Option<String>) {
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

    pub(super) fn scalar_key(&mut self, scalar: &Scalar<'_>) {
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

    /// What is known of a node only after it: its anchor stands before it.
    pub(super) fn anchor(&mut self, id: usize, range: &Range<usize>) {
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

    pub(super) fn alias(&mut self, id: usize, range: &Range<usize>) {
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
    pub(super) fn scalar_text(&self, node: u32) -> Option<String> {
        let data = &self.out.nodes[node as usize];
        let is_scalar = !matches!(data.kind, NodeKind::Array | NodeKind::Object | NodeKind::Invalid);
        is_scalar.then(|| self.out.yaml.value(node).unwrap_or("null").to_owned())
    }

    pub(super) fn unresolved(&mut self, range: &Range<usize>) {
        self.at = range.end;
        self.started = None;
        self.out.error(span_of(range), errors::UNKNOWN_ANCHOR);
        if self.at_key() {
            return self.set_key(span_of(range), false, None);
        }
        self.push(NodeKind::Invalid, span_of(range));
    }
}
