//! `textDocument/codeAction`

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;
use v4ward_migration::Verdict;
use v4ward_migration::fixes::{Action, Applicability, Fix, Selection};
use v4ward_syntax::edit::EditError;
use v4ward_syntax::{Document, NodeId, Span};

use crate::config;
use crate::lsp::capabilities::{FIX_ALL_KIND, MIGRATE_KIND};
use crate::lsp::commands;
use crate::lsp::convert;
use crate::lsp::diagnostics;
use crate::lsp::documents::{Found, Snapshot};
use crate::lsp::edits::{self, Note};
use crate::lsp::repoint;
use crate::lsp::state::{State, in_background};

/// What an action does; kept in its data until it is resolved.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Intent {
    pub(super) uri: Uri,
    /// Numbers of findings are those of one snapshot.
    pub(super) snapshot: u64,
    #[serde(flatten)]
    pub(super) what: What,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub(super) enum What {
    /// One fix of one finding.
    Fix { finding: usize, fix: usize },
    /// Writing out the aliases that one fix of one finding would change too.
    Expand { finding: usize, fix: usize },
    /// All safe fixes.
    FixAll,
    /// Make the V4 file.
    Migrate,
    /// Let subscriptions name the V4 resource of the definition in one document of the text.
    Repoint { document: usize },
}

pub(in crate::lsp) async fn handle(state: &Arc<State>, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
    let Some(snapshot) = state.snapshot(&params.text_document.uri).await.filter(|it| it.is_ours()) else {
        return Ok(None);
    };
    let state = Arc::clone(state);
    in_background(move || {
        let span = snapshot.ranges().span(params.range);
        let only = params.context.only;
        Some(
            Offer { snapshot: &snapshot, state: &state, only, expanded: HashSet::new(), actions: Vec::new() }
                .collect(span),
        )
    })
    .await
}

/// The actions for one request.
struct Offer<'a> {
    snapshot: &'a Snapshot,
    state: &'a State,
    only: Option<Vec<CodeActionKind>>,
    /// The anchors whose aliases are offered to be written out.
    expanded: HashSet<NodeId>,
    actions: CodeActionResponse,
}

