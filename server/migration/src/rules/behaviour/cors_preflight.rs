//! `cors-preflight`

use v4ward_syntax::edit::{Change, Value};

use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::Texts;

pub(in crate::rules) struct CorsPreflight;

static DECLARATION: Declaration = Declaration {
    id: "cors-preflight",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "CORS without methods or headers",
    explanation: "\
Before a browser sends certain requests to another site, it asks with a preflight request whether it may. V4 and the \
emulation engine answer such a request otherwise than the legacy engine.

* Where `allowMethods` is empty, every preflight fails: no page of another site can send anything but the simplest \
requests.
* Where `allowHeaders` is empty, a preflight that asks for any header passes; the legacy engine refuses it.

A preflight that fails is answered with 400 and the key `CORS_PREFLIGHT_FAILED`, for which there may be a response \
template. Besides, where all origins are allowed, the answer names the one of the request instead of `*`.",
    fix_safety: "Allowing methods is unsafe: which ones pages of other sites may use has to be decided.",
    bad: Example::OnLegacyEngine(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ],
    "cors": {
      "enabled": true,
      "allowOrigin": ["https://shop.example"],
      "allowHeaders": ["Content-Type"],
      "allowMethods": []
    }
  }
}"#,
    ),
    good: Example::OnLegacyEngine(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ],
    "cors": {
      "enabled": true,
      "allowOrigin": ["https://shop.example"],
      "allowHeaders": ["Content-Type"],
      "allowMethods": ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
    }
  }
}"#,
    ),
    source: "SEMANTICS E10",
};

const METHODS: &str = "methods";
const HEADERS: &str = "headers";
const USUAL_METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

impl Rule for CorsPreflight {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn only_on_legacy_engine(&self) -> bool {
        true
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let Some(cors) = &cx.api.proxy.cors else { return };
        if !cors.enabled.as_ref().is_some_and(|enabled| enabled.value) {
            return;
        }
        let is_empty = |texts: &Option<Texts<'d>>| texts.as_ref().is_none_or(|texts| texts.items.is_empty());
        let place = |texts: &Option<Texts<'d>>| texts.as_ref().map_or(cors.node, |texts| texts.node);
        if is_empty(&cors.allow_methods) {
            report.add(Match::at(place(&cors.allow_methods)).detail(Detail::Variant(METHODS)));
        }
        if is_empty(&cors.allow_headers) {
            let found = Match::at(place(&cors.allow_headers)).detail(Detail::Variant(HEADERS));
            report.add(found.severity(Severity::Information));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        if matches!(finding.detail, Detail::Variant(HEADERS)) {
            return Message::new(
                "no header is allowed here: the legacy engine refuses a preflight request that asks for any, V4 lets it \
                 pass",
                "list the headers that pages of other sites may send",
            );
        }
        Message::new(
            "no method is allowed here: V4 answers every preflight request of a browser with 400",
            "list the methods that pages of other sites may use",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(node) = finding.place.node().filter(|_| matches!(finding.detail, Detail::Variant(METHODS))) else {
            return Vec::new();
        };
        let methods = || Value::Array(USUAL_METHODS.map(|method| Value::String(method.into())).into());
        let change = match node.get("allowMethods") {
            // At the whole block when the member is absent or null.
            Some(empty) => Change::Replace { node: empty.id(), value: methods() },
            None if node.has_key("allowMethods") => Change::Replace { node: node.id(), value: methods() },
            None => {
                Change::InsertMember { object: node.id(), after: None, key: "allowMethods".into(), value: methods() }
            }
        };
        vec![Fix::needs_decision("Allow all usual methods", vec![change])]
    }
}
