//! Unified diffs with every secret blanked.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffTag, capture_diff_slices_deadline, group_diff_ops};
use v4ward_syntax::Document;

use super::Source;
use crate::cli::shown;

const CONTEXT: usize = 3;
/// A diff that takes longer becomes a coarser one.
const MAX_TIME: Duration = Duration::from_secs(2);

/// What changes between two texts. They are compared as they are, and shown blanked.
pub(crate) fn unified(old: &Document, new: &Document, path: &Path, styled: bool) -> String {
    let (old_shown, new_shown) = (Source::new(old).blanked(), Source::new(new).blanked());
    let (old_lines, new_lines): (Vec<&str>, Vec<&str>) = (lines(old.text()), lines(new.text()));
    let (old_shown, new_shown): (Vec<&str>, Vec<&str>) = (lines(&old_shown), lines(&new_shown));
    let deadline = Instant::now().checked_add(MAX_TIME);
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &old_lines, &new_lines, deadline);
    let mut out = Out { text: String::new(), styled };
    // After a name with a space `patch` wants a tab, to know where it ends.
    let path = shown(path);
    let end = if path.contains(' ') { "\t" } else { "" };
    out.line("1", &format!("--- {path}{end}"));
    out.line("1", &format!("+++ {path}{end}"));
    for group in group_diff_ops(ops, CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let old_range = range(first.old_range().start, last.old_range().end);
        let new_range = range(first.new_range().start, last.new_range().end);
        out.line("36", &format!("@@ -{old_range} +{new_range} @@"));
        for op in &group {
            let (tag, old, new) = op.as_tag_tuple();
            if tag == DiffTag::Equal {
                out.lines("", ' ', old_shown.get(old));
                continue;
            }
            out.lines("31", '-', old_shown.get(old));
            out.lines("32", '+', new_shown.get(new));
        }
    }
    out.text
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// A range of lines as a hunk's head has it.
fn range(start: usize, end: usize) -> String {
    match end - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        length => format!("{},{length}", start + 1),
    }
}

struct Out {
    text: String,
    styled: bool,
}

impl Out {
    fn line(&mut self, style: &str, line: &str) {
        let _ = if self.styled && !style.is_empty() {
            writeln!(self.text, "\x1b[{style}m{line}\x1b[0m")
        } else {
            writeln!(self.text, "{line}")
        };
    }

    fn lines(&mut self, style: &str, sign: char, lines: Option<&[&str]>) {
        for line in lines.unwrap_or_default() {
            // A carriage return is part of the line; other control characters could do anything to a terminal.
            let body = line.strip_suffix('\n').unwrap_or(line);
            let fit = |c: char| if c.is_control() && !matches!(c, '\t' | '\r') { '\u{fffd}' } else { c };
            self.line(style, &format!("{sign}{}", body.chars().map(fit).collect::<String>()));
            if !line.ends_with('\n') {
                self.line("", "\\ No newline at end of file");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_space_ends_with_a_tab() {
        let (old, new) = (Document::parse_json("1"), Document::parse_json("2"));
        let diff = unified(&old, &new, Path::new("a b.json"), false);
        assert!(diff.starts_with("--- a b.json\t\n+++ a b.json\t\n@@ "), "{diff}");
    }

    #[test]
    fn shows_changed_lines_with_context_and_no_secret() {
        let old = "{\n  \"a\": 1,\n  \"password\": \"hunter2\",\n  \"b\": 2\n}";
        let new = old.replace("\"b\": 2", "\"b\": 3,\n  \"token\": \"abc\"");
        let (old, new) = (Document::parse_json(old), Document::parse_json(new));
        assert_eq!(
            unified(&old, &new, Path::new("x.json"), false),
            "--- x.json\n+++ x.json\n@@ -1,5 +1,6 @@\n {\n   \"a\": 1,\n   \"password\": \"•••••••\",\n-  \"b\": 2\n\
             +  \"b\": 3,\n+  \"token\": \"•••\"\n }\n\\ No newline at end of file\n"
        );
    }
}
