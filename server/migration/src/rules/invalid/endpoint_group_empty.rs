//! `endpoint-group-empty`

use v4ward_syntax::edit::Change;
use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::Discovery;

pub(in crate::rules) struct EndpointGroupEmpty;

static DECLARATION: Declaration = Declaration {
    id: "endpoint-group-empty",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "An endpoint group without endpoints",
    explanation: "\
V4 refuses an API without an endpoint group, and a group without endpoints unless service discovery finds them. V2 \
looks at the first group only, and APIM's migration writes what is there: the V4 API can then not be saved or \
imported.",
    fix_safety: "\
Removing the group is unsafe: something may route to it by name. There is no fix when a text of the file names it, \
or when it is the only one.",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      },
      { "name": "spare", "endpoints": [], "load_balancing": { "type": "ROUND_ROBIN" } }
    ]
  }
}"#,
    ),
    good: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §2.1, import checks; SEMANTICS M12; conformance D25",
};

impl Rule for EndpointGroupEmpty {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let proxy = &cx.api.proxy;
        // A discovery without a group is another rule's.
        let discovers = cx.api.services.discovery.as_ref().is_some_and(Discovery::is_enabled);
        let none = proxy.groups.is_empty() && !discovers;
        if let Some(node) = proxy.node.filter(|node| none && lacks_elements(node.get("groups"))) {
            report.add(Match::at_key(node));
        }
        for group in &proxy.groups {
            let discovers = group.services.discovery.as_ref().is_some_and(Discovery::is_enabled);
            if group.endpoints.is_empty() && !discovers && lacks_elements(group.node.get("endpoints")) {
                let place = group.endpoints_node.unwrap_or(group.node);
                report.add(Match::at_key(place).subject(group.effective_name()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        match &finding.subject {
            Some(group) => Message::new(
                format!("the group {group} has no endpoints: V4 refuses the API"),
                "add an endpoint to it, or remove the group if nothing routes to it",
            ),
            None => Message::new(
                "this API has no endpoint group: V4 refuses it",
                "add a group with the endpoint of the backend",
            ),
        }
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let (Some(place), Some(name)) = (finding.place.node(), &finding.subject) else { return Vec::new() };
        let group = if place.has_key("endpoints") { place.parent() } else { Some(place) };
        let is_named = |text: &str| {
            [format!("'{name}'"), format!("{name}:")].iter().any(|reference| text.contains(reference.as_str()))
        };
        let removable = group.filter(|group| {
            let groups = group.parent().filter(|list| list.has_key("groups") && list.values().count() > 1);
            let root = group.ancestors().last();
            let mut texts = root.into_iter().flat_map(|root| root.subtree()).filter_map(|node| node.as_str());
            groups.is_some() && !texts.any(|text| is_named(&text))
        });
        removable
            .map(|group| Fix::needs_decision("Remove the group", vec![Change::Remove { node: group.id() }]))
            .into_iter()
            .collect()
    }
}

/// Elements that cannot be read are told by the rules about that.
fn lacks_elements(list: Option<Node<'_>>) -> bool {
    list.is_none_or(|list| list.is_null() || (list.kind() == NodeKind::Array && list.values().all(Node::is_null)))
}
