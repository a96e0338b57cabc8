//! The scripts of V2 steps with `groovy` and `javascript`.

use v4ward_syntax::Node;

use crate::v2::{Phase, Step};

/// The four script keys of a V2 step.
pub(crate) const SCRIPT_KEYS: &[&str] =
    &["onRequestScript", "onResponseScript", "onRequestContentScript", "onResponseContentScript"];

/// The members of a step's configuration that are V2 scripts, empty ones too, in the order in which they are written.
pub(crate) fn scripts<'d>(configuration: Node<'d>) -> impl Iterator<Item = Node<'d>> {
    configuration.values().filter(|member| SCRIPT_KEYS.iter().any(|key| member.has_key(key)))
}

/// The V2 scripts of a step that hold code, with the phase that each is for.
pub(crate) fn scripts_of<'d>(step: &Step<'d>) -> impl Iterator<Item = (Phase, Node<'d>)> + use<'d> {
    let code = step.configuration.into_iter().flat_map(scripts).filter(|script| has_code(*script));
    code.map(|script| {
        let response = script.key().is_some_and(|key| key.starts_with("onResponse"));
        (if response { Phase::Response } else { Phase::Request }, script)
    })
}

/// True for a script that works on the body.
pub(crate) fn is_content(script: Node<'_>) -> bool {
    script.key().is_some_and(|key| key.ends_with("ContentScript"))
}

/// Blank scripts and JSON null run nothing.
pub(crate) fn has_code(script: Node<'_>) -> bool {
    !script.is_null() && script.as_str().is_none_or(|text| !text.trim().is_empty())
}
