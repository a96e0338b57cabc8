//! Counting what was found.

use serde::Serialize;
use v4ward_migration::{Severity, Verdict};

/// Files by verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Verdicts {
    pub(super) fully_migratable: usize,
    pub(super) partially_migratable: usize,
    pub(super) not_migratable: usize,
}

impl Verdicts {
    pub(super) fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::FullyMigratable => &mut self.fully_migratable,
            Verdict::PartiallyMigratable => &mut self.partially_migratable,
            Verdict::NotMigratable => &mut self.not_migratable,
        } += 1;
    }
}

/// Findings by severity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) struct Severities {
    pub(super) error: usize,
    pub(super) warning: usize,
    pub(super) information: usize,
    pub(super) hint: usize,
}

impl Severities {
    pub(super) fn add(&mut self, severity: Severity) {
        *match severity {
            Severity::Error => &mut self.error,
            Severity::Warning => &mut self.warning,
            Severity::Information => &mut self.information,
            Severity::Hint => &mut self.hint,
        } += 1;
    }

    pub(super) fn total(self) -> usize {
        self.error + self.warning + self.information + self.hint
    }
}
