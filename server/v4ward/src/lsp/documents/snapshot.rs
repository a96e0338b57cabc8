//! One version of a text and all that is known of it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use tower_lsp::ls_types::{Position, Range, Uri};
use v4ward_migration::fixes::{Applicability, Fix, Selection, converge};
use v4ward_migration::migrate::{FixLevel, Migration, Output, Request, migrate, trace};
use v4ward_migration::record::Record;
use v4ward_migration::redact::Redactor;
use v4ward_migration::rules::Group;
use v4ward_migration::v4::{VerifyProblem, verify};
use v4ward_migration::{
    ApimState, Definition, DocumentFormat, Finding, Options, Severity, Verdict, analyse, recognise,
};
use v4ward_syntax::{Document, LineIndex, NodeId, PositionEncoding, Span};

use super::Pending;
use crate::lsp::convert::Ranges;

/// What decides how a text is looked at.
pub(in crate::lsp) struct Source {
    pub(in crate::lsp) options: Arc<Options>,
    pub(in crate::lsp) encoding: PositionEncoding,
    /// Longer texts are not analysed; in bytes.
    pub(in crate::lsp) limit: usize,
}

/// So much of a text that is too long is read, to tell whether it is a definition.
const HEAD: usize = 256 * 1024;

/// A text, its tree and what was found in it. What is rarely asked for is worked out when it is.
pub(in crate::lsp) struct Snapshot {
    /// No other snapshot of this process has it.
    pub(in crate::lsp) id: u64,
    /// As the client writes it.
    pub(in crate::lsp) uri: Uri,
    pub(in crate::lsp) path: Option<PathBuf>,
    /// That of the editor's text; none for a file.
    pub(in crate::lsp) version: Option<i32>,
    pub(in crate::lsp) document: Document,
    pub(in crate::lsp) options: Arc<Options>,
    pub(in crate::lsp) definition: Definition,
    pub(in crate::lsp) format: DocumentFormat,
    pub(in crate::lsp) verdict: Option<Verdict>,
    pub(in crate::lsp) name: Option<String>,
    pub(in crate::lsp) findings: Vec<Found>,
    /// The length of a text that was too long to be looked at, in bytes.
    pub(in crate::lsp) too_long: Option<usize>,
    lines: LineIndex,
    encoding: PositionEncoding,
    fixes: OnceLock<Vec<Vec<Fix>>>,
    migrated: OnceLock<Migrated>,
    traced: OnceLock<Option<Traced>>,
}

/// A finding, worded.
pub(in crate::lsp) struct Found {
    pub(in crate::lsp) rule: &'static str,
    /// There is a page about it.
    pub(in crate::lsp) explained: bool,
    pub(in crate::lsp) severity: Severity,
    pub(in crate::lsp) apim: Option<ApimState>,
    pub(in crate::lsp) subject: Option<String>,
    pub(in crate::lsp) span: Span,
    pub(in crate::lsp) node: Option<NodeId>,
    pub(in crate::lsp) blocks: bool,
    /// What it is about does nothing in V4.
    pub(in crate::lsp) idle: bool,
    pub(in crate::lsp) message: String,
    pub(in crate::lsp) help: String,
    pub(in crate::lsp) related: Vec<(Span, &'static str)>,
}

/// What migrating with safe fixes gives, whether or not a person has to look at it first.
pub(in crate::lsp) struct Migrated {
    pub(in crate::lsp) migration: Migration,
    /// The V4 text with its tree.
    pub(in crate::lsp) document: Option<Document>,
}

/// Where values go.
pub(in crate::lsp) struct Traced {
    pub(in crate::lsp) record: Record,
    /// The V4 text as it would be, with its tree.
    pub(in crate::lsp) document: Document,
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub(in crate::lsp) struct Counts {
    pub(in crate::lsp) error: usize,
    pub(in crate::lsp) warning: usize,
    pub(in crate::lsp) information: usize,
    pub(in crate::lsp) hint: usize,
}

impl Snapshot {
    /// Looks at a text of the editor.
    pub(in crate::lsp) fn of_editor(pending: Pending, source: Source) -> Self {
        let Pending { uri, version, path, text, is_json } = pending;
        let bytes = text.len();
        if !is_json {
            return Self::nothing(uri, path, Some(version), source);
        }
        if bytes > source.limit {
            // Only whether to tell of it is found out.
            let head = Document::parse_json(text.head(HEAD));
            let (definition, format) = recognise(&head);
            let ours = definition != Definition::Unknown;
            let too_long = ours.then_some(bytes);
            return Self { definition, format, too_long, ..Self::nothing(uri, path, Some(version), source) };
        }
        Self::new(uri, path, Some(version), text.contiguous(), source)
    }

