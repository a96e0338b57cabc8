//! What differs between two texts.

use std::ops::Range;

/// A part of an old text and what stands there in the new one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Hunk<'n> {
    pub(super) old: Range<usize>,
    pub(super) new: &'n str,
}

/// What parts a text, the coarser first.
const SEPARATORS: [char; 2] = ['\n', ' '];

/// The parts that differ, in order, on the borders of characters; something that both have is between two of them.
///
/// Texts of as many lines are compared line by line, lines of as many words word by word: an edit that changes some
/// names in a script gives as many parts.
pub(super) fn between<'n>(old: &str, new: &'n str) -> Vec<Hunk<'n>> {
    let mut hunks = Vec::new();
    add(old, new, 0, &SEPARATORS, &mut hunks);
    hunks
}

/// True for a text that a person reads as one, such as a word out of a list: shown side by side, parts of two such
/// words make a third one.
pub(super) fn is_word(text: &str) -> bool {
    text.len() <= LONGEST_WORD && !text.contains(char::is_whitespace)
}

/// In bytes.
const LONGEST_WORD: usize = 40;

fn add<'n>(old: &str, new: &'n str, at: usize, separators: &[char], hunks: &mut Vec<Hunk<'n>>) {
    let (before, after) = common_ends(old, new);
    let (old, new, at) = (&old[before..old.len() - after], &new[before..new.len() - after], at + before);
    if old.is_empty() && new.is_empty() {
        return;
    }
    let Some((separator, finer)) = separators.split_first() else {
        return hunks.push(Hunk { old: at..at + old.len(), new });
    };
    if old.matches(*separator).count() != new.matches(*separator).count() {
        return hunks.push(Hunk { old: at..at + old.len(), new });
    }
    let mut start = at;
    for (old, new) in old.split(*separator).zip(new.split(*separator)) {
        add(old, new, start, finer, hunks);
        start += old.len() + separator.len_utf8();
    }
}

/// How many bytes at the start and at the end are the same, in whole characters.
pub(super) fn common_ends(old: &str, new: &str) -> (usize, usize) {
    let same = |pair: &(u8, u8)| pair.0 == pair.1;
    let mut before = old.bytes().zip(new.bytes()).take_while(same).count();
    while !(old.is_char_boundary(before) && new.is_char_boundary(before)) {
        before -= 1;
    }
    let mut after = old[before..].bytes().rev().zip(new[before..].bytes().rev()).take_while(same).count();
    while !(old.is_char_boundary(old.len() - after) && new.is_char_boundary(new.len() - after)) {
        after -= 1;
    }
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'n>(old: &str, new: &'n str) -> Vec<(String, &'n str)> {
        between(old, new).into_iter().map(|hunk| (old[hunk.old].to_owned(), hunk.new)).collect()
    }

    #[test]
    fn only_what_differs() {
        assert_eq!(of("a", "a"), []);
        assert_eq!(of("abc", "aXc"), [("b".to_owned(), "X")]);
        assert_eq!(of("abab", "ab"), [("ab".to_owned(), "")]);
        assert_eq!(of("", "x"), [(String::new(), "x")]);
        assert_eq!(of("é", "è"), [("é".to_owned(), "è")]);
        assert_eq!(of("xé", "xĩé"), [(String::new(), "ĩ")]);
    }

    #[test]
    fn line_by_line_and_word_by_word() {
        let expected = [("b".to_owned(), "B"), ("e".to_owned(), "E"), ("g".to_owned(), "G")];
        assert_eq!(of("a b\nc\nd e f g h", "a B\nc\nd E f G h"), expected);
        assert_eq!(of("a\nb\nc", "a\nc"), [("b\n".to_owned(), "")]);
    }
}
