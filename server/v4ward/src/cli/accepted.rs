//! What `v4ward.toml` accepts, as the commands that tell of findings count it.

use std::collections::HashSet;
use std::path::PathBuf;

use serde::Serialize;
use v4ward_migration::Options;
use v4ward_syntax::{LineIndex, PositionEncoding};

use super::common::Workload;
use super::console::{Console, count};
use super::render::markdown::code;
use crate::config::{FILE_NAME, Stale, StaleEntry};

/// The entries of settings files that accept something, by the folder of their file.
pub(super) type Used = HashSet<(PathBuf, usize)>;

/// The entries that accept something in a file.
pub(super) fn used(entries: impl IntoIterator<Item = usize>, options: &Options) -> Vec<(PathBuf, usize)> {
    entries.into_iter().map(|entry| (options.suppressions.home.clone(), entry)).collect()
}

/// Part of the summary of a command.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Accepted {
    /// Findings that `v4ward.toml` accepts; they are in no other number.
    pub(super) suppressed: usize,
    /// Entries of `v4ward.toml` that accept nothing, or no more.
    pub(super) stale_suppressions: Vec<StaleReport>,
}

/// An entry of `v4ward.toml` that should go.
#[derive(Serialize)]
pub(super) struct StaleReport {
    path: String,
    /// Counted from 0.
    line: u32,
    why: Stale,
    rule: String,
    message: String,
}

impl StaleReport {
    fn new(stale: StaleEntry) -> Self {
        let StaleEntry { why, rule, at } = stale;
        let start = at.problem.span.start;
        Self {
            path: at.path.to_string_lossy().into_owned(),
            line: LineIndex::new(&at.text).position(&at.text, start, PositionEncoding::Utf16).line,
            why,
            rule,
            message: at.problem.message,
        }
    }
}

impl Accepted {
    /// Warns of the entries that should go. Those of rules that the command does not run are none of its business: they
    /// may well accept something.
    pub(super) fn tell_stale(
        &mut self,
        workload: &Workload,
        used: &Used,
        ran: impl Fn(&str) -> bool,
        console: &mut Console,
    ) {
        for stale in workload.settings.ledger.stale(used, &workload.walk.folders, ran) {
            console.complain("warning", &stale.at.to_string());
            self.stale_suppressions.push(StaleReport::new(stale));
        }
    }

    /// A line below a summary; empty where nothing is accepted.
    pub(super) fn line(&self) -> String {
        if self.suppressed == 0 {
            return String::new();
        }
        format!("{} suppressed by {FILE_NAME}\n", count(self.suppressed, "finding is", "findings are"))
    }

    /// The same on a page, with the entries that should go.
    pub(super) fn facts(&self) -> Vec<String> {
        let mut facts = Vec::new();
        if self.suppressed > 0 {
            let findings = count(self.suppressed, "finding is", "findings are");
            facts.push(format!("{findings} suppressed by {}.", code(FILE_NAME)));
        }
        for stale in &self.stale_suppressions {
            facts.push(format!("{}, line {}: {}", code(&stale.path), stale.line + 1, stale.message));
        }
        facts
    }
}
