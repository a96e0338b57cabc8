//! `policy-configuration-invalid`

use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::plugins::Holder;
use crate::policies::{SCRIPT_KEYS, of_security};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::Flow;

pub(in crate::rules) struct PolicyConfigurationInvalid;

static DECLARATION: Declaration = Declaration {
    id: "policy-configuration-invalid",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A configuration that the policy does not take",
    explanation: "\
V4 looks at the configuration of each step when an API is imported or saved, also of steps that are switched off. It \
refuses the whole file when something that the policy needs is missing, when a value has the wrong type, or when it is \
none of the words that the policy knows. V2 gateways do not look: they take `\"10\"` for 10, and where they cannot make \
sense of a configuration, the API does not start or requests end with an error.

The `securityDefinition` of a plan is the configuration of the policy `api-key`, `jwt` or `oauth2`. It is looked at when \
the plan is made, and so are the steps of the plan. That is after the API: what is refused then is the plan, and the API \
stays without it.

What V4 mends itself is no error: null counts as absent, what is missing gets its default, and a property that the \
policy does not know is dropped without a word. Only the last one gets a hint, since the name may be misspelt.

The schemas of the policies used most come with v4ward. Those of other policies can be put into a folder, which \
`plugin-schemas` in v4ward.toml names.",
    fix_safety: "Writing a number or a flag in the type that the policy asks for is safe: V2 takes both forms alike.",
    bad: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "methods": [],
      "pre": [
        {
          "name": "At most 10",
          "policy": "rate-limit",
          "configuration": { "rate": { "limit": "10", "periodTime": 1, "periodTimeUnit": "SECONDS" } }
        }
      ],
      "post": []
    }
  ]
}"#,
    ),
    good: Example::Members(
        r#"{
  "flows": [
    {
      "name": "all",
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "methods": [],
      "pre": [
        {
          "name": "At most 10",
          "policy": "rate-limit",
          "configuration": { "rate": { "limit": 10, "periodTime": 1, "periodTimeUnit": "SECONDS" } }
        }
      ],
      "post": []
    }
  ]
}"#,
    ),
    source: "FORMATS §2.1, what the import checks, the validator repairs; §4; schemas of the policies",
};

impl Rule for PolicyConfigurationInvalid {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let mut add = |policy: &str, holder, subject: &str, configuration: Option<Node<'d>>| {
            let is_filled_in = |text: &str| cx.is_filled_in(text);
            for (node, misfit) in cx.options.policy_schemas.misfits(policy, holder, configuration, is_filled_in) {
                if policy == "groovy" && SCRIPT_KEYS.iter().any(|key| node.has_key(key)) {
                    continue; // The conversion makes a text of it.
                }
                let found = if misfit.is_at_key() { Match::at_key(node) } else { Match::at(node) };
                let found = if misfit.is_dropped() { found.severity(Severity::Hint) } else { found };
                report.add(found.subject(subject).detail(Detail::Schema(misfit)));
            }
        };
        let of_api = cx.api.flows.items.iter().flat_map(Flow::steps).map(|(_, step)| (step, Holder::Step));
        let flows_of_plans = cx.api.plans.iter().flat_map(|plan| &plan.flows.items);
        let of_plans = flows_of_plans.flat_map(Flow::steps).map(|(_, step)| (step, Holder::PlanStep));
        for (step, holder) in of_api.chain(of_plans) {
            let policy = step.policy.value.as_ref();
            add(policy, holder, policy, step.configuration);
        }
        for plan in &cx.api.plans {
            let security = match &plan.security {
                Some(security) => security.value,
                // What cannot be read is told by other rules. A plan that says nothing is made one with an API key.
                None if plan.node.get("security").is_none_or(Node::is_null) => "API_KEY",
                None => continue,
            };
            let Some(policy) = of_security(security) else { continue };
            let name = plan.name.as_ref().map_or("", |name| name.value.as_ref());
            // The server reads a text here, and refuses anything else.
            let definition = plan.security_definition.filter(|node| node.kind() == NodeKind::String);
            add(policy, Holder::Security, name, definition);
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let Detail::Schema(misfit) = &finding.detail else { return Message::new("", "") };
        misfit.message(match misfit.holder {
            Holder::Step => "V4 refuses a file with",
            Holder::PlanStep | Holder::Security => "V4 makes the API and then refuses the plan for",
        })
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Detail::Schema(misfit) = &finding.detail else { return Vec::new() };
        finding.place.node().and_then(|node| misfit.fix(node)).into_iter().collect()
    }
}
