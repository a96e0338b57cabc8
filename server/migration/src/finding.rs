//! What a rule has found, and the verdict that follows from all of it.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use v4ward_syntax::edit::EditError;
use v4ward_syntax::{Format, Node, Span, SyntaxErrorKind};

use crate::fixes::{Applicability, Fix};
use crate::plugins::Misfit;

use crate::rules::{Declaration, Message, Rule};
use crate::v2::{Phase, ProblemKind};

/// How serious a finding is, from the least to the most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing needs to be done.
    Hint,
    /// Good to know.
    Information,
    /// Needs a look.
    Warning,
    /// Must be mended.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hint => "hint",
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// The state that APIM's own dry run gives to what a finding is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApimState {
    /// `CAN_BE_FORCED`
    CanBeForced,
    /// `IMPOSSIBLE`
    Impossible,
}

/// Whether a definition can move to V4, in the order from best to worst.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing is in the way.
    FullyMigratable,
    /// Nothing blocks, but something needs a look.
    PartiallyMigratable,
    /// Something blocks.
    NotMigratable,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FullyMigratable => "fully migratable",
            Self::PartiallyMigratable => "partially migratable",
            Self::NotMigratable => "not migratable",
        })
    }
}

/// Which part of a node a finding is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The value.
    Value,
    /// The key, or the opening bracket of what has no key.
    Key,
}

/// Where a finding is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Place<'d> {
    /// At a node.
    Node(Node<'d>, Part),
    /// At some bytes of the value of a node, such as one variable of an expression.
    Inside(Node<'d>, Span),
    /// At a place of the text that is no node, such as a syntax error.
    Text(Span),
}

impl<'d> Place<'d> {
    /// The bytes to underline. A container is underlined at its key or its opening bracket, never over many lines; one
    /// of YAML that has neither at the key of its first member.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Text(span) | Self::Inside(_, span) => *span,
            Self::Node(node, part) => match (part, node.key_span()) {
                (Part::Key, Some(key)) => key,
                (Part::Value, _) if !node.is_container() => node.span(),
                (_, Some(key)) if node.is_container() => key,
                _ => first_member(*node)
                    .unwrap_or(Span::new(node.span().start, node.span().end.min(node.span().start + 1))),
            },
        }
    }

    /// The node, unless the place is no node.
    #[must_use]
    pub fn node(&self) -> Option<Node<'d>> {
        match self {
            Self::Node(node, _) | Self::Inside(node, _) => Some(*node),
            Self::Text(_) => None,
        }
    }
}

/// The key of the first member of an object that has no bracket.
fn first_member(node: Node<'_>) -> Option<Span> {
    let is_block = node.document().format() == Format::Yaml && !node.text().starts_with(['{', '[']);
    node.children().next()?.key_span().filter(|_| is_block && !node.is_alias())
}

/// What a rule keeps of a match to word it and to fix it later.
#[derive(Clone, Debug, Default)]
pub enum Detail<'d> {
    /// Nothing beyond the place.
    #[default]
    None,
    /// Something the V2 reader stumbled over.
    Problem(ProblemKind<'d>),
    /// Something for which the cluster refuses a custom resource.
    Cluster(ProblemKind<'d>),
    /// What the schema of a policy says of its configuration.
    Schema(Misfit),
    /// A syntax error.
    Syntax(SyntaxErrorKind),
    /// Other nodes that belong to the match; the rule's file says which.
    Nodes(Vec<Node<'d>>),
    /// Other custom resources, in words.
    Resources(Vec<String>),
    /// Something that was found in a text of the definition, ready to be shown: it may hold no secret.
    Quote(String),
    /// How a step of a flow runs today, and other nodes that belong to it; the rule's file says which.
    Step {
        /// When.
        phase: Phase,
        /// Whether the fix, which only the rule knows, leaves every request as it is.
        safe: bool,
        /// What belongs to it.
        nodes: Vec<Node<'d>>,
    },
    /// A fixed word that tells variants of a rule apart.
    Variant(&'static str),
}

/// One match of one rule. Its texts are made on demand, since most are never shown.
#[derive(Clone)]
pub struct Finding<'d> {
    /// The rule.
    pub rule: &'static dyn Rule,
    /// Its severity, as the rule or the settings say.
    pub severity: Severity,
    /// What APIM's dry run says about it.
    pub apim: Option<ApimState>,
    /// The name of what it is about: an endpoint, a policy, a page.
    pub subject: Option<String>,
    /// Where.
    pub place: Place<'d>,
    /// The server refuses to import the file for it.
    pub refused: bool,
    /// It holds for the legacy engine, and the file does not say which engine runs the API.
    pub engine_unknown: bool,
    /// What the rule keeps for later.
    pub detail: Detail<'d>,
    /// Why a person accepted it, where it stays all the same since it blocks.
    pub accepted: Option<String>,
}

impl fmt::Debug for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {:?}", self.declaration().id, self.place)
    }
}

