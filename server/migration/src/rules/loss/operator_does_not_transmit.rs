//! `operator-does-not-transmit`

use v4ward_syntax::Node;

use crate::finding::{Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, holds_nothing};
use crate::target::Target;
use crate::v2::{Api, Field};

pub(in crate::rules) struct OperatorDoesNotTransmit;

static DECLARATION: Declaration = Declaration {
    id: "operator-does-not-transmit",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A setting that the operator does not send to APIM",
    explanation: "\
From version 4.12 on the Kubernetes operator sends a V4 API by APIM's Automation API, which knows less than the custom \
resource `ApiV4Definition`. What it does not know stands in the resource and does nothing: the path mappings of \
analytics, access from public to private networks (CORS), whether subscribers of a plan have to say something, the \
order of plans and pages, and that the value of a property is encrypted.

Without path mappings, dashboards show each path on its own. An encrypted value reaches the API as its cipher text.",
    fix_safety: "",
    bad: Example::To(Target::Resource, &Example::Members(r#"{ "path_mappings": ["/orders/:id"] }"#)),
    good: Example::To(Target::Resource, &Example::Members(r#"{}"#)),
    source: "FORMATS §2.2; §2.3; §5.2",
};

impl Rule for OperatorDoesNotTransmit {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.target != Target::Resource {
            return;
        }
        let api = cx.api;
        if let Some(mappings) = api.path_mappings.as_ref().filter(|mappings| !holds_nothing(mappings.node)) {
            report.add(Match::at_key(mappings.node));
        }
        for property in &api.properties {
            if let Some(encrypted) = property.encrypted.as_ref().filter(|encrypted| encrypted.value) {
                report.add(Match::at(encrypted.node).subject(property.key.value.as_ref()));
            }
        }
        for flag in flags(api) {
            report.add(Match::at_key(flag).severity(Severity::Information));
        }
        for order in [order_of_plans(api), order_of_pages(api)].into_iter().flatten() {
            report.add(Match::at_key(order).severity(Severity::Hint));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let (what, help) = match finding.key().as_ref() {
            "path_mappings" => (
                "the operator does not send path mappings to APIM: analytics show each path on its own",
                "set the path mappings on the server if dashboards need them",
            ),
            "encrypted" => (
                "the operator does not say that this value is encrypted: the API gets its cipher text",
                "write a reference to a secret of the cluster instead of the value",
            ),
            "allowPrivateNetwork" => (
                "the operator does not send allowPrivateNetwork to APIM: browsers are not told that they may call a private network",
                "answer the preflight request in front of the gateway if browsers need it",
            ),
            "comment_required" => (
                "the operator does not send comment_required to APIM: subscribers are asked nothing",
                "nothing has to be done, unless somebody reads what subscribers say",
            ),
            _ => (
                "the operator does not send this order to APIM: the portal may show another one",
                "nothing has to be done, unless the order matters to readers of the portal",
            ),
        };
        Message::new(what, help)
    }
}

fn flags<'d>(api: &Api<'d>) -> impl Iterator<Item = Node<'d>> {
    let private = api.proxy.cors.iter().filter_map(|cors| cors.allow_private_network.as_ref());
    let comments = api.plans.iter().filter_map(|plan| plan.comment_required.as_ref());
    private.chain(comments).filter(|flag| flag.value).map(|flag| flag.node)
}

/// The first order of several plans that differ in it. The position in the list is what a resource has instead.
fn order_of_plans<'d>(api: &Api<'d>) -> Option<Node<'d>> {
    first_of_differing(api.plans.iter().filter_map(|plan| plan.order.as_ref()))
}

fn order_of_pages<'d>(api: &Api<'d>) -> Option<Node<'d>> {
    let mut orders = api.pages.iter().filter_map(|page| page.node.get("order")).filter(|order| !order.is_null());
    let first = orders.next()?;
    orders.any(|order| order.scalar() != first.scalar()).then_some(first)
}

fn first_of_differing<'a, 'd: 'a>(mut orders: impl Iterator<Item = &'a Field<'d, i64>>) -> Option<Node<'d>> {
    let first = orders.next()?;
    orders.any(|order| order.value != first.value).then_some(first.node)
}
