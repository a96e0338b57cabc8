//! `health-check-assertions`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::{ApimState, Finding, Severity};
use crate::fixes::{Applicability, Fix};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct HealthCheckAssertions;

static DECLARATION: Declaration = Declaration {
    id: "health-check-assertions",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "More than one assertion in a health check",
    explanation: "\
A V2 health check takes a list of assertions, all of which must hold. V4 takes one. APIM refuses to migrate an API \
whose health check has more than one.

They can be joined: `#response.status == 200` and `#response.content.contains('up')` become \
`{(#response.status == 200) && (#response.content.contains('up'))}`. The braces are needed, since V4 takes a text \
that does not start with `#` or `{` for a plain text, which is never true.",
    fix_safety: "\
Joining is safe when each assertion starts with `#` or is one whole `{…}`: V2 evaluates exactly these as expressions. \
An assertion of another form is a plain text to V2, so joining is unsafe there.",
    bad: Example::Members(
        r##"{
  "services": {
    "health-check": {
      "enabled": true,
      "schedule": "*/10 * * * * *",
      "steps": [
        {
          "request": { "path": "/health", "method": "GET", "headers": [], "fromRoot": false },
          "response": { "assertions": ["#response.status == 200", "{#response.content.contains('up')}"] }
        }
      ]
    }
  }
}"##,
    ),
    good: Example::Members(
        r##"{
  "services": {
    "health-check": {
      "enabled": true,
      "schedule": "*/10 * * * * *",
      "steps": [
        {
          "request": { "path": "/health", "method": "GET", "headers": [], "fromRoot": false },
          "response": { "assertions": ["{(#response.status == 200) && (#response.content.contains('up'))}"] }
        }
      ]
    }
  }
}"##,
    ),
    source: "FORMATS §5, health check; SEMANTICS M05a",
};

impl Rule for HealthCheckAssertions {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (owner, check) in cx.migrated_health_checks() {
            // Several steps are reported by their own rule, and only the first one counts.
            let [step] = check.steps.as_slice() else { continue };
            if let Some(assertions) = step.assertions.as_ref().filter(|assertions| assertions.items.len() > 1) {
                report.add(Match::at(assertions.node).subject_if(owner));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let count = finding.place.node().map_or(0, |list| list.values().count());
        Message::new(
            format!("this health check has {count} assertions, V4 takes one: APIM refuses to migrate the API"),
            "join them into one expression with &&",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(list) = finding.place.node() else { return Vec::new() };
        let assertions: Vec<_> = list.values().collect();
        let texts: Option<Vec<_>> = assertions.iter().map(|node| node.as_str()).collect();
        let Some(texts) = texts else { return Vec::new() };
        let parts: Vec<Expression<'_>> = texts.iter().map(|text| Expression::of(text)).collect();
        let joined: Vec<String> = parts.iter().map(|part| format!("({})", part.inner)).collect();
        let text = format!("{{{}}}", joined.join(" && "));
        let from = assertions.iter().map(|node| node.id()).collect();
        let value = Value::Array(vec![Value::Derived { text, from }]);
        let applicability =
            if parts.iter().all(|part| part.evaluated) { Applicability::Safe } else { Applicability::Unsafe };
        let changes = vec![Change::Replace { node: list.id(), value }];
        vec![Fix { applicability, ..Fix::safe("Join the assertions", changes) }]
    }
}

/// An assertion without the braces around it.
struct Expression<'t> {
    inner: &'t str,
    /// V2 evaluates it; anything else is a plain text there.
    evaluated: bool,
}

impl<'t> Expression<'t> {
    fn of(text: &'t str) -> Self {
        match whole_braces(text) {
            Some(inner) => Self { inner, evaluated: true },
            None => Self { inner: text, evaluated: text.starts_with('#') },
        }
    }
}

/// What stands between one pair of braces that spans the whole text; `{#a} && {#b}` has none.
fn whole_braces(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut depth = 0_i32;
    let mut quote = None;
    for c in inner.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    (depth == 0 && quote.is_none()).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::whole_braces;

    #[test]
    fn only_one_whole_pair_of_braces_is_taken_off() {
        assert_eq!(whole_braces("{#a == '}'}"), Some("#a == '}'"));
        assert_eq!(whole_braces("{#a} && {#b}"), None);
        assert_eq!(whole_braces("#a"), None);
        assert_eq!(whole_braces("{{1, 2}.contains(#a)}"), Some("{1, 2}.contains(#a)"));
    }
}
