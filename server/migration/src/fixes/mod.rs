//! Fixes: changes of the V2 text that mend a finding.

mod converge;
pub(crate) mod retype;

use serde::Serialize;
use v4ward_syntax::Document;
use v4ward_syntax::edit::{self, Applied, Change, EditError};

pub use converge::{AppliedFix, Fixed, Selection, converge};

/// What a fix promises.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Requests are handled as before.
    Safe,
    /// A person has to decide.
    Unsafe,
}

/// What a fix changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    /// The V2 text.
    Edit(Vec<Change>),
    /// A policy is added to `custom-policies` in `v4ward.toml`; never part of fixing a file.
    DeclarePolicy(String),
}

/// A way to mend a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as a command: "Keep the first step".
    pub title: String,
    /// What it promises.
    pub applicability: Applicability,
    /// What it changes.
    pub action: Action,
}

impl Fix {
    /// A fix that changes nothing about requests.
    pub fn safe(title: impl Into<String>, changes: Vec<Change>) -> Self {
        Self { title: title.into(), applicability: Applicability::Safe, action: Action::Edit(changes) }
    }

    /// A fix that a person has to decide on.
    pub fn needs_decision(title: impl Into<String>, changes: Vec<Change>) -> Self {
        Self { title: title.into(), applicability: Applicability::Unsafe, action: Action::Edit(changes) }
    }

    /// The changes of the V2 text; none for an action on the configuration.
    #[must_use]
    pub fn changes(&self) -> Option<&[Change]> {
        match &self.action {
            Action::Edit(changes) => Some(changes),
            Action::DeclarePolicy(_) => None,
        }
    }

    /// Tells whether the fix can be made, as far as that is cheap to know.
    ///
    /// # Errors
    /// When the changes do not fit the document.
    pub fn fits(&self, document: &Document) -> Result<(), EditError> {
        edit::fits(document, self.changes().unwrap_or_default())
    }

    /// Makes the fix, checked by reading its result.
    ///
    /// # Errors
    /// When the changes do not fit the document; such a fix is not offered.
    pub fn apply(&self, document: &Document) -> Result<Applied, EditError> {
        edit::apply(document, self.changes().unwrap_or_default())
    }
}
