//! `v4ward completions`

use clap::CommandFactory as _;

use super::args::{Cli, CompletionsArgs};
use super::console::Console;
use super::exit::Exit;

pub(super) fn run(args: &CompletionsArgs, console: &mut Console) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "v4ward", &mut script);
    console.print(&String::from_utf8_lossy(&script));
    Exit::Done
}
