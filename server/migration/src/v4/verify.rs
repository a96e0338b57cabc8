//! Checking V4 files.

use v4ward_syntax::{Document, NodeKind};

use super::schemas::check;
use crate::finding::{Part, Place};

/// Something that V4 would refuse.
#[derive(Clone, Debug)]
pub struct VerifyProblem<'d> {
    /// Where.
    pub node: Place<'d>,
    /// What is wrong, in words that quote no value.
    pub message: String,
}

/// Checks a V4 export against the schemas. Syntax errors are the reader's business.
#[must_use]
pub fn verify(document: &Document) -> Vec<VerifyProblem<'_>> {
    let Some(root) = document.root().filter(|root| root.kind() == NodeKind::Object) else { return Vec::new() };
    let problem = |failure: super::SchemaFailure| {
        let node = document.resolve(&failure.pointer).unwrap_or(root);
        VerifyProblem { node: Place::Node(node, Part::Value), message: failure.what }
    };
    check(document).into_iter().map(problem).collect()
}
