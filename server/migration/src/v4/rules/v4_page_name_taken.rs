//! `v4-page-name-taken`

use std::borrow::Cow;
use std::collections::HashMap;

use v4ward_syntax::Node;

use crate::finding::{Detail, Severity};
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, quote, related_nodes};
use crate::v4::view::text;

pub(super) struct V4PageNameTaken;

static DECLARATION: Declaration = Declaration {
    id: "v4-page-name-taken",
    severity: Severity::Error,
    summary: "Two pages of one name and type in one folder",
    explanation: "\
Pages below the same parent that are of the same type need different names that are not blank. An import makes the \
API first and then leaves out the second page.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "pages": [
  { "name": "Guide", "type": "MARKDOWN" },
  { "name": "Guide", "type": "MARKDOWN" }
] }"#,
    ),
    good: Example::Import(
        r#"{ "pages": [
  { "name": "Guide", "type": "MARKDOWN" },
  { "name": "Guide", "type": "SWAGGER" }
] }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4PageNameTaken {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let mut first: HashMap<[Cow<'_, str>; 3], Node<'d>> = HashMap::new();
        for page in cx.api.pages() {
            let Some((place, name)) = text(page, "name") else { continue };
            if name.trim().is_empty() {
                report.add(Match::at(place).detail(Detail::Variant(BLANK)));
                continue;
            }
            let parent = ["parentId", "parentPath", "parent"].into_iter().find_map(|key| text(page, key));
            let of_page = |key| text(page, key).map(|(_, text)| text).unwrap_or_default();
            let id = [name, of_page("type"), parent.map(|(_, text)| text).unwrap_or_default()];
            match first.get(&id) {
                Some(earlier) => {
                    let found = Match::at(place).detail(Detail::Nodes(vec![*earlier]));
                    report.add(found.also(page.parent(), None));
                }
                None => {
                    first.insert(id, place);
                }
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        match quote(finding) {
            BLANK => Message::new("the name of the page is blank: APIM refuses the page", "give it a name"),
            _ => Message::new(
                "another page of this type has this name below the same parent: APIM refuses the page",
                "give one of the two another name",
            ),
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the page that has the name already")
    }
}

const BLANK: &str = "blank";
