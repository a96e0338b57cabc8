//! `resource-cannot-hold`

use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, holds_nothing};
use crate::target::Target;
use crate::v2::{Page, Plan};

pub(in crate::rules) struct ResourceCannotHold;

static DECLARATION: Declaration = Declaration {
    id: "resource-cannot-hold",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A part that the V4 custom resource has no place for",
    explanation: "\
The custom resource `ApiV4Definition` of the Kubernetes operator holds less than an import file: it has no place for \
pictures and media, for the question that subscribers of a plan are asked, for plans that are closed, and for pages \
that are links, templates or translations.

They are left out of the V4 resource. An import file holds them.",
    fix_safety: "",
    bad: Example::To(
        Target::Resource,
        &Example::Members(
            r#"{
  "plans": [
    {
      "name": "Partners",
      "description": "For partners",
      "security": "API_KEY",
      "status": "PUBLISHED",
      "comment_message": "What do you need it for?",
      "flows": []
    }
  ]
}"#,
        ),
    ),
    good: Example::To(
        Target::Resource,
        &Example::Members(
            r#"{
  "plans": [
    {
      "name": "Partners",
      "description": "For partners",
      "security": "API_KEY",
      "status": "PUBLISHED",
      "flows": []
    }
  ]
}"#,
        ),
    ),
    source: "FORMATS §2.2; §5.2",
};

impl Rule for ResourceCannotHold {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.target != Target::Resource {
            return;
        }
        let api = cx.api;
        let pictures = [&api.picture, &api.background].into_iter().flatten().map(|picture| picture.node);
        let plans = api.plans.iter().flat_map(of_plan);
        let pages = api.pages.iter().filter_map(of_page);
        for part in pictures.chain(api.api_media_node).chain(plans).chain(pages).filter(|part| !holds_nothing(*part)) {
            report.add(Match::at_key(part));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let what = match finding.key().as_ref() {
            "comment_message" => "what subscribers of the plan are asked",
            "status" => "a plan that is closed",
            "type" => "a page of this type",
            "source" => "a source of a page that has no type",
            "translations" => "translations of a page",
            "apiMedia" => "the files of pages",
            _ => "pictures",
        };
        Message::new(
            format!("a V4 custom resource has no place for {what}: it is left out"),
            "convert to an import file if it is needed, or set it on the server",
        )
    }
}

fn of_plan<'d>(plan: &Plan<'d>) -> impl Iterator<Item = Node<'d>> + use<'d> {
    let closed = plan.status.as_ref().filter(|status| status.value == "CLOSED").map(|status| status.node);
    [plan.comment_message.as_ref().map(|text| text.node), closed].into_iter().flatten()
}

/// Translations that are pages, access controls and attached media are told by the rules about these.
fn of_page<'d>(page: &Page<'d>) -> Option<Node<'d>> {
    let kind = page.kind.as_ref().filter(|kind| matches!(kind.value, "LINK" | "MARKDOWN_TEMPLATE"));
    let source = page.node.get("source").filter(|source| source.kind() == NodeKind::Object);
    let source = source.filter(|source| source.get("type").is_none_or(|kind| kind.is_null() || kind.is_container()));
    kind.map(|kind| kind.node).or(source).or(page.node.get("translations"))
}
