//! `v4ward migrate`

mod outcome;
mod places;
mod report;

use std::ops::ControlFlow;
use std::path::Path;

use v4ward_migration::fixes::Selection;
use v4ward_migration::migrate::{self as conversion, Migration, Refusal, Request};
use v4ward_migration::v4::SchemaFailure;
use v4ward_migration::{Analysis, analyse};
use v4ward_migration::{ApimState, Definition, Finding, IdPolicy, Options, Output, Severity, Target, Verdict};

use super::args::{FixLevel, MigrateArgs, OutputFormat, ReportFile};
use super::common::{Workload, about};
use super::console::Console;
use super::exit::Exit;
use super::render::json::{self, FindingReport, Stream};
use super::render::{Source, name_of, text};
use super::{batch, fix, shown};
use crate::files::write::{WriteError, Writer, Written, may_write_report};
use crate::files::{self, Input, Loaded};
use crate::words::{not_v2, several};
use outcome::{
    Dropped, Judged, Outcome, Report, RolloutReport, Status, Tally, dropped_lines, fix_reports, rollout_lines,
};
use places::{apart_from_report, one_output_each, output_path};
use report::Collected;

/// What a worker makes of an input.
enum Work {
    /// Not ours.
    Nothing,
    /// A definition that a walk came across and that is not to be migrated.
    Skipped(Definition),
    Done(Box<Outcome>),
}

pub(super) fn run(args: &MigrateArgs, console: &mut Console) -> Exit {
    let workload = match Workload::find_with_surroundings(&args.paths.paths, console) {
        Ok(workload) => workload,
        Err(exit) => return exit,
    };
    if !args.stdout
        && let Err(clashes) = one_output_each(&workload.walk, args.output.as_deref(), args.to.map(Into::into))
    {
        for clash in &clashes {
            console.complain("error", clash);
        }
        return Exit::Usage;
    }
    if let Some(ReportFile { path, .. }) = &args.report {
        if let Err(clash) = apart_from_report(&workload.walk, args.output.as_deref(), path) {
            console.complain("error", &format!("{clash}; nothing was written"));
            return Exit::Usage;
        }
        if let Err(refusal) = may_write_report(path, args.overwrite) {
            console.complain("error", &format!("{}; nothing was written", about(path, refusal)));
            return Exit::Found;
        }
    }
    let migrator = Migrator {
        args,
        json: args.format == OutputFormat::Json,
        styled: if args.stdout { console.errors_styled() } else { console.styled },
        writer: Writer::default(),
    };
    let exit = migrator.run(&workload, console);
    exit.max(workload.exit)
}

struct Migrator<'a> {
    args: &'a MigrateArgs,
    json: bool,
    styled: bool,
    writer: Writer,
}

