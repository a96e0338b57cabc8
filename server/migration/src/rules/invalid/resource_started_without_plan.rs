//! `resource-started-without-plan`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::target::Target;

pub(in crate::rules) struct ResourceStartedWithoutPlan;

const STOPPED: &str = "STOPPED";

static DECLARATION: Declaration = Declaration {
    id: "resource-started-without-plan",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "An API that is to be started without a plan",
    explanation: "\
The Kubernetes operator refuses a resource that is `STARTED` and has no plan, in V2 as in V4: nobody could call the API. \
A resource that does not say its state is to be started; where it has no plan v4ward writes `STOPPED` for it, so that \
the V4 resource can be applied.",
    fix_safety: "\
Writing `state: STOPPED` is unsafe: it says that the API answers no requests. Add a plan if it should.",
    bad: Example::Resource(
        r#"apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: orders
spec:
  name: Orders
  version: "1.0"
  description: Orders of our shop
  state: STARTED # since 2019
  proxy:
    virtual_hosts:
      - path: /orders
    groups:
      - name: backend
        endpoints:
          - name: one
            target: https://orders.example
            inherit: true
"#,
    ),
    good: Example::Resource(
        r#"apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: orders
spec:
  name: Orders
  version: "1.0"
  description: Orders of our shop
  state: STOPPED # since 2019
  proxy:
    virtual_hosts:
      - path: /orders
    groups:
      - name: backend
        endpoints:
          - name: one
            target: https://orders.example
            inherit: true
"#,
    ),
    source: "FORMATS §1.3; §2.2, admission",
};

impl Rule for ResourceStartedWithoutPlan {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let Some(resource) = cx.api.resource.as_deref().filter(|_| cx.target == Target::Resource) else { return };
        if !cx.api.plans.is_empty() || cx.api.proxy.node.is_none() {
            return;
        }
        match &resource.state {
            Some(state) if state.value == STOPPED => {}
            Some(state) => report.add(Match::at(state.node)),
            None => report.add(Match::at_key(cx.api.node).severity(Severity::Warning)),
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        if finding.severity == Severity::Error {
            return Message::new(
                "the API is to be started and has no plan: the operator refuses it",
                "add a plan, or write state: STOPPED",
            );
        }
        Message::new(
            "the API has no plan, and its state is STARTED unless it says otherwise: the operator refuses it, so the V4 \
             resource gets state: STOPPED",
            "add a plan, or write state: STOPPED",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(node) = finding.place.node() else { return Vec::new() };
        let value = Value::String(STOPPED.to_owned());
        let change = if node.is_container() {
            Change::InsertMember { object: node.id(), after: None, key: "state".to_owned(), value }
        } else {
            Change::Replace { node: node.id(), value }
        };
        vec![Fix::needs_decision("Say that the API is stopped", vec![change])]
    }
}