impl Finding<'_> {
    /// The declaration of the finding's rule.
    #[must_use]
    pub fn declaration(&self) -> &'static Declaration {
        self.rule.declaration()
    }

    /// The JSON pointer of the place, unless it is no node.
    #[must_use]
    pub fn pointer(&self) -> Option<String> {
        self.place.node().map(Node::pointer)
    }

    /// The key of the member it is at; empty for what has none.
    #[must_use]
    pub fn key(&self) -> Cow<'_, str> {
        self.place.node().and_then(Node::key).unwrap_or_default()
    }

    /// The fixes that can be made here: none that an alias or a template stands in the way of.
    #[must_use]
    pub fn fixes(&self) -> Vec<Fix> {
        let mut fixes = self.rule.fixes(self);
        if self.engine_unknown {
            // What keeps the behaviour of one engine changes that of the other.
            fixes.iter_mut().for_each(|fix| fix.applicability = Applicability::Unsafe);
        }
        if let Some(document) = self.place.node().map(Node::document)
            && (!document.anchors().is_empty() || !document.templates().is_empty())
        {
            fixes.retain(|fix| fix.fits(document).is_ok());
        }
        fixes
    }

    /// Why there are fewer fixes than the rule has, in words.
    #[must_use]
    pub fn obstacle(&self) -> Option<String> {
        let document = self.place.node()?.document();
        if document.anchors().is_empty() && document.templates().is_empty() {
            return None;
        }
        self.rule.fixes(self).iter().find_map(|fix| fix.fits(document).err()).and_then(|error| match error {
            EditError::Shared { anchor } => {
                let anchor = document.anchors().iter().find(|known| known.node == anchor)?;
                let name = document.slice(anchor.span);
                Some(format!(
                    "no fix is made here: it would also change what the aliases of {name} stand for; write them out first"
                ))
            }
            EditError::Template => Some("no fix is made here: it would change a template".to_owned()),
            _ => None,
        })
    }

    /// What is wrong, what it does to the API, and what to do next.
    #[must_use]
    pub fn message(&self) -> Message {
        let mut message = self.rule.message(self);
        if let Some(reason) = &self.accepted {
            message.what += &format!(" (explained in v4ward.toml: {reason})");
        }
        message
    }

    /// True when the finding alone keeps the definition from V4.
    #[must_use]
    pub fn blocks(&self) -> bool {
        (self.apim == Some(ApimState::Impossible) && self.declaration().decides_verdict) || self.refused
    }
}

/// The verdict: the worst state of all findings. Severities play no part in it.
#[must_use]
pub fn verdict(findings: &[Finding<'_>]) -> Verdict {
    if findings.iter().any(Finding::blocks) {
        Verdict::NotMigratable
    } else if findings.iter().any(|finding| finding.apim == Some(ApimState::CanBeForced)) {
        Verdict::PartiallyMigratable
    } else {
        Verdict::FullyMigratable
    }
}
