//! The V4 file beside a V2 file: its name, where it comes from, and whether anybody changed it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use v4ward_migration::migrate::{FixLevel, Request, migrate};
use v4ward_migration::v4::compare::{Difference, differences};
use v4ward_migration::{Definition, IdPolicy, Options, Target};
use v4ward_syntax::{Document, Format};

use crate::files::{self, Input, Loaded};

/// Where the V4 file of a V2 file goes.
pub(crate) fn path_of(v2: &Path, target: Target) -> PathBuf {
    let mut name = v2.file_stem().unwrap_or_default().to_os_string();
    name.push(match target {
        Target::ImportJson => ".v4.json",
        Target::Resource => ".v4.yaml",
    });
    v2.with_file_name(name)
}

/// Where the V4 file of a V2 file stands: in the form that goes with it, or in the other if there is only that one.
pub(crate) fn standing(v2: &Path, target: Target) -> PathBuf {
    let other = if target == Target::ImportJson { Target::Resource } else { Target::ImportJson };
    let (path, other) = (path_of(v2, target), path_of(v2, other));
    if !path.exists() && other.exists() { other } else { path }
}

/// The form of the V4 definition that a file of this name holds.
fn target_of(v4: &Path) -> Option<Target> {
    match files::format::by_name(v4)? {
        Format::Json => Some(Target::ImportJson),
        Format::Yaml => Some(Target::Resource),
    }
}

/// True for the path of a V4 file that holds custom resources.
pub(crate) fn is_resource(v4: &Path) -> bool {
    target_of(v4) == Some(Target::Resource)
}

/// True when a V2 definition stands beside a V4 file.
pub(crate) fn has_source(v4: &Path) -> bool {
    let beside = stem_of(v4).map(|stem| {
        let mut name = stem.to_owned();
        name.push(".");
        name.push(v4.extension().unwrap_or_default());
        v4.with_file_name(name)
    });
    beside.is_some_and(|beside| beside.exists()) || !sources(v4).is_empty()
}

/// The name of a V4 file without its ending; a name need not be text.
fn stem_of(v4: &Path) -> Option<&OsStr> {
    target_of(v4)?;
    let name = Path::new(v4.file_stem()?);
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

/// What a V4 file says otherwise than the V2 file beside it.
pub(crate) struct Since<'d> {
    /// The V2 file.
    pub(crate) source: PathBuf,
    /// Nothing when everything is transferred.
    pub(crate) differences: Vec<Difference<'d>>,
}

/// Compares a V4 text with what the V2 file beside it gives under the option set that comes nearest to it; `None` where
/// there is no such file, several, or one that cannot be migrated.
pub(crate) fn since<'d>(v4: &Path, text: &'d Document, options: &Options) -> Option<Since<'d>> {
    let mut sources = sources(v4);
    let (source, loaded) = sources.pop().filter(|_| sources.is_empty())?;
    let mut nearest: Option<Vec<Difference<'d>>> = None;
    for expected in results(&loaded.document, options, v4) {
        let found = differences(&Document::parse(expected, text.format()), text);
        if nearest.as_ref().is_none_or(|nearest| found.len() < nearest.len()) {
            nearest = Some(found);
        }
        if nearest.as_ref().is_some_and(Vec::is_empty) {
            break;
        }
    }
    nearest.map(|differences| Since { source, differences })
}

/// True when converting gives exactly these bytes of the file under one of the option sets.
pub(crate) fn is_result_of(document: &Document, options: &Options, v4: &Path, bytes: &[u8]) -> bool {
    results(document, options, v4).any(|text| text.as_bytes() == bytes)
}

/// What converting gives under each of the option sets.
fn results<'a>(document: &'a Document, options: &'a Options, v4: &'a Path) -> impl Iterator<Item = String> + use<'a> {
    [IdPolicy::Keep, IdPolicy::New].into_iter().flat_map(move |ids| {
        let options = Options { ids, target: target_of(v4), ..options.clone() };
        [FixLevel::Safe, FixLevel::None, FixLevel::All].into_iter().filter_map(move |fixes| {
            let migration = migrate(document, &options, &Request { fixes, force: true });
            migration.result.ok().map(|output| output.text)
        })
    })
}
