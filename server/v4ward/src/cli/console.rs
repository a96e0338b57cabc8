//! Standard output and standard error.

use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};

use super::args::ColorChoice;
use super::exit::Exit;

/// Where a command writes. A reader that goes away (`v4ward check | head`) is no error: the rest is not printed.
pub(crate) struct Console {
    out: BufWriter<StdoutLock<'static>>,
    closed: bool,
    error: Option<io::Error>,
    /// Colours on standard output.
    pub(crate) styled: bool,
    /// Colours on standard error.
    styled_errors: bool,
}

impl Console {
    pub(crate) fn new(color: ColorChoice) -> Self {
        let styled = |is_terminal: bool| match color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && colours_wanted(),
        };
        Self {
            out: BufWriter::with_capacity(64 * 1024, io::stdout().lock()),
            closed: false,
            error: None,
            styled: styled(io::stdout().is_terminal()),
            styled_errors: styled(io::stderr().is_terminal()),
        }
    }

    /// Prints a text as it is.
    pub(crate) fn print(&mut self, text: &str) {
        if !self.closed {
            let result = self.out.write_all(text.as_bytes());
            self.note(result);
        }
    }

    /// Prints a message to standard error, after what was printed before.
    pub(crate) fn complain(&mut self, level: &str, message: &str) {
        self.flush();
        let level = if self.styled_errors { format!("\x1b[1;31m{level}\x1b[0m") } else { level.to_owned() };
        // Nobody is left to be told when this fails.
        let _ = writeln!(io::stderr().lock(), "{level}: {message}");
    }

    /// Prints a text that is made already to standard error.
    pub(crate) fn print_error(&mut self, text: &str) {
        self.flush();
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// True when nobody reads standard output any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// True when errors are shown in colour.
    pub(crate) fn errors_styled(&self) -> bool {
        self.styled_errors
    }

    /// Ends the output and tells whether all of it could be written.
    pub(crate) fn finish(mut self) -> Exit {
        self.flush();
        match self.error.take() {
            None => Exit::Done,
            Some(error) => {
                self.complain("error", &format!("the output could not be written: {error}"));
                Exit::Io
            }
        }
    }

    fn flush(&mut self) {
        if !self.closed {
            let result = self.out.flush();
            self.note(result);
        }
    }

    fn note(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.closed = true;
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.error = Some(error);
            }
        }
    }
}

fn colours_wanted() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// A text from a file or a file name, made fit for a terminal: control characters could do anything there.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unfit) {
        Cow::Owned(text.chars().map(|c| if is_unfit(c) { '\u{fffd}' } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Control characters, and those that turn the direction of what follows.
fn is_unfit(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
