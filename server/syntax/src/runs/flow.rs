//! Texts of YAML with quotes and without.

use super::{How, Reader};

impl Reader<'_> {
    pub(super) fn plain(&mut self, end: usize) -> Option<()> {
        self.lines(end, None)
    }

    /// A text in quotes, from the first one on; `end` is after the last one.
    pub(super) fn quoted(&mut self, end: usize) -> Option<()> {
        let quote = self.source[self.at..end].chars().next()?;
        let inner_end = end.checked_sub(1).filter(|last| *last > self.at)?;
        self.at += 1;
        self.source.get(inner_end..end).filter(|last| last.starts_with(quote))?;
        self.lines(inner_end, Some(quote))
    }

    fn lines(&mut self, end: usize, quote: Option<char>) -> Option<()> {
        let escape = match quote {
            Some('"') => '\\',
            Some(quote) => quote,
            None => '\n',
        };
        while self.at < end {
            let rest = self.source.get(self.at..end)?;
            let stop = rest.find(['\n', '\r', escape]).unwrap_or(rest.len());
            match rest[stop..].chars().next() {
                None => self.copy(stop)?,
                Some('\n' | '\r') => {
                    // Blanks around a line break are not of the text.
                    let kept = rest[..stop].trim_end_matches([' ', '\t']).len();
                    self.copy(kept)?;
                    self.fold(end, self.at)?;
                }
                Some('\\') => {
                    self.copy(stop)?;
                    self.backslash(end)?;
                }
                Some(_) => {
                    self.copy(stop)?;
                    let doubled = self.at + 2;
                    self.stands_for(doubled, "'", How::Escape)?;
                }
            }
        }
        (self.at == end).then_some(())
    }

    /// Line breaks, from `from` on, with the blanks around them: one is a space, more are one less.
    fn fold(&mut self, end: usize, from: usize) -> Option<()> {
        let (after, breaks) = self.blank(end, from);
        if breaks == 1 { self.break_up_to(after, " ") } else { self.break_up_to(after, &"\n".repeat(breaks - 1)) }
    }

    /// The end of white space, and how many line breaks are in it.
    fn blank(&self, end: usize, mut at: usize) -> (usize, usize) {
        let mut breaks = 0;
        while at < end {
            match self.source.as_bytes()[at] {
                b' ' | b'\t' => at += 1,
                _ => match self.after_break(at) {
                    Some(after) => (at, breaks) = (after, breaks + 1),
                    None => break,
                },
            }
        }
        (at.min(end), breaks)
    }

    /// Line breaks that stand for a text; the indentation after them stands for nothing.
    fn break_up_to(&mut self, after: usize, text: &str) -> Option<()> {
        let written = self.source.get(self.at..after)?;
        let end = self.at + written.trim_end_matches([' ', '\t']).len();
        self.stands_for(end, text, How::Break)?;
        self.at = after;
        Some(())
    }

    fn backslash(&mut self, end: usize) -> Option<()> {
        let what = self.source.get(self.at + 1..end)?.chars().next()?;
        let len = match what {
            '\n' | '\r' => {
                let (after, breaks) = self.blank(end, self.at + 1);
                return self.break_up_to(after, &"\n".repeat(breaks.checked_sub(1)?));
            }
            'x' => 4,
            'u' => 6,
            'U' => 10,
            _ => 2,
        };
        let written = self.source.get(self.at..self.at + len).filter(|_| self.at + len <= end)?;
        if len > 3 {
            // Of what has a number only that one character: no half of a pair.
            let number = u32::from_str_radix(&written[2..], 16).ok()?;
            self.rest().chars().next().filter(|c| u32::from(*c) == number)?;
        }
        self.escape(len)
    }
}
