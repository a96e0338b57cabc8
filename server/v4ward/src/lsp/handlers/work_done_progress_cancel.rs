//! `window/workDoneProgress/cancel`

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tower_lsp::ls_types::WorkDoneProgressCancelParams;

use crate::lsp::state::State;

pub(in crate::lsp) fn handle(state: &Arc<State>, params: &WorkDoneProgressCancelParams) {
    if let Some(stop) = state.runs().get(&params.token) {
        stop.store(true, Ordering::Relaxed);
    }
}
