//! Block texts of YAML, `|` and `>`.

use super::{How, Reader};

impl<'t> Reader<'t> {
    /// `|`: each line of the value is a line of the source, after its indentation.
    pub(super) fn literal(&mut self) -> Option<()> {
        if self.value.is_empty() {
            return Some(());
        }
        self.at = self.after_break(self.line_end(self.at))?;
        let mut indentation = None;
        let mut lines = self.value.split('\n').peekable();
        while let Some(line) = lines.next() {
            let is_last = lines.peek().is_none();
            if is_last && line.is_empty() {
                break;
            }
            let end = self.line_end(self.at);
            let before = self.source[self.at..end].strip_suffix(line)?;
            let fits = line.is_empty() || before.len() == *indentation.get_or_insert(before.len());
            if !fits || !before.bytes().all(|b| b == b' ') {
                return None;
            }
            self.at = end - line.len();
            self.copy(line.len())?;
            if !is_last {
                self.stands_for(self.after_break(end)?, "\n", How::Break)?;
            }
        }
        Some(())
    }

    /// `>`: a line break may be a space.
    pub(super) fn folded(&mut self) -> Option<()> {
        let header_end = self.line_end(self.at);
        if self.value.is_empty() {
            return Some(());
        }
        self.at = self.after_break(header_end)?;
        let mut indentation = None;
        while !self.rest().trim_start_matches('\n').is_empty() {
            let (line, breaks) = self.next_line(indentation)?;
            let end = self.line_end(line);
            let is_first = indentation.is_none();
            let indent = match indentation {
                Some(indent) => indent,
                None => self.first_indentation(&self.source[line..end])?,
            };
            indentation = Some(indent);
            let content = self.source.get(line + indent..end)?;
            let between = self.between(content, breaks, is_first)?;
            self.stands_for(line, between, How::Break)?;
            self.at = line + indent;
            self.copy(content.len())?;
        }
        while !self.rest().is_empty() {
            self.at = self.line_end(self.at);
            self.stands_for(self.after_break(self.at)?, "\n", How::Break)?;
        }
        Some(())
    }

    /// The start of the next line with something on it, and how many line breaks are before it.
    fn next_line(&self, indentation: Option<usize>) -> Option<(usize, usize)> {
        let (mut line, mut breaks) = match indentation {
            Some(_) => (self.after_break(self.at)?, 1),
            None => (self.at, 0),
        };
        loop {
            let end = self.line_end(line);
            let spaces = self.source[line..end].bytes().take_while(|b| *b == b' ').count();
            let is_blank = line + spaces == end && indentation.is_none_or(|indent| spaces <= indent);
            if !is_blank {
                return Some((line, breaks));
            }
            (line, breaks) = (self.after_break(end)?, breaks + 1);
        }
    }

    /// How far the first line is indented: it may have more spaces, which are of the text.
    fn first_indentation(&self, line: &str) -> Option<usize> {
        let text = self.rest().trim_start_matches('\n');
        let spaces = line.bytes().take_while(|b| *b == b' ').count();
        (0..=spaces).find(|indent| text.starts_with(&line[*indent..]))
    }

    /// What some line breaks before a line stand for.
    fn between(&self, line: &str, breaks: usize, is_first: bool) -> Option<&'t str> {
        let rest = self.rest();
        if breaks == 1 && !is_first && rest.starts_with(' ') && !line.starts_with(' ') {
            return rest.get(..1);
        }
        let count = rest.bytes().take_while(|b| *b == b'\n').count();
        let is_right = count == breaks || !is_first && count + 1 == breaks && count > 0;
        if is_right { rest.get(..count) } else { None }
    }
}
