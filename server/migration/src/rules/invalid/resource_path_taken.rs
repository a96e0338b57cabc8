//! `resource-path-taken`

use crate::cluster::{self, Definition};
use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::target::Target;

pub(in crate::rules) struct ResourcePathTaken;

static DECLARATION: Declaration = Declaration {
    id: "resource-path-taken",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A path that another resource of the namespace claims",
    explanation: "\
The Kubernetes operator refuses a resource whose host and path another `ApiDefinition` or `ApiV4Definition` of the same \
namespace has already. So of two such resources only the one that is applied first is an API.

The resources compared are those of the files that v4ward was given, or of the folders that are open in the editor. The \
V4 resource that takes the place of a V2 one has its name and is not meant here.",
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
      - path: /orders
    groups:
      - name: backend
        endpoints:
          - name: one
            target: https://orders.example
            inherit: true
---
apiVersion: gravitee.io/v1alpha1
kind: ApiV4Definition
metadata:
  name: orders-of-partners
spec:
  listeners:
    - type: HTTP
      paths:
        - path: /orders
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
---
apiVersion: gravitee.io/v1alpha1
kind: ApiV4Definition
metadata:
  name: orders-of-partners
spec:
  listeners:
    - type: HTTP
      paths:
        - path: /partners/orders
"#,
    ),
    source: "FORMATS §1.3; §2.2, admission",
};

impl Rule for ResourcePathTaken {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.target != Target::Resource || cx.api.resource.is_none() {
            return;
        }
        let own = cluster::name_of(cx.root);
        for place in &cx.api.proxy.virtual_hosts {
            let Some(path) = &place.path else { continue };
            let host = place.host.as_ref().map_or("", |host| host.value.as_ref());
            let others = cluster::distinct(cx.clusters(), |cluster| cluster.others_at(&own, host, &path.value));
            if !others.is_empty() {
                let words = others.into_iter().map(Definition::words).collect();
                report.add(Match::at(path.node).detail(Detail::Resources(words)));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let others = match &finding.detail {
            Detail::Resources(others) => others.join(" and "),
            _ => "another resource".to_owned(),
        };
        Message::new(
            format!("this path is claimed by {others} too: the operator takes only the one that is applied first"),
            "give one of them another host or path, or another namespace",
        )
    }
}
