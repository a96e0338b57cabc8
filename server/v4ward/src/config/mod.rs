//! Settings: the `v4ward.toml` nearest above each file.

mod parse;
mod plugin_schemas;
mod rule_ids;
mod suppress;

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use v4ward_migration::Options;
use v4ward_migration::cluster::Cluster;
use v4ward_syntax::{LineIndex, PositionEncoding, Span};

use crate::files::Input;
use crate::files::read::{ReadError, read};

pub(crate) use parse::{Beside, Problem, parse};
pub(crate) use rule_ids::{is_rule, is_rule_of_v4, near_rule};
pub(crate) use suppress::{Ledger, Stale, StaleEntry, seen_from};
use v4ward_migration::suggest::did_you_mean;

/// The name of a settings file.
pub(crate) const FILE_NAME: &str = "v4ward.toml";

/// The settings of many files. Reading comes first, so that nothing is done when any of them is wrong.
#[derive(Default)]
pub(crate) struct Settings {
    /// By folder as written in paths.
    by_folder: HashMap<PathBuf, Arc<Options>>,
    /// Files that have settings of their own: those that suppressions name.
    by_file: HashMap<PathBuf, Arc<Options>>,
    default: Arc<Options>,
    /// The suppressions for all of them.
    pub(crate) ledger: Ledger,
}

impl Settings {
    /// Reads the settings of all inputs; the errors are lines for the user.
    pub(crate) fn read(inputs: &[Input]) -> Result<Self, Vec<String>> {
        let (mut settings, mut finder) = (Self::default(), Finder::default());
        for input in inputs {
            let folder = folder_of(&input.path);
            if !settings.by_folder.contains_key(folder) {
                settings.by_folder.insert(folder.to_owned(), finder.of(folder));
            }
            let shared = finder.of(folder);
            if let Some(path) = finder.with_suppressions(&input.path) {
                settings.ledger.note(&shared.suppressions, &path);
                settings.by_file.insert(input.path.clone(), finder.of_file(&input.path));
            }
        }
        let errors: Vec<String> = finder.problems.iter().map(FileProblem::to_string).collect();
        if errors.is_empty() { Ok(settings) } else { Err(errors) }
    }

    /// Tells the rules what other custom resources there are.
    pub(crate) fn surround(&mut self, cluster: Cluster) {
        let cluster = Arc::new(cluster);
        let own = self.by_folder.values_mut().chain(self.by_file.values_mut());
        for options in own.chain([&mut self.default]) {
            Arc::make_mut(options).cluster = Arc::clone(&cluster);
        }
    }

    /// The settings for a file.
    pub(crate) fn of(&self, path: &Path) -> &Options {
        self.by_file.get(path).or_else(|| self.by_folder.get(folder_of(path))).unwrap_or(&self.default)
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The text of a settings file, without a byte order mark.
pub(crate) fn read_text(path: &Path) -> Result<String, ReadError> {
    let text = v4ward_syntax::decode(read(path)?).map_err(ReadError::Decode)?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Something wrong with a settings file.
#[derive(Clone, Debug)]
pub(crate) struct FileProblem {
    /// The file.
    pub(crate) path: PathBuf,
    /// Its text, if it could be read.
    pub(crate) text: Arc<str>,
    /// What is wrong where; at the start for a file that could not be read.
    pub(crate) problem: Problem,
    /// It does no harm.
    pub(crate) is_warning: bool,
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, text, problem, .. } = self;
        if text.is_empty() {
            return write!(f, "{}: {}", path.display(), problem.message);
        }
        let at = LineIndex::new(text).position(text, problem.span.start, PositionEncoding::Utf32);
        write!(f, "{}:{}:{}: {}", path.display(), at.line + 1, at.column + 1, problem.message)
    }
}

/// Finds and reads settings files, each once.
#[derive(Default)]
pub(crate) struct Finder {
    /// What counts where no file says otherwise.
    base: Arc<Options>,
    /// By folder as it was asked for.
    by_name: HashMap<PathBuf, Arc<Options>>,
    /// By file, for those that suppressions name.
    by_file: HashMap<PathBuf, Arc<Options>>,
    /// By real folder.
    known: HashMap<PathBuf, Option<Arc<Options>>>,
    /// What was wrong in those that were read; these count as empty.
    pub(crate) problems: Vec<FileProblem>,
    /// Folders with schemas of plugins.
    schema_folders: Vec<PathBuf>,
    /// What does no harm in those that were read.
    pub(crate) warnings: Vec<FileProblem>,
}

impl Finder {
    /// A finder that has read nothing yet.
    pub(crate) fn over(base: Arc<Options>) -> Self {
        Self { base, ..Self::default() }
    }

