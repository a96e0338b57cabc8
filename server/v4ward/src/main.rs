//! `v4ward`: checks Gravitee V2 API definitions offline and migrates them to V4.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod cli;
mod config;
mod files;
mod generated;
mod lsp;
mod panics;
mod transfer;
mod words;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run().into()
}
