//! Everything that touches the disk.

pub(crate) mod read;
mod walk;
pub(crate) mod write;

pub(crate) use walk::{Input, Walk, walk};

use std::fs::File;
use std::io::{self, Read as _};
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
    let by_name = has_json_name(&input.path);
    if input.found() && !by_name && !begins_like_json(&input.path).unwrap_or(false) {
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
    let document = Document::parse_json(text);
    let (definition, format) = recognise(&document);
    if input.found() && definition == Definition::Unknown {
        return Ok(None);
    }
    Ok(Some(Loaded { document, definition, format }))
}

fn has_json_name(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// True when the first thing in a file is an opening brace.
fn begins_like_json(path: &Path) -> io::Result<bool> {
    let mut head = [0; 64];
    let length = File::open(path)?.read(&mut head)?;
    let head = head[..length].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head[..length]);
    Ok(head.trim_ascii_start().first() == Some(&b'{'))
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
    recognise(&Document::parse_json(text)).0 != Definition::Unknown
}
