//! Changes as edits of JSON text.

use super::hunks::{self, Hunk};
use super::{EditError, Insertion, Plan, TextEdit, Value, moved, replace};
use crate::runs::Runs;
use crate::string::{escape_json, quote_json, unescape_json};
use crate::tree::{Document, Node, NodeId, NodeKind, Span};

pub(super) fn edits(document: &Document, plan: &Plan<'_>) -> Result<Vec<TextEdit>, EditError> {
    let mut edits = Vec::new();
    for (id, value) in &plan.replaced {
        let node = document.node(*id);
        if let Some(small) = value.as_text().and_then(|text| text_edits(node, text)) {
            edits.extend(small);
            continue;
        }
        let layout = Layout::of_child(node);
        edits.push(TextEdit { span: node.span(), text: render(document, value, &layout) });
    }
    for (id, key) in &plan.renamed {
        let span = document.node(*id).key_span().ok_or(EditError::WrongPlace)?;
        edits.push(TextEdit { span, text: quote_json(key) });
    }
    for id in &plan.containers {
        container_edits(document.node(*id), plan, &mut edits)?;
    }
    // An insertion at an offset goes before a removal that starts there.
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let overlap = edits.windows(2).any(|pair| pair[0].span.end > pair[1].span.start);
    if overlap { Err(EditError::Conflict) } else { Ok(edits) }
}

/// A text in place of a text: what differs, between the quotes. The escapes of the rest stay as they are.
fn text_edits(node: Node<'_>, text: &str) -> Option<Vec<TextEdit>> {
    let old = node.as_str()?;
    let written = node.text();
    let is_literal = written.len() >= 2 && written.starts_with('"') && written.ends_with('"');
    let runs = Runs::of(node).filter(|_| is_literal && !hunks::is_word(&old))?;
    let edit = |hunk: Hunk<'_>| {
        let cut = runs.cut(&hunk.old);
        TextEdit { span: Span::new(cut.start as u32, cut.end as u32), text: escape_json(hunk.new).into_owned() }
    };
    let edits: Vec<TextEdit> = hunks::between(&old, text).into_iter().map(edit).collect();
    // Two halves of a character, each written as an escape, are one when nothing is left between them.
    let result = replace(written, &moved(&edits, node.span().start)?).ok()?;
    (unescape_json(&result) == text).then_some(edits)
}

fn container_edits(node: Node<'_>, plan: &Plan<'_>, edits: &mut Vec<TextEdit>) -> Result<(), EditError> {
    let children: Vec<Node<'_>> = node.children().collect();
    let gone: Vec<bool> = children.iter().map(|child| plan.removed.contains(&child.id())).collect();
    let inserted = plan.inserted.get(&node.id()).map(Vec::as_slice).unwrap_or_default();
    if gone.iter().all(|gone| *gone) {
        return whole_container(node, inserted, edits);
    }
    remove_runs(&children, &gone, edits);
    insert_all(node, &children, &gone, inserted, edits);
    Ok(())
}

/// An empty container that gets its first content, or one that loses all.
fn whole_container(node: Node<'_>, inserted: &[Insertion<'_>], edits: &mut Vec<TextEdit>) -> Result<(), EditError> {
    if !is_closed(node) {
        return Err(EditError::WrongPlace);
    }
    let inner = Span::new(node.span().start + 1, node.span().end - 1);
    if inserted.is_empty() {
        edits.push(TextEdit { span: inner, text: String::new() });
        return Ok(());
    }
    let document = node.document();
    let layout = Layout::of_child(node).deeper(document);
    let items: Vec<String> = inserted.iter().map(|item| render_item(document, item, &layout)).collect();
    let text = if layout.multiline {
        let (newline, outer) = (document.line_ending(), layout.outer(document));
        let separator = format!(",{newline}{}", layout.indent);
        format!("{newline}{}{}{newline}{outer}", layout.indent, items.join(&separator))
    } else {
        items.join(layout.comma())
    };
    edits.push(TextEdit { span: inner, text });
    Ok(())
}

/// True when the container has a closing bracket of its own: not the one of its last child, as in half-typed text.
fn is_closed(node: Node<'_>) -> bool {
    let close = if node.kind() == NodeKind::Object { '}' } else { ']' };
    let after_children = node.children().last().map_or(node.span().start + 1, |child| child.member_span().end);
    after_children < node.span().end && node.text().ends_with(close)
}

