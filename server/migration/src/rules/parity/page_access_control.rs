//! `page-access-control`

use v4ward_syntax::edit::Change;

use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct PageAccessControl;

static DECLARATION: Declaration = Declaration {
    id: "page-access-control",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A documentation page that only some groups may read",
    explanation: "\
`accessControls` of a page names the groups that may read it or, with `excludedAccessControls`, those that may not. \
APIM refuses to migrate an API that has such a page.

Access can be given again after the move, in the documentation of the V4 API. Until then a page without access \
controls is open to everybody who can read the documentation.",
    fix_safety: "\
Removing the access controls is unsafe: the page becomes readable for everybody who sees the API's documentation. \
Unpublish the page first if that must not happen.",
    bad: Example::Members(
        r#"{
  "pages": [
    {
      "id": "page-1",
      "name": "Prices",
      "type": "MARKDOWN",
      "content": "Our prices",
      "accessControls": [{ "referenceId": "sales", "referenceType": "GROUP" }]
    }
  ]
}"#,
    ),
    good: Example::Members(
        r#"{ "pages": [{ "id": "page-1", "name": "Prices", "type": "MARKDOWN", "content": "Our prices" }] }"#,
    ),
    source: "FORMATS §1.1, pages; §5, preconditions",
};

impl Rule for PageAccessControl {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for page in &cx.api.pages {
            let Some(groups) = page.access_controls.filter(|groups| groups.values().next().is_some()) else { continue };
            let found = Match::at_key(groups);
            report.add(match &page.name {
                Some(name) => found.subject(name.value.as_ref()),
                None => found,
            });
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let page = finding.subject.as_deref().unwrap_or("without name");
        Message::new(
            format!("only some groups may read the page {page}: APIM refuses to migrate an API with such a page"),
            "remove the access controls, and set them again in the V4 API",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let groups = finding.place.node();
        groups
            .map(|groups| Fix::needs_decision("Remove the access controls", vec![Change::Remove { node: groups.id() }]))
            .into_iter()
            .collect()
    }
}
