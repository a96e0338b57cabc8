//! Definitions that tests run over.

#![allow(dead_code, clippy::unwrap_used, clippy::print_stderr)]

use std::fs;
use std::path::{Path, PathBuf};

use v4ward_benches::{Profile, definition};

/// A small clean definition.
pub(crate) const MINIMAL: &str = r#"{
  "id": "a",
  "name": "Orders",
  "version": "1",
  "gravitee": "2.0.0",
  "execution_mode": "v4-emulation-engine",
  "proxy": {
    "virtual_hosts": [{ "path": "/o" }],
    "groups": [{ "name": "g", "endpoints": [{ "name": "e", "target": "http://b.example", "inherit": true }] }]
  },
  "flows": []
}
"#;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder with the conformance cases, unless this checkout stands alone.
pub(crate) fn conformance() -> Option<PathBuf> {
    let folder = repository().join("../shared/conformance");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: {} is not there, its cases are left out", folder.display());
    None
}

/// Our examples, and the V2 files of the conformance kit when it is there, by name.
pub(crate) fn definitions() -> Vec<(String, String)> {
    let mut folders = vec![repository().join("examples")];
    if let Some(kit) = conformance() {
        folders.extend([kit.join("edge"), kit.join("real")]);
    }
    folders.iter().flat_map(|folder| json_files(folder)).collect()
}

fn json_files(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.ends_with(".json") && !name.contains(".expected.")
    });
    files.sort();
    let read = |path: PathBuf| (path.display().to_string(), String::from_utf8(fs::read(&path).unwrap()).unwrap());
    files.into_iter().map(read).collect()
}

/// Generated definitions of all three profiles.
pub(crate) fn generated(count: u64) -> Vec<(String, String)> {
    let profiles = [Profile::clean().with_bytes(3000), Profile::mixed().with_bytes(3000), Profile::legacy()];
    let each = |index: u64| {
        let profile = &profiles[(index % 3) as usize];
        (format!("generated {index}"), definition(7, index, profile))
    };
    (0..count).map(each).collect()
}
