//! Where things stand in a block text: lines, columns, dashes, comments that belong to something.

use crate::tree::{Document, Node, NodeKind, Span};

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    /// Nothing, such as after `key:`.
    Empty,
    /// A scalar without a header, or an alias.
    Inline,
    /// A block text, `|` or `>`.
    Literal,
    /// A collection in brackets, or a pair inside of some.
    Flow,
    /// A collection by indentation.
    Block,
}

/// How a node is written.
pub(super) fn shape(node: Node<'_>) -> Shape {
    if node.is_alias() {
        return Shape::Inline;
    }
    let content = &node.document().text()[content_start(node)..node.span().end as usize];
    match (node.kind(), content.as_bytes().first()) {
        (NodeKind::Object, Some(b'{')) | (NodeKind::Array, Some(b'[')) => Shape::Flow,
        (NodeKind::Object | NodeKind::Array, _) if node.is_leaf() || in_flow(node) => Shape::Flow,
        (NodeKind::Object | NodeKind::Array, _) => Shape::Block,
        (_, None) => Shape::Empty,
        (_, Some(b'|' | b'>')) => Shape::Literal,
        _ => Shape::Inline,
    }
}

/// True inside of brackets (YAML).
#[must_use]
pub fn in_flow(node: Node<'_>) -> bool {
    node.ancestors().any(|up| bracket_of(up).is_some())
}

/// Where the bracket is that opens a list or an object in brackets (YAML).
#[must_use]
pub fn bracket_of(node: Node<'_>) -> Option<u32> {
    let open = match node.kind() {
        NodeKind::Object => b'{',
        NodeKind::Array => b'[',
        _ => return None,
    };
    let start = content_start(node);
    (node.document().text().as_bytes().get(start) == Some(&open)).then_some(start as u32)
}

/// Where the anchor and the tag of a value end and it begins.
pub(crate) fn content_start(node: Node<'_>) -> usize {
    let (start, end) = (node.span().start as usize, node.span().end as usize);
    let text = node.document().text().as_bytes();
    let mut after = start;
    loop {
        let at = skip_blank(node.document(), after).min(end);
        if at >= end || !matches!(text[at], b'&' | b'!') {
            // Beside the first key of a block it is the key that has the anchor.
            let of_key = is_block_like(node, text.get(at)) && !text[after..at].contains(&b'\n') && after > start;
            return if of_key { start } else { at };
        }
        let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b',' | b'[' | b']' | b'{' | b'}');
        after = at + text[at..end].iter().position(ends).unwrap_or(end - at);
    }
}

fn is_block_like(node: Node<'_>, first: Option<&u8>) -> bool {
    node.kind() == NodeKind::Object && !node.is_leaf() && first != Some(&b'{')
}

/// The end of the anchor and the tag of a value, without what follows; its start when it has none.
pub(super) fn properties_end(node: Node<'_>) -> usize {
    let (start, content) = (node.span().start as usize, content_start(node));
    let between = &node.document().text()[start..content];
    // A comment may stand between them.
    let comments = node.document().comments();
    let first = comments.partition_point(|comment| (comment.span.start as usize) < start);
    match comments.get(first).filter(|comment| (comment.span.start as usize) < content) {
        Some(comment) => start + between[..comment.span.start as usize - start].trim_end().len(),
        None => start + between.trim_end().len(),
    }
}

/// The place after white space, line breaks and comments.
pub(super) fn skip_blank(document: &Document, mut at: usize) -> usize {
    let text = document.text().as_bytes();
    loop {
        at += text[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        match comment_at(document, at) {
            Some(comment) => at = comment.end as usize,
            None => return at,
        }
    }
}

/// The comment that starts at an offset.
pub(super) fn comment_at(document: &Document, at: usize) -> Option<Span> {
    let comments = document.comments();
    let found = comments.binary_search_by_key(&(at as u32), |comment| comment.span.start).ok()?;
    Some(comments[found].span)
}

/// The end of the line that holds an offset, before its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..]).map_or(text.len(), |found| at + found)
}

/// The start of the next line after the end of one.
pub(super) fn next_line(text: &str, line_end: usize) -> usize {
    let rest = &text[line_end..];
    line_end + if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) }
}

/// The end of the line before the start of one.
pub(super) fn previous_line_end(text: &str, line_start: usize) -> usize {
    let before = &text[..line_start];
    before.strip_suffix("\r\n").or_else(|| before.strip_suffix(['\n', '\r'])).map_or(0, str::len)
}

/// The start of the line that holds an offset, after a byte order mark.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    let start = memchr::memrchr2(b'\n', b'\r', &text.as_bytes()[..at]).map_or(0, |found| found + 1);
    if start == 0 && text.starts_with('\u{feff}') { 3.min(at) } else { start }
}

/// How far from the start of its line an offset is.
pub(super) fn column(text: &str, at: usize) -> usize {
    at - line_start(text, at)
}

/// True when nothing but white space stands before an offset on its line. Looks no further back than that: a text may
/// be one long line.
pub(super) fn is_first_on_line(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '\t']);
    before.is_empty() || before == "\u{feff}" || before.ends_with(['\n', '\r'])
}

