//! The documents that are open in the editor.
//!
//! A `did_*` handler changes them before it first waits, and nothing else does. Analysis works on copies.

mod snapshot;
mod text;
mod v4;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use tower_lsp::ls_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};
use v4ward_syntax::{Format, PositionEncoding};

pub(super) use snapshot::{Counts, Defined, Found, Migrated, Snapshot, Source};
use text::Text;

use super::convert;
use crate::files::format;

/// All of them.
#[derive(Default)]
pub(super) struct Documents {
    open: HashMap<String, Open>,
}

/// One document.
pub(super) struct Open {
    /// As the client writes it.
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) path: Option<PathBuf>,
    text: Text,
    /// What it is by its name or to the editor; nothing is said about any other text.
    format: Option<Format>,
    /// Settings or text changed since the snapshot was taken.
    stale: bool,
    snapshot: Option<Arc<Snapshot>>,
}

/// The text of a document at one version, for the worker.
#[derive(Clone)]
pub(super) struct Pending {
    pub(super) uri: Uri,
    pub(super) version: i32,
    pub(super) path: Option<PathBuf>,
    pub(super) text: Text,
    pub(super) format: Option<Format>,
}

impl Documents {
    /// A document opens; one of the same name is replaced and handed back.
    pub(super) fn open(&mut self, item: TextDocumentItem) -> Option<Open> {
        let path = convert::path_of(&item.uri);
        let by_name = path.as_deref().and_then(format::by_name);
        let open = Open {
            version: item.version,
            format: by_name.or_else(|| by_language(&item.language_id)),
            path,
            text: Text::new(&item.text),
            stale: true,
            snapshot: None,
            uri: item.uri,
        };
        self.open.insert(key(&open.uri), open)
    }

    /// A document changes; `false` for one that is not open.
    pub(super) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: PositionEncoding,
    ) -> bool {
        let Some(open) = self.open.get_mut(&key(uri)) else { return false };
        for change in changes {
            match change.range {
                Some(range) => open.text.replace(range, &change.text, encoding),
                None => open.text = Text::new(&change.text),
            }
        }
        open.version = version;
        open.stale = true;
        true
    }

    /// A document closes; `None` for one that was not open.
    pub(super) fn close(&mut self, uri: &Uri) -> Option<Open> {
        self.open.remove(&key(uri))
    }

    pub(super) fn get(&self, uri: &Uri) -> Option<&Open> {
        self.open.get(&key(uri))
    }

    /// Settings changed: everything has to be looked at again.
    pub(super) fn mark_all_stale(&mut self) -> Vec<Uri> {
        self.open.values_mut().for_each(|open| open.stale = true);
        self.open.values().map(|open| open.uri.clone()).collect()
    }

    /// What is around resources changed: those that were looked at have to be looked at again.
    pub(super) fn mark_resources_stale(&mut self, but: Option<&Uri>) -> Vec<Uri> {
        let is_one = |open: &&mut Open| {
            // One that is being looked at may be one.
            let is_resource = open.snapshot.as_ref().is_none_or(|it| it.format.is_v2_resource());
            is_resource && Some(&open.uri) != but
        };
        let resources = self.open.values_mut().filter(is_one);
        resources
            .map(|open| {
                open.stale = true;
                open.uri.clone()
            })
            .collect()
    }

    /// What was known of a document before it became stale.
    pub(super) fn last(&self, uri: &Uri) -> Option<Arc<Snapshot>> {
        self.get(uri)?.snapshot.clone()
    }

    /// The newest text of a document, unless all is known of it.
    pub(super) fn take_pending(&mut self, uri: &Uri) -> Option<Pending> {
        let open = self.open.get_mut(&key(uri)).filter(|open| open.stale)?;
        // What changes from now on makes it stale again.
        open.stale = false;
        open.snapshot = None;
        Some(open.pending())
    }

    /// Keeps what is known of a text, unless the text has changed meanwhile.
    pub(super) fn keep(&mut self, snapshot: &Arc<Snapshot>) -> bool {
        match self.open.get_mut(&key(&snapshot.uri)) {
            Some(open) if !open.stale && Some(open.version) == snapshot.version => {
                open.snapshot = Some(Arc::clone(snapshot));
                true
            }
            _ => false,
        }
    }
}

impl Open {
    /// The text as it is.
    pub(super) fn contents(&self) -> String {
        self.text.contiguous()
    }

    /// What is known of the text as it is.
    pub(super) fn fresh(&self) -> Option<Arc<Snapshot>> {
        self.snapshot.clone().filter(|_| !self.stale)
    }

    /// What is known of the text as it is, or else that text.
    pub(super) fn newest(&self) -> Result<Arc<Snapshot>, Pending> {
        self.fresh().ok_or_else(|| self.pending())
    }

    fn pending(&self) -> Pending {
        Pending {
            uri: self.uri.clone(),
            version: self.version,
            path: self.path.clone(),
            text: self.text.clone(),
            format: self.format,
        }
    }
}

/// The format of what an editor calls a language. Some say more of a YAML file than that, such as `yaml.kubernetes`.
fn by_language(id: &str) -> Option<Format> {
    match id.split('.').next().unwrap_or_default() {
        "json" | "jsonc" | "json5" => Some(Format::Json),
        "yaml" | "yml" | "kubernetes" | "helm" => Some(Format::Yaml),
        _ => None,
    }
}

/// Clients may write one path in several ways.
fn key(uri: &Uri) -> String {
    match convert::path_of(uri) {
        Some(path) => path.to_string_lossy().into_owned(),
        None => uri.as_str().to_owned(),
    }
}
