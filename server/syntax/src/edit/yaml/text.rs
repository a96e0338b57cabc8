//! A text in place of a text: only what differs, in the style it is written in.

use std::ops::Range;

use super::Writer;
use super::place::{self, Shape, content_end, content_start, line_end, literal_header, next_line, shape};
use super::render::Place;
use super::scalar::{self, Quote};
use crate::edit::hunks::{self, Hunk};
use crate::edit::{TextEdit, moved, replace};
use crate::runs::Runs;
use crate::tree::{Document, Node, NodeKind, Span};

impl Writer<'_, '_> {
    /// The edits that make a text another one; none when it cannot stay in its style.
    pub(super) fn text_edits(&self, node: Node<'_>, new: &str, place: Place) -> Option<Vec<TextEdit>> {
        if node.kind() != NodeKind::String || node.is_alias() {
            return None;
        }
        let edits = match shape(node) {
            Shape::Literal => self.block_edits(node, new)?,
            Shape::Inline => self.inline_edits(node, new, place)?,
            _ => return None,
        };
        self.reads_as(node, &edits, new, place).then_some(edits)
    }

    /// A text in quotes or without.
    fn inline_edits(&self, node: Node<'_>, new: &str, place: Place) -> Option<Vec<TextEdit>> {
        if hunks::is_word(&node.scalar()) || (place.text.is_none() && !scalar::may_be_plain(new, place.flow)) {
            return None;
        }
        self.run_edits(node, &node.scalar(), new, |text| match place.text {
            Some(Quote::Double) => Some(scalar::within_double(text)),
            _ if !text.chars().all(scalar::is_printable) => None,
            Some(Quote::Single) => Some(text.replace('\'', "''")),
            None => Some(text.to_owned()),
        })
    }