    /// Looks at the text of a file.
    pub(in crate::lsp) fn of_file(uri: Uri, path: PathBuf, text: String, source: Source) -> Self {
        Self::new(uri, Some(path), None, text, source)
    }

    fn new(uri: Uri, path: Option<PathBuf>, version: Option<i32>, text: String, source: Source) -> Self {
        let mut snapshot = Self { document: Document::parse_json(text), ..Self::nothing(uri, path, version, source) };
        snapshot.look();
        snapshot
    }

    /// Of a text that nothing is said about.
    pub(in crate::lsp) fn nothing(uri: Uri, path: Option<PathBuf>, version: Option<i32>, source: Source) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            uri,
            path,
            version,
            document: Document::parse_json(""),
            options: source.options,
            definition: Definition::Unknown,
            format: DocumentFormat::Other,
            verdict: None,
            name: None,
            findings: Vec::new(),
            too_long: None,
            lines: LineIndex::new(""),
            encoding: source.encoding,
            fixes: OnceLock::new(),
            migrated: OnceLock::new(),
            traced: OnceLock::new(),
        }
    }

    fn look(&mut self) {
        (self.definition, self.format) = recognise(&self.document);
        let redactor = Redactor::new(&self.document);
        match self.definition {
            Definition::Unknown => return,
            Definition::V1 | Definition::V2 => {
                let analysis = analyse(&self.document, &self.options);
                self.verdict = analysis.verdict;
                self.findings = analysis.findings.iter().map(|finding| Found::new(finding, &redactor)).collect();
            }
            Definition::V4 => self.findings = problems_of_v4(&self.document, &redactor),
        }
        self.name = crate::cli::name_of(&self.document).map(|name| redactor.message(&name));
        self.lines = LineIndex::new(self.document.text());
    }

    /// True for a definition of any generation.
    pub(in crate::lsp) fn is_ours(&self) -> bool {
        self.definition != Definition::Unknown
    }

    /// Where the V4 file of a V2 file goes.
    pub(in crate::lsp) fn v4_path(&self) -> Option<PathBuf> {
        let path = self.path.as_deref().filter(|_| self.is_v2())?;
        Some(crate::generated::path_of(path, self.options.target_for(self.format)))
    }

    /// True for a V2 file that can be looked at.
    pub(in crate::lsp) fn is_v2(&self) -> bool {
        self.definition == Definition::V2 && self.too_long.is_none()
    }

