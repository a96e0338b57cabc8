//! Which text format a file has: by its content where that tells, else by its name.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use v4ward_syntax::{Document, Format};

/// So much of a file of another name is read to see whether it could be a definition, in bytes. Resources often begin
/// with a licence.
const HEAD: usize = 4096;

/// What every custom resource of Gravitee's says.
pub(crate) const RESOURCE: &str = "gravitee.io/";

/// Reads a text that stands in a file.
pub(crate) fn parse(path: &Path, text: String) -> Document {
    parse_as(by_name(path), text)
}

/// Reads a text of which its name, or the editor, says what it is.
pub(crate) fn parse_as(said: Option<Format>, text: String) -> Document {
    match format_of(said, &text) {
        Format::Json => Document::parse_json(text),
        Format::Yaml if begins_like_json(&text) => {
            let document = Document::parse_json(text);
            // A flow mapping begins like JSON too.
            if document.errors().is_empty() { document } else { Document::parse_yaml(document.into_text()) }
        }
        Format::Yaml => Document::parse_yaml(text),
    }
}

/// The format that the name of a file and the begin of its text speak for.
fn format_of(said: Option<Format>, text: &str) -> Format {
    said.unwrap_or(if !begins_like_json(text) && text.contains(RESOURCE) { Format::Yaml } else { Format::Json })
}

/// The format that a name promises.
pub(crate) fn by_name(path: &Path) -> Option<Format> {
    let extension = path.extension()?.to_str()?;
    let is = |known: &str| extension.eq_ignore_ascii_case(known);
    match () {
        () if is("json") => Some(Format::Json),
        () if is("yaml") || is("yml") => Some(Format::Yaml),
        () => None,
    }
}

/// True when a text can hold a definition, so that it is worth reading: a resource names its group.
pub(crate) fn may_be_ours(path: &Path, text: &str) -> bool {
    by_name(path) != Some(Format::Yaml) || begins_like_json(text) || text.contains(RESOURCE)
}

/// True when a file of another name begins like a definition.
pub(crate) fn begins_like_ours(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD as u64).read_to_end(&mut head)?;
    let head = String::from_utf8_lossy(&head);
    Ok(begins_like_json(&head) || head.contains(RESOURCE))
}

/// True when the first thing in a text is an opening brace.
pub(crate) fn begins_like_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_counts_where_the_name_does_not_tell() {
        let format = |name: &str, text: &str| parse(Path::new(name), text.to_owned()).format();
        assert_eq!(format("a.json", "apiVersion: gravitee.io/v1alpha1"), Format::Json);
        assert_eq!(format("a.yaml", "a: 1"), Format::Yaml);
        assert_eq!(format("a.YML", "{\"a\": 1}"), Format::Json);
        assert_eq!(format("a.yml", "{a: 1}"), Format::Yaml);
        assert_eq!(format("a.txt", "# x\napiVersion: gravitee.io/v1alpha1"), Format::Yaml);
        assert_eq!(format("a", "\u{feff} {}"), Format::Json);
        assert_eq!(format("a", "text"), Format::Json);
    }
}
