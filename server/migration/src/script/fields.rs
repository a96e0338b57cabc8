//! Where scripts stand in a V2 definition.

use std::borrow::Cow;

use v4ward_syntax::{Node, NodeKind};

use super::{Chain, Language, chains};
use crate::policies;
use crate::v2::{Api, Flow, Phase, Step};

/// A script of a step.
#[derive(Debug)]
pub struct ScriptField<'a, 'd> {
    /// The value.
    pub node: Node<'d>,
    /// What it is written in.
    pub language: Language,
    /// Its key: `onRequestScript` … `script`.
    pub key: &'static str,
    /// The phase of its step.
    pub phase: Phase,
    /// Its step.
    pub step: &'a Step<'d>,
    /// The flow of the step.
    pub flow: &'a Flow<'d>,
    /// Its decoded text, which spans of chains count.
    pub text: &'a str,
    /// Its member chains.
    pub chains: Vec<Chain<'a>>,
}

/// A script that is not read yet.
pub(crate) struct ScriptText<'a, 'd> {
    node: Node<'d>,
    language: Language,
    key: &'static str,
    phase: Phase,
    step: &'a Step<'d>,
    flow: &'a Flow<'d>,
    text: Cow<'d, str>,
}

impl ScriptText<'_, '_> {
    /// The text, decoded.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// Reads the scripts.
pub(crate) fn fields<'a, 'd>(texts: &'a [ScriptText<'a, 'd>]) -> Vec<ScriptField<'a, 'd>> {
    let read = |script: &'a ScriptText<'a, 'd>| {
        let ScriptText { node, language, key, phase, step, flow, .. } = *script;
        let text = script.text.as_ref();
        ScriptField { node, language, key, phase, step, flow, text, chains: chains(text, language) }
    };
    texts.iter().map(read).collect()
}

/// Finds the scripts of all steps; blank ones are none.
pub(crate) fn texts<'a, 'd>(api: &'a Api<'d>) -> Vec<ScriptText<'a, 'd>> {
    let mut found = Vec::new();
    for flow in api.flows.items.iter().chain(api.plans.iter().flat_map(|plan| &plan.flows.items)) {
        for (phase, step) in flow.steps() {
            let language = match step.policy.value.as_ref() {
                "groovy" => Language::Groovy,
                "javascript" => Language::JavaScript,
                _ => continue,
            };
            for node in step.configuration.iter().flat_map(|configuration| configuration.values()) {
                let mut keys = policies::SCRIPT_KEYS.iter().chain(&["script"]);
                let key = keys.find(|key| node.has_key(key)).filter(|_| node.kind() == NodeKind::String);
                let text = node.scalar();
                if let Some(key) = key.filter(|_| !text.trim().is_empty()) {
                    found.push(ScriptText { node, language, key, phase, step, flow, text });
                }
            }
        }
    }
    found
}
