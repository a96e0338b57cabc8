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

/// Where the lines of a text start. Lines end with `\n`, `\r\n` or `\r`, as in the language server protocol.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    length: u32,
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
        Self { starts, length: bytes.len() as u32 }
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

    /// The position of a byte offset; one inside a character counts as that character's start.
    #[must_use]
    pub fn position(&self, text: &str, offset: u32, encoding: PositionEncoding) -> Position {
        let mut offset = offset.min(self.length) as usize;
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line(offset as u32);
        let start = self.starts[line as usize] as usize;
        Position { line, column: width(&text[start..offset], encoding) }
    }

    /// The byte offset of a position; a column beyond the line's end counts as its end, as the protocol says.
    #[must_use]
    pub fn offset(&self, text: &str, position: Position, encoding: PositionEncoding) -> u32 {
        if position.line >= self.lines() {
            return self.length;
        }
        let span = self.line_span(position.line);
        let line = text[span.start as usize..span.end as usize].trim_end_matches(['\n', '\r']);
        let mut column = 0;
        for (at, c) in line.char_indices() {
            if column >= position.column {
                return span.start + at as u32;
            }
            column += char_width(c, encoding);
            if column > position.column {
                return span.start + at as u32;
            }
        }
        span.start + line.len() as u32
    }
}

fn width(text: &str, encoding: PositionEncoding) -> u32 {
    if encoding == PositionEncoding::Utf8 || text.is_ascii() {
        return text.len() as u32;
    }
    text.chars().map(|c| char_width(c, encoding)).sum()
}

fn char_width(c: char, encoding: PositionEncoding) -> u32 {
    match encoding {
        PositionEncoding::Utf8 => c.len_utf8() as u32,
        PositionEncoding::Utf16 => c.len_utf16() as u32,
        PositionEncoding::Utf32 => 1,
    }
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
