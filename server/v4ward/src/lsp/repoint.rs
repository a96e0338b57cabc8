//! Subscriptions that are to name a V4 resource in place of a V2 one.

use tower_lsp::ls_types::{Uri, WorkspaceEdit};
use v4ward_migration::rollout::Rollout;
use v4ward_migration::{Definition, cluster};
use v4ward_syntax::{Document, LineIndex, edit};

use super::convert::{self, Ranges};
use super::documents::{Defined, Snapshot};
use super::edits::{self, Edited, Note};
use super::resources;
use super::state::State;
use crate::files::format;
use crate::files::read::read;

/// What making them do so comes to.
pub(super) struct Repointed {
    pub(super) edit: Option<WorkspaceEdit>,
    /// Documents in which it cannot be made, with the reason.
    pub(super) skipped: Vec<(Uri, String)>,
}

/// How the definitions of a text take the place of the V2 ones; nothing while they cannot be migrated.
pub(super) fn rollouts(snapshot: &Snapshot) -> &[Rollout] {
    if !snapshot.is_v2() || !snapshot.format.is_v2_resource() {
        return &[];
    }
    snapshot.migrated().migration.result.as_ref().map(|output| output.rollouts.as_slice()).unwrap_or_default()
}

/// That of one of the definitions of the text.
pub(super) fn rollout_of<'s>(defined: &Defined, snapshot: &'s Snapshot) -> Option<&'s Rollout> {
    let name = cluster::name_of(snapshot.document.node(defined.root));
    // The V4 resource that takes its place can have its name, in the same text.
    rollouts(snapshot).iter().find(|rollout| rollout.name == name && defined.definition == Definition::V2)
}

/// "Point 2 subscriptions to the V4 API".
pub(super) fn title(subscriptions: usize) -> String {
    let noun = if subscriptions == 1 { "subscription" } else { "subscriptions" };
    format!("Point {subscriptions} {noun} to the V4 API")
}

/// The edit of all documents of the workspace that hold the subscriptions. The text that was looked at can be one of them.
pub(super) fn repoint(rollouts: &[&Rollout], snapshot: &Snapshot, state: &State) -> Repointed {
    let mut texts: Vec<Edited> = Vec::new();
    let mut skipped = Vec::new();
    let mut add = |uri: &Uri, version: Option<i32>, document: &Document| match edits_of(document, rollouts, state) {
        Ok(edits) if edits.is_empty() => {}
        Ok(edits) => texts.push(Edited { uri: uri.clone(), version, edits }),
        Err(error) => skipped.push((uri.clone(), error.to_string())),
    };
    let own = snapshot.path.as_deref();
    add(&snapshot.uri, snapshot.version, &snapshot.document);
    let others = files_of(rollouts, state).into_iter().filter(|path| Some(path.as_path()) != own);
    for path in others.filter(|path| resources::may_change(path, state)) {
        let Some(uri) = convert::uri_of(&path) else { continue };
        // Its text in the editor is the one that an edit changes.
        let open = state.documents().get(&uri).map(|open| (open.uri.clone(), open.version, open.contents()));
        match open {
            Some((uri, version, text)) => add(&uri, Some(version), &format::parse(&path, text)),
            None => {
                let text = read(&path).ok().and_then(|bytes| v4ward_syntax::decode(bytes).ok());
                let Some(text) = text else { continue };
                // Positions are those of editors, which keep a byte order mark to themselves.
                let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
                add(&uri, None, &format::parse(&path, text));
            }
        }
    }
    let note = Note {
        label: "Point subscriptions to the V4 API".to_owned(),
        description: "To be applied with the V4 resource: before it the cluster refuses them".to_owned(),
        asks: true,
    };
    let edit = (!texts.is_empty()).then(|| edits::of_texts(texts, Some(note), state));
    Repointed { edit, skipped }
}

fn files_of(rollouts: &[&Rollout], state: &State) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = rollouts
        .iter()
        .flat_map(|rollout| {
            let plans: Vec<&str> = rollout.plans.iter().map(|(name, _)| name.as_str()).collect();
            state.resources.files_with_subscriptions(&rollout.name, &plans)
        })
        .collect();
    files.sort_unstable();
    files.dedup();
    files
}

fn edits_of(
    document: &Document,
    rollouts: &[&Rollout],
    state: &State,
) -> Result<Vec<tower_lsp::ls_types::TextEdit>, edit::EditError> {
    let mut changes = Vec::new();
    for rollout in rollouts {
        let plans: Vec<(&str, &str)> = rollout.plans.iter().map(|(name, key)| (name.as_str(), key.as_str())).collect();
        changes.extend(cluster::repoint(document, &rollout.name, &plans));
    }
    let applied = edit::apply(document, &changes)?;
    let lines = LineIndex::new(document.text());
    let ranges = Ranges { text: document.text(), lines: &lines, encoding: state.support().encoding };
    Ok(edits::text_edits(&applied.edits, &ranges))
}
