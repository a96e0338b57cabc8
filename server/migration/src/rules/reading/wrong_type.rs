//! `wrong-type`

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::ProblemKind;

pub(in crate::rules) struct WrongType;

static DECLARATION: Declaration = Declaration {
    id: "wrong-type",
    group: Group::Reading,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A value that APIM cannot take as it is written",
    explanation: "\
APIM's reader takes scalars of another type where it can: `\"5000\"` is a number, `\"true\"` is true. What it cannot \
take it replaces by nothing, by 0 or by a default without a word, or, for words of a fixed list, it refuses the whole \
file. v4ward does the same when it converts, and says so here. A value that V2 takes and V4 refuses, such as an empty \
name of an endpoint or a time below zero, is told here too.",
    fix_safety: "",
    bad: Example::Members(r#"{ "flow_mode": "FASTEST" }"#),
    good: Example::Members(r#"{ "flow_mode": "BEST_MATCH" }"#),
    source: "FORMATS §1.1, parser behaviour that applies everywhere",
};

impl Rule for WrongType {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for problem in &cx.api.problems {
            let told = matches!(
                problem.kind,
                ProblemKind::Missing { .. } | ProblemKind::Unreadable { .. } | ProblemKind::NameTaken { .. }
            );
            if !told {
                let detail = Detail::Problem(problem.kind.clone());
                report.add(Match::at(problem.node).detail(detail).refused(problem.refused));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let outcome = if finding.refused {
            "the server refuses to import the file"
        } else {
            "the server reads it as if it were not there"
        };
        match &finding.detail {
            Detail::Problem(ProblemKind::UnknownWord { allowed }) => Message::new(
                format!("this is none of the words that are known here: {outcome}"),
                format!("write one of {}", allowed.join(", ")),
            ),
            Detail::Problem(ProblemKind::WrongType(expected)) => Message::new(
                format!("{} is expected here: {outcome}", expected.words()),
                format!("write {}, or remove the property", expected.words()),
            ),
            Detail::Problem(ProblemKind::RefusedByV4(wanted)) => {
                Message::new(format!("V4 wants {wanted} here and refuses the file"), format!("write {wanted}"))
            }
            _ => Message::new("this value cannot be read", "correct it, or remove the property"),
        }
    }
}
