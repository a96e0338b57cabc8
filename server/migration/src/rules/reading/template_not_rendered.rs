//! `template-not-rendered`

use v4ward_syntax::{Node, Span};

use crate::finding::{Detail, Finding, Place, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct TemplateNotRendered;

/// What the keys of a strategic merge patch begin with.
const PATCH: &[&str] = &["$patch", "$retainKeys", "$setElementOrder", "$deleteFromPrimitiveList"];

static DECLARATION: Declaration = Declaration {
    id: "template-not-rendered",
    group: Group::Reading,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A template whose values are not filled in yet",
    explanation: "\
`{{ … }}` outside of a text is for a template engine such as Helm: what stands there when the resource is applied is \
not known. v4ward checks the rest of the file, changes nothing across a template, and does not migrate it, since the V4 \
resource could be anything.

A patch for Kustomize (`$patch` and its like) is not a whole resource either, and is told in the same way.

Render the template first, for example with `helm template`, and check and migrate what comes out. Then make a template \
of the V4 resource again.",
    fix_safety: "",
    bad: Example::Resource(
        r#"apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: orders
spec:
  name: Orders
  version: "1.0"
  description: Orders of our shop
  state: STOPPED
  proxy:
    virtual_hosts:
      - path: {{ .Values.path }}
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
  state: STOPPED
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
    source: "ARCHITECTURE, The tree",
};

impl Rule for TemplateNotRendered {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        // A template may stand before the first key or after the last value.
        let document = cx.root.document();
        let own = document.roots().position(|root| root == cx.root);
        let whole = own.and_then(|own| document.document_spans().get(own).copied()).unwrap_or(cx.root.span());
        let inside = |template: &&Span| whole.contains(**template) || cx.root.span().contains(**template);
        if let Some(first) = document.templates().iter().find(inside) {
            report.add(Match::place(Place::Text(*first)).refused(true));
        }
        // Most texts have no such sign at all.
        if cx.api.resource.is_some() && PATCH.iter().any(|sign| document.text().contains(sign)) {
            let is_sign =
                |node: &Node<'_>| node.key().is_some_and(|key| PATCH.iter().any(|sign| key.starts_with(sign)));
            if let Some(node) = cx.root.subtree().find(is_sign) {
                report.add(Match::at_key(node).detail(Detail::Variant("patch")).refused(true));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        if matches!(finding.detail, Detail::Variant(_)) {
            return Message::new(
                "this is a patch of a resource, for Kustomize: what the resource will be is not known, so it cannot be \
                 migrated as it is",
                "build the resource, for example with kustomize build, and migrate the result",
            );
        }
        Message::new(
            "a template engine fills in this place and maybe others: what the resource will be is not known, so it \
             cannot be migrated as it is",
            "render the template, for example with helm template, and migrate the result",
        )
    }
}
