//! `page-translation`

use std::collections::HashMap;

use v4ward_syntax::edit::Change;

use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct PageTranslation;

static DECLARATION: Declaration = Declaration {
    id: "page-translation",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A translation of a documentation page",
    explanation: "\
A translation is a page of type `TRANSLATION` that belongs to another page. V4 APIs have no translated pages, and \
APIM refuses to migrate an API that has one. It names the page that is translated, not the translation.

APIM's migration fails altogether for a translation whose page is not there; it is reported here all the same.",
    fix_safety: "\
Removing the translation is unsafe: readers in that language get the page in its first language. Keep the text \
somewhere, for example in a page of its own.",
    bad: Example::Members(
        r#"{
  "pages": [
    { "id": "page-1", "name": "Guide", "type": "MARKDOWN", "content": "How to order" },
    {
      "id": "page-2",
      "name": "Anleitung",
      "type": "TRANSLATION",
      "parentId": "page-1",
      "content": "So bestellen Sie",
      "configuration": { "lang": "de" }
    }
  ]
}"#,
    ),
    good: Example::Members(
        r#"{ "pages": [{ "id": "page-1", "name": "Guide", "type": "MARKDOWN", "content": "How to order" }] }"#,
    ),
    source: "FORMATS §1.1, pages; §5, preconditions",
};

impl Rule for PageTranslation {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let pages = &cx.api.pages;
        let mut by_id = HashMap::new();
        for page in pages {
            if let Some(id) = &page.id {
                by_id.entry(id.value.as_ref()).or_insert(page);
            }
        }
        for page in pages {
            let Some(kind) = page.kind.as_ref().filter(|kind| kind.value == "TRANSLATION") else { continue };
            let translated = page.parent_id.as_ref().and_then(|parent| by_id.get(parent.value.as_ref()));
            let found = Match::at(kind.node);
            report.add(match translated.and_then(|page| page.name.as_ref()) {
                Some(name) => found.subject(name.value.as_ref()),
                None => found,
            });
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let what = match &finding.subject {
            Some(page) => format!("this translates the page {page}: APIM refuses to migrate an API with translations"),
            None => "this translates a page that is not in the file: APIM's migration fails for it".into(),
        };
        Message::new(what, "remove the translation, or make it a page of its own")
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let page = finding.place.node().and_then(|kind| kind.parent());
        page.map(|page| Fix::needs_decision("Remove the translation", vec![Change::Remove { node: page.id() }]))
            .into_iter()
            .collect()
    }
}
