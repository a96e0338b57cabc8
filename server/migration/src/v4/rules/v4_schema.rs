//! `v4-schema`

use crate::finding::{Detail, Severity};
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, Turn, quote};

pub(super) struct V4Schema;

static DECLARATION: Declaration = Declaration {
    id: "v4-schema",
    severity: Severity::Error,
    summary: "Something has not the form that V4 asks for",
    explanation: "\
Types, words, limits and what must be there: the schemas of V4 files say it, below `schemas/`. They are those of \
APIM 4.13, its plugins and its operator, under the strict reading: what the server would mend on its own is told \
too, as values would change on the way.",
    fix_safety: "",
    bad: Example::Import(r#"{ "api": { "visibility": "OPEN" } }"#),
    good: Example::Import(r#"{ "api": { "visibility": "PUBLIC" } }"#),
    source: "FORMATS §2.1; §2.2; §3",
};

impl Rule for V4Schema {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn turn(&self) -> Turn {
        Turn::Rest
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (node, failure) in cx.failures() {
            let found = if failure.at_key { Match::at_key(node) } else { Match::at(node) };
            report.add(found.detail(Detail::Quote(failure.what.clone())));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(quote(finding), "")
    }
}
