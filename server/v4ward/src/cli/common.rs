//! What the commands on files share.

use std::path::{Path, PathBuf};

use v4ward_migration::rules;

use super::console::Console;
use super::exit::Exit;
use super::render::json::ErrorReport;
use super::shown;
use crate::config::{Settings, near_rule};
use crate::files::{self, Walk};

/// So many paths are named where nothing was found.
const NAMED: usize = 5;

/// The files of a command with their settings.
pub(super) struct Workload {
    pub(super) walk: Walk,
    pub(super) settings: Settings,
    /// Exit 3 when there are `errors`.
    pub(super) exit: Exit,
    /// Paths that lead nowhere, with the message that was printed.
    errors: Vec<(PathBuf, String)>,
}

impl Workload {
    /// Finds the files and reads their settings. Wrong settings end the command before anything is done.
    pub(super) fn find(paths: &[PathBuf], console: &mut Console) -> Result<Self, Exit> {
        let mut walk = files::walk(paths);
        let settings = Settings::read(&walk.inputs).map_err(|errors| {
            for error in &errors {
                console.complain("error", error);
            }
            Exit::Usage
        })?;
        let errors: Vec<(PathBuf, String)> = std::mem::take(&mut walk.errors)
            .into_iter()
            .map(|(path, message)| {
                let message = about(&path, message);
                console.complain("error", &message);
                (path, message)
            })
            .collect();
        let exit = if errors.is_empty() { Exit::Done } else { Exit::Io };
        Ok(Self { walk, settings, exit, errors })
    }

    /// The same, where rules look at what other files say too.
    pub(super) fn find_with_surroundings(paths: &[PathBuf], console: &mut Console) -> Result<Self, Exit> {
        let mut workload = Self::find(paths, console)?;
        workload.settings.surround(files::cluster(&workload.walk.inputs));
        Ok(workload)
    }

    /// The paths that lead nowhere, for JSON.
    pub(super) fn errors(&self) -> Vec<ErrorReport> {
        let report = |(path, message): &(PathBuf, String)| ErrorReport {
            path: path.to_string_lossy().into_owned(),
            message: message.clone(),
        };
        self.errors.iter().map(report).collect()
    }

    /// Complains when nothing at all was found in what was named: a pipeline must not take that for success.
    pub(super) fn expect_some(&self, definitions: usize, what: &str, console: &mut Console) -> Exit {
        if definitions > 0 || self.exit != Exit::Done {
            return Exit::Done;
        }
        let files = self.walk.inputs.iter().filter(|input| !input.found()).map(|input| &input.path);
        let named: Vec<String> = self.walk.folders.iter().chain(files).map(|path| shown(path)).collect();
        let more = named.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let named = named[..named.len().min(NAMED)].join(", ");
        console.complain("error", &format!("no {what} found in {named}{more}"));
        Exit::Io
    }
}

/// `path: message`
pub(super) fn about(path: &Path, message: impl std::fmt::Display) -> String {
    format!("{}: {message}", shown(path))
}

/// Complains about rule ids that do not exist.
pub(super) fn known_rules<'i>(ids: impl Iterator<Item = &'i str>, console: &mut Console) -> Result<(), Exit> {
    let mut result = Ok(());
    for id in ids.filter(|id| rules::find(id).is_none()) {
        let near = near_rule(id);
        let id = super::console::printable(id);
        console.complain("error", &format!("there is no rule \"{id}\"{near}\nThe list of rules: v4ward explain"));
        result = Err(Exit::Usage);
    }
    result
}

/// The paths of a command as a shell takes them, for a command that is proposed.
pub(super) fn for_shell(paths: &[PathBuf]) -> String {
    if paths.len() > 3 {
        return "PATH...".to_owned();
    }
    let quoted = paths.iter().map(|path| {
        // What begins like an option would be taken for one.
        let path = if path.to_string_lossy().starts_with('-') { Path::new(".").join(path) } else { path.clone() };
        let path = shown(&path);
        let plain = path.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+' | ','));
        if plain && !path.is_empty() { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
    });
    quoted.collect::<Vec<_>>().join(" ")
}
