//! `v4-path-mapping-invalid`

use crate::finding::Severity;
use crate::rules::java_regex::is_broken;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, who};
use crate::v4::view::elements;

pub(super) struct V4PathMappingInvalid;

static DECLARATION: Declaration = Declaration {
    id: "v4-path-mapping-invalid",
    severity: Severity::Error,
    summary: "A path mapping that is no regular expression",
    explanation: "\
Path mappings name the lines of the statistics. Each must be a regular expression that Java can compile, in which a \
parameter such as `:id` stands for a part of the path; an API with another one is refused. v4ward tells only of faults \
that are certain.",
    fix_safety: "",
    bad: Example::Import(
        r#"{ "api": { "listeners": [
  {
    "type": "HTTP",
    "paths": [{ "path": "/orders/" }],
    "pathMappings": ["/orders/(:id"],
    "entrypoints": [{ "type": "http-proxy" }]
  }
] } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "listeners": [
  {
    "type": "HTTP",
    "paths": [{ "path": "/orders/" }],
    "pathMappings": ["/orders/:id"],
    "entrypoints": [{ "type": "http-proxy" }]
  }
] } }"#,
    ),
    source: "FORMATS §2.1, what the import checks",
};

impl Rule for V4PathMappingInvalid {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for mapping in cx.api.listeners().flat_map(|listener| elements(listener, "pathMappings")) {
            if mapping.as_str().is_some_and(|text| is_broken(&text)) {
                report.add(Match::at(mapping));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("this path mapping is no regular expression: {}", who(finding.form)),
            "write a backslash before each sign that stands for itself",
        )
    }
}
