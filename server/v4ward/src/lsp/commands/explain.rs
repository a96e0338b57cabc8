//! `v4ward.explain`: the page of a rule.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::MessageType;
use v4ward_migration::{rules, v4};

use super::versioned;
use crate::config::near_rule;
use crate::lsp::state::State;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Argument {
    rule: String,
    #[serde(default)]
    show: bool,
}

#[derive(Serialize)]
struct Page {
    rule: &'static str,
    markdown: String,
}

pub(super) fn run(state: &Arc<State>, argument: Argument) -> Result<Value> {
    let Argument { rule: id, show } = argument;
    if let Some(rule) = v4::rule::find(&id) {
        return of_v4(state, rule, show);
    }
    let Some(rule) = rules::find(&id) else {
        return Err(Error::invalid_params(format!("there is no rule \"{id}\"{}", near_rule(&id))));
    };
    let declaration = rule.declaration();
    let page = rules::page(rule, |_, finding| {
        let message = finding.message();
        format!("{}: {}\nhelp: {}", finding.severity, message.what, message.help)
    });
    if show {
        let text = format!("{}: {}\n\n{}", declaration.id, declaration.summary, declaration.explanation);
        super::show(state, MessageType::INFO, text);
    }
    let markdown = page.unwrap_or_else(|| declaration.explanation.to_owned());
    versioned(&Page { rule: declaration.id, markdown })
}

/// The page of a rule about V4 files.
fn of_v4(state: &Arc<State>, rule: &dyn v4::rule::Rule, show: bool) -> Result<Value> {
    let declaration = rule.declaration();
    let page = v4::rule::page(rule, |_, finding| {
        let message = finding.message();
        format!("{}: {}\nhelp: {}", finding.severity, message.what, message.help)
    });
    if show {
        let text = format!("{}: {}\n\n{}", declaration.id, declaration.summary, declaration.explanation);
        super::show(state, MessageType::INFO, text);
    }
    versioned(&Page { rule: declaration.id, markdown: page.unwrap_or_else(|| declaration.explanation.to_owned()) })
}
