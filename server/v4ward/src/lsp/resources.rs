//! The custom resources of the workspace: which of them claim a path, which name a definition.
//!
//! The first text with a resource makes the folders be looked through, away from the worker; before it nothing is. After
//! that what is asked of the disk are files that changed. Texts of the editor are taken from their analysis.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::SystemTime;

use rayon::prelude::*;
use tokio::sync::watch;
use tower_lsp::ls_types::Uri;
use v4ward_migration::cluster::{self, Cluster, Name, Subscription};
use v4ward_syntax::Format;

use super::convert;
use super::documents::Snapshot;
use super::handlers::did_change_watched_files::ask_again;
use super::state::{State, lock};
use super::workspace::{self, Folder};
use crate::files::read::read;
use crate::files::{self, format};
use crate::panics;

/// What is known of them.
pub(super) struct Resources {
    known: Mutex<Known>,
    /// Grows when a look through the folders ends.
    looks: watch::Sender<u64>,
}

#[derive(Default)]
struct Known {
    look: Look,
    /// The YAML files of the folders.
    files: BTreeMap<PathBuf, Piece>,
    /// Texts of the editor, which count in place of their files.
    open: HashMap<PathBuf, Cluster>,
    /// The files that labels stand for, also of those that are gone.
    labels: HashMap<Arc<str>, PathBuf>,
    all: Arc<Cluster>,
}

/// Whether the folders are looked through.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Look {
    #[default]
    Never,
    Running,
    /// Files changed while it runs.
    RunningAgain,
    Done,
}

/// The resources of a file.
#[derive(Clone)]
struct Piece {
    label: Arc<str>,
    stamp: Option<Stamp>,
    cluster: Arc<Cluster>,
}

/// What tells whether a file has changed.
type Stamp = (u64, Option<SystemTime>);

impl Default for Resources {
    fn default() -> Self {
        Self { known: Mutex::default(), looks: watch::Sender::new(0) }
    }
}

impl Resources {
    fn known(&self) -> MutexGuard<'_, Known> {
        lock(&self.known)
    }

    /// The file that a label of a subscription stands for.
    pub(super) fn path_of(&self, label: &str) -> Option<PathBuf> {
        self.known().labels.get(label).cloned()
    }

    /// The files with subscriptions to the plans of a V2 definition.
    pub(super) fn files_with_subscriptions(&self, v2: &Name, plans: &[&str]) -> Vec<PathBuf> {
        let known = self.known();
        let mut labels: Vec<Arc<str>> = known.all.subscriptions_to(v2, plans).map(|it| Arc::clone(&it.label)).collect();
        labels.sort_unstable();
        labels.dedup();
        labels.iter().filter_map(|label| known.labels.get(label).cloned()).collect()
    }
}

/// The document that a subscription stands in; `own` is the one that was looked at.
pub(super) fn uri_of(subscription: &Subscription, own: &Snapshot, state: &State) -> Option<Uri> {
    if subscription.label.is_empty() {
        return Some(own.uri.clone());
    }
    let uri = convert::uri_of(&state.resources.path_of(&subscription.label)?)?;
    // As the client writes it.
    let open = state.documents().get(&uri).map(|open| open.uri.clone());
    Some(open.unwrap_or(uri))
}

/// Files or folders changed: looks through the folders anew, unless no text has needed it so far.
pub(super) fn files_changed(state: &Arc<State>) {
    if state.resources.known().look != Look::Never {
        look(state);
    }
}

/// True for a file whose change matters.
pub(super) fn is_about(path: &Path) -> bool {
    format::by_name(path) == Some(Format::Yaml)
}

/// Waits until all resources are known. True when that took a look, so that what was found before may be out of date.
pub(super) async fn ready(state: &Arc<State>) -> bool {
    let mut looks = state.resources.looks.subscribe();
    if state.resources.known().look == Look::Never {
        look(state);
    }
    let mut waited = false;
    while state.resources.known().look != Look::Done {
        waited = true;
        if looks.changed().await.is_err() {
            return waited;
        }
    }
    waited
}

/// Takes over a text of the editor before it is told what was found in it. True when that changes what is known, so that
/// the text has to be looked at again.
pub(super) fn take(snapshot: &Snapshot, state: &Arc<State>) -> bool {
    let Some(path) = snapshot.path.clone().filter(|path| is_about(path)) else { return false };
    // Of what is too large to be looked at the file counts, as it is saved.
    if snapshot.too_long.is_some() {
        return false;
    }
    let has_resources = cluster::has_resources(&snapshot.document);
    let folders = state.workspace().folders().to_vec();
    let mut own = Cluster::default();
    own.add(&label(&path, &folders), &snapshot.document);
    let mut known = state.resources.known();
    if known.look == Look::Never && !has_resources {
        return false;
    }
    let before = known.open.get(&path).or_else(|| known.files.get(&path).map(|piece| &*piece.cluster));
    let is_same = before.map_or(own == Cluster::default(), |before| *before == own);
    known.open.insert(path, own);
    let is_first = known.look == Look::Never;
    drop(known);
    if is_first {
        look(state);
    }
    // Until the folders are looked through, that is still to come.
    !is_first && !is_same && put_together(state)
}

