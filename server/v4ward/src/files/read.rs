//! Reading a file as one state of it.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;
use std::time::SystemTime;

use v4ward_syntax::{DecodeError, Document};

/// Why a file could not be read.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// The system says so.
    Io(io::Error),
    /// A folder, a pipe, a device.
    NotAFile,
    /// Too many bytes.
    TooLarge(u64),
    /// Somebody writes to it.
    Changing,
    /// Not text.
    Decode(DecodeError),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot be read: {error}"),
            Self::NotAFile => f.write_str("cannot be read: it is no regular file"),
            Self::TooLarge(bytes) => {
                write!(f, "cannot be read: {bytes} bytes are more than the {} that v4ward reads", Document::MAX_BYTES)
            }
            Self::Changing => f.write_str("cannot be read: it is being changed by another program; try again"),
            Self::Decode(error) => write!(f, "cannot be read: {error}"),
        }
    }
}

/// The bytes of a file. One that changes meanwhile is read once more, then given up.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, ReadError> {
    read_while(path, || ())
}

/// [`read`], with something that happens between reading the bytes and looking whether they still are the file's.
fn read_while(path: &Path, mut meanwhile: impl FnMut()) -> Result<Vec<u8>, ReadError> {
    for _ in 0..2 {
        if let Some(bytes) = attempt(path, &mut meanwhile)? {
            return Ok(bytes);
        }
    }
    Err(ReadError::Changing)
}

fn attempt(path: &Path, meanwhile: &mut impl FnMut()) -> Result<Option<Vec<u8>>, ReadError> {
    // Looked at before it is opened: opening a pipe could wait for ever.
    if !fs::metadata(path).map_err(ReadError::Io)?.is_file() {
        return Err(ReadError::NotAFile);
    }
    let mut file = File::open(path).map_err(ReadError::Io)?;
    let before = file.metadata().map_err(ReadError::Io)?;
    if before.len() > Document::MAX_BYTES as u64 {
        return Err(ReadError::TooLarge(before.len()));
    }
    let mut bytes = Vec::with_capacity(before.len() as usize + 1);
    (&mut file).take(Document::MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(ReadError::Io)?;
    meanwhile();
    let after = file.metadata().map_err(ReadError::Io)?;
    let same = state(&before) == state(&after) && bytes.len() as u64 == after.len();
    Ok(same.then_some(bytes))
}

fn state(metadata: &Metadata) -> (u64, Option<SystemTime>) {
    (metadata.len(), metadata.modified().ok())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_file_that_changes_once_is_read_again() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, "{}").unwrap();
        let mut changes = 0;
        let bytes = read_while(file.path(), || {
            changes += 1;
            if changes == 1 {
                fs::write(&file, "{\"a\": 1}").unwrap();
            }
        });
        assert_eq!(bytes.unwrap(), b"{\"a\": 1}");
    }

    #[test]
    fn a_file_that_keeps_changing_is_given_up() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_owned();
        let error = read_while(&path, || file.write_all(b"x").unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "cannot be read: it is being changed by another program; try again");
    }

    #[test]
    fn a_change_that_keeps_the_size_is_seen_by_the_time() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, "{}").unwrap();
        let mut time = SystemTime::UNIX_EPOCH;
        let result = read_while(file.path(), || {
            time += std::time::Duration::from_secs(1);
            file.as_file().set_modified(time).unwrap();
        });
        assert!(matches!(result, Err(ReadError::Changing)));
    }

    #[test]
    fn a_file_beyond_what_can_be_addressed_is_refused_unread() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(u64::from(u32::MAX)).unwrap();
        let error = read(file.path()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot be read: 4294967295 bytes are more than the 4294967294 that v4ward reads"
        );
    }

    #[test]
    fn what_is_no_file_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(read(folder.path()), Err(ReadError::NotAFile)));
        assert!(matches!(read(&folder.path().join("none")), Err(ReadError::Io(_))));
    }
}
