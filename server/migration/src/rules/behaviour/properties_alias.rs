//! `properties-alias`

use v4ward_syntax::edit::{Change, Value};

use crate::expression::{ExpressionField, ExpressionPlace, Read, Template};
use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::options::Version;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct PropertiesAlias;

static DECLARATION: Declaration = Declaration {
    id: "properties-alias",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "`#properties`, which older gateways do not know in a V4 API",
    explanation: "\
In a V2 API an expression reads the properties of the API as `#properties['key']` or as `#api.properties['key']`. \
Gateways before 4.9.10 know only the second name in a V4 API; the newer ones know both. The finding is given when \
the target version is below 4.10, as it does not tell which 4.9 it is.

The target of an endpoint is the worst place: the gateway cannot compute it and leaves the endpoint out when the API \
is deployed, so requests have one backend less, or none. A condition that cannot be computed is taken for false, and \
a policy whose text cannot be computed may end the request with an error.",
    fix_safety: "The fix is safe: `#api.properties` is the same map, in V2 and in every version of V4.",
    bad: Example::For(
        Version { major: 4, minor: 9 },
        &Example::Members(
            r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "{#properties['backend']}", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"#,
        ),
    ),
    good: Example::For(
        Version { major: 4, minor: 9 },
        &Example::Members(
            r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "{#api.properties['backend']}", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"#,
        ),
    ),
    source: "SEMANTICS M11; FORMATS §4, EL",
};

/// The first version all gateways of which know the old name.
const KNOWN_SINCE: Version = Version { major: 4, minor: 10 };
const TARGET: &str = "target";

impl Rule for PropertiesAlias {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.options.target_version >= KNOWN_SINCE {
            return;
        }
        // Assertions of health checks see the answer only, in V2 too.
        let has_properties = |field: &&ExpressionField<'_, '_>| field.place != ExpressionPlace::HealthCheckAssertion;
        for field in cx.expressions().iter().filter(has_properties) {
            let Some(read) = field.reads().find(is_alias) else { continue };
            let found = Match::inside(field.node, read.span.clone());
            report.add(match field.place {
                ExpressionPlace::Target => found.detail(Detail::Variant(TARGET)),
                _ => found,
            });
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let effect = match finding.detail {
            Detail::Variant(TARGET) => "they cannot compute this target and send no request to the endpoint",
            _ => "they cannot compute this expression",
        };
        Message::new(
            format!("gateways before 4.9.10 do not know #properties in a V4 API: {effect}"),
            "write #api.properties, which all of them know",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(node) = finding.place.node() else { return Vec::new() };
        let text = node.scalar();
        let template = match Template::is_likely(&text) {
            true => Template::parse(&text),
            false => Template::bare(&text),
        };
        let mut renamed = String::with_capacity(text.len() + 8);
        let mut from = 0;
        for read in template.reads().filter(is_alias) {
            let name = read.span.end - read.variable.len();
            renamed.push_str(text.get(from..name).unwrap_or_default());
            renamed.push_str("api.");
            from = name;
        }
        renamed.push_str(text.get(from..).unwrap_or_default());
        let value = Value::Derived { text: renamed, from: vec![node.id()] };
        vec![Fix::safe("Write #api.properties", vec![Change::Replace { node: node.id(), value }])]
    }
}

fn is_alias(read: &&Read<'_>) -> bool {
    read.variable == "properties"
}
