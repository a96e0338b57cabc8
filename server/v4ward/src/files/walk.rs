//! From the paths of a command to files.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use ignore::WalkBuilder;

/// A file to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Input {
    /// Its path, as the user would write it.
    pub(crate) path: PathBuf,
    /// How many bytes of the path are the folder that was named; none for a file that was named itself.
    folder: Option<u32>,
}

impl Input {
    /// A file that was named itself.
    pub(crate) fn named(path: PathBuf) -> Self {
        Self { path, folder: None }
    }

    /// True for a file that a walk came across.
    pub(crate) fn found(&self) -> bool {
        self.folder.is_some()
    }

    /// The path below the folder that was named; the name of a file that was named itself.
    pub(crate) fn relative(&self) -> PathBuf {
        match self.folder {
            Some(parts) => self.path.components().skip(parts as usize).collect(),
            None => self.path.file_name().map(PathBuf::from).unwrap_or_default(),
        }
    }
}

/// What the paths of a command led to.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// The files, ordered by path, each once.
    pub(crate) inputs: Vec<Input>,
    /// The folders that were named.
    pub(crate) folders: Vec<PathBuf>,
    /// Paths that lead nowhere, with the reason.
    pub(crate) errors: Vec<(PathBuf, String)>,
}

/// All files below the paths: hidden ones, those that `.gitignore` names and links to elsewhere are left out, unless
/// they are named themselves.
pub(crate) fn walk(paths: &[PathBuf]) -> Walk {
    let mut walk = Walk::default();
    for path in paths {
        match fs::metadata(path) {
            Err(error) => walk.errors.push((path.clone(), format!("cannot be read: {error}"))),
            Ok(metadata) if metadata.is_dir() => add_folder(path, &mut walk),
            Ok(_) => walk.inputs.push(Input::named(path.clone())),
        }
    }
    // A file that was named and found counts as named: that sorts first.
    walk.inputs.sort_by(|a, b| plain(&a.path).cmp(plain(&b.path)).then(a.folder.cmp(&b.folder)));
    walk.inputs.dedup_by(|b, a| plain(&a.path).eq(plain(&b.path)));
    if paths.len() > 1 {
        keep_one_of_each(&mut walk.inputs);
    }
    walk
}

/// Paths that are written in two ways (`.` and `/home/me/apis`) can lead to one file.
fn keep_one_of_each(inputs: &mut Vec<Input>) {
    let mut folders: HashMap<PathBuf, PathBuf> = HashMap::new();
    let mut real = |input: &Input| {
        let below = input.relative();
        let folder: PathBuf = match input.folder {
            Some(parts) => input.path.components().take(parts as usize).collect(),
            None => input.path.parent().map(Path::to_owned).unwrap_or_default(),
        };
        let canonical = |folder: &PathBuf| {
            let named = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            fs::canonicalize(named).unwrap_or_else(|_| folder.clone())
        };
        folders.entry(folder).or_insert_with_key(canonical).join(below)
    };
    // One that was named itself counts first, then one with the longest path below the folder that was named.
    let rank = |input: &Input| input.found().then(|| Reverse(input.relative().components().count()));
    let mut best: HashMap<PathBuf, usize> = HashMap::with_capacity(inputs.len());
    for (index, input) in inputs.iter().enumerate() {
        let best = best.entry(real(input)).or_insert(index);
        if rank(input) < rank(&inputs[*best]) {
            *best = index;
        }
    }
    if best.len() < inputs.len() {
        let kept: HashSet<usize> = best.into_values().collect();
        let mut index = 0..;
        inputs.retain(|_| index.next().is_some_and(|index| kept.contains(&index)));
    }
}

/// A path without its `.`s.
fn plain(path: &Path) -> impl Iterator<Item = Component<'_>> {
    path.components().filter(|part| *part != Component::CurDir)
}

fn add_folder(folder: &Path, walk: &mut Walk) {
    let parts = u32::try_from(folder.components().count()).unwrap_or(u32::MAX);
    let entries = WalkBuilder::new(folder).require_git(false).ignore(false).follow_links(false).build();
    for entry in entries {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                walk.inputs.push(Input { path: entry.into_path(), folder: Some(parts) });
            }
            Ok(_) => {}
            Err(error) => walk.errors.push(walk_error(folder, error)),
        }
    }
    walk.folders.push(folder.to_owned());
}

/// The path and the reason of an error that names its path, maybe below others.
fn walk_error(folder: &Path, error: ignore::Error) -> (PathBuf, String) {
    match error {
        ignore::Error::WithPath { path, err } => (path, walk_error(folder, *err).1),
        ignore::Error::WithDepth { err, .. } => walk_error(folder, *err),
        other => (folder.to_owned(), format!("cannot be read: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(root: &Path, paths: &[&str]) -> Vec<(String, bool)> {
        let paths: Vec<PathBuf> = paths.iter().map(|path| root.join(path)).collect();
        let inputs = walk(&paths).inputs;
        let name = |input: &Input| input.path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        inputs.iter().map(|input| (name(input), input.found())).collect()
    }

    #[test]
    fn walks_in_order_and_leaves_out_what_is_ignored_hidden_or_linked() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::create_dir_all(root.join("a/.hidden")).unwrap();
        for file in ["a/z.json", "a/b/y.json", "a/no.json", "a/.hidden/x.json", "a-b.json", "a/.v4ward-1.tmp"] {
            fs::write(root.join(file), "{}").unwrap();
        }
        fs::write(root.join(".gitignore"), "no.json\n").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.join("a/z.json"), root.join("a/link.json")).unwrap();
        let found = |name: &str| (name.to_owned(), true);
        assert_eq!(names(root, &[""]), [found("a/b/y.json"), found("a/z.json"), found("a-b.json")]);
        let both = names(root, &["a/no.json", "a", "a/./z.json", "a/z.json"]);
        assert_eq!(both, [found("a/b/y.json"), ("a/no.json".into(), false), ("a/./z.json".into(), false)]);
    }

    #[test]
    fn keeps_paths_relative_to_what_was_named() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("a/b")).unwrap();
        fs::write(root.path().join("a/b/c.json"), "{}").unwrap();
        let relative = |path: PathBuf| walk(&[path]).inputs[0].relative();
        assert_eq!(relative(root.path().join("a")), Path::new("b/c.json"));
        assert_eq!(relative(root.path().join("a/b/c.json")), Path::new("c.json"));
    }

    #[test]
    fn a_file_that_two_ways_lead_to_comes_once() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("a/b")).unwrap();
        fs::write(root.path().join("a/b/c.json"), "{}").unwrap();
        fs::write(root.path().join("a/d.json"), "{}").unwrap();
        let both = names(root.path(), &["a", "a/b/../../a"]);
        assert_eq!(both.len(), 2, "{both:?}");
        let both = names(root.path(), &["a", "a/b/../d.json", "a/b/../b"]);
        assert_eq!(both, [("a/b/../d.json".into(), false), ("a/b/c.json".into(), true)]);
    }

    #[test]
    fn a_path_that_leads_nowhere_is_told() {
        let walk = walk(&[PathBuf::from("/nowhere/at/all")]);
        assert_eq!(walk.errors[0].1, "cannot be read: No such file or directory (os error 2)");
    }
}