/// Where a member or an element of a block begins: with its dash, its `?` or what is before its key.
pub(super) fn start_of(child: Node<'_>) -> usize {
    let text = child.document().text();
    let Some(key) = child.key_span() else { return dash_of(child).unwrap_or(child.span().start as usize) };
    let mut start = key.start as usize;
    loop {
        let before = text[..start].trim_end_matches([' ', '\t']);
        let token = before.rfind([' ', '\t', '\n', '\r', ',', '{', '[']).map_or(0, |at| at + 1);
        if !(before[token..].starts_with(['&', '!']) || &before[token..] == "?") {
            return start;
        }
        start = token;
    }
}

/// The dash before an element of a block list.
pub(super) fn dash_of(item: Node<'_>) -> Option<usize> {
    let document = item.document();
    let text = document.text();
    let parent = item.parent()?;
    if parent.kind() != NodeKind::Array {
        return None;
    }
    let mut at = item.span().start as usize;
    loop {
        at = text[..at].trim_end_matches([' ', '\t', '\n', '\r']).len();
        let comments = document.comments();
        let next = comments.partition_point(|comment| (comment.span.start as usize) < at);
        match next.checked_sub(1).map(|last| comments[last].span) {
            Some(comment) if comment.end as usize >= at => at = comment.start as usize,
            _ => break,
        }
    }
    text[..at].ends_with('-').then(|| at - 1)
}

/// The column of the members or elements of a block.
pub(super) fn block_column(block: Node<'_>) -> usize {
    let text = block.document().text();
    let mut starts = block.children().map(start_of);
    let first = starts.next();
    let lined = first.into_iter().chain(starts.take(1)).find(|at| is_first_on_line(text, *at)).or(first);
    lined.map_or(0, |at| column(text, at))
}

/// The column that counts as the indentation of what stands around a value: that of its member or its dash. Nothing
/// is around a root.
pub(super) fn outer_column(node: Node<'_>) -> Option<usize> {
    let parent = node.parent()?;
    if in_flow(node) {
        let text = node.document().text();
        let line = line_start(text, node.member_span().start as usize);
        return Some(text[line..].bytes().take_while(|b| *b == b' ').count());
    }
    Some(block_column(parent))
}

/// Where the head of a value ends: after the colon of its key, or after its dash; at its start for a root.
pub(super) fn head_end(node: Node<'_>) -> usize {
    let document = node.document();
    if let Some(key) = node.key_span() {
        let at = skip_blank(document, key.end as usize);
        return if document.text().as_bytes().get(at) == Some(&b':') { at + 1 } else { key.end as usize };
    }
    dash_of(node).map_or(node.span().start as usize, |dash| dash + 1)
}

/// The end of a value with all that is its content: block texts that keep their last line breaks have those.
pub(super) fn content_end(node: Node<'_>) -> usize {
    let text = node.document().text();
    let end = node.span().end as usize;
    let last = match shape(node) {
        Shape::Block => node.document().nth(node.subtree_end() - 1).unwrap_or(node),
        Shape::Literal => node,
        _ => return end,
    };
    if last.is_container() || shape(last) != Shape::Literal || in_flow(last) {
        return end;
    }
    let mut at = line_end(text, end);
    if !literal_header(last).contains('+') {
        return at;
    }
    loop {
        let next = next_line(text, at);
        let after = line_end(text, next);
        if next == text.len() || !text[next..after].trim_matches([' ', '\t']).is_empty() {
            return at;
        }
        at = after;
    }
}

/// The header of a block text: `|-` or the like.
pub(super) fn literal_header(node: Node<'_>) -> &str {
    let content = &node.document().text()[content_start(node)..node.span().end as usize];
    let end = content.bytes().take_while(|b| matches!(b, b'|' | b'>' | b'+' | b'-' | b'0'..=b'9')).count();
    &content[..end]
}

/// The end of the last line of a member or an element: with its comment, and with comment lines that stand deeper
/// than it.
pub(super) fn block_end(child: Node<'_>, column_of_child: usize) -> usize {
    let document = child.document();
    let text = document.text();
    let mut at = line_end(text, content_end(child).max(head_end(child)));
    loop {
        let line = next_line(text, at);
        let first = line + text[line..].bytes().take_while(|b| *b == b' ').count();
        match comment_at(document, first) {
            Some(comment) if first - line > column_of_child && line > at => at = comment.end as usize,
            _ => return at,
        }
    }
}

/// The start of the comment lines right above a member or an element, of the same indentation; else of its own line.
pub(super) fn with_leading_comments(document: &Document, start: usize) -> usize {
    let text = document.text();
    let mut line = line_start(text, start);
    let wanted = start - line;
    while line > 0 {
        let above = line_start(text, previous_line_end(text, line));
        if above == line || comment_at(document, above + wanted).is_none() {
            break;
        }
        if !is_first_on_line(text, above + wanted) {
            break;
        }
        line = above;
    }
    line
}

/// The comment that ends the line of an offset, after nothing but white space.
pub(super) fn trailing_comment(document: &Document, at: usize) -> Option<Span> {
    let blank = document.text()[at..].bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
    comment_at(document, at + blank)
}
