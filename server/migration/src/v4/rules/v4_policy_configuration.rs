//! `v4-policy-configuration`

use std::collections::HashSet;

use v4ward_syntax::Node;

use crate::finding::{Detail, Severity};
use crate::fixes::Fix;
use crate::plugins::Holder;
use crate::policies::of_security;
use crate::v4::rule::{Context, Declaration, Example, Finding, Form, Match, Message, Report, Rule};
use crate::v4::view::{steps, text};

pub(super) struct V4PolicyConfiguration;

static DECLARATION: Declaration = Declaration {
    id: "v4-policy-configuration",
    severity: Severity::Error,
    summary: "A configuration that the policy does not take",
    explanation: "\
The configuration of each step is looked at with the schema of its policy, also of steps that are switched off and in \
whichever phase they stand. When something that the policy needs is missing, when a value has the wrong type or is none \
of the words that the policy knows, the whole API is refused.

`security.configuration` of a plan is a configuration of the policy `api-key`, `jwt` or `oauth2`. It is looked at when \
the plan is made, and so are the steps of the plan. An import makes the API first: when it then fails at a plan, the API \
is there without it.

What the server mends itself is no error: null counts as absent, what is missing gets its default, and a property that \
the policy does not know is dropped without a word. The last one is a warning, since the name may be misspelt.

The schemas of the policies used most come with v4ward. Those of other policies can be put into a folder, which \
`plugin-schemas` in v4ward.toml names.",
    fix_safety: "The value stays what it is; it is written in the type that the policy asks for.",
    bad: Example::Import(
        r#"{
  "api": {
    "flows": [
      {
        "name": "At most 10",
        "request": [
          { "policy": "rate-limit", "configuration": { "rate": { "limit": "10", "periodTime": 1, "periodTimeUnit": "SECONDS" } } }
        ]
      }
    ]
  }
}"#,
    ),
    good: Example::Import(
        r#"{
  "api": {
    "flows": [
      {
        "name": "At most 10",
        "request": [
          { "policy": "rate-limit", "configuration": { "rate": { "limit": 10, "periodTime": 1, "periodTimeUnit": "SECONDS" } } }
        ]
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §2.1, what the import checks, the validator repairs; §4; schemas of the policies",
};

impl Rule for V4PolicyConfiguration {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let has_aliases = !cx.api.root.document().anchors().is_empty();
        let mut seen = HashSet::new();
        let mut add = |policy: &str, holder, configuration: Option<Node<'d>>| {
            // In a resource a text is refused as such. What aliases stand for is looked at once.
            let counts = |node: &Node<'d>| {
                !(cx.api.form == Form::Resource && node.as_str().is_some())
                    && (!has_aliases || seen.insert((node.resolved().id(), policy.to_owned())))
            };
            // What the operator fills in is spared for all rules at once.
            let found = cx.options.policy_schemas.misfits(policy, holder, configuration.filter(counts), |_| false);
            for (node, misfit) in found {
                let found = if misfit.is_at_key() { Match::at_key(node) } else { Match::at(node) };
                let found = if misfit.is_dropped() { found.severity(Severity::Warning) } else { found };
                report.add(found.detail(Detail::Schema(misfit)));
            }
        };
        let of_api = steps(cx.api.node).map(|step| (step, Holder::Step));
        let of_plans = cx.api.plans().flat_map(|plan| steps(plan).map(|step| (step, Holder::PlanStep)));
        for (step, holder) in of_api.chain(of_plans) {
            let Some((_, policy)) = text(step, "policy") else { continue };
            add(&policy, holder, step.get("configuration"));
        }
        for security in cx.api.plans().filter_map(|plan| plan.get("security")) {
            let kind = text(security, "type");
            let Some(policy) = kind.and_then(|(_, kind)| of_security(&kind)) else { continue };
            add(policy, Holder::Security, security.get("configuration"));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let Detail::Schema(misfit) = &finding.detail else { return Message::new("", "") };
        misfit.message(match (misfit.holder, finding.form) {
            (Holder::Step, Form::Import) => "the import refuses the API for",
            (Holder::Step, Form::Resource) => "APIM refuses the resource for",
            (_, Form::Import) => "the import makes the API and then refuses the plan for",
            (_, Form::Resource) => "APIM refuses the plan for",
        })
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Detail::Schema(misfit) = &finding.detail else { return Vec::new() };
        finding.place.node().and_then(|node| misfit.fix(node)).into_iter().collect()
    }
}
