//! Many files at once, with results in the order of their paths and little memory.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use rayon::prelude::*;

use super::progress;
use crate::files::Input;

/// So many results are kept at a time.
const CHUNK: usize = 128;

thread_local! {
    static PANIC_AT: Cell<Option<String>> = const { Cell::new(None) };
}

/// What went wrong in our own code, without what it was working on: the message of a panic can quote source text.
pub(crate) struct Panicked(String);

impl Panicked {
    /// The words for the user.
    pub(crate) fn message(&self, path: &Path) -> String {
        format!(
            "{}: internal error at {}; nothing was done with this file. Please report this, with the version from \
             `v4ward --version` and, if you can, the file without its secrets",
            super::shown(path),
            self.0
        )
    }

    /// The words for what belongs to no file.
    pub(crate) fn at_large(&self) -> String {
        format!("at {}. Please report this, with the version from `v4ward --version` and what was typed", self.0)
    }
}

/// Works on all inputs in parallel; hands the results over in their order, until told to stop.
pub(crate) fn run<T: Send>(
    inputs: &[Input],
    work: impl Fn(&Input) -> T + Sync,
    mut each: impl FnMut(&Input, Result<T, Panicked>) -> ControlFlow<()>,
) {
    let bar = progress::bar(inputs.len());
    for chunk in inputs.chunks(CHUNK) {
        let results: Vec<_> = match chunk {
            [input] => vec![guarded(|| work(input))],
            inputs => inputs.par_iter().map(|input| guarded(|| work(input))).collect(),
        };
        let flow = bar.suspend(|| chunk.iter().zip(results).try_for_each(|(input, result)| each(input, result)));
        bar.inc(chunk.len() as u64);
        if flow.is_break() {
            break;
        }
    }
    bar.finish_and_clear();
}

/// Runs something that must not bring the whole run down.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    panic::catch_unwind(AssertUnwindSafe(work))
        .map_err(|_| Panicked(PANIC_AT.take().unwrap_or_else(|| "an unknown place".to_owned())))
}

/// Keeps panics off standard error; [`Panicked`] tells of them instead.
pub(crate) fn install_panic_hook() {
    panic::set_hook(Box::new(|info| {
        PANIC_AT.set(info.location().map(|place| format!("{}:{}", place.file(), place.line())));
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_on_one_file_leaves_the_others_alone_and_names_file_and_place_only() {
        install_panic_hook();
        let inputs: Vec<Input> = (0..500).map(|i| Input::named(format!("{i}.json").into())).collect();
        let (mut seen, mut messages) = (0, Vec::new());
        run(
            &inputs,
            |input| assert!(!input.path.ends_with("77.json"), "hunter2"),
            |input, result| {
                assert_eq!(input.path, Path::new(&format!("{seen}.json")));
                seen += 1;
                messages.extend(result.err().map(|panicked| panicked.message(&input.path)));
                ControlFlow::Continue(())
            },
        );
        let _ = panic::take_hook();
        assert_eq!(seen, 500);
        assert_eq!(messages.len(), 1);
        assert!(messages[0].starts_with("77.json: internal error at server/v4ward/src/cli/batch.rs:"), "{messages:?}");
        assert!(!messages[0].contains("hunter2"));
    }

    #[test]
    fn stops_when_told_to() {
        let inputs: Vec<Input> = (0..500).map(|i| Input::named(format!("{i}.json").into())).collect();
        let mut seen = 0;
        run(
            &inputs,
            |_| (),
            |_, _| {
                seen += 1;
                if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        assert_eq!(seen, 3);
    }
}
