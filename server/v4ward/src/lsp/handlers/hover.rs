//! `textDocument/hover`

use std::fmt::Write as _;
use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;
use v4ward_migration::assist;
use v4ward_migration::fixes::Applicability;
use v4ward_syntax::Span;

use crate::lsp::documents::Snapshot;
use crate::lsp::state::{State, in_background};
use crate::lsp::v4file;

pub(in crate::lsp) async fn handle(state: &Arc<State>, params: HoverParams) -> Result<Option<Hover>> {
    let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
    let Some(snapshot) = state.snapshot(&text_document.uri).await.filter(|it| it.is_ours()) else { return Ok(None) };
    let (markdown, with_findings) = (state.support().markdown, state.options().findings_in_hover);
    in_background(move || hover(&snapshot, snapshot.offset(position), markdown, with_findings)).await
}

/// What is found at a place, what the place is, and where it goes.
fn hover(snapshot: &Snapshot, offset: u32, markdown: bool, with_findings: bool) -> Option<Hover> {
    let (mut parts, mut span) = (Vec::new(), None);
    if with_findings && let Some((text, at)) = findings(snapshot, offset) {
        parts.push(text);
        span = Some(at);
    }
    if snapshot.is_v2() {
        if let Some(description) = assist::describe(&snapshot.document, offset, &snapshot.options.policy_schemas) {
            parts.push(format!("**{}**\n\n{}", description.title, description.text));
            span = Some(description.span);
        }
        if let Some((text, at)) = v4file::where_it_goes(snapshot, offset) {
            parts.push(text);
            span = span.or(Some(at));
        }
    }
    let value = parts.join("\n\n---\n\n");
    let kind = if markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let value = if markdown { value } else { plain(&value) };
    (!value.is_empty()).then(|| Hover {
        contents: HoverContents::Markup(MarkupContent { kind, value }),
        range: span.map(|span| snapshot.range(span)),
    })
}

fn findings(snapshot: &Snapshot, offset: u32) -> Option<(String, Span)> {
    let mut found = snapshot.findings.iter().enumerate();
    let touched: Vec<_> =
        found.by_ref().filter(|(_, found)| found.span.start <= offset && offset <= found.span.end).collect();
    let span = touched.first()?.1.span;
    let mut text = String::new();
    for (index, found) in touched {
        let _ = write!(text, "**{}** `{}`: {}", found.severity, found.rule, escaped(&found.message));
        if !found.help.is_empty() {
            let _ = write!(text, "\n\nWhat to do: {}", escaped(&found.help));
        }
        text.push_str("\n\n");
        for fix in snapshot.fixes().get(index).into_iter().flatten() {
            let safety = match (fix.changes(), fix.applicability) {
                (None, _) => "changes v4ward.toml",
                (_, Applicability::Safe) => "safe",
                (_, Applicability::Unsafe) => "unsafe",
            };
            let _ = writeln!(text, "* Fix: {} ({safety})", escaped(&fix.title));
        }
    }
    Some((text.trim_end().to_owned(), span))
}

/// Text of a file must not become markup.
pub(in crate::lsp) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Markdown without its marks, for clients that show it as it is.
pub(super) fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut chars = markdown.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => out.extend(chars.next()),
            '`' => {}
            '*' if chars.peek() == Some(&'*') => drop(chars.next()),
            c => out.push(c),
        }
    }
    out.replace("\n\n---\n\n", "\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_the_file_is_no_markup() {
        assert_eq!(escaped("a*b [x](y) <b>"), r"a\*b \[x\](y) \<b\>");
        assert_eq!(plain(&format!("**hint** `x`: {}", escaped("a_b*"))), "hint x: a_b*");
    }
}
