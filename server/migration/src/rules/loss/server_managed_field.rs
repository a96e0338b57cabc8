//! `server-managed-field`

use crate::finding::{Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, holds_nothing};
use crate::v2::Page;

pub(in crate::rules) struct ServerManagedField;

static DECLARATION: Declaration = Declaration {
    id: "server-managed-field",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Hint,
    summary: "A value that the server sets by itself",
    explanation: "\
Some members of an export describe how things are on the server it comes from: the owner, whether the API was \
started, when it was created, which API a plan belongs to, who changed a page last. An import of a V4 file does not \
take them: the server sets them anew.

They are left out of the V4 file. There is nothing to do, unless a script of your own reads them.",
    fix_safety: "",
    bad: Example::Members(r#"{ "primaryOwner": { "displayName": "Ada", "type": "USER" } }"#),
    good: Example::Members(r#"{}"#),
    source: "FORMATS §1.1; §2.1, `api`; §5.2",
};

impl Rule for ServerManagedField {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let api = cx.api;
        let plans = api.plans.iter().flat_map(|plan| &plan.server_managed);
        // Groups that may not see a page are more than that: `groups-not-portable`.
        let pages = api.pages.iter().flat_map(Page::with_translations).flat_map(|page| &page.server_managed);
        let pages = pages.filter(|node| !node.has_key("excluded_groups"));
        let metadata = api.metadata.iter().filter_map(|item| item.node.get("apiId"));
        let resource = api.resource.iter().flat_map(|resource| &resource.server_managed);
        let members = api.server_managed.iter().chain(plans).chain(pages).chain(resource).copied().chain(metadata);
        for member in members.filter(|member| !holds_nothing(*member)) {
            report.add(Match::at_key(member));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("the server sets {} by itself when a V4 file is imported: it is left out", finding.key()),
            "nothing has to be done",
        )
    }
}
