//! `v4ward man`

use std::io;

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::args::Cli;
use super::console::Console;
use super::exit::Exit;

pub(super) fn run(console: &mut Console) -> Exit {
    match page() {
        Ok(page) => {
            console.print(&String::from_utf8_lossy(&page));
            Exit::Done
        }
        Err(error) => {
            console.complain("internal error", &format!("the manual page cannot be made: {error}"));
            Exit::Internal
        }
    }
}

/// One page for all commands: the main page, then the options of each command.
fn page() -> io::Result<Vec<u8>> {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    let man = Man::new(command.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
        let name = command.get_name().to_owned();
        let man = Man::new(command.clone());
        let mut section = Vec::new();
        man.render_synopsis_section(&mut section)?;
        man.render_description_section(&mut section)?;
        man.render_options_section(&mut section)?;
        let section = String::from_utf8_lossy(&section)
            .replace(".SH SYNOPSIS", &format!(".SH \"V4WARD {}\"", name.to_uppercase()))
            .replace(".SH DESCRIPTION", ".PP")
            .replace(".SH OPTIONS", ".PP");
        page.extend(section.as_bytes());
    }
    man.render_options_section(&mut page)?;
    man.render_extra_section(&mut page)?;
    man.render_version_section(&mut page)?;
    Ok(page)
}
