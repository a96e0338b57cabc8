//! `v4ward verify`

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::Serialize;
use v4ward_migration::fixes::Applicability;
use v4ward_migration::v4::compare::{Change, Difference};
use v4ward_migration::v4::rule::Finding;
use v4ward_migration::v4::verify;
use v4ward_migration::{Definition, DocumentFormat, Options, Severity, holds_v4, recognise_root};
use v4ward_syntax::{Node, Span, SyntaxError};

use super::accepted::{Accepted, Used, used};
use super::args::{FindingsFormat, VerifyArgs};
use super::common::{Workload, about, for_shell};
use super::console::{Console, count, printable};
use super::exit::Exit;
use super::render::json::{self, ErrorReport, FileReport, FindingReport, FixReport, Range};
use super::render::markdown::{Item, Page, Section, capitalised, code};
use super::render::sarif::{Found, Places, Results, Speaker};
use super::render::stream::Stream;
use super::render::text::{Notice, headline, show};
use super::render::{Source, name_of, name_of_root};
use super::tally::Severities;
use super::{batch, shown};
use crate::config::is_rule_of_v4;
use crate::files::{self, Input, Loaded};
use crate::generated::{self, Since};
use crate::words::not_for_migration;

/// The name of a problem of the text.
const SYNTAX: &str = "syntax-error";

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tally {
    /// Files with a V4 definition.
    definitions: usize,
    valid: usize,
    problems: usize,
    warnings: usize,
    /// Findings that the settings make information or hints.
    notes: usize,
    unreadable: usize,
    /// Files that were named and are none.
    #[serde(skip)]
    others: usize,
    /// What `v4ward.toml` accepts.
    #[serde(flatten)]
    accepted: Accepted,
}

struct Verified {
    /// False for a file that was named and is no V4 definition.
    is_v4: bool,
    found: Severities,
    suppressed: usize,
    /// The entries that suppress something, by the folder of their settings file.
    used: Vec<(PathBuf, usize)>,
    output: String,
    /// The same for a page.
    section: Option<Section>,
    complaint: Option<String>,
}

/// Something wrong with a V4 file.
struct Problem<'d> {
    rule: &'static str,
    severity: Severity,
    /// V4 refuses it, whatever severity the settings give it.
    refused: bool,
    span: Span,
    node: Option<Node<'d>>,
    message: String,
    help: String,
    docs: Option<String>,
    fixes: Vec<(String, Applicability)>,
    /// The reason for which `v4ward.toml` accepts it.
    accepted: Option<String>,
}

/// Everything that is wrong with a V4 file.
#[derive(Default)]
struct Problems<'d> {
    left: Vec<Problem<'d>>,
    accepted: Vec<Problem<'d>>,
    /// The entries of the settings file that accept something.
    used: Vec<usize>,
}

impl<'d> From<&Finding<'d>> for Problem<'d> {
    fn from(finding: &Finding<'d>) -> Self {
        let (declaration, message) = (finding.declaration(), finding.message());
        Self {
            rule: declaration.id,
            severity: finding.severity,
            refused: finding.refused,
            span: finding.place.span(),
            node: finding.place.node(),
            message: message.what,
            help: message.help,
            docs: Some(declaration.docs()),
            fixes: Vec::new(),
            accepted: None,
        }
    }
}

impl From<&SyntaxError> for Problem<'_> {
    fn from(error: &SyntaxError) -> Self {
        Self {
            rule: SYNTAX,
            severity: Severity::Error,
            refused: true,
            span: error.span,
            node: None,
            message: error.kind.to_string(),
            help: String::new(),
            docs: None,
            fixes: Vec::new(),
            accepted: None,
        }
    }
}

/// A V4 file beside its V2 file, in JSON.
#[derive(Serialize)]
struct SinceReport {
    source: String,
    transferred: bool,
    changes: Vec<ChangeReport>,
}

#[derive(Serialize)]
struct ChangeReport {
    document: usize,
    pointer: String,
    change: Change,
}

