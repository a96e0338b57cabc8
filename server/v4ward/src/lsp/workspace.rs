//! The folders of the workspace and the definitions in them.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;
use serde::Serialize;
use tokio::runtime::Handle;
use tower_lsp::ls_types::{Diagnostic, Uri, WorkspaceFolder};
use v4ward_migration::{Definition, DocumentFormat, Options, Verdict};
use v4ward_syntax::Document;

use super::convert;
use super::diagnostics;
use super::documents::{Counts, Defined, Snapshot, Source};
use super::progress::{Cancelled, Run};
use super::resources;
use super::state::State;
use crate::files::{self, Input, Loaded};
use crate::panics;

/// The folders, and what was found in their files.
#[derive(Default)]
pub(super) struct Workspace {
    folders: Vec<Folder>,
    /// By path; only files that have not changed since count.
    known: HashMap<PathBuf, Known>,
}

/// A folder of the workspace.
#[derive(Clone)]
pub(super) struct Folder {
    /// As the client writes it.
    pub(super) uri: Uri,
    pub(super) path: PathBuf,
}

/// What was found in a file, and what would make it out of date.
#[derive(Clone)]
struct Known {
    stamp: Stamp,
    options: Arc<Options>,
    /// `None` for a file that is not ours.
    entry: Option<Arc<Entry>>,
}

/// What tells whether a file has changed.
type Stamp = (u64, Option<SystemTime>);

/// A definition of the workspace, or a file that should be one and cannot be read.
pub(super) struct Entry {
    pub(super) uri: Uri,
    pub(super) path: PathBuf,
    pub(super) version: Option<i32>,
    pub(super) name: Option<String>,
    pub(super) definition: Definition,
    pub(super) format: DocumentFormat,
    pub(super) verdict: Option<Verdict>,
    pub(super) verdict_after_fixes: Option<Verdict>,
    pub(super) counts: Counts,
    pub(super) safe_fixes: usize,
    pub(super) definitions: Vec<Part>,
    /// Where its V4 file goes.
    pub(super) v4: Option<PathBuf>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Why it could not be read.
    pub(super) error: Option<String>,
}

/// One of the definitions of a file, in short.
#[derive(Clone, Serialize)]
pub(super) struct Part {
    document: usize,
    name: Option<String>,
    definition: Definition,
    verdict: Option<Verdict>,
    counts: Counts,
}

impl Part {
    fn of(defined: &Defined, snapshot: &Snapshot) -> Self {
        Self {
            document: defined.document,
            name: defined.name.clone(),
            definition: defined.definition,
            verdict: defined.verdict,
            counts: Counts::of(snapshot.findings_of(defined)),
        }
    }
}

impl Workspace {
    /// Takes over the folders of the client.
    pub(super) fn set(&mut self, folders: Vec<WorkspaceFolder>) {
        self.folders.clear();
        self.change(folders, &[]);
    }

    pub(super) fn change(&mut self, added: Vec<WorkspaceFolder>, removed: &[WorkspaceFolder]) {
        self.folders.retain(|folder| !removed.iter().any(|gone| gone.uri == folder.uri));
        self.folders.extend(added.into_iter().filter_map(|folder| {
            let path = convert::path_of(&folder.uri)?;
            Some(Folder { path, uri: folder.uri })
        }));
        self.known.clear();
    }

    pub(super) fn folders(&self) -> &[Folder] {
        &self.folders
    }
}

/// True when a path, with all its links followed, is in one of the folders. It need not exist; its folder must.
pub(super) fn holds(folders: &[Folder], path: &Path) -> bool {
    let real = fs::canonicalize(path).or_else(|error| match (path.parent(), path.file_name()) {
        // A link that leads nowhere is none of ours either.
        (Some(folder), Some(name)) if fs::symlink_metadata(path).is_err() => {
            fs::canonicalize(folder).map(|folder| folder.join(name))
        }
        _ => Err(error),
    });
    let Ok(real) = real else { return false };
    folders.iter().any(|folder| fs::canonicalize(&folder.path).is_ok_and(|folder| real.starts_with(folder)))
}

/// All definitions of the workspace, in the order of their paths, with the folder each belongs to. Text that is open
/// in the editor counts instead of the file. Not for threads that others wait for.
pub(super) fn definitions(state: &Arc<State>, run: &Run) -> Result<Vec<(Folder, Arc<Entry>)>, Cancelled> {
    let found = definitions_now(state, run)?;
    let has_resources = found.iter().any(|(_, entry)| entry.format.is_v2_resource());
    if has_resources && Handle::current().block_on(resources::ready(state)) {
        return definitions_now(state, run);
    }
    Ok(found)
}

fn definitions_now(state: &State, run: &Run) -> Result<Vec<(Folder, Arc<Entry>)>, Cancelled> {
    let folders = state.workspace().folders().to_vec();
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for folder in folders {
        let walk = files::walk(std::slice::from_ref(&folder.path));
        let inputs: Vec<Input> = walk.inputs.into_iter().filter(|input| seen.insert(input.path.clone())).collect();
        let total = inputs.len();
        for (index, chunk) in inputs.chunks(64).enumerate() {
            run.step(index * 64, total)?;
            let entries: Vec<Option<Arc<Entry>>> = chunk.par_iter().map(|input| entry(state, input)).collect();
            found.extend(entries.into_iter().flatten().map(|entry| (folder.clone(), entry)));
        }
    }
    state.workspace().known.retain(|path, _| seen.contains(path));
    // Settings files were read on the way.
    state.worker.tell_of_settings();
    Ok(found)
}

