//! One version of a text and all that is known of it.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use tower_lsp::ls_types::{self as lsp, Position, Uri};
use v4ward_migration::fixes::{Applicability, Fix, Selection, converge};
use v4ward_migration::migrate::{FixLevel, Migration, Output, Request, migrate, trace};
use v4ward_migration::record::Record;
use v4ward_migration::redact::Redactor;
use v4ward_migration::rules::Group;
use v4ward_migration::{
    ApimState, Definition, DocumentFormat, Finding, Judged, Options, Severity, Verdict, analyse, holds_v4, recognise,
};
use v4ward_syntax::{Document, Format, LineIndex, NodeId, PositionEncoding, Span};

use super::Pending;
use super::text::Text;
use super::v4;
use crate::files::format::{RESOURCE, begins_like_json, parse_as};
use crate::generated::{self, Since};
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
/// So much is looked at to see how a text begins.
const BEGIN: usize = 256;

/// A text, its tree and what was found in it. What is rarely asked for is worked out when it is.
pub(in crate::lsp) struct Snapshot {
    /// No other snapshot of this process has it, but for one that found the same in the same text.
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
    /// The definitions of the text, in their order.
    pub(in crate::lsp) definitions: Vec<Defined>,
    /// By definition; those in V4 definitions come last.
    pub(in crate::lsp) findings: Vec<Found>,
    /// Where the findings in V4 definitions begin.
    first_of_v4: usize,
    /// The length of a text that was too long to be looked at, in bytes.
    pub(in crate::lsp) too_long: Option<usize>,
    /// How a V4 text of the editor stands to the V2 file beside it.
    pub(in crate::lsp) since: Option<SinceSource>,
    lines: LineIndex,
    encoding: PositionEncoding,
    fixes: OnceLock<Vec<Vec<Fix>>>,
    migrated: OnceLock<Migrated>,
    traced: OnceLock<Option<Traced>>,
}

/// One of the definitions of a text.
pub(in crate::lsp) struct Defined {
    /// Which document of the text it is, counted from 0.
    pub(in crate::lsp) document: usize,
    pub(in crate::lsp) root: NodeId,
    pub(in crate::lsp) name: Option<String>,
    pub(in crate::lsp) definition: Definition,
    pub(in crate::lsp) format: DocumentFormat,
    pub(in crate::lsp) verdict: Option<Verdict>,
    /// How many findings are errors by the rules about V2: beside a good verdict, what V4 would refuse.
    pub(in crate::lsp) refusals: usize,
    /// Its findings among all of the text.
    pub(in crate::lsp) findings: Range<usize>,
}

