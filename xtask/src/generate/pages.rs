//! The page of each rule in `docs/rules`.

use std::fs;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anyhow::{Context, Result};
use v4ward_migration::rules::{Message, RULES, page};
use v4ward_migration::{Finding, Severity, v4};
use v4ward_syntax::{Document, Format, LineIndex, Span};

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
    for rule in v4::rule::RULES {
        let declaration = rule.declaration();
        let page = v4::rule::page(*rule, |document, finding| {
            let message = finding.message();
            shown(document, finding.place.span(), finding.severity, declaration.id, &message)
        });
        let page = page.with_context(|| format!("the bad example of {} gives no finding", declaration.id))?;
        output.file(declaration.docs(), page);
    }
    for entry in fs::read_dir(root.join(FOLDER)).into_iter().flatten() {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let ids = RULES.iter().map(|rule| rule.declaration().id);
        let of_v4 = v4::rule::RULES.iter().map(|rule| rule.declaration().id);
        let of_rule = ids.chain(of_v4).any(|id| name == format!("{id}.md"));
        if !of_rule && name != "README.md" && name.ends_with(".md") {
            output.surplus(format!("{FOLDER}/{name}"));
        }
    }
    Ok(())
}

fn caret(document: &Document, finding: &Finding<'_>) -> String {
    shown(document, finding.place.span(), finding.severity, finding.declaration().id, &finding.message())
}

/// A finding as the command line shows it. Line numbers would be those of a file that the page does not show.
fn shown(document: &Document, span: Span, severity: Severity, id: &str, message: &Message) -> String {
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO.with_name("information"),
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let window = window(document.text(), span);
    let within = (span.start - window.start) as usize..(span.end - window.start) as usize;
    let path = match document.format() {
        Format::Json => "api.json",
        Format::Yaml => "api.yaml",
    };
    let snippet =
        Snippet::source(document.slice(window)).path(path).fold(false).annotation(AnnotationKind::Primary.span(within));
    let mut group: Group<'_> = level.primary_title(message.what.as_str()).id(id).element(snippet);
    if !message.help.is_empty() {
        group = group.element(Level::HELP.message(message.help.as_str()));
    }
    Renderer::plain().anonymized_snippet_line_numbers(true).anonymized_origin_line_numbers(true).render(&[group])
}

/// Some whole lines around a span.
fn window(text: &str, span: Span) -> Span {
    let lines = LineIndex::new(text);
    let first = lines.line(span.start).saturating_sub(LINES_AROUND);
    let last = (lines.line(span.end) + LINES_AROUND).min(lines.lines() - 1);
    Span::new(lines.line_span(first).start, lines.line_span(last).end)
}