pub(super) fn run(args: &VerifyArgs, console: &mut Console) -> Exit {
    let workload = match Workload::find(&args.paths.paths, console) {
        Ok(workload) => workload,
        Err(exit) => return exit,
    };
    let form = Form { format: args.format, styled: console.styled, places: Places::of_here() };
    let (mut tally, mut exit, mut errors) = (Tally::default(), workload.exit, workload.errors());
    let mut stream = Stream::new(args.format, Speaker::Verify);
    tally.unreadable = errors.len();
    let mut entries = Used::new();
    console.print(&stream.head());
    let work = |input: &Input| match files::load(input) {
        Ok(Some(loaded)) if input.found() && !holds_v4(&loaded.document) => Ok(None),
        Ok(loaded) => {
            let options = workload.settings.of(&input.path);
            Ok(loaded.map(|loaded| verify_one(input, &loaded, options, &form)))
        }
        Err(error) => Err(error),
    };
    batch::run(&workload.walk.inputs, work, |input, result| {
        let failure = match result {
            Ok(Ok(None)) => return ControlFlow::Continue(()),
            Ok(Ok(Some(mut verified))) => {
                tally.add(&verified);
                entries.extend(std::mem::take(&mut verified.used));
                if !verified.is_v4 || verified.found.error > 0 {
                    exit = exit.max(Exit::Found);
                }
                console.print(stream.before(&verified.output));
                console.print(&verified.output);
                stream.keep(verified.section.take().into_iter().collect());
                if let Some(complaint) = verified.complaint {
                    console.complain("error", &complaint);
                    if matches!(args.format, FindingsFormat::Sarif | FindingsFormat::Markdown) {
                        errors
                            .push(ErrorReport { path: input.path.to_string_lossy().into_owned(), message: complaint });
                    }
                }
                return if console.is_closed() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
            }
            Ok(Err(error)) => (Exit::Io, "error", about(&input.path, error)),
            Err(panicked) => (Exit::Internal, "internal error", panicked.about(&shown(&input.path))),
        };
        tally.unreadable += 1;
        exit = exit.max(failure.0);
        console.complain(failure.1, &failure.2);
        errors.push(ErrorReport { path: input.path.to_string_lossy().into_owned(), message: failure.2 });
        ControlFlow::Continue(())
    });
    tally.accepted.tell_stale(&workload, &entries, is_rule_of_v4, console);
    match args.format {
        FindingsFormat::Text if tally.definitions > 0 => {
            console.print(&(tally.summary() + &tally.accepted.line()));
        }
        FindingsFormat::Text => {}
        FindingsFormat::Markdown => {
            let paths = for_shell(&args.paths.paths);
            console.print(&stream.page(&errors, |page| tally.page(page, &paths)));
        }
        FindingsFormat::Json | FindingsFormat::Sarif => console.print(&stream.tail(&errors, &tally)),
    }
    exit.max(workload.expect_some(tally.definitions + tally.unreadable + tally.others, "V4 definition", console))
}

/// In which form things are told.
struct Form {
    format: FindingsFormat,
    styled: bool,
    places: Places,
}

fn verify_one(input: &Input, loaded: &Loaded, options: &Options, form: &Form) -> Verified {
    let first = First::of(loaded);
    let is_v4 = first.definition == Definition::V4;
    let with_fixes = matches!(form.format, FindingsFormat::Text | FindingsFormat::Json);
    let problems =
        if is_v4 { problems(loaded, options, if with_fixes { FIXES } else { 0 }) } else { Problems::default() };
    let mut found = Severities::default();
    problems.left.iter().for_each(|problem| found.add(problem.severity));
    // No migration writes a file with V2 definitions in it.
    let is_pure = loaded.definition == Definition::V4;
    let since = is_pure.then(|| generated::since(&input.path, &loaded.document, options)).flatten();
    let mut verified = Verified {
        is_v4,
        found,
        suppressed: problems.accepted.len(),
        used: used(problems.used.iter().copied(), options),
        output: String::new(),
        section: None,
        complaint: None,
    };
    let name = first.name.as_deref();
    if !is_v4 {
        verified.complaint = Some(about(&input.path, not_for_migration(loaded.definition, &input.path)));
    }
    match form.format {
        FindingsFormat::Json => verified.output = as_json(&input.path, loaded, &first, problems.left, since.as_ref()),
        _ if !is_v4 => {}
        FindingsFormat::Text => verified.output = as_text(input, loaded, name, &problems, since.as_ref(), form.styled),
        FindingsFormat::Sarif => verified.output = as_sarif(&input.path, loaded, &problems, &form.places),
        FindingsFormat::Markdown => {
            verified.section = Some(as_section(&input.path, loaded, name, &problems, since.as_ref()));
        }
    }
    verified
}

/// What is said of a file as a whole is said of its first V4 definition; where it has none, of what it holds.
struct First<'d> {
    document: usize,
    definition: Definition,
    format: DocumentFormat,
    name: Option<Cow<'d, str>>,
}

impl<'d> First<'d> {
    fn of(loaded: &'d Loaded) -> Self {
        let v4 = loaded.document.roots().enumerate().find_map(|(index, root)| match recognise_root(root) {
            (definition @ Definition::V4, format) => Some((index, root, definition, format)),
            _ => None,
        });
        match v4 {
            Some((document, root, definition, format)) => {
                Self { document, definition, format, name: name_of_root(root) }
            }
            None => Self {
                document: 0,
                definition: loaded.definition,
                format: loaded.format,
                name: name_of(&loaded.document).filter(|_| loaded.definition != Definition::Unknown),
            },
        }
    }
}

