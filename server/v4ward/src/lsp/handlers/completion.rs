//! `textDocument/completion`

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;
use v4ward_migration::assist::{self, Completion, CompletionKind};

use super::hover::plain;
use crate::lsp::capabilities::ClientSupport;
use crate::lsp::documents::Snapshot;
use crate::lsp::state::{State, in_background};

pub(in crate::lsp) async fn handle(state: &Arc<State>, params: CompletionParams) -> Result<Option<CompletionResponse>> {
    let TextDocumentPositionParams { text_document, position } = params.text_document_position;
    let Some(snapshot) = state.snapshot(&text_document.uri).await.filter(|it| it.is_v2()) else { return Ok(None) };
    let support = state.support().clone();
    in_background(move || {
        let found = assist::complete(&snapshot.document, snapshot.offset(position), &snapshot.options.policy_schemas);
        let items = found.into_iter().map(|completion| item(completion, &snapshot, &support)).collect();
        Some(CompletionResponse::Array(items))
    })
    .await
}

fn item(completion: Completion, snapshot: &Snapshot, support: &ClientSupport) -> CompletionItem {
    let (kind_of_text, documentation) = match support.markdown_in_completion {
        true => (MarkupKind::Markdown, completion.documentation),
        false => (MarkupKind::PlainText, plain(&completion.documentation)),
    };
    // The lines of a snippet count from the indentation of the line that it is put on.
    let has_lines = |snippet: &String| snippet.contains(['\n', '\r']);
    let indents = support.indents_if_asked || support.indents_by_default;
    let snippet = completion.snippet.filter(|snippet| support.snippets && (indents || !has_lines(snippet)));
    let asks = support.indents_if_asked && snippet.as_ref().is_some_and(has_lines);
    let format = if snippet.is_some() { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT };
    let kind = match completion.kind {
        CompletionKind::Property => CompletionItemKind::PROPERTY,
        CompletionKind::Value => CompletionItemKind::VALUE,
        CompletionKind::EnumMember => CompletionItemKind::ENUM_MEMBER,
    };
    CompletionItem {
        // Editors match what is typed with the text that is replaced, which may have quotes.
        filter_text: Some(completion.filter),
        label: completion.label,
        kind: Some(kind),
        detail: completion.detail,
        documentation: Some(Documentation::MarkupContent(MarkupContent { kind: kind_of_text, value: documentation })),
        deprecated: completion.deprecated.then_some(true),
        sort_text: Some(format!("{:05}", completion.sort)),
        insert_text_format: Some(format),
        insert_text_mode: asks.then_some(InsertTextMode::ADJUST_INDENTATION),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(
            snapshot.range(completion.replace),
            snippet.unwrap_or(completion.insert),
        ))),
        ..CompletionItem::default()
    }
}
