//! Changes of texts and files, as the client is to make them.

use std::collections::HashMap;
use std::fs;
use std::ops::Range as Lines;
use std::path::Path;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};
use toml::de::{DeTable, DeValue};
use tower_lsp::ls_types::*;
use v4ward_migration::analyse;
use v4ward_migration::fixes::{Action, Applicability, Fix, Selection, converge};
use v4ward_migration::suppress::Date;
use v4ward_syntax::{LineIndex, NodeId, Span, edit};

use super::convert::{self, Ranges};
use super::documents::Snapshot;
use super::state::State;
use super::workspace;
use crate::config;

/// A longer search for the smallest difference is given up for a larger one.
const DIFF_TIME: Duration = Duration::from_millis(500);

/// What a person should know before an edit is made.
pub(super) struct Note {
    pub(super) label: String,
    pub(super) description: String,
    /// The client asks before it makes the edit.
    pub(super) asks: bool,
}

/// The edit of a fix; `None` for one that cannot be made here.
pub(super) fn of_fix(fix: &Fix, rule: &str, snapshot: &Snapshot, state: &State) -> Option<WorkspaceEdit> {
    match &fix.action {
        Action::Edit(_) => {
            let applied = fix.apply(&snapshot.document).ok()?;
            let edits = text_edits(&applied.edits, &snapshot.ranges());
            let note = (fix.applicability == Applicability::Unsafe).then(|| Note {
                label: fix.title.clone(),
                description: format!("Can change how requests are handled ({rule})"),
                asks: true,
            });
            Some(of_text(&snapshot.uri, snapshot.version, edits, note, state))
        }
        Action::DeclarePolicy(id) => declare_policy(id, snapshot, state),
    }
}

/// The edit that writes out an anchored value in place of its aliases (YAML). The data stays the same.
pub(super) fn of_expansion(anchor: NodeId, snapshot: &Snapshot, state: &State) -> Option<WorkspaceEdit> {
    let applied = edit::expand_aliases(&snapshot.document, anchor).ok()?;
    let edits = text_edits(&applied.edits, &snapshot.ranges());
    Some(of_text(&snapshot.uri, snapshot.version, edits, None, state))
}

/// All fixes of a selection, and the edit that makes them; `None` when there is nothing to fix.
pub(super) fn of_all(
    selection: &Selection,
    snapshot: &Snapshot,
    state: &State,
) -> Option<(Vec<v4ward_migration::fixes::AppliedFix>, WorkspaceEdit)> {
    let analysis = analyse(&snapshot.document, &snapshot.options);
    let fixed = converge(&snapshot.document, &analysis, &snapshot.options, selection)?;
    let edits = difference(snapshot.document.text(), fixed.document.text());
    let edits = text_edits(&edits, &snapshot.ranges());
    let note = selection.needs_decision.then(|| Note {
        label: "Make all fixes".to_owned(),
        description: "Some can change how requests are handled".to_owned(),
        asks: true,
    });
    Some((fixed.applied, of_text(&snapshot.uri, snapshot.version, edits, note, state)))
}

/// The lines in which two texts differ, as edits of the first.
fn difference(old: &str, new: &str) -> Vec<edit::TextEdit> {
    let (old_lines, new_lines) = (LineIndex::new(old), LineIndex::new(new));
    let lines = |text: &'_ str, index: &LineIndex| -> Vec<String> {
        (0..index.lines()).map(|line| cut(text, index.line_span(line)).to_owned()).collect()
    };
    let deadline = Instant::now() + DIFF_TIME;
    let (a, b) = (lines(old, &old_lines), lines(new, &new_lines));
    let span = |index: &LineIndex, range: Lines<usize>, text: &str| {
        let start = |line: usize| {
            if line >= index.lines() as usize { text.len() as u32 } else { index.line_span(line as u32).start }
        };
        Span::new(start(range.start), start(range.end))
    };
    let same = capture_diff_slices_deadline(Algorithm::Myers, &a, &b, Some(deadline));
    // What lies between two parts that are the same is one change.
    let mut same: Vec<(Lines<usize>, Lines<usize>)> = same
        .iter()
        .filter(|op| matches!(op, DiffOp::Equal { .. }))
        .map(|op| (op.old_range(), op.new_range()))
        .collect();
    same.push((a.len()..a.len(), b.len()..b.len()));
    let (mut edits, mut at) = (Vec::new(), (0, 0));
    for (old_same, new_same) in same {
        let (before, after) = (at.0..old_same.start, at.1..new_same.start);
        if !before.is_empty() || !after.is_empty() {
            edits.push(narrowed(old, span(&old_lines, before, old), cut(new, span(&new_lines, after, new))));
        }
        at = (old_same.end, new_same.end);
    }
    edits
}

fn cut(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or_default()
}

