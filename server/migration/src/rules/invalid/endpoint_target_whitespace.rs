//! `endpoint-target-whitespace`

use v4ward_syntax::edit::{Change, Value};

use crate::expression::{Part, Template};
use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct EndpointTargetWhitespace;

static DECLARATION: Declaration = Declaration {
    id: "endpoint-target-whitespace",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "White space in the target of an endpoint",
    explanation: "\
V4 refuses an endpoint whose target is empty or has white space anywhere, also inside an expression such as \
`{#api.properties['host'] + '/v1'}`, which V2 takes. APIM's migration passes it on, and the V4 API can then not be \
saved or imported.

White space between the parts of an expression means nothing and can go.",
    fix_safety: "\
Removing white space between the parts of an expression is safe: it evaluates to the same. Removing it around the \
target is unsafe.",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "{#api.properties['host'] + '/v1'}", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
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
        "endpoints": [{ "name": "one", "target": "{#api.properties['host']+'/v1'}", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §3, endpoint http-proxy; SEMANTICS M12; conformance D26",
};

impl Rule for EndpointTargetWhitespace {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (_, endpoint) in cx.endpoints() {
            let Some(target) = &endpoint.target else { continue };
            if cx.is_filled_in(&target.value) {
                continue;
            }
            if target.value.is_empty() || target.value.chars().any(is_blank) {
                report.add(Match::at(target.node).named(endpoint.name.as_ref()));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let target = finding.place.node().and_then(|target| target.as_str()).unwrap_or_default();
        if target.chars().all(is_blank) {
            Message::new("this endpoint has an empty target: V4 refuses it", "write the address of the backend")
        } else {
            Message::new(
                "this target has white space in it: V4 refuses the endpoint",
                "write the target without it, as %20 where it belongs to the address",
            )
        }
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(target) = finding.place.node() else { return Vec::new() };
        let text = target.as_str().unwrap_or_default();
        let replace = |text: String| {
            let value = Value::Derived { text, from: vec![target.id()] };
            vec![Change::Replace { node: target.id(), value }]
        };
        let trimmed = text.trim_matches(is_blank);
        if let Some(joined) = without_blanks(&text) {
            vec![Fix::safe("Remove the white space from the expression", replace(joined))]
        } else if !trimmed.is_empty() && !trimmed.contains(is_blank) {
            vec![Fix::needs_decision("Remove the white space around the target", replace(trimmed.to_owned()))]
        } else {
            Vec::new()
        }
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// The target without the white space of its expressions; `None` when there is other white space, or when the parts
/// beside a blank would become one, or when there is none.
fn without_blanks(target: &str) -> Option<String> {
    let template = Template::parse(target);
    let part = |part: &Part<'_>| match part {
        Part::Literal(span) => target.get(span.clone()).filter(|text| !text.contains(is_blank)).map(str::to_owned),
        Part::Expression(expression) => expression.without_blanks(target, is_blank),
    };
    let joined: String = template.parts().iter().map(part).collect::<Option<_>>()?;
    (template.is_complete() && joined != target).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::without_blanks;

    #[test]
    fn only_blanks_that_mean_nothing_go() {
        let same = [
            ("{#p['a'] + '/v1'}", "{#p['a']+'/v1'}"),
            ("https://a/{#x == 1 ? 'b' : 'c' }/d", "https://a/{#x==1?'b':'c'}/d"),
            ("{(#x)\t+ {1, 2}[0]}", "{(#x)+{1,2}[0]}"),
        ];
        for (before, after) in same {
            assert_eq!(without_blanks(before).as_deref(), Some(after));
        }
        let kept = [
            "",
            "https://a/b",
            "https://a/b c",
            " {#a+'b'}",
            "{ #a+'b'}",
            "{#a+'b c'}",
            "{#a and #b}",
            "{#a + +1}",
            "{#a ? [0] : 1}",
            "{#a+'b' 'c'}",
            "{#a +",
        ];
        for target in kept {
            assert_eq!(without_blanks(target), None, "{target}");
        }
    }
}
