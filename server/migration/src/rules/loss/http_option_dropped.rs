//! `http-option-dropped`

use v4ward_syntax::edit::Change;

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct HttpOptionDropped;

static DECLARATION: Declaration = Declaration {
    id: "http-option-dropped",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A size limit of the HTTP client that V4 does not have",
    explanation: "\
`maxHeaderSize` and `maxChunkSize` limit what a V2 API takes from its backend. V4 has neither: its endpoint refuses a \
configuration that holds them, so no V4 API can set such a limit. APIM's migration drops them without a word.

A backend that needs a higher limit than the usual 8192 bytes may then fail, since its answer is longer than the \
gateway takes. A lower limit, meant as a protection, is gone.",
    fix_safety: "\
Removing the option from the V2 file is unsafe: V2 then uses 8192 bytes, which may already be too little.",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "http": { "connectTimeout": 2000, "maxHeaderSize": 32768 }
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
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "http": { "connectTimeout": 2000 }
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §5, endpoint groups; §5.1 item 9",
};

/// What V2 uses when the option is absent, in bytes; dropping that value changes nothing worth a word.
const DEFAULT: i64 = 8192;

impl Rule for HttpOptionDropped {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for http in cx.clients().filter_map(|client| client.http.as_ref()) {
            for option in [&http.max_header_size, &http.max_chunk_size].into_iter().flatten() {
                if option.value != DEFAULT {
                    report.add(Match::at_key(option.node));
                }
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let option = finding.place.node().and_then(|node| node.key()).unwrap_or_default().into_owned();
        Message::new(
            format!("V4 has no {option}: the limit is dropped, and a backend that needs it may fail"),
            "call the backend through V4 with the longest headers and answers it has, before the move",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let option = finding.place.node();
        option
            .map(|option| Fix::needs_decision("Remove the option", vec![Change::Remove { node: option.id() }]))
            .into_iter()
            .collect()
    }
}