fn entry(state: &State, input: &Input) -> Option<Arc<Entry>> {
    let path = &input.path;
    let uri = convert::uri_of(path)?;
    if let Some(open) = open_text(state, &uri) {
        return open;
    }
    let metadata = fs::metadata(path).ok()?;
    let stamp = (metadata.len(), metadata.modified().ok());
    let options = state.options_for(Some(path));
    let known = state.workspace().known.get(path).cloned();
    if let Some(known) = known.filter(|known| known.stamp == stamp && Arc::ptr_eq(&known.options, &options)) {
        return known.entry;
    }
    let entry = panics::guarded(|| of_file(state, input, uri.clone(), options.clone()))
        .unwrap_or_else(|panicked| Some(Entry::unreadable(uri, path, panicked.about(&path.to_string_lossy()))));
    let entry = entry.map(Arc::new);
    state.workspace().known.insert(path.clone(), Known { stamp, options, entry: entry.clone() });
    entry
}

/// What is known of a document that is open; the outer `None` for one that is not.
fn open_text(state: &State, uri: &Uri) -> Option<Option<Arc<Entry>>> {
    // Analysis must not hold up changes, so the documents are let go before.
    let newest = state.documents().get(uri)?.newest();
    let snapshot = match newest {
        Ok(snapshot) => snapshot,
        // It was not looked at yet.
        Err(pending) => {
            let source = state.source(pending.path.as_deref());
            Arc::new(Snapshot::of_editor(pending, source))
        }
    };
    Some(snapshot.is_ours().then(|| Arc::new(Entry::of(&snapshot, state))))
}

fn of_file(state: &State, input: &Input, uri: Uri, options: Arc<Options>) -> Option<Entry> {
    match files::load(input) {
        Ok(None) => None,
        Ok(Some(Loaded { document, .. })) => {
            let source = Source { options, encoding: state.support().encoding, limit: usize::MAX };
            let snapshot = Snapshot::of_file(uri, input.path.clone(), as_editors_show(&input.path, document), source);
            Some(Entry::of(&snapshot, state))
        }
        Err(error) => Some(Entry::unreadable(uri, &input.path, error.to_string())),
    }
}

/// A file without a byte order mark: editors keep that to themselves, and positions are theirs.
fn as_editors_show(path: &Path, document: Document) -> Document {
    let plain = document.text().strip_prefix('\u{feff}').map(str::to_owned);
    plain.map_or(document, |text| files::format::parse(path, text))
}

impl Entry {
    fn of(snapshot: &Snapshot, state: &State) -> Self {
        Self {
            uri: snapshot.uri.clone(),
            path: snapshot.path.clone().unwrap_or_default(),
            version: snapshot.version,
            name: snapshot.name.clone(),
            definition: snapshot.definition,
            format: snapshot.format,
            verdict: snapshot.verdict,
            verdict_after_fixes: snapshot.verdict_after_fixes(),
            counts: snapshot.counts(),
            safe_fixes: snapshot.safe_fixes(),
            definitions: snapshot.definitions.iter().map(|defined| Part::of(defined, snapshot)).collect(),
            v4: snapshot.v4_path(),
            diagnostics: diagnostics::of(snapshot, state),
            error: None,
        }
    }

    fn unreadable(uri: Uri, path: &Path, error: String) -> Self {
        Self {
            uri,
            path: path.to_owned(),
            version: None,
            name: None,
            definition: Definition::Unknown,
            format: DocumentFormat::Other,
            verdict: None,
            verdict_after_fixes: None,
            counts: Counts::default(),
            safe_fixes: 0,
            definitions: Vec::new(),
            v4: None,
            diagnostics: Vec::new(),
            error: Some(error),
        }
    }
}

/// What is known of a document: of its text in the editor, or of the file. `Err` says why the file cannot be read.
pub(super) async fn look_at(state: &Arc<State>, uri: &Uri, path: &Path) -> Result<Arc<Snapshot>, String> {
    let snapshot = look_once(state, uri, path).await?;
    // Only a resource has others around it.
    if snapshot.format.is_v2_resource() && resources::ready(state).await {
        return look_once(state, uri, path).await;
    }
    Ok(snapshot)
}

async fn look_once(state: &Arc<State>, uri: &Uri, path: &Path) -> Result<Arc<Snapshot>, String> {
    if let Some(snapshot) = state.snapshot(uri).await {
        return Ok(snapshot);
    }
    let (state, uri, path) = (Arc::clone(state), uri.clone(), path.to_owned());
    super::state::in_background(move || {
        let loaded = files::load(&Input::named(path.clone())).map_err(|error| error.to_string())?;
        let Some(loaded) = loaded else { return Err("no API definition".to_owned()) };
        let options = state.options_for(Some(&path));
        let source = Source { options, encoding: state.support().encoding, limit: usize::MAX };
        Ok(Arc::new({
            let document = as_editors_show(&path, loaded.document);
            Snapshot::of_file(uri, path, document, source)
        }))
    })
    .await
    .unwrap_or_else(|error| Err(error.message.into_owned()))
}
