//! `v4-cors-origin-invalid`

use crate::finding::Severity;
use crate::origins;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, who};
use crate::v4::view::elements;

pub(super) struct V4CorsOriginInvalid;

static DECLARATION: Declaration = Declaration {
    id: "v4-cors-origin-invalid",
    severity: Severity::Error,
    summary: "An allowed origin that is none",
    explanation: "\
An origin that CORS allows is `*`, `null`, a scheme with a host such as `https://shop.example`, or a regular \
expression that Java can compile. An API with another one is refused. v4ward tells only of faults that are certain.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "api": { "listeners": [
  {
    "type": "HTTP",
    "paths": [{ "path": "/orders/" }],
    "cors": { "enabled": true, "allowOrigin": ["*.shop.example"] },
    "entrypoints": [{ "type": "http-proxy" }]
  }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "listeners": [
  {
    "type": "HTTP",
    "paths": [{ "path": "/orders/" }],
    "cors": { "enabled": true, "allowOrigin": [".*\\.shop\\.example"] },
    "entrypoints": [{ "type": "http-proxy" }]
  }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4CorsOriginInvalid {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let cors = cx.api.listeners().filter_map(|listener| listener.get("cors"));
        for origin in cors.flat_map(|cors| elements(cors, "allowOrigin")) {
            if origin.as_str().is_some_and(|text| origins::is_refused(&text)) {
                report.add(Match::at(origin));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("this origin is neither *, nor scheme://host, nor a regular expression: {}", who(finding.form)),
            "write each origin with its scheme, or a regular expression such as .*\\.shop\\.example",
        )
    }
}