impl Migrator<'_> {
    fn run(&self, workload: &Workload, console: &mut Console) -> Exit {
        let (mut tally, mut exit, mut stream) = (Tally::default(), Exit::Done, Stream::default());
        let (mut printed, mut collected) = (false, Collected::default());
        if self.json {
            console.print(&Stream::head());
        }
        let work = |input: &Input| self.work(input, workload.settings.of(&input.path));
        batch::run(&workload.walk.inputs, work, |input, result| {
            let mut outcome = match result {
                Ok(Work::Nothing) => return ControlFlow::Continue(()),
                Ok(Work::Skipped(definition)) => {
                    tally.skip(definition);
                    return ControlFlow::Continue(());
                }
                Ok(Work::Done(outcome)) => *outcome,
                Err(panicked) => self.failed(&input.path, Exit::Internal, &panicked.about(&shown(&input.path))),
            };
            exit = exit.max(outcome.exit);
            tally.add(&outcome);
            if self.args.report.is_some() {
                collected.add(&mut outcome);
            }
            if self.json {
                console.print(stream.separator());
                console.print(&json::text(&outcome.report));
            }
            if self.args.stdout && is_yaml(&outcome) {
                // Each file is a document of its own, whatever comes before it.
                if std::mem::replace(&mut printed, true) && !outcome.output.starts_with("---") {
                    console.print("---\n");
                }
            }
            console.print(&outcome.output);
            console.print_error(&outcome.complaint);
            // Files are written whether or not somebody reads about it.
            let idle = self.args.stdout && self.args.report.is_none() && console.is_closed();
            if idle { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if self.json {
            console.print(&Stream::tail(&workload.errors(), &tally));
        } else if !self.args.stdout && tally.found() > 0 {
            console.print(&tally.summary());
        }
        exit = exit.max(workload.expect_some(tally.found(), "API definition", console));
        match &self.args.report {
            Some(file) => exit.max(self.report(file, &collected, &tally, workload, console)),
            None => exit,
        }
    }

    /// Writes the report, also of a run in which nothing else could be written.
    fn report(
        &self,
        file: &ReportFile,
        collected: &Collected,
        tally: &Tally,
        workload: &Workload,
        console: &mut Console,
    ) -> Exit {
        let text = collected.text(file.form, self.args, tally, &workload.errors());
        match self.writer.write_report(&file.path, &text, self.args.overwrite) {
            Ok(written) => {
                if !self.json && !self.args.stdout {
                    let state = if written == Written::New { "Report written to" } else { "The report is up to date:" };
                    console.print(&format!("\n{state} {}\n", shown(&file.path)));
                }
                Exit::Done
            }
            Err(error) => {
                let refused = matches!(error, WriteError::IsDefinition | WriteError::IsNoReport);
                console.complain("error", &about(&file.path, error));
                if refused { Exit::Found } else { Exit::Io }
            }
        }
    }

    fn work(&self, input: &Input, options: &Options) -> Work {
        let path = &input.path;
        match files::load(input) {
            Ok(None) => Work::Nothing,
            Err(error) => Work::Done(Box::new(self.failed(path, Exit::Io, &about(path, error)))),
            Ok(Some(loaded)) if input.found() && loaded.definition != Definition::V2 => {
                Work::Skipped(loaded.definition)
            }
            Ok(Some(loaded)) => Work::Done(Box::new(self.migrate(input, &loaded, options))),
        }
    }

    /// Converts one document and writes the result: the one place where the conversion is called.
    fn migrate(&self, input: &Input, loaded: &Loaded, options: &Options) -> Outcome {
        let mut options = options.clone();
        if let Some(ids) = self.args.ids {
            options.ids = IdPolicy::from(ids);
        }
        options.target = self.args.to.map(Into::into);
        let request = Request { fixes: self.args.fixes.into(), force: self.args.force };
        let migration = conversion::migrate(&loaded.document, &options, &request);
        let mut outcome = self.finish(input, loaded, &options, &migration);
        if self.args.report.is_some() {
            outcome.definitions = report::definitions(&loaded.document, &options, request.fixes, &migration);
        }
        outcome
    }

    fn finish(&self, input: &Input, loaded: &Loaded, options: &Options, migration: &Migration) -> Outcome {
        let Migration { verdict_before, verdict, errors, applied, result, .. } = migration;
        let judged =
            Judged { verdict_before: *verdict_before, verdict: *verdict, errors: *errors, applied: applied.clone() };
        match result {
            Ok(output) => {
                let dropped = output.record.dropped().map(|(leaf, reason, _)| Dropped {
                    pointer: loaded.document.node(leaf).pointer(),
                    reason: reason.to_owned(),
                });
                let dropped = if self.args.stdout { Vec::new() } else { dropped.collect() };
                let mut outcome = self.write(input, loaded, &judged, output, dropped);
                if self.json && (judged.errors > 0 || judged.verdict != Verdict::FullyMigratable) {
                    let analysis = analyse(&loaded.document, &without_settings(options));
                    let source = Source::new(&loaded.document);
                    let forced = self.reasons(&analysis, &Refusal::NeedsForce);
                    outcome.report.findings = forced.iter().map(|it| FindingReport::new(it, &source)).collect();
                }
                outcome
            }
            Err(refusal) => self.refused(input, loaded, options, &judged, refusal),
        }
    }

    fn write(
        &self,
        input: &Input,
        loaded: &Loaded,
        judged: &Judged,
        output: &Output,
        dropped: Vec<Dropped>,
    ) -> Outcome {
        let text = output.text.as_str();
        let mut outcome = self.outcome(&input.path, Some(judged));
        if self.json {
            outcome.report.fixes_applied = fix_reports(&judged.applied, &loaded.document);
        }
        outcome.report.dropped = dropped;
        outcome.report.rollout = output.rollouts.iter().map(RolloutReport::from).collect();
        outcome.report.target = Some(output.target);
        if self.args.stdout {
            text.clone_into(&mut outcome.output);
            outcome.set(Status::Printed, Exit::Done);
            return outcome;
        }
        let output = output_path(input, self.args.output.as_deref(), output.target);
        outcome.report.output = Some(output.to_string_lossy().into_owned());
        match self.writer.write(&output, text, self.args.overwrite, &input.path) {
            Ok(Written::New) => {}
            Ok(Written::UpToDate) => outcome.set(Status::UpToDate, Exit::Done),
            Err(error) => {
                let (status, exit) = match error {
                    WriteError::Differs | WriteError::IsSource | WriteError::IsDefinition | WriteError::IsNoReport => {
                        (Status::Refused, Exit::Found)
                    }
                    WriteError::Changed | WriteError::NotAFile | WriteError::Io(_) => (Status::Failed, Exit::Io),
                };
                outcome.set(status, exit);
                outcome.report.message = Some(about(&output, error));
            }
        }
        if !self.json {
            self.word_written(&mut outcome, input, loaded, judged, &output);
        }
        outcome
    }

    fn word_written(&self, outcome: &mut Outcome, input: &Input, loaded: &Loaded, judged: &Judged, output: &Path) {
        if let Some(message) = &outcome.report.message {
            outcome.complaint = format!("error: {message}\n");
            return;
        }
        let state = if outcome.status == Status::Written { "written" } else { "up to date" };
        let line = format!("{} {state} ({})", shown(output), judged.words());
        outcome.output = text::headline(&input.path, name_of(&loaded.document).as_deref(), &line, self.styled);
        if outcome.status == Status::Written {
            outcome.output += &fix::applied(&judged.applied, &Source::new(&loaded.document));
            outcome.output += &dropped_lines(&outcome.report.dropped);
            outcome.output += &rollout_lines(&outcome.report.rollout);
        }
    }

    fn refused(
        &self,
        input: &Input,
        loaded: &Loaded,
        options: &Options,
        judged: &Judged,
        refusal: &Refusal,
    ) -> Outcome {
        let path = &input.path;
        let mut outcome = self.outcome(path, Some(judged));
        outcome.set(Status::Refused, Exit::Found);
        let analysis = analyse(&loaded.document, &without_settings(options));
        let reasons = self.reasons(&analysis, refusal);
        let source = Source::new(&loaded.document);
        let message = match refusal {
            Refusal::NotV2(definition, format) => {
                outcome.report.verdict_before = None;
                outcome.report.verdict = None;
                not_v2(*definition, *format, path).to_owned()
            }
            Refusal::Several(count) => several(*count),
            Refusal::Blocked => self.blocked(&reasons),
            Refusal::NeedsForce => "partially migratable: look at what is named here, then use --force".to_owned(),
            Refusal::WouldBeRefused => {
                "migratable, but V4 would refuse it: mend what is named here, or write it all the same with --force"
                    .to_owned()
            }
            Refusal::Bug(problems) => {
                outcome.set(Status::Failed, Exit::Internal);
                bug(problems, &source)
            }
        };
        if self.json {
            outcome.report.fixes_applied = fix_reports(&judged.applied, &loaded.document);
            outcome.report.findings = reasons.iter().map(|finding| FindingReport::new(finding, &source)).collect();
        } else {
            outcome.complaint =
                text::headline(path, name_of(&loaded.document).as_deref(), &format!("refused: {message}"), self.styled);
            outcome.complaint.extend(reasons.iter().map(|it| text::finding(it, &source, path, self.styled)));
        }
        outcome.report.message = Some(message);
        outcome
    }

    /// What to do about a blocker.
    fn blocked(&self, reasons: &[&Finding<'_>]) -> String {
        let chosen = |needs_decision: bool| {
            let selection = Selection { needs_decision, ..Selection::default() };
            reasons.iter().any(|finding| selection.choose(finding).is_some())
        };
        let way = match self.args.fixes {
            FixLevel::None if chosen(false) => "; --fixes safe makes the safe fixes in memory",
            FixLevel::None | FixLevel::Safe if chosen(true) => {
                "; --fixes all makes unsafe fixes too in memory, read first what they change"
            }
            _ => "",
        };
        format!("not migratable: mend what is named here{way}")
    }

    /// The findings a refusal is about.
    fn reasons<'a, 'd>(&self, analysis: &'a Analysis<'d>, refusal: &Refusal) -> Vec<&'a Finding<'d>> {
        let counts: fn(&Finding<'_>) -> bool = match refusal {
            Refusal::Blocked => |finding| finding.blocks(),
            Refusal::NeedsForce => {
                |finding| finding.apim == Some(ApimState::CanBeForced) || finding.severity == Severity::Error
            }
            Refusal::WouldBeRefused => |finding| finding.severity == Severity::Error,
            Refusal::NotV2(Definition::V1 | Definition::V2, _) => |_| true,
            Refusal::NotV2(..) | Refusal::Several(_) | Refusal::Bug(_) => return Vec::new(),
        };
        let all: Vec<&Finding<'_>> = analysis.findings.iter().filter(|finding| counts(finding)).collect();
        // What the fixes asked for mend is no reason.
        let level = self.args.fixes;
        let selection = Selection { needs_decision: level == FixLevel::All, ..Selection::default() };
        let mended = |finding: &Finding<'_>| level != FixLevel::None && selection.choose(finding).is_some();
        let left: Vec<&Finding<'_>> = all.iter().copied().filter(|finding| !mended(finding)).collect();
        if left.is_empty() { all } else { left }
    }

    fn failed(&self, path: &Path, exit: Exit, message: &str) -> Outcome {
        let mut outcome = self.outcome(path, None);
        outcome.set(Status::Failed, exit);
        if !self.json {
            let word = if exit == Exit::Internal { "internal error" } else { "error" };
            outcome.complaint = format!("{word}: {message}\n");
        }
        outcome.report.message = Some(message.to_owned());
        outcome
    }

    fn outcome(&self, path: &Path, judged: Option<&Judged>) -> Outcome {
        let report = Report {
            path: path.to_string_lossy().into_owned(),
            output: None,
            target: None,
            status: Status::Written,
            verdict_before: judged.map(|judged| judged.verdict_before),
            verdict: judged.map(|judged| judged.verdict),
            fixes_applied: Vec::new(),
            dropped: Vec::new(),
            rollout: Vec::new(),
            findings: Vec::new(),
            message: None,
        };
        let (output, complaint) = (String::new(), String::new());
        Outcome { status: Status::Written, exit: Exit::Done, report, definitions: Vec::new(), output, complaint }
    }
}

/// As in the conversion, severities that a user changed decide nothing.
fn without_settings(options: &Options) -> Options {
    Options { rules: Default::default(), suppressions: Default::default(), ..options.clone() }
}

fn bug(problems: &[SchemaFailure], source: &Source<'_>) -> String {
    let list: String =
        problems.iter().map(|problem| format!("\n  {}: {}", problem.pointer, source.message(&problem.what))).collect();
    format!(
        "the V4 definition that v4ward made of it is not valid, though no finding says why. This is a bug in v4ward, \
         nothing was written; please report it with this message:{list}"
    )
}

/// True for a custom resource on its way to standard output.
fn is_yaml(outcome: &Outcome) -> bool {
    outcome.report.target == Some(Target::Resource) && !outcome.output.is_empty()
}
