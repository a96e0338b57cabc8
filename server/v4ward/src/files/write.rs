//! Writing a file whole or not at all.
//!
//! The text goes to a temporary file in the same folder, which then takes the name of the real one. The temporary file
//! is locked while it is being written, so one that is not is left over from a run that was killed.

use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::format::parse;
use tempfile::NamedTempFile;
use v4ward_migration::{Definition, recognise};

use super::read::{ReadError, read};

/// What reports begin with, by which they are known: that in JSON and that in Markdown.
pub(crate) const REPORTS: [&str; 2] =
    ["{\n  \"schema\": 1,\n  \"kind\": \"v4ward-migration\",", "<!-- v4ward migration report -->\n"];

const PREFIX: &str = ".v4ward-";
const SUFFIX: &str = ".tmp";

/// What became of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Written {
    /// It has the new text.
    New,
    /// It had it before; it was not touched.
    UpToDate,
}

/// Why a file was not written.
#[derive(Debug)]
pub(crate) enum WriteError {
    /// Another file stands there.
    Differs,
    /// A V2 definition stands there.
    IsSource,
    /// Where a report is to go stands an API definition.
    IsDefinition,
    /// Where a report is to go stands something that is none.
    IsNoReport,
    /// A folder, a pipe, a device stands there.
    NotAFile,
    /// The file is no longer what was read.
    Changed,
    /// The system says so.
    Io(io::Error),
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Differs => {
                f.write_str("exists already with other content; compare the two, then use --overwrite or remove it")
            }
            Self::IsSource => f.write_str("exists already and is a V2 definition; it is never overwritten"),
            Self::IsDefinition => f.write_str("exists already and is an API definition; a report never replaces one"),
            Self::IsNoReport => {
                f.write_str("exists already and is no report of v4ward; use another name, or --overwrite to replace it")
            }
            Self::NotAFile => f.write_str("cannot be written: something that is no regular file stands there"),
            Self::Changed => f.write_str("cannot be written: it was changed by another program meanwhile; try again"),
            Self::Io(error) => write!(f, "cannot be written: {}", without_path(error)),
        }
    }
}

/// The system's words; `tempfile` adds the path of the temporary file, which says nothing to the user.
fn without_path(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" at path \"").map_or(text.as_str(), |(words, _)| words).to_owned()
}

/// Writes generated files.
#[derive(Default)]
pub(crate) struct Writer {
    /// Folders that exist and have no temporary files of killed runs.
    ready: Mutex<HashSet<PathBuf>>,
}

impl Writer {
    /// Writes a generated file. A file of the same content stays as it is, another one unless `overwrite`. Nobody may
    /// read it who may not read what it was made from: the secrets in it are the same.
    pub(crate) fn write(&self, path: &Path, text: &str, overwrite: bool, from: &Path) -> Result<Written, WriteError> {
        let may_replace = |bytes: &[u8]| match definition_in(path, bytes) {
            Definition::V1 | Definition::V2 => Err(WriteError::IsSource),
            _ if !overwrite => Err(WriteError::Differs),
            _ => Ok(()),
        };
        patiently(|| self.try_to_write(path, text, &may_replace, || mode_of(from)))
    }

    /// Writes a report. It replaces an older one, anything else only with `overwrite`, and a definition never. Reports
    /// hold no secrets, so the user's umask alone says who may read them.
    pub(crate) fn write_report(&self, path: &Path, text: &str, overwrite: bool) -> Result<Written, WriteError> {
        let may_replace = |bytes: &[u8]| may_be_replaced_by_report(path, bytes, overwrite);
        patiently(|| self.try_to_write(path, text, &may_replace, || 0o644))
    }

    fn try_to_write(
        &self,
        path: &Path,
        text: &str,
        may_replace: &impl Fn(&[u8]) -> Result<(), WriteError>,
        mode: impl Fn() -> u32,
    ) -> Result<Written, WriteError> {
        let exists = match standing(path)? {
            Some(bytes) if bytes == text.as_bytes() => return Ok(Written::UpToDate),
            Some(bytes) => {
                may_replace(&bytes)?;
                true
            }
            None => false,
        };
        let folder = folder_of(path);
        self.prepare(folder)?;
        let file = temporary(folder, text, if exists { mode_of(path) } else { mode() })?;
        if exists {
            file.persist(path).map_err(|error| error.error)?;
            return Ok(Written::New);
        }
        match file.persist_noclobber(path) {
            Ok(_) => Ok(Written::New),
            // Somebody was faster, maybe another run of v4ward.
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => match standing(path)? {
                Some(bytes) if bytes == text.as_bytes() => Ok(Written::UpToDate),
                _ => Err(WriteError::Differs),
            },
            Err(error) => Err(error.error.into()),
        }
    }

