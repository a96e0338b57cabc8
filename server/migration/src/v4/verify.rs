//! Checking V4 files.

use v4ward_syntax::{Document, Format, Node, NodeKind};

use super::rule::{Finding, Form, Paths, run};
use super::schemas::{SchemaFailure, check, is_filled_in, of_resource};
use super::view::Api;
use crate::recognise::{DocumentFormat, recognise_root};

/// Checks the V4 definitions of a text against the schemas and the rules of the import, or of the operator. Syntax
/// errors are the reader's business.
#[must_use]
pub fn verify(document: &Document) -> Vec<Finding<'_>> {
    let roots = || document.roots().filter(|root| root.kind() == NodeKind::Object);
    let mut paths = Paths::new();
    for api in roots().filter(|root| recognise_root(*root).1.is_v4_resource()).map(|it| Api::of(it, Form::Resource)) {
        for (place, id) in api.paths() {
            paths.entry((api.namespace(), id)).or_insert(place);
        }
    }
    roots().flat_map(|root| verify_root(root, &paths)).collect()
}

fn verify_root<'d>(root: Node<'d>, paths: &Paths<'d>) -> Vec<Finding<'d>> {
    let (form, failures) = match recognise_root(root).1 {
        // Nothing in it is where an export has it.
        DocumentFormat::V4GatewayJson => (Form::Import, Vec::new()),
        DocumentFormat::V4GkoYaml | DocumentFormat::V4GkoJson => (Form::Resource, of_resource(root)),
        _ if root.document().format() == Format::Json => (Form::Import, check(root)),
        _ => return Vec::new(),
    };
    let place = |failure: SchemaFailure| (root.descend(&failure.pointer).unwrap_or(root), failure);
    let failures = failures.into_iter().map(place).collect();
    let mut findings = run(Api::of(root, form), failures, paths);
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
        verify(&document).into_iter().map(problem).collect()
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
}