/// A finding, worded.
pub(in crate::lsp) struct Found {
    pub(in crate::lsp) rule: &'static str,
    /// There is a page about it.
    pub(in crate::lsp) explained: bool,
    pub(in crate::lsp) severity: Severity,
    /// It is in a V4 definition.
    pub(in crate::lsp) of_v4: bool,
    /// V4 refuses it, whatever severity the settings give it; only said of findings in V4 definitions.
    pub(in crate::lsp) refused: bool,
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

/// The V2 file beside a V4 text.
pub(in crate::lsp) struct SinceSource {
    /// The name of the file.
    pub(in crate::lsp) name: String,
    /// So many places differ from what it becomes.
    pub(in crate::lsp) differences: usize,
}

impl SinceSource {
    fn new(since: &Since<'_>) -> Self {
        let name = since.source.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, differences: since.differences.len() }
    }
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
        let Pending { uri, version, path, text, format } = pending;
        let bytes = text.len();
        if !may_be_ours(format, &text) {
            return Self::nothing(uri, path, Some(version), source);
        }
        if bytes > source.limit {
            // Only whether to tell of it is found out.
            let head = parse_as(format, text.head(HEAD));
            let (definition, format) = recognise(&head);
            let ours = definition != Definition::Unknown;
            let too_long = ours.then_some(bytes);
            return Self { definition, format, too_long, ..Self::nothing(uri, path, Some(version), source) };
        }
        let document = parse_as(format, text.contiguous());
        Self::new(uri, path, Some(version), document, source)
    }

    /// Looks at the text of a file.
    pub(in crate::lsp) fn of_file(uri: Uri, path: PathBuf, document: Document, source: Source) -> Self {
        Self::new(uri, Some(path), None, document, source)
    }

    fn new(uri: Uri, path: Option<PathBuf>, version: Option<i32>, document: Document, source: Source) -> Self {
        let mut snapshot = Self { document, ..Self::nothing(uri, path, version, source) };
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
            definitions: Vec::new(),
            findings: Vec::new(),
            first_of_v4: 0,
            too_long: None,
            since: None,
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
                self.definitions =
                    analysis.definitions.iter().map(|judged| Defined::of_v2(judged, &redactor)).collect();
                self.first_of_v4 = self.findings.len();
                if holds_v4(&self.document) {
                    // What cannot be read is told with the V2 definitions already. No migration writes a text of both,
                    // so there is none to compare it with.
                    let beside = v4::look(&self.document, &self.options, &[], Vec::new(), &redactor);
                    self.add(beside);
                    self.definitions.sort_by_key(|defined| defined.document);
                }
            }
            Definition::V4 => {
                // The files of a folder are kept by their own time, not by that of the V2 file beside them.
                let path = self.path.as_deref().filter(|_| self.version.is_some());
                let since = path.and_then(|path| generated::since(path, &self.document, &self.options));
                self.since = since.as_ref().map(SinceSource::new);
                let changes = since.iter().flat_map(|since| &since.differences);
                let changes = v4::changes(changes);
                let found = v4::look(&self.document, &self.options, self.document.errors(), changes, &redactor);
                self.add(found);
            }
        }
        let first = self.definitions.iter().find(|defined| defined.definition == self.definition);
        self.name = first.and_then(|defined| defined.name.clone());
        self.lines = LineIndex::new(self.document.text());
    }

    /// Puts V4 definitions and what was found in them behind what is known.
    fn add(&mut self, (mut definitions, mut findings): (Vec<Defined>, Vec<Found>)) {
        let first = self.findings.len();
        for defined in &mut definitions {
            defined.findings = first + defined.findings.start..first + defined.findings.end;
        }
        self.definitions.append(&mut definitions);
        self.findings.append(&mut findings);
    }

    /// True when another look at the same text found the same.
    pub(in crate::lsp) fn says_the_same_as(&self, other: &Self) -> bool {
        let finding = |it: &Found| (it.rule, it.span, it.severity, it.message.clone());
        let found = |it: &Self| it.findings.iter().map(finding).collect::<Vec<_>>();
        self.version == other.version && self.document.text() == other.document.text() && found(self) == found(other)
    }

    /// How many findings are errors by their rules, whatever the settings make of them.
    pub(in crate::lsp) fn refusals(&self) -> usize {
        self.definitions.iter().map(|defined| defined.refusals).sum()
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

    /// True for a V4 file that can be looked at.
    pub(in crate::lsp) fn is_v4(&self) -> bool {
        self.definition == Definition::V4 && self.too_long.is_none()
    }

    pub(in crate::lsp) fn ranges(&self) -> Ranges<'_> {
        Ranges { text: self.document.text(), lines: &self.lines, encoding: self.encoding }
    }

    pub(in crate::lsp) fn range(&self, span: Span) -> lsp::Range {
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
            let redactor = Redactor::new(&self.document);
            let worded = |mut fixes: Vec<Fix>| {
                fixes.iter_mut().for_each(|fix| fix.title = redactor.message(&fix.title));
                fixes
            };
            let (others, of_v4) = self.findings.split_at_checked(self.first_of_v4).unwrap_or_default();
            let mut fixes: Vec<Vec<Fix>> = if self.is_v2() {
                let analysis = analyse(&self.document, &self.options);
                analysis.findings.iter().map(|finding| worded(finding.rule.fixes(finding))).collect()
            } else {
                others.iter().map(|_| Vec::new()).collect()
            };
            fixes.extend(v4::fixes(&self.document, &self.options, of_v4).into_iter().map(worded));
            fixes
        })
    }

    /// How many findings have a safe fix; in a text with V2 definitions those in them, which are made together.
    pub(in crate::lsp) fn safe_fixes(&self) -> usize {
        self.safe_fixes_in(0..if self.is_v2() { self.first_of_v4 } else { self.findings.len() })
    }

    /// How many of some findings have a safe fix.
    pub(in crate::lsp) fn safe_fixes_in(&self, findings: Range<usize>) -> usize {
        let safe = |fix: &Fix| fix.applicability == Applicability::Safe && fix.changes().is_some() && self.fits(fix);
        let fixes = self.fixes().get(findings).unwrap_or_default();
        fixes.iter().filter(|fixes| fixes.iter().any(safe)).count()
    }

    /// False for a fix that aliases or a template stand in the way of.
    fn fits(&self, fix: &Fix) -> bool {
        let nothing_in_the_way = self.document.anchors().is_empty() && self.document.templates().is_empty();
        nothing_in_the_way || fix.fits(&self.document).is_ok()
    }

    pub(in crate::lsp) fn counts(&self) -> Counts {
        Counts::of(&self.findings)
    }

    /// What was found in one of the definitions.
    pub(in crate::lsp) fn findings_of(&self, defined: &Defined) -> &[Found] {
        self.findings.get(defined.findings.clone()).unwrap_or_default()
    }

    /// Which document of the text a node belongs to, counted from 0.
    pub(in crate::lsp) fn document_of(&self, node: NodeId) -> usize {
        crate::transfer::document_of(&self.document, node)
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

impl Counts {
    pub(in crate::lsp) fn of(findings: &[Found]) -> Self {
        let mut counts = Self::default();
        for found in findings {
            *match found.severity {
                Severity::Error => &mut counts.error,
                Severity::Warning => &mut counts.warning,
                Severity::Information => &mut counts.information,
                Severity::Hint => &mut counts.hint,
            } += 1;
        }
        counts
    }
}

impl Defined {
    fn of_v2(judged: &Judged<'_>, redactor: &Redactor<'_>) -> Self {
        Self {
            document: judged.document,
            root: judged.root().id(),
            name: judged.name().map(|name| redactor.message(name)),
            definition: judged.definition,
            format: judged.format,
            verdict: Some(judged.verdict),
            refusals: judged.refusals,
            findings: judged.findings.clone(),
        }
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
            of_v4: false,
            refused: false,
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

/// True when a text is worth reading.
fn may_be_ours(format: Option<Format>, text: &Text) -> bool {
    match format {
        None => false,
        Some(Format::Json) => true,
        // Most YAML is not ours, and a resource of ours names its group. JSON can stand in a file of that name too.
        Some(Format::Yaml) => begins_like_json(&text.head(BEGIN)) || text.contains(RESOURCE),
    }
}
