//! Positions in texts, and what edits make of a text.

use serde_json::{Value, json};

/// How columns are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    Utf8,
    Utf16,
    Utf32,
}

impl Encoding {
    pub const ALL: [Self; 3] = [Self::Utf8, Self::Utf16, Self::Utf32];

    /// As the protocol calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    fn units(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// The byte offset of a position.
pub fn offset(text: &str, position: &Value, encoding: Encoding) -> usize {
    let (line, column) = (position["line"].as_u64().unwrap(), position["character"].as_u64().unwrap());
    let mut start = 0;
    for _ in 0..line {
        start += end_of_line(&text[start..]).unwrap_or_else(|| panic!("there is no line {line}"));
    }
    let mut left = usize::try_from(column).unwrap();
    for (at, c) in text[start..].char_indices() {
        if left == 0 {
            return start + at;
        }
        assert!(!matches!(c, '\r' | '\n'), "{position} lies beyond its line");
        left = left.checked_sub(encoding.units(c)).unwrap_or_else(|| panic!("{position} lies within a character"));
    }
    assert_eq!(left, 0, "{position} lies beyond the text");
    text.len()
}

/// The length of the first line with its end; none when it is the last.
fn end_of_line(text: &str) -> Option<usize> {
    let at = text.find(['\r', '\n'])?;
    Some(if text[at..].starts_with("\r\n") { at + 2 } else { at + 1 })
}

/// The position of a byte offset.
pub fn position(text: &str, offset: usize, encoding: Encoding) -> Value {
    let (mut line, mut start) = (0, 0);
    while let Some(length) = end_of_line(&text[start..]).filter(|length| start + length <= offset) {
        line += 1;
        start += length;
    }
    let column: usize = text[start..offset].chars().map(|c| encoding.units(c)).sum();
    json!({"line": line, "character": column})
}

pub fn range(text: &str, start: usize, end: usize, encoding: Encoding) -> Value {
    json!({"start": position(text, start, encoding), "end": position(text, end, encoding)})
}

/// What stands in a range.
pub fn slice<'t>(text: &'t str, range: &Value, encoding: Encoding) -> &'t str {
    &text[offset(text, &range["start"], encoding)..offset(text, &range["end"], encoding)]
}

/// A text after `TextEdit`s, which must not overlap.
pub fn edited(text: &str, edits: &[Value], encoding: Encoding) -> String {
    let span = |edit: &Value| {
        let (start, end) = (&edit["range"]["start"], &edit["range"]["end"]);
        (offset(text, start, encoding), offset(text, end, encoding))
    };
    let mut edits: Vec<((usize, usize), &str)> =
        edits.iter().map(|edit| (span(edit), edit["newText"].as_str().unwrap())).collect();
    edits.sort_by_key(|(span, _)| *span);
    let (mut out, mut at) = (String::new(), 0);
    for ((start, end), new) in edits {
        assert!(at <= start && start <= end, "edits overlap");
        out.push_str(&text[at..start]);
        out.push_str(new);
        at = end;
    }
    out + &text[at..]
}

/// A text without its mark `|`, and where that stood.
pub fn marked(text: &str) -> (String, usize) {
    let at = text.find('|').expect("a text with a mark");
    let without = format!("{}{}", &text[..at], &text[at + 1..]);
    assert!(!without.contains('|'), "one mark");
    (without, at)
}

#[test]
fn positions_and_offsets_are_inverse() {
    let text = "aé😀\r\nb\rc\n";
    for encoding in Encoding::ALL {
        for (at, _) in text.char_indices().filter(|(at, _)| *at != 8) {
            assert_eq!(offset(text, &position(text, at, encoding), encoding), at, "{encoding:?}");
        }
    }
    assert_eq!(position(text, 7, Encoding::Utf16), json!({"line": 0, "character": 4}));
    assert_eq!(position(text, text.len(), Encoding::Utf8), json!({"line": 3, "character": 0}));
}
