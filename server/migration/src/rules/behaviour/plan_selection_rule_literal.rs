//! `plan-selection-rule-literal`

use v4ward_syntax::edit::{Change, Value};

use crate::expression::{Expression, Template};
use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct PlanSelectionRuleLiteral;

static DECLARATION: Declaration = Declaration {
    id: "plan-selection-rule-literal",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A selection rule that V4 takes for a plain text",
    explanation: "\
The selection rule of a plan says which requests the plan is for. The legacy engine takes all of it for an expression. \
The engine of V4 evaluates only what stands in `{#…}`, `{(…)}` or `{T(…)}`, and adds braces itself when the rule starts \
with `#`. Any other rule, such as `!#request.headers.containsKey('X-Test')` or `'eu' == #request.params['region'][0]`, is a \
plain text to it and never true: no request gets the plan. Requests that it is for are refused, or handled under \
another plan.",
    fix_safety: "The fix is safe: it writes `{(…)}` around the same expression, which both engines evaluate alike.",
    bad: Example::OnLegacyEngine(
        r##"{
  "plans": [
    {
      "id": "2b8f4c1e-0000-4000-8000-0000000000a1",
      "name": "Partners",
      "security": "JWT",
      "status": "published",
      "selection_rule": "!#context.attributes['jwt.claims'].containsKey('test')",
      "flows": []
    }
  ]
}"##,
    ),
    good: Example::OnLegacyEngine(
        r##"{
  "plans": [
    {
      "id": "2b8f4c1e-0000-4000-8000-0000000000a1",
      "name": "Partners",
      "security": "JWT",
      "status": "published",
      "selection_rule": "{(!#context.attributes['jwt.claims'].containsKey('test'))}",
      "flows": []
    }
  ]
}"##,
    ),
    source: "SEMANTICS E06; FORMATS §4, EL",
};

impl Rule for PlanSelectionRuleLiteral {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        // A closed plan gets no request on either engine.
        for plan in cx.api.plans.iter().filter(|plan| !plan.is_closed()) {
            if let Some(rule) = plan.selection_rule.as_ref().filter(|rule| wrapped(&rule.value).is_some()) {
                report.add(Match::at(rule.node).named(plan.name.as_ref()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let plan = finding.subject.as_deref().unwrap_or("this plan");
        Message::new(
            format!(
                "the legacy engine evaluates this rule; V4 takes it for a plain text, which is never true: no request \
                 gets the plan {plan}"
            ),
            "write the rule in {( and )}",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(node) = finding.place.node() else { return Vec::new() };
        let Some(text) = wrapped(&node.scalar()) else { return Vec::new() };
        let value = Value::Derived { text, from: vec![node.id()] };
        vec![Fix::safe("Write {( and )} around it", vec![Change::Replace { node: node.id(), value }])]
    }
}

/// The rule as V4 evaluates it; `None` for one that V4 evaluates as it is, and for one that no engine understands.
fn wrapped(rule: &str) -> Option<String> {
    let text = rule.trim();
    if rule.starts_with('#') || text.starts_with('{') || Template::is_likely(rule) {
        return None;
    }
    let expression = Expression::bare(text);
    let computes = !expression.reads().is_empty() || text.starts_with("T(");
    (expression.is_complete() && computes).then(|| format!("{{({text})}}"))
}
