//! Between the engine's bytes and paths and the protocol's positions and URIs.

use std::path::{Component, Path, PathBuf};

use tower_lsp::ls_types::{self as lsp, PositionEncodingKind, Uri};
use v4ward_migration::Severity;
use v4ward_syntax::{LineIndex, Position, PositionEncoding, Span};

/// The path of a `file:` URI of this machine, without `.` and `..`, so that a file has one path however it is written.
pub(super) fn path_of(uri: &Uri) -> Option<PathBuf> {
    let is_file = uri.scheme().as_str().eq_ignore_ascii_case("file");
    let host = uri.authority().map(|authority| authority.host().to_ascii_lowercase()).unwrap_or_default();
    let is_here = cfg!(windows) || matches!(host.as_str(), "" | "localhost");
    let path = (is_file && is_here).then(|| uri.to_file_path()).flatten()?.into_owned();
    path.is_absolute().then(|| plain(&path))
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            // Above the root is the root.
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

/// The `file:` URI of an absolute path.
pub(super) fn uri_of(path: &Path) -> Option<Uri> {
    path.is_absolute().then(|| Uri::from_file_path(path)).flatten()
}

/// A text's byte spans as ranges of the protocol.
#[derive(Clone, Copy)]
pub(super) struct Ranges<'t> {
    pub(super) text: &'t str,
    pub(super) lines: &'t LineIndex,
    pub(super) encoding: PositionEncoding,
}

impl Ranges<'_> {
    pub(super) fn position(&self, offset: u32) -> lsp::Position {
        let Position { line, column } = self.lines.position(self.text, offset, self.encoding);
        lsp::Position::new(line, column)
    }

    pub(super) fn range(&self, span: Span) -> lsp::Range {
        lsp::Range::new(self.position(span.start), self.position(span.end))
    }

    /// The byte offset of a position.
    pub(super) fn offset(&self, position: lsp::Position) -> u32 {
        let position = Position { line: position.line, column: position.character };
        self.lines.offset(self.text, position, self.encoding)
    }

    pub(super) fn span(&self, range: lsp::Range) -> Span {
        let start = self.offset(range.start);
        Span::new(start, self.offset(range.end).max(start))
    }
}

pub(super) fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Error => lsp::DiagnosticSeverity::ERROR,
        Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        Severity::Information => lsp::DiagnosticSeverity::INFORMATION,
        Severity::Hint => lsp::DiagnosticSeverity::HINT,
    }
}

/// Encodings, the one that costs us least first.
const ENCODINGS: &[(PositionEncoding, PositionEncodingKind)] = &[
    (PositionEncoding::Utf8, PositionEncodingKind::UTF8),
    (PositionEncoding::Utf16, PositionEncodingKind::UTF16),
    (PositionEncoding::Utf32, PositionEncodingKind::UTF32),
];

/// The encoding to speak with a client that offers these.
pub(super) fn negotiate(offered: Option<&[PositionEncodingKind]>) -> PositionEncoding {
    let offered = offered.unwrap_or_default();
    let known = ENCODINGS.iter().find(|(_, kind)| offered.contains(kind));
    known.map_or(PositionEncoding::Utf16, |(encoding, _)| *encoding)
}

/// The protocol's name of an encoding.
pub(super) fn encoding_kind(encoding: PositionEncoding) -> PositionEncodingKind {
    let known = ENCODINGS.iter().find(|(known, _)| *known == encoding);
    known.map_or(PositionEncodingKind::UTF16, |(_, kind)| kind.clone())
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use super::*;

    #[test]
    fn only_files_have_paths() {
        let path = |uri: &str| path_of(&Uri::from_str(uri).unwrap());
        assert_eq!(path("file:///a/b%20c.json"), Some("/a/b c.json".into()));
        assert_eq!(path("untitled:Untitled-1"), None);
        assert_eq!(path("git:/a/b.json?x"), None);
        assert_eq!(path("file:relative"), None);
        assert_eq!(path("file://elsewhere/a/b.json"), None);
        assert_eq!(path("file://localhost/a/./c/..//b.json"), Some("/a/b.json".into()));
        assert_eq!(path("file:///../%2E%2E/b.json"), Some("/b.json".into()));
        assert_eq!(path("file:///a/%C3%A9.json"), Some("/a/é.json".into()));
        assert_eq!(uri_of(Path::new("/a/é x.json")).unwrap().as_str(), "file:///a/%C3%A9%20x.json");
        assert_eq!(uri_of(Path::new("a.json")), None);
    }

    #[test]
    fn the_cheapest_encoding_that_is_offered_is_spoken() {
        use PositionEncodingKind as Kind;
        assert_eq!(negotiate(None), PositionEncoding::Utf16);
        assert_eq!(negotiate(Some(&[Kind::UTF16, Kind::UTF8])), PositionEncoding::Utf8);
        assert_eq!(negotiate(Some(&[Kind::UTF32])), PositionEncoding::Utf32);
        assert_eq!(negotiate(Some(&[Kind::new("utf-7")])), PositionEncoding::Utf16);
    }
}
