//! A text that is being typed.

use ropey::Rope;
use tower_lsp::ls_types::{Position, Range};
use v4ward_syntax::PositionEncoding;

/// A text with lines; a copy costs nothing.
#[derive(Clone)]
pub(in crate::lsp) struct Text(Rope);

impl Text {
    pub(super) fn new(text: &str) -> Self {
        Self(Rope::from_str(text))
    }

    /// The length in bytes.
    pub(in crate::lsp) fn len(&self) -> usize {
        self.0.len_bytes()
    }

    /// The whole text in one piece.
    pub(in crate::lsp) fn contiguous(&self) -> String {
        let mut text = String::with_capacity(self.0.len_bytes());
        self.0.chunks().for_each(|chunk| text.push_str(chunk));
        text
    }

    /// True when a short text stands anywhere in it.
    pub(in crate::lsp) fn contains(&self, wanted: &str) -> bool {
        let overlap = wanted.len().saturating_sub(1);
        // The end of what was searched: it may hold the beginning of what goes on in the next chunk.
        let mut seam: Vec<u8> = Vec::new();
        self.0.chunks().any(|chunk| {
            let bytes = chunk.as_bytes();
            seam.extend_from_slice(&bytes[..bytes.len().min(overlap)]);
            let found = chunk.contains(wanted) || seam.windows(wanted.len()).any(|part| part == wanted.as_bytes());
            seam.extend_from_slice(&bytes[bytes.len().min(overlap)..]);
            seam.drain(..seam.len().saturating_sub(overlap));
            found
        })
    }

    /// The first so many bytes, a few less where a character would be cut.
    pub(in crate::lsp) fn head(&self, bytes: usize) -> String {
        let end = self.0.byte_to_char(bytes.min(self.0.len_bytes()));
        self.0.slice(..end).to_string()
    }

    /// Replaces a range. What lies beyond a line or the text counts as its end, as the protocol says.
    pub(super) fn replace(&mut self, range: Range, text: &str, encoding: PositionEncoding) {
        let start = self.character(range.start, encoding);
        let end = self.character(range.end, encoding).max(start);
        self.0.remove(start..end);
        self.0.insert(start, text);
    }

    /// The index of a position in characters.
    fn character(&self, position: Position, encoding: PositionEncoding) -> usize {
        let (line, column) = (position.line as usize, position.character as usize);
        if line >= self.0.len_lines() {
            return self.0.len_chars();
        }
        let start = self.0.line_to_char(line);
        let slice = self.0.line(line);
        let mut length = slice.len_chars();
        while length > 0 && matches!(slice.char(length - 1), '\n' | '\r') {
            length -= 1;
        }
        let within = match encoding {
            PositionEncoding::Utf8 => slice.byte_to_char(column.min(slice.len_bytes())),
            PositionEncoding::Utf16 => slice.utf16_cu_to_char(column.min(slice.len_utf16_cu())),
            PositionEncoding::Utf32 => column,
        };
        start + within.min(length)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use v4ward_syntax::LineIndex;

    use super::*;

    fn encodings() -> impl Strategy<Value = PositionEncoding> {
        prop_oneof![Just(PositionEncoding::Utf8), Just(PositionEncoding::Utf16), Just(PositionEncoding::Utf32)]
    }

    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[a{}\",]{0,4}",
            "[é😀\u{2028}\u{85}\u{b}]",
            Just("\n".into()),
            Just("\r\n".into()),
            Just("\r".into())
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        /// Edits on the rope are those on a plain text with the engine's own idea of lines and columns.
        #[test]
        fn edits_are_those_of_a_plain_text(
            before in texts(),
            edits in prop::collection::vec((0u32..6, 0u32..12, 0u32..6, 0u32..12, texts()), 1..6),
            encoding in encodings(),
        ) {
            let (mut text, mut plain) = (Text::new(&before), before);
            for (line, column, end_line, end_column, new) in edits {
                let range = Range::new(Position::new(line, column), Position::new(end_line, end_column));
                text.replace(range, &new, encoding);
                let index = LineIndex::new(&plain);
                let offset = |line, column| {
                    index.offset(&plain, v4ward_syntax::Position { line, column }, encoding) as usize
                };
                let start = offset(line, column);
                let end = offset(end_line, end_column).max(start);
                plain.replace_range(start..end, &new);
                prop_assert_eq!(text.contiguous(), plain.as_str());
            }
        }
    }

    #[test]
    fn what_lies_across_chunks_is_found() {
        let text = Text::new(&"x".repeat(5_000));
        assert!(text.contains("xx") && !text.contains("y"));
        for at in (0..3_000).step_by(7) {
            let text = Text::new(&format!("{}gravitee.io/{}", "x".repeat(at), "x".repeat(3_000)));
            assert!(text.contains("gravitee.io/"), "{at}");
        }
    }

    #[test]
    fn a_head_ends_at_a_character() {
        assert_eq!(Text::new("aé").head(2), "a");
        assert_eq!(Text::new("aé").head(9), "aé");
    }
}
