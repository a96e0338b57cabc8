//! The progress bar of long runs.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Fewer files are done before anybody could look at a bar.
const MIN_FILES: usize = 300;

/// A bar on standard error when that is a terminal and there is much to do.
pub(crate) fn bar(files: usize) -> ProgressBar {
    if files < MIN_FILES || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files  {eta} left") {
        bar.set_style(style);
    }
    bar
}