    /// Gives an existing file a new text, if it still has the old one. A link stays one; owner and permissions stay.
    pub(crate) fn replace(&self, path: &Path, old: &str, new: &str) -> Result<(), WriteError> {
        patiently(|| self.try_to_replace(path, old, new))
    }

    fn try_to_replace(&self, path: &Path, old: &str, new: &str) -> Result<(), WriteError> {
        let path = fs::canonicalize(path)?;
        let metadata = fs::metadata(&path)?;
        if metadata.permissions().readonly() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only").into());
        }
        let folder = folder_of(&path);
        self.prepare(folder)?;
        // Only its owner's until it has the permissions of the old one.
        let file = temporary(folder, new, 0o600)?;
        keep_owner(file.as_file(), &metadata);
        file.as_file().set_permissions(metadata.permissions())?;
        file.as_file().sync_all()?;
        if fs::read(&path)? != old.as_bytes() {
            return Err(WriteError::Changed);
        }
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Makes a folder, and removes what killed runs left in it; once in a run.
    fn prepare(&self, folder: &Path) -> io::Result<()> {
        // Held meanwhile: our own temporary files come after.
        let Ok(mut ready) = self.ready.lock() else { return Ok(()) };
        if ready.contains(folder) {
            return Ok(());
        }
        fs::create_dir_all(folder)?;
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            // Opening a pipe could wait for ever.
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_file && is_temporary(&entry.file_name().to_string_lossy()) {
                remove_if_left(&entry.path());
            }
        }
        ready.insert(folder.to_owned());
        Ok(())
    }
}

/// Another run of v4ward takes a temporary file for one that was left when it looks right before that is locked.
fn patiently<T>(write: impl Fn() -> Result<T, WriteError>) -> Result<T, WriteError> {
    for _ in 0..2 {
        match write() {
            Err(WriteError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
            result => return result,
        }
    }
    write()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn is_temporary(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

/// Nobody holds the lock: whoever wrote it is gone. When it cannot be removed, that is no reason to write nothing.
fn remove_if_left(path: &Path) {
    if let Ok(file) = File::open(path)
        && file.try_lock().is_ok()
    {
        let _ = fs::remove_file(path);
    }
}

/// The bytes of a file that stands where one is to be written.
fn standing(path: &Path) -> Result<Option<Vec<u8>>, WriteError> {
    match read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(ReadError::Io(error)) => Err(error.into()),
        Err(ReadError::NotAFile) => Err(WriteError::NotAFile),
        Err(ReadError::Changing) => Err(WriteError::Changed),
        Err(ReadError::TooLarge(_) | ReadError::Decode(_)) => Err(WriteError::Differs),
    }
}

/// Who may read and write a file; its owner may always. Where nothing is known of it, nobody else.
#[cfg(unix)]
fn mode_of(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode() & 0o666) | 0o600
}

#[cfg(not(unix))]
fn mode_of(_: &Path) -> u32 {
    0o600
}

/// A temporary file with a text. Of its permissions the user's umask takes away, as for any new file.
#[cfg_attr(not(unix), allow(unused_variables, reason = "permissions are the folder's there"))]
fn temporary(folder: &Path, text: &str, mode: u32) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    let mut file = builder.tempfile_in(folder)?;
    // Some file systems have no locks; then a leftover may be removed while it is being written, which is an error.
    let _ = file.as_file().lock();
    file.write_all(text.as_bytes())?;
    Ok(file)
}

/// Which definition a file holds.
fn definition_in(path: &Path, bytes: &[u8]) -> Definition {
    str::from_utf8(bytes).map_or(Definition::Unknown, |text| recognise(&parse(path, text.to_owned())).0)
}

