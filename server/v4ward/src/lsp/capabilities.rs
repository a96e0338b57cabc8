//! What the client can do, and what the server offers it.

use serde_json::Value;
use tower_lsp::ls_types::*;
use v4ward_syntax::{Format, PositionEncoding};

use super::commands;
use super::convert;
use super::documents::Snapshot;

/// The kind of the action that migrates.
pub(super) const MIGRATE_KIND: CodeActionKind = CodeActionKind::new("refactor.rewrite.v4ward");
/// The kind of the action that makes all safe fixes.
pub(super) const FIX_ALL_KIND: CodeActionKind = CodeActionKind::new("source.fixAll.v4ward");

/// The client's capabilities that make a difference to us.
#[derive(Clone, Debug)]
pub(super) struct ClientSupport {
    pub(super) encoding: PositionEncoding,
    pub(super) pulls_diagnostics: bool,
    pub(super) refreshes_diagnostics: bool,
    pub(super) refreshes_lenses: bool,
    pub(super) resolves_edits: bool,
    pub(super) keeps_action_data: bool,
    pub(super) document_changes: bool,
    pub(super) creates_files: bool,
    pub(super) annotates_changes: bool,
    pub(super) related_information: bool,
    pub(super) code_descriptions: bool,
    pub(super) unnecessary_tag: bool,
    pub(super) snippets: bool,
    /// Completions may say that their lines are to be indented.
    pub(super) indents_if_asked: bool,
    /// Lines of completions that say nothing are indented like the line they are put on, as editors do with snippets.
    pub(super) indents_by_default: bool,
    pub(super) markdown: bool,
    pub(super) markdown_in_completion: bool,
    pub(super) nested_symbols: bool,
    pub(super) line_folding_only: bool,
    pub(super) configuration: bool,
    pub(super) watches_files: bool,
    pub(super) progress: bool,
    pub(super) shows_documents: bool,
    pub(super) applies_edits: bool,
}

impl Default for ClientSupport {
    fn default() -> Self {
        Self::new(&ClientCapabilities::default())
    }
}

impl ClientSupport {
    pub(super) fn new(client: &ClientCapabilities) -> Self {
        let text = client.text_document.clone().unwrap_or_default();
        let workspace = client.workspace.clone().unwrap_or_default();
        let window = client.window.clone().unwrap_or_default();
        let general = client.general.clone().unwrap_or_default();
        let edit = workspace.workspace_edit.unwrap_or_default();
        let action = text.code_action.unwrap_or_default();
        let publish = text.publish_diagnostics.unwrap_or_default();
        let pull = text.diagnostic;
        let folding = text.folding_range.unwrap_or_default();
        let completion = text.completion.unwrap_or_default();
        let item = completion.completion_item.unwrap_or_default();
        let modes = item.insert_text_mode_support.map(|support| support.value_set).unwrap_or_default();
        let formats = text.hover.and_then(|hover| hover.content_format).unwrap_or_default();
        let symbols = text.document_symbol.unwrap_or_default();
        let resolves = action.resolve_support.is_some_and(|it| it.properties.iter().any(|name| name == "edit"));
        let creates = edit.resource_operations.unwrap_or_default().contains(&ResourceOperationKind::Create);
        let tags = publish.tag_support.map(|tags| tags.value_set);
        Self {
            encoding: convert::negotiate(general.position_encodings.as_deref()),
            pulls_diagnostics: pull.is_some(),
            refreshes_diagnostics: workspace.diagnostics.and_then(|it| it.refresh_support).unwrap_or(false),
            refreshes_lenses: workspace.code_lens.and_then(|it| it.refresh_support).unwrap_or(false),
            resolves_edits: resolves,
            keeps_action_data: action.data_support.unwrap_or(false),
            document_changes: edit.document_changes.unwrap_or(false),
            creates_files: creates && edit.document_changes.unwrap_or(false),
            annotates_changes: edit.change_annotation_support.is_some(),
            related_information: publish.related_information.unwrap_or(false)
                || pull.as_ref().and_then(|pull| pull.related_information).unwrap_or(false),
            code_descriptions: publish.code_description_support.unwrap_or(false)
                || pull.as_ref().and_then(|pull| pull.code_description_support).unwrap_or(false),
            unnecessary_tag: tags.is_some_and(|tags| tags.contains(&DiagnosticTag::UNNECESSARY))
                || pull.is_some_and(|pull| pull.tag_support.is_some()),
            snippets: item.snippet_support.unwrap_or(false),
            indents_if_asked: modes.contains(&InsertTextMode::ADJUST_INDENTATION),
            indents_by_default: completion.insert_text_mode != Some(InsertTextMode::AS_IS),
            markdown_in_completion: item
                .documentation_format
                .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            markdown: formats.contains(&MarkupKind::Markdown),
            nested_symbols: symbols.hierarchical_document_symbol_support.unwrap_or(false),
            line_folding_only: folding.line_folding_only.unwrap_or(false),
            configuration: workspace.configuration.unwrap_or(false),
            watches_files: workspace
                .did_change_watched_files
                .and_then(|watched| watched.dynamic_registration)
                .unwrap_or(false),
            progress: window.work_done_progress.unwrap_or(false),
            shows_documents: window.show_document.is_some_and(|show| show.support),
            applies_edits: workspace.apply_edit.unwrap_or(false),
        }
    }
}

