//! Checking V4 files.

use std::collections::BTreeSet;

use v4ward_syntax::{Document, Format, Node, NodeKind};

use super::rule::{Finding, Form, OfV2, Paths, run};
use super::schemas::{is_filled_in, of_import, of_resource};
use super::view::{Api, metadata, v2_paths};
use crate::options::Options;
use crate::recognise::{DocumentFormat, recognise_root};
use crate::suppress::Accepted;

/// What was found in the V4 definitions of a text.
#[derive(Debug, Default)]
pub struct Verification<'d> {
    /// What was found: by definition, in the order of the text.
    pub findings: Vec<Finding<'d>>,
    /// The findings that are left out because they are accepted, in the same order.
    pub suppressed: Vec<Accepted<Finding<'d>>>,
    /// The entries of the settings file that accept a finding.
    pub used_suppressions: BTreeSet<usize>,
}

/// Checks the V4 definitions of a text against the schemas and the rules of the import, or of the operator, as the
/// settings want it. Syntax errors are the reader's business.
#[must_use]
pub fn verify<'d>(document: &'d Document, options: &Options) -> Verification<'d> {
    let mut verification = Verification { findings: findings(document, options), ..Verification::default() };
    apply_settings(&mut verification.findings, options);
    suppress(&mut verification, options);
    verification
}

/// Severities as the user wants them.
fn apply_settings(findings: &mut Vec<Finding<'_>>, options: &Options) {
    findings.retain_mut(|finding| match options.rules.get(finding.declaration().id) {
        None => true,
        Some(None) => false,
        Some(Some(severity)) => {
            finding.severity = *severity;
            true
        }
    });
}

/// Leaves out what is accepted.
fn suppress(verification: &mut Verification<'_>, options: &Options) {
    if options.suppressions.entries.is_empty() {
        return;
    }
    for finding in std::mem::take(&mut verification.findings) {
        match options.suppressions.of(finding.declaration().id, || finding.pointer()) {
            None => verification.findings.push(finding),
            Some(suppression) => {
                verification.used_suppressions.insert(suppression.entry);
                verification.suppressed.push(Accepted { finding, reason: suppression.reason.clone() });
            }
        }
    }
}

fn findings<'d>(document: &'d Document, options: &Options) -> Vec<Finding<'d>> {
    let roots = || document.roots().filter(|root| root.kind() == NodeKind::Object);
    let mut paths = Paths::default();
    for root in roots() {
        match recognise_root(root).1 {
            DocumentFormat::V4GkoYaml | DocumentFormat::V4GkoJson => {
                let api = Api::of(root, Form::Resource);
                for (place, id) in api.paths() {
                    paths.v4.entry((api.namespace(), id)).or_insert(place);
                }
            }
            DocumentFormat::GkoYaml | DocumentFormat::GkoJson => {
                for (place, id) in v2_paths(root) {
                    let claim = OfV2 { place, name: metadata(root, "name") };
                    paths.v2.entry((metadata(root, "namespace"), id)).or_default().push(claim);
                }
            }
            _ => {}
        }
    }
    roots().flat_map(|root| verify_root(root, &paths, options)).collect()
}

fn verify_root<'d>(root: Node<'d>, paths: &Paths<'d>, options: &Options) -> Vec<Finding<'d>> {
    let (form, failures) = match recognise_root(root).1 {
        // Nothing in it is where an export has it.
        DocumentFormat::V4GatewayJson => (Form::Import, Vec::new()),
        DocumentFormat::V4GkoYaml | DocumentFormat::V4GkoJson => (Form::Resource, of_resource(root)),
        _ if root.document().format() == Format::Json => (Form::Import, of_import(Api::of(root, Form::Import))),
        _ => return Vec::new(),
    };
    let mut findings = run(Api::of(root, form), failures, paths, options);
    findings.retain(|finding| finding.place.node().is_none_or(|node| can_be_judged(node, form)));
    findings.sort_by_key(|finding| finding.place.span());
    findings
}

