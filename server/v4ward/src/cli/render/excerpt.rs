//! The few lines around a place, with every secret blanked.

use std::borrow::Cow;
use std::ops::Range;

use v4ward_migration::redact::Redactor;
use v4ward_migration::{Definition, recognise_root};
use v4ward_syntax::{Document, LineIndex, Node, NodeKind, PositionEncoding, Span};

/// Lines shown before and after the one that counts.
const AROUND: u32 = 1;
/// Bytes of a long line that are shown before the place, and from its start on.
const BEFORE: u32 = 60;
const AFTER: u32 = 100;

/// A document that is about to be quoted.
pub(crate) struct Source<'d> {
    pub(crate) document: &'d Document,
    pub(crate) index: LineIndex,
    redactor: Redactor<'d>,
}

/// A part of a text, fit to be shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// Its lines.
    pub(super) text: String,
    /// The number of its first line, counted from 1.
    pub(super) first_line: usize,
    /// The bytes of the text to underline.
    pub(super) marked: Range<usize>,
    /// The line of the place in the file, counted from 1.
    pub(super) line: usize,
    /// Its column in this text, counted from 1, in characters.
    pub(super) shown_column: usize,
    /// Its column in the file, which is another one when the start of a long line is not shown.
    pub(super) column: usize,
}

impl<'d> Source<'d> {
    pub(crate) fn new(document: &'d Document) -> Self {
        Self { document, index: LineIndex::new(document.text()), redactor: Redactor::new(document) }
    }

    /// Lines of the whole text with all secrets blanked; as many as the text has.
    pub(super) fn blanked(&self) -> Cow<'d, str> {
        self.part(Span::new(0, self.document.text().len() as u32))
    }

    /// A message for a terminal, with the secrets of this text blanked should it quote one.
    pub(crate) fn message(&self, message: &str) -> String {
        super::super::console::printable(&self.redacted(message)).into_owned()
    }

    /// A message with the secrets of this text blanked should it quote one.
    pub(crate) fn redacted(&self, message: &str) -> String {
        self.redactor.message(message)
    }

    /// The line of a place, counted from 1.
    pub(crate) fn line_of(&self, span: Span) -> u32 {
        self.index.position(self.document.text(), span.start, PositionEncoding::Utf8).line + 1
    }

    /// The lines around a place.
    pub(super) fn excerpt(&self, span: Span) -> Excerpt {
        let text = self.document.text();
        let position = self.index.position(text, span.start, PositionEncoding::Utf32);
        let first = position.line.saturating_sub(AROUND);
        let last = (position.line + AROUND).min(self.index.lines() - 1);
        let mut excerpt = Excerpt {
            text: String::new(),
            first_line: first as usize + 1,
            marked: 0..0,
            line: position.line as usize + 1,
            shown_column: 1,
            column: 1,
        };
        for line in first..=last {
            let whole = self.line(line);
            if line == position.line {
                self.push_marked_line(whole, span, &mut excerpt);
            } else {
                let shown = self.clip(whole, whole.start, whole.start + BEFORE + AFTER);
                self.push_part(shown, whole, &mut excerpt.text);
            }
            excerpt.text.push('\n');
        }
        excerpt.text.pop();
        excerpt
    }

    /// A line without its ending.
    fn line(&self, line: u32) -> Span {
        let span = self.index.line_span(line);
        let text = self.document.slice(span);
        let length = text.trim_end_matches(['\r', '\n']).len() as u32;
        // A byte order mark is no part of the line that anybody sees.
        let mark = if span.start == 0 && text.starts_with('\u{feff}') { 3 } else { 0 };
        Span::new(span.start + mark, span.start + length.max(mark))
    }

    fn push_marked_line(&self, whole: Span, span: Span, excerpt: &mut Excerpt) {
        let start = span.start.clamp(whole.start, whole.end);
        let end = span.end.clamp(start, whole.end);
        let long = whole.len() > BEFORE + AFTER;
        let from = if long { start.saturating_sub(BEFORE).max(whole.start) } else { whole.start };
        let shown = self.clip(whole, from, start + AFTER.max(if long { 0 } else { whole.len() }));
        if shown.start > whole.start {
            excerpt.text.push('…');
        }
        excerpt.text.push_str(&clean(&self.part(Span::new(shown.start, start))));
        let marked = excerpt.text.len();
        let line_start = excerpt.text.rfind('\n').map_or(0, |at| at + 1);
        excerpt.shown_column = excerpt.text[line_start..].chars().count() + 1;
        excerpt.column = self.document.slice(Span::new(whole.start, start)).chars().count() + 1;
        excerpt.text.push_str(&clean(&self.part(Span::new(start, end.min(shown.end)))));
        excerpt.marked = marked..excerpt.text.len();
        excerpt.text.push_str(&clean(&self.part(Span::new(end.min(shown.end), shown.end))));
        if shown.end < whole.end {
            excerpt.text.push('…');
        }
    }

    fn push_part(&self, shown: Span, whole: Span, out: &mut String) {
        out.push_str(&clean(&self.part(shown)));
        if shown.end < whole.end {
            out.push('…');
        }
    }

    /// The part of a line between two offsets, at characters.
    fn clip(&self, whole: Span, from: u32, to: u32) -> Span {
        let text = self.document.text();
        let boundary = |at: u32| {
            let at = at.clamp(whole.start, whole.end);
            (whole.start..=at).rev().find(|at| text.is_char_boundary(*at as usize)).unwrap_or(whole.start)
        };
        Span::new(boundary(from), boundary(to))
    }

    fn part(&self, span: Span) -> Cow<'d, str> {
        self.redactor.part(span)
    }
}

