//! `v4ward migrate`

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::Serialize;
use v4ward_migration::cluster::Subscription;
use v4ward_migration::fixes::{Applicability, AppliedFix, Selection};
use v4ward_migration::migrate::{self as conversion, Migration, Refusal, Request};
use v4ward_migration::rollout::Rollout;
use v4ward_migration::v4::SchemaFailure;
use v4ward_migration::{Analysis, analyse};
use v4ward_migration::{ApimState, Definition, Finding, IdPolicy, Options, Output, Severity, Target, Verdict};
use v4ward_syntax::Document;

use super::args::{FixLevel, MigrateArgs, OutputFormat};
use super::common::{Workload, about};
use super::console::{Console, count, printable};
use super::exit::Exit;
use super::render::json::{self, FindingReport, Stream};
use super::render::{Source, name_of, text};
use super::{batch, fix, shown};
use crate::files::write::{WriteError, Writer, Written};
use crate::files::{self, Input, Loaded, Walk};
use crate::generated;
use crate::words::{self, not_v2, several};

/// So many of the values that are not in the V4 file are named; JSON has all of them.
const DROPPED_SHOWN: usize = 3;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Written,
    UpToDate,
    Refused,
    Failed,
}

/// What became of a file.
struct Outcome {
    status: Status,
    exit: Exit,
    report: Report,
    /// For standard output.
    output: String,
    /// For standard error.
    complaint: String,
}

/// What a conversion says besides its result.
struct Judged {
    verdict_before: Verdict,
    verdict: Verdict,
    errors: usize,
    applied: Vec<AppliedFix>,
}

impl Judged {
    /// The verdict, and what stands beside it.
    fn words(&self) -> String {
        let problems = count(self.errors, "problem", "problems");
        match self.errors {
            0 => self.verdict.to_string(),
            _ => format!("{}, but V4 would refuse it: {problems}", self.verdict),
        }
    }
}

/// A file in JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    path: String,
    output: Option<String>,
    #[serde(skip)]
    target: Option<Target>,
    status: Status,
    verdict_before: Option<Verdict>,
    verdict: Option<Verdict>,
    fixes_applied: Vec<FixReport>,
    dropped: Vec<Dropped>,
    /// How each custom resource takes the place of its V2 resource.
    rollout: Vec<RolloutReport>,
    /// Why it was refused, or what was forced.
    findings: Vec<FindingReport>,
    message: Option<String>,
}

#[derive(Serialize)]
struct FixReport {
    rule: &'static str,
    title: String,
    pointer: Option<String>,
    applicability: Applicability,
}

#[derive(Clone, Serialize)]
struct Dropped {
    pointer: String,
    reason: String,
}

