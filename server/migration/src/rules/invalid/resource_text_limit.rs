//! `resource-text-limit`

use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::target::Target;
use crate::v2::{Flow, Text};

pub(in crate::rules) struct ResourceTextLimit;

/// The variants of the rule.
const LONG: &str = "longer than the operator sends it";
const EMPTY: &str = "empty, and the operator wants a name";
const NAME: &str =
    "no name that a cluster takes: small letters, digits, - and . only, with a letter or digit at both ends";

static DECLARATION: Declaration = Declaration {
    id: "resource-text-limit",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A text that the V4 custom resource does not take",
    explanation: "\
The operator hands V4 resources to APIM's Automation API, which limits texts: the name of the API to 512 characters, its \
version, tags, labels and the names of plans, pages and steps to 64, the description of the API to 4,000, that of a step \
to 256 and its condition to 1,024, names and paths of flows and the selection rule of a plan to 256. The name of a \
resource is one that a cluster takes, and the name of the API is not empty.

V2 has no such limits. APIM refuses a V4 resource that goes beyond one.",
    fix_safety: "",
    bad: Example::To(
        Target::Resource,
        &Example::Members(r#"{ "version": "1.0 as agreed on with all partners in the meeting of the 3rd of March 2019" }"#),
    ),
    good: Example::To(Target::Resource, &Example::Members(r#"{ "version": "1.0" }"#)),
    source: "FORMATS §2.3",
};

impl Rule for ResourceTextLimit {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.target != Target::Resource {
            return;
        }
        let api = cx.api;
        let mut limit = |text: Option<&Text<'d>>, most: usize| {
            if let Some(text) = text.filter(|text| text.value.chars().nth(most).is_some()) {
                report.add(Match::at(text.node).detail(Detail::Variant(LONG)));
            }
        };
        limit(api.name.as_ref(), 512);
        limit(api.version.as_ref(), 64);
        limit(api.description.as_ref(), 4000);
        for texts in [&api.tags, &api.labels].into_iter().flatten() {
            texts.items.iter().for_each(|text| limit(Some(text), 64));
        }
        for plan in &api.plans {
            limit(plan.name.as_ref(), 64);
            limit(plan.selection_rule.as_ref(), 256);
        }
        api.pages.iter().for_each(|page| limit(page.name.as_ref(), 64));
        for flow in cx.flows() {
            limits_of_flow(flow, &mut limit);
        }
        if let Some(name) = api.name.as_ref().filter(|name| name.value.is_empty()) {
            report.add(Match::at(name.node).detail(Detail::Variant(EMPTY)));
        }
        if let Some(node) = api.resource.as_deref().and_then(|resource| wrong_name(resource.metadata?)) {
            report.add(Match::at(node).detail(Detail::Variant(NAME)));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let Detail::Variant(what) = finding.detail else {
            return Message::new("the V4 resource does not take this text", "write another one");
        };
        let help = if what == LONG { "write less" } else { "write another name" };
        Message::new(format!("this is {what}: APIM would refuse the V4 resource"), help)
    }
}

fn limits_of_flow<'d>(flow: &Flow<'d>, limit: &mut impl FnMut(Option<&Text<'d>>, usize)) {
    limit(flow.name.as_ref(), 256);
    limit(flow.path.as_ref(), 256);
    for (_, step) in flow.steps() {
        limit(step.name.as_ref(), 64);
        limit(step.description.as_ref(), 256);
        limit(step.condition.as_ref(), 1024);
    }
}

/// The name of a resource that is no DNS subdomain (RFC 1123).
fn wrong_name(metadata: Node<'_>) -> Option<Node<'_>> {
    let node = metadata.get("name").filter(|node| node.kind() == NodeKind::String)?;
    let name = node.as_str()?;
    let is_label = |label: &str| {
        let inner = label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    (name.len() > 253 || !name.split('.').all(is_label)).then_some(node)
}
