//! `v4ward fix`

use std::ops::ControlFlow;
use std::path::Path;

use v4ward_migration::fixes::{Applicability, AppliedFix, Fixed, Selection, converge};
use v4ward_migration::{Analysis, Definition, Finding, Options, analyse};

use super::args::FixArgs;
use super::common::{Workload, about, for_shell, known_rules};
use super::console::{Console, count};
use super::exit::Exit;
use super::render::{Source, diff, name_of, text};
use super::{batch, shown};
use crate::files::write::Writer;
use crate::files::{self, Input, Loaded};
use crate::words::not_for_migration;

/// What became of a file.
#[derive(Default)]
struct Outcome {
    ours: bool,
    fixes: usize,
    /// Errors that are left.
    errors: usize,
    /// Problems that are left and that only an unsafe fix was found for.
    needs_decision: usize,
    output: String,
    /// Why it could not be written.
    failure: Option<String>,
}

#[derive(Default)]
struct Tally {
    found: usize,
    files: usize,
    fixes: usize,
    errors: usize,
    files_with_errors: usize,
    needs_decision: usize,
}

pub(super) fn run(args: &FixArgs, console: &mut Console) -> Exit {
    if let Err(exit) = known_rules(args.rules.iter().map(String::as_str), console) {
        return exit;
    }
    let workload = match Workload::find(&args.paths.paths, console) {
        Ok(workload) => workload,
        Err(exit) => return exit,
    };
    let rules = (!args.rules.is_empty()).then(|| args.rules.clone());
    let fixer = Fixer {
        selection: Selection { needs_decision: args.needs_decision, rules, document: None },
        diff: args.diff,
        styled: console.styled,
        writer: Writer::default(),
    };
    let (mut tally, mut exit) = (Tally::default(), workload.exit);
    let work = |input: &Input| match files::load(input) {
        Ok(Some(loaded)) => fixer.fix(input, &loaded, workload.settings.of(&input.path)),
        Ok(None) => Outcome::default(),
        Err(error) => Outcome { ours: true, failure: Some(about(&input.path, error)), ..Outcome::default() },
    };
    batch::run(&workload.walk.inputs, work, |input, result| {
        match result {
            Ok(outcome) => {
                tally.add(&outcome);
                console.print(&outcome.output);
                if let Some(failure) = &outcome.failure {
                    console.complain("error", failure);
                    exit = exit.max(Exit::Io);
                }
            }
            Err(panicked) => {
                console.complain("internal error", &panicked.about(&shown(&input.path)));
                exit = Exit::Internal;
            }
        }
        // Without a reader a diff is of no use; files are fixed all the same.
        if args.diff && console.is_closed() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    exit = exit.max(workload.expect_some(tally.found, "API definition", console));
    if !args.diff && tally.found > 0 {
        console.print(&tally.summary(&for_shell(&args.paths.paths)));
    }
    let failed = if args.diff { tally.files > 0 } else { tally.errors > 0 };
    exit.max(if failed { Exit::Found } else { Exit::Done })
}

struct Fixer {
    selection: Selection,
    diff: bool,
    styled: bool,
    writer: Writer,
}

impl Fixer {
    fn fix(&self, input: &Input, loaded: &Loaded, options: &Options) -> Outcome {
        let path = &input.path;
        if !matches!(loaded.definition, Definition::V1 | Definition::V2) {
            let mut outcome = Outcome { ours: loaded.definition == Definition::V4, ..Outcome::default() };
            if !input.found() {
                let name = name_of(&loaded.document).filter(|_| outcome.ours);
                let line =
                    text::headline(path, name.as_deref(), not_for_migration(loaded.definition, path), self.styled);
                // On standard output only what can be applied belongs into a diff.
                if self.diff { outcome.output.clear() } else { outcome.output = line }
            }
            return outcome;
        }
        let analysis = analyse(&loaded.document, options);
        let fixed = converge(&loaded.document, &analysis, options, &self.selection);
        let fixed = fixed.filter(|fixed| fixed.document.text() != loaded.document.text());
        let Some(fixed) = fixed else {
            let needs_decision = self.left_for_a_person(&analysis);
            return Outcome { ours: true, errors: analysis.errors(), needs_decision, ..Outcome::default() };
        };
        let after = analyse(&fixed.document, options);
        let mut outcome = Outcome {
            ours: true,
            fixes: fixed.applied.len(),
            errors: after.errors(),
            needs_decision: self.left_for_a_person(&after),
            ..Outcome::default()
        };
        if self.diff {
            outcome.output = diff::unified(&loaded.document, &fixed.document, path, self.styled);
            return outcome;
        }
        match self.writer.replace(path, loaded.document.text(), fixed.document.text()) {
            Ok(()) => outcome.output = self.report(path, loaded, &fixed, outcome.errors),
            Err(error) => {
                let errors = analysis.errors();
                outcome = Outcome { ours: true, errors, failure: Some(about(path, error)), ..Outcome::default() };
            }
        }
        outcome
    }

    /// How many of the problems that were asked for have an unsafe fix only.
    fn left_for_a_person(&self, analysis: &Analysis<'_>) -> usize {
        let all = Selection { needs_decision: true, ..self.selection.clone() };
        let left = |finding: &&Finding<'_>| {
            !self.selection.needs_decision && self.selection.choose(finding).is_none() && all.choose(finding).is_some()
        };
        analysis.findings.iter().filter(left).count()
    }

    fn report(&self, path: &Path, loaded: &Loaded, fixed: &Fixed, errors: usize) -> String {
        let mut line = format!("{} made", count(fixed.applied.len(), "fix", "fixes"));
        if errors > 0 {
            line += &format!(", {} left", count(errors, "error", "errors"));
        }
        let mut out = text::headline(path, name_of(&loaded.document).as_deref(), &line, self.styled);
        out += &applied(&fixed.applied, &Source::new(&loaded.document));
        out
    }
}

/// A line for each fix that was made.
pub(super) fn applied(fixes: &[AppliedFix], source: &Source<'_>) -> String {
    let line = |fix: &AppliedFix| {
        let kind = if fix.applicability == Applicability::Safe { "safe fix" } else { "unsafe fix" };
        let place = fix.pointer.as_deref().map(|pointer| format!(" at {pointer}")).unwrap_or_default();
        format!("  {kind} {}: {}\n", fix.rule, source.message(&format!("{}{place}", fix.title)))
    };
    fixes.iter().map(line).collect()
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        self.found += usize::from(outcome.ours);
        self.files += usize::from(outcome.fixes > 0);
        self.fixes += outcome.fixes;
        self.errors += outcome.errors;
        self.files_with_errors += usize::from(outcome.errors > 0);
        self.needs_decision += outcome.needs_decision;
    }

    fn summary(&self, paths: &str) -> String {
        let mut out = if self.fixes == 0 {
            "Nothing was fixed.\n".to_owned()
        } else {
            let fixes = count(self.fixes, "fix", "fixes");
            format!("{fixes} made in {}.\n", count(self.files, "file", "files"))
        };
        if self.errors > 0 {
            let errors = count(self.errors, "error is", "errors are");
            let files = count(self.files_with_errors, "file", "files");
            out += &format!("{errors} left in {files}: v4ward check {paths}\n");
        }
        if self.needs_decision > 0 {
            let problems = count(self.needs_decision, "problem has", "problems have");
            out += &format!("{problems} an unsafe fix only: read what it changes, then use --unsafe\n");
        }
        out
    }
}
