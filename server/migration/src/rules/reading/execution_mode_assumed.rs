//! `execution-mode-assumed`

use v4ward_syntax::Node;
use v4ward_syntax::edit::{Change, Value};

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, ENGINE_MATTERS, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct ExecutionModeAssumed;

static DECLARATION: Declaration = Declaration {
    id: "execution-mode-assumed",
    group: Group::Reading,
    apim: None,
    decides_verdict: true,
    severity: Severity::Information,
    summary: "The file does not say on which engine the API runs",
    explanation: "\
`execution_mode` says which engine of the gateway runs a V2 API: the legacy one (`v3`) or the one of V4 \
(`v4-emulation-engine`). A file without it takes the server's default at import, which is the emulation engine unless \
`api.v2.emulateV4Engine.default` says otherwise. v4ward reads the file the same way.

Exports of recent versions always hold it. If the file is an old export, the API may run on the legacy engine today; \
then the findings about that engine are worth a look before the API moves. They are information as long as the engine \
is not known, and where there are any, this finding is a warning.",
    fix_safety: "\
Writing the engine down changes nothing for a server with default settings. It is unsafe all the same: the file does \
not show which engine the API runs on today, and once it is written v4ward no longer looks for what differs on the \
legacy engine.",
    bad: Example::Members(r#"{ "execution_mode": null }"#),
    good: Example::Members(r#"{ "execution_mode": "v4-emulation-engine" }"#),
    source: "FORMATS §1.1, API root; MIGRATION, Reading V2",
};

const KEY: &str = "execution_mode";
const ENGINE: &str = "v4-emulation-engine";

impl Rule for ExecutionModeAssumed {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if !cx.api.defaults.assumes_engine {
            return;
        }
        let written = cx.api.node.get(KEY).filter(|mode| !mode.is_null());
        if written.is_none() {
            report.add(Match::at(cx.api.node.get(KEY).unwrap_or(cx.api.node)));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let help = format!("write \"{KEY}\": \"{ENGINE}\", or \"v3\" if the API runs on the legacy engine today");
        let what =
            "the file does not say which engine runs the API: the import takes the default, the emulation engine";
        if matches!(finding.detail, Detail::Variant(ENGINE_MATTERS)) {
            let what =
                format!("{what}; if it runs on the legacy engine today, V4 will handle some requests differently");
            return Message::new(what, format!("look at the findings about the legacy engine; then {help}"));
        }
        Message::new(what, help)
    }

    fn fixes_come_last(&self) -> bool {
        true
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(node) = finding.place.node() else { return Vec::new() };
        let value = Value::String(ENGINE.into());
        let change = if node.is_null() {
            Change::Replace { node: node.id(), value }
        } else {
            let after = node.get("gravitee").or(node.get("version")).map(Node::id);
            Change::InsertMember { object: node.id(), after, key: KEY.into(), value }
        };
        vec![Fix::needs_decision("Write down the emulation engine", vec![change])]
    }
}
