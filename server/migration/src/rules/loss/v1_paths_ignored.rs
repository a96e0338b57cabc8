//! `v1-paths-ignored`

use v4ward_syntax::edit::Change;

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::recognise::Definition;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, holds_nothing};

pub(in crate::rules) struct V1PathsIgnored;

static DECLARATION: Declaration = Declaration {
    id: "v1-paths-ignored",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "Policies under `paths`, which V2 does not read",
    explanation: "\
In V1 the policies of an API stood under `paths`, at the root or in a plan. A V2 file has `flows` instead. The \
server's reader skips `paths` of a V2 file without a word, so these policies do not run today, and V4 has no place \
for them.

If they were meant to run, they have to be written as flows first. An empty `paths` is no finding.",
    fix_safety: "\
Removing them is unsafe: requests are handled as before, but what somebody meant to happen is then gone from the \
file.",
    bad: Example::Members(
        r#"{
  "paths": { "/": [{ "methods": ["GET"], "rate-limit": { "rate": { "limit": 10 } } }] }
}"#,
    ),
    good: Example::Members(r#"{}"#),
    source: "FORMATS §1.0; §1.1, plans",
};

impl Rule for V1PathsIgnored {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        // In a V1 file they are what the file is about.
        if cx.definition != Definition::V2 {
            return;
        }
        let of_plans = cx.api.plans.iter().filter_map(|plan| plan.v1_paths);
        for paths in cx.api.v1_paths.into_iter().chain(of_plans).filter(|paths| !holds_nothing(*paths)) {
            report.add(Match::at_key(paths));
        }
    }

    fn message(&self, _finding: &Finding<'_>) -> Message {
        Message::new(
            "these policies by path are of V1: a V2 API does not run them, and they are left out of the V4 file",
            "write them as flows if they are needed, or remove them",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let paths = finding.place.node();
        paths
            .map(|paths| Fix::needs_decision("Remove the paths", vec![Change::Remove { node: paths.id() }]))
            .into_iter()
            .collect()
    }
}
