//! How a YAML text is written, so that ours looks like the text it comes from.

use v4ward_syntax::{Document, Format, Node, NodeKind, Span};

/// Layout and quotes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Style {
    /// Columns per level.
    pub(super) indent: usize,
    /// The `-` of a list stands further in than its key.
    pub(super) lists_indented: bool,
    /// Where quotes are needed, single ones.
    pub(super) single_quotes: bool,
    /// Lines end in `\r\n`.
    pub(super) crlf: bool,
    /// The first document begins with `---`.
    pub(super) starts_explicitly: bool,
}

/// What we take for a definition in JSON: what the examples of the operator look like.
const DEFAULT: Style =
    Style { indent: 2, lists_indented: true, single_quotes: false, crlf: false, starts_explicitly: false };

impl Style {
    pub(super) fn of(source: &Document) -> Self {
        if source.format() != Format::Yaml {
            return DEFAULT;
        }
        Self {
            indent: indent(source).unwrap_or(DEFAULT.indent),
            lists_indented: lists_indented(source).unwrap_or(DEFAULT.lists_indented),
            single_quotes: single_quotes(source),
            crlf: source.line_ending() == "\r\n",
            starts_explicitly: start_marker(source).is_some(),
        }
    }
}

/// Where the `---` before the first document stands.
pub(super) fn start_marker(source: &Document) -> Option<usize> {
    let root = source.root()?.member_span().start as usize;
    let before = source.text().get(..root)?;
    let lines = before.split_inclusive('\n');
    lines
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some((start, line.trim_start_matches('\u{feff}')))
        })
        .find(|(_, line)| line.starts_with("---"))
        .map(|(at, _)| at)
}

/// The members and elements that stand in no brackets. Those in brackets may all be on one line, which is long to look
/// at from each of them.
fn blocks(source: &Document) -> impl Iterator<Item = Node<'_>> {
    source.nodes().filter(|node| node.parent().is_some_and(|parent| !in_brackets(parent)))
}

/// True for a list or an object in brackets.
pub(super) fn in_brackets(node: Node<'_>) -> bool {
    node.document().slice(Span::new(node.span().end.saturating_sub(1), node.span().end)).starts_with([']', '}'])
        && node.is_container()
}

/// The first step from a key to a key below it.
fn indent(source: &Document) -> Option<usize> {
    blocks(source).find_map(|node| {
        let parent = node.parent().filter(|parent| parent.key_span().is_some())?;
        let (inner, outer) = (node.key_span().and(node.line_indent())?, parent.line_indent_or_start()?);
        inner.len().checked_sub(outer).filter(|step| (1..=8).contains(step)).map(|step| step.max(2))
    })
}

/// The first list of a key that stands on lines of its own.
fn lists_indented(source: &Document) -> Option<bool> {
    blocks(source).find_map(|node| {
        let list = node.parent().filter(|list| list.kind() == NodeKind::Array && list.key_span().is_some())?;
        let (dash, key) = (dash_column(node)?, list.line_indent_or_start()?);
        Some(dash > key)
    })
}

/// The column of the `-` of an element of a block list that stands first on its line.
pub(super) fn dash_column(element: Node<'_>) -> Option<usize> {
    let before = line_before(element);
    let rest = before.trim_end_matches(' ').strip_suffix('-')?;
    rest.bytes().all(|b| b == b' ').then_some(rest.len())
}

/// What stands before a node on its line.
fn line_before(node: Node<'_>) -> &str {
    let text = &node.document().text()[..node.member_span().start as usize];
    &text[text.rfind(['\n', '\r']).map_or(0, |at| at + 1)..]
}

trait Column {
    fn line_indent_or_start(self) -> Option<usize>;
}

impl Column for Node<'_> {
    /// The column of a node that is the first thing on its line, the text's first line included.
    fn line_indent_or_start(self) -> Option<usize> {
        let before = line_before(self).trim_start_matches('\u{feff}');
        before.bytes().all(|b| b == b' ').then_some(before.len())
    }
}

/// The quotes that most texts have; double ones when nothing says more.
fn single_quotes(source: &Document) -> bool {
    let quotes = source.nodes().filter(|node| node.kind() == NodeKind::String && !node.is_alias());
    let (mut single, mut double) = (0_usize, 0_usize);
    for node in quotes {
        match node.text().as_bytes().first() {
            Some(b'\'') => single += 1,
            Some(b'"') => double += 1,
            _ => {}
        }
    }
    single > double
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_of_a_text_is_seen() {
        let style = |text: &str| Style::of(&Document::parse_yaml(text));
        let two = style("a:\n  b:\n  - 'x'\n  - 'y'\n");
        assert_eq!(two, Style { lists_indented: false, single_quotes: true, ..DEFAULT });
        let four = style("# licence\n---\r\na:\r\n    b:\r\n        - \"x\"\r\n");
        assert_eq!(four, Style { indent: 4, starts_explicitly: true, crlf: false, ..DEFAULT });
        assert!(style("a:\r\n  b: 1\r\n").crlf);
        assert_eq!(style("a: [1, 2]\n"), DEFAULT);
        assert_eq!(Style::of(&Document::parse_json("{\n    \"a\": 1 }")), DEFAULT);
    }
}