    pub(in crate::lsp) fn ranges(&self) -> Ranges<'_> {
        Ranges { text: self.document.text(), lines: &self.lines, encoding: self.encoding }
    }

    pub(in crate::lsp) fn range(&self, span: Span) -> Range {
        self.ranges().range(span)
    }

    pub(in crate::lsp) fn offset(&self, position: Position) -> u32 {
        self.ranges().offset(position)
    }

    /// The JSON pointer of a finding.
    pub(in crate::lsp) fn pointer(&self, found: &Found) -> Option<String> {
        found.node.and_then(|node| self.document.nth(node.index())).map(|node| node.pointer())
    }

    /// The fixes of each finding, in the order of the findings.
    pub(in crate::lsp) fn fixes(&self) -> &[Vec<Fix>] {
        self.fixes.get_or_init(|| {
            if !self.is_v2() {
                return self.findings.iter().map(|_| Vec::new()).collect();
            }
            let redactor = Redactor::new(&self.document);
            let analysis = analyse(&self.document, &self.options);
            let fixes = |finding: &Finding<'_>| {
                let mut fixes = finding.rule.fixes(finding);
                fixes.iter_mut().for_each(|fix| fix.title = redactor.message(&fix.title));
                fixes
            };
            analysis.findings.iter().map(fixes).collect()
        })
    }

    /// How many findings have a safe fix.
    pub(in crate::lsp) fn safe_fixes(&self) -> usize {
        let safe = |fix: &Fix| fix.applicability == Applicability::Safe && fix.changes().is_some();
        self.fixes().iter().filter(|fixes| fixes.iter().any(safe)).count()
    }

    pub(in crate::lsp) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for found in &self.findings {
            *match found.severity {
                Severity::Error => &mut counts.error,
                Severity::Warning => &mut counts.warning,
                Severity::Information => &mut counts.information,
                Severity::Hint => &mut counts.hint,
            } += 1;
        }
        counts
    }

    /// The verdict that the safe fixes would leave.
    pub(in crate::lsp) fn verdict_after_fixes(&self) -> Option<Verdict> {
        if self.safe_fixes() == 0 || self.verdict == Some(Verdict::FullyMigratable) {
            return self.verdict;
        }
        let analysis = analyse(&self.document, &self.options);
        let fixed = converge(&self.document, &analysis, &self.options, &Selection::default());
        fixed.map_or(self.verdict, |fixed| analyse(&fixed.document, &self.options).verdict)
    }

    /// What migrating with safe fixes gives, forced if need be.
    pub(in crate::lsp) fn migrated(&self) -> &Migrated {
        self.migrated.get_or_init(|| {
            let migration = migrate(&self.document, &self.options, &Request { fixes: FixLevel::Safe, force: true });
            let output = migration.result.as_ref().ok();
            let document = output.map(|output| Document::parse(output.text.as_str(), output.target.format()));
            Migrated { migration, document }
        })
    }

    /// Where values go, even while something blocks the migration.
    pub(in crate::lsp) fn traced(&self) -> Option<&Traced> {
        let traced = self.traced.get_or_init(|| {
            let Output { text, record, target, .. } = trace(&self.document, &self.options)?;
            Some(Traced { record, document: Document::parse(text, target.format()) })
        });
        traced.as_ref()
    }
}

impl Found {
    fn new(finding: &Finding<'_>, redactor: &Redactor<'_>) -> Self {
        let (declaration, message) = (finding.declaration(), finding.message());
        let related = finding.rule.related(finding);
        Self {
            rule: declaration.id,
            explained: true,
            severity: finding.severity,
            apim: finding.apim,
            subject: finding.subject.as_deref().map(|subject| redactor.message(subject)),
            span: finding.place.span(),
            node: finding.place.node().map(|node| node.id()),
            blocks: finding.blocks(),
            idle: declaration.group == Group::Loss && finding.severity == Severity::Hint,
            message: redactor.message(&message.what),
            help: redactor.message(&message.help),
            related: related.into_iter().map(|(node, what)| (node.key_span().unwrap_or(node.span()), what)).collect(),
        }
    }
}

/// What V4 would refuse in a V4 file. What could not be read comes first: the rest may follow from it.
fn problems_of_v4(document: &Document, redactor: &Redactor<'_>) -> Vec<Found> {
    let found = |rule, severity, span, node, message: &str, help: Option<&str>| Found {
        rule,
        explained: false,
        severity,
        apim: None,
        subject: None,
        span,
        node,
        blocks: false,
        idle: false,
        message: redactor.message(message),
        help: help.unwrap_or_default().to_owned(),
        related: Vec::new(),
    };
    let syntax = document
        .errors()
        .iter()
        .map(|error| found("syntax-error", Severity::Error, error.span, None, &error.kind.to_string(), None));
    let schema = verify(document).into_iter().map(|problem| {
        let VerifyProblem { rule, severity, node, message, help } = problem;
        found(rule, severity, node.span(), node.node().map(|node| node.id()), &message, help)
    });
    syntax.chain(schema).collect()
}
