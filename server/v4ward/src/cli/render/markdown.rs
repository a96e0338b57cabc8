//! Markdown for comments on pull requests, summaries of jobs and reports.
//!
//! What comes from a file must not become markup: no cell may end, no tag may open, nobody may be called by name.

use std::fmt::Write as _;

use v4ward_migration::Severity;

use super::super::console::{count, printable};
use super::super::tally::Severities;

/// A comment of GitHub holds 65,536 characters, one of GitLab far more; some room stays for a line of the pipeline's own.
const LIMIT: usize = 64_000;
/// So much of it is for the table of definitions.
const TABLE: usize = 20_000;
/// So many findings of a definition are listed.
const FINDINGS: usize = 50;
/// So many files that could not be read are named.
const ERRORS: usize = 20;

/// A text as text: in one line, with nothing in it that Markdown reads, and without a mention or a reference that a
/// platform would follow.
pub(crate) fn escaped(text: &str) -> String {
    let text = printable(text);
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 8);
    for (index, c) in chars.iter().copied().enumerate() {
        let near = |at: Option<usize>| at.and_then(|at| chars.get(at)).copied();
        let (before, after) = (near(index.checked_sub(1)), near(index.checked_add(1)));
        let inside_word = [before, after].into_iter().all(|near| near.is_some_and(char::is_alphanumeric));
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '_' if inside_word => out.push(c),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => out.extend(['\\', c]),
            // A character without width keeps platforms from taking it for a person or an issue.
            '@' | '#' | '!' if after.is_some_and(char::is_alphanumeric) => out.extend([c, '\u{200b}']),
            c => out.push(c),
        }
    }
    out
}

/// A path, a pointer, an id, as code.
pub(crate) fn code(text: &str) -> String {
    let text = printable(text);
    if !text.contains(['`', '|', '\\']) && !text.trim().is_empty() {
        return format!("`{text}`");
    }
    format!("<code>{}</code>", html(&text))
}

/// A text between tags of HTML: every mark as its number.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in printable(text).chars() {
        if c.is_ascii_punctuation() && !matches!(c, '/' | '.' | ',' | ':' | ';' | '-' | '(' | ')' | '=' | '+' | '%') {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// A text that begins with a capital letter.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// One row of a table; the cells are Markdown already.
pub(crate) fn row<'c>(cells: impl IntoIterator<Item = &'c str>) -> String {
    let mut row = String::from("|");
    for cell in cells {
        row.push(' ');
        row.push_str(cell);
        row.push_str(" |");
    }
    row.push('\n');
    row
}

/// The first two rows of a table.
pub(crate) fn head(titles: &[&str]) -> String {
    row(titles.iter().copied()) + &row(titles.iter().map(|_| "---"))
}

/// Something that is shown when its line is opened.
pub(crate) fn folded(line: &str, content: &str) -> String {
    format!("<details>\n<summary>{}</summary>\n\n{}\n\n</details>\n\n", html(line), content.trim_end())
}

/// `2 errors, 1 warning, 3 others`
pub(crate) fn severities(found: &Severities) -> String {
    let parts = [
        (found.error, "error", "errors"),
        (found.warning, "warning", "warnings"),
        (found.information + found.hint, "note", "notes"),
    ];
    let words: Vec<String> = parts.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(*n, one, many)).collect();
    if words.is_empty() { "nothing found".to_owned() } else { words.join(", ") }
}

/// A finding, ready to be told.
pub(crate) struct Item {
    pub(crate) severity: Severity,
    /// Counted from 1.
    pub(crate) line: u32,
    pub(crate) rule: &'static str,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Item {
    fn row(&self, path: &str) -> String {
        let help = self.help.as_deref().filter(|help| !help.is_empty());
        let help = help.map(|help| format!(" *{}.*", capitalised(escaped(help).trim_end_matches('.'))));
        let what =
            format!("{}.{}", escaped(&capitalised(self.message.trim_end_matches('.'))), help.unwrap_or_default());
        let place = code(&format!("{path}:{}", self.line));
        row([self.severity.to_string().as_str(), &place, &what, &format!("`{}`", self.rule)])
    }
}

/// What is told of one definition.
pub(crate) struct Section {
    /// How bad it is: the worst come first.
    pub(crate) rank: u8,
    pub(crate) path: String,
    pub(crate) name: Option<String>,
    /// Cells of the table behind the definition and before the findings.
    pub(crate) cells: Vec<String>,
    /// The same in a few words.
    pub(crate) words: String,
    pub(crate) found: Severities,
    /// Rows of the table of findings, the most serious first.
    findings: Vec<String>,
}

impl Section {
    pub(crate) fn new(rank: u8, path: String, name: Option<String>, cells: Vec<String>, words: String) -> Self {
        Self { rank, path, name, cells, words, found: Severities::default(), findings: Vec::new() }
    }

    /// With its findings, of which the first so many of the most serious are kept.
    pub(crate) fn with(mut self, mut items: Vec<Item>) -> Self {
        items.iter().for_each(|item| self.found.add(item.severity));
        items.sort_by_key(|item| std::cmp::Reverse(item.severity));
        self.findings = items.iter().take(FINDINGS).map(|item| item.row(&self.path)).collect();
        self
    }

    fn row(&self) -> String {
        let name = self.name.as_deref().map(|name| format!(" {}", escaped(name))).unwrap_or_default();
        let definition = format!("{}{name}", code(&self.path));
        let found = severities(&self.found);
        let cells = std::iter::once(definition.as_str()).chain(self.cells.iter().map(String::as_str));
        row(cells.chain([found.as_str()]))
    }

