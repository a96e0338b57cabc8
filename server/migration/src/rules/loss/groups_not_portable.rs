//! `groups-not-portable`

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, holds_nothing};
use crate::target::Target;
use crate::v2::Page;

pub(in crate::rules) struct GroupsNotPortable;

/// What an export calls groups that may not see something.
const EXCLUDED: &str = "excluded_groups";

/// The variant about custom resources.
const RESOURCE: &str = "resource";

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
keeps its groups.

A custom resource names the groups of its API, in V4 too. Only groups that may not see a plan or a page are wanted by \
id there; they are written as they are.",
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
        let api = cx.api;
        let plans = api.plans.iter().filter_map(|plan| plan.excluded_groups);
        let pages = api.pages.iter().flat_map(Page::with_translations).flat_map(|page| &page.server_managed).copied();
        let excluded = plans.chain(pages.filter(|member| member.has_key(EXCLUDED)));
        let references = api.resource.iter().filter_map(|resource| resource.group_refs);
        let owners = api.groups.into_iter().chain(references);
        let is_resource = cx.target == Target::Resource;
        // What a custom resource says of plans is what its successor says.
        let kept = is_resource && api.resource.is_some();
        let owners = owners.filter(|_| !is_resource);
        for groups in owners.chain(excluded.filter(|_| !kept)).filter(|groups| !holds_nothing(*groups)) {
            let detail = if is_resource { Detail::Variant(RESOURCE) } else { Detail::None };
            report.add(Match::at_key(groups).detail(detail));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        if matches!(finding.detail, Detail::Variant(RESOURCE)) {
            return Message::new(
                "the custom resource wants the ids of these groups, not their names: they may see what was hidden from them",
                "write the ids that the groups have on the server",
            );
        }
        if finding.key() == "groupRefs" {
            return Message::new(
                "an import file has no references to other resources: after the import the API belongs to no group",
                "add the API to these groups on the server after the import",
            );
        }
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
