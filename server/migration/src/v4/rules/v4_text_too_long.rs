//! `v4-text-too-long`

use crate::finding::{Detail, Severity};
use crate::v4::FailureKind;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, Turn, quote, who};

pub(super) struct V4TextTooLong;

static DECLARATION: Declaration = Declaration {
    id: "v4-text-too-long",
    severity: Severity::Error,
    summary: "A text that is longer than APIM takes from the operator",
    explanation: "\
The API that the operator calls limits texts: names of APIs to 512 characters, descriptions to 4000, names of \
plans, pages and steps to 64, and more. A longer one is refused.",
    fix_safety: "",
    bad: Example::Resource(r#"version: "1.0.0-a-version-that-goes-on-and-on-and-on-and-on-and-on-and-on-and-on""#),
    good: Example::Resource(r#"version: "1.0.0""#),
    source: "FORMATS §2.3",
};

impl Rule for V4TextTooLong {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn turn(&self) -> Turn {
        Turn::OfSchema
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (text, failure) in cx.failures() {
            if let FailureKind::TooLong(limit) = failure.kind {
                let what = format!("this must have at most {limit} characters");
                report.add(Match::at(text).detail(Detail::Quote(what)));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(format!("{}: {}", quote(finding), who(finding.form)), "make it shorter")
    }
}
