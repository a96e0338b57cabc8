//! Files that are made from the rules.

mod modules;
mod output;
#[cfg(feature = "pages")]
mod pages;
#[cfg(feature = "pages")]
mod tables;

use std::process::Command;

use anyhow::{Context, Result};

use crate::{cargo, root};
use output::Output;

/// Whether to write.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Writes what is stale.
    Write,
    /// Only names it.
    Check,
}

/// All generated files: the lists of modules first, then, with a build that has them, what is made from the rules.
/// False when something is stale.
pub(crate) fn run(mode: Mode) -> Result<bool> {
    let mut output = Output::default();
    modules::generate(&root(), &mut output)?;
    let fresh = output.settle(&root(), mode)?;
    let mut command = Command::new(cargo());
    command.args(["run", "--quiet", "--package", "xtask", "--features", "pages", "--", "generate-pages"]);
    if mode == Mode::Check {
        command.arg("--check");
    }
    let status = command.current_dir(root()).status().context("cannot run cargo")?;
    Ok(fresh && status.success())
}

/// What is made from the rules themselves.
#[cfg(feature = "pages")]
pub(crate) fn pages(mode: Mode) -> Result<bool> {
    let mut output = Output::default();
    pages::generate(&root(), &mut output)?;
    tables::generate(&root(), &mut output)?;
    output.settle(&root(), mode)
}
