//! `health-check-unreadable`

use v4ward_syntax::edit::{Change, Value};
use v4ward_syntax::{Node, NodeId};

use crate::finding::{ApimState, Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::HealthCheckStep;

pub(in crate::rules) struct HealthCheckUnreadable;

static DECLARATION: Declaration = Declaration {
    id: "health-check-unreadable",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A health check that lacks its request, its response or its assertion",
    explanation: "\
A health check calls the backend with a request and judges the answer by an assertion. APIM's migration stumbles over \
a step without a request, over a response that is `null`, and over an empty list of assertions, and refuses the API.

A step without any response is fine: the server then asserts `#response.status == 200`. An empty list asserts nothing, \
so V2 takes every answer as healthy, also a 500.",
    fix_safety: "\
Adding what is missing is unsafe, since only you know what the backend answers. The assertion on status 200 is what \
the server uses where no response is written; `{(true)}` keeps what an empty list does in V2.",
    bad: Example::Members(
        r#"{
  "services": {
    "health-check": {
      "enabled": true,
      "schedule": "*/10 * * * * *",
      "steps": [
        { "request": { "path": "/health", "method": "GET" }, "response": { "assertions": [] } }
      ]
    }
  }
}"#,
    ),
    good: Example::Members(
        r##"{
  "services": {
    "health-check": {
      "enabled": true,
      "schedule": "*/10 * * * * *",
      "steps": [
        { "request": { "path": "/health", "method": "GET" }, "response": { "assertions": ["#response.status == 200"] } }
      ]
    }
  }
}"##,
    ),
    source: "FORMATS §5, health check; SEMANTICS M05d",
};

const REQUEST: &str = "request";
const RESPONSE: &str = "response";
const ASSERTIONS: &str = "assertions";
const STATUS_IS_200: &str = "#response.status == 200";
const ALWAYS: &str = "{(true)}";

impl Rule for HealthCheckUnreadable {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (owner, check) in cx.migrated_health_checks() {
            // Only the first step counts. APIM looks no further when there are more: see `health-check-steps`.
            let Some((step, more)) = check.steps.split_first() else { continue };
            if let Some((place, what)) = lacking(step) {
                let found = Match::at(place).subject_if(owner).detail(Detail::Variant(what));
                report.add(if more.is_empty() { found } else { found.not_in_apim() });
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let outcome = "APIM refuses to migrate the API";
        match finding.detail {
            Detail::Variant(REQUEST) => Message::new(
                format!("this health check has no request: {outcome}"),
                "add a request with the path and the method to call",
            ),
            Detail::Variant(RESPONSE) => Message::new(
                format!("the response of this health check is null: {outcome}"),
                "remove it (status 200 is expected then), or write what the answer must be",
            ),
            _ => Message::new(
                format!("this list of assertions is empty, so any answer counts as healthy: {outcome}"),
                format!("write what the answer must be, such as {STATUS_IS_200}"),
            ),
        }
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(node) = finding.place.node() else { return Vec::new() };
        match finding.detail {
            Detail::Variant(REQUEST) => vec![Fix::needs_decision("Call GET /", vec![add_request(node)])],
            Detail::Variant(RESPONSE) => {
                let expect = |assertion| Value::Object(vec![(ASSERTIONS.into(), list(assertion))]);
                vec![replace("Expect status 200", node.id(), expect(STATUS_IS_200))]
            }
            _ => vec![
                replace("Expect status 200", node.id(), list(STATUS_IS_200)),
                replace("Take any answer as healthy", node.id(), list(ALWAYS)),
            ],
        }
    }
}

/// What a step lacks, with the place that shows it. JSON null is absent, but not to the migration.
fn lacking<'d>(step: &HealthCheckStep<'d>) -> Option<(Node<'d>, &'static str)> {
    let null = |node: Node<'d>, key| node.get(key).filter(|member| member.is_null());
    if step.request.is_none() {
        // A request of another type is told at its place.
        let request = step.node.get(REQUEST);
        return request.is_none_or(Node::is_null).then(|| (request.unwrap_or(step.node), REQUEST));
    }
    if let Some(response) = null(step.node, RESPONSE) {
        return Some((response, RESPONSE));
    }
    let assertions = match &step.assertions {
        Some(assertions) => Some(assertions.node).filter(|list| list.is_leaf()),
        None => step.response.and_then(|response| null(response, ASSERTIONS)),
    };
    assertions.map(|node| (node, ASSERTIONS))
}

fn list(assertion: &str) -> Value {
    Value::Array(vec![Value::String(assertion.into())])
}

fn replace(title: &str, node: NodeId, value: Value) -> Fix {
    Fix::needs_decision(title, vec![Change::Replace { node, value }])
}

/// A request instead of a null one, or in a step that has none.
fn add_request(node: Node<'_>) -> Change {
    let text = |text: &str| Value::String(text.into());
    let value = Value::Object(vec![("path".into(), text("/")), ("method".into(), text("GET"))]);
    if node.is_null() {
        Change::Replace { node: node.id(), value }
    } else {
        Change::InsertMember { object: node.id(), after: None, key: REQUEST.into(), value }
    }
}