impl Offer<'_> {
    fn collect(mut self, span: Span) -> CodeActionResponse {
        let touched: Vec<usize> = (0..self.snapshot.findings.len())
            .filter(|index| touches(self.snapshot.findings[*index].span, span))
            .collect();
        if self.wants(&CodeActionKind::QUICKFIX) {
            self.fixes(&touched);
        }
        // A V4 file is the target: what is mended there is mended one by one.
        let safe = if self.snapshot.is_v2() { self.snapshot.safe_fixes() } else { 0 };
        if safe > 0 && self.wants(&FIX_ALL_KIND) {
            self.fix_all(FIX_ALL_KIND, safe);
        }
        if safe > 1 && !touched.is_empty() && self.wants(&CodeActionKind::QUICKFIX) {
            self.fix_all(CodeActionKind::QUICKFIX, safe);
        }
        self.repoint(&touched, span);
        if self.wants(&CodeActionKind::QUICKFIX) {
            self.explain(&touched);
            self.suppress(&touched);
        }
        if self.wants(&MIGRATE_KIND) {
            self.migrate();
        }
        self.actions
    }

    /// True when the client asks for actions of a kind; a kind holds those below it.
    fn wants(&self, kind: &CodeActionKind) -> bool {
        let holds = |wanted: &CodeActionKind| {
            let (wanted, kind) = (wanted.as_str(), kind.as_str());
            wanted.is_empty() || kind.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.only.as_ref().is_none_or(|only| only.iter().any(holds))
    }

    /// The fixes of the findings, safe ones first.
    fn fixes(&mut self, touched: &[usize]) {
        let all = self.snapshot.fixes();
        let mut offered: Vec<(bool, usize, usize)> = Vec::new();
        for &finding in touched {
            for (index, fix) in all.get(finding).into_iter().flatten().enumerate() {
                offered.push((fix.applicability == Applicability::Unsafe, finding, index));
            }
        }
        offered.sort_by_key(|(needs_decision, ..)| *needs_decision);
        for (_, finding, index) in offered {
            self.fix(finding, index, &all[finding][index]);
        }
    }

    fn fix(&mut self, finding: usize, index: usize, fix: &Fix) {
        let found = &self.snapshot.findings[finding];
        let changes_text = matches!(fix.action, Action::Edit(_));
        let safe = fix.applicability == Applicability::Safe && changes_text;
        let mut action = CodeAction {
            title: if safe || !changes_text { fix.title.clone() } else { format!("{} (unsafe)", fix.title) },
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostics::of_finding(finding, found, self.snapshot, self.state)]),
            is_preferred: Some(safe),
            ..CodeAction::default()
        };
        match changes_text.then(|| fix.fits(&self.snapshot.document)) {
            Some(Err(EditError::Shared { anchor })) => return self.expand(finding, index, anchor),
            Some(Err(_)) => return,
            Some(Ok(())) | None => {}
        }
        // What cannot be made is not offered; finding out the rest is cheap for all but edits.
        if !(changes_text && self.lazily(What::Fix { finding, fix: index }, &mut action)) {
            match edits::of_fix(fix, found.rule, self.snapshot, self.state) {
                Some(edit) => action.edit = Some(edit),
                None => return,
            }
        }
        self.actions.push(action.into());
    }

    /// The first step to a fix that aliases are in the way of; once for each of them.
    fn expand(&mut self, finding: usize, fix: usize, anchor: NodeId) {
        let Some(title) = expand_title(&self.snapshot.document, anchor).filter(|_| self.expanded.insert(anchor)) else {
            return;
        };
        let found = &self.snapshot.findings[finding];
        let mut action = CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostics::of_finding(finding, found, self.snapshot, self.state)]),
            is_preferred: Some(false),
            ..CodeAction::default()
        };
        if !self.lazily(What::Expand { finding, fix }, &mut action) {
            let Some(edit) = edits::of_expansion(anchor, self.snapshot, self.state) else { return };
            action.edit = Some(edit);
        }
        self.actions.push(action.into());
    }

    fn fix_all(&mut self, kind: CodeActionKind, safe: usize) {
        let title = if kind == FIX_ALL_KIND {
            format!("v4ward: fix all safe problems ({safe})")
        } else if safe == 1 {
            "Fix the safe problem in this file".to_owned()
        } else {
            format!("Fix all {safe} safe problems in this file")
        };
        let mut action = CodeAction { title, kind: Some(kind), ..CodeAction::default() };
        if !self.lazily(What::FixAll, &mut action) {
            let Some((_, edit)) = edits::of_all(&Selection::default(), self.snapshot, self.state) else { return };
            action.edit = Some(edit);
        }
        self.actions.push(action.into());
    }

    /// Letting subscriptions name the V4 resource: for the finding that tells of them, else anywhere in its definition.
    fn repoint(&mut self, touched: &[usize], span: Span) {
        let snapshot = self.snapshot;
        for defined in &snapshot.definitions {
            let finding = touched
                .iter()
                .copied()
                .find(|&at| defined.findings.contains(&at) && snapshot.findings[at].rule == SUBSCRIPTIONS_RULE);
            let kind = if finding.is_some() && self.wants(&CodeActionKind::QUICKFIX) {
                CodeActionKind::QUICKFIX
            } else if self.wants(&MIGRATE_KIND) && touches(snapshot.document.node(defined.root).span(), span) {
                MIGRATE_KIND
            } else {
                continue;
            };
            let rollout = repoint::rollout_of(defined, snapshot).filter(|rollout| !rollout.subscriptions.is_empty());
            let Some(rollout) = rollout else { continue };
            let of_finding = |at: usize| diagnostics::of_finding(at, &snapshot.findings[at], snapshot, self.state);
            let mut action = CodeAction {
                title: repoint::title(rollout.subscriptions.len()),
                diagnostics: finding.filter(|_| kind == CodeActionKind::QUICKFIX).map(|at| vec![of_finding(at)]),
                kind: Some(kind),
                is_preferred: Some(false),
                ..CodeAction::default()
            };
            if !self.lazily(What::Repoint { document: defined.document }, &mut action) {
                let Some(edit) = repoint::repoint(&[rollout], snapshot, self.state).edit else { continue };
                action.edit = Some(edit);
            }
            self.actions.push(action.into());
        }
    }

    /// Leaves the edit to `codeAction/resolve` when the client can ask for it.
    fn lazily(&self, what: What, action: &mut CodeAction) -> bool {
        if !(self.state.support().resolves_edits && self.state.support().keeps_action_data) {
            return false;
        }
        let intent = Intent { uri: self.snapshot.uri.clone(), snapshot: self.snapshot.id, what };
        action.data = serde_json::to_value(intent).ok();
        action.data.is_some()
    }

    /// The pages of the rules, one each.
    fn explain(&mut self, touched: &[usize]) {
        let mut told: Vec<&str> = Vec::new();
        for &index in touched {
            let found: &Found = &self.snapshot.findings[index];
            if told.contains(&found.rule) || !found.explained {
                continue;
            }
            told.push(found.rule);
            let title = format!("Explain {}", found.rule);
            let action = CodeAction {
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![diagnostics::of_finding(index, found, self.snapshot, self.state)]),
                command: Some(Command {
                    title: title.clone(),
                    command: commands::EXPLAIN.to_owned(),
                    arguments: Some(vec![json!({"rule": found.rule, "show": true})]),
                }),
                title,
                ..CodeAction::default()
            };
            self.actions.push(action.into());
        }
    }

    /// Accepting findings, once for each rule and place, in V2 and V4 files. What blocks cannot be accepted away.
    fn suppress(&mut self, touched: &[usize]) {
        let in_workspace = |path: &Path| {
            let workspace = self.state.workspace();
            workspace.folders().iter().any(|folder| path.starts_with(&folder.path))
        };
        if !((self.snapshot.is_v2() || self.snapshot.is_v4())
            && self.state.support().applies_edits
            && self.snapshot.path.as_deref().is_some_and(in_workspace))
        {
            return;
        }
        let mut offered: Vec<(&str, Option<String>)> = Vec::new();
        for &index in touched {
            let found = &self.snapshot.findings[index];
            let pointer = self.snapshot.pointer(found);
            if found.blocks || !found.explained || offered.contains(&(found.rule, pointer.clone())) {
                continue;
            }
            let title = format!("Suppress {} here, in {}", found.rule, config::FILE_NAME);
            let action = CodeAction {
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![diagnostics::of_finding(index, found, self.snapshot, self.state)]),
                is_preferred: Some(false),
                command: Some(Command {
                    title: title.clone(),
                    command: commands::SUPPRESS.to_owned(),
                    arguments: Some(vec![
                        json!({"uri": self.snapshot.uri, "rule": found.rule, "pointer": pointer.clone()}),
                    ]),
                }),
                title,
                ..CodeAction::default()
            };
            offered.push((found.rule, pointer));
            self.actions.push(action.into());
        }
    }

    /// Making the V4 file, where there is none and nothing stands in the way.
    fn migrate(&mut self) {
        let Some(title) = migrate_title(self.snapshot, self.state) else { return };
        let mut action = CodeAction { title, kind: Some(MIGRATE_KIND), ..CodeAction::default() };
        if !self.lazily(What::Migrate, &mut action) {
            let Some(edit) = migrate_edit(self.snapshot, self.state) else { return };
            action.edit = Some(edit);
        }
        self.actions.push(action.into());
    }
}