    fn details(&self) -> String {
        let name = self.name.as_deref().map(|name| format!(" \u{201c}{name}\u{201d}")).unwrap_or_default();
        let line = format!("{}{name}: {}, {}", self.path, self.words, severities(&self.found));
        let mut content = head(&["Severity", "Where", "What", "Rule"]) + &self.findings.concat();
        let more = self.found.total() - self.findings.len();
        if more > 0 {
            let _ = write!(content, "\nThere are {more} more.\n");
        }
        folded(&line, &content)
    }
}

/// A page that fits into a comment.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) sections: Vec<Section>,
    /// Files that could not be read, in words.
    pub(crate) errors: Vec<String>,
}

impl Page {
    /// The whole page. `titles` are those of the table of definitions but for the findings; `more` is how the rest is
    /// seen, in Markdown.
    pub(crate) fn text(mut self, headline: &str, titles: &[&str], facts: &[String], more: &str) -> String {
        self.sections.sort_by(|a, b| b.rank.cmp(&a.rank).then_with(|| b.found.error.cmp(&a.found.error)));
        let mut out = format!("## {}\n\n", escaped(headline));
        let end = self.end(facts, more);
        let room = LIMIT.saturating_sub(end.len() + 400);
        let left_rows = self.table(titles, &mut out, room.min(TABLE));
        if left_rows > 0 {
            let _ = write!(out, "{} not in this table.\n\n", count(left_rows, "definition is", "definitions are"));
        }
        let with_findings = self.sections.iter().filter(|section| section.found.total() > 0);
        let mut left = 0;
        for section in with_findings {
            let details = section.details();
            if left > 0 || out.len() + details.len() > room {
                left += 1;
                continue;
            }
            out.push_str(&details);
        }
        if left > 0 {
            let left = count(left, "definition are", "definitions are");
            let _ = write!(out, "The findings of {left} left out: a comment holds no more. All of them: {more}\n\n");
        }
        out.push_str(&end);
        out
    }

    /// Adds the table; gives how many rows did not fit.
    fn table(&self, titles: &[&str], out: &mut String, limit: usize) -> usize {
        if self.sections.is_empty() {
            return 0;
        }
        let titles: Vec<&str> = titles.iter().copied().chain(["Found"]).collect();
        out.push_str(&head(&titles));
        let mut shown = 0;
        for section in &self.sections {
            let row = section.row();
            if out.len() + row.len() > limit {
                break;
            }
            out.push_str(&row);
            shown += 1;
        }
        out.push('\n');
        self.sections.len() - shown
    }

    fn end(&self, facts: &[String], more: &str) -> String {
        let mut out = String::new();
        if !self.errors.is_empty() {
            let _ = write!(out, "Not read:\n\n");
            for error in self.errors.iter().take(ERRORS) {
                let _ = writeln!(out, "* {}", escaped(&cut(error)));
            }
            let left = self.errors.len().saturating_sub(ERRORS);
            if left > 0 {
                let _ = writeln!(out, "* and {left} more");
            }
            out.push('\n');
        }
        for fact in facts {
            let _ = writeln!(out, "{fact}\n");
        }
        let found = self.sections.iter().any(|section| section.found.total() > 0);
        let explain = if found { "; what a rule means: `v4ward explain RULE`" } else { "" };
        let _ = writeln!(out, "<sub>v4ward {}; all findings: {more}{explain}</sub>", env!("CARGO_PKG_VERSION"));
        out
    }
}

/// A message of any length, short.
fn cut(text: &str) -> String {
    const LONG: usize = 300;
    if text.chars().count() <= LONG { text.to_owned() } else { text.chars().take(LONG).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_says_is_no_markup() {
        assert_eq!(escaped("a | b\n<b> *x* `y` [l](u) @team #12 a_b _c_"), {
            "a \\| b\u{fffd}&lt;b&gt; \\*x\\* \\`y\\` \\[l\\](u) @\u{200b}team #\u{200b}12 a_b \\_c\\_"
        });
        assert_eq!(code("/flows/0"), "`/flows/0`");
        assert_eq!(code("/a|b`<x>"), "<code>/a&#124;b&#96;&#60;x&#62;</code>");
        assert_eq!(html("</summary> \"x\""), "&#60;/summary&#62; &#34;x&#34;");
    }

    #[test]
    fn however_much_is_found_a_page_fits_into_a_comment() {
        let section = |index: usize| {
            let items = (0..70).map(|line| Item {
                severity: if line == 69 { Severity::Error } else { Severity::Hint },
                line,
                rule: "unknown-property",
                message: "é".repeat(100),
                help: Some("do something".to_owned()),
            });
            let cells = vec!["fully migratable".to_owned()];
            let name = Some("N".repeat(40));
            Section::new(u8::from(index == 799), format!("apis/{index}.json"), name, cells, "words".into())
                .with(items.collect())
        };
        let page = Page { sections: (0..800).map(section).collect(), errors: vec!["x".repeat(5000); 100] };
        let text = page.text("v4ward: 800 definitions", &["Definition", "Verdict"], &[], "`v4ward check apis`");
        assert!(text.len() < 65_536, "{}", text.len());
        // The worst one comes first, and its error before its hints.
        let first = text.lines().find(|line| line.contains(".json")).unwrap();
        assert!(first.starts_with("| `apis/799.json`"), "{first}");
        assert!(text.contains("| error | `apis/799.json:69`"));
        assert!(text.contains("There are 20 more."));
        assert!(text.contains("definitions are not in this table."), "{}", &text[..300]);
        assert!(text.contains("left out: a comment holds no more"));
    }
}
