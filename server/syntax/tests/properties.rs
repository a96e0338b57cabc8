//! Properties that hold for any text, each against an independent judge: serde_json, jsonc-parser or a naive rewrite.
//!
//! `V4WARD_CASES` sets the number of cases per property.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstNode, CstRootNode};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value as Data};
use v4ward_syntax::edit::{self, Change, EditError, TextEdit, Value};
use v4ward_syntax::{Document, LineIndex, Node, NodeId, NodeKind, Position, PositionEncoding, Span};

fn config() -> ProptestConfig {
    let cases = std::env::var("V4WARD_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2000);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

// ---------------------------------------------------------------------------------------------------------- texts

/// JSON as it may be written: duplicate keys, escaped keys.
#[derive(Clone, Debug)]
enum Json {
    /// A scalar as it stands in the text.
    Scalar(String),
    Array(Vec<Json>),
    /// The keys as they stand in the text.
    Object(Vec<(String, Json)>),
}

/// How it is written.
#[derive(Clone, Copy, Debug)]
struct Style {
    newline: &'static str,
    indent: &'static str,
    colon: &'static str,
}

const STYLES: [Style; 6] = [
    Style { newline: "\n", indent: "  ", colon: ": " },
    Style { newline: "\n", indent: "\t", colon: ":" },
    Style { newline: "\r\n", indent: "    ", colon: ": " },
    Style { newline: "\r", indent: " ", colon: " : " },
    Style { newline: "", indent: "", colon: ":" },
    Style { newline: " ", indent: "", colon: ": " },
];

impl Json {
    fn write(&self, style: Style, depth: usize, out: &mut String) {
        let (brackets, items): (_, Vec<(Option<&str>, &Json)>) = match self {
            Self::Scalar(text) => return out.push_str(text),
            Self::Array(items) => (['[', ']'], items.iter().map(|item| (None, item)).collect()),
            Self::Object(members) => {
                (['{', '}'], members.iter().map(|(key, item)| (Some(key.as_str()), item)).collect())
            }
        };
        out.push(brackets[0]);
        for (i, (key, item)) in items.iter().enumerate() {
            out.push_str(if i > 0 { "," } else { "" });
            out.push_str(style.newline);
            out.push_str(&style.indent.repeat(depth + 1));
            if let Some(key) = key {
                out.push_str(key);
                out.push_str(style.colon);
            }
            item.write(style, depth + 1, out);
        }
        if !items.is_empty() {
            out.push_str(style.newline);
            out.push_str(&style.indent.repeat(depth));
        }
        out.push(brackets[1]);
    }
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => select(vec!["null", "true", "false", "0", "-0", "1e5", "1.50", "-12E-2", "\"\"", "\"\\ud83d\\ude00\"", "\"\\/\\b\""])
            .prop_map(str::to_owned),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => any::<f64>().prop_map(|number| Data::from(number).to_string()),
        2 => any::<String>().prop_map(|text| Data::from(text).to_string()),
    ]
}

/// Keys that often come twice, written in more than one way.
fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(vec!["\"a\"", "\"b\"", "\"c\"", "\"\\u0061\"", "\"a/b~\"", "\"\"", "\"a\\\"\"", "\"long key of 22 bytes\""])
            .prop_map(str::to_owned),
        2 => "\"[a-z]{1,9}\"",
        1 => any::<String>().prop_map(|text| Data::from(text).to_string()),
    ]
}

fn json() -> impl Strategy<Value = Json> {
    let value = scalar().prop_map(Json::Scalar).prop_recursive(
        4,
        30,
        5,
        |inner| prop_oneof![1 => scalar().prop_map(Json::Scalar), 3 => container(inner)],
    );
    prop_oneof![1 => scalar().prop_map(Json::Scalar), 15 => container(value)]
}

fn container(item: impl Strategy<Value = Json> + Clone) -> impl Strategy<Value = Json> {
    prop_oneof![
        1 => prop::collection::vec(item.clone(), 0..6).prop_map(Json::Array),
        2 => prop::collection::vec((key(), item), 0..7).prop_map(Json::Object),
    ]
}

fn valid_text() -> impl Strategy<Value = String> {
    (json(), select(STYLES.to_vec())).prop_map(|(json, style)| {
        let mut out = String::new();
        json.write(style, 0, &mut out);
        out
    })
}