/// In JSON the summary.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tally {
    written: usize,
    up_to_date: usize,
    refused: usize,
    failed: usize,
    /// Files of V1 that a walk came across: nothing can be made of them.
    skipped_v1: usize,
    /// V4 files that a walk came across.
    skipped_v4: usize,
    /// Import files are among those that were written.
    #[serde(skip)]
    imports: bool,
    /// Custom resources are.
    #[serde(skip)]
    resources: bool,
}

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
        let mut printed = false;
        if self.json {
            console.print(&Stream::head());
        }
        let work = |input: &Input| self.work(input, workload.settings.of(&input.path));
        batch::run(&workload.walk.inputs, work, |input, result| {
            let outcome = match result {
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
            if self.args.stdout && console.is_closed() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if self.json {
            console.print(&Stream::tail(&workload.errors(), &tally));
        } else if !self.args.stdout && tally.found() > 0 {
            console.print(&tally.summary());
        }
        exit.max(workload.expect_some(tally.found(), "API definition", console))
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
        let Migration { verdict_before, verdict, errors, applied, result } =
            conversion::migrate(&loaded.document, &options, &request);
        let judged = Judged { verdict_before, verdict, errors, applied };
        match result {
            Ok(output) => {
                let dropped = output.record.dropped().map(|(leaf, reason, _)| Dropped {
                    pointer: loaded.document.node(leaf).pointer(),
                    reason: reason.to_owned(),
                });
                let dropped = if self.args.stdout { Vec::new() } else { dropped.collect() };
                let mut outcome = self.write(input, loaded, &judged, &output, dropped);
                if self.json && (judged.errors > 0 || judged.verdict != Verdict::FullyMigratable) {
                    let analysis = analyse(&loaded.document, &without_settings(&options));
                    let source = Source::new(&loaded.document);
                    let forced = self.reasons(&analysis, &Refusal::NeedsForce);
                    outcome.report.findings = forced.iter().map(|it| FindingReport::new(it, &source)).collect();
                }
                outcome
            }
            Err(refusal) => self.refused(input, loaded, &options, &judged, &refusal),
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
            return outcome;
        }
        let output = output_path(input, self.args.output.as_deref(), output.target);
        outcome.report.output = Some(output.to_string_lossy().into_owned());
        match self.writer.write(&output, text, self.args.overwrite, &input.path) {
            Ok(Written::New) => {}
            Ok(Written::UpToDate) => outcome.set(Status::UpToDate, Exit::Done),
            Err(error) => {
                let (status, exit) = match error {
                    WriteError::Differs | WriteError::IsSource => (Status::Refused, Exit::Found),
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
        Outcome { status: Status::Written, exit: Exit::Done, report, output, complaint }
    }
}

impl Outcome {
    fn set(&mut self, status: Status, exit: Exit) {
        (self.status, self.report.status, self.exit) = (status, status, exit);
    }
}

fn fix_reports(applied: &[AppliedFix], document: &Document) -> Vec<FixReport> {
    if applied.is_empty() {
        return Vec::new();
    }
    let source = Source::new(document);
    let report = |fix: &AppliedFix| FixReport {
        rule: fix.rule,
        title: source.redacted(&fix.title),
        pointer: fix.pointer.clone(),
        applicability: fix.applicability,
    };
    applied.iter().map(report).collect()
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

/// Numbered steps under a title.
fn next_steps(title: &str, steps: &[&str]) -> String {
    let steps = steps.iter().zip(1..).map(|(step, number)| format!("  {number}. {}\n", step.replace('\n', "\n     ")));
    format!("\n{title}\n{}", steps.collect::<String>())
}

#[derive(Serialize)]
struct RolloutReport {
    namespace: String,
    name: String,
    plans: Vec<PlanReport>,
    subscriptions: Vec<SubscriptionReport>,
}

/// A V2 plan by its name, and its key in V4.
#[derive(Serialize)]
struct PlanReport {
    name: String,
    key: String,
}

/// A subscription that names the V2 resource.
#[derive(Serialize)]
struct SubscriptionReport {
    path: String,
    name: String,
    plan: String,
}

impl From<&Rollout> for RolloutReport {
    fn from(rollout: &Rollout) -> Self {
        let plan = |(name, key): &(String, String)| PlanReport { name: name.clone(), key: key.clone() };
        let subscription = |it: &Subscription| SubscriptionReport {
            path: it.label.to_string(),
            name: it.name.name.clone(),
            plan: it.plan.clone(),
        };
        Self {
            namespace: rollout.name.namespace.clone(),
            name: rollout.name.name.clone(),
            plans: rollout.plans.iter().map(plan).collect(),
            subscriptions: rollout.subscriptions.iter().map(subscription).collect(),
        }
    }
}

/// The subscriptions that have to name the V4 resource, and how they name its plans.
fn rollout_lines(rollouts: &[RolloutReport]) -> String {
    let mut out = String::new();
    for rollout in rollouts.iter().filter(|rollout| !rollout.subscriptions.is_empty()) {
        let subscriptions = count(rollout.subscriptions.len(), "subscription names", "subscriptions name");
        out += &format!("  {subscriptions} the V2 resource {}; in V4 with kind ApiV4Definition:\n", rollout.name);
        for SubscriptionReport { path, name, plan } in &rollout.subscriptions {
            let key = rollout.plans.iter().find(|known| known.name == *plan).map_or(plan, |known| &known.key);
            out += &printable(&format!("    {path}: {name}, plan {key}"));
            out.push('\n');
        }
    }
    out
}

/// How many values of the V2 file are not in the V4 file, by rule, with the first few places.
fn dropped_lines(dropped: &[Dropped]) -> String {
    if dropped.is_empty() {
        return String::new();
    }
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Dropped { pointer, reason } in dropped {
        by_reason.entry(reason).or_default().push(pointer);
    }
    let mut out = format!("  {} dropped:\n", count(dropped.len(), "value is", "values are"));
    for (reason, pointers) in by_reason {
        let shown = pointers.iter().take(DROPPED_SHOWN).copied().collect::<Vec<_>>().join(", ");
        let more = pointers.len().saturating_sub(DROPPED_SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        out += &printable(&format!("    {reason} ({}): {shown}{more}", pointers.len()));
        out.push('\n');
    }
    out
}

/// Where the V4 file of an input goes.
fn output_path(input: &Input, folder: Option<&Path>, target: Target) -> PathBuf {
    generated::path_of(&place(input, folder), target)
}

/// Where an input would stand in the folder of the V4 files.
fn place(input: &Input, folder: Option<&Path>) -> PathBuf {
    folder.map_or_else(|| input.path.clone(), |folder| folder.join(input.relative()))
}

/// The same for all names that are one file where upper and lower case make no difference.
fn as_one_file(path: PathBuf) -> PathBuf {
    if cfg!(any(windows, target_os = "macos")) { path.to_string_lossy().to_lowercase().into() } else { path }
}

/// Makes sure that no two definitions would be written to one file. Only where two names meet are files read.
fn one_output_each(walk: &Walk, folder: Option<&Path>, to: Option<Target>) -> Result<(), Vec<String>> {
    // The ending of a V4 file is only known when its V2 file is read.
    let stem = |input: &Input| as_one_file(place(input, folder).with_extension(""));
    let mut by_stem: HashMap<PathBuf, u32> = HashMap::with_capacity(walk.inputs.len());
    for input in &walk.inputs {
        *by_stem.entry(stem(input)).or_default() += 1;
    }
    by_stem.retain(|_, inputs| *inputs > 1);
    if by_stem.is_empty() {
        return Ok(());
    }
    let options = Options { target: to, ..Options::default() };
    let mut clashes: BTreeMap<PathBuf, (PathBuf, Vec<String>)> = BTreeMap::new();
    for input in &walk.inputs {
        if !by_stem.contains_key(&stem(input)) {
            continue;
        }
        let loaded = files::load(input).ok().flatten();
        let Some(loaded) = loaded.filter(|loaded| loaded.definition == Definition::V2) else { continue };
        let output = output_path(input, folder, options.target_for(loaded.format));
        let file = as_one_file(output.clone());
        clashes.entry(file).or_insert_with(|| (output, Vec::new())).1.push(shown(&input.path));
    }
    clashes.retain(|_, (_, inputs)| inputs.len() > 1);
    let line = |(output, inputs): &(PathBuf, Vec<String>)| {
        format!("{} would be written for each of {}; nothing was written", shown(output), inputs.join(" and "))
    };
    if clashes.is_empty() { Ok(()) } else { Err(clashes.values().map(line).collect()) }
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        let written = outcome.report.target.filter(|_| outcome.status == Status::Written);
        self.imports |= written == Some(Target::ImportJson);
        self.resources |= written == Some(Target::Resource);
        *match outcome.status {
            Status::Written => &mut self.written,
            Status::UpToDate => &mut self.up_to_date,
            Status::Refused => &mut self.refused,
            Status::Failed => &mut self.failed,
        } += 1;
    }

    fn skip(&mut self, definition: Definition) {
        match definition {
            Definition::V1 => self.skipped_v1 += 1,
            _ => self.skipped_v4 += 1,
        }
    }

    fn found(&self) -> usize {
        self.written + self.up_to_date + self.refused + self.failed + self.skipped_v1 + self.skipped_v4
    }

    fn summary(&self) -> String {
        let rows = [
            ("written", self.written),
            ("up to date", self.up_to_date),
            ("refused", self.refused),
            ("failed", self.failed),
            ("V1, which cannot be migrated", self.skipped_v1),
        ];
        let row = |(name, number): &(&str, usize)| vec![format!("  {name}"), number.to_string()];
        let total = self.found() - self.skipped_v4;
        if total == 0 {
            let found = count(self.skipped_v4, "V4 definition was", "V4 definitions were");
            return format!("Nothing to migrate: only {found} found.\n");
        }
        let mut table = vec![vec![count(total, "definition", "definitions")]];
        table.extend(rows.iter().filter(|(_, number)| *number > 0).map(row));
        let mut out = text::table(&table);
        if self.imports {
            out += &next_steps("Next steps", words::NEXT_STEPS);
        }
        if self.resources {
            out += &next_steps("How to roll this out in the cluster", words::ROLLOUT_STEPS);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_places_of_what_is_dropped_are_named_by_rule() {
        let dropped = |pointer: &str, reason: &str| Dropped { pointer: pointer.into(), reason: reason.into() };
        let all = ["/a", "/b", "/c", "/d"].map(|pointer| dropped(pointer, "unknown-property"));
        let lines = dropped_lines(&[all.into(), vec![dropped("/x", "groups-not-portable")]].concat());
        assert_eq!(
            lines,
            "  5 values are dropped:\n    groups-not-portable (1): /x\n    \
             unknown-property (4): /a, /b, /c and 1 more\n"
        );
    }
}