const SUBSCRIPTIONS_RULE: &str = "resource-has-subscriptions";

fn touches(found: Span, wanted: Span) -> bool {
    found.start <= wanted.end && wanted.start <= found.end
}

/// Names the anchor and how many places use it.
fn expand_title(document: &Document, anchor: NodeId) -> Option<String> {
    let anchor = document.anchors().iter().find(|known| known.node == anchor)?;
    let name = document.slice(anchor.span);
    let places = match anchor.aliases.len() {
        1 => "1 place".to_owned(),
        many => format!("{many} places"),
    };
    Some(format!("Expand the alias {} ({places}), then fix", name.trim_start_matches('&')))
}

fn migrate_title(snapshot: &Snapshot, state: &State) -> Option<String> {
    if !snapshot.is_v2() || !state.support().creates_files {
        return None;
    }
    let path = snapshot.v4_path()?;
    let name = path.file_name()?.to_string_lossy().into_owned();
    let migration = &snapshot.migrated().migration;
    if migration.result.is_err() || fs::symlink_metadata(&path).is_ok() {
        return None;
    }
    // What the command would only write when forced is said in the title: not all clients show annotations.
    Some(match (migration.verdict, migration.errors) {
        (Verdict::FullyMigratable, 0) => format!("Migrate to V4: create {name}"),
        (Verdict::FullyMigratable, _) => format!("Migrate to V4, although V4 would refuse it: create {name}"),
        _ => format!("Migrate to V4, although it needs a look: create {name}"),
    })
}

/// The edit that makes the V4 file.
pub(super) fn migrate_edit(snapshot: &Snapshot, state: &State) -> Option<WorkspaceEdit> {
    let migrated = snapshot.migrated();
    let text = migrated.document.as_ref()?.text().to_owned();
    let uri = convert::uri_of(&snapshot.v4_path()?)?;
    let looks = migrated.migration.verdict != Verdict::FullyMigratable;
    let note = Note {
        label: "Create the V4 file".to_owned(),
        description: commands::headline(snapshot),
        asks: looks || migrated.migration.errors > 0,
    };
    Some(edits::of_new_file(&uri, text, note, state))
}
