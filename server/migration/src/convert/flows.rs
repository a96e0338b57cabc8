//! Flows and steps, and the rewriting of groovy steps.

use v4ward_syntax::{Node, NodeKind};

use super::{Converter, distinct};
use crate::policies::SCRIPT_KEYS;
use crate::v2::{Flow, Flows, Step, Steps};
use crate::v4::{Object, Origin, Scalar, Value};

impl<'d> Converter<'_, 'd> {
    pub(super) fn flows(&mut self, flows: &Flows<'d>) -> Option<Value<'d>> {
        let node = flows.node?;
        Some(Value::Array(flows.items.iter().map(|flow| self.flow(flow).into()).collect(), Some(node.id())))
    }

    fn flow(&mut self, flow: &Flow<'d>) -> Object<'d> {
        let mut out = Object::of(flow.node);
        out.set_some("id", flow.id.as_ref().map(|id| self.id(id)));
        out.set_some("name", flow.name.as_ref().map(Value::text));
        out.set("enabled", Value::bool_or(flow.enabled.as_ref(), true));
        let mut selectors = Vec::with_capacity(2);
        if let Some(condition) = &flow.condition {
            if condition.is_blank() {
                self.implied(condition.node);
            } else {
                let mut selector = Object::default();
                selector.set("type", Value::added("CONDITION"));
                selector.set("condition", Value::text(condition));
                selectors.push(selector.into());
            }
        }
        selectors.push(self.http_selector(flow).into());
        out.set("selectors", Value::Array(selectors, None));
        out.set_some("request", self.steps(&flow.pre));
        out.set_some("response", self.steps(&flow.post));
        if let Some(consumers) = flow.consumers {
            self.drop(consumers, "option-without-effect");
        }
        out
    }

    fn http_selector(&mut self, flow: &Flow<'d>) -> Object<'d> {
        let mut selector = Object { source: flow.path_operator.map(Node::id), ..Object::default() };
        selector.set("type", Value::added("HTTP"));
        let path = match &flow.path {
            // The default of V2 is the empty path, which V4 refuses; both mean every path.
            Some(path) if path.value.is_empty() => Value::converted("/", path.node),
            Some(path) => Value::text(path),
            None => Value::added("/"),
        };
        selector.set("path", path);
        selector.set("pathOperator", flow.operator.as_ref().map_or(Value::added("STARTS_WITH"), Value::word));
        if let Some(node) = flow.methods_node {
            for other in flow.methods.iter().filter(|method| method.value == "OTHER") {
                self.drop(other.node, "method-other");
            }
            let kept = flow.methods.iter().filter(|method| method.value != "OTHER");
            let kept = distinct(kept.map(|method| (method.value, method.node, Value::word(method))));
            selector.set("methods", Value::Array(kept, Some(node.id())));
        }
        selector
    }

    fn steps(&mut self, steps: &Steps<'d>) -> Option<Value<'d>> {
        let node = steps.node?;
        Some(Value::Array(steps.items.iter().map(|step| self.step(step).into()).collect(), Some(node.id())))
    }

    fn step(&mut self, step: &Step<'d>) -> Object<'d> {
        let mut out = Object::of(step.node);
        out.set_some("name", step.name.as_ref().map(Value::text));
        for (key, text) in [("description", &step.description), ("condition", &step.condition)] {
            match text {
                Some(text) if text.is_blank() => self.implied(text.node),
                Some(text) => out.set(key, Value::text(text)),
                None => {}
            }
        }
        out.set("enabled", Value::bool_or(step.enabled.as_ref(), true));
        out.set("policy", Value::text(&step.policy));
        let configuration = step.configuration.and_then(|node| match script_key(step, node) {
            Some(script) => Some(groovy(node, script).into()),
            None => self.configuration(node),
        });
        out.set_some("configuration", configuration);
        out
    }
}

/// The one V2 script of a groovy step.
fn script_key<'d>(step: &Step<'d>, configuration: Node<'d>) -> Option<Node<'d>> {
    if step.policy.value != "groovy" || configuration.kind() != NodeKind::Object {
        return None;
    }
    configuration.values().find(|member| SCRIPT_KEYS.iter().any(|key| member.has_key(key)))
}

/// V4 has one script and says apart what it reads and writes (FORMATS §4, groovy rewrite).
fn groovy<'d>(configuration: Node<'d>, script: Node<'d>) -> Object<'d> {
    let content = script.key().is_some_and(|key| key.contains("Content"));
    let mut out = Object::of(configuration);
    let made = ["script", "readContent", "overrideContent"];
    for member in configuration.values().filter(|member| !made.iter().any(|key| member.has_key(key))) {
        if member != script {
            out.set(member.key().unwrap_or_default(), Value::Raw(member));
            continue;
        }
        let token = Value::Scalar(Scalar::Token(script), Origin::Converted(script.id()));
        let text = match script.kind() {
            NodeKind::String => token,
            NodeKind::Number | NodeKind::Bool => Value::converted(script.scalar(), script),
            // The server takes anything else for an empty text; the reader has told so.
            _ => Value::converted("", script),
        };
        out.set("script", text);
        let flag = || Value::Scalar(Scalar::Bool(content), Origin::Converted(script.id()));
        out.set("readContent", flag());
        out.set("overrideContent", flag());
    }
    out
}
