//! What rules about steps of flows share.

use std::ops::Range;

use v4ward_syntax::Node;
use v4ward_syntax::edit::{Change, Value};

use super::Match;
use crate::finding::{Detail, Finding};
use crate::fixes::Fix;
use crate::script::{Chain, Language, chains};
use crate::v2::Phase;

/// How a step runs today, as a rule keeps it.
#[derive(Clone, Copy)]
pub(super) struct Today<'f, 'd> {
    /// When.
    pub(super) phase: Phase,
    /// Whether the rule's fix leaves every request as it is.
    pub(super) safe: bool,
    /// What belongs to it; the rule's file says which.
    pub(super) nodes: &'f [Node<'d>],
}

impl<'f, 'd> Today<'f, 'd> {
    /// What the rule kept.
    pub(super) fn of(finding: &'f Finding<'d>) -> Self {
        match &finding.detail {
            Detail::Step { phase, safe, nodes } => Self { phase: *phase, safe: *safe, nodes },
            _ => Self { phase: Phase::Request, safe: false, nodes: &[] },
        }
    }
}

/// So many uses of what is gone are told of one script. A fix reads the script, and mends all of them.
pub(super) const MAX_USES: usize = 50;

impl<'d> Match<'d> {
    /// With how a step runs today.
    pub(super) fn today(self, phase: Phase, safe: bool, nodes: Vec<Node<'d>>) -> Self {
        self.detail(Detail::Step { phase, safe, nodes })
    }
}

/// The phase in words.
pub(super) fn in_words(phase: Phase) -> &'static str {
    match phase {
        Phase::Request => "the request",
        Phase::Response => "the response",
    }
}

/// Takes a step away; `safe` where it does nothing today.
pub(super) fn remove_step(step: Node<'_>, safe: bool) -> Fix {
    let changes = vec![Change::Remove { node: step.id() }];
    if safe { Fix::safe("Remove the step", changes) } else { Fix::needs_decision("Remove the step", changes) }
}

/// Replaces pieces of a script, all at once: each use as `piece` says, which tells where and what by the chain.
pub(super) fn replace_in_script(
    title: &str,
    script: Node<'_>,
    language: Language,
    safe: bool,
    piece: impl Fn(&Chain<'_>) -> Option<(Range<usize>, &'static str)>,
) -> Option<Fix> {
    let text = script.scalar();
    let pieces: Vec<_> = chains(&text, language).iter().filter_map(piece).collect();
    let mut new = String::with_capacity(text.len() + pieces.len() * 8);
    let mut at = 0;
    for (span, words) in &pieces {
        // Chains come in the order of their starts; a piece inside one that is replaced already stays.
        let Some(between) = text.get(at..span.start) else { continue };
        new.push_str(between);
        new.push_str(words);
        at = span.end;
    }
    new.push_str(text.get(at..)?);
    let value = Value::Derived { text: new, from: vec![script.id()] };
    let changes = vec![Change::Replace { node: script.id(), value }];
    let fix = if safe { Fix::safe(title, changes) } else { Fix::needs_decision(title, changes) };
    (!pieces.is_empty()).then_some(fix)
}
