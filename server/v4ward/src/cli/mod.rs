//! The command line: one file per command.

mod accepted;
mod args;
mod batch;
mod check;
mod common;
mod completions;
mod console;
mod exit;
mod explain;
mod fix;
mod man;
mod migrate;
mod progress;
mod render;
mod rollback;
mod tally;
mod verify;

use std::io::Write as _;
use std::path::Path;

use clap::Parser as _;

use args::{Cli, Command};
use console::Console;

use crate::{lsp, panics};
pub(crate) use exit::Exit;
pub(crate) use render::name_of_root;

/// Runs the command that was typed.
pub(crate) fn run() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(message) => {
            // A reader that went away needs no help.
            let _ = message.print();
            let _ = std::io::stdout().flush();
            return if message.exit_code() == 0 { Exit::Done } else { Exit::Usage };
        }
    };
    panics::install_panic_hook();
    // The console keeps standard output to itself, which here belongs to the protocol.
    if matches!(cli.command, Command::Lsp) {
        return lsp::run();
    }
    let mut console = Console::new(cli.color);
    let exit = match panics::guarded(|| dispatch(&cli.command, &mut console)) {
        Ok(exit) => exit,
        Err(panicked) => {
            console.complain("internal error", &panicked.at_large());
            Exit::Internal
        }
    };
    exit.max(console.finish())
}

fn dispatch(command: &Command, console: &mut Console) -> Exit {
    match command {
        Command::Check(args) => check::run(args, console),
        Command::Fix(args) => fix::run(args, console),
        Command::Migrate(args) => migrate::run(args, console),
        Command::Verify(args) => verify::run(args, console),
        Command::Rollback(args) => rollback::run(args, console),
        Command::Explain(args) => explain::run(args, console),
        // Runs without a console.
        Command::Lsp => Exit::Internal,
        Command::Completions(args) => completions::run(args, console),
        Command::Man => man::run(console),
    }
}

/// A path for people.
fn shown(path: &Path) -> String {
    console::printable(&path.to_string_lossy()).into_owned()
}