const PIECES: [&str; 36] = [
    "{", "}", "[", "]", ":", ",", "\"", "\"a\"", "\"b\": ", "'", "'a'", "\\", "\\u00", "\\\"", "\n", "\r\n", "\r", " ",
    "\t", "1", "-", "+1", "0", ".", "e5", "true", "nul", "é", "😀", "\u{feff}", "//", "/*", "*/", "\u{1}", "#", "x",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(select(PIECES.to_vec()), 0..60).prop_map(|pieces| pieces.concat())
}

#[derive(Clone, Debug)]
enum Mutation {
    Delete(Index, Index),
    Insert(Index, &'static str),
    Duplicate(Index, Index),
    Truncate(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = any::<Index>;
    prop_oneof![
        (place(), place()).prop_map(|(from, len)| Mutation::Delete(from, len)),
        (place(), select(PIECES.to_vec())).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        (place(), place()).prop_map(|(from, len)| Mutation::Duplicate(from, len)),
        place().prop_map(Mutation::Truncate),
    ]
}

fn mutate(mut text: String, mutations: &[Mutation]) -> String {
    for mutation in mutations {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        // Short slices find more than long ones.
        let slice = |from: &Index, len: &Index| {
            let first = from.index(places.len());
            places[first]..places[(first + len.index(12)).min(places.len() - 1)]
        };
        match mutation {
            Mutation::Delete(from, len) => text.replace_range(slice(from, len), ""),
            Mutation::Insert(at, piece) => text.insert_str(places[at.index(places.len())], piece),
            Mutation::Duplicate(from, len) => {
                let range = slice(from, len);
                let copy = text[range.clone()].to_owned();
                text.insert_str(range.end, &copy);
            }
            Mutation::Truncate(at) => text.truncate(places[at.index(places.len())]),
        }
    }
    text
}

fn mutated_text() -> impl Strategy<Value = String> {
    (valid_text(), prop::collection::vec(mutation(), 1..4)).prop_map(|(text, mutations)| mutate(text, &mutations))
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => mutated_text(),
        2 => pieces(),
        1 => any::<String>(),
        1 => prop::collection::vec(any::<u8>(), 0..80).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        1 => valid_text(),
    ]
}

// ----------------------------------------------------------------------------------------------------------- data

/// The data of a node; what cannot be read is told apart from every text.
fn data(node: Node<'_>) -> Data {
    match node.kind() {
        NodeKind::Null => Data::Null,
        NodeKind::Bool => Data::from(node.as_bool()),
        NodeKind::Number => serde_json::from_str(node.text()).unwrap_or_else(|_| Data::from(node.text())),
        NodeKind::String => Data::from(node.as_str()),
        NodeKind::Array => node.values().map(data).collect(),
        NodeKind::Object => node.values().map(|member| (member.key().unwrap().into_owned(), data(member))).collect(),
        NodeKind::Invalid => Data::from(vec![Data::from("invalid"), Data::from(node.text())]),
    }
}

/// What serde_json says; `None` where it is stricter than the grammar.
fn judge(text: &str) -> Option<Result<Data, ()>> {
    match serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)) {
        Ok(data) => Some(Ok(data)),
        Err(error) => {
            let message = error.to_string();
            let half_surrogate = text.to_lowercase().contains("\\ud");
            let stricter = ["number out of range", "recursion limit"].iter().any(|limit| message.contains(limit));
            (!half_surrogate && !stricter).then_some(Err(()))
        }
    }
}

// ----------------------------------------------------------------------------------------------------- invariants

fn check_span(document: &Document, span: Span) {
    assert!(span.start <= span.end, "{span:?}");
    assert!(document.text().get(span.start as usize..span.end as usize).is_some(), "{span:?}");
}

fn check_children(node: Node<'_>) {
    let (mut at, mut next) = (node.span().start + u32::from(node.is_container()), node.id().index() + 1);
    for (i, child) in node.children().enumerate() {
        assert_eq!(child.id().index(), next);
        assert_eq!(child.parent(), Some(node));
        assert_eq!(child.position_in_parent(), i);
        assert_eq!(child.key_span().is_some(), node.kind() == NodeKind::Object);
        assert!(at <= child.member_span().start, "{child:?} in {node:?}");
        assert!(child.subtree_end() > next && child.subtree_end() <= node.subtree_end());
        (at, next) = (child.member_span().end, child.subtree_end());
        if let Some(key) = child.key() {
            assert!(child.has_key(&key));
            let last = node.children().filter(|other| other.key().as_ref() == Some(&key)).last();
            assert_eq!(child.is_shadowed(), last != Some(child));
            assert_eq!(node.get(&key), last);
        } else {
            assert!(!child.is_shadowed());
        }
    }
    assert_eq!(next, node.subtree_end());
    assert!(at <= node.span().end);
}

