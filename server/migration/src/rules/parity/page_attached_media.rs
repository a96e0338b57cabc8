//! `page-attached-media`

use v4ward_syntax::edit::Change;

use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct PageAttachedMedia;

static DECLARATION: Declaration = Declaration {
    id: "page-attached-media",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A documentation page with attached files",
    explanation: "\
`attached_media` lists files that readers of a page can download. Pages of V4 APIs have no attachments in the Console, \
and APIM refuses to migrate an API that has a page with some. Pictures inside the text of a page are something else \
and do not matter here.

The files themselves are in `apiMedia` of the export. A link in the text of the page to a place where they are kept \
does the same for readers.",
    fix_safety: "\
Removing the list is unsafe: readers no longer find the files. They stay in `apiMedia`.",
    bad: Example::Members(
        r#"{
  "pages": [
    {
      "id": "page-1",
      "name": "Forms",
      "type": "MARKDOWN",
      "content": "All our forms",
      "attached_media": [{ "mediaHash": "0F3A", "mediaName": "order-form.pdf" }]
    }
  ]
}"#,
    ),
    good: Example::Members(
        r#"{ "pages": [{ "id": "page-1", "name": "Forms", "type": "MARKDOWN", "content": "All our forms" }] }"#,
    ),
    source: "FORMATS §1.1, pages; §5, preconditions",
};

impl Rule for PageAttachedMedia {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for page in &cx.api.pages {
            let Some(media) = page.attached_media.filter(|media| media.values().next().is_some()) else { continue };
            let found = Match::at_key(media);
            report.add(match &page.name {
                Some(name) => found.subject(name.value.as_ref()),
                None => found,
            });
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let page = finding.subject.as_deref().unwrap_or("without name");
        Message::new(
            format!("files are attached to the page {page}: APIM refuses to migrate an API with such a page"),
            "keep the files elsewhere, link them in the text of the page, and remove the list",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let media = finding.place.node();
        media
            .map(|media| Fix::needs_decision("Remove the attached files", vec![Change::Remove { node: media.id() }]))
            .into_iter()
            .collect()
    }
}
