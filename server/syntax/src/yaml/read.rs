//! The documents of a text one after the other.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Options, Parser, ScanError};

use super::build::{Builder, Stop};
use super::built::Built;
use super::repair::Repair;
use super::spans::{after_blanks, document_end, is_marker, line_end};
use super::{errors, repair, templates};
use crate::tree::{Span, SyntaxError, SyntaxErrorKind};

/// A text as it is written, and as it is read: of equal length, with the same offsets.
pub(super) struct View<'t> {
    pub(super) source: &'t str,
    pub(super) text: &'t str,
    /// What stands in the text for values that are not known, in document order.
    pub(super) unknown: &'t [Span],
}

impl View<'_> {
    /// True when the span holds something of an unknown value.
    pub(super) fn is_unknown(&self, span: Span) -> bool {
        self.unknown_end(span).is_some()
    }

    /// The end of the unknown values that the span holds something of; a template may have more lines.
    pub(super) fn unknown_end(&self, span: Span) -> Option<u32> {
        let next = self.unknown.partition_point(|unknown| unknown.end <= span.start);
        self.unknown[next..].iter().take_while(|unknown| unknown.start < span.end).map(|unknown| unknown.end).max()
    }
}

/// Why and where reading stopped.
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    /// Where the error is.
    pub(super) at: usize,
    pub(super) stop: Stop,
}

/// Reads the documents of `view` from `start` to `end`, until one is broken.
pub(super) fn documents(view: &View<'_>, start: usize, end: usize, out: &mut Built) -> Option<Failure> {
    let mut options = Options::default();
    options.emit_anchor_events = true;
    options.emit_unresolved_aliases = true;
    // A file may begin with a long licence.
    options.max_buffered_comment_events = usize::MAX;
    let mut parser = Parser::new_from_str_with_options(&view.text[start..end], options);
    let mut builder = Builder::new(view, start, out);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => builder.event(&event, span),
            Err(error) => return Some(failure(&error, start, end, builder)),
        }
    }
    builder.finish(end);
    None
}

fn failure(error: &ScanError, start: usize, end: usize, builder: Builder<'_, '_>) -> Failure {
    let at = error.marker().byte_offset().map_or(end, |at| (start + at).min(end));
    Failure { kind: error.kind().clone(), at, stop: builder.broken(end) }
}

/// So many repairs are kept in one text, and so many tried for each.
const MAX_REPAIRS: usize = 8;
const MAX_TRIES: usize = 6;
/// Beyond twice the text, repairs may read so many bytes.
const EXTRA_BYTES: usize = 200_000;

pub(super) fn read(source: &str) -> Built {
    let templates = templates::find(source);
    let mut reading = Reading {
        source,
        text: templates.text,
        unknown: templates.unknown,
        built: Built::default(),
        told: Vec::new(),
        repairs: 0,
        budget: 2 * source.len() + EXTRA_BYTES,
    };
    let mut at = 0;
    while let Some(failure) = reading.documents(at, source.len()) {
        at = end_of(&reading.text, &failure.stop);
        reading.settle(failure, at);
        if source[at..].starts_with("...") {
            at += 3;
        }
    }
    reading.built.errors.append(&mut reading.told);
    reading.built.yaml.templates = templates.spans;
    reading.built
}

struct Reading<'t> {
    source: &'t str,
    /// The text as it is read.
    text: Cow<'t, str>,
    unknown: Vec<Span>,
    built: Built,
    /// The errors of broken documents.
    told: Vec<SyntaxError>,
    /// How many repairs there were.
    repairs: usize,
    /// How many bytes repairs may still read.
    budget: usize,
}