/// Control characters become one that can be seen; a tab stays.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\t' { c.to_string() } else { super::super::console::printable(&c.to_string()).into_owned() })
        .collect()
}

/// The name of the API that a document describes, whatever its shape.
pub(crate) fn name_of(document: &Document) -> Option<Cow<'_, str>> {
    let is_ours = |root: &Node<'_>| recognise_root(*root).0 != Definition::Unknown;
    name_of_root(document.roots().find(is_ours).or(document.root())?)
}

/// The name of the API that a definition describes.
pub(crate) fn name_of_root(root: Node<'_>) -> Option<Cow<'_, str>> {
    let name = |node: Node<'_>| node.get("name").filter(|name| name.kind() == NodeKind::String).map(|name| name.id());
    let id = ["api", "spec"].into_iter().find_map(|key| root.get(key).and_then(name)).or_else(|| name(root))?;
    root.document().node(id).as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, marked: &str) -> Excerpt {
        let document = Document::parse_json(text);
        let start = text.find(marked).unwrap() as u32;
        Source::new(&document).excerpt(Span::new(start, start + marked.len() as u32))
    }

    #[test]
    fn shows_the_lines_around_and_blanks_secrets() {
        let text = "{\n  \"password\": \"hunter2\",\r\n  \"é\": 1,\n  \"secret\": \"x\"\n}";
        let excerpt = excerpt(text, "1");
        assert_eq!(excerpt.text, "  \"password\": \"•••••••\",\n  \"é\": 1,\n  \"secret\": \"•\"");
        assert_eq!((excerpt.first_line, excerpt.line, excerpt.column, excerpt.shown_column), (2, 3, 8, 8));
        assert_eq!(&excerpt.text[excerpt.marked], "1");
    }

    #[test]
    fn a_secret_that_is_marked_is_blanked_too() {
        let excerpt = excerpt("{\"password\": \"hunter2\"}", "\"hunter2\"");
        assert_eq!(&excerpt.text[excerpt.marked], "\"•••••••\"");
    }

    #[test]
    fn of_a_long_line_only_a_part_is_shown() {
        let text = format!("{{\"a\": \"{}\", \"password\": \"hunter2\", \"é\": 1, \"b\": \"{0}\"}}", "é".repeat(1000));
        let excerpt = excerpt(&text, "1");
        assert!(excerpt.text.len() < 400, "{}", excerpt.text.len());
        assert!(excerpt.text.starts_with('…') && excerpt.text.ends_with('…'));
        assert!(!excerpt.text.contains("hunter"));
        assert_eq!((excerpt.column, excerpt.shown_column), (1039, 47));
        assert_eq!(&excerpt.text[excerpt.marked], "1");
    }

    #[test]
    fn secrets_that_overlap_or_begin_alike_are_blanked_whole() {
        let document = Document::parse_json(
            r#"{"password": "abcdef", "token": "defghi", "secret": "abcd", "apiKey": "xyz", "passwd": "ééééé"}"#,
        );
        let source = Source::new(&document);
        assert_eq!(source.message("abcdefghi, abcd, abc, xyz"), "•••••••••, ••••, abc, xyz");
        assert_eq!(source.message("éééééé abcde"), "•••••• ••••e");
    }

    #[test]
    fn many_secrets_and_many_messages_are_no_burden() {
        let members: Vec<String> = (0..20_000).map(|i| format!("\"p{i}password\": \"secret-{i}-value\"")).collect();
        let document = Document::parse_json(format!("{{{}}}", members.join(",")));
        let source = Source::new(&document);
        let start = std::time::Instant::now();
        for i in 0..2_000 {
            let message = source.message(&format!("something else about this API, and then secret-{i}-value"));
            assert!(message.ends_with('•'), "{message}");
        }
        // Looking for each of them in each would take minutes.
        assert!(start.elapsed().as_secs() < 20);
    }

    #[test]
    fn words_of_json_in_the_place_of_a_secret_are_no_secret_in_messages() {
        let document = Document::parse_json(r#"{"propagateApiKey": "true", "token": "null", "secret": "false"}"#);
        assert_eq!(Source::new(&document).message("true, false or null"), "true, false or null");
        assert_eq!(
            Source::new(&document).blanked(),
            r#"{"propagateApiKey": "••••", "token": "••••", "secret": "•••••"}"#
        );
    }

    #[test]
    fn a_message_that_quotes_a_secret_is_blanked() {
        let document = Document::parse_json(r#"{"password": "hun\"ter2"}"#);
        let source = Source::new(&document);
        assert_eq!(source.message("what is hun\"ter2\u{1b}[2J?"), "what is ••••••••\u{fffd}[2J?");
    }
}
