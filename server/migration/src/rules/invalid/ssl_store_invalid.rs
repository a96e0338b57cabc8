//! `ssl-store-invalid`

use v4ward_syntax::Node;

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, holds_nothing};
use crate::v2::Store;

pub(in crate::rules) struct SslStoreInvalid;

static DECLARATION: Declaration = Declaration {
    id: "ssl-store-invalid",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "A trust store or key store that V4 refuses",
    explanation: "\
V4 is strict about stores. JKS and PKCS12 need a password and either a path or a content. A PEM trust store needs a \
path or a content. A PEM key store needs a certificate and a key that stand in the same place: `certPath` with \
`keyPath`, or `certContent` with `keyContent`. V2 takes a store that lacks any of it, and so does APIM's migration; \
the V4 API then cannot be saved or imported.

What can be told without guessing is put right by the conversion: types in capitals, no store for an empty type, the \
path where both path and content are there. A type that the server does not know is no store to it, in V2 as in V4; \
that is only told, as information.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" },
        "ssl": { "trustAll": false, "trustStore": { "type": "JKS", "path": "/etc/trust.jks" } }
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
        "load_balancing": { "type": "ROUND_ROBIN" },
        "ssl": { "trustAll": false, "trustStore": { "type": "PEM", "path": "/etc/trust.pem" } }
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §3, sharedConfiguration; §5.1 item 13; conformance D10, D13",
};

impl Rule for SslStoreInvalid {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for ssl in cx.clients().filter_map(|client| client.ssl.as_ref()) {
            for (store, is_key_store) in [(&ssl.trust_store, false), (&ssl.key_store, true)] {
                let Some(store) = store else { continue };
                let Some(kind) = &store.kind else {
                    report_nameless(
                        store.node,
                        store.members.iter().any(|(name, _)| store.get(name).is_some()),
                        report,
                    );
                    continue;
                };
                let fault = fault(&kind.value, is_key_store, |name| store.get(name).is_some());
                report_fault(fault, store.node, kind.node, report);
            }
            let has_store = ssl.trust_store.as_ref().is_some_and(Store::is_some);
            if let Some(pem) = ssl.pem.as_ref().filter(|pem| !has_store && pem.value.is_empty()) {
                report_fault(Some("source"), pem.node, pem.node, report);
            }
        }
        let groups = cx.api.proxy.groups.iter().map(|group| &group.services);
        for services in std::iter::once(&cx.api.services).chain(groups) {
            let discovery = services.discovery.as_ref().filter(|discovery| discovery.is_consul());
            if let Some(configuration) = discovery.and_then(|discovery| discovery.configuration) {
                report_flat(configuration, "trustStore", report);
                report_flat(configuration, "keyStore", report);
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let refused = "V4 refuses the store";
        match finding.detail {
            Detail::Variant("password") => Message::new(
                format!("this store has no password: {refused}"),
                "add the password, or use a PEM store, which has none",
            ),
            Detail::Variant("pair") => Message::new(
                format!("this store has no certificate with its key in the same place: {refused}"),
                "give certPath with keyPath, or certContent with keyContent",
            ),
            Detail::Variant("nameless") => Message::new(
                "this store has no type: V2 and V4 work as if there were none",
                "write the type JKS, PKCS12 or PEM if a store is meant, or remove it",
            ),
            Detail::Variant("type") => Message::new(
                "the server knows no store of this type: V2 and V4 work as if there were none",
                "write JKS, PKCS12 or PEM if a store is meant, or remove it",
            ),
            _ => Message::new(
                format!("this store has neither a path nor a content: {refused}"),
                "add one of them, or remove the store",
            ),
        }
    }
}

fn report_fault<'d>(fault: Option<&'static str>, store: Node<'d>, kind: Node<'d>, report: &mut Report<'_, 'd>) {
    match fault {
        None => {}
        Some("type") => {
            report.add(Match::at(kind).detail(Detail::Variant("type")).severity(Severity::Information));
        }
        Some(fault) => report.add(Match::at_key(store).detail(Detail::Variant(fault))),
    }
}

const MEMBERS: &[&str] =
    &["path", "content", "password", "certPath", "certContent", "keyPath", "keyContent", "alias", "keyPassword"];

/// A store that does not say what it is.
fn report_nameless<'d>(store: Node<'d>, holds_something: bool, report: &mut Report<'_, 'd>) {
    if holds_something {
        report.add(Match::at_key(store).detail(Detail::Variant("nameless")).severity(Severity::Information));
    }
}

/// Consul's stores in V2: flat keys such as `trustStoreType`.
fn report_flat<'d>(configuration: Node<'d>, prefix: &'static str, report: &mut Report<'_, 'd>) {
    let member = |name: &str| {
        let (head, tail) = name.split_at(1);
        configuration.get(&format!("{prefix}{}{tail}", head.to_ascii_uppercase())).filter(|node| !node.is_container())
    };
    let holds = |name: &str| member(name).is_some_and(|node| !node.is_null() && !holds_nothing(node));
    let Some(kind) = member("type").filter(|kind| !kind.is_null()) else {
        let first = MEMBERS.iter().find(|name| holds(name)).and_then(|name| member(name));
        return first.map_or((), |first| report_nameless(first, true, report));
    };
    let fault = kind.as_str().and_then(|text| fault(&text, prefix == "keyStore", holds));
    report_fault(fault, kind, kind, report);
}

/// What a store lacks.
fn fault(kind: &str, is_key_store: bool, has: impl Fn(&str) -> bool) -> Option<&'static str> {
    match kind.to_ascii_uppercase().as_str() {
        "" | "NONE" => None,
        "JKS" | "PKCS12" if !has("password") => Some("password"),
        "PEM" if is_key_store => {
            let pair = (has("certPath") && has("keyPath")) || (has("certContent") && has("keyContent"));
            (!pair).then_some("pair")
        }
        "JKS" | "PKCS12" | "PEM" => (!has("path") && !has("content")).then_some("source"),
        _ => Some("type"),
    }
}
