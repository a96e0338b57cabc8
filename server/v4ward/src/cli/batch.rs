//! Many files at once, with results in the order of their paths and little memory.

use std::ops::ControlFlow;

use rayon::prelude::*;

use super::progress;
use crate::files::Input;
use crate::panics::{Panicked, guarded};

/// So many results are kept at a time.
const CHUNK: usize = 128;

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

#[cfg(test)]
mod tests {
    use std::panic;
    use std::path::Path;

    use super::*;
    use crate::cli::shown;
    use crate::panics::install_panic_hook;

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
                messages.extend(result.err().map(|panicked| panicked.about(&shown(&input.path))));
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
