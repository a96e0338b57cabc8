//! The page of each rule in `docs/rules`.

use std::fs;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anyhow::{Context, Result};
use v4ward_migration::rules::{RULES, page};
use v4ward_migration::{Finding, Severity};
use v4ward_syntax::{Document, LineIndex, Span};

use super::output::Output;

const FOLDER: &str = "docs/rules";

/// Lines shown before and after the one with the caret.
const LINES_AROUND: u32 = 2;

pub(super) fn generate(root: &Path, output: &mut Output) -> Result<()> {
    for rule in RULES {
        let declaration = rule.declaration();
        let page =
            page(*rule, caret).with_context(|| format!("the bad example of {} gives no finding", declaration.id))?;
        output.file(declaration.docs(), page);
    }
    for entry in fs::read_dir(root.join(FOLDER)).into_iter().flatten() {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let of_rule = RULES.iter().any(|rule| name == format!("{}.md", rule.declaration().id));
        if !of_rule && name != "README.md" && name.ends_with(".md") {
            output.surplus(format!("{FOLDER}/{name}"));
        }
    }
    Ok(())
}

/// The finding as the command line shows it. Line numbers would be those of a file that the page does not show.
fn caret(document: &Document, finding: &Finding<'_>) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO.with_name("information"),
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let message = finding.message();
    let span = finding.place.span();
    let window = window(document.text(), span);
    let within = (span.start - window.start) as usize..(span.end - window.start) as usize;
    let snippet = Snippet::source(document.slice(window))
        .path("api.json")
        .fold(false)
        .annotation(AnnotationKind::Primary.span(within));
    let group: Group<'_> = level
        .primary_title(message.what)
        .id(finding.declaration().id)
        .element(snippet)
        .element(Level::HELP.message(message.help));
    Renderer::plain().anonymized_snippet_line_numbers(true).anonymized_origin_line_numbers(true).render(&[group])
}

/// Some whole lines around a span.
fn window(text: &str, span: Span) -> Span {
    let lines = LineIndex::new(text);
    let first = lines.line(span.start).saturating_sub(LINES_AROUND);
    let last = (lines.line(span.end) + LINES_AROUND).min(lines.lines() - 1);
    Span::new(lines.line_span(first).start, lines.line_span(last).end)
}
