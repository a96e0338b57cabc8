//! What became of the files, for people and for programs.

use std::collections::BTreeMap;

use serde::Serialize;
use v4ward_migration::cluster::Subscription;
use v4ward_migration::fixes::{Applicability, AppliedFix};
use v4ward_migration::rollout::Rollout;
use v4ward_migration::{Definition, Target, Verdict};
use v4ward_syntax::Document;

use super::report::DefinitionReport;
use crate::cli::console::{count, printable};
use crate::cli::exit::Exit;
use crate::cli::render::json::FindingReport;
use crate::cli::render::{Source, text};
use crate::words;

/// So many of the values that are not in the V4 file are named; JSON has all of them.
const DROPPED_SHOWN: usize = 3;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    Written,
    /// To standard output.
    Printed,
    UpToDate,
    Refused,
    Failed,
}

/// What became of a file.
pub(super) struct Outcome {
    pub(super) status: Status,
    pub(super) exit: Exit,
    pub(super) report: Report,
    /// For the report, when one is wanted.
    pub(super) definitions: Vec<DefinitionReport>,
    /// For standard output.
    pub(super) output: String,
    /// For standard error.
    pub(super) complaint: String,
}

/// What a conversion says besides its result.
pub(super) struct Judged {
    pub(super) verdict_before: Verdict,
    pub(super) verdict: Verdict,
    pub(super) errors: usize,
    pub(super) applied: Vec<AppliedFix>,
}

impl Judged {
    /// The verdict, and what stands beside it.
    pub(super) fn words(&self) -> String {
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
pub(super) struct Report {
    pub(super) path: String,
    pub(super) output: Option<String>,
    #[serde(skip)]
    pub(super) target: Option<Target>,
    pub(super) status: Status,
    pub(super) verdict_before: Option<Verdict>,
    pub(super) verdict: Option<Verdict>,
    pub(super) fixes_applied: Vec<FixReport>,
    pub(super) dropped: Vec<Dropped>,
    /// How each custom resource takes the place of its V2 resource.
    pub(super) rollout: Vec<RolloutReport>,
    /// Why it was refused, or what was forced.
    pub(super) findings: Vec<FindingReport>,
    pub(super) message: Option<String>,
}

#[derive(Serialize)]
pub(super) struct FixReport {
    pub(super) rule: &'static str,
    pub(super) title: String,
    pub(super) pointer: Option<String>,
    pub(super) applicability: Applicability,
}

#[derive(Clone, Serialize)]
pub(super) struct Dropped {
    pub(super) pointer: String,
    pub(super) reason: String,
}

/// In JSON the summary.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tally {
    pub(super) written: usize,
    pub(super) up_to_date: usize,
    pub(super) refused: usize,
    pub(super) failed: usize,
    /// Files of V1 that a walk came across: nothing can be made of them.
    pub(super) skipped_v1: usize,
    /// V4 files that a walk came across.
    pub(super) skipped_v4: usize,
    /// Import files are among those that were written.
    #[serde(skip)]
    pub(super) imports: bool,
    /// Custom resources are.
    #[serde(skip)]
    pub(super) resources: bool,
}

impl Outcome {
    pub(super) fn set(&mut self, status: Status, exit: Exit) {
        (self.status, self.report.status, self.exit) = (status, status, exit);
    }
}

pub(super) fn fix_reports(applied: &[AppliedFix], document: &Document) -> Vec<FixReport> {
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

/// Numbered steps under a title.
pub(super) fn next_steps(title: &str, steps: &[&str]) -> String {
    let steps = steps.iter().zip(1..).map(|(step, number)| format!("  {number}. {}\n", step.replace('\n', "\n     ")));
    format!("\n{title}\n{}", steps.collect::<String>())
}

#[derive(Clone, Serialize)]
pub(super) struct RolloutReport {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) plans: Vec<PlanReport>,
    pub(super) subscriptions: Vec<SubscriptionReport>,
}

/// A V2 plan by its name, and its key in V4.
#[derive(Clone, Serialize)]
pub(super) struct PlanReport {
    pub(super) name: String,
    pub(super) key: String,
}

/// A subscription that names the V2 resource.
#[derive(Clone, Serialize)]
pub(super) struct SubscriptionReport {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) plan: String,
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
pub(super) fn rollout_lines(rollouts: &[RolloutReport]) -> String {
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
pub(super) fn dropped_lines(dropped: &[Dropped]) -> String {
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

impl Tally {
    pub(super) fn add(&mut self, outcome: &Outcome) {
        let written = outcome.report.target.filter(|_| outcome.status == Status::Written);
        self.imports |= written == Some(Target::ImportJson);
        self.resources |= written == Some(Target::Resource);
        *match outcome.status {
            Status::Written | Status::Printed => &mut self.written,
            Status::UpToDate => &mut self.up_to_date,
            Status::Refused => &mut self.refused,
            Status::Failed => &mut self.failed,
        } += 1;
    }

    pub(super) fn skip(&mut self, definition: Definition) {
        match definition {
            Definition::V1 => self.skipped_v1 += 1,
            _ => self.skipped_v4 += 1,
        }
    }

    pub(super) fn found(&self) -> usize {
        self.written + self.up_to_date + self.refused + self.failed + self.skipped_v1 + self.skipped_v4
    }

    pub(super) fn summary(&self) -> String {
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
