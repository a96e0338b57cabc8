//! `import-cannot-hold`

use v4ward_syntax::Node;

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, holds_nothing};
use crate::target::Target;
use crate::v2::CustomResource;

pub(in crate::rules) struct ImportCannotHold;

static DECLARATION: Declaration = Declaration {
    id: "import-cannot-hold",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A part of a custom resource that an import file has no place for",
    explanation: "\
A custom resource says more than what the API is: to which APIM it goes, whether gateways take it from the cluster, \
whether it is started, who is told of events. It may also refer to other resources of the cluster. A file for APIM's \
import has no place for this. An import leaves a new API stopped.

It is left out of the import file. `[[ … ]]`, which the operator replaces by a value of a secret or a config map, stays in \
it as it stands, since nothing fills it in there. The V4 custom resource, which v4ward writes for a V2 one by itself, holds it.",
    fix_safety: "",
    bad: Example::To(
        Target::ImportJson,
        &Example::Resource(
            r#"apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: orders
spec:
  name: Orders
  version: "1.0"
  description: Orders of our shop
  notificationsRefs:
    - name: on-call
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
    ),
    good: Example::To(
        Target::ImportJson,
        &Example::Resource(
            r#"apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: orders
spec:
  name: Orders
  version: "1.0"
  description: Orders of our shop
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
    ),
    source: "FORMATS §1.3; §2.1",
};

const TEMPLATE: &str = "template";

impl Rule for ImportCannotHold {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let Some(resource) = cx.api.resource.as_deref().filter(|_| cx.target == Target::ImportJson) else { return };
        let references = cx.api.resources.iter().filter_map(|resource| resource.reference);
        let notifications = [resource.notifications_refs, resource.console_notification].into_iter().flatten();
        let local = resource.local.as_ref().filter(|local| local.value).map(|local| local.node);
        for part in references.chain(notifications).chain(local).filter(|part| !holds_nothing(*part)) {
            report.add(Match::at_key(part));
        }
        // Only in an import file: this reads every text of the resource.
        let nodes = cx.root.get("spec").into_iter().flat_map(Node::subtree).filter(|node| !node.is_alias());
        let texts = nodes.filter(|node| node.as_str().is_some_and(|text| is_template(&text)));
        texts.for_each(|text| report.add(Match::at(text).detail(Detail::Variant(TEMPLATE))));
        for part in settings(resource).filter(|part| !holds_nothing(*part)) {
            report.add(Match::at_key(part).severity(Severity::Information));
        }
        for part in labels(resource).filter(|part| !holds_nothing(*part)) {
            report.add(Match::at_key(part).severity(Severity::Hint));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        if matches!(finding.detail, Detail::Variant(_)) {
            return Message::new(
                "only the operator fills in [[ … ]]: an import takes the text as it stands here",
                "write what the cluster has for it, in the import file if it is a secret",
            );
        }
        let (what, help) = match finding.key().as_ref() {
            "ref" => (
                "an import file has no references: this resource stands in another one and is left out",
                "add the resource to the API on the server after the import",
            ),
            "notificationsRefs" | "consoleNotificationConfiguration" => (
                "an import file has no place for notifications: nobody is told of events of the V4 API",
                "set the notifications on the server after the import",
            ),
            "local" => (
                "gateways take this API from the cluster: an imported one lies in APIM",
                "convert to a custom resource if the API has to stay in the cluster",
            ),
            "contextRef" => (
                "an import file does not say to which APIM it goes: the management context is left out",
                "import the file to the APIM of this context",
            ),
            "state" => (
                "an import leaves a new API stopped, whatever the state here: it is left out",
                "start the API on the server after the import if it has to run",
            ),
            "lifecycle_state" => (
                "an import does not publish an API: its state of publication is left out",
                "publish the API on the server after the import if it has to be",
            ),
            _ => (
                "an import file has no labels and annotations of the cluster: they are left out",
                "nothing has to be done",
            ),
        };
        Message::new(what, help)
    }
}

/// True for a text that the operator fills in from a secret or a config map.
fn is_template(text: &str) -> bool {
    text.split_once("[[").is_some_and(|(_, rest)| rest.contains("]]"))
}

fn settings<'d>(resource: &CustomResource<'d>) -> impl Iterator<Item = Node<'d>> {
    let state = resource.state.as_ref().map(|state| state.node);
    let lifecycle = resource.lifecycle_state.as_ref().filter(|state| state.value != "CREATED").map(|state| state.node);
    [resource.context_ref, state, lifecycle].into_iter().flatten()
}

/// Labels and annotations; notes of tools such as kubectl are among them.
fn labels<'d>(resource: &CustomResource<'d>) -> impl Iterator<Item = Node<'d>> {
    let metadata = resource.metadata;
    ["labels", "annotations"].into_iter().filter_map(move |key| metadata?.get(key))
}