/// An edit without what is the same at its start and its end.
fn narrowed(old: &str, span: Span, new: &str) -> edit::TextEdit {
    let before = cut(old, span);
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
    };
    let head = same(&mut before.chars().zip(new.chars()));
    let tail = same(&mut before[head..].chars().rev().zip(new[head..].chars().rev()));
    edit::TextEdit {
        span: Span::new(span.start + head as u32, span.end - tail as u32),
        text: new[head..new.len() - tail].to_owned(),
    }
}

pub(super) fn text_edits(edits: &[edit::TextEdit], ranges: &Ranges<'_>) -> Vec<TextEdit> {
    edits.iter().map(|edit| TextEdit::new(ranges.range(edit.span), edit.text.clone())).collect()
}

/// The edit of one text.
fn of_text(uri: &Uri, version: Option<i32>, edits: Vec<TextEdit>, note: Option<Note>, state: &State) -> WorkspaceEdit {
    of_texts(vec![Edited { uri: uri.clone(), version, edits }], note, state)
}

/// The edits of one text; the version is that of the editor.
pub(super) struct Edited {
    pub(super) uri: Uri,
    pub(super) version: Option<i32>,
    pub(super) edits: Vec<TextEdit>,
}

/// The edit of some texts, each once.
pub(super) fn of_texts(texts: Vec<Edited>, note: Option<Note>, state: &State) -> WorkspaceEdit {
    if !state.support().document_changes {
        let changes = texts.into_iter().map(|text| (text.uri, text.edits)).collect();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let note = note.filter(|_| state.support().annotates_changes);
    let edit = |text: Edited| document_edit(&text.uri, text.version, text.edits, note.is_some());
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(texts.into_iter().map(edit).collect())),
        change_annotations: note.map(annotations),
        ..WorkspaceEdit::default()
    }
}

/// The edit that makes a file with a text. Only for clients that create files.
pub(super) fn of_new_file(uri: &Uri, text: String, note: Note, state: &State) -> WorkspaceEdit {
    let annotated = state.support().annotates_changes;
    let create = CreateFile {
        uri: uri.clone(),
        options: Some(CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) }),
        annotation_id: annotated.then(|| ANNOTATION.to_owned()),
    };
    let start = Range::default();
    let edit = document_edit(uri, None, vec![TextEdit::new(start, text)], annotated);
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Operations(vec![
            DocumentChangeOperation::Op(ResourceOp::Create(create)),
            DocumentChangeOperation::Edit(edit),
        ])),
        change_annotations: annotated.then(|| annotations(note)),
        ..WorkspaceEdit::default()
    }
}

const ANNOTATION: &str = "v4ward";

fn annotations(note: Note) -> HashMap<String, ChangeAnnotation> {
    let annotation = ChangeAnnotation {
        label: note.label,
        needs_confirmation: Some(note.asks),
        description: Some(note.description),
    };
    HashMap::from([(ANNOTATION.to_owned(), annotation)])
}

fn document_edit(uri: &Uri, version: Option<i32>, edits: Vec<TextEdit>, annotated: bool) -> TextDocumentEdit {
    let edit = |text_edit: TextEdit| match annotated {
        true => OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id: ANNOTATION.to_owned() }),
        false => OneOf::Left(text_edit),
    };
    TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri: uri.clone(), version },
        edits: edits.into_iter().map(edit).collect(),
    }
}

/// Names a policy in the settings file of a document.
fn declare_policy(id: &str, snapshot: &Snapshot, state: &State) -> Option<WorkspaceEdit> {
    let note = format!("Declares the policy {id} for all definitions of this folder");
    in_settings(snapshot, state, note, |text, _| declared(text, id))
}

/// Writes down in the settings file of a document that findings of a rule are accepted.
pub(super) fn suppress(
    rule: &str,
    pointer: Option<&str>,
    reason: &str,
    expires: Option<Date>,
    snapshot: &Snapshot,
    state: &State,
) -> Option<WorkspaceEdit> {
    let note = format!("Suppresses findings of {rule}");
    in_settings(snapshot, state, note, |text, folder| {
        let path = config::seen_from(&fs::canonicalize(folder).ok()?, snapshot.path.as_deref()?)?;
        suppressed(text, rule, &path, pointer, reason, expires)
    })
}

