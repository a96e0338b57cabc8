//! The JSON of `check`, `verify` and `migrate`. It is a contract: see PRODUCT, and raise [`SCHEMA`] on a change that
//! breaks readers.

use serde::Serialize;
use v4ward_migration::fixes::Applicability;
use v4ward_migration::{ApimState, Definition, DocumentFormat, Finding, Severity, Verdict};
use v4ward_syntax::{PositionEncoding, Span};

use super::Source;

/// The version of this JSON.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
pub(crate) struct FileReport<'a> {
    pub(crate) path: &'a str,
    pub(crate) format: DocumentFormat,
    pub(crate) definition: Definition,
    /// Which document of the file, counted from 0.
    pub(crate) document: usize,
    pub(crate) name: Option<&'a str>,
    pub(crate) verdict: Option<Verdict>,
    #[serde(rename = "verdictAfterSafeFixes")]
    pub(crate) verdict_after_safe_fixes: Option<Verdict>,
    pub(crate) findings: Vec<FindingReport>,
}

#[derive(Serialize)]
pub(crate) struct FindingReport {
    pub(crate) rule: &'static str,
    pub(crate) severity: Severity,
    pub(crate) apim: Option<ApimState>,
    pub(crate) subject: Option<String>,
    pub(crate) pointer: Option<String>,
    pub(crate) range: Range,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) docs: Option<String>,
    pub(crate) fixes: Vec<FixReport>,
}

#[derive(Serialize)]
pub(crate) struct FixReport {
    pub(crate) title: String,
    pub(crate) applicability: Applicability,
}

/// Zero-based lines and UTF-16 characters.
#[derive(Serialize)]
pub(crate) struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    character: u32,
}

impl Range {
    /// Its first line, counted from 1.
    pub(crate) fn line(&self) -> u32 {
        self.start.line + 1
    }

    pub(crate) fn new(span: Span, source: &Source<'_>) -> Self {
        let position = |offset: u32| {
            let position = source.index.position(source.document.text(), offset, PositionEncoding::Utf16);
            Position { line: position.line, character: position.column }
        };
        Self { start: position(span.start), end: position(span.end) }
    }
}

impl FindingReport {
    pub(crate) fn new(finding: &Finding<'_>, source: &Source<'_>) -> Self {
        let (declaration, message) = (finding.declaration(), finding.message());
        let fixes = finding.fixes().into_iter();
        Self {
            rule: declaration.id,
            severity: finding.severity,
            apim: finding.apim,
            subject: finding.subject.as_deref().map(|subject| source.redacted(subject)),
            pointer: finding.pointer(),
            range: Range::new(finding.place.span(), source),
            message: source.redacted(&message.what),
            help: Some(source.redacted(&message.help)),
            docs: Some(declaration.docs()),
            fixes: fixes
                .map(|fix| FixReport { title: source.redacted(&fix.title), applicability: fix.applicability })
                .collect(),
        }
    }
}

/// A file of which nothing can be said.
#[derive(Serialize)]
pub(crate) struct ErrorReport {
    pub(crate) path: String,
    pub(crate) message: String,
}

/// Any of the structures above as text. They have no maps and no numbers that JSON does not know, so this cannot fail.
pub(crate) fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Writes the document around the files, so that they need not be kept until the end.
#[derive(Default)]
pub(crate) struct Stream {
    started: bool,
}

impl Stream {
    /// What comes before the first file.
    pub(crate) fn head() -> String {
        let name = env!("CARGO_PKG_NAME");
        let version = env!("CARGO_PKG_VERSION");
        format!(r#"{{"schema":{SCHEMA},"tool":{{"name":"{name}","version":"{version}"}},"files":["#)
    }

    /// What comes before each file.
    pub(crate) fn separator(&mut self) -> &'static str {
        if std::mem::replace(&mut self.started, true) { ",\n" } else { "\n" }
    }

    /// What comes after the last file.
    pub(crate) fn tail(errors: &[ErrorReport], summary: &impl Serialize) -> String {
        format!("\n],\"errors\":{},\"summary\":{}}}\n", text(&errors), text(summary))
    }
}
