//! `v4ward verify`

use std::ops::ControlFlow;
use std::path::Path;

use serde::Serialize;
use v4ward_migration::v4::{VerifyProblem, verify};
use v4ward_migration::{Definition, Severity};
use v4ward_syntax::{Node, Span, SyntaxError};

use super::args::{FindingsFormat, VerifyArgs};
use super::common::{Workload, about, for_shell};
use super::console::{Console, count};
use super::exit::Exit;
use super::render::json::{self, ErrorReport, FileReport, FindingReport, Range};
use super::render::markdown::{Item, Page, Section, code};
use super::render::sarif::{Found, Places, Results, Speaker};
use super::render::stream::Stream;
use super::render::text::{Notice, headline, show};
use super::render::{Source, name_of};
use super::{batch, shown};
use crate::files::{self, Input, Loaded};
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
    unreadable: usize,
    /// Files that were named and are none.
    #[serde(skip)]
    others: usize,
}

struct Verified {
    /// False for a file that was named and is no V4 definition.
    is_v4: bool,
    errors: usize,
    warnings: usize,
    output: String,
    /// The same for a page.
    section: Option<Section>,
    complaint: Option<String>,
}

/// Something wrong with a V4 file.
struct Problem<'d> {
    rule: &'static str,
    severity: Severity,
    span: Span,
    node: Option<Node<'d>>,
    message: String,
    help: Option<&'static str>,
}

impl<'d> From<VerifyProblem<'d>> for Problem<'d> {
    fn from(problem: VerifyProblem<'d>) -> Self {
        let VerifyProblem { rule, severity, node, message, help } = problem;
        Self { rule, severity, span: node.span(), node: node.node(), message, help }
    }
}

