//! How a run ends.

use std::process::ExitCode;

/// Exit codes, the gravest last: of several reasons the gravest decides.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) enum Exit {
    /// Done.
    #[default]
    Done,
    /// Something was found, or refused.
    Found,
    /// An input could not be read, or an output not written.
    Io,
    /// Wrong usage or configuration.
    Usage,
    /// Our fault.
    Internal,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Found => 1,
            Exit::Usage => 2,
            Exit::Io => 3,
            Exit::Internal => 70,
        })
    }
}
