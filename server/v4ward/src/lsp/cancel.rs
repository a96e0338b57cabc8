//! Cancelling requests that write files.
//!
//! The framework drops what a cancelled request does and answers at once. A file that is being written just then is written
//! all the same, and no answer tells of it. So a cancelled `v4ward.migrate` is only asked to stop: it ends after the file
//! that it is at, and its answer has all that was done. This is a service around that of the framework, which does not tell
//! handlers the ids of their requests.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use serde::Deserialize as _;
use tower_lsp::jsonrpc::{Id, Request, Response};
use tower_service::Service;

use super::commands;
use super::state::lock;

tokio::task_local! {
    /// The flag that stops the request whose handler runs.
    static STOP: Arc<AtomicBool>;
}

/// The flag that stops the request that is handled here. One that nobody else knows for requests that the framework drops.
pub(super) fn stop_flag() -> Arc<AtomicBool> {
    STOP.try_with(Arc::clone).unwrap_or_default()
}

/// A service in which requests that write are asked to stop when they are cancelled.
pub(super) struct Stoppable<S> {
    inner: S,
    writing: Writing,
}

/// Requests that write and are not answered yet, each with the flag that stops it.
type Writing = Arc<Mutex<HashMap<Id, Arc<AtomicBool>>>>;

impl<S> Stoppable<S> {
    pub(super) fn new(inner: S) -> Self {
        Self { inner, writing: Writing::default() }
    }

    /// Stops the request that a notification cancels, if it is one of ours.
    fn stop(&self, cancel: &Request) -> bool {
        let id = cancel.params().and_then(|params| params.get("id")).and_then(|id| Id::deserialize(id).ok());
        let writing = lock(&self.writing);
        let stop = id.and_then(|id| writing.get(&id));
        stop.inspect(|stop| stop.store(true, Ordering::Relaxed)).is_some()
    }

    /// Remembers a request until its entry is dropped. One whose id is in use is left to the framework, which refuses it.
    fn enter(&self, id: &Id) -> Option<Entered> {
        let stop = match lock(&self.writing).entry(id.clone()) {
            Entry::Vacant(entry) => Arc::clone(entry.insert(Arc::default())),
            Entry::Occupied(_) => return None,
        };
        Some(Entered { id: id.clone(), stop, writing: Arc::clone(&self.writing) })
    }
}

impl<S> Service<Request> for Stoppable<S>
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    /// Called in the order of the messages, so a cancellation counts too when the handler has not started yet.
    fn call(&mut self, request: Request) -> Self::Future {
        if request.method() == "$/cancelRequest" && self.stop(&request) {
            return Box::pin(async { Ok(None) });
        }
        let entered = request.id().filter(|_| writes(&request)).and_then(|id| self.enter(id));
        let answer = self.inner.call(request);
        match entered {
            Some(entered) => Box::pin(async move { STOP.scope(Arc::clone(&entered.stop), answer).await }),
            None => Box::pin(answer),
        }
    }
}

fn writes(request: &Request) -> bool {
    let command = || request.params()?.get("command")?.as_str();
    request.method() == "workspace/executeCommand" && command() == Some(commands::MIGRATE)
}

/// A request that is remembered.
struct Entered {
    id: Id,
    stop: Arc<AtomicBool>,
    writing: Writing,
}

impl Drop for Entered {
    fn drop(&mut self) {
        lock(&self.writing).remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::task::Waker;

    use serde_json::{Value, json};

    use super::*;

    /// Answers whether the request is to stop, when it is first looked at; forgets cancellations.
    struct Inner;

    impl Service<Request> for Inner {
        type Response = Option<Response>;
        type Error = Infallible;
        type Future = Pin<Box<dyn Future<Output = Result<Option<Response>, Infallible>> + Send>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request) -> Self::Future {
            let stopped = || json!(stop_flag().load(Ordering::Relaxed));
            Box::pin(async move { Ok(request.id().map(|id| Response::from_ok(id.clone(), stopped()))) })
        }
    }

    type Answer = <Stoppable<Inner> as Service<Request>>::Future;

    fn command(service: &mut Stoppable<Inner>, id: Id, command: &'static str) -> Answer {
        let params = json!({"command": command, "arguments": []});
        service.call(Request::build("workspace/executeCommand").params(params).id(id).finish())
    }

    fn cancel(service: &mut Stoppable<Inner>, params: Value) {
        let answer = service.call(Request::build("$/cancelRequest").params(params).finish());
        assert!(result(answer).is_none());
    }

    fn result(mut answer: Answer) -> Option<Value> {
        let Poll::Ready(Ok(response)) = answer.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("nothing waits here");
        };
        response.and_then(|response| response.result().cloned())
    }

    #[test]
    fn a_request_that_writes_is_asked_to_stop_before_it_starts() {
        let mut service = Stoppable::new(Inner);
        for id in [Id::Number(1), Id::Number(1 << 40), Id::String("1".to_owned())] {
            let first = command(&mut service, id.clone(), commands::MIGRATE);
            let other = command(&mut service, Id::Number(2), commands::MIGRATE);
            cancel(&mut service, json!({"id": id}));
            assert_eq!((result(first), result(other)), (Some(json!(true)), Some(json!(false))), "{id}");
        }
    }

    #[test]
    fn a_request_is_forgotten_when_it_ends_or_is_dropped() {
        let mut service = Stoppable::new(Inner);
        let (first, second) = (Id::Number(1), Id::Number(2));
        let answer = command(&mut service, first.clone(), commands::MIGRATE);
        drop(command(&mut service, second, commands::MIGRATE));
        // Another one with an id in use does not take its place.
        let refused = command(&mut service, first.clone(), commands::MIGRATE);
        assert_eq!(result(refused), Some(json!(false)));
        assert_eq!(lock(&service.writing).keys().collect::<Vec<_>>(), [&first]);
        assert_eq!(result(answer), Some(json!(false)));
        assert!(lock(&service.writing).is_empty());
        cancel(&mut service, json!({"id": 1}));
        let again = command(&mut service, first, commands::MIGRATE);
        assert_eq!(result(again), Some(json!(false)));
    }

    #[test]
    fn other_requests_and_odd_cancellations_are_for_the_framework() {
        let mut service = Stoppable::new(Inner);
        let other = command(&mut service, Id::Number(1), commands::FIX_ALL);
        let migration = command(&mut service, Id::Number(2), commands::MIGRATE);
        for params in [json!({"id": 1}), json!({"id": 3}), json!({"id": "2"}), json!({"id": [2]}), json!({}), json!([])]
        {
            cancel(&mut service, params);
        }
        assert_eq!((result(other), result(migration)), (Some(json!(false)), Some(json!(false))));
    }
}
