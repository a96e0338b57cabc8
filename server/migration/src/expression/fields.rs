//! Where expressions stand in a V2 definition.

use std::borrow::Cow;

use v4ward_syntax::{Node, NodeKind};

use super::{Expression, Read, Template};
use crate::policies;
use crate::v2::{self, Flow, HealthCheckRequest, Phase, Plan, Step};

/// What kind of place an expression stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExpressionPlace {
    /// The target of an endpoint.
    Target,
    /// A header that groups and endpoints add.
    Header,
    /// A header or the body of the request of a health check.
    HealthCheckRequest,
    /// An assertion of a health check.
    HealthCheckAssertion,
    /// A header or the body of the request for dynamic properties.
    DynamicProperty,
    /// The condition of a flow.
    FlowCondition,
    /// The condition of a step.
    StepCondition,
    /// The selection rule of a plan.
    SelectionRule,
    /// The condition of logging.
    LoggingCondition,
    /// The body of a response template.
    ResponseTemplate,
    /// The address that a rule of a dynamic-routing step leads to.
    DynamicRoutingUrl,
    /// Any other text in the configuration of a policy.
    PolicyText,
}

/// A text of the definition that has an expression.
#[derive(Debug)]
pub struct ExpressionField<'a, 'd> {
    /// The value.
    pub node: Node<'d>,
    /// What it is.
    pub place: ExpressionPlace,
    /// Its decoded text, which spans of expressions count.
    pub text: &'a str,
    /// Its text, read.
    pub template: Template<'a>,
    /// The flow it belongs to.
    pub flow: Option<&'a Flow<'d>>,
    /// The step it belongs to, with its phase.
    pub step: Option<(Phase, &'a Step<'d>)>,
    /// The plan whose selection rule it is.
    pub plan: Option<&'a Plan<'d>>,
}

impl<'a> ExpressionField<'a, '_> {
    /// What its expressions read.
    pub fn reads(&self) -> impl Iterator<Item = &Read<'a>> {
        self.template.reads()
    }

    /// Its expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression<'a>> {
        self.template.expressions()
    }
}

/// A text that may have an expression.
pub(crate) struct FieldText<'a, 'd> {
    node: Node<'d>,
    place: ExpressionPlace,
    text: Cow<'a, str>,
    flow: Option<&'a Flow<'d>>,
    step: Option<(Phase, &'a Step<'d>)>,
    plan: Option<&'a Plan<'d>>,
}

impl FieldText<'_, '_> {
    /// The text, decoded.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// Members of configurations whose text is no expression, whatever is in it: names, and languages of their own.
const NEVER: &[&str] = &["name", "description", "schema", "xsdSchema", "stylesheet", "pattern", "regex", "script"];

/// Reads all texts that have an expression.
pub(crate) fn fields<'a, 'd>(texts: &'a [FieldText<'a, 'd>]) -> Vec<ExpressionField<'a, 'd>> {
    let read = |field: &'a FieldText<'a, 'd>| {
        let text = field.text.as_ref();
        let template = if may_be_bare(field.place) && !Template::is_likely(text) {
            Template::bare(text)
        } else {
            Template::parse(text)
        };
        let FieldText { node, place, flow, step, plan, .. } = *field;
        (!template.is_literal()).then_some(ExpressionField { node, place, text, template, flow, step, plan })
    };
    texts.iter().filter_map(read).collect()
}

/// Places that are read as one expression when they have no braces.
fn may_be_bare(place: ExpressionPlace) -> bool {
    matches!(place, ExpressionPlace::HealthCheckAssertion | ExpressionPlace::SelectionRule)
}

/// Finds all texts that may have an expression, in no certain order.
pub(crate) fn texts<'a, 'd>(api: &'a v2::Api<'d>) -> Vec<FieldText<'a, 'd>> {
    let mut found = Finder { texts: Vec::new(), stack: Vec::new() };
    found.proxy(&api.proxy);
    found.services(&api.services);
    for plan in &api.plans {
        found.add(ExpressionPlace::SelectionRule, &plan.selection_rule, |field| field.plan = Some(plan));
        plan.flows.items.iter().for_each(|flow| found.flow(flow));
    }
    api.flows.items.iter().for_each(|flow| found.flow(flow));
    for template in api.response_templates.iter().flat_map(|key| &key.templates) {
        found.add(ExpressionPlace::ResponseTemplate, &template.body, |_| ());
    }
    found.texts
}

struct Finder<'a, 'd> {
    texts: Vec<FieldText<'a, 'd>>,
    /// Parts of a configuration that are still to be looked at.
    stack: Vec<Node<'d>>,
}

