//! `v4-plan-conditions`

use v4ward_syntax::Node;
use v4ward_syntax::edit::{Change, Value};

use crate::finding::{Detail, Severity};
use crate::fixes::Fix;
use crate::v4::resource::dangling;
use crate::v4::rule::{
    Context, Declaration, Example, Finding, Form, Match, Message, Report, Rule, quote, related_nodes,
};
use crate::v4::view::{is_flag, is_text, text};

pub(super) struct V4PlanConditions;

static DECLARATION: Declaration = Declaration {
    id: "v4-plan-conditions",
    severity: Severity::Error,
    summary: "General conditions that are not there, or not published",
    explanation: "\
A plan names the page that people agree to when they subscribe. A plan that can be subscribed to (published or \
deprecated) needs the page to be published. In a resource the page is named by its key and must be in the file; in \
an import file by its id, and a page that is not in the file may be in APIM.",
    fix_safety: "The portal shows the page then.",
    bad: Example::Import(
        r#"{ "plans": [
  { "definitionVersion": "V4", "name": "Free", "security": { "type": "KEY_LESS" }, "status": "PUBLISHED", "generalConditions": "terms" }
], "pages": [{ "id": "terms", "name": "Terms", "type": "MARKDOWN", "published": false }] }"#,
    ),
    good: Example::Import(
        r#"{ "plans": [
  { "definitionVersion": "V4", "name": "Free", "security": { "type": "KEY_LESS" }, "status": "PUBLISHED", "generalConditions": "terms" }
], "pages": [{ "id": "terms", "name": "Terms", "type": "MARKDOWN", "published": true }] }"#,
    ),
    source: "FORMATS §2.1, what the import checks; §2.2, admission",
};

impl Rule for V4PlanConditions {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.api.form == Form::Resource {
            for (_, place) in dangling(cx.api.node, "plans", "generalConditions") {
                report.add(Match::at(place).detail(Detail::Variant(ABSENT)));
            }
        }
        for plan in cx.api.plans() {
            let Some((place, named)) = text(plan, "generalConditions") else { continue };
            let status = plan.get("status");
            // A resource publishes its plans unless they say otherwise; an import makes them staged.
            let offered = match status.and_then(Node::as_str) {
                Some(status) => matches!(status.as_ref(), "PUBLISHED" | "DEPRECATED"),
                None => cx.api.form == Form::Resource,
            };
            let page = cx.api.pages().find(|page| match cx.api.form {
                Form::Import => is_text(page.get("id"), &named),
                Form::Resource => page.has_key(&named),
            });
            if let Some(page) = page.filter(|page| offered && !is_flag(page.get("published"), true)) {
                report.add(Match::at(place).detail(Detail::Nodes(vec![page])));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        match quote(finding) {
            ABSENT => Message::new(
                "there is no page with this key: the operator refuses the resource",
                "name the key of a page below pages, or remove generalConditions",
            ),
            _ => Message::new(
                "the page with the general conditions is not published: APIM refuses the plan",
                "set published to true at the page",
            ),
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        related_nodes(finding, "the page")
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Detail::Nodes(pages) = &finding.detail else { return Vec::new() };
        let Some(page) = pages.first() else { return Vec::new() };
        let value = Value::Bool(true);
        let change = match page.get("published") {
            Some(flag) => Change::Replace { node: flag.id(), value },
            None => Change::InsertMember { object: page.id(), after: None, key: "published".to_owned(), value },
        };
        vec![Fix::needs_decision("Publish the page", vec![change])]
    }
}

const ABSENT: &str = "absent";
