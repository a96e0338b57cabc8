//! What the server knows, shared by all handlers.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::watch;
use tower_lsp::Client;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{self as lsp, Uri};
use v4ward_migration::Options;

use super::capabilities::{ClientSupport, InitializationOptions};
use super::convert;
use super::documents::{Documents, Snapshot, Source};
use super::resources::Resources;
use super::settings::Settings;
use super::worker::Worker;
use super::workspace::{self, Workspace};
use crate::panics;

/// The state of one server.
pub(super) struct State {
    pub(super) client: Client,
    pub(super) worker: Worker,
    pub(super) resources: Resources,
    documents: Mutex<Documents>,
    settings: Mutex<Settings>,
    workspace: Mutex<Workspace>,
    support: OnceLock<ClientSupport>,
    options: OnceLock<InitializationOptions>,
    /// Long runs that a person can stop, by their progress token.
    runs: Mutex<HashMap<lsp::ProgressToken, Arc<AtomicBool>>>,
    /// Grows with each analysis, and when a document closes.
    analyses: watch::Sender<u64>,
    /// Grows when files may have changed on disk, or count again since they are not open any more.
    files: watch::Sender<u64>,
    /// Counts questions for all diagnostics of the workspace; a new one ends the wait of those before it.
    polls: watch::Sender<u64>,
}

impl State {
    pub(super) fn new(client: Client) -> Arc<Self> {
        Arc::new(Self {
            client,
            worker: Worker::default(),
            resources: Resources::default(),
            documents: Mutex::default(),
            settings: Mutex::default(),
            workspace: Mutex::default(),
            support: OnceLock::new(),
            options: OnceLock::new(),
            runs: Mutex::default(),
            analyses: watch::Sender::new(0),
            files: watch::Sender::new(0),
            polls: watch::Sender::new(0),
        })
    }

    /// Remembers what the client can do and wants; the first call counts.
    pub(super) fn initialize(&self, support: ClientSupport, options: InitializationOptions) {
        let _ = self.support.set(support);
        let _ = self.options.set(options);
    }

    pub(super) fn support(&self) -> &ClientSupport {
        self.support.get_or_init(ClientSupport::default)
    }

    pub(super) fn options(&self) -> &InitializationOptions {
        self.options.get_or_init(InitializationOptions::default)
    }

    pub(super) fn documents(&self) -> MutexGuard<'_, Documents> {
        lock(&self.documents)
    }

    pub(super) fn settings(&self) -> MutexGuard<'_, Settings> {
        lock(&self.settings)
    }

    pub(super) fn workspace(&self) -> MutexGuard<'_, Workspace> {
        lock(&self.workspace)
    }

    pub(super) fn runs(&self) -> MutexGuard<'_, HashMap<lsp::ProgressToken, Arc<AtomicBool>>> {
        lock(&self.runs)
    }

    /// Tells those who wait for it that a document was looked at, or is closed.
    pub(super) fn announce_analysis(&self) {
        self.analyses.send_modify(|count| *count += 1);
    }

    /// Tells those who wait for it that files may have changed.
    pub(super) fn announce_files(&self) {
        self.files.send_modify(|count| *count += 1);
    }

    /// Hears of changed files from now on.
    pub(super) fn files(&self) -> watch::Receiver<u64> {
        self.files.subscribe()
    }

    /// A new question for all diagnostics; tells its number and hears of later ones.
    pub(super) fn poll(&self) -> (u64, watch::Receiver<u64>) {
        self.polls.send_modify(|count| *count += 1);
        let later = self.polls.subscribe();
        let number = *later.borrow();
        (number, later)
    }

    /// What is known of the newest text of an open document; waits until that is analysed. `None` for one that is not
    /// open.
    pub(super) async fn snapshot(&self, uri: &Uri) -> Option<Arc<Snapshot>> {
        let mut analyses = self.analyses.subscribe();
        loop {
            if let Some(snapshot) = self.documents().get(uri)?.fresh() {
                return Some(snapshot);
            }
            analyses.changed().await.ok()?;
        }
    }

    /// The options for a document.
    pub(super) fn options_for(&self, path: Option<&Path>) -> Arc<Options> {
        self.settings().of(path)
    }

    /// What decides how the text of the editor at a path is looked at.
    pub(super) fn source(&self, path: Option<&Path>) -> Source {
        let mut settings = self.settings();
        Source { options: settings.of(path), encoding: self.support().encoding, limit: settings.limit() }
    }

    /// The path of a document that a command may work on: one in a folder of the workspace, or one that is open.
    pub(super) async fn permitted(self: &Arc<Self>, uri: &Uri) -> Result<PathBuf> {
        let paths = self.all_permitted(std::slice::from_ref(uri)).await?;
        paths.into_iter().next().ok_or_else(Error::internal_error)
    }

    /// The paths of documents that a command may work on; one that it may not stops all.
    pub(super) async fn all_permitted(self: &Arc<Self>, uris: &[Uri]) -> Result<Vec<PathBuf>> {
        let (state, uris) = (Arc::clone(self), uris.to_vec());
        // Following links asks the disk.
        in_background(move || uris.iter().map(|uri| state.permitted_now(uri)).collect()).await?
    }

    fn permitted_now(&self, uri: &Uri) -> Result<PathBuf> {
        let refuse = |why: &str| Error {
            code: ErrorCode::InvalidParams,
            message: format!("{}: {why}", uri.as_str()).into(),
            data: None,
        };
        let path = convert::path_of(uri).ok_or_else(|| refuse("only files can be worked on; save it first"))?;
        let is_open = self.documents().get(uri).is_some();
        let folders = self.workspace().folders().to_vec();
        if is_open || workspace::holds(&folders, &path) {
            return Ok(path);
        }
        let is_gone = path.parent().is_some_and(|folder| !folder.exists());
        Err(refuse(if is_gone { "its folder does not exist" } else { "outside the workspace" }))
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is under our locks is replaced whole, so a panic leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does the work of a request away from the thread that reads messages. A panic becomes an error that says where.
pub(super) async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let result = tokio::task::spawn_blocking(move || panics::guarded(work)).await;
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(panicked)) => Err(internal(&panicked.at_large())),
        Err(_) => Err(internal("a task did not end")),
    }
}

fn internal(message: &str) -> Error {
    Error { code: ErrorCode::InternalError, message: format!("internal error {message}").into(), data: None }
}
