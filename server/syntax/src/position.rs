//! Byte offsets to lines and columns and back.

use crate::tree::Span;

/// The unit in which columns are counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PositionEncoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, the default of the language server protocol.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// A zero-based line and a zero-based column in some [`PositionEncoding`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// Line, counted from 0.
    pub line: u32,
    /// Column, counted from 0.
    pub column: u32,
}

/// Where the lines of a text start, and which of its characters are no single byte, so that a position costs the same
/// wherever it is. Lines end with `\n`, `\r\n` or `\r`, as in the language server protocol.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// The characters of more than one byte, in order.
    wide: Vec<Wide>,
    length: u32,
}

/// A character of more than one byte, and by how much bytes outnumber the units of an encoding up to its end.
#[derive(Clone, Copy, Debug)]
struct Wide {
    start: u32,
    end: u32,
    /// Bytes beyond UTF-16 code units.
    beyond_utf16: u32,
    /// Bytes beyond Unicode scalar values.
    beyond_utf32: u32,
}

impl Wide {
    fn beyond(&self, encoding: PositionEncoding) -> u32 {
        match encoding {
            PositionEncoding::Utf8 => 0,
            PositionEncoding::Utf16 => self.beyond_utf16,
            PositionEncoding::Utf32 => self.beyond_utf32,
        }
    }
}

impl LineIndex {
    /// The line starts of a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let crlf = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
            if !crlf {
                starts.push(at as u32 + 1);
            }
        }
        Self { starts, wide: wide_characters(text), length: bytes.len() as u32 }
    }

    /// The number of lines; a text that ends with a line ending has an empty last line.
    #[must_use]
    pub fn lines(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The zero-based line of a byte offset.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        (self.starts.partition_point(|start| *start <= offset) - 1) as u32
    }

    /// The bytes of a line with its ending; the last line when there are not that many.
    #[must_use]
    pub fn line_span(&self, line: u32) -> Span {
        let line = (line as usize).min(self.starts.len() - 1);
        let end = self.starts.get(line + 1).copied().unwrap_or(self.length);
        Span::new(self.starts[line], end)
    }

    /// The position of a byte offset; one inside a character counts as that character's start. `text` is the one the
    /// index was made of.
    #[must_use]
    pub fn position(&self, text: &str, offset: u32, encoding: PositionEncoding) -> Position {
        let mut offset = offset.min(self.length);
        while !text.is_char_boundary(offset as usize) {
            offset -= 1;
        }
        let line = self.line(offset);
        let start = self.starts[line as usize];
        let beyond = self.beyond(offset, encoding) - self.beyond(start, encoding);
        Position { line, column: offset - start - beyond }
    }

    /// The byte offset of a position; a column beyond the line's end counts as its end, as the protocol says, and one
    /// inside a character as that character's start. `text` is the one the index was made of.
    #[must_use]
    pub fn offset(&self, text: &str, position: Position, encoding: PositionEncoding) -> u32 {
        if position.line >= self.lines() {
            return self.length;
        }
        let span = self.line_span(position.line);
        let line = &text[span.start as usize..span.end as usize];
        let end = span.start + line.trim_end_matches(['\n', '\r']).len() as u32;
        // The columns of wide characters grow along a line, so the last one that begins before the place decides.
        let first = self.wide.partition_point(|wide| wide.start < span.start);
        let before = self.beyond(span.start, encoding);
        let column_after = |wide: &Wide| wide.end - span.start - (wide.beyond(encoding) - before);
        let passed =
            self.wide[first..].partition_point(|wide| wide.end <= end && column_after(wide) <= position.column);
        let last = passed.checked_sub(1).map(|last| &self.wide[first + last]);
        let (at, column) = last.map_or((span.start, 0), |wide| (wide.end, column_after(wide)));
        let offset = at.saturating_add(position.column - column).min(end);
        match self.wide.get(first + passed) {
            Some(wide) if wide.start < offset => wide.start,
            _ => offset,
        }
    }

    /// By how much bytes outnumber the units of an encoding before an offset.
    fn beyond(&self, offset: u32, encoding: PositionEncoding) -> u32 {
        let passed = self.wide.partition_point(|wide| wide.end <= offset);
        passed.checked_sub(1).map_or(0, |last| self.wide[last].beyond(encoding))
    }
}

/// The characters of more than one byte. Most texts have few, so stretches without any are passed in one go.
fn wide_characters(text: &str) -> Vec<Wide> {
    const STRETCH: usize = 64;
    let (mut wide, mut at) = (Vec::new(), 0);
    let (mut beyond_utf16, mut beyond_utf32) = (0, 0);
    while at < text.len() {
        let stretch = &text.as_bytes()[at..text.len().min(at + STRETCH)];
        if stretch.is_ascii() {
            at += stretch.len();
            continue;
        }
        let mut end = at + stretch.len();
        while !text.is_char_boundary(end) {
            end += 1;
        }
        for (within, c) in text[at..end].char_indices().filter(|(_, c)| !c.is_ascii()) {
            let (start, length) = ((at + within) as u32, c.len_utf8() as u32);
            beyond_utf16 += length - c.len_utf16() as u32;
            beyond_utf32 += length - 1;
            wide.push(Wide { start, end: start + length, beyond_utf16, beyond_utf32 });
        }
        at = end;
    }
    wide
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\r\né😀x\rb\n";

    #[test]
    fn lines_end_with_any_of_the_three_endings() {
        let index = LineIndex::new(TEXT);
        assert_eq!(index.lines(), 4);
        assert_eq!(index.line_span(1), Span::new(3, 11));
    }

    #[test]
    fn columns_count_the_units_of_the_encoding() {
        let index = LineIndex::new(TEXT);
        let x = TEXT.find('x').unwrap() as u32;
        for (encoding, column) in
            [(PositionEncoding::Utf8, 6), (PositionEncoding::Utf16, 3), (PositionEncoding::Utf32, 2)]
        {
            let position = index.position(TEXT, x, encoding);
            assert_eq!(position, Position { line: 1, column });
            assert_eq!(index.offset(TEXT, position, encoding), x);
        }
    }

    #[test]
    fn a_column_inside_a_character_or_beyond_the_line_is_clamped() {
        let index = LineIndex::new(TEXT);
        let inside = Position { line: 1, column: 2 };
        assert_eq!(index.offset(TEXT, inside, PositionEncoding::Utf16), 5);
        let beyond = Position { line: 0, column: 9 };
        assert_eq!(index.offset(TEXT, beyond, PositionEncoding::Utf16), 1);
        let below = Position { line: 99, column: 0 };
        assert_eq!(index.offset(TEXT, below, PositionEncoding::Utf16), TEXT.len() as u32);
    }
}
