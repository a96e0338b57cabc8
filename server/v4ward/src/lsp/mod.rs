//! The language server: `v4ward lsp`. What it offers is described in `docs/protocol.md`.
//!
//! * `handlers/`: one file per method of the protocol; `commands/`: one per command;
//! * `documents/`: the texts that are open, and what is known of each version of them;
//! * [`worker`]: the one thread that analyses and publishes;
//! * [`convert`]: the only place where byte offsets become positions and paths become URIs.

mod cancel;
mod capabilities;
mod commands;
mod convert;
mod diagnostics;
mod documents;
mod edits;
mod handlers;
mod input;
mod output;
mod progress;
mod repoint;
mod resources;
mod server;
mod settings;
mod state;
mod v4file;
mod worker;
mod workspace;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tower_lsp::jsonrpc::Error;
use tower_lsp::{LspService, Server};

use crate::cli::Exit;

/// So many messages are under way at a time; when there are more, all later ones wait, changes too. So nothing waits for
/// long: requests for the analysis of a text that is there, and one question for all diagnostics at a time.
const CONCURRENCY: usize = 64;

/// Serves one client on standard input and output until it says `exit` or goes away.
///
/// [`Exit::Found`] when it did so without `shutdown`, as the protocol asks.
pub(crate) fn run() -> Exit {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Exit::Internal;
    };
    let exit = runtime.block_on(serve());
    // A reader that waits for input must not keep us.
    runtime.shutdown_background();
    exit
}

async fn serve() -> Exit {
    let shutdown_seen = Arc::new(AtomicBool::new(false));
    let (service, socket) = LspService::build(server::Server::new)
        .custom_method(input::UNREADABLE, |_: &server::Server| async { Err::<(), _>(Error::parse_error()) })
        .custom_method(input::INVALID, |_: &server::Server| async { Err::<(), _>(Error::invalid_request()) })
        .custom_method("window/workDoneProgress/cancel", server::Server::work_done_progress_cancel)
        .finish();
    let input = input::Input::new(std::io::stdin(), Arc::clone(&shutdown_seen));
    let Ok(output) = output::Output::new() else { return Exit::Io };
    Server::new(input, output, socket).concurrency_level(CONCURRENCY).serve(cancel::Stoppable::new(service)).await;
    if shutdown_seen.load(Ordering::Relaxed) { Exit::Done } else { Exit::Found }
}
