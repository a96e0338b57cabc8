//! Files to be written, or to be compared with what is there.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Mode;

/// What generated files should hold; paths are relative to the root of the repository.
#[derive(Default)]
pub(super) struct Output {
    files: Vec<(PathBuf, String)>,
    surplus: Vec<PathBuf>,
}

impl Output {
    /// The file should hold this.
    pub(super) fn file(&mut self, path: impl Into<PathBuf>, text: String) {
        self.files.push((path.into(), text));
    }

    /// The file should not be there.
    #[cfg_attr(not(feature = "pages"), allow(dead_code, reason = "only pages become surplus"))]
    pub(super) fn surplus(&mut self, path: impl Into<PathBuf>) {
        self.surplus.push(path.into());
    }

    /// Writes what is stale, or names it; false when something is stale and was left.
    pub(super) fn settle(&self, root: &Path, mode: Mode) -> Result<bool> {
        let mut fresh = true;
        for (path, text) in &self.files {
            if fs::read_to_string(root.join(path)).is_ok_and(|old| &old == text) {
                continue;
            }
            if mode == Mode::Check {
                eprintln!("stale: {}", path.display());
                fresh = false;
            } else {
                write(&root.join(path), text)?;
                println!("wrote {}", path.display());
            }
        }
        for path in &self.surplus {
            if mode == Mode::Check {
                eprintln!("stale: {} belongs to no rule", path.display());
                fresh = false;
            } else {
                fs::remove_file(root.join(path)).with_context(|| format!("cannot remove {}", path.display()))?;
                println!("removed {}", path.display());
            }
        }
        if !fresh {
            eprintln!("`cargo xtask generate` writes them anew");
        }
        Ok(fresh)
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