/// The file counts again in place of a text of the editor that is closed.
pub(super) fn leave(uri: &Uri, state: &Arc<State>) {
    let Some(path) = convert::path_of(uri) else { return };
    if state.resources.known().open.remove(&path).is_some() {
        // What was saved without a word is read too.
        files_changed(state);
    }
}

/// The folders are others: nothing that was found in the old ones counts.
pub(super) fn folders_changed(state: &Arc<State>) {
    let mut known = state.resources.known();
    if known.look != Look::Never {
        known.files.clear();
        known.open.clear();
        known.labels.clear();
        drop(known);
        look(state);
        let uris = state.documents().mark_all_stale();
        state.worker.analyse(uris);
    }
}

/// Looks through the folders in the background, once more if that runs already.
fn look(state: &Arc<State>) {
    let mut known = state.resources.known();
    match known.look {
        Look::Never | Look::Done => known.look = Look::Running,
        Look::Running | Look::RunningAgain => return known.look = Look::RunningAgain,
    }
    drop(known);
    let state = Arc::clone(state);
    tokio::task::spawn_blocking(move || {
        loop {
            // A panic is logged by its hook; what was known before still is.
            let _ = panics::guarded(|| look_now(&state));
            let mut known = state.resources.known();
            if known.look == Look::RunningAgain {
                known.look = Look::Running;
                continue;
            }
            known.look = Look::Done;
            break;
        }
        state.resources.looks.send_modify(|count| *count += 1);
    });
}

fn look_now(state: &Arc<State>) {
    let folders = state.workspace().folders().to_vec();
    let before = state.resources.known().files.clone();
    let paths: BTreeSet<PathBuf> = folders
        .iter()
        .flat_map(|folder| files::walk(std::slice::from_ref(&folder.path)).inputs)
        .map(|input| input.path)
        .filter(|path| is_about(path))
        .collect();
    let files: BTreeMap<PathBuf, Piece> = paths
        .into_par_iter()
        .map(|path| {
            let piece = piece(&path, label(&path, &folders), before.get(&path));
            (path, piece)
        })
        .collect();
    let mut known = state.resources.known();
    known.labels.extend(files.iter().map(|(path, piece)| (Arc::clone(&piece.label), path.clone())).collect::<Vec<_>>());
    known.files = files;
    drop(known);
    if put_together(state) {
        look_again(None, state);
    }
}

/// The path below its folder, with the folder's name where there are several. No two files have one label.
fn label(path: &Path, folders: &[Folder]) -> Arc<str> {
    let below = folders.iter().find_map(|folder| Some((folder, path.strip_prefix(&folder.path).ok()?)));
    let Some((folder, below)) = below else { return path.to_string_lossy().into() };
    let below = below.to_string_lossy().replace('\\', "/");
    let name = folder.path.file_name();
    match folders.iter().filter(|other| other.path.file_name() == name).count() {
        _ if folders.len() == 1 => below.into(),
        1 => format!("{}/{below}", name.unwrap_or_default().to_string_lossy()).into(),
        _ => path.to_string_lossy().into(),
    }
}

/// The resources of a file; those that were read before if it has not changed.
fn piece(path: &Path, label: Arc<str>, before: Option<&Piece>) -> Piece {
    let stamp = fs::metadata(path).ok().map(|metadata| (metadata.len(), metadata.modified().ok()));
    if let Some(before) = before.filter(|before| stamp.is_some() && before.stamp == stamp && before.label == label) {
        return before.clone();
    }
    let mut cluster = Cluster::default();
    if let Some(text) = read(path).ok().and_then(|bytes| v4ward_syntax::decode(bytes).ok())
        && text.contains(format::RESOURCE)
    {
        cluster.add(&label, &format::parse(path, text));
    }
    Piece { label, stamp, cluster: Arc::new(cluster) }
}

/// Makes one of all resources and hands it to the settings. True when it differs from what was known.
fn put_together(state: &State) -> bool {
    let mut known = state.resources.known();
    let mut all = Cluster::default();
    for (path, piece) in &known.files {
        match known.open.get(path) {
            Some(text) => all.extend(text),
            None => all.extend(&piece.cluster),
        }
    }
    if all == *known.all {
        return false;
    }
    known.all = Arc::new(all);
    state.settings().surround(&known.all);
    true
}

/// Open resources are looked at again for what a text of the editor says, but for that text itself.
pub(super) fn others_changed(uri: &Uri, state: &Arc<State>) {
    look_again(Some(uri), state);
}

/// Open resources are looked at again, and the client is told to ask again.
fn look_again(but: Option<&Uri>, state: &Arc<State>) {
    let uris = state.documents().mark_resources_stale(but);
    let is_news = !uris.is_empty();
    state.worker.analyse(uris);
    state.announce_files();
    if is_news {
        ask_again(state);
    }
}

/// True for a file that edits may reach: one of a folder, with its links followed.
pub(super) fn may_change(path: &Path, state: &State) -> bool {
    let folders = state.workspace().folders().to_vec();
    workspace::holds(&folders, path)
}