impl Reading<'_> {
    fn documents(&mut self, start: usize, end: usize) -> Option<Failure> {
        let view = View { source: self.source, text: &self.text, unknown: &self.unknown };
        documents(&view, start, end, &mut self.built)
    }

    /// Reads as much as it can of a broken document, which ends at `end`.
    fn settle(&mut self, mut failure: Failure, end: usize) {
        loop {
            let Some((repair, next)) = self.repair(&failure, end) else {
                self.tell(&failure, None);
                break;
            };
            self.repairs += 1;
            self.tell(&failure, repair.place());
            match next {
                Some(next) => failure = next,
                None => break,
            }
        }
        if let Some(last) = self.built.yaml.documents.last_mut() {
            last.end = last.end.min(end as u32);
        }
    }

    fn tell(&mut self, failure: &Failure, place: Option<Span>) {
        let place = place.unwrap_or_else(|| errors::place(self.source, failure.at));
        self.told.push(SyntaxError { span: place, kind: SyntaxErrorKind::Yaml(errors::words(self.source, failure)) });
    }

    /// Finds a repair with which more of the document is read, and makes it. What was read with it is in place.
    fn repair(&mut self, failure: &Failure, end: usize) -> Option<(Repair, Option<Failure>)> {
        if self.repairs >= MAX_REPAIRS {
            return None;
        }
        let mark = &failure.stop.mark;
        let is_last = matches!(failure.kind, ErrorKind::UnclosedFlowCollection { .. })
            || after_blanks(&self.text.as_bytes()[..end], failure.at.min(end)) == end;
        let is_open_list = failure.stop.bracket.is_some() && is_last;
        let mut best: (Option<Attempt>, Built) = (None, self.built.split_off(mark));
        for repair in repair::candidates(&self.text, failure, end).into_iter().take(MAX_TRIES) {
            let Some(budget) = self.budget.checked_sub(end - failure.stop.header) else { break };
            self.budget = budget;
            let attempt = self.attempt(repair, failure, end);
            let read = self.built.split_off(mark);
            let is_good = attempt.is_good(failure);
            // As much with a placeholder for a list is less than the list.
            let enough = best.1.nodes.len() + usize::from(attempt.next.is_some() || is_open_list);
            if read.nodes.len() >= enough {
                best = (Some(attempt), read);
                if is_good {
                    break;
                }
            }
        }
        self.built.append(best.1);
        let attempt = best.0?;
        self.text = Cow::Owned(attempt.text);
        self.unknown = attempt.unknown;
        Some((attempt.repair, attempt.next))
    }

    /// Reads the document with a repair.
    fn attempt(&mut self, repair: Repair, failure: &Failure, end: usize) -> Attempt {
        let mut bytes = self.text.as_bytes().to_vec();
        repair.apply(&mut bytes);
        let text = String::from_utf8(bytes).unwrap_or_else(|_| self.text.to_string());
        let mut unknown = self.unknown.clone();
        if !repair.value.is_empty() {
            unknown.push(repair.value);
            unknown.sort_unstable();
        }
        let view = View { source: self.source, text: &text, unknown: &unknown };
        let next = documents(&view, failure.stop.header, end, &mut self.built);
        Attempt { repair, text, unknown, next }
    }
}

struct Attempt {
    repair: Repair,
    text: String,
    unknown: Vec<Span>,
    /// The next error.
    next: Option<Failure>,
}

impl Attempt {
    /// True when the rest reads, or at least what is on the lines after the error.
    fn is_good(&self, failure: &Failure) -> bool {
        let line = line_end(self.text.as_bytes(), failure.at);
        self.next.as_ref().is_none_or(|next| next.at > line)
    }
}

/// Where a broken document ends: at the next marker, or at the end of the text.
fn end_of(text: &str, stop: &Stop) -> usize {
    let bytes = text.as_bytes();
    let mut content = stop.content;
    if content == stop.header {
        // Nothing was read: the first `---` ends its directives, if it has any.
        let marker = document_end(bytes, content);
        let has_directives = text[content..marker].lines().any(|line| line.starts_with('%'));
        if has_directives && is_marker(&bytes[marker..]) {
            content = line_end(bytes, marker);
        }
    }
    // What was read is before the end.
    let mut content = content.max(stop.header).max(stop.read);
    loop {
        let marker = document_end(bytes, content);
        let is_stray = bytes[marker..].starts_with(b"...") && after_blanks(bytes, content) == marker;
        if !is_stray {
            return marker;
        }
        content = line_end(bytes, marker);
    }
}