fn check_invariants(document: &Document) {
    for (i, node) in document.nodes().enumerate() {
        assert_eq!(node.id().index(), i);
        assert_eq!(node.parent().is_none(), i == 0);
        check_span(document, node.span());
        if let Some(key) = node.key_span() {
            check_span(document, key);
            assert!(!key.is_empty() && key.end <= node.span().start);
        }
        check_children(node);
        assert!(node.is_container() || node.is_leaf());
        if !node.is_shadowed() && !node.ancestors().any(|up| up.is_shadowed()) {
            assert_eq!(document.resolve(&node.pointer()), Some(node));
        }
    }
    assert!(document.errors().len() <= 100);
    assert!(document.errors().windows(2).all(|pair| pair[0].span <= pair[1].span));
    document.errors().iter().for_each(|error| check_span(document, error.span));
    document.comments().iter().for_each(|comment| check_span(document, comment.span));
    assert!(document.comments().windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
}

/// The leaves with the gaps between them.
fn reconstruct(document: &Document) -> (String, String) {
    let (mut text, mut gaps, mut at) = (String::new(), String::new(), 0);
    let pieces = document.nodes().flat_map(|n| n.key_span().into_iter().chain(n.is_leaf().then_some(n.span())));
    for span in pieces.chain([Span::empty(document.text().len() as u32)]) {
        let gap = document.slice(Span::new(at, span.start));
        gaps.push_str(gap);
        text.push_str(gap);
        text.push_str(document.slice(span));
        at = span.end;
    }
    (text, gaps)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_tree_of_any_text_is_sound(text in any_text()) {
        let document = Document::parse_json(text.clone());
        check_invariants(&document);
        prop_assert_eq!(document.text(), &text);
        prop_assert_eq!(reconstruct(&document).0, text);
    }

    #[test]
    fn valid_text_reads_as_serde_json_reads_it(text in valid_text()) {
        let document = Document::parse_json(text.clone());
        prop_assert_eq!(document.errors(), &[]);
        check_invariants(&document);
        prop_assert_eq!(data(document.root().unwrap()), serde_json::from_str::<Data>(&text).unwrap());
        let gaps = reconstruct(&document).1;
        prop_assert!(gaps.chars().all(|c| " \t\r\n{}[],:".contains(c)), "{}", gaps);
    }

    #[test]
    fn errors_are_those_of_serde_json(text in prop_oneof![4 => mutated_text(), 1 => pieces(), 1 => any::<String>()]) {
        let document = Document::parse_json(text.clone());
        match judge(&text) {
            Some(Ok(expected)) => {
                prop_assert_eq!(document.errors(), &[]);
                prop_assert_eq!(data(document.root().unwrap()), expected);
            }
            Some(Err(())) => prop_assert!(!document.errors().is_empty()),
            None => {}
        }
    }
}

// ------------------------------------------------------------------------------------------------------ positions

const ENCODINGS: [PositionEncoding; 3] = [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32];

fn units(text: &str, encoding: PositionEncoding) -> u32 {
    match encoding {
        PositionEncoding::Utf8 => text.len() as u32,
        PositionEncoding::Utf16 => text.encode_utf16().count() as u32,
        PositionEncoding::Utf32 => text.chars().count() as u32,
    }
}

/// The lines with their offset, without and with their ending.
fn naive_lines(text: &str) -> Vec<(usize, String, String)> {
    let marked = text.replace("\r\n", "\u{e000}\u{e001}");
    assert!(!text.contains(['\u{e000}', '\u{e001}']));
    let mut offset = 0;
    let mut lines = Vec::new();
    let ended = marked.replace('\u{e001}', "\u{e001}\u{e002}").replace('\n', "\n\u{e002}").replace('\r', "\r\u{e002}");
    for line in ended.split('\u{e002}') {
        let line = line.replace("\u{e000}\u{e001}", "\r\n");
        lines.push((offset, line.trim_end_matches(['\r', '\n']).to_owned(), line.clone()));
        offset += line.len();
    }
    lines
}

fn line_text() -> impl Strategy<Value = String> {
    let pieces = vec!["\n", "\r", "\r\n", "a", "bc ", "é", "😀", "\u{301}", "\t", "世"];
    prop::collection::vec(select(pieces), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn positions_agree_with_a_naive_count(text in line_text(), line in 0u32..12, column in 0u32..14) {
        let index = LineIndex::new(&text);
        let lines = naive_lines(&text);
        prop_assert_eq!(index.lines() as usize, lines.len());
        for (number, (start, _, whole)) in lines.iter().enumerate() {
            let span = Span::new(*start as u32, (start + whole.len()) as u32);
            prop_assert_eq!(index.line_span(number as u32), span);
        }
        for encoding in ENCODINGS {
            for offset in 0..=text.len() {
                let boundary = (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap();
                let number = lines.iter().rposition(|(start, ..)| *start <= boundary).unwrap();
                let (start, content, _) = &lines[number];
                let expected = Position { line: number as u32, column: units(&text[*start..boundary], encoding) };
                let position = index.position(&text, offset as u32, encoding);
                prop_assert_eq!(position, expected);
                prop_assert_eq!(index.line(offset as u32), number as u32);
                let back = boundary.min(start + content.len());
                prop_assert_eq!(index.offset(&text, position, encoding) as usize, back);
            }
            let expected = lines.get(line as usize).map_or(text.len(), |(start, content, _)| {
                let fits = |at: &usize| content.is_char_boundary(*at) && units(&content[..*at], encoding) <= column;
                start + (0..=content.len()).rev().find(fits).unwrap()
            });
            prop_assert_eq!(index.offset(&text, Position { line, column }, encoding) as usize, expected);
        }
    }
}

// ---------------------------------------------------------------------------------------------------------- edits

/// A change of some node, to be chosen when there is a document.
#[derive(Clone, Debug)]
struct Draft {
    kind: usize,
    node: Index,
    /// The neighbour of an insertion, the source of a copy.
    other: Index,
    named: bool,
    key: String,
    value: usize,
}

fn draft() -> impl Strategy<Value = Draft> {
    let key = prop_oneof![select(vec!["new", "a", "b\"\\\n", ""]).prop_map(str::to_owned), any::<String>()];
    (0usize..4, any::<Index>(), any::<Index>(), any::<bool>(), key, 0usize..7)
        .prop_map(|(kind, node, other, named, key, value)| Draft { kind, node, other, named, key, value })
}

impl Draft {
    /// The change, when it fits the node it falls on.
    fn on(&self, document: &Document) -> Option<Change> {
        let nodes = document.nodes().len();
        if nodes == 0 {
            return None;
        }
        let pick = |index: &Index| document.nodes().nth(index.index(nodes)).unwrap();
        let node = pick(&self.node);
        let value = self.value(pick(&self.other).id());
        let children: Vec<NodeId> = node.children().map(|child| child.id()).collect();
        let after = (self.named && !children.is_empty()).then(|| children[self.other.index(children.len())]);
        match (self.kind, node.kind()) {
            (0, _) => Some(Change::Replace { node: node.id(), value }),
            (1, _) => node.parent().map(|_| Change::Remove { node: node.id() }),
            (2, _) => node.key_span().map(|_| Change::Rename { node: node.id(), key: self.key.clone() }),
            (_, NodeKind::Object) => {
                Some(Change::InsertMember { object: node.id(), after, key: self.key.clone(), value })
            }
            (_, NodeKind::Array) => Some(Change::InsertElement { array: node.id(), after, value }),
            _ => None,
        }
    }

    fn value(&self, other: NodeId) -> Value {
        match self.value {
            0 => Value::Bool(true),
            1 => Value::Integer(-7),
            2 => Value::String(self.key.clone()),
            3 => Value::Array(vec![]),
            4 => Value::Object(vec![("x".into(), Value::Array(vec![Value::Copy(other), Value::Bool(false)]))]),
            5 => Value::Derived { text: self.key.clone(), from: vec![other] },
            _ => Value::Copy(other),
        }
    }
}

/// The changes made on plain data.
struct Model<'m> {
    document: &'m Document,
    changes: &'m [Change],
}

impl Model<'_> {
    fn value(&self, value: &Value) -> Data {
        match value {
            Value::Bool(value) => Data::from(*value),
            Value::Integer(value) => Data::from(*value),
            Value::String(text) | Value::Derived { text, .. } => Data::from(text.as_str()),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => members.iter().map(|(key, item)| (key.clone(), self.value(item))).collect(),
            Value::Copy(node) => data(self.document.node(*node)),
        }
    }

    fn node(&self, node: Node<'_>) -> Data {
        let new = self.changes.iter().find_map(|change| match change {
            Change::Replace { node: id, value } if *id == node.id() => Some(self.value(value)),
            _ => None,
        });
        match node.kind() {
            _ if new.is_some() => new.unwrap(),
            NodeKind::Array => self.items(node).into_iter().map(|(_, item)| item).collect(),
            NodeKind::Object => {
                let members = self.items(node).into_iter().map(|(key, item)| (key.unwrap(), item));
                Data::Object(members.collect::<Map<String, Data>>())
            }
            _ => data(node),
        }
    }

    fn items(&self, node: Node<'_>) -> Vec<(Option<String>, Data)> {
        let mut items = Vec::new();
        for child in node.children() {
            if !self.changes.contains(&Change::Remove { node: child.id() }) {
                let renamed = self.changes.iter().find_map(|change| match change {
                    Change::Rename { node, key } if *node == child.id() => Some(key.clone()),
                    _ => None,
                });
                items.push((renamed.or_else(|| child.key().map(Into::into)), self.node(child)));
            }
            self.inserted(node.id(), Some(child.id()), &mut items);
        }
        self.inserted(node.id(), None, &mut items);
        items
    }

    fn inserted(&self, container: NodeId, place: Option<NodeId>, items: &mut Vec<(Option<String>, Data)>) {
        for change in self.changes {
            match change {
                Change::InsertMember { object, after, key, value } if *object == container && *after == place => {
                    items.push((Some(key.clone()), self.value(value)));
                }
                Change::InsertElement { array, after, value } if *array == container && *after == place => {
                    items.push((None, self.value(value)));
                }
                _ => {}
            }
        }
    }
}

/// Applies the edits in the most simple way: from the last to the first.
fn apply_backwards(text: &str, edits: &[TextEdit]) -> String {
    assert!(edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{edits:?}");
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

fn check_applied(document: &Document, changes: &[Change]) -> Result<(), EditError> {
    let applied = edit::apply(document, changes)?;
    assert_eq!(apply_backwards(document.text(), &applied.edits), applied.document.text());
    let expected = Model { document, changes }.node(document.root().unwrap());
    assert_eq!(data(applied.document.root().unwrap()), expected, "{changes:?}");
    assert!(applied.document.errors().len() <= document.errors().len());
    for (new, sources) in &applied.origins {
        assert!(applied.document.node(*new).is_leaf());
        assert!(!sources.is_empty());
    }
    Ok(())
}

/// The same node in the tree of jsonc-parser.
fn oracle_node(root: &CstRootNode, node: Node<'_>) -> CstNode {
    let mut path: Vec<usize> = node.ancestors().map(Node::position_in_parent).collect();
    path.pop();
    path.reverse();
    path.push(node.position_in_parent());
    let mut found = root.value().unwrap();
    for index in path {
        found = match (found.as_object(), found.as_array()) {
            (Some(object), _) => object.properties()[index].value().unwrap(),
            (_, Some(array)) => array.elements()[index].clone(),
            _ => unreachable!("{found:?}"),
        };
    }
    found
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_change_that_fits_is_made(text in valid_text(), draft in draft()) {
        let document = Document::parse_json(text);
        if let Some(change) = draft.on(&document) {
            prop_assert_eq!(check_applied(&document, &[change]), Ok(()));
        }
    }

    #[test]
    fn many_changes_are_made_or_refused_as_conflicts(text in valid_text(), drafts in prop::collection::vec(draft(), 1..8)) {
        let document = Document::parse_json(text);
        let changes: Vec<Change> = drafts.iter().filter_map(|draft| draft.on(&document)).collect();
        let result = check_applied(&document, &changes);
        prop_assert!(matches!(result, Ok(()) | Err(EditError::Conflict)), "{:?} {:?}", result, changes);
    }

    #[test]
    fn broken_text_is_changed_rightly_or_not_at_all(text in any_text(), drafts in prop::collection::vec(draft(), 1..4)) {
        let document = Document::parse_json(text);
        let changes: Vec<Change> = drafts.iter().filter_map(|draft| draft.on(&document)).collect();
        let _refused = check_applied(&document, &changes);
    }

    #[test]
    fn removing_agrees_with_jsonc_parser(text in valid_text(), index in any::<Index>()) {
        let document = Document::parse_json(text.clone());
        let node = document.nodes().nth(index.index(document.nodes().len())).unwrap();
        if node.parent().is_none() {
            return Ok(());
        }
        let root = CstRootNode::parse(&text, &ParseOptions::default()).unwrap();
        let twin = oracle_node(&root, node);
        match (node.key_span(), twin) {
            (Some(_), twin) => twin.parent().unwrap().as_object_prop().unwrap().remove(),
            (None, twin) => twin.remove(),
        }
        let applied = edit::apply(&document, &[Change::Remove { node: node.id() }]).unwrap();
        let expected: Data = serde_json::from_str(&root.to_string()).unwrap();
        prop_assert_eq!(data(applied.document.root().unwrap()), expected);
    }
}
