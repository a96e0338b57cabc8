//! Work that takes a while: telling how far it is, and stopping it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tower_lsp::Client;
use tower_lsp::ls_types::ProgressToken;

use super::cancel;
use super::state::State;

/// Somebody asked for it to stop.
#[derive(Debug)]
pub(super) struct Cancelled;

/// A run that can be told of and stopped.
#[derive(Clone)]
pub(super) struct Run {
    stop: Arc<AtomicBool>,
    steps: UnboundedSender<Step>,
}

struct Step {
    percentage: u32,
    message: String,
}

/// Stops its run when the request that it serves is dropped, as most are when they are cancelled.
pub(super) struct Guard {
    stop: Arc<AtomicBool>,
    /// The report to a token of the client's.
    report: Option<JoinHandle<()>>,
}

impl Guard {
    /// Lets the report come to its end, once the run is dropped: a token is only good until the request is answered.
    pub(super) async fn finish(mut self) {
        if let Some(report) = self.report.take() {
            // The client is only told, not asked, so this takes no time.
            let _ = report.await;
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Run {
    /// A run for a request. `token` is the client's; without one, clients that know progress are asked for one.
    pub(super) fn new(state: &Arc<State>, title: &'static str, token: Option<ProgressToken>) -> (Self, Guard) {
        let (steps, receiver) = unbounded_channel();
        let stop = cancel::stop_flag();
        // A client is asked without waiting for it; meanwhile the work goes on.
        let is_of_client = token.is_some();
        let report = tokio::spawn(report(Arc::clone(state), title, token, receiver, Arc::clone(&stop)));
        (Self { stop: Arc::clone(&stop), steps }, Guard { stop, report: Some(report).filter(|_| is_of_client) })
    }

    /// Between two parts of the work: `done` of `total`.
    pub(super) fn step(&self, done: usize, total: usize) -> Result<(), Cancelled> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Cancelled);
        }
        let percentage = (done * 100).checked_div(total).unwrap_or(0);
        let percentage = u32::try_from(percentage).unwrap_or(100);
        // Nobody may listen.
        let _ = self.steps.send(Step { percentage, message: format!("{done} of {total}") });
        Ok(())
    }
}

/// Tells the client of the steps until the run is over.
async fn report(
    state: Arc<State>,
    title: &'static str,
    token: Option<ProgressToken>,
    mut steps: UnboundedReceiver<Step>,
    stop: Arc<AtomicBool>,
) {
    // What is over at once is not worth telling.
    let Some(first) = steps.recv().await else { return };
    let token = match token {
        Some(token) => token,
        None if state.support().progress => {
            tokio::time::sleep(PATIENCE).await;
            if steps.is_closed() {
                return;
            }
            match ask_for_token(&state.client).await {
                Some(token) => token,
                None => return,
            }
        }
        None => return,
    };
    state.runs().insert(token.clone(), stop);
    let progress = state.client.progress(token.clone(), title).with_message(first.message);
    let progress = progress.with_percentage(first.percentage).with_cancel_button().begin().await;
    while let Some(mut step) = steps.recv().await {
        while let Ok(newer) = steps.try_recv() {
            step = newer;
        }
        progress.report_with_message(step.message, step.percentage, None).await;
    }
    progress.finish().await;
    state.runs().remove(&token);
}

/// A person notices what takes longer.
const PATIENCE: std::time::Duration = std::time::Duration::from_millis(300);

async fn ask_for_token(client: &Client) -> Option<ProgressToken> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let token = ProgressToken::String(format!("v4ward/{}", NEXT.fetch_add(1, Ordering::Relaxed)));
    client.create_work_done_progress(token.clone()).await.ok().map(|()| token)
}
