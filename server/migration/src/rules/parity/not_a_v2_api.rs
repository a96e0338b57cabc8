//! `not-a-v2-api`

use crate::finding::{ApimState, Detail, Finding, Severity};
use crate::recognise::{Definition, DocumentFormat};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct NotAV2Api;

static DECLARATION: Declaration = Declaration {
    id: "not-a-v2-api",
    group: Group::Parity,
    apim: Some(ApimState::Impossible),
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A file that holds no V2 definition, or not in the shape of an export",
    explanation: "\
Only V2 definitions can move to V4, and only a file as APIM exports it holds all that is needed.

A V1 definition has `gravitee: \"1.0.0\"`, or `paths` and no `flows`. APIM has not imported such files since 4.0. \
APIM 3.20 to 4.11 can convert a V1 API to V2 in the Console; the export of the converted API is what v4ward reads.

A saved answer of the management API v2 has `definitionVersion: \"V2\"`. It has other names for most members and lacks \
plans, pages and members; no APIM imports it. And a version marker other than `2.0.0` beside a V2 proxy says one \
thing where the rest of the file says another: some servers refuse such a file, others take it for V2.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "gravitee": "1.0.0",
  "execution_mode": null,
  "flow_mode": null,
  "flows": null,
  "paths": { "/": [{ "methods": ["GET"], "rate-limit": { "rate": { "limit": 10 } } }] }
}"#,
    ),
    good: Example::Members(r#"{ "gravitee": "2.0.0" }"#),
    source: "FORMATS §1.0, §1.2 and §5, preconditions; conformance D28",
};

const V1: &str = "v1";
const MANAGEMENT: &str = "management";
const MARKER: &str = "marker";

impl Rule for NotAV2Api {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let (root, marker) = (cx.api.node, cx.api.gravitee.as_ref());
        let found = if cx.definition == Definition::V1 {
            let place = marker.map(|marker| marker.node).or(cx.api.v1_paths).unwrap_or(root);
            Match::at(place).detail(Detail::Variant(V1))
        } else if cx.format == DocumentFormat::ManagementV2Json {
            let place = root.get("definitionVersion").unwrap_or(root);
            Match::at(place).detail(Detail::Variant(MANAGEMENT)).not_in_apim()
        } else if let Some(marker) = marker.filter(|marker| marker.value != "2.0.0") {
            // Where the server lets the file through, its dry run has no word for it.
            Match::at(marker.node).detail(Detail::Variant(MARKER)).not_in_apim()
        } else {
            return;
        };
        report.add(found.refused(true));
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        match &finding.detail {
            Detail::Variant(MANAGEMENT) => Message::new(
                "this is an answer of the management API v2, not an export: APIM imports no such file, and the plans \
                 and pages of the API are not in it",
                "export the API: \"Export\" in the Console, or GET /management/organizations/{organization}/\
                 environments/{environment}/apis/{id}/export of the management API v1",
            ),
            Detail::Variant(MARKER) => Message::new(
                "this marks another version than 2.0.0, but the file is laid out as V2: servers refuse it or take it \
                 for V2",
                "write 2.0.0 if the API is a V2 one, else export it again",
            ),
            _ => Message::new(
                "this is a V1 definition: APIM has not imported V1 since 4.0, and only V2 can move to V4",
                "convert the API to V2 in the Console of an APIM 3.20 to 4.11 that has it (3.20 still imports this \
                 file), then export it again",
            ),
        }
    }
}
