//! `cargo xtask test`: all checks and tests, in order, each timed. And `cargo xtask vscode`, made of the same parts.

mod boundaries;
mod needs;
mod parts;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::root;
use parts::{Action, Part};

/// How thorough.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// For each change.
    Short,
    /// For the night.
    Long,
}

/// What became of a part.
enum Outcome {
    Passed,
    Failed,
    /// With what it needs.
    Skipped(String),
}

/// Runs all parts; false when one failed, or was skipped where that is not allowed.
pub(crate) fn run(length: Length, no_skip: bool) -> Result<bool> {
    let mut done = Vec::new();
    for part in parts::all(length) {
        println!("\n== {}", part.name);
        let start = Instant::now();
        let outcome = run_part(&part)?;
        let time = start.elapsed();
        println!("{}", line(part.name, &outcome, time));
        done.push((part.name, outcome, time));
    }
    println!("\n== summary");
    for (name, outcome, time) in &done {
        println!("{}", line(name, outcome, *time));
    }
    let count = |wanted: fn(&Outcome) -> bool| done.iter().filter(|(_, outcome, _)| wanted(outcome)).count();
    let failed = count(|outcome| matches!(outcome, Outcome::Failed));
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
    if no_skip && skipped > 0 {
        println!("a skip counts as a failure here");
    }
    println!("{} passed, {failed} failed, {skipped} skipped", done.len() - failed - skipped);
    Ok(failed == 0 && !(no_skip && skipped > 0))
}

/// Opens a VS Code with the extension, for trying it; false when something that it needs is missing or has failed.
pub(crate) fn vscode() -> Result<bool> {
    for part in parts::vscode() {
        println!("\n== {}", part.name);
        match run_part(&part)? {
            Outcome::Passed => {}
            Outcome::Failed => return Ok(false),
            Outcome::Skipped(needs) => {
                eprintln!("needs {needs}");
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn line(name: &str, outcome: &Outcome, time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match outcome {
        Outcome::Passed => format!("passed   {seconds:7.1} s  {name}"),
        Outcome::Failed => format!("FAILED   {seconds:7.1} s  {name}"),
        Outcome::Skipped(needs) => format!("skipped             {name}: needs {needs}"),
    }
}

fn run_part(part: &Part) -> Result<Outcome> {
    let missing: Vec<String> = part.needs.iter().filter_map(|need| need.missing()).collect();
    if !missing.is_empty() {
        return Ok(Outcome::Skipped(missing.join(", and ")));
    }
    let passed = match &part.action {
        Action::Run(commands) => commands.iter().all(run_command),
        Action::Inside(check) => check()?,
    };
    Ok(if passed { Outcome::Passed } else { Outcome::Failed })
}

fn run_command(command: &parts::CommandLine) -> bool {
    println!("   {command}");
    let status = Command::new(&command.program)
        .args(&command.arguments)
        .envs(command.environment.iter().map(|(name, value)| (name, value)))
        .current_dir(root())
        .status();
    match status {
        Ok(status) => status.success(),
        Err(error) => {
            eprintln!("cannot run {}: {error}", command.program);
            false
        }
    }
}
