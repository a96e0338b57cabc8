//! `template-not-rendered`

use v4ward_syntax::Span;

use crate::finding::{Finding, Place, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct TemplateNotRendered;

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
    }

    fn message(&self, _: &Finding<'_>) -> Message {
        Message::new(
            "a template engine fills in this place and maybe others: what the resource will be is not known, so it \
             cannot be migrated as it is",
            "render the template, for example with helm template, and migrate the result",
        )
    }
}
