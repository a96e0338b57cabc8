//! Keeping a fault of our own away from everything else.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    static PANIC_AT: Cell<Option<String>> = const { Cell::new(None) };
}

/// What went wrong in our own code, without what it was working on: the message of a panic can quote source text.
pub(crate) struct Panicked(String);

impl Panicked {
    /// The words for the user about a file, named as it is to be shown.
    pub(crate) fn about(&self, file: &str) -> String {
        format!(
            "{file}: internal error at {}; nothing was done with this file. Please report this, with the version from \
             `v4ward --version` and, if you can, the file without its secrets",
            self.0
        )
    }

    /// The words for what belongs to no file.
    pub(crate) fn at_large(&self) -> String {
        format!("at {}. Please report this, with the version from `v4ward --version` and what was typed", self.0)
    }
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
