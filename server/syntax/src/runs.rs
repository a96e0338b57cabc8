//! Which bytes of a document the text of a scalar comes from.
//!
//! The text is read a second time beside what the reader made of it: every step has to give the same text, so that a
//! place is never told wrongly. Where they differ, nothing is told.

mod block;
mod flow;

use std::ops::Range;

use crate::string;
use crate::tree::{Format, Node, NodeKind};

/// The text of a scalar as parts that each come from some bytes; between two parts stands what is not of the text, such
/// as indentation.
#[derive(Debug)]
pub(crate) struct Runs {
    runs: Vec<Run>,
    /// Where the text begins and ends when it has no part.
    at: usize,
}

/// A part of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Run {
    /// Offsets in the text.
    text: Range<usize>,
    /// Offsets in the document.
    at: Range<usize>,
    how: How,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum How {
    /// The bytes are the text.
    AsIs,
    /// An escape or a doubled quote.
    Escape,
    /// A line break, which may stand for a space or for several line breaks.
    Break,
}

impl Runs {
    /// The parts of a scalar's text; none when they cannot be told.
    pub(crate) fn of(node: Node<'_>) -> Option<Self> {
        let (document, value) = (node.document(), node.scalar());
        let span = node.span();
        let (start, end) = (span.start as usize, span.end as usize);
        if document.format() == Format::Json {
            if node.kind() != NodeKind::String {
                return (node.text() == value).then(|| Self::as_is(start..end));
            }
            let mut reader = Reader::new(document.text(), &value, start);
            string::pieces(node.text(), |piece, written| {
                reader.at = start + piece.start;
                if written { reader.escape(piece.len()) } else { reader.copy(piece.len()) }
            })?;
            return reader.end(start + string::inner_start(node.text()));
        }
        let start = crate::edit::content_start(node);
        let first = *document.text().as_bytes().get(start).filter(|_| start < end)?;
        let mut reader = Reader::new(document.text(), &value, start);
        match first {
            b'|' => reader.literal()?,
            b'>' => reader.folded()?,
            b'"' | b'\'' => reader.quoted(end)?,
            _ => reader.plain(end)?,
        }
        reader.end(if matches!(first, b'"' | b'\'') { start + 1 } else { start })
    }

    fn as_is(at: Range<usize>) -> Self {
        let start = at.start;
        Self { runs: vec![Run { text: 0..at.len(), at, how: How::AsIs }], at: start }
    }

    /// The bytes that a part of the text comes from: from its first character to its last.
    pub(crate) fn span(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.place(range.start);
        let end = if range.end <= range.start { start } else { self.end_of(range.end - 1, range.end, false) };
        start..end.max(start)
    }

    /// The bytes to write something else over for a part of the text: with the indentation after a line break that goes.
    pub(crate) fn cut(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.place(range.start);
        let end = if range.end <= range.start { start } else { self.end_of(range.end - 1, range.end, true) };
        start..end.max(start)
    }

    /// The part of the text that holds a part and does not begin or end inside of what is one thing in the document.
    pub(crate) fn widened(&self, range: &Range<usize>) -> Range<usize> {
        let whole = |offset: usize| self.run(offset).filter(|run| run.how != How::AsIs && run.text.start < offset);
        let start = whole(range.start).map_or(range.start, |run| run.text.start);
        let end = whole(range.end).map_or(range.end, |run| run.text.end);
        start..end
    }

    /// The part that holds an offset of the text.
    fn run(&self, offset: usize) -> Option<&Run> {
        self.runs.get(self.runs.partition_point(|run| run.text.end <= offset))
    }

    /// Where the character at an offset begins; the end beyond the last one.
    fn place(&self, offset: usize) -> usize {
        match self.run(offset) {
            Some(run) if run.how == How::AsIs => run.at.start + (offset - run.text.start),
            Some(run) => run.at.start,
            None => self.runs.last().map_or(self.at, |run| run.at.end),
        }
    }

    /// Where a part of the text that ends at `end`, after the byte at `last`, ends.
    fn end_of(&self, last: usize, end: usize, with_indentation: bool) -> usize {
        match self.run(last) {
            Some(run) if run.how == How::AsIs => run.at.start + (end - run.text.start),
            Some(run) if run.how == How::Break && with_indentation => self.place(run.text.end),
            Some(run) => run.at.end,
            None => self.place(end),
        }
    }
}

/// Reads what is written beside the text that it stands for.
struct Reader<'t> {
    source: &'t str,
    value: &'t str,
    /// Offset in the source.
    at: usize,
    /// Offset in the value.
    done: usize,
    runs: Vec<Run>,
}

impl<'t> Reader<'t> {
    fn new(source: &'t str, value: &'t str, at: usize) -> Self {
        Self { source, value, at, done: 0, runs: Vec::new() }
    }

    /// All of the value has to be read.
    fn end(self, at: usize) -> Option<Runs> {
        (self.done == self.value.len()).then_some(Runs { runs: self.runs, at })
    }

    /// What is left of the value.
    fn rest(&self) -> &'t str {
        self.value.get(self.done..).unwrap_or_default()
    }

    /// The next bytes are the next ones of the value.
    fn copy(&mut self, len: usize) -> Option<()> {
        let written = self.source.get(self.at..self.at + len)?;
        if !self.rest().starts_with(written) {
            return None;
        }
        self.push(len, len, How::AsIs);
        Some(())
    }

    /// The next bytes stand for one character of the value, whichever it is: the reader knows.
    fn escape(&mut self, len: usize) -> Option<()> {
        let c = self.rest().chars().next()?;
        self.push(len, c.len_utf8(), How::Escape);
        Some(())
    }

    /// The bytes up to `end` stand for a text.
    fn stands_for(&mut self, end: usize, text: &str, how: How) -> Option<()> {
        if !self.rest().starts_with(text) {
            return None;
        }
        self.push(end.checked_sub(self.at)?, text.len(), how);
        Some(())
    }

    fn push(&mut self, written: usize, read: usize, how: How) {
        let (at, text) = (self.at..self.at + written, self.done..self.done + read);
        (self.at, self.done) = (at.end, text.end);
        match self.runs.last_mut() {
            _ if read == 0 => {}
            Some(last) if how == How::AsIs && last.how == How::AsIs && last.at.end == at.start => {
                (last.at.end, last.text.end) = (at.end, text.end);
            }
            _ => self.runs.push(Run { text, at, how }),
        }
    }

    /// The end of the line, before its line break.
    fn line_end(&self, from: usize) -> usize {
        let rest = &self.source.as_bytes()[from..];
        memchr::memchr2(b'\n', b'\r', rest).map_or(self.source.len(), |found| from + found)
    }

    /// The offset after the line break at an offset; none at the end of the source.
    fn after_break(&self, at: usize) -> Option<usize> {
        let rest = self.source.get(at..)?;
        if rest.starts_with("\r\n") { Some(at + 2) } else { rest.starts_with(['\n', '\r']).then_some(at + 1) }
    }
}
