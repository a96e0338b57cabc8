//! Where things are written, and that nothing is written over something else.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use v4ward_migration::{Definition, Options, Target};

use crate::cli::shown;
use crate::files::{self, Input, Walk};
use crate::generated;

/// Where the V4 file of an input goes.
pub(super) fn output_path(input: &Input, folder: Option<&Path>, target: Target) -> PathBuf {
    generated::path_of(&place(input, folder), target)
}

/// Where an input would stand in the folder of the V4 files.
fn place(input: &Input, folder: Option<&Path>) -> PathBuf {
    folder.map_or_else(|| input.path.clone(), |folder| folder.join(input.relative()))
}

/// The same for all names that are one file where upper and lower case make no difference.
fn as_one_file(path: PathBuf) -> PathBuf {
    if cfg!(any(windows, target_os = "macos")) { path.to_string_lossy().to_lowercase().into() } else { path }
}

/// Makes sure that no two definitions would be written to one file. Only where two names meet are files read.
pub(super) fn one_output_each(walk: &Walk, folder: Option<&Path>, to: Option<Target>) -> Result<(), Vec<String>> {
    // The ending of a V4 file is only known when its V2 file is read.
    let stem = |input: &Input| as_one_file(place(input, folder).with_extension(""));
    let mut by_stem: HashMap<PathBuf, u32> = HashMap::with_capacity(walk.inputs.len());
    for input in &walk.inputs {
        *by_stem.entry(stem(input)).or_default() += 1;
    }
    by_stem.retain(|_, inputs| *inputs > 1);
    if by_stem.is_empty() {
        return Ok(());
    }
    let options = Options { target: to, ..Options::default() };
    let mut clashes: BTreeMap<PathBuf, (PathBuf, Vec<String>)> = BTreeMap::new();
    for input in &walk.inputs {
        if !by_stem.contains_key(&stem(input)) {
            continue;
        }
        let loaded = files::load(input).ok().flatten();
        let Some(loaded) = loaded.filter(|loaded| loaded.definition == Definition::V2) else { continue };
        let output = output_path(input, folder, options.target_for(loaded.format));
        let file = as_one_file(output.clone());
        clashes.entry(file).or_insert_with(|| (output, Vec::new())).1.push(shown(&input.path));
    }
    clashes.retain(|_, (_, inputs)| inputs.len() > 1);
    let line = |(output, inputs): &(PathBuf, Vec<String>)| {
        format!("{} would be written for each of {}; nothing was written", shown(output), inputs.join(" and "))
    };
    if clashes.is_empty() { Ok(()) } else { Err(clashes.values().map(line).collect()) }
}

/// Makes sure that a report goes neither over a definition that is read nor over a V4 file that is written.
pub(super) fn apart_from_report(walk: &Walk, folder: Option<&Path>, report: &Path) -> Result<(), String> {
    let name = |path: &Path| path.file_name().map(|name| as_one_file(name.into()));
    let (own, place) = (name(report), real(report));
    let same = |path: &Path| name(path) == own && real(path) == place;
    for input in &walk.inputs {
        let outputs = [Target::ImportJson, Target::Resource].map(|target| output_path(input, folder, target));
        if same(&input.path) && (!input.found() || is_definition(input)) {
            return Err(format!("{} is read: the report cannot be written over it", shown(report)));
        }
        if outputs.iter().any(|output| same(output)) && is_definition(input) {
            let message = "is where a V4 file goes: the report cannot be written there";
            return Err(format!("{} {message}", shown(report)));
        }
    }
    Ok(())
}

fn is_definition(input: &Input) -> bool {
    let loaded = files::load(input).ok().flatten();
    loaded.is_some_and(|loaded| loaded.definition != Definition::Unknown)
}

/// A path by the real name of its folder; the file need not be there, and one that is counts as what it leads to.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(path) {
        return as_one_file(real);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    as_one_file(folder.join(path.file_name().unwrap_or_default()))
}
