//! `members-not-portable`

use crate::finding::{Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, holds_nothing};
use crate::target::Target;

pub(in crate::rules) struct MembersNotPortable;

static DECLARATION: Declaration = Declaration {
    id: "members-not-portable",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "Members, which V4 knows by other ids",
    explanation: "\
A V2 file names each member by where the user comes from (`source`, `sourceId`) and its roles by their ids. The \
import of a V4 file wants the user's id on the server it goes to and the names of the roles. Neither can be told \
from the file.

The members are left out of the V4 file: after the import only the one who imported it can manage the API. An API \
that the server migrates in place keeps its members.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "members": [{ "source": "memory", "sourceId": "ada", "roles": ["6e3c5f1a"] }]
}"#,
    ),
    good: Example::Members(r#"{}"#),
    source: "FORMATS §2.1, top level; §5.2",
};

impl Rule for MembersNotPortable {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let lost = cx.target == Target::ImportJson || cx.api.resource.is_none();
        if let Some(members) = cx.api.members.filter(|members| lost && !holds_nothing(*members)) {
            report.add(Match::at_key(members));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let count = finding.place.node().map_or(0, |members| members.values().count());
        let members = if count == 1 { "the member is".to_owned() } else { format!("the {count} members are") };
        Message::new(
            format!("{members} left out of the V4 file, which would need their ids on the target server"),
            "add them on the server after the import",
        )
    }
}
