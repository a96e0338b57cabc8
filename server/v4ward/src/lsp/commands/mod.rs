//! The commands of `workspace/executeCommand`; their arguments and results are a contract, see `docs/protocol.md`.

mod dry_run;
mod explain;
mod fix_all;
mod migrate;
mod preview;
mod repoint;
mod rollback;
mod rollout;
mod suppress;
mod words;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{ExecuteCommandParams, MessageType, Uri};
use v4ward_migration::fixes::{Applicability, AppliedFix};
use v4ward_migration::record::RecordSummary;
use v4ward_migration::{FixLevel, IdPolicy};

use super::convert;
use super::state::State;

pub(super) use words::{capitalised, headline, headline_of};

/// The version of all results. Raise it on a change that breaks readers.
const SCHEMA: u32 = 1;

pub(super) const DRY_RUN: &str = "v4ward.dryRun";
pub(super) const PREVIEW: &str = "v4ward.preview";
pub(super) const MIGRATE: &str = "v4ward.migrate";
pub(super) const ROLLBACK: &str = "v4ward.rollback";
pub(super) const FIX_ALL: &str = "v4ward.fixAll";
pub(super) const REPOINT: &str = "v4ward.repoint";
pub(super) const EXPLAIN: &str = "v4ward.explain";
pub(super) const SUPPRESS: &str = "v4ward.suppress";

/// All of them.
pub(super) const NAMES: &[&str] = &[DRY_RUN, PREVIEW, MIGRATE, ROLLBACK, FIX_ALL, REPOINT, EXPLAIN, SUPPRESS];

/// Runs a command.
pub(super) async fn run(state: &Arc<State>, params: ExecuteCommandParams) -> Result<Option<Value>> {
    let ExecuteCommandParams { command, arguments, work_done_progress_params } = params;
    let token = work_done_progress_params.work_done_token;
    let argument = match <[Value; 1]>::try_from(arguments) {
        Ok([argument]) => argument,
        Err(arguments) if arguments.is_empty() => json!({}),
        Err(_) => return Err(Error::invalid_params(format!("{command} takes one argument, an object"))),
    };
    let result = match command.as_str() {
        DRY_RUN => dry_run::run(state, parse(&command, argument)?, token).await?,
        PREVIEW => preview::run(state, parse(&command, argument)?).await?,
        MIGRATE => migrate::run(state, parse(&command, argument)?, token).await?,
        ROLLBACK => rollback::run(state, parse(&command, argument)?).await?,
        FIX_ALL => fix_all::run(state, parse(&command, argument)?, token).await?,
        REPOINT => repoint::run(state, parse(&command, argument)?).await?,
        EXPLAIN => explain::run(state, parse(&command, argument)?)?,
        SUPPRESS => suppress::run(state, parse(&command, argument)?).await?,
        _ => return Err(Error::invalid_params(format!("there is no command \"{command}\""))),
    };
    Ok(Some(result))
}

fn parse<T: DeserializeOwned>(command: &str, argument: Value) -> Result<T> {
    // The words of the error can quote the argument, which is the client's own.
    serde_json::from_value(argument).map_err(|error| Error::invalid_params(format!("{command}: {error}")))
}

/// A result with its version before everything else.
fn versioned(result: &impl Serialize) -> Result<Value> {
    let mut versioned = json!({ "schema": SCHEMA });
    if let (Value::Object(all), Ok(Value::Object(members))) = (&mut versioned, serde_json::to_value(result)) {
        all.extend(members);
    }
    Ok(versioned)
}

/// Tells a person something, without waiting.
fn show(state: &Arc<State>, kind: MessageType, message: String) {
    let client = state.client.clone();
    tokio::spawn(async move { client.show_message(kind, message).await });
}

/// One document or many, each once.
fn targets(command: &str, uri: Option<Uri>, uris: Option<Vec<Uri>>) -> Result<Vec<Uri>> {
    match (uri, uris) {
        (Some(uri), None) => Ok(vec![uri]),
        (None, Some(mut uris)) => {
            let mut seen = HashSet::new();
            uris.retain(|uri| {
                seen.insert(convert::path_of(uri).map_or_else(|| uri.as_str().into(), PathBuf::into_os_string))
            });
            Ok(uris)
        }
        _ => Err(Error::invalid_params(format!("{command}: either \"uri\" or \"uris\" is needed"))),
    }
}

/// [`FixLevel`] as clients write it.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Fixes {
    None,
    #[default]
    Safe,
    All,
}

impl From<Fixes> for FixLevel {
    fn from(fixes: Fixes) -> Self {
        match fixes {
            Fixes::None => Self::None,
            Fixes::Safe => Self::Safe,
            Fixes::All => Self::All,
        }
    }
}

/// [`IdPolicy`] as clients write it.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Ids {
    Keep,
    New,
}

impl From<Ids> for IdPolicy {
    fn from(ids: Ids) -> Self {
        match ids {
            Ids::Keep => Self::Keep,
            Ids::New => Self::New,
        }
    }
}

/// A fix that was or will be made.
#[derive(Clone, Serialize)]
struct FixReport {
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<Uri>,
    rule: &'static str,
    title: String,
    pointer: Option<String>,
    applicability: Applicability,
}

impl FixReport {
    fn all(applied: &[AppliedFix], uri: Option<&Uri>, redact: &impl Fn(&str) -> String) -> Vec<Self> {
        let report = |fix: &AppliedFix| Self {
            uri: uri.cloned(),
            rule: fix.rule,
            title: redact(&fix.title),
            pointer: fix.pointer.clone(),
            applicability: fix.applicability,
        };
        applied.iter().map(report).collect()
    }
}

/// [`RecordSummary`] for clients.
#[derive(Clone, Copy, Serialize)]
struct RecordCounts {
    carried: usize,
    converted: usize,
    dropped: usize,
}

impl From<RecordSummary> for RecordCounts {
    fn from(summary: RecordSummary) -> Self {
        let RecordSummary { carried, converted, dropped } = summary;
        Self { carried, converted, dropped }
    }
}