/// Each fix is checked by making it; those of so many problems of a file are told, and the editor has the rest.
const FIXES: usize = 1000;

/// Problems of the text come first: what could not be read may look like something that is missing. The first so many
/// come with their fixes.
fn problems<'d>(loaded: &'d Loaded, options: &Options, with_fixes: usize) -> Problems<'d> {
    let verification = verify(&loaded.document, options);
    let mut left: Vec<Problem<'d>> = loaded.document.errors().iter().map(Problem::from).collect();
    left.extend(verification.findings.iter().enumerate().map(|(index, finding)| {
        let fixes = if index < with_fixes { finding.fixes() } else { Vec::new() };
        let fixes = fixes.into_iter().map(|fix| (fix.title, fix.applicability)).collect();
        Problem { fixes, ..Problem::from(finding) }
    }));
    let accepted = verification.suppressed.into_iter();
    let accepted = accepted.map(|it| Problem { accepted: Some(it.reason), ..Problem::from(&it.finding) }).collect();
    Problems { left, accepted, used: verification.used_suppressions.into_iter().collect() }
}

impl Problems<'_> {
    /// What is said of a file with errors; `None` of one without. Some errors are made by the settings alone.
    fn refused(&self) -> Option<&'static str> {
        let mut errors = self.left.iter().filter(|problem| problem.severity == Severity::Error).peekable();
        errors.peek()?;
        let by_v4 = errors.any(|problem| problem.refused);
        Some(if by_v4 { "V4 would refuse it" } else { "not as v4ward.toml wants it" })
    }

    /// What is said of a file without an error: what is accepted may be refused all the same.
    fn valid(&self) -> String {
        match self.accepted.iter().filter(|problem| problem.severity == Severity::Error).count() {
            0 => "valid".to_owned(),
            errors => format!("valid but for {}", count(errors, "suppressed problem", "suppressed problems")),
        }
    }
}

fn as_json(
    path: &Path,
    loaded: &Loaded,
    first: &First<'_>,
    problems: Vec<Problem<'_>>,
    since: Option<&Since<'_>>,
) -> String {
    let source = Source::new(&loaded.document);
    let finding = |problem: Problem<'_>| FindingReport {
        rule: problem.rule,
        severity: problem.severity,
        apim: None,
        subject: None,
        pointer: problem.node.map(Node::pointer),
        range: Range::new(problem.span, &source),
        message: source.redacted(&problem.message),
        help: Some(problem.help).filter(|help| !help.is_empty()).map(|help| source.redacted(&help)),
        docs: problem.docs,
        fixes: problem
            .fixes
            .into_iter()
            .map(|(title, applicability)| FixReport { title: source.redacted(&title), applicability })
            .collect(),
    };
    let report = FileReport {
        path: &path.to_string_lossy(),
        format: first.format,
        definition: first.definition,
        document: first.document,
        name: first.name.as_deref(),
        verdict: None,
        verdict_after_safe_fixes: None,
        findings: problems.into_iter().map(finding).collect(),
    };
    json::text(&VerifiedReport { report, since: since.map(SinceReport::new) })
}

fn as_sarif(path: &Path, loaded: &Loaded, problems: &Problems<'_>, places: &Places) -> String {
    let source = Source::new(&loaded.document);
    let mut results = Results::new(Speaker::Verify, places, path, &source);
    for problem in problems.left.iter().chain(&problems.accepted) {
        results.add(Found {
            rule: problem.rule,
            severity: problem.severity,
            apim: None,
            subject: None,
            node: problem.node,
            span: problem.span,
            message: &problem.message,
            help: Some(problem.help.as_str()).filter(|help| !help.is_empty()),
            related: Vec::new(),
            fix: None,
            accepted: problem.accepted.as_deref(),
        });
    }
    results.text()
}

fn as_section(
    path: &Path,
    loaded: &Loaded,
    name: Option<&str>,
    problems: &Problems<'_>,
    since: Option<&Since<'_>>,
) -> Section {
    let source = Source::new(&loaded.document);
    let item = |problem: &Problem<'_>| Item {
        severity: problem.severity,
        line: source.line_of(problem.span),
        rule: problem.rule,
        message: source.redacted(&problem.message),
        help: Some(source.redacted(&problem.help)).filter(|help| !help.is_empty()),
    };
    let refused = problems.refused();
    let verdict = refused.map_or_else(|| capitalised(&problems.valid()), capitalised);
    let words = match since.map(|since| since.differences.len()) {
        None => verdict,
        Some(0) => format!("{verdict}; everything transferred"),
        Some(n) => format!("{verdict}; {} from its V2 file", count(n, "place differs", "places differ")),
    };
    let name = name.map(|name| source.redacted(name));
    let cells = vec![words.clone()];
    Section::new(u8::from(refused.is_some()), path.to_string_lossy().into_owned(), name, cells, words)
        .with(problems.left.iter().map(item).collect())
}