/// Changes the settings file of a document, which is made where there is none. `change` gets its text and its folder, and
/// says what to insert where.
fn in_settings(
    snapshot: &Snapshot,
    state: &State,
    description: String,
    change: impl Fn(&str, &Path) -> Option<(u32, String)>,
) -> Option<WorkspaceEdit> {
    let path = snapshot.path.as_deref()?;
    let named = |folder: &Path| folder.join(config::FILE_NAME);
    let existing = path.ancestors().skip(1).map(named).find(|file| fs::symlink_metadata(file).is_ok());
    let Some(file) = existing else {
        let root = state.workspace().folders().iter().find(|folder| path.starts_with(&folder.path))?.path.clone();
        let uri = convert::uri_of(&root.join(config::FILE_NAME)).filter(|_| state.support().creates_files)?;
        let note = Note { label: format!("Create {}", config::FILE_NAME), description, asks: false };
        let (_, text) = change("", &root)?;
        return Some(of_new_file(&uri, text, note, state));
    };
    // What lies outside the workspace is not ours to change.
    let folders = state.workspace().folders().to_vec();
    if !workspace::holds(&folders, &file) {
        return None;
    }
    let uri = convert::uri_of(&file)?;
    // Its text in the editor is the one that an edit changes.
    let open = state.documents().get(&uri).map(|open| (open.uri.clone(), open.version, open.contents()));
    let (uri, version, text) = match open {
        Some((uri, version, text)) => (uri, Some(version), text),
        None => (uri, None, config::read_text(&file).ok()?),
    };
    let (at, new) = change(&text, file.parent()?)?;
    let lines = LineIndex::new(&text);
    let ranges = Ranges { text: &text, lines: &lines, encoding: state.support().encoding };
    let edit = TextEdit::new(ranges.range(Span::empty(at)), new);
    Some(of_text(&uri, version, vec![edit], None, state))
}

/// What to add at the end of a settings file so that it accepts findings; nothing where the result could not be read.
fn suppressed(
    text: &str,
    rule: &str,
    path: &str,
    pointer: Option<&str>,
    reason: &str,
    expires: Option<Date>,
) -> Option<(u32, String)> {
    let gap = match text {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let mut entry = format!("{gap}[[suppress]]\nrule = {}\npath = {}\n", toml_text(rule), toml_text(path));
    if let Some(pointer) = pointer.filter(|pointer| !pointer.is_empty()) {
        entry += &format!("pointer = {}\n", toml_text(pointer));
    }
    entry += &format!("reason = {}\n", toml_text(reason));
    if let Some(expires) = expires {
        entry += &format!("expires = {expires}\n");
    }
    DeTable::parse(&format!("{text}{entry}")).ok()?;
    Some((u32::try_from(text.len()).ok()?, entry))
}

fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Where to insert what so that a settings file declares a policy.
fn declared(text: &str, id: &str) -> Option<(u32, String)> {
    let table = DeTable::parse(text).ok()?;
    let at = |offset: usize| u32::try_from(offset).ok();
    let Some((_, value)) = table.get_ref().iter().find(|(key, _)| key.get_ref() == "custom-policies") else {
        return Some((0, format!("custom-policies = [{}]\n", toml_text(id))));
    };
    let DeValue::Array(list) = value.get_ref() else { return None };
    match list.last() {
        Some(last) => Some((at(last.span().end)?, format!(", {}", toml_text(id)))),
        None => Some((at(value.span().start + 1)?, toml_text(id))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_policy_is_declared_wherever_the_list_stands() {
        let after = |text: &str| {
            let (at, new) = declared(text, "acme").unwrap();
            format!("{}{new}{}", &text[..at as usize], &text[at as usize..])
        };
        assert_eq!(after("ids = 'new'\n"), "custom-policies = [\"acme\"]\nids = 'new'\n");
        assert_eq!(after("custom-policies = []\n"), "custom-policies = [\"acme\"]\n");
        assert_eq!(
            after("custom-policies = [\n  'x', # mine\n]\n"),
            "custom-policies = [\n  'x', \"acme\", # mine\n]\n"
        );
        assert_eq!(declared("custom-policies = 1", "acme"), None);
        assert_eq!(declared("custom-policies = [", "acme"), None);
    }

    #[test]
    fn an_entry_goes_to_the_end() {
        let after = |text: &str, reason| {
            let day = "2030-01-31".parse().ok();
            suppressed(text, "wrong-type", "a/b.json", Some("/x"), reason, day).map(|(_, new)| format!("{text}{new}"))
        };
        let entry = "[[suppress]]\nrule = \"wrong-type\"\npath = \"a/b.json\"\npointer = \"/x\"\n\
                     reason = \"as \\\"agreed\\\"\"\nexpires = 2030-01-31\n";
        assert_eq!(after("", "as \"agreed\"").as_deref(), Some(entry));
        assert_eq!(after("ids = 'new'", "as \"agreed\""), Some(format!("ids = 'new'\n\n{entry}")));
        assert_eq!(after("[rules]\n", "as \"agreed\""), Some(format!("[rules]\n\n{entry}")));
        assert_eq!(after("suppress = []\n", "x"), None);
    }

    proptest! {
        #[test]
        fn a_difference_makes_one_text_of_another(old in "[ab\r\né]{0,20}", new in "[ab\r\né]{0,20}") {
            let edits = difference(&old, &new);
            prop_assert_eq!(edit::replace(&old, &edits).unwrap(), new);
        }
    }
}
