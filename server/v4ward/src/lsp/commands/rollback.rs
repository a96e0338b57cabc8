//! `v4ward.rollback`: removes a V4 file that was generated.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::Uri;
use v4ward_migration::{Definition, DocumentFormat, Options, recognise};
use v4ward_syntax::Document;

use super::versioned;
use crate::files::read::{ReadError, read};
use crate::files::{self, Input, Loaded};
use crate::generated;
use crate::lsp::convert;
use crate::lsp::documents::Snapshot;
use crate::lsp::state::{State, in_background};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Argument {
    uri: Uri,
    #[serde(default)]
    force: bool,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Removed,
    Changed,
    Absent,
    Refused,
    Failed,
}

#[derive(Serialize)]
struct Outcome {
    status: Status,
    output: Option<Uri>,
    message: String,
}

pub(super) async fn run(state: &Arc<State>, argument: Argument) -> Result<Value> {
    let path = state.permitted(&argument.uri).await?;
    let v4 = match state.snapshot(&argument.uri).await.and_then(|snapshot| snapshot.v4_path()) {
        _ if generated::is_v4_path(&path) => path,
        Some(v4) => v4,
        None => {
            let options = state.options_for(Some(&path));
            in_background(move || v4_of(&path, &options)).await?
        }
    };
    let beside = v4.clone();
    let on_disk = in_background(move || generated::sources(&beside)).await?;
    let sources = sources(state, on_disk).await;
    let force = argument.force;
    let state_of_work = Arc::clone(state);
    let outcome = in_background(move || {
        let outcome = roll_back(&v4, &sources, force);
        state_of_work.announce_files();
        outcome
    });
    versioned(&outcome.await?)
}

/// The V4 file of a V2 file that is not open.
fn v4_of(v2: &Path, options: &Options) -> PathBuf {
    let loaded = files::load(&Input::named(v2.to_owned())).ok().flatten();
    generated::standing(v2, options.target_for(loaded.map_or(DocumentFormat::Other, |loaded| loaded.format)))
}

/// The V2 definitions beside a V4 file: as they are on disk, and as they are in the editor.
async fn sources(state: &Arc<State>, on_disk: Vec<(PathBuf, Loaded)>) -> Vec<Source> {
    let mut all = Vec::new();
    for (path, loaded) in on_disk {
        let options = state.options_for(Some(&path));
        if let Some(uri) = convert::uri_of(&path)
            && let Some(snapshot) = state.snapshot(&uri).await
        {
            all.push(Source::Editor(snapshot));
        }
        all.push(Source::Disk(loaded.document, options));
    }
    all
}

enum Source {
    Editor(Arc<Snapshot>),
    Disk(Document, Arc<Options>),
}

impl Source {
    fn gives(&self, v4: &Path, bytes: &[u8]) -> bool {
        match self {
            Self::Editor(snapshot) => {
                snapshot.is_v2() && generated::is_result_of(&snapshot.document, &snapshot.options, v4, bytes)
            }
            Self::Disk(document, options) => generated::is_result_of(document, options, v4, bytes),
        }
    }
}

fn roll_back(v4: &Path, sources: &[Source], force: bool) -> Outcome {
    let outcome = |status, message: String| Outcome { status, output: convert::uri_of(v4), message };
    let name = v4.display();
    let bytes = match read(v4) {
        Ok(bytes) => bytes,
        Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
            return outcome(Status::Absent, format!("{name} does not exist: nothing to remove"));
        }
        Err(error) => return outcome(Status::Failed, format!("{name} {error}")),
    };
    if sources.is_empty() {
        let message = format!("{name} has no V2 definition beside it that it could come from; it stays");
        return outcome(Status::Refused, message);
    }
    let is_v4 = std::str::from_utf8(&bytes)
        .is_ok_and(|text| recognise(&crate::files::format::parse(v4, text.to_owned())).0 == Definition::V4);
    if !sources.iter().any(|source| source.gives(v4, &bytes)) {
        if !force {
            let message = format!(
                "{name} is not what converting the V2 definition gives: it was edited, or the V2 file, v4ward.toml or \
                 v4ward itself changed since"
            );
            return outcome(Status::Changed, message);
        }
        if !is_v4 {
            return outcome(Status::Refused, format!("{name} is no V4 definition; it stays"));
        }
    }
    match fs::remove_file(v4) {
        Ok(()) => outcome(Status::Removed, format!("{name} was removed")),
        Err(error) => outcome(Status::Failed, format!("{name} cannot be removed: {error}")),
    }
}
