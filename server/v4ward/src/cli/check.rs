//! `v4ward check`

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::Serialize;
use v4ward_migration::fixes::{Selection, converge};
use v4ward_migration::{Analysis, Definition, Finding, Judged, Options, Severity, Verdict, analyse};

use super::accepted::{Accepted, Used, used};
use super::args::{CheckArgs, FailOn, FindingsFormat};
use super::common::{Workload, about, for_shell};
use super::console::{Console, count};
use super::exit::Exit;
use super::render::json::{self, ErrorReport, FileReport, FindingReport};
use super::render::markdown::{Item, Page, Section, capitalised, code};
use super::render::sarif::{Places, Results, Speaker};
use super::render::stream::Stream;
use super::render::{Source, name_of, text};
use super::tally::{Severities, Verdicts};
use super::{batch, shown};
use crate::config::is_rule_of_v4;
use crate::files::{self, Input, Loaded};
use crate::words::not_for_migration;

/// All that is counted; in JSON the summary.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tally {
    /// V1 and V2 definitions; a file may hold several.
    definitions: usize,
    verdicts: Verdicts,
    verdicts_after_safe_fixes: Verdicts,
    findings: Severities,
    /// Findings with a safe fix.
    safely_fixable: usize,
    /// Migratable definitions that V4 would refuse.
    refused_by_v4: usize,
    /// Files with a V4 definition.
    v4: usize,
    /// Files that could not be read.
    unreadable: usize,
    /// What `v4ward.toml` accepts.
    #[serde(flatten)]
    accepted: Accepted,
}

/// What is known of a file.
#[derive(Default)]
struct Checked {
    /// It holds V4 definitions only.
    is_v4: bool,
    definitions: Vec<Counted>,
    findings: Severities,
    safely_fixable: usize,
    suppressed: usize,
    /// The entries that suppress something, by the folder of their settings file.
    used: Vec<(PathBuf, usize)>,
    /// What is printed about it.
    output: String,
    /// The same for a page.
    sections: Vec<Section>,
}

/// What is known of a definition.
struct Counted {
    verdict: Verdict,
    verdict_after: Verdict,
    /// Errors by their rules, whatever the settings make of them.
    refusals: usize,
}

