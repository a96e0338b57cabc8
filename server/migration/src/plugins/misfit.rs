//! What the schema of a policy has against a configuration in a definition, which may be written as a text.

use v4ward_syntax::edit::Change;
use v4ward_syntax::{Document, Node, NodeKind};

use super::{Breach, BreachKind, PolicySchemas};
use crate::fixes::Fix;
use crate::fixes::retype::rewritten;
use crate::rules::Message;

/// Something in a configuration that its policy does not take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misfit {
    /// The id of the policy.
    pub policy: String,
    /// What the configuration belongs to.
    pub holder: Holder,
    /// Where it is in a configuration that is a text: a JSON pointer.
    pub inside: Option<String>,
    /// What is wrong.
    pub breach: Breach,
}

/// What a configuration belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holder {
    /// A step of a flow of the API.
    Step,
    /// A step of a flow of a plan.
    PlanStep,
    /// The security of a plan.
    Security,
}

impl PolicySchemas {
    /// What a policy does not take of its configuration, each with its place. Nothing is said of a configuration that a
    /// template has parts of, nor of a text in it that is filled in later; other rules speak of one that is no object.
    pub(crate) fn misfits<'d>(
        &self,
        policy: &str,
        holder: Holder,
        configuration: Option<Node<'d>>,
        is_filled_in: impl Fn(&str) -> bool,
    ) -> Vec<(Node<'d>, Misfit)> {
        let Some((schema, configuration)) = self.get(policy).zip(configuration.map(Node::resolved)) else {
            return Vec::new();
        };
        let misfit = |breach, inside| Misfit { policy: policy.to_owned(), holder, inside, breach };
        let is_judged = |node: Node<'_>| !node.resolved().as_str().is_some_and(|text| is_filled_in(&text));
        match configuration.kind() {
            NodeKind::Object if !has_template(configuration) => {
                let found = schema.breaches(configuration).into_iter().filter(|(node, _)| is_judged(*node));
                found.map(|(node, breach)| (node, misfit(breach, None))).collect()
            }
            NodeKind::String if !has_template(configuration) => {
                let inner = Document::parse_json(configuration.as_str().unwrap_or_default());
                let root = inner.root().filter(|root| root.kind() == NodeKind::Object && inner.errors().is_empty());
                let found = root.map(|root| schema.breaches(root)).unwrap_or_default().into_iter();
                let found = found.filter(|(node, _)| is_judged(*node));
                // What is in the text has no place of its own in the document.
                found.map(|(node, breach)| (configuration, misfit(breach, Some(node.pointer())))).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// True for a node that a template has parts of.
fn has_template(node: Node<'_>) -> bool {
    let (span, templates) = (node.span(), node.document().templates());
    let first = templates.partition_point(|template| template.start < span.start);
    templates.get(first).is_some_and(|template| template.end <= span.end)
}

impl Misfit {
    /// True for a property that the policy does not know: it is dropped, and nothing is refused.
    pub(crate) fn is_dropped(&self) -> bool {
        self.breach.kind == BreachKind::Unknown
    }

    /// True where the name of a property is what is wrong, and stands in the document.
    pub(crate) fn is_at_key(&self) -> bool {
        self.is_dropped() && self.inside.is_none()
    }

    /// What is wrong and what to do next; `refused` says what becomes of a file "for such a configuration".
    pub(crate) fn message(&self, refused: &str) -> Message {
        let policy = &self.policy;
        let place = match self.inside.as_deref() {
            None => String::new(),
            Some("") => "in this text, ".to_owned(),
            Some(pointer) => format!("in this text, at {pointer}, "),
        };
        if self.is_dropped() {
            return Message::new(
                format!("{place}the policy {policy} has no such property: V4 drops it on import without a word"),
                "correct the name if it is misspelt, else remove it",
            );
        }
        let help = match (self.breach.kind, self.holder) {
            (BreachKind::WrongType(Some(_)), _) => "write the value in this type",
            (BreachKind::Missing, Holder::Security) => "add it",
            (BreachKind::Missing, _) => "add it, or remove the step if nobody needs it",
            (_, Holder::Security) => "correct the value",
            _ => "correct the value, or remove the step if nobody needs it",
        };
        Message::new(format!("{place}{}: {refused} such a configuration of {policy}", self.breach.what), help)
    }

    /// Writes a value in the type that is asked for, where it is plain what was meant.
    pub(crate) fn fix(&self, node: Node<'_>) -> Option<Fix> {
        let BreachKind::WrongType(Some(expected)) = self.breach.kind else { return None };
        let (title, value) = rewritten(node, expected).filter(|_| self.inside.is_none())?;
        Some(Fix::safe(title, vec![Change::Replace { node: node.id(), value }]))
    }
}
