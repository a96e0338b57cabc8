//! The project's own chores; see [`HELP`].

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool for people and CI")]

mod checks;
mod generate;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  generate           write everything that is made from the rules: lists of modules, docs/rules, the README's table,
                     the rule names in schemas/v4ward.schema.json
  generate --check   write nothing; fail with the list of stale files
  test               run all checks and tests that this machine can run; says what is skipped and what it needs
  test --no-skip     the same, and a skip is a failure (so it is when CI=true is set)
  nightly            the same as test, with 100,000 other cases per property each time, all leaves in the transfer test
                     and the long kill test
  vscode             build the extension and open it in a VS Code of its own, in your browser, with a copy of examples/.
                     Needs node, npm and Linux on x86_64; about 700 MB come from npm the first time. What is tried goes
                     to target/try-vscode; Ctrl+C ends it
  help               this text
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["generate"] => generate::run(generate::Mode::Write),
        ["generate", "--check"] => generate::run(generate::Mode::Check),
        #[cfg(feature = "pages")]
        ["generate-pages"] => generate::pages(generate::Mode::Write),
        #[cfg(feature = "pages")]
        ["generate-pages", "--check"] => generate::pages(generate::Mode::Check),
        ["test"] => checks::run(checks::Length::Short, no_skip_by_environment()),
        ["test", "--no-skip"] => checks::run(checks::Length::Short, true),
        ["nightly"] => checks::run(checks::Length::Long, no_skip_by_environment()),
        ["vscode"] => checks::vscode(),
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(true)
        }
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    finish(&result)
}

/// Success, or what went wrong.
fn finish(result: &Result<bool>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn no_skip_by_environment() -> bool {
    std::env::var("CI").is_ok_and(|ci| ci == "true")
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The program that runs us, so that the same toolchain is used throughout.
pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
