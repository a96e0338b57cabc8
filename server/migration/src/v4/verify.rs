//! Checking V4 files.

use v4ward_syntax::{Document, Format, Node, NodeKind};

use super::schemas::{SchemaFailure, check, check_resource};
use crate::finding::{Part, Place, Severity};
use crate::recognise::{DocumentFormat, recognise_root};

/// How to get the file that APIM imports.
const EXPORT: &str = "export the API: \"Export\" in the Console, or GET /management/v2/environments/{environment}/apis/\
                      {id}/_export/definition";

/// A kind of problem of a V4 file.
#[derive(Clone, Copy, Debug)]
pub struct VerifyRule {
    /// Its name.
    pub id: &'static str,
    /// An error is refused, a warning is not.
    pub severity: Severity,
    /// One sentence.
    pub summary: &'static str,
    /// What it means and what to do.
    pub explanation: &'static str,
}

/// All kinds, those of a text that cannot be read included.
pub const VERIFY_RULES: &[VerifyRule] = &[
    VerifyRule {
        id: "syntax-error",
        severity: Severity::Error,
        summary: "The text cannot be read.",
        explanation: "The text breaks the rules of JSON or YAML. Mend it first: what else is found may follow from it.",
    },
    VerifyRule {
        id: "v4-schema",
        severity: Severity::Error,
        summary: "V4 would refuse this, or lose it without a word.",
        explanation: "A value is missing, has another type or another form than V4 takes, or V4 does not know it. APIM \
                      or the cluster would refuse the definition, or leave the value out. The schemas are in schemas/.",
    },
    VerifyRule {
        id: "duplicate-key",
        severity: Severity::Warning,
        summary: "A property comes twice, and the last one counts.",
        explanation: "Of two properties with one name only the last one is read. Remove the other one.",
    },
];

/// Something that V4 would refuse, or read in another way than it looks.
#[derive(Clone, Debug)]
pub struct VerifyProblem<'d> {
    /// What kind of problem it is.
    pub rule: &'static str,
    /// An error is refused, a warning is not.
    pub severity: Severity,
    /// Where.
    pub node: Place<'d>,
    /// What is wrong, in words that quote no value.
    pub message: String,
    /// What to do next, where the message does not say it.
    pub help: Option<&'static str>,
}

/// Checks the V4 definitions of a text against the schemas. Syntax errors are the reader's business.
#[must_use]
pub fn verify(document: &Document) -> Vec<VerifyProblem<'_>> {
    document.roots().filter(|root| root.kind() == NodeKind::Object).flat_map(verify_root).collect()
}

fn verify_root(root: Node<'_>) -> Vec<VerifyProblem<'_>> {
    match recognise_root(root).1 {
        DocumentFormat::V4GatewayJson => vec![of_gateway(root)],
        DocumentFormat::V4GkoYaml | DocumentFormat::V4GkoJson => problems(root, check_resource(root)),
        _ if root.document().format() == Format::Json => problems(root, check(root)),
        _ => Vec::new(),
    }
}

fn problems(root: Node<'_>, failures: Vec<SchemaFailure>) -> Vec<VerifyProblem<'_>> {
    let mut problems: Vec<VerifyProblem<'_>> = failures
        .into_iter()
        .map(|failure| {
            let part = if failure.at_key { Part::Key } else { Part::Value };
            let node = root.descend(&failure.pointer).unwrap_or(root);
            schema(Place::Node(node, part), failure.what)
        })
        .filter(|problem| problem.node.node().is_none_or(can_be_judged))
        .collect();
    problems.extend(root.subtree().filter(|node| node.is_shadowed()).map(duplicate));
    problems.sort_by_key(|problem| problem.node.span());
    problems
}

/// False for what cannot be read, of which a syntax error tells, and for what a template engine fills in later.
fn can_be_judged(node: Node<'_>) -> bool {
    let templates = node.document().templates();
    let filled_in = || templates.iter().any(|template| node.span().contains(*template));
    node.kind() != NodeKind::Invalid && !(node.is_leaf() && filled_in())
}

fn schema(node: Place<'_>, message: String) -> VerifyProblem<'_> {
    VerifyProblem { rule: "v4-schema", severity: Severity::Error, node, message, help: None }
}

fn of_gateway(root: Node<'_>) -> VerifyProblem<'_> {
    let place = Place::Node(root.get("definitionVersion").unwrap_or(root), Part::Value);
    let message = "this is the definition as the gateway holds it, not an export: APIM imports no such file".to_owned();
    VerifyProblem { help: Some(EXPORT), ..schema(place, message) }
}

fn duplicate(node: Node<'_>) -> VerifyProblem<'_> {
    let key = node.key().unwrap_or_default();
    VerifyProblem {
        rule: "duplicate-key",
        severity: Severity::Warning,
        node: Place::Node(node, Part::Key),
        message: format!("the property {key} comes again further down, and the last one counts: this one is ignored"),
        help: Some("remove one of the two"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<(String, String)> {
        let document = Document::parse_json(text);
        let problem = |p: VerifyProblem<'_>| (document.slice(p.node.span()).to_owned(), p.message);
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
            ("\"a/b\"", "V4 does not know a/b"),
            ("\"zz\"", "V4 does not know zz"),
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