/// A file, with what became of it since it was migrated.
#[derive(Serialize)]
struct VerifiedReport<'a> {
    #[serde(flatten)]
    report: FileReport<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<SinceReport>,
}

impl SinceReport {
    fn new(since: &Since<'_>) -> Self {
        let change = |difference: &Difference<'_>| ChangeReport {
            document: difference.document,
            pointer: difference.pointer.clone(),
            change: difference.change,
        };
        Self {
            source: since.source.to_string_lossy().into_owned(),
            transferred: since.differences.is_empty(),
            changes: since.differences.iter().map(change).collect(),
        }
    }
}

fn as_text(
    input: &Input,
    loaded: &Loaded,
    name: Option<&str>,
    problems: &Problems<'_>,
    since: Option<&Since<'_>>,
    styled: bool,
) -> String {
    let transferred = since.map(words_of);
    let left = &problems.left;
    if left.is_empty() {
        let valid =
            || headline(&input.path, name, &problems.valid(), styled) + &transferred.clone().unwrap_or_default();
        let differs = since.is_some_and(|since| !since.differences.is_empty());
        return if input.found() && !differs { String::new() } else { valid() };
    }
    let number = |wanted: fn(Severity) -> bool| left.iter().filter(|problem| wanted(problem.severity)).count();
    let errors = number(|severity| severity == Severity::Error);
    let warnings = number(|severity| severity == Severity::Warning);
    let line = if let Some(refused) = problems.refused() {
        format!("{refused} ({})", count(errors, "problem", "problems"))
    } else {
        let softer = [(warnings, "warning", "warnings"), (left.len() - warnings, "note", "notes")];
        let softer = softer.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(*n, one, many));
        format!("{}, with {}", problems.valid(), softer.collect::<Vec<_>>().join(" and "))
    };
    let mut out = headline(&input.path, name, &line, styled);
    let source = Source::new(&loaded.document);
    for problem in left {
        let help = Some(("help", problem.help.clone())).filter(|(_, help)| !help.is_empty());
        let fixes = problem.fixes.iter().map(|(title, applicability)| match applicability {
            Applicability::Safe => ("safe fix", title.clone()),
            Applicability::Unsafe => ("unsafe fix", title.clone()),
        });
        let notice = Notice {
            severity: problem.severity,
            id: problem.rule,
            span: problem.span,
            message: &problem.message,
            footers: help.into_iter().chain(fixes).collect(),
        };
        out += &show(&notice, &source, &input.path, styled);
    }
    out + &transferred.unwrap_or_default()
}

/// So many changes are named.
const NAMED: usize = 20;

/// Whether everything of the V2 file is there; values are never shown.
fn words_of(since: &Since<'_>) -> String {
    let source = shown(&since.source);
    if since.differences.is_empty() {
        return format!("  everything transferred: it says what {source} becomes\n");
    }
    let changes = count(since.differences.len(), "place differs", "places differ");
    let mut out = format!("  {changes} from what {source} becomes:\n");
    for difference in since.differences.iter().take(NAMED) {
        let word = match difference.change {
            Change::Changed => "changed",
            Change::Added => "added",
            Change::Removed => "removed",
        };
        let pointer = if difference.pointer.is_empty() { "the whole document" } else { &difference.pointer };
        out += &format!("    {word:7}  {}\n", printable(pointer));
    }
    let more = since.differences.len().saturating_sub(NAMED);
    if more > 0 {
        out += &format!("    and {more} more\n");
    }
    out
}

impl Tally {
    fn add(&mut self, verified: &Verified) {
        self.definitions += usize::from(verified.is_v4);
        self.others += usize::from(!verified.is_v4);
        self.valid += usize::from(verified.is_v4 && verified.found.error == 0);
        self.problems += verified.found.error;
        self.warnings += verified.found.warning;
        self.notes += verified.found.information + verified.found.hint;
        self.accepted.suppressed += verified.suppressed;
    }

    /// What stands above and below the sections of a page.
    fn page(&self, page: Page, paths: &str) -> String {
        let headline = format!("v4ward: {}", self.summary().trim_end());
        page.text(&headline, &["Definition", "V4"], &self.accepted.facts(), &code(&format!("v4ward verify {paths}")))
    }

    fn summary(&self) -> String {
        let definitions = count(self.definitions, "V4 definition", "V4 definitions");
        let mut parts = vec![count(self.problems, "problem", "problems")];
        for (n, one, many) in [(self.warnings, "warning", "warnings"), (self.notes, "note", "notes")] {
            parts.extend((n > 0).then(|| count(n, one, many)));
        }
        format!("{definitions}, {} valid, {}\n", self.valid, parts.join(", "))
    }
}
