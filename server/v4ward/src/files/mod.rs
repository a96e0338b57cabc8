//! Everything that touches the disk.

mod cluster;
pub(crate) mod format;
pub(crate) mod read;
mod walk;
pub(crate) mod write;

pub(crate) use cluster::cluster;
pub(crate) use walk::{Input, Walk, walk};

use std::path::Path;

use v4ward_migration::{Definition, DocumentFormat, recognise};
use v4ward_syntax::Document;

use read::{ReadError, read};

/// A document that was read, and what it is.
pub(crate) struct Loaded {
    pub(crate) document: Document,
    pub(crate) definition: Definition,
    pub(crate) format: DocumentFormat,
}

/// Reads a file and says what it is; `None` for what a walk came across that is not ours.
pub(crate) fn load(input: &Input) -> Result<Option<Loaded>, ReadError> {
    // Of other files only a few bytes are read, unless they could be a definition.
    let by_name = format::by_name(&input.path).is_some();
    if input.found() && !by_name && !format::begins_like_ours(&input.path).unwrap_or(false) {
        return Ok(None);
    }
    let bytes = match read(&input.path) {
        Ok(bytes) => bytes,
        Err(_) if input.found() && !by_name => return Ok(None),
        Err(error) => return Err(error),
    };
    let text = match v4ward_syntax::decode(bytes) {
        Ok(text) => text,
        Err(_) if input.found() && !is_definition_in_other_encoding(&input.path) => return Ok(None),
        Err(error) => return Err(ReadError::Decode(error)),
    };
    if input.found() && !format::may_be_ours(&input.path, &text) {
        return Ok(None);
    }
    let document = format::parse(&input.path, text);
    let (definition, format) = recognise(&document);
    if input.found() && definition == Definition::Unknown {
        return Ok(None);
    }
    Ok(Some(Loaded { document, definition, format }))
}

/// A file that is no UTF-8 concerns the user only when it is a definition all the same.
fn is_definition_in_other_encoding(path: &Path) -> bool {
    let Ok(bytes) = read(path) else { return false };
    let little = bytes.starts_with(&[0xff, 0xfe]);
    let text = if little || bytes.starts_with(&[0xfe, 0xff]) {
        let unit = |pair: &[u8]| match pair {
            [a, b] if little => u16::from_le_bytes([*a, *b]),
            [a, b] => u16::from_be_bytes([*a, *b]),
            _ => 0,
        };
        let units: Vec<u16> = bytes[2..].chunks(2).map(unit).collect();
        String::from_utf16_lossy(&units)
    } else {
        String::from_utf8_lossy(&bytes).into_owned()
    };
    recognise(&format::parse(path, text)).0 != Definition::Unknown
}