impl<'a, 'd> Finder<'a, 'd> {
    fn add(
        &mut self,
        place: ExpressionPlace,
        text: &'a Option<v2::Text<'d>>,
        owner: impl FnOnce(&mut FieldText<'a, 'd>),
    ) {
        let Some(text) = text else { return };
        let bare = may_be_bare(place) && text.value.contains(['#', '(']);
        if bare || Template::is_likely(&text.value) {
            let (node, text) = (text.node, Cow::Borrowed(text.value.as_ref()));
            let mut field = FieldText { node, place, text, flow: None, step: None, plan: None };
            owner(&mut field);
            self.texts.push(field);
        }
    }

    fn headers(&mut self, place: ExpressionPlace, headers: &'a [v2::Header<'d>]) {
        headers.iter().for_each(|header| self.add(place, &header.value, |_| ()));
    }

    fn proxy(&mut self, proxy: &'a v2::Proxy<'d>) {
        for group in &proxy.groups {
            self.headers(ExpressionPlace::Header, &group.client.headers);
            self.services(&group.services);
            for endpoint in &group.endpoints {
                self.add(ExpressionPlace::Target, &endpoint.target, |_| ());
                self.headers(ExpressionPlace::Header, &endpoint.client.headers);
                endpoint.health_check.iter().for_each(|check| self.health_check(check));
            }
        }
        if let Some(logging) = &proxy.logging {
            self.add(ExpressionPlace::LoggingCondition, &logging.condition, |_| ());
        }
    }

    fn services(&mut self, services: &'a v2::Services<'d>) {
        services.health_check.iter().for_each(|check| self.health_check(check));
        if let Some(service) = &services.dynamic_property {
            self.headers(ExpressionPlace::DynamicProperty, &service.headers);
            self.add(ExpressionPlace::DynamicProperty, &service.body, |_| ());
        }
    }

    fn health_check(&mut self, check: &'a v2::HealthCheck<'d>) {
        for step in &check.steps {
            if let Some(HealthCheckRequest { headers, body, .. }) = &step.request {
                self.headers(ExpressionPlace::HealthCheckRequest, headers);
                self.add(ExpressionPlace::HealthCheckRequest, body, |_| ());
            }
            for assertion in step.assertions.iter().flat_map(|assertions| &assertions.items) {
                let (node, text) = (assertion.node, Cow::Borrowed(assertion.value.as_ref()));
                let place = ExpressionPlace::HealthCheckAssertion;
                if text.contains(['#', '(']) {
                    self.texts.push(FieldText { node, place, text, flow: None, step: None, plan: None });
                }
            }
        }
    }

    fn flow(&mut self, flow: &'a Flow<'d>) {
        self.add(ExpressionPlace::FlowCondition, &flow.condition, |field| field.flow = Some(flow));
        for (phase, step) in flow.steps() {
            let owner = |field: &mut FieldText<'a, 'd>| {
                (field.flow, field.step) = (Some(flow), Some((phase, step)));
            };
            self.add(ExpressionPlace::StepCondition, &step.condition, owner);
            self.configuration(flow, phase, step);
        }
    }

    fn configuration(&mut self, flow: &'a Flow<'d>, phase: Phase, step: &'a Step<'d>) {
        let routes = step.policy.value == "dynamic-routing";
        self.stack.extend(step.configuration);
        while let Some(node) = self.stack.pop() {
            let is_never = || NEVER.iter().chain(policies::SCRIPT_KEYS).any(|key| node.has_key(key));
            if node.is_container() {
                // The stack gives back the last one first.
                let from = self.stack.len();
                self.stack.extend(node.values());
                if let Some(added) = self.stack.get_mut(from..) {
                    added.reverse();
                }
            } else if node.kind() == NodeKind::String && may_have_expression(node) && !is_never() {
                let text = node.scalar();
                if Template::is_likely(&text) {
                    let place = match routes && node.has_key("url") {
                        true => ExpressionPlace::DynamicRoutingUrl,
                        false => ExpressionPlace::PolicyText,
                    };
                    let (flow, step) = (Some(flow), Some((phase, step)));
                    self.texts.push(FieldText { node, place, text, flow, step, plan: None });
                }
            }
        }
    }
}

/// False for a text that has no expression, as its bytes in the file tell. Saves decoding the many texts without one.
fn may_have_expression(node: Node<'_>) -> bool {
    let raw = node.resolved().text();
    // Braces can be written as escapes too.
    Template::is_likely(raw)
        || memchr::memchr_iter(b'\\', raw.as_bytes())
            .any(|at| raw.as_bytes().get(at + 1).is_some_and(|escaped| !b"\"\\/bfnrt".contains(escaped)))
}
