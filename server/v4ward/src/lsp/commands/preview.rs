//! `v4ward.preview`: the V4 text of a definition, with nothing written.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::Uri;
use v4ward_migration::Options;
use v4ward_migration::migrate::{Request, migrate};

use super::{Fixes, Ids, versioned, words};
use crate::lsp::documents::Snapshot;
use crate::lsp::state::{State, in_background};
use crate::lsp::workspace;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Argument {
    uri: Uri,
    fixes: Option<Fixes>,
    ids: Option<Ids>,
}

#[derive(Serialize)]
struct Preview {
    uri: Uri,
    version: Option<i32>,
    text: Option<String>,
    refusal: Option<&'static str>,
    message: Option<String>,
}

pub(super) async fn run(state: &Arc<State>, argument: Argument) -> Result<Value> {
    let path = state.permitted(&argument.uri).await?;
    let snapshot = workspace::look_at(state, &argument.uri, &path).await.map_err(Error::invalid_params)?;
    in_background(move || versioned(&preview(&snapshot, &argument))).await?
}

fn preview(snapshot: &Snapshot, argument: &Argument) -> Preview {
    if let Some(bytes) = snapshot.too_long {
        return Preview {
            uri: snapshot.uri.clone(),
            version: snapshot.version,
            text: None,
            refusal: Some(words::TOO_LARGE),
            message: Some(words::too_large(bytes)),
        };
    }
    let mut options = Options::clone(&snapshot.options);
    options.ids = argument.ids.map_or(options.ids, Into::into);
    let request = Request { fixes: argument.fixes.unwrap_or_default().into(), force: true };
    let result = migrate(&snapshot.document, &options, &request).result;
    let refusal = result.as_ref().err();
    Preview {
        uri: snapshot.uri.clone(),
        version: snapshot.version,
        refusal: refusal.map(words::refusal_name),
        message: refusal.map(|refusal| words::refusal(refusal, snapshot)),
        text: result.ok().map(|output| output.text),
    }
}
