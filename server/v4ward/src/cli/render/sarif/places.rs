//! Where files are, as addresses.

use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::objects::ArtifactLocation;

/// What relative addresses are below.
pub(super) const ROOT: &str = "SRCROOT";
/// Where files are, as addresses.
pub(crate) struct Places {
    /// The folder of the repository, or else the one in which v4ward runs.
    root: PathBuf,
    here: PathBuf,
}

impl Places {
    /// Seen from the folder in which v4ward runs.
    pub(crate) fn of_here() -> Self {
        let here = env::current_dir().unwrap_or_default();
        let root = here.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&here).to_owned();
        Self { root, here }
    }

    pub(super) fn artifact(&self, path: &Path) -> ArtifactLocation {
        let whole = normal(&self.here.join(path));
        let below = whole.strip_prefix(&self.root).map(Path::to_owned).ok().or_else(|| {
            // The same folder can have two names.
            let (whole, root) = (fs::canonicalize(&whole).ok()?, fs::canonicalize(&self.root).ok()?);
            whole.strip_prefix(root).map(Path::to_owned).ok()
        });
        match below {
            Some(below) => ArtifactLocation { uri: address(&below), uri_base_id: Some(ROOT) },
            None => {
                let address = address(&whole);
                let slash = if address.starts_with('/') { "" } else { "/" };
                ArtifactLocation { uri: format!("file://{slash}{address}"), uri_base_id: None }
            }
        }
    }
}

/// A path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            part => out.push(part),
        }
    }
    out
}

/// A path as it stands in an address.
fn address(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_the_root_of_the_repository() {
        let places = Places { root: "/repo".into(), here: "/repo/apis".into() };
        let uri = |path: &str| places.artifact(Path::new(path)).uri;
        assert_eq!(uri("a b.json"), "apis/a%20b.json");
        assert_eq!(uri("./x/../é.json"), "apis/%C3%A9.json");
        assert_eq!(uri("../other/a.json"), "other/a.json");
        assert_eq!(uri("/repo/apis/a.json"), "apis/a.json");
        assert_eq!(uri("../../elsewhere/a.json"), "file:///elsewhere/a.json");
    }
}
