//! `v4-page-parent`

use std::borrow::Cow;
use std::collections::HashMap;

use v4ward_syntax::Node;

use crate::finding::{Detail, Severity};
use crate::v4::rule::{
    Context, Declaration, Example, Finding, Form, Match, Message, Report, Rule, quote, related_nodes,
};
use crate::v4::view::text;

pub(super) struct V4PageParent;

static DECLARATION: Declaration = Declaration {
    id: "v4-page-parent",
    severity: Severity::Error,
    summary: "A page below something that is no folder",
    explanation: "\
The parent of a page is a page of type `FOLDER`, `SYSTEM_FOLDER` or `ROOT`. In a resource it is named by its key \
and must be in the file, else the operator refuses the resource; in an import file by its id.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "pages": [
  { "id": "guide", "name": "Guide", "type": "MARKDOWN" },
  { "id": "more", "name": "More", "type": "MARKDOWN", "parentId": "guide" }
] }"#,
    ),
    good: Example::Import(
        r#"{ "pages": [
  { "id": "guide", "name": "Guide", "type": "FOLDER" },
  { "id": "more", "name": "More", "type": "MARKDOWN", "parentId": "guide" }
] }"#,
    ),
    source: "FORMATS §2.1, what the import checks; §2.2, admission",
};

impl Rule for V4PageParent {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let pages: HashMap<Cow<'_, str>, Node<'d>> =
            cx.api.pages().filter_map(|page| Some((name_of(page, cx.api.form)?, page))).collect();
        let member = match cx.api.form {
            Form::Import => "parentId",
            Form::Resource => "parent",
        };
        for (place, named) in cx.api.pages().filter_map(|page| text(page, member)) {
            match pages.get(&named).map(|parent| (parent, parent.get("type").and_then(Node::as_str))) {
                // An id may be that of a page that APIM has already.
                None if cx.api.form == Form::Import => {}
                None => report.add(Match::at(place).detail(Detail::Variant(ABSENT))),
                Some((parent, Some(kind))) if !matches!(kind.as_ref(), "FOLDER" | "SYSTEM_FOLDER" | "ROOT") => {
                    report.add(Match::at(place).detail(Detail::Nodes(vec![*parent])));
                }
                Some(_) => {}
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        match quote(finding) {
            ABSENT => Message::new(
                "there is no page with this key: the operator refuses the resource",
                "name the key of a folder below pages, or remove parent",
            ),
            _ => {
                Message::new("the parent of the page is no folder: APIM refuses the page", "name a page of type FOLDER")
            }
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the parent")
    }
}

const ABSENT: &str = "absent";

/// How other pages name a page.
fn name_of(page: Node<'_>, form: Form) -> Option<Cow<'_, str>> {
    match form {
        Form::Import => text(page, "id").map(|(_, id)| id),
        Form::Resource => page.key(),
    }
}