impl From<&SyntaxError> for Problem<'_> {
    fn from(error: &SyntaxError) -> Self {
        let message = error.kind.to_string();
        Self { rule: SYNTAX, severity: Severity::Error, span: error.span, node: None, message, help: None }
    }
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
    console.print(&stream.head());
    let work = |input: &Input| match files::load(input) {
        Ok(Some(loaded)) if input.found() && loaded.definition != Definition::V4 => Ok(None),
        Ok(loaded) => Ok(loaded.map(|loaded| verify_one(input, &loaded, &form))),
        Err(error) => Err(error),
    };
    batch::run(&workload.walk.inputs, work, |input, result| {
        let failure = match result {
            Ok(Ok(None)) => return ControlFlow::Continue(()),
            Ok(Ok(Some(mut verified))) => {
                tally.add(&verified);
                if !verified.is_v4 || verified.errors > 0 {
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
    match args.format {
        FindingsFormat::Text if tally.definitions > 0 => console.print(&tally.summary()),
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

fn verify_one(input: &Input, loaded: &Loaded, form: &Form) -> Verified {
    let is_v4 = loaded.definition == Definition::V4;
    let problems = if is_v4 { problems(loaded) } else { Vec::new() };
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let warnings = problems.len() - errors;
    let mut verified = Verified { is_v4, errors, warnings, output: String::new(), section: None, complaint: None };
    let name = name_of(&loaded.document).filter(|_| loaded.definition != Definition::Unknown);
    if !is_v4 {
        verified.complaint = Some(about(&input.path, not_for_migration(loaded.definition, &input.path)));
    }
    match form.format {
        FindingsFormat::Json => verified.output = as_json(&input.path, loaded, name.as_deref(), problems),
        _ if !is_v4 => {}
        FindingsFormat::Text => verified.output = as_text(input, loaded, name.as_deref(), &problems, form.styled),
        FindingsFormat::Sarif => verified.output = as_sarif(&input.path, loaded, &problems, &form.places),
        FindingsFormat::Markdown => {
            verified.section = Some(as_section(&input.path, loaded, name.as_deref(), &problems));
        }
    }
    verified
}

/// Problems of the text come first: what could not be read may look like something that is missing.
fn problems(loaded: &Loaded) -> Vec<Problem<'_>> {
    let mut problems: Vec<Problem<'_>> = loaded.document.errors().iter().map(Problem::from).collect();
    problems.extend(verify(&loaded.document).into_iter().map(Problem::from));
    problems
}

fn as_json(path: &Path, loaded: &Loaded, name: Option<&str>, problems: Vec<Problem<'_>>) -> String {
    let source = Source::new(&loaded.document);
    let finding = |problem: Problem<'_>| FindingReport {
        rule: problem.rule,
        severity: problem.severity,
        apim: None,
        subject: None,
        pointer: problem.node.map(Node::pointer),
        range: Range::new(problem.span, &source),
        message: source.redacted(&problem.message),
        help: problem.help.map(str::to_owned),
        docs: None,
        fixes: Vec::new(),
    };
    json::text(&FileReport {
        path: &path.to_string_lossy(),
        format: loaded.format,
        definition: loaded.definition,
        document: 0,
        name,
        verdict: None,
        verdict_after_safe_fixes: None,
        findings: problems.into_iter().map(finding).collect(),
    })
}

fn as_sarif(path: &Path, loaded: &Loaded, problems: &[Problem<'_>], places: &Places) -> String {
    let source = Source::new(&loaded.document);
    let mut results = Results::new(Speaker::Verify, places, path, &source);
    for problem in problems {
        results.add(Found {
            rule: problem.rule,
            severity: problem.severity,
            apim: None,
            subject: None,
            node: problem.node,
            span: problem.span,
            message: &problem.message,
            help: problem.help,
            related: Vec::new(),
            fix: None,
        });
    }
    results.text()
}

fn as_section(path: &Path, loaded: &Loaded, name: Option<&str>, problems: &[Problem<'_>]) -> Section {
    let source = Source::new(&loaded.document);
    let item = |problem: &Problem<'_>| Item {
        severity: problem.severity,
        line: source.line_of(problem.span),
        rule: problem.rule,
        message: source.redacted(&problem.message),
        help: problem.help.map(str::to_owned),
    };
    let errors = problems.iter().any(|problem| problem.severity == Severity::Error);
    let words = if errors { "V4 would refuse it" } else { "Valid" }.to_owned();
    let name = name.map(|name| source.redacted(name));
    let cells = vec![words.clone()];
    Section::new(u8::from(errors), path.to_string_lossy().into_owned(), name, cells, words)
        .with(problems.iter().map(item).collect())
}

fn as_text(input: &Input, loaded: &Loaded, name: Option<&str>, problems: &[Problem<'_>], styled: bool) -> String {
    if problems.is_empty() {
        let valid = || headline(&input.path, name, "valid", styled);
        return if input.found() { String::new() } else { valid() };
    }
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let line = if errors > 0 {
        format!("V4 would refuse it ({})", count(errors, "problem", "problems"))
    } else {
        format!("valid, with {}", count(problems.len(), "warning", "warnings"))
    };
    let mut out = headline(&input.path, name, &line, styled);
    let source = Source::new(&loaded.document);
    for problem in problems {
        let notice = Notice {
            severity: problem.severity,
            id: problem.rule,
            span: problem.span,
            message: &problem.message,
            footers: problem.help.iter().map(|help| ("help", (*help).to_owned())).collect(),
        };
        out += &show(&notice, &source, &input.path, styled);
    }
    out
}

impl Tally {
    fn add(&mut self, verified: &Verified) {
        self.definitions += usize::from(verified.is_v4);
        self.others += usize::from(!verified.is_v4);
        self.valid += usize::from(verified.is_v4 && verified.errors == 0);
        self.problems += verified.errors;
        self.warnings += verified.warnings;
    }

    /// What stands above and below the sections of a page.
    fn page(&self, page: Page, paths: &str) -> String {
        let headline = format!("v4ward: {}", self.summary().trim_end());
        page.text(&headline, &["Definition", "V4"], &[], &code(&format!("v4ward verify {paths}")))
    }

    fn summary(&self) -> String {
        let definitions = count(self.definitions, "V4 definition", "V4 definitions");
        let problems = count(self.problems, "problem", "problems");
        let warnings = count(self.warnings, "warning", "warnings");
        let warnings = if self.warnings > 0 { format!(", {warnings}") } else { String::new() };
        format!("{definitions}, {} valid, {problems}{warnings}\n", self.valid)
    }
}