pub(super) fn run(args: &CheckArgs, console: &mut Console) -> Exit {
    let workload = match Workload::find_with_surroundings(&args.paths.paths, console) {
        Ok(workload) => workload,
        Err(exit) => return exit,
    };
    let form = Form { format: args.format, styled: console.styled, places: Places::of_here() };
    let (mut tally, mut exit, mut errors) = (Tally::default(), workload.exit, workload.errors());
    let mut stream = Stream::new(args.format, Speaker::Check);
    tally.unreadable = errors.len();
    let mut entries = Used::new();
    console.print(&stream.head());
    let work = |input: &Input| {
        let loaded = files::load(input)?;
        Ok(loaded.and_then(|loaded| check(input, &loaded, workload.settings.of(&input.path), &form)))
    };
    batch::run(&workload.walk.inputs, work, |input, result: Result<Result<_, files::read::ReadError>, _>| {
        let failure = match result {
            Ok(Ok(None)) => return ControlFlow::Continue(()),
            Ok(Ok(Some(mut checked))) => {
                tally.add(&checked);
                entries.extend(std::mem::take(&mut checked.used));
                console.print(stream.before(&checked.output));
                console.print(&checked.output);
                stream.keep(std::mem::take(&mut checked.sections));
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
    tally.accepted.tell_stale(&workload, &entries, |rule| !is_rule_of_v4(rule), console);
    let paths = for_shell(&args.paths.paths);
    match args.format {
        FindingsFormat::Text if tally.definitions > 0 => console.print(&tally.table(&paths, form.styled)),
        FindingsFormat::Text => {}
        FindingsFormat::Markdown => console.print(&stream.page(&errors, |page| tally.page(page, &paths))),
        FindingsFormat::Json | FindingsFormat::Sarif => console.print(&stream.tail(&errors, &tally)),
    }
    let found = tally.definitions + tally.v4 + tally.unreadable;
    exit.max(workload.expect_some(found, "API definition", console)).max(tally.exit(args.fail_on))
}

/// In which form things are told.
struct Form {
    format: FindingsFormat,
    styled: bool,
    places: Places,
}

/// Checks one file; `None` for what a walk need not mention.
fn check(input: &Input, loaded: &Loaded, options: &Options, form: &Form) -> Option<Checked> {
    let analysis = analyse(&loaded.document, options);
    let (after, safely_fixable) = after_safe_fixes(loaded, &analysis, options);
    let counted = |(judged, verdict_after): (&Judged<'_>, Verdict)| {
        let (verdict, refusals) = (judged.verdict, judged.refusals);
        Counted { verdict, verdict_after, refusals }
    };
    let mut checked = Checked {
        is_v4: loaded.definition == Definition::V4,
        definitions: analysis.definitions.iter().zip(after).map(counted).collect(),
        safely_fixable,
        suppressed: analysis.suppressed.len(),
        used: used(analysis.used_suppressions.iter().copied(), options),
        ..Checked::default()
    };
    analysis.findings.iter().for_each(|finding| checked.findings.add(finding.severity));
    let silent = input.found() && analysis.definitions.is_empty();
    if !silent {
        match form.format {
            FindingsFormat::Text => checked.output = as_text(input, loaded, &analysis, &checked, form.styled),
            FindingsFormat::Json => checked.output = as_json(&input.path, loaded, &analysis, &checked),
            FindingsFormat::Sarif => checked.output = as_sarif(&input.path, loaded, &analysis, &form.places),
            FindingsFormat::Markdown => checked.sections = as_sections(&input.path, loaded, &analysis, &checked),
        }
    }
    Some(checked)
}

/// The verdict of each definition once all safe fixes are made, and the number of findings that have one.
fn after_safe_fixes(loaded: &Loaded, analysis: &Analysis<'_>, options: &Options) -> (Vec<Verdict>, usize) {
    let safe = Selection::default();
    let now = || analysis.definitions.iter().map(|judged| judged.verdict).collect();
    let fixable = analysis.findings.iter().filter(|finding| safe.choose(finding).is_some()).count();
    if fixable == 0 {
        return (now(), 0);
    }
    let Some(fixed) = converge(&loaded.document, analysis, options, &safe) else { return (now(), fixable) };
    (analyse(&fixed.document, options).definitions.iter().map(|judged| judged.verdict).collect(), fixable)
}

/// A report for each definition, or one of the file.
fn as_json(path: &Path, loaded: &Loaded, analysis: &Analysis<'_>, checked: &Checked) -> String {
    let path = path.to_string_lossy();
    let name = name_of(&loaded.document).filter(|_| loaded.definition != Definition::Unknown);
    if analysis.definitions.is_empty() {
        return json::text(&FileReport {
            path: &path,
            format: loaded.format,
            definition: loaded.definition,
            document: 0,
            name: name.as_deref(),
            verdict: None,
            verdict_after_safe_fixes: None,
            findings: Vec::new(),
        });
    }
    let mut source = None;
    let reports = analysis.definitions.iter().zip(&checked.definitions).map(|(judged, counted)| {
        let findings = analysis.findings[judged.findings.clone()]
            .iter()
            .map(|finding| FindingReport::new(finding, source.get_or_insert_with(|| Source::new(&loaded.document))));
        json::text(&FileReport {
            path: &path,
            format: judged.format,
            definition: judged.definition,
            document: judged.document,
            name: judged.name(),
            verdict: Some(counted.verdict),
            verdict_after_safe_fixes: Some(counted.verdict_after),
            findings: findings.collect(),
        })
    });
    reports.collect::<Vec<_>>().join(",\n")
}

fn as_text(input: &Input, loaded: &Loaded, analysis: &Analysis<'_>, checked: &Checked, styled: bool) -> String {
    let path = &input.path;
    if analysis.definitions.is_empty() {
        let name = name_of(&loaded.document).filter(|_| loaded.definition == Definition::V4);
        return text::headline(path, name.as_deref(), not_for_migration(loaded.definition, path), styled);
    }
    let (mut out, mut source) = (String::new(), None);
    for (judged, counted) in analysis.definitions.iter().zip(&checked.definitions) {
        let findings = &analysis.findings[judged.findings.clone()];
        if findings.is_empty() && input.found() {
            continue;
        }
        out += &text::headline(path, judged.name(), &verdict_text(counted), styled);
        for finding in findings {
            let source = source.get_or_insert_with(|| Source::new(&loaded.document));
            out += &text::finding(finding, source, path, styled);
        }
    }
    out
}

fn as_sarif(path: &Path, loaded: &Loaded, analysis: &Analysis<'_>, places: &Places) -> String {
    if analysis.findings.is_empty() && analysis.suppressed.is_empty() {
        return String::new();
    }
    let source = Source::new(&loaded.document);
    let mut results = Results::new(Speaker::Check, places, path, &source);
    analysis.findings.iter().for_each(|finding| results.add_finding(finding));
    analysis.suppressed.iter().for_each(|accepted| results.add_accepted(accepted));
    results.text()
}

/// A section for each definition.
fn as_sections(path: &Path, loaded: &Loaded, analysis: &Analysis<'_>, checked: &Checked) -> Vec<Section> {
    let source = Source::new(&loaded.document);
    let item = |finding: &Finding<'_>| {
        let message = finding.message();
        Item {
            severity: finding.severity,
            line: source.line_of(finding.place.span()),
            rule: finding.declaration().id,
            message: source.redacted(&message.what),
            help: Some(source.redacted(&message.help)),
        }
    };
    let section = |(judged, counted): (&Judged<'_>, &Counted)| {
        let refused = counted.verdict != Verdict::NotMigratable && counted.refusals > 0;
        let rank = match counted.verdict {
            Verdict::NotMigratable => 3,
            _ if refused => 2,
            Verdict::PartiallyMigratable => 1,
            Verdict::FullyMigratable => 0,
        };
        let now = if refused { verdict_text(counted) } else { capitalised(&counted.verdict.to_string()) };
        let cells = vec![now.clone(), capitalised(&counted.verdict_after.to_string())];
        let name = judged.name().map(|name| source.redacted(name));
        let section = Section::new(rank, path.to_string_lossy().into_owned(), name, cells, now);
        section.with(analysis.findings[judged.findings.clone()].iter().map(item).collect())
    };
    analysis.definitions.iter().zip(&checked.definitions).map(section).collect()
}

/// "Migratable, but V4 would refuse it (2 problems)", or the verdict with what safe fixes make of it.
fn verdict_text(counted: &Counted) -> String {
    let verdict = counted.verdict;
    if verdict != Verdict::NotMigratable && counted.refusals > 0 {
        let word = if verdict == Verdict::FullyMigratable { "Migratable" } else { "Partially migratable" };
        return format!("{word}, but V4 would refuse it ({})", count(counted.refusals, "problem", "problems"));
    }
    let now = capitalised(&verdict.to_string());
    match counted.verdict_after {
        after if after != verdict => format!("{now}; {after} after the safe fixes"),
        _ => now,
    }
}

impl Tally {
    fn add(&mut self, checked: &Checked) {
        self.v4 += usize::from(checked.is_v4);
        self.definitions += checked.definitions.len();
        for counted in &checked.definitions {
            self.verdicts.add(counted.verdict);
            self.verdicts_after_safe_fixes.add(counted.verdict_after);
            self.refused_by_v4 += usize::from(counted.verdict != Verdict::NotMigratable && counted.refusals > 0);
        }
        self.findings.error += checked.findings.error;
        self.findings.warning += checked.findings.warning;
        self.findings.information += checked.findings.information;
        self.findings.hint += checked.findings.hint;
        self.safely_fixable += checked.safely_fixable;
        self.accepted.suppressed += checked.suppressed;
    }

    fn exit(&self, fail_on: FailOn) -> Exit {
        let failing = match fail_on {
            FailOn::Error => self.findings.error,
            FailOn::Warning => self.findings.error + self.findings.warning + self.accepted.stale_suppressions.len(),
            FailOn::Never => 0,
        };
        if failing > 0 { Exit::Found } else { Exit::Done }
    }

    /// What stands above and below the sections of a page.
    fn page(&self, page: Page, paths: &str) -> String {
        let now = self.verdicts;
        let parts = [
            (now.not_migratable, "not migratable"),
            (now.partially_migratable, "partially migratable"),
            (now.fully_migratable, "fully migratable"),
        ];
        let parts: Vec<String> =
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{n} {words}")).collect();
        let headline = match self.definitions {
            0 => "v4ward: no V2 definition".to_owned(),
            n => format!("v4ward: {}, {}", count(n, "definition", "definitions"), parts.join(", ")),
        };
        let mut facts = Vec::new();
        if self.refused_by_v4 > 0 {
            let files = count(self.refused_by_v4, "migratable definition", "migratable definitions");
            facts.push(format!("V4 would refuse {files}: the errors there need a person."));
        }
        facts.extend(self.accepted.facts());
        if self.safely_fixable > 0 {
            let problems = count(self.safely_fixable, "problem", "problems");
            facts.push(format!("{problems} can be fixed safely: {}", code(&format!("v4ward fix {paths}"))));
        }
        let titles = ["Definition", "Verdict", "After the safe fixes"];
        page.text(&headline, &titles, &facts, &code(&format!("v4ward check {paths}")))
    }

    fn table(&self, paths: &str, styled: bool) -> String {
        let (now, after) = (self.verdicts, self.verdicts_after_safe_fixes);
        let row = |name: &str, now: usize, after: usize| vec![name.to_owned(), now.to_string(), after.to_string()];
        let mut rows = vec![
            vec![count(self.definitions, "definition", "definitions"), "now".to_owned(), "after safe fixes".to_owned()],
            row("  fully migratable", now.fully_migratable, after.fully_migratable),
            row("  partially migratable", now.partially_migratable, after.partially_migratable),
            row("  not migratable", now.not_migratable, after.not_migratable),
        ];
        if self.findings.total() > 0 {
            rows.push(vec![count(self.findings.total(), "finding", "findings")]);
            for severity in [Severity::Error, Severity::Warning, Severity::Information, Severity::Hint] {
                let number = match severity {
                    Severity::Error => self.findings.error,
                    Severity::Warning => self.findings.warning,
                    Severity::Information => self.findings.information,
                    Severity::Hint => self.findings.hint,
                };
                rows.push(vec![format!("  {severity}"), number.to_string()]);
            }
        }
        let mut out = text::table(&rows);
        if self.refused_by_v4 > 0 {
            let files = count(self.refused_by_v4, "migratable definition", "migratable definitions");
            out += &format!("V4 would refuse {files}: the errors there need a person\n");
        }
        out += &self.accepted.line();
        if self.safely_fixable > 0 {
            let problems = count(self.safely_fixable, "problem", "problems");
            let command = text::bold(&format!("v4ward fix {paths}"), styled);
            out += &format!("{problems} can be fixed safely: {command}\n");
        }
        out
    }
}
