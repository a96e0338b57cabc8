//! `groups-not-portable`

use crate::finding::{Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, holds_nothing};

pub(in crate::rules) struct GroupsNotPortable;

static DECLARATION: Declaration = Declaration {
    id: "groups-not-portable",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "Groups by name, where V4 wants ids",
    explanation: "\
A V2 file names the groups of users that own an API, or that may not see a plan or a page. The import of a V4 file \
wants the ids that these groups have on the server it goes to, which no file can tell; it refuses the whole file \
when an id is unknown.

The names are left out of the V4 file. After the import the API belongs to no group, and **plans and pages that were \
hidden from a group can be seen by it** until the groups are set again. An API that the server migrates in place \
keeps its groups.",
    fix_safety: "",
    bad: Example::Members(r#"{ "groups": ["Partners"] }"#),
    good: Example::Members(r#"{}"#),
    source: "FORMATS §2.1, `api`; §5.2",
};

impl Rule for GroupsNotPortable {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let plans = cx.api.plans.iter().filter_map(|plan| plan.excluded_groups);
        let pages = cx.api.pages.iter().flat_map(|page| &page.server_managed).copied();
        let excluded = plans.chain(pages.filter(|member| member.has_key("excluded_groups")));
        for groups in cx.api.groups.into_iter().chain(excluded).filter(|groups| !holds_nothing(*groups)) {
            report.add(Match::at_key(groups));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        if finding.key() == "groups" {
            Message::new(
                "a V4 import knows groups by id, not by name: after it the API belongs to no group",
                "add the API to its groups on the server after the import",
            )
        } else {
            Message::new(
                "a V4 import knows groups by id, not by name: after it these groups can see what was hidden from them",
                "exclude the groups again on the server, before the API is published",
            )
        }
    }
}
