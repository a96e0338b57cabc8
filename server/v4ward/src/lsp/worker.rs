//! The one thread that analyses texts and tells the client what was found.
//!
//! There is no timer: it takes the newest text of a document that changed, and drops what it made of it when the text
//! has changed again meanwhile. So a burst of edits costs two analyses, not one for each.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};

use tokio::runtime::Handle;
use tower_lsp::ls_types::{LogMessageParams, MessageType, Uri, notification};

use super::documents::{Pending, Snapshot, Source};
use super::state::State;
use super::{convert, diagnostics, resources};
use crate::config::FileProblem;
use crate::lsp::handlers::status::{Status, StatusParams};
use crate::panics;

/// What the worker is to do.
#[derive(Clone)]
enum Task {
    /// Look at the newest text of a document.
    Analyse(Uri),
    /// Take back what was said about a document that is closed.
    Forget(Uri),
    /// Show what is wrong in settings files.
    Settings,
}

/// The tasks of the worker, in their order.
#[derive(Default)]
pub(super) struct Worker {
    tasks: Mutex<VecDeque<Task>>,
    wake: Condvar,
    started: OnceLock<()>,
}

impl Worker {
    /// Asks for an analysis.
    pub(super) fn analyse(&self, uris: impl IntoIterator<Item = Uri>) {
        self.push(uris.into_iter().map(Task::Analyse));
    }

    /// Asks to take back what was said about a document.
    pub(super) fn forget(&self, uri: Uri) {
        self.push(std::iter::once(Task::Forget(uri)));
    }

    /// Asks to show what is wrong in settings files.
    pub(super) fn tell_of_settings(&self) {
        self.push(std::iter::once(Task::Settings));
    }

    fn push(&self, tasks: impl Iterator<Item = Task>) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).extend(tasks);
        self.wake.notify_one();
    }

    fn next(&self) -> Task {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match tasks.pop_front() {
                Some(task) => return task,
                None => tasks = self.wake.wait(tasks).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Starts the thread, once. It ends with the process.
    pub(super) fn start(state: &Arc<State>) {
        let (state, handle) = (Arc::clone(state), Handle::current());
        let worker = Arc::clone(&state);
        worker.worker.started.get_or_init(|| {
            std::thread::spawn(move || {
                let mut thread =
                    Thread { state, handle, shown: HashMap::new(), foreign: HashSet::new(), settings: BTreeMap::new() };
                loop {
                    let task = thread.state.worker.next();
                    thread.run(task);
                }
            });
        });
    }
}

/// The thread's own memory.
struct Thread {
    state: Arc<State>,
    handle: Handle,
    /// Documents that the client shows diagnostics for, with how many.
    shown: HashMap<Uri, usize>,
    /// Documents that the client was told to be none of ours.
    foreign: HashSet<Uri>,
    /// Settings files that the client shows problems for.
    settings: BTreeMap<PathBuf, Vec<String>>,
}

impl Thread {
    fn run(&mut self, task: Task) {
        match task {
            Task::Analyse(uri) => self.analyse(&uri),
            Task::Settings => self.tell_of_settings(),
            Task::Forget(uri) => {
                // An analysis may have ended after the document closed.
                let _runtime = self.handle.enter();
                resources::leave(&uri, &self.state);
                self.foreign.remove(&uri);
                if self.shown.remove(&uri).is_some_and(|count| count > 0) {
                    self.publish(uri, Vec::new(), None);
                }
            }
        }
    }

    fn analyse(&mut self, uri: &Uri) {
        // Another task may have done it already.
        let (before, pending) = {
            let mut documents = self.state.documents();
            (documents.last(uri), documents.take_pending(uri))
        };
        let Some(pending) = pending else { return };
        // Work that this begins runs beside the worker.
        let _runtime = self.handle.enter();
        let mut snapshot = self.look_at(pending.clone());
        // What a text says to others also counts for itself.
        let says_more = panics::guarded(|| resources::take(&snapshot, &self.state)).unwrap_or(false);
        if says_more {
            snapshot = self.look_at(pending);
        }
        // Actions that were offered stay good when others changed and that made no difference.
        if let Some(before) = before.filter(|before| before.says_the_same_as(&snapshot)) {
            snapshot.id = before.id;
        }
        let snapshot = Arc::new(snapshot);
        if self.state.documents().keep(&snapshot) {
            self.tell(&snapshot);
            self.state.announce_analysis();
        }
        if says_more {
            resources::others_changed(&snapshot.uri, &self.state);
        }
        self.tell_of_settings();
    }

    fn look_at(&self, pending: Pending) -> Snapshot {
        let source = self.state.source(pending.path.as_deref());
        let (uri, path, version) = (pending.uri.clone(), pending.path.clone(), pending.version);
        panics::guarded(|| Snapshot::of_editor(pending, source)).unwrap_or_else(|panicked| {
            self.log(format!("{}: internal error {}", uri.as_str(), panicked.at_large()));
            let source = Source { options: Arc::default(), encoding: self.state.support().encoding, limit: 0 };
            Snapshot::nothing(uri, path, Some(version), source)
        })
    }

    fn tell(&mut self, snapshot: &Snapshot) {
        if !self.state.support().pulls_diagnostics {
            let diagnostics = diagnostics::of(snapshot, &self.state);
            let before = self.shown.insert(snapshot.uri.clone(), diagnostics.len());
            // Of documents that are not ours the client hears nothing, unless it shows something of before.
            if snapshot.is_ours() || before.is_some_and(|count| count > 0) {
                self.publish(snapshot.uri.clone(), diagnostics, snapshot.version);
            }
        }
        // That a document is none of ours is said once.
        let is_news = match snapshot.is_ours() {
            true => {
                self.foreign.remove(&snapshot.uri);
                true
            }
            false => self.foreign.insert(snapshot.uri.clone()),
        };
        if is_news && self.state.options().status_notifications {
            self.handle.block_on(self.state.client.send_notification::<Status>(StatusParams::of(snapshot)));
        }
    }

    fn publish(&self, uri: Uri, diagnostics: Vec<tower_lsp::ls_types::Diagnostic>, version: Option<i32>) {
        self.handle.block_on(self.state.client.publish_diagnostics(uri, diagnostics, version));
    }

    /// Shows what is wrong in settings files, and takes it back when it is mended.
    fn tell_of_settings(&mut self) {
        let problems: Vec<FileProblem> = self.state.settings().problems();
        let mut by_file: BTreeMap<PathBuf, Vec<&FileProblem>> = BTreeMap::new();
        for problem in &problems {
            by_file.entry(problem.path.clone()).or_default().push(problem);
        }
        let words: BTreeMap<PathBuf, Vec<String>> = by_file
            .iter()
            .map(|(path, problems)| (path.clone(), problems.iter().map(ToString::to_string).collect()))
            .collect();
        if words == self.settings {
            return;
        }
        let paths: Vec<&PathBuf> = self.settings.keys().chain(words.keys()).collect();
        for path in paths {
            if self.settings.get(path) != words.get(path)
                && let Some(uri) = convert::uri_of(path)
            {
                let problems = by_file.get(path).map(Vec::as_slice).unwrap_or_default();
                self.publish(uri, diagnostics::of_settings(problems, &self.state), None);
            }
        }
        self.settings = words;
    }

    fn log(&self, message: String) {
        let params = LogMessageParams { typ: MessageType::ERROR, message };
        self.handle.block_on(self.state.client.send_notification::<notification::LogMessage>(params));
    }
}