/// False for what cannot be read, of which a syntax error tells, and for what is filled in later, by a template engine
/// or by the operator.
fn can_be_judged(node: Node<'_>, form: Form) -> bool {
    let templates = node.document().templates();
    let by_template = || templates.iter().any(|template| node.span().contains(*template));
    let by_operator = || form == Form::Resource && is_filled_in(node);
    node.kind() != NodeKind::Invalid && !(node.is_leaf() && (by_template() || by_operator()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<(String, String)> {
        let document = Document::parse_json(text);
        let problem = |it: Finding<'_>| (document.slice(it.place.span()).to_owned(), it.message().what);
        verify(&document, &Options::default()).findings.into_iter().map(problem).collect()
    }

    #[test]
    fn a_definition_of_the_gateway_gets_one_problem() {
        let found = problems(r#"{ "definitionVersion": "4.0.0", "name": "x", "type": "proxy", "listeners": [] }"#);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "\"4.0.0\"");
    }

    #[test]
    fn what_is_not_known_is_pointed_out_at_its_name_and_what_comes_twice_at_the_first() {
        let text = r#"{ "api": { "definitionVersion": "V4", "a/b": {}, "zz": 1, "name": "x", "name": 5 } }"#;
        let found = problems(text);
        for (at, what) in [
            ("\"a/b\"", "V4 does not know a/b, and it would be lost without a word"),
            ("\"zz\"", "V4 does not know zz, and it would be lost without a word"),
            ("5", "this must be a text"),
            ("\"name\"", "the property name comes again further down, and the last one counts: this one is ignored"),
        ] {
            assert!(found.contains(&(at.to_owned(), what.to_owned())), "{what}: {found:?}");
        }
    }

    #[test]
    fn a_value_that_cannot_be_read_is_left_to_the_syntax_errors() {
        let found = problems(r#"{ "api": { "definitionVersion": "V4", "name": } }"#);
        assert!(found.iter().all(|(at, _)| !at.is_empty()), "{found:?}");
    }

    /// An export of an HTTP API, with a part of it written otherwise.
    fn export(change: (&str, &str)) -> String {
        let text = r#"{ "api": {
          "definitionVersion": "V4", "type": "PROXY", "name": "Orders", "apiVersion": "1", "crossId": "c",
          "listeners": [{ "type": "HTTP", "paths": [{ "path": "/orders/" }], "entrypoints": [{ "type": "http-proxy" }] }],
          "endpointGroups": [{ "name": "g", "type": "http-proxy",
            "sharedConfiguration": { "ssl": { "keyStore": { "type": "NONE" }, "trustStore": { "type": "NONE" } } },
            "endpoints": [{ "name": "e", "type": "http-proxy", "inheritConfiguration": true,
              "configuration": { "target": "https://orders.example" } }] }],
          "analytics": { "enabled": true, "logging": { "mode": { "endpoint": true },
            "phase": { "request": true }, "content": { "headers": true } } } },
          "members": [{ "id": "u", "displayName": "U", "roles": [] }] }"#;
        assert!(text.contains(change.0), "{}", change.0);
        text.replace(change.0, change.1)
    }

    #[test]
    fn what_the_server_takes_is_no_problem() {
        for change in [
            ("", ""),
            // An export says it of each member.
            (r#""displayName": "U""#, r#""displayName": "U", "type": "USER""#),
            // Null is as good as nothing.
            (r#""crossId": "c""#, r#""crossId": null"#),
            (r#""type": "http-proxy" }] }]"#, r#""type": "http-proxy", "dlq": null, "configuration": null }] }]"#),
            // A configuration may be a text that holds an object.
            (r#"{ "target": "https://orders.example" }"#, r#""{ \"target\": \"https://orders.example\" }""#),
            // The empty text is no key store.
            (r#""keyStore": { "type": "NONE" }"#, r#""keyStore": { "type": "" }"#),
            // Logging that is off is not looked at, and no condition is none.
            (r#""mode": { "endpoint": true },"#, r#""mode": { "endpoint": false }, "messageCondition": "x","#),
            (r#""mode": { "endpoint": true },"#, r#""mode": { "endpoint": true }, "messageCondition": "","#),
            // The schemas of other APIs are not known.
            (r#""type": "PROXY""#, r#""type": "LLM_PROXY""#),
            (r#""type": "HTTP", "paths": [{ "path": "/orders/" }]"#, r#""type": "TCP", "hosts": ["orders.example"]"#),
        ] {
            assert_eq!(problems(&export(change)), [], "{}", change.1);
        }
    }

    #[test]
    fn what_the_server_refuses_is_one() {
        for change in [
            (r#""name": "Orders""#, r#""name": null"#),
            (r#""target": "https://orders.example""#, r#""target": null"#),
            (r#"{ "target": "https://orders.example" }"#, r#""[1]""#),
            (r#"{ "target": "https://orders.example" }"#, r#""https://orders.example""#),
            (r#""type": "PROXY""#, r#""type": "proxy""#),
            (r#""keyStore": { "type": "NONE" }"#, r#""keyStore": { "type": "ZIP" }"#),
            (r#""phase": { "request": true },"#, ""),
            (r#""phase": { "request": true },"#, r#""phase": { "request": true }, "messageCondition": "{#message}","#),
        ] {
            assert_eq!(problems(&export(change)).len(), 1, "{}", change.1);
        }
    }
}
