//! One file per method of the protocol.

pub(super) mod code_action;
pub(super) mod code_action_resolve;
pub(super) mod code_lens;
pub(super) mod completion;
pub(super) mod diagnostic;
pub(super) mod did_change;
pub(super) mod did_change_configuration;
pub(super) mod did_change_watched_files;
pub(super) mod did_change_workspace_folders;
pub(super) mod did_close;
pub(super) mod did_open;
pub(super) mod did_save;
pub(super) mod document_symbol;
pub(super) mod folding_range;
pub(super) mod goto_definition;
pub(super) mod hover;
pub(super) mod initialize;
pub(super) mod initialized;
pub(super) mod selection_range;
pub(super) mod status;
pub(super) mod work_done_progress_cancel;
pub(super) mod workspace_diagnostic;
