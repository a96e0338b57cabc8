//! `v4-gateway-definition`

use crate::finding::Severity;
use crate::recognise::{DocumentFormat, recognise_root};
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule};

pub(super) struct V4GatewayDefinition;

static DECLARATION: Declaration = Declaration {
    id: "v4-gateway-definition",
    severity: Severity::Error,
    summary: "A definition as the gateway holds it",
    explanation: "\
A definition with `definitionVersion: \"4.0.0\"` is what APIM gives to its gateways. It has other names and no plans \
of its own, and no import takes it. An export of the same API has what is needed.",
    fix_safety: "",
    bad: Example::File(r#"{ "definitionVersion": "4.0.0", "name": "Orders", "type": "proxy", "listeners": [] }"#),
    good: Example::File(
        r#"{
  "api": {
    "definitionVersion": "V4",
    "type": "PROXY",
    "name": "Orders",
    "apiVersion": "1.0",
    "listeners": [{ "type": "HTTP", "paths": [{ "path": "/orders/" }], "entrypoints": [{ "type": "http-proxy" }] }],
    "endpointGroups": [
      {
        "name": "backend",
        "type": "http-proxy",
        "endpoints": [
          { "name": "one", "type": "http-proxy", "configuration": { "target": "https://orders.example" } }
        ]
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §1.0",
};

impl Rule for V4GatewayDefinition {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let root = cx.api.root;
        if recognise_root(root).1 == DocumentFormat::V4GatewayJson {
            report.add(Match::at(root.get("definitionVersion").unwrap_or(root)));
        }
    }

    fn message(&self, _finding: &Finding<'_>) -> Message {
        Message::new("this is the definition as the gateway holds it, not an export: APIM imports no such file", EXPORT)
    }
}

/// How to get the file that APIM imports.
const EXPORT: &str = "export the API: \"Export\" in the Console, or GET /management/v2/environments/{environment}/apis/\
                      {id}/_export/definition";