/// Tells before anything is done whether a report may go to a path. What the system has against it shows later.
pub(crate) fn may_write_report(path: &Path, overwrite: bool) -> Result<(), WriteError> {
    match standing(path) {
        Ok(Some(bytes)) => may_be_replaced_by_report(path, &bytes, overwrite),
        Ok(None) | Err(_) => Ok(()),
    }
}

fn may_be_replaced_by_report(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), WriteError> {
    match definition_in(path, bytes) {
        Definition::Unknown if overwrite || REPORTS.iter().any(|begin| bytes.starts_with(begin.as_bytes())) => Ok(()),
        Definition::Unknown => Err(WriteError::IsNoReport),
        Definition::V1 | Definition::V2 | Definition::V4 => Err(WriteError::IsDefinition),
    }
}

#[cfg(unix)]
fn keep_owner(file: &File, metadata: &Metadata) {
    use std::os::unix::fs::MetadataExt as _;
    let own = file.metadata().map(|own| (own.uid(), own.gid())).ok();
    if own != Some((metadata.uid(), metadata.gid())) {
        // Only root may; for others the file becomes theirs, as with any editor.
        let _ = std::os::unix::fs::fchown(file, Some(metadata.uid()), Some(metadata.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn writes_once_and_never_over_other_content_unless_told_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("below/a.v4.json");
        let writer = Writer::default();
        assert_eq!(writer.write(&path, "one", false, &path).unwrap(), Written::New);
        assert_eq!(writer.write(&path, "one", false, &path).unwrap(), Written::UpToDate);
        assert!(matches!(writer.write(&path, "two", false, &path), Err(WriteError::Differs)));
        assert_eq!(writer.write(&path, "two", true, &path).unwrap(), Written::New);
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(names(path.parent().unwrap()), ["a.v4.json"]);
    }

    #[test]
    fn a_temporary_file_that_another_run_took_away_is_made_again() {
        let tries = std::cell::Cell::new(0);
        let gone = |until: u32| {
            tries.set(0);
            patiently(|| {
                tries.set(tries.get() + 1);
                let gone = io::Error::from(io::ErrorKind::NotFound);
                if tries.get() < until { Err(WriteError::Io(gone)) } else { Ok(()) }
            })
        };
        assert!(gone(3).is_ok());
        assert!(gone(9).is_err());
        assert_eq!(tries.get(), 3);
    }

    #[test]
    fn runs_at_the_same_time_do_not_disturb_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = |i: usize| folder.path().join(format!("{}/{i}.v4.json", i % 50));
        let run = || {
            let writer = Writer::default();
            (0..500).filter(|i| writer.write(&path(*i), "text", false, folder.path()).unwrap() == Written::New).count()
        };
        let written: usize = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
            runs.into_iter().map(|run| run.join().unwrap()).sum()
        });
        assert_eq!(written, 500);
    }

    #[test]
    fn a_v2_definition_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.v4.json");
        fs::write(&path, r#"{"gravitee": "2.0.0", "proxy": {}}"#).unwrap();
        assert!(matches!(Writer::default().write(&path, "x", true, &path), Err(WriteError::IsSource)));
    }

    #[test]
    fn leftovers_of_killed_runs_are_removed_and_those_of_running_ones_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let busy = temporary(folder.path(), "busy", 0o600).unwrap();
        let busy_name = busy.path().file_name().unwrap().to_string_lossy().into_owned();
        fs::write(folder.path().join(".v4ward-left.tmp"), "half").unwrap();
        fs::write(folder.path().join("mine.tmp"), "mine").unwrap();
        Writer::default().write(&folder.path().join("a.v4.json"), "x", false, folder.path()).unwrap();
        assert_eq!(names(folder.path()), [busy_name.as_str(), "a.v4.json", "mine.tmp"]);
    }

    #[cfg(unix)]
    #[test]
    fn replacing_keeps_links_and_permissions() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.json"), folder.path().join("link.json"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("real.json", &link).unwrap();
        Writer::default().replace(&link, "old", "new").unwrap();
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(names(folder.path()), ["link.json", "real.json"]);
    }

    #[test]
    fn replacing_a_file_that_somebody_changed_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, "theirs").unwrap();
        assert!(matches!(Writer::default().replace(&path, "old", "new"), Err(WriteError::Changed)));
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(names(folder.path()), ["a.json"]);
    }
}
