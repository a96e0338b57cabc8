//! The page of each rule in `docs/rules`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anyhow::{Context, Result};
use v4ward_migration::fixes::{Applicability, Fix};
use v4ward_migration::rules::{Declaration, Example, RULES, Rule};
use v4ward_migration::{ApimState, Finding, Options, Severity, analyse};
use v4ward_syntax::{Document, LineIndex, Span};

use super::output::Output;

const FOLDER: &str = "docs/rules";

/// Lines shown before and after the one with the caret.
const LINES_AROUND: u32 = 2;

pub(super) fn generate(root: &Path, output: &mut Output) -> Result<()> {
    for rule in RULES {
        let declaration = rule.declaration();
        let page = page(*rule).with_context(|| format!("the page of {}", declaration.id))?;
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

fn page(rule: &dyn Rule) -> Result<String> {
    let declaration = rule.declaration();
    let text = declaration.bad.text();
    let document = Document::parse_json(text.as_str());
    let analysis = analyse(&document, &Options::default());
    let finding = analysis.findings.iter().find(|finding| finding.declaration().id == declaration.id);
    let finding = finding.context("the bad example does not give the finding")?;

    let mut page = format!("# {}\n\n{}\n\n", declaration.id, declaration.summary);
    push_facts(&mut page, declaration);
    let _ = write!(page, "{}\n\n", declaration.explanation.trim());
    page.push_str("## Example\n\n");
    push_example(&mut page, "This gives the finding", &declaration.bad);
    let _ = write!(page, "v4ward says:\n\n```text\n{}\n```\n\n", caret(&document, finding));
    push_example(&mut page, "This does not", &declaration.good);
    push_fixes(&mut page, declaration, &rule.fixes(finding));
    let _ = writeln!(page, "## Source\n\n{}", declaration.source);
    Ok(page)
}

fn push_facts(page: &mut String, declaration: &Declaration) {
    let _ = write!(
        page,
        "* Group: {}\n* Severity: {}\n* APIM's dry run says: {}\n\n",
        declaration.group.name(),
        declaration.severity,
        apim(declaration),
    );
}

/// The state of APIM's dry run, in words.
fn apim(declaration: &Declaration) -> &'static str {
    match (declaration.apim, declaration.decides_verdict) {
        (None, _) => "nothing",
        (Some(ApimState::CanBeForced), _) => "can be forced",
        (Some(ApimState::Impossible), true) => "impossible",
        (Some(ApimState::Impossible), false) => "impossible, which v4ward's verdict does not follow",
    }
}

fn push_example(page: &mut String, title: &str, example: &Example) {
    let of = match example {
        Example::Members(_) => " (other members are left out)",
        Example::File(_) => "",
    };
    let _ = write!(page, "{title}{of}:\n\n```json\n{}\n```\n\n", example.shown().trim_end());
}

fn push_fixes(page: &mut String, declaration: &Declaration, fixes: &[Fix]) {
    page.push_str("## Fixes\n\n");
    if fixes.is_empty() {
        page.push_str("None: this needs a person.\n\n");
        return;
    }
    for fix in fixes {
        let _ = writeln!(page, "* {} ({})", fix.title, safety(fix));
    }
    let _ = write!(page, "\n{}\n\n", declaration.fix_safety.trim());
}

fn safety(fix: &Fix) -> &'static str {
    match (fix.changes(), fix.applicability) {
        (None, _) => "changes v4ward.toml",
        (Some(_), Applicability::Safe) => "safe",
        (Some(_), Applicability::Unsafe) => "unsafe",
    }
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
