//! `configuration-not-an-object`

use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, holds_nothing};

pub(in crate::rules) struct ConfigurationNotAnObject;

static DECLARATION: Declaration = Declaration {
    id: "configuration-not-an-object",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A configuration that is no object",
    explanation: "\
The configuration of a step, a resource or a plan's security is a JSON object, or a text that holds one. V2 keeps \
whatever stands there; V4 refuses a file in which it is a list, a number, or a text that holds no object.

In a custom resource a text can hold `[[ … ]]`, which the operator fills in before anybody reads the text. In double \
quotes it is a text like any other. Without quotes the text is no JSON until then, and the object that a V4 resource \
needs cannot be made of it.

A JSON text that holds an object is fine, and null or an empty text is no configuration at all. A step whose \
configuration is an empty text gets a hint, since nothing of it is written to V4.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "methods": [],
      "pre": [{ "name": "Answer", "policy": "mock", "configuration": ["status", "200"] }],
      "post": []
    }
  ]
}"#,
    ),
    good: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "methods": [],
      "pre": [{ "name": "Answer", "policy": "mock", "configuration": { "status": "200" } }],
      "post": []
    }
  ]
}"#,
    ),
    source: "FORMATS §2.1, object or string; conformance D24",
};

impl Rule for ConfigurationNotAnObject {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        // What is wrong with the configuration of a groovy step is told by rules about groovy.
        for (_, step) in cx.steps().filter(|(_, step)| step.policy.value != "groovy") {
            report_configuration(cx, step.configuration, &step.policy.value, report);
        }
        for resource in &cx.api.resources {
            let name = resource.name.as_ref().map_or("", |name| name.value.as_ref());
            report_configuration(cx, resource.configuration, name, report);
        }
        for plan in &cx.api.plans {
            let name = plan.name.as_ref().map_or("", |name| name.value.as_ref());
            // The server's reader refuses lists and objects here, which is told; an empty text is nothing.
            let definition = plan.security_definition.filter(|node| !node.is_container() && !holds_nothing(*node));
            report_configuration(cx, definition, name, report);
            if let Some(node) = definition.filter(|node| node.as_str().is_some_and(|text| text.trim() == "null")) {
                report.add(Match::at(node).detail(Detail::Variant("null")).severity(Severity::Hint).subject(name));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let what = match finding.detail {
            Detail::Variant("empty") => {
                return Message::new(
                    "this configuration is an empty text: V4 gets none",
                    "write the configuration as an object, or leave the empty text as it is",
                );
            }
            Detail::Variant("null") => {
                return Message::new(
                    "this definition is the text null: V4 gets none",
                    "write the definition as a JSON object, or remove it",
                );
            }
            Detail::Variant("template") => {
                return Message::new(
                    "this text is JSON only when the operator has filled in its [[ … ]]: V4 takes an object here, and \
                     v4ward cannot make one of the text as it stands",
                    "put the [[ … ]] in double quotes where it stands for a text, or write the configuration in the V4 \
                     resource by hand",
                );
            }
            Detail::Variant("text") => "this text is no JSON object",
            _ => "this configuration is no object",
        };
        Message::new(
            format!("{what}: V4 refuses a file with such a configuration"),
            "write the configuration as a JSON object",
        )
    }
}

fn report_configuration<'d>(cx: &Context<'_, 'd>, node: Option<Node<'d>>, subject: &str, report: &mut Report<'_, 'd>) {
    let Some(node) = node else { return };
    let found = match node.kind() {
        NodeKind::Object | NodeKind::Null | NodeKind::Invalid => return,
        NodeKind::String => {
            let text = node.as_str().unwrap_or_default();
            match serde_json::from_str(&text) {
                Ok(serde_json::Value::Object(_) | serde_json::Value::Null) => return,
                Err(_) if text.trim().is_empty() => {
                    Match::at(node).detail(Detail::Variant("empty")).severity(Severity::Hint)
                }
                // The operator fills it in before the server reads the text.
                Err(_) if cx.api.resource.is_some() && text.contains("[[") => {
                    Match::at(node).detail(Detail::Variant("template"))
                }
                _ => Match::at(node).detail(Detail::Variant("text")),
            }
        }
        _ => Match::at(node).detail(Detail::None),
    };
    report.add(found.subject(subject));
}
