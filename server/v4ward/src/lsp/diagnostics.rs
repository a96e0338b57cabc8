//! Findings as diagnostics.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::json;
use tower_lsp::ls_types::*;

use super::convert;
use super::documents::{Found, Snapshot};
use super::state::State;
use crate::config::FileProblem;

/// The name under which they are shown.
pub(super) const SOURCE: &str = "v4ward";

/// The diagnostics of a document.
pub(super) fn of(snapshot: &Snapshot, state: &State) -> Vec<Diagnostic> {
    match snapshot.too_long {
        Some(bytes) => vec![too_long(bytes, state)],
        None => snapshot
            .findings
            .iter()
            .enumerate()
            .map(|(index, found)| of_finding(index, found, snapshot, state))
            .collect(),
    }
}

/// The diagnostic of a finding.
pub(super) fn of_finding(index: usize, found: &Found, snapshot: &Snapshot, state: &State) -> Diagnostic {
    let support = state.support();
    let related = found.related.iter().map(|(span, what)| DiagnosticRelatedInformation {
        location: Location::new(snapshot.uri.clone(), snapshot.range(*span)),
        message: (*what).to_owned(),
    });
    let related = (support.related_information && !found.related.is_empty()).then(|| related.collect());
    let tags = (support.unnecessary_tag && found.idle).then(|| vec![DiagnosticTag::UNNECESSARY]);
    Diagnostic {
        range: snapshot.range(found.span),
        severity: Some(convert::severity(found.severity)),
        code: Some(NumberOrString::String(found.rule.to_owned())),
        code_description: page(found, state),
        source: Some(SOURCE.to_owned()),
        message: text(found),
        related_information: related,
        tags,
        data: Some(json!({"rule": found.rule, "finding": index, "version": snapshot.version})),
    }
}

/// What is wrong, and what to do next.
pub(super) fn text(found: &Found) -> String {
    match found.help.as_str() {
        "" => found.message.clone(),
        help => format!("{}\nhelp: {help}", found.message),
    }
}

fn page(found: &Found, state: &State) -> Option<CodeDescription> {
    let address = state.options().rule_uri.as_ref().filter(|_| state.support().code_descriptions && found.explained)?;
    let href = address.replace("{rule}", found.rule).parse().ok()?;
    Some(CodeDescription { href })
}

fn too_long(bytes: usize, state: &State) -> Diagnostic {
    let megabytes = |bytes: usize| bytes.div_ceil(1_000_000);
    let limit = megabytes(state.settings().limit());
    Diagnostic {
        severity: Some(DiagnosticSeverity::INFORMATION),
        code: Some(NumberOrString::String("document-too-large".to_owned())),
        source: Some(SOURCE.to_owned()),
        message: format!(
            "with {} MB this definition is too large to be checked while it is edited (the limit is {limit} MB)\n\
             help: raise the setting \"max-document-megabytes\", or run `v4ward check`",
            megabytes(bytes)
        ),
        ..Diagnostic::default()
    }
}

/// The problems of a settings file.
pub(super) fn of_settings(problems: &[&FileProblem], state: &State) -> Vec<Diagnostic> {
    let diagnostic = |file: &&FileProblem| {
        let lines = v4ward_syntax::LineIndex::new(&file.text);
        let ranges = convert::Ranges { text: &file.text, lines: &lines, encoding: state.support().encoding };
        let help = if file.is_warning {
            "mend what it was about, or give it a later day"
        } else {
            "until this is right, the whole file counts as empty"
        };
        Diagnostic {
            range: ranges.range(file.problem.span),
            severity: Some(if file.is_warning { DiagnosticSeverity::WARNING } else { DiagnosticSeverity::ERROR }),
            source: Some(SOURCE.to_owned()),
            message: format!("{}\nhelp: {help}", file.problem.message),
            ..Diagnostic::default()
        }
    };
    problems.iter().map(diagnostic).collect()
}

/// An id that two results share only when they are equal.
pub(super) fn result_id(diagnostics: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    // The version tells nothing that a person sees.
    for diagnostic in diagnostics {
        let shown = Diagnostic { data: None, ..diagnostic.clone() };
        serde_json::to_string(&shown).unwrap_or_default().hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}
