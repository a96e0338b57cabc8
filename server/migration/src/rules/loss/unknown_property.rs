//! `unknown-property`

use v4ward_syntax::edit::Change;

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct UnknownProperty;

/// The variant about what the cluster takes out of a custom resource.
const PRUNED: &str = "pruned";

static DECLARATION: Declaration = Declaration {
    id: "unknown-property",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Hint,
    summary: "A property that means nothing here",
    explanation: "\
The server's reader skips what it does not know, so such a property does nothing today. Often it is a misspelt one, \
or it stands one level too deep or too high; then the API does not do what its author meant. The whole property, \
with all that is in it, is left out of the V4 file.

Of a custom resource the cluster drops what its resource definition does not have. That goes for members of an export \
too, such as `picture` or `context_path`.",
    fix_safety: "\
Removing the property is unsafe: requests are handled as before, but it may be a misspelt one that was meant to do \
something.",
    bad: Example::Members(r#"{ "flow-mode": "BEST_MATCH" }"#),
    good: Example::Members(r#"{}"#),
    source: "FORMATS §1.1, parser behaviour that applies everywhere",
};

impl Rule for UnknownProperty {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        // What makes an endpoint's own health check unreadable is told by the rule about that.
        let unreadable: Vec<_> = cx.own_health_checks().flat_map(|(_, check)| &check.unreadable).collect();
        let groups = cx.api.proxy.groups.iter().map(|group| &group.services);
        let services = std::iter::once(&cx.api.services).chain(groups).flat_map(|services| &services.other);
        for member in cx.api.unknown.iter().chain(services) {
            if !unreadable.contains(&member) {
                let pruned = cx.api.resource.as_ref().is_some_and(|resource| resource.is_pruned(*member));
                let detail = if pruned { Detail::Variant(PRUNED) } else { Detail::None };
                report.add(Match::at_key(*member).detail(detail));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let property = match finding.key() {
            key if key.is_empty() => "this".to_owned(),
            key => format!("\"{key}\""),
        };
        if matches!(finding.detail, Detail::Variant(PRUNED)) {
            return Message::new(
                format!(
                    "{property} means nothing here: it is dropped by the cluster, and left out of the V4 definition"
                ),
                "check how it is spelt and where it stands, or remove it",
            );
        }
        Message::new(
            format!("{property} means nothing here: the server does not read it, and it is left out of the V4 file"),
            "check how it is spelt and where it stands, or remove it",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let member = finding.place.node();
        member
            .map(|member| Fix::needs_decision("Remove the property", vec![Change::Remove { node: member.id() }]))
            .into_iter()
            .collect()
    }
}