    /// Forgets what was read, since it may have changed.
    pub(crate) fn forget(&mut self) {
        *self = Self::over(self.base.clone());
    }

    /// Tells the rules what other custom resources there are.
    pub(crate) fn surround(&mut self, cluster: &Arc<Cluster>) {
        let known = self.known.values_mut().flatten();
        let own = self.by_name.values_mut().chain(self.by_file.values_mut());
        for options in known.chain(own).chain([&mut self.base]) {
            Arc::make_mut(options).cluster = Arc::clone(cluster);
        }
    }

    /// What counts where no file says otherwise.
    pub(crate) fn base(&self) -> Arc<Options> {
        self.base.clone()
    }

    /// True for a file that may be one of the schemas of plugins that settings files name.
    pub(crate) fn is_schema(&self, path: &Path) -> bool {
        let folder = folder_of(path);
        let real = fs::canonicalize(folder);
        let folder = real.as_deref().unwrap_or(folder);
        self.schema_folders.iter().any(|known| folder.starts_with(known))
    }

    /// The settings for the files of a folder.
    pub(crate) fn of(&mut self, folder: &Path) -> Arc<Options> {
        if let Some(known) = self.by_name.get(folder) {
            return known.clone();
        }
        let real = fs::canonicalize(folder).ok();
        let options = real.and_then(|real| self.above(&real)).unwrap_or_else(|| self.base.clone());
        self.by_name.insert(folder.to_owned(), options.clone());
        options
    }

    /// The settings for a file.
    pub(crate) fn of_file(&mut self, path: &Path) -> Arc<Options> {
        if let Some(known) = self.by_file.get(path) {
            return known.clone();
        }
        let shared = self.of(folder_of(path));
        let Some(seen) = self.with_suppressions(path) else { return shared };
        let mut own = (*shared).clone();
        own.suppressions = shared.suppressions.for_file(&seen, suppress::today());
        let own = Arc::new(own);
        self.by_file.insert(path.to_owned(), own.clone());
        own
    }

    /// The path of a file as seen from its settings file, when that has suppressions.
    fn with_suppressions(&mut self, path: &Path) -> Option<String> {
        let shared = self.of(folder_of(path));
        let suppressions = &shared.suppressions;
        if suppressions.entries.is_empty() { None } else { suppress::seen_from(&suppressions.home, path) }
    }

    /// The settings in a folder or the nearest one above.
    fn above(&mut self, folder: &Path) -> Option<Arc<Options>> {
        let mut passed = Vec::new();
        let mut found = None;
        for folder in folder.ancestors() {
            if let Some(known) = self.known.get(folder) {
                found.clone_from(known);
                break;
            }
            passed.push(folder);
            found = self.read(&folder.join(FILE_NAME));
            if found.is_some() {
                break;
            }
        }
        for folder in passed {
            self.known.insert(folder.to_owned(), found.clone());
        }
        found
    }

    fn read(&mut self, path: &Path) -> Option<Arc<Options>> {
        let told = |text: &str, problem, is_warning| FileProblem {
            path: path.to_owned(),
            text: text.into(),
            problem,
            is_warning,
        };
        let problem = |text: &str, problem| told(text, problem, false);
        let text = match read_text(path) {
            Ok(text) => text,
            Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                let message = error.to_string();
                self.problems.push(problem("", Problem { span: Span::empty(0), message }));
                return Some(self.base.clone());
            }
        };
        let mut beside = Beside { folder: path.parent()?, schema_folders: Vec::new() };
        let read = parse(&text, &self.base, Some(&mut beside));
        self.schema_folders.append(&mut beside.schema_folders);
        match read {
            Ok(mut options) => {
                options.suppressions.home = path.parent().unwrap_or(path).to_owned();
                self.warnings.extend(suppress::expired(&options).into_iter().map(|it| told(&text, it, true)));
                Some(Arc::new(options))
            }
            Err(problems) => {
                self.problems.extend(problems.into_iter().map(|it| problem(&text, it)));
                Some(self.base.clone())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_above_counts() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::create_dir_all(root.join("c")).unwrap();
        fs::write(root.join("v4ward.toml"), "gateway-timeout-ms = 1").unwrap();
        fs::write(root.join("a/v4ward.toml"), "custom-policies = ['x']").unwrap();
        let inputs: Vec<Input> =
            ["a/b/x.json", "c/x.json", "x.json"].iter().map(|path| Input::named(root.join(path))).collect();
        let settings = Settings::read(&inputs).unwrap();
        let timeouts: Vec<u64> = inputs.iter().map(|input| settings.of(&input.path).gateway_timeout_ms).collect();
        assert_eq!(timeouts, [30_000, 1, 1]);
    }
}