    /// Edits of the bytes that what differs comes from.
    fn run_edits(
        &self,
        node: Node<'_>,
        old: &str,
        new: &str,
        write: impl Fn(&str) -> Option<String>,
    ) -> Option<Vec<TextEdit>> {
        let runs = Runs::of(node)?;
        let edit = |hunk: Hunk<'_>| {
            let whole = runs.widened(&hunk.old);
            let (before, after) = (old.get(whole.start..hunk.old.start)?, old.get(hunk.old.end..whole.end)?);
            let text = write(&format!("{before}{}{after}", hunk.new))?;
            Some(edit(runs.cut(&whole), text))
        };
        hunks::between(old, new).into_iter().map(edit).collect()
    }

    /// A block text stays one, with its indentation.
    fn block_edits(&self, node: Node<'_>, new: &str) -> Option<Vec<TextEdit>> {
        let old = node.scalar();
        let (old_body, new_body) = (old.trim_end_matches('\n'), new.trim_end_matches('\n'));
        let writable = |c: char| scalar::is_printable(c) || matches!(c, '\n' | '\t');
        let has_new_template = new.contains("{{") && !old.contains("{{");
        if old_body.is_empty() || new_body.is_empty() || has_new_template || !new.chars().all(writable) {
            return None;
        }
        let mut edits = Vec::new();
        let (old_breaks, new_breaks) = (old.len() - old_body.len(), new.len() - new_body.len());
        if old_breaks != new_breaks {
            edits.push(chomping(node, old_breaks, new_breaks)?);
        }
        let indentation = self.indentation(node)?;
        if literal_header(node).starts_with('>') {
            edits.extend(self.run_edits(node, old_body, new_body, |text| Some(self.folded(text, &indentation)))?);
        } else {
            self.line_edits(node, old_body, new_body, &indentation, &mut edits)?;
        }
        // What ends with the text has rules of its own.
        let ends = edits.last().is_some_and(|last| last.span.end as usize == self.document.text().len());
        (!ends).then_some(edits)
    }

    /// The white space before each line of a block text.
    fn indentation(&self, node: Node<'_>) -> Option<String> {
        let first = Runs::of(node)?.span(&first_character(&node.scalar())).start;
        let text = self.document.text();
        let before = text.get(place::line_start(text, first)..first)?;
        before.bytes().all(|b| b == b' ').then(|| before.to_owned())
    }

    /// A text for inside of `>`, where a line break is written as an empty line.
    fn folded(&self, text: &str, indentation: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('\n') {
            let after = rest[at..].trim_start_matches('\n');
            let breaks = rest.len() - at - after.len();
            out.push_str(&rest[..at]);
            out.push_str(&self.style.newline.repeat(breaks + 1));
            out.push_str(indentation);
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// The lines of `|` that differ; within a line, what differs there.
    fn line_edits(
        &self,
        node: Node<'_>,
        old: &str,
        new: &str,
        indentation: &str,
        edits: &mut Vec<TextEdit>,
    ) -> Option<()> {
        let (olds, news): (Vec<&str>, Vec<&str>) = (old.split('\n').collect(), new.split('\n').collect());
        let written = self.source_lines(node, &olds)?;
        let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
        let before = olds.iter().zip(&news).take_while(same).count();
        let after = olds[before..].iter().rev().zip(news[before..].iter().rev()).take_while(same).count();
        let (changed, with) = (before..olds.len() - after, &news[before..news.len() - after]);
        let indented = |line: &&str| if line.is_empty() { String::new() } else { format!("{indentation}{line}") };
        let newline = self.style.newline;
        if changed.len() == with.len() {
            for (at, new) in changed.zip(with) {
                let line = &written[at];
                let start = line.end - olds[at].len();
                if olds[at].is_empty() || new.is_empty() {
                    let text =
                        if olds[at] == *new { self.document.text()[line.clone()].to_owned() } else { indented(new) };
                    edits.push(edit(line.clone(), text));
                    continue;
                }
                let hunks = hunks::between(olds[at], new).into_iter();
                edits.extend(hunks.map(|hunk| edit(start + hunk.old.start..start + hunk.old.end, hunk.new.to_owned())));
            }
            return Some(());
        }
        let lines: Vec<String> = with.iter().map(indented).collect();
        let mut text = lines.join(newline);
        let first = written.get(changed.start);
        let range = match (changed.start.checked_sub(1).and_then(|before| written.get(before)), first) {
            // Whole lines with the line break before them, or after them at the start of the text.
            (Some(before), _) if changed.is_empty() || with.is_empty() => {
                if !with.is_empty() {
                    text.insert_str(0, newline);
                }
                before.end..written.get(changed.end.checked_sub(1)?)?.end.max(before.end)
            }
            (None, Some(first)) if changed.is_empty() || with.is_empty() => {
                if !with.is_empty() {
                    text.push_str(newline);
                }
                first.start..written.get(changed.end)?.start
            }
            (_, first) => first?.start..written.get(changed.end.checked_sub(1)?)?.end,
        };
        let was = self.document.text().get(range.clone())?;
        let (same_before, same_after) = hunks::common_ends(was, &text);
        let text = text.get(same_before..text.len() - same_after)?.to_owned();
        edits.push(edit(range.start + same_before..range.end - same_after, text));
        Some(())
    }

    /// Where the lines of `|` stand, with their indentation and without their line breaks.
    fn source_lines(&self, node: Node<'_>, lines: &[&str]) -> Option<Vec<Range<usize>>> {
        let text = self.document.text();
        let mut at = content_start(node);
        let line = |line: &&str| {
            let start = next_line(text, line_end(text, at));
            at = start;
            let end = line_end(text, start);
            text.get(start..end)?.ends_with(line).then_some(start..end)
        };
        lines.iter().map(line).collect()
    }

    /// The reader is the judge: what is written reads as the new text, in a document of its own.
    fn reads_as(&self, node: Node<'_>, edits: &[TextEdit], new: &str, place: Place) -> bool {
        let text = self.document.text();
        let start = content_start(node);
        let end = next_line(text, line_end(text, content_end(node)));
        let end = if shape(node) == Shape::Literal { end } else { node.span().end as usize };
        let part = text.get(start..end).unwrap_or_default();
        let Some(Ok(written)) = moved(edits, start as u32).map(|edits| replace(part, &edits)) else { return false };
        let (document, depth) = match place.outer {
            _ if place.flow => (Document::parse_yaml(format!("[{written}]")), 1),
            Some(column) => (Document::parse_yaml(format!("{}k: {written}", " ".repeat(column))), 1),
            None => (Document::parse_yaml(written), 0),
        };
        let is_whole = document.errors().is_empty()
            && document.templates().is_empty()
            && document.nodes().len() == depth + 1
            && (shape(node) == Shape::Literal || document.comments().is_empty());
        let read = document.nth(depth).filter(|_| is_whole);
        read.is_some_and(|read| read.kind() == NodeKind::String && read.scalar() == new)
    }
}

/// The header that says another number of line breaks at the end.
fn chomping(node: Node<'_>, old: usize, new: usize) -> Option<TextEdit> {
    if old.max(new) > 1 {
        return None;
    }
    let header = literal_header(node);
    let start = content_start(node);
    let plain = header.replace(['-', '+'], "");
    let text = if new == 0 { format!("{plain}-") } else { plain };
    (header != text).then(|| edit(start..start + header.len(), text))
}

/// The place of the first character that stands on a line of its own.
fn first_character(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start_matches('\n').len();
    let len = text[start..].chars().next().map_or(0, char::len_utf8);
    start..start + len
}

fn edit(range: Range<usize>, text: String) -> TextEdit {
    TextEdit { span: Span::new(range.start as u32, range.end as u32), text }
}
