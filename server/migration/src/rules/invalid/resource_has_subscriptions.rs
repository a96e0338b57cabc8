//! `resource-has-subscriptions`

use crate::cluster::{self, Subscription};
use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::target::Target;

pub(in crate::rules) struct ResourceHasSubscriptions;

static DECLARATION: Declaration = Declaration {
    id: "resource-has-subscriptions",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Information,
    summary: "Subscriptions that name the V2 resource",
    explanation: "\
A `Subscription` resource names the kind of the API and one of its plans: of a V2 resource by the name of the plan, of a \
V4 resource by its key. The operator keeps a V2 resource from being deleted as long as a subscription names it, and the \
V4 resource cannot have the path as long as the V2 one is there.

So the subscriptions have to move with the API: with `kind: ApiV4Definition` and the key of the plan. The summary of a \
migration says how, and the editor offers the edits.

The subscriptions looked at are those of the files that v4ward was given, or of the folders that are open in the editor.",
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
  plans:
    - name: Partners
      description: For partners
      security: API_KEY
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
kind: Subscription
metadata:
  name: orders-of-acme
spec:
  api:
    name: orders
    kind: ApiDefinition
  application:
    name: acme
  plan: Partners
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
  plans:
    - name: Partners
      description: For partners
      security: API_KEY
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
kind: Subscription
metadata:
  name: orders-of-acme
spec:
  api:
    name: orders
    kind: ApiV4Definition
  application:
    name: acme
  plan: partners
"#,
    ),
    source: "FORMATS §1.3; §2.2, admission",
};

impl Rule for ResourceHasSubscriptions {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.target != Target::Resource || cx.api.resource.is_none() {
            return;
        }
        let own = cluster::name_of(cx.root);
        let names = cx.api.plans.iter().filter_map(|plan| plan.name.as_ref());
        let plans: Vec<&str> = names.map(|name| name.value.as_ref()).collect();
        let found = cluster::distinct(cx.clusters(), |cluster| cluster.subscriptions_to(&own, &plans));
        if !found.is_empty() {
            let words = found.into_iter().map(Subscription::words).collect();
            report.add(Match::at(cluster::name_node(cx.root)).detail(Detail::Resources(words)));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let Detail::Resources(subscriptions) = &finding.detail else {
            return Message::new("subscriptions name this resource", "let them name the V4 resource");
        };
        const SHOWN: usize = 3;
        let more = subscriptions.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let named = subscriptions.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        Message::new(
            format!(
                "subscriptions name this V2 resource ({named}{more}): the operator does not let it go before they do"
            ),
            "migrate it, then let them name kind ApiV4Definition and the key of the V4 plan",
        )
    }
}