/// What the client asks for when it starts us; described in `docs/protocol.md`.
#[derive(Clone, Debug)]
pub(super) struct InitializationOptions {
    pub(super) json_features: bool,
    pub(super) yaml_features: bool,
    pub(super) findings_in_hover: bool,
    pub(super) workspace_diagnostics: bool,
    pub(super) status_notifications: bool,
    pub(super) rule_uri: Option<String>,
    pub(super) settings: Value,
}

impl Default for InitializationOptions {
    fn default() -> Self {
        Self::new(&Value::Null)
    }
}

impl InitializationOptions {
    /// One option that makes no sense leaves the others as they are.
    pub(super) fn new(options: &Value) -> Self {
        let flag = |name: &str, default: bool| options.get(name).and_then(Value::as_bool).unwrap_or(default);
        Self {
            json_features: flag("jsonFeatures", true),
            yaml_features: flag("yamlFeatures", true),
            findings_in_hover: flag("findingsInHover", true),
            workspace_diagnostics: flag("workspaceDiagnostics", true),
            status_notifications: flag("statusNotifications", false),
            rule_uri: options.get("ruleUri").and_then(Value::as_str).map(str::to_owned),
            settings: options.get("settings").cloned().unwrap_or_default(),
        }
    }

    /// True when outline, folding and selection of a text are ours to give.
    pub(super) fn gives_structure_of(&self, snapshot: &Snapshot) -> bool {
        snapshot.is_ours()
            && match snapshot.document.format() {
                Format::Json => self.json_features,
                Format::Yaml => self.yaml_features,
            }
    }
}

/// What the server offers.
pub(super) fn of_server(support: &ClientSupport, options: &InitializationOptions) -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL_KIND, MIGRATE_KIND]),
        resolve_provider: Some(true),
        ..CodeActionOptions::default()
    };
    // In JSON a quote begins each name and word. Blanks, line breaks and dashes of YAML are no triggers: most of them stand
    // where nothing is to be offered, and each would make the text be read again; right behind a dash nothing may stand.
    let completion = CompletionOptions {
        trigger_characters: Some(vec!["\"".to_owned(), ":".to_owned()]),
        ..CompletionOptions::default()
    };
    let diagnostics = support.pulls_diagnostics.then(|| {
        DiagnosticServerCapabilities::Options(DiagnosticOptions {
            identifier: Some("v4ward".to_owned()),
            inter_file_dependencies: false,
            workspace_diagnostics: options.workspace_diagnostics,
            ..DiagnosticOptions::default()
        })
    });
    let folders =
        WorkspaceFoldersServerCapabilities { supported: Some(true), change_notifications: Some(OneOf::Left(true)) };
    let commands = ExecuteCommandOptions {
        commands: commands::NAMES.iter().map(|name| (*name).to_owned()).collect(),
        work_done_progress_options: WorkDoneProgressOptions { work_done_progress: Some(true) },
    };
    let structure = options.json_features || options.yaml_features;
    ServerCapabilities {
        position_encoding: Some(convert::encoding_kind(support.encoding)),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        completion_provider: Some(completion),
        definition_provider: Some(OneOf::Left(true)),
        diagnostic_provider: diagnostics,
        document_symbol_provider: structure.then_some(OneOf::Left(true)),
        folding_range_provider: structure.then_some(FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: structure.then_some(SelectionRangeProviderCapability::Simple(true)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        execute_command_provider: Some(commands),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(folders),
            ..WorkspaceServerCapabilities::default()
        }),
        ..ServerCapabilities::default()
    }
}