/// Removes each run of children with the separators that go with it.
fn remove_runs(children: &[Node<'_>], gone: &[bool], edits: &mut Vec<TextEdit>) {
    let mut first = 0;
    while first < children.len() {
        if !gone[first] {
            first += 1;
            continue;
        }
        let last = (first..children.len()).take_while(|i| gone[*i]).last().unwrap_or(first);
        let span = match children.get(last + 1) {
            Some(next) => Span::new(children[first].member_span().start, next.member_span().start),
            // There is a child before: a container that loses all is handled elsewhere.
            None => Span::new(children[first - 1].member_span().end, children[last].member_span().end),
        };
        edits.push(TextEdit { span, text: String::new() });
        first = last + 1;
    }
}

fn insert_all(
    node: Node<'_>,
    children: &[Node<'_>],
    gone: &[bool],
    inserted: &[Insertion<'_>],
    edits: &mut Vec<TextEdit>,
) {
    let document = node.document();
    let Some(last_kept) = (0..children.len()).rev().find(|i| !gone[*i]) else { return };
    let first_edit = edits.len();
    // Those at the end come after those that follow the last child by name, whatever their order in the changes.
    let (named, at_end): (Vec<_>, Vec<_>) = inserted.iter().partition(|insertion| insertion.after.is_some());
    for insertion in named.into_iter().chain(at_end) {
        let after = insertion.after.and_then(|id| children.iter().find(|child| child.id() == id));
        let after = *after.unwrap_or(&children[last_kept]);
        let layout = Layout::of_child(after);
        let item = render_item(document, insertion, &layout);
        let text = if layout.multiline {
            format!(",{}{}{item}", document.line_ending(), layout.indent)
        } else {
            format!("{}{item}", layout.comma())
        };
        let at = Span::empty(after.member_span().end);
        match edits[first_edit..].iter_mut().find(|edit| edit.span == at) {
            Some(edit) => edit.text.push_str(&text),
            None => edits.push(TextEdit { span: at, text }),
        }
    }
}

/// How the surroundings are written.
struct Layout {
    /// One item per line.
    multiline: bool,
    /// The white space before an item on its line.
    indent: String,
    /// No space after commas and colons.
    compact: bool,
}

impl Layout {
    /// How a node that exists stands among its siblings.
    fn of_child(node: Node<'_>) -> Self {
        let own_line = node.line_indent();
        let indent = own_line.map_or_else(|| indent_of_line(node), str::to_owned);
        Self { multiline: own_line.is_some() || node.parent().is_none(), indent, compact: is_compact(node) }
    }

    /// The layout of items inside a container that stands here.
    fn deeper(&self, document: &Document) -> Self {
        Self {
            multiline: self.multiline,
            indent: format!("{}{}", self.indent, document.indent_unit()),
            compact: self.compact,
        }
    }

    fn outer(&self, document: &Document) -> String {
        self.indent.strip_suffix(document.indent_unit()).unwrap_or_default().to_owned()
    }

    fn comma(&self) -> &'static str {
        if self.compact { "," } else { ", " }
    }

    fn colon(&self) -> &'static str {
        if self.compact { ":" } else { ": " }
    }
}

/// The white space at the start of the line a node stands on.
fn indent_of_line(node: Node<'_>) -> String {
    // Looking for the start of the one line from each of its nodes would take quadratic time.
    if node.document().is_one_line() {
        return String::new();
    }
    let text = node.document().text();
    let before = &text[..node.member_span().start as usize];
    let line = memchr::memrchr2(b'\n', b'\r', before.as_bytes()).map_or(0, |at| at + 1);
    before[line..].chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
}

/// True when the nearest key is followed by its value without a space.
fn is_compact(node: Node<'_>) -> bool {
    std::iter::once(node)
        .chain(node.ancestors())
        .find_map(|node| node.key_span().map(|key| (key, node.span())))
        .or_else(|| node.children().find_map(|child| child.key_span().map(|key| (key, child.span()))))
        .is_some_and(|(key, value)| node.document().slice(Span::new(key.end, value.start)) == ":")
}

fn render_item(document: &Document, insertion: &Insertion<'_>, layout: &Layout) -> String {
    let value = render(document, insertion.value, layout);
    match insertion.key {
        Some(key) => format!("{}{}{value}", quote_json(key), layout.colon()),
        None => value,
    }
}

/// The text of a value that stands at `layout`; its first line carries no indentation.
fn render(document: &Document, value: &Value, layout: &Layout) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::String(text) | Value::Derived { text, .. } => quote_json(text),
        Value::Copy(node) => copy(document.node(*node), layout),
        Value::Array(items) => {
            let inner = layout.deeper(document);
            let items = items.iter().map(|item| render(document, item, &inner)).collect();
            bracket(document, '[', items, ']', layout, &inner)
        }
        Value::Object(members) => {
            let inner = layout.deeper(document);
            let members = members
                .iter()
                .map(|(key, value)| format!("{}{}{}", quote_json(key), layout.colon(), render(document, value, &inner)))
                .collect();
            bracket(document, '{', members, '}', layout, &inner)
        }
    }
}

fn bracket(
    document: &Document,
    open: char,
    items: Vec<String>,
    close: char,
    layout: &Layout,
    inner: &Layout,
) -> String {
    if items.is_empty() {
        return format!("{open}{close}");
    }
    if !layout.multiline {
        return format!("{open}{}{close}", items.join(layout.comma()));
    }
    let newline = document.line_ending();
    let separator = format!(",{newline}{}", inner.indent);
    format!("{open}{newline}{}{}{newline}{}{close}", inner.indent, items.join(&separator), layout.indent)
}

/// The text of a node that exists, its lines moved to another indentation. JSON strings hold no line breaks, so
/// only white space changes.
fn copy(node: Node<'_>, layout: &Layout) -> String {
    let text = node.text();
    if node.is_leaf() || !text.contains(['\n', '\r']) {
        return text.to_owned();
    }
    let old = indent_of_line(node);
    let mut out = String::with_capacity(text.len());
    for (i, line) in text.split_inclusive('\n').enumerate() {
        if i > 0 {
            out.push_str(&layout.indent);
        }
        out.push_str(if i > 0 { line.strip_prefix(old.as_str()).unwrap_or(line) } else { line });
    }
    out
}

/// True for a value that a scalar node of this kind can be compared with.
pub(super) fn scalar_matches(value: &Value, node: Node<'_>) -> bool {
    match value {
        Value::Bool(value) => node.as_bool() == Some(*value),
        Value::Integer(value) => node.kind() == NodeKind::Number && node.text() == value.to_string(),
        Value::String(text) | Value::Derived { text, .. } => node.as_str().is_some_and(|s| s == text.as_str()),
        Value::Array(_) | Value::Object(_) | Value::Copy(_) => false,
    }
}

/// The id of a node, for the walk that compares.
pub(super) fn origin(value: &Value) -> Option<Vec<NodeId>> {
    match value {
        Value::Derived { from, .. } => Some(from.clone()),
        _ => None,
    }
}
