//! Findings and fixes as text for snapshots.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use similar::TextDiff;
use v4ward_migration::fixes::{Applicability, Fix, Selection, converge};
use v4ward_migration::{Analysis, ApimState, Finding, Options, Severity, Verdict, analyse};
use v4ward_syntax::{Document, Format, LineIndex, Span};

use super::inputs::Input;

/// Lines shown before and after the one with the caret.
const LINES_AROUND: u32 = 2;

/// Everything that is said of a text: findings with carets, each fix as a diff, and what is left after safe fixes.
pub(crate) fn report(name: &str, input: &Input) -> String {
    let document = input.document();
    let analysis = analyse(&document, &input.options());
    let mut out = String::new();
    for finding in &analysis.findings {
        write_finding(&mut out, name, &document, finding);
    }
    write_outcome(&mut out, &document, &analysis, &input.options());
    out
}

fn write_finding(out: &mut String, name: &str, document: &Document, finding: &Finding<'_>) {
    let apim = match finding.apim {
        None => "nothing",
        Some(ApimState::CanBeForced) => "can be forced",
        Some(ApimState::Impossible) => "impossible",
    };
    let pointer = finding.pointer().map_or_else(|| "none".to_owned(), |pointer| format!("\"{pointer}\""));
    let _ = writeln!(out, "{}", caret(name, document, finding));
    let _ = writeln!(out, "  apim says: {apim}");
    let _ = writeln!(out, "  subject:   {}", finding.subject.as_deref().unwrap_or("none"));
    let _ = writeln!(out, "  pointer:   {pointer}");
    if finding.refused {
        let who = if document.format() == Format::Yaml {
            "the resource is refused"
        } else {
            "the server refuses to import the file"
        };
        let _ = writeln!(out, "  {who}");
    }
    for fix in finding.rule.fixes(finding) {
        write_fix(out, document, &fix);
    }
    out.push('\n');
}

/// The finding as the command line shows it.
fn caret(name: &str, document: &Document, finding: &Finding<'_>) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO.with_name("information"),
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let message = finding.message();
    let (window, first_line) = window(document.text(), finding.place.span());
    let span = finding.place.span();
    let within = (span.start - window.start) as usize..(span.end - window.start) as usize;
    let snippet = Snippet::source(document.slice(window))
        .path(name)
        .line_start(first_line)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(within));
    let group: Group<'_> = level
        .primary_title(message.what)
        .id(finding.declaration().id)
        .element(snippet)
        .element(Level::HELP.message(message.help));
    Renderer::plain().render(&[group])
}

/// Some whole lines around a span, and the number of the first, counted from 1.
fn window(text: &str, span: Span) -> (Span, usize) {
    let lines = LineIndex::new(text);
    let first = lines.line(span.start).saturating_sub(LINES_AROUND);
    let last = (lines.line(span.end) + LINES_AROUND).min(lines.lines() - 1);
    (Span::new(lines.line_span(first).start, lines.line_span(last).end), first as usize + 1)
}

fn write_fix(out: &mut String, document: &Document, fix: &Fix) {
    let applicability = match fix.applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
    };
    let _ = writeln!(out, "\n  fix ({applicability}): {}", fix.title);
    if fix.changes().is_none() {
        let _ = writeln!(out, "    changes v4ward.toml: {:?}", fix.action);
        return;
    }
    match fix.apply(document) {
        Ok(applied) => write_indented(out, &diff(document.text(), applied.document.text())),
        Err(error) => {
            let _ = writeln!(out, "    does not apply: {error}");
        }
    }
}

fn diff(before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after).unified_diff().context_radius(1).to_string()
}

fn write_indented(out: &mut String, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "{}", format!("    {line}").trim_end());
    }
}

fn write_outcome(out: &mut String, document: &Document, analysis: &Analysis<'_>, options: &Options) {
    let _ = writeln!(out, "verdict: {}", worded(analysis.verdict));
    let Some(fixed) = converge(document, analysis, options, &Selection::default()) else {
        let _ = writeln!(out, "safe fixes: none");
        return;
    };
    let after = analyse(&fixed.document, options);
    let _ = writeln!(out, "safe fixes: {}", fixed.applied.len());
    let _ = writeln!(out, "verdict after them: {}", worded(after.verdict));
    let _ = writeln!(out, "findings left: {}", after.findings.len());
    for finding in &after.findings {
        let _ = writeln!(out, "  {} at {}", finding.declaration().id, finding.pointer().unwrap_or_default());
    }
}

fn worded(verdict: Option<Verdict>) -> String {
    verdict.map_or_else(|| "none".to_owned(), |verdict| verdict.to_string())
}
