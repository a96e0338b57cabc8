//! Settings: those of the client, over which each folder's `v4ward.toml` lies.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use v4ward_migration::Options;
use v4ward_migration::cluster::Cluster;

use crate::config::{self, FileProblem, Finder};

const LIMIT_KEY: &str = "max-document-megabytes";
const DEFAULT_LIMIT: u64 = 16;
const MEGABYTE: u64 = 1_000_000;
/// Settings of the client itself, not ours.
const OF_CLIENT: &[&str] = &["server", "trace", "workspace-diagnostics"];

/// All settings.
pub(super) struct Settings {
    finder: Finder,
    limit: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { finder: Finder::default(), limit: DEFAULT_LIMIT * MEGABYTE }
    }
}

impl Settings {
    /// Takes over the client's section. What is wrong in it is told and left out.
    pub(super) fn set(&mut self, section: &Value) -> Vec<String> {
        let (mut options, limit, problems) = read(section);
        options.cluster = Arc::clone(&self.finder.base().cluster);
        *self = Self { finder: Finder::over(Arc::new(options)), limit };
        problems
    }

    /// Forgets what was read of files. Those with problems are read again at once, so that what is mended is known.
    pub(super) fn forget_files(&mut self) {
        let wrong: Vec<PathBuf> = self.finder.problems.iter().map(|problem| problem.path.clone()).collect();
        self.finder.forget();
        for folder in wrong.iter().filter_map(|path| path.parent()) {
            self.finder.of(folder);
        }
    }

    /// Tells the rules what custom resources the workspace has.
    pub(super) fn surround(&mut self, cluster: &Arc<Cluster>) {
        self.finder.surround(cluster);
    }

    /// The options for a document; those of the client for one that is no file.
    pub(super) fn of(&mut self, path: Option<&Path>) -> Arc<Options> {
        match path.and_then(Path::parent) {
            Some(folder) => self.finder.of(folder),
            None => self.finder.base(),
        }
    }

    /// True for a file that settings depend on.
    pub(super) fn depend_on(&self, path: &Path) -> bool {
        path.ends_with(config::FILE_NAME) || self.finder.is_schema(path)
    }

    /// The length of texts that are still analysed, in bytes.
    pub(super) fn limit(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }

    /// What is wrong in the settings files that were read so far.
    pub(super) fn problems(&self) -> &[FileProblem] {
        &self.finder.problems
    }
}

/// The options, the limit in bytes, and what is wrong.
fn read(section: &Value) -> (Options, u64, Vec<String>) {
    let (mut options, mut limit, mut problems) = (Options::default(), DEFAULT_LIMIT * MEGABYTE, Vec::new());
    for (key, value) in section.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        if key == LIMIT_KEY {
            match value.as_u64().filter(|limit| *limit > 0) {
                Some(number) => limit = number.saturating_mul(MEGABYTE),
                None => problems.push(format!("\"{LIMIT_KEY}\" is a whole number above 0")),
            }
        } else if !OF_CLIENT.contains(&key.as_str()) {
            match config::parse(&as_toml(key, value), &options, None) {
                Ok(read) => options = read,
                Err(wrong) => problems.extend(wrong.into_iter().map(|problem| about(key, problem.message))),
            }
        }
    }
    (options, limit, problems)
}

/// A message that names its setting.
fn about(key: &str, message: String) -> String {
    if message.contains(key) { message } else { format!("\"{key}\": {message}") }
}

/// One setting as `v4ward.toml` would have it, so that it is read and judged in the same way.
fn as_toml(key: &str, value: &Value) -> String {
    let quoted = |text: &str| Value::from(text).to_string();
    match value {
        Value::Object(members) => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            let lines = members.map(|(key, value)| format!("{} = {value}\n", quoted(key)));
            format!("[{}]\n{}", quoted(key), lines.collect::<String>())
        }
        value => format!("{} = {value}\n", quoted(key)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use v4ward_migration::{IdPolicy, Severity};

    use super::*;

    #[test]
    fn the_keys_of_the_file_are_settings_too() {
        let section = json!({
            "target-version": null,
            "custom-policies": ["a\"b", "c"],
            "gateway-timeout-ms": 5000,
            "ids": "new",
            "rules": {"unknown-property": "warning", "wrong-type": null},
            "max-document-megabytes": 2,
            "server": {"path": "x"},
        });
        let (options, limit, problems) = read(&section);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(options.custom_policies, ["a\"b", "c"]);
        assert_eq!((options.gateway_timeout_ms, options.ids, limit), (5000, IdPolicy::New, 2_000_000));
        assert_eq!(options.rules.len(), 1);
        assert_eq!(options.rules["unknown-property"], Some(Severity::Warning));
    }

    #[test]
    fn what_is_wrong_is_told_and_the_rest_counts() {
        let section = json!({"ids": "old", "colour": 1, "max-document-megabytes": -1, "custom-policies": [1],
            "rules": {"unknown-property": {"a": 1}}, "gateway-timeout-ms": 7});
        let (options, _, problems) = read(&section);
        assert_eq!(options.gateway_timeout_ms, 7);
        assert_eq!(problems.len(), 5, "{problems:?}");
        assert_eq!(read(&Value::from("x")).2, Vec::<String>::new());
    }
}
