//! The V4 definition. (A stand-in: the conversion replaces this file.)

use v4ward_syntax::Document;

use crate::finding::{Part, Place};

/// Something that V4 would refuse.
#[derive(Clone, Debug)]
pub struct VerifyProblem<'d> {
    /// Where.
    pub node: Place<'d>,
    /// What is wrong.
    pub message: String,
}

/// Checks a V4 file.
#[must_use]
pub fn verify(text: &Document) -> Vec<VerifyProblem<'_>> {
    let api = text.root().and_then(|root| root.get("api"));
    let nameless = api.filter(|api| api.get("name").is_none());
    nameless
        .map(|api| VerifyProblem { node: Place::Node(api, Part::Key), message: "the name is missing".to_owned() })
        .into_iter()
        .collect()
}
