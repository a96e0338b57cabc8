//! The V4 file beside a V2 file: its name, where it comes from, and whether anybody changed it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use v4ward_migration::migrate::{FixLevel, Request, migrate};
use v4ward_migration::{Definition, IdPolicy, Options};
use v4ward_syntax::Document;

use crate::files::{self, Input, Loaded};

/// Where the V4 file of a V2 file goes.
pub(crate) fn path_of(v2: &Path) -> PathBuf {
    let mut name = v2.file_stem().unwrap_or_default().to_os_string();
    name.push(".v4.json");
    v2.with_file_name(name)
}

/// True when a V2 definition stands beside a V4 file.
pub(crate) fn has_source(v4: &Path) -> bool {
    let beside = stem_of(v4).map(|stem| {
        let mut name = stem.to_owned();
        name.push(".json");
        v4.with_file_name(name)
    });
    beside.is_some_and(|beside| beside.exists()) || !sources(v4).is_empty()
}

/// The name of a V4 file without its ending; a name need not be text.
fn stem_of(v4: &Path) -> Option<&OsStr> {
    let name = Path::new(v4.file_stem().filter(|_| v4.extension().is_some_and(|last| last == "json"))?);
    name.file_stem().filter(|_| name.extension().is_some_and(|ending| ending == "v4"))
}

/// True for the path of a V4 file: one with a V2 definition beside it, or one of that name in which no V2 definition
/// stands itself.
pub(crate) fn is_v4_path(path: &Path) -> bool {
    let is_v2 = || {
        let loaded = files::load(&Input::named(path.to_owned())).ok().flatten();
        loaded.is_some_and(|loaded| loaded.definition == Definition::V2)
    };
    !sources(path).is_empty() || (stem_of(path).is_some() && !is_v2())
}

/// The V2 definitions in the folder of a V4 file that would be written to it.
pub(crate) fn sources(v4: &Path) -> Vec<(PathBuf, Loaded)> {
    let folder = v4.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(stem) = stem_of(v4) else { return Vec::new() };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
    names.retain(|name| Path::new(name).file_stem().is_some_and(|of| of == stem));
    names.sort();
    let load = |name| {
        let path = v4.with_file_name(name);
        let loaded = files::load(&Input::named(path.clone())).ok().flatten()?;
        (loaded.definition == Definition::V2).then_some((path, loaded))
    };
    names.into_iter().filter_map(load).collect()
}

/// True when converting gives exactly these bytes under one of the option sets.
pub(crate) fn is_result_of(document: &Document, options: &Options, bytes: &[u8]) -> bool {
    [IdPolicy::Keep, IdPolicy::New].into_iter().any(|ids| {
        let options = Options { ids, ..options.clone() };
        [FixLevel::Safe, FixLevel::None, FixLevel::All].into_iter().any(|fixes| {
            let migration = migrate(document, &options, &Request { fixes, force: true });
            migration.result.is_ok_and(|output| output.text.as_bytes() == bytes)
        })
    })
}
