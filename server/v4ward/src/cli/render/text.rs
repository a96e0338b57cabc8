//! Findings for people, in the look of rustc's messages.

use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use v4ward_migration::fixes::{Action, Applicability};
use v4ward_migration::{Finding, Severity};
use v4ward_syntax::Span;

use super::Source;
use crate::cli::console::printable;
use crate::cli::shown;

/// Something to show at a place of a file.
pub(crate) struct Notice<'a> {
    pub(crate) severity: Severity,
    /// The name of the rule, when it is one's finding.
    pub(crate) id: &'a str,
    pub(crate) span: Span,
    pub(crate) message: &'a str,
    /// Lines below the excerpt: their word and their text.
    pub(crate) footers: Vec<(&'static str, String)>,
}

/// Shows a finding.
pub(crate) fn finding(finding: &Finding<'_>, source: &Source<'_>, path: &Path, styled: bool) -> String {
    let declaration = finding.declaration();
    let message = finding.message();
    let mut footers = vec![("help", message.help)];
    for fix in finding.fixes() {
        let word = match (&fix.action, fix.applicability) {
            (Action::DeclarePolicy(_), _) => "setting",
            (_, Applicability::Safe) => "safe fix",
            (_, Applicability::Unsafe) => "unsafe fix",
        };
        footers.push((word, fix.title));
    }
    footers.extend(finding.obstacle().map(|obstacle| ("note", obstacle)));
    footers.push(("more", format!("v4ward explain {} ({})", declaration.id, declaration.docs())));
    let notice = Notice {
        severity: finding.severity,
        id: declaration.id,
        span: finding.place.span(),
        message: &message.what,
        footers,
    };
    show(&notice, source, path, styled)
}

/// Shows a notice: its message, the place, what to do.
pub(crate) fn show(notice: &Notice<'_>, source: &Source<'_>, path: &Path, styled: bool) -> String {
    let level = match notice.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO.with_name("information"),
        Severity::Hint => Level::HELP.with_name("hint"),
    };
    let excerpt = source.excerpt(notice.span);
    let message = source.message(notice.message);
    let path = shown(path);
    let snippet = Snippet::source(excerpt.text)
        .path(path.as_str())
        .line_start(excerpt.first_line)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(excerpt.marked));
    let mut group: Group<'_> = level.primary_title(message).id(notice.id).element(snippet);
    for (word, text) in &notice.footers {
        let level = if *word == "help" { Level::HELP } else { Level::NOTE.with_name(*word) };
        group = group.element(level.message(source.message(text)));
    }
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let mut text = renderer.render(&[group]);
    if excerpt.column != excerpt.shown_column {
        // The renderer counts in what it was given.
        let place = |column: usize| format!("{path}:{}:{column}", excerpt.line);
        text = text.replacen(&place(excerpt.shown_column), &place(excerpt.column), 1);
    }
    text + "\n\n"
}

/// A word in bold.
pub(crate) fn bold(text: &str, styled: bool) -> String {
    if styled { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
}

/// A line about a whole file: its path, the name of its API, and what is to be said.
pub(crate) fn headline(path: &Path, name: Option<&str>, text: &str, styled: bool) -> String {
    let name = name.map(|name| format!(" \"{}\"", printable(name))).unwrap_or_default();
    format!("{}{name}: {text}\n", bold(&shown(path), styled))
}

/// Columns side by side: the first to the left, the others to the right.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|c| c.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let gap = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
            line += &if column == 0 { format!("{cell}{gap}") } else { format!("  {gap}{cell}") };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
