//! Changes of generated YAML, against a naive model and against yaml-edit.
//!
//! `V4WARD_CASES` sets the number of cases per property.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::str::FromStr;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value as Data};
use v4ward_syntax::edit::{self, Change, EditError, TextEdit, Value};
use v4ward_syntax::{Document, Node, NodeId, NodeKind};

fn config() -> ProptestConfig {
    let cases = std::env::var("V4WARD_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1000);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

// ---------------------------------------------------------------------------------------------------------- texts

/// YAML as it may be written.
#[derive(Clone, Debug)]
enum Yaml {
    /// As it stands in the text, in a block and in brackets.
    Scalar(&'static str, &'static str),
    Literal(&'static str),
    Array(Form, Vec<Yaml>),
    Object(Form, Vec<(&'static str, Yaml)>),
    Anchored(Box<Yaml>),
    /// One of the anchors before, if there is one.
    Alias(Index),
    Merging(Index, Vec<(&'static str, Yaml)>),
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Form {
    Block,
    OneLine,
    Lines,
}

/// How it is written.
#[derive(Clone, Copy, Debug)]
struct Style {
    newline: &'static str,
    unit: usize,
    list: usize,
    gap: usize,
    final_newline: bool,
    bom: bool,
}

struct Writer {
    style: Style,
    out: String,
    /// By turns: whether there is a comment.
    flips: Vec<bool>,
    turn: usize,
    comments: usize,
    anchors: Vec<(String, bool)>,
    names: usize,
}

impl Writer {
    fn flip(&mut self) -> bool {
        self.turn += 1;
        !self.flips.is_empty() && self.flips[self.turn % self.flips.len()]
    }

    fn comment(&mut self) {
        self.comments += 1;
        self.out.push_str(&format!("#c{};", self.comments));
    }

    fn end_line(&mut self) {
        if self.flip() {
            self.out.push(' ');
            self.comment();
        }
        self.out.push_str(self.style.newline);
    }

    fn own_line_comments(&mut self, column: usize) {
        while self.flip() {
            self.out.push_str(&" ".repeat(column));
            self.comment();
            self.out.push_str(self.style.newline);
        }
        if self.flip() {
            self.out.push_str(self.style.newline);
        }
    }

    /// A value after its key or its dash, which is at `outer`.
    fn value(&mut self, yaml: &Yaml, outer: Option<usize>, dash: bool, inline: bool) {
        let deeper = if dash { self.style.gap } else { self.style.unit };
        let column = outer.map_or(0, |outer| outer + deeper);
        match yaml {
            Yaml::Anchored(value) => {
                self.names += 1;
                let name = format!("a{}", self.names);
                self.out.push_str(&format!(" &{name}"));
                self.value(value, outer, dash, false);
                self.anchors.push((name, matches!(**value, Yaml::Object(..))));
            }
            Yaml::Literal(text) => {
                self.out.push_str(" |");
                self.end_line();
                for line in text.split('\n') {
                    let indent = if line.is_empty() { 0 } else { outer.unwrap_or(0) + deeper };
                    self.out.push_str(&" ".repeat(indent));
                    self.out.push_str(line);
                    self.out.push_str(self.style.newline);
                }
            }
            Yaml::Object(Form::Block, members) if !members.is_empty() => {
                let members: Vec<_> = members.iter().map(|(key, value)| (Some(*key), value)).collect();
                self.block(&members, None, column, dash && inline);
            }
            Yaml::Merging(alias, members) => {
                let objects: Vec<String> = self.anchors.iter().filter(|a| a.1).map(|a| a.0.clone()).collect();
                let alias = (!objects.is_empty()).then(|| format!("*{}", objects[alias.index(objects.len())]));
                let members: Vec<_> = members.iter().map(|(key, value)| (Some(*key), value)).collect();
                match alias {
                    None if members.is_empty() => self.value(&Yaml::Scalar("{}", "{}"), outer, dash, inline),
                    merged => self.block(&members, merged, column, dash && inline),
                }
            }
            Yaml::Array(Form::Block, items) if !items.is_empty() => {
                let column = outer.map_or(0, |outer| outer + if dash { deeper } else { self.style.list });
                let items: Vec<_> = items.iter().map(|item| (None, item)).collect();
                self.block(&items, None, column, dash && inline);
            }
            flow => {
                let text = self.flow(flow, outer.unwrap_or(0) + self.style.unit, true);
                if !text.is_empty() {
                    self.out.push(' ');
                    self.out.push_str(&text);
                }
                self.end_line();
            }
        }
    }

    fn block(&mut self, items: &[(Option<&str>, &Yaml)], merged: Option<String>, column: usize, inline: bool) {
        let is_root = self.out.is_empty() || self.out.ends_with("---\n");
        if !inline && !is_root {
            self.end_line();
        }
        let mut first = true;
        let mut before = |writer: &mut Self| {
            if first && inline {
                writer.out.push_str(&" ".repeat(writer.style.gap - 1));
            } else {
                if !first || !is_root {
                    writer.own_line_comments(column);
                }
                writer.out.push_str(&" ".repeat(column));
            }
            first = false;
        };
        if let Some(alias) = merged {
            before(self);
            self.out.push_str(&format!("<<: {alias}"));
            self.end_line();
        }
        for (key, value) in items {
            before(self);
            match key {
                Some(key) => self.out.push_str(&format!("{key}:")),
                None => self.out.push('-'),
            }
            self.value(value, Some(column), key.is_none(), true);
        }
    }

    /// A value inside of brackets, or one that stands on one line.
    fn flow(&mut self, yaml: &Yaml, column: usize, in_block: bool) -> String {
        let (form, brackets, items): (_, _, Vec<(Option<&str>, &Yaml)>) = match yaml {
            Yaml::Scalar(block, flow) => return (if in_block { block } else { flow }).to_string(),
            Yaml::Alias(index) if !self.anchors.is_empty() => {
                return format!("*{}", self.anchors[index.index(self.anchors.len())].0);
            }
            Yaml::Array(form, items) => (form, ["[", "]"], items.iter().map(|item| (None, item)).collect()),
            Yaml::Object(form, members) => {
                (form, ["{", "}"], members.iter().map(|(key, item)| (Some(*key), item)).collect())
            }
            Yaml::Anchored(inner) => return self.flow(inner, column, false),
            Yaml::Literal(_) | Yaml::Alias(_) | Yaml::Merging(..) => return "null".to_owned(),
        };
        let lines = *form == Form::Lines;
        let mut out = brackets[0].to_owned();
        let count = items.len();
        for (at, (key, item)) in items.into_iter().enumerate() {
            if lines {
                out += self.style.newline;
                out += &" ".repeat(column);
            } else if at > 0 {
                out.push(' ');
            }
            if let Some(key) = key {
                out += &format!("{key}: ");
            }
            out += &self.flow(item, column + self.style.unit, false);
            if at + 1 < count || lines && self.flip() {
                out.push(',');
            }
            if lines && self.flip() {
                self.comments += 1;
                out += &format!(" #c{};", self.comments);
            }
        }
        if lines && count > 0 {
            out += self.style.newline;
            out += &" ".repeat(column);
        }
        out + brackets[1]
    }
}

fn key() -> impl Strategy<Value = &'static str> {
    select(vec!["a", "b", "c", "d", "long key", "'q'", "\"z\"", "x-y"])
}

fn scalar() -> impl Strategy<Value = Yaml> {
    select(vec![
        Yaml::Scalar("x", "x"),
        Yaml::Scalar("", "null"),
        Yaml::Scalar("two words", "two words"),
        Yaml::Scalar("x, [y]", "'x, y'"),
        Yaml::Scalar("'it''s'", "'it''s'"),
        Yaml::Scalar("\"q\\n\\\"\"", "\"q\\n\\\"\""),
        Yaml::Scalar("0x1F", "0x1F"),
        Yaml::Scalar("yes", "yes"),
        Yaml::Scalar("~", "~"),
        Yaml::Scalar("1.50", "1.50"),
        Yaml::Literal("one\n  two\n\nthree"),
        Yaml::Literal("one"),
    ])
}

fn yaml() -> impl Strategy<Value = Yaml> {
    let leaf = prop_oneof![5 => scalar(), 1 => any::<Index>().prop_map(Yaml::Alias)];
    let value = leaf.prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            4 => container(inner.clone()),
            1 => container(inner.clone()).prop_map(|value| Yaml::Anchored(Box::new(value))),
            1 => (any::<Index>(), prop::collection::vec((key(), inner), 0..4))
                .prop_map(|(alias, members)| Yaml::Merging(alias, members)),
        ]
    });
    container(value)
}

fn container(item: impl Strategy<Value = Yaml> + Clone) -> impl Strategy<Value = Yaml> {
    let form = || select(vec![Form::Block, Form::Block, Form::Block, Form::OneLine, Form::Lines]);
    prop_oneof![
        2 => (form(), prop::collection::vec(item.clone(), 0..5)).prop_map(|(form, items)| Yaml::Array(form, items)),
        3 => (form(), prop::collection::vec((key(), item), 0..6)).prop_map(|(form, members)| Yaml::Object(form, members)),
    ]
}

fn style() -> impl Strategy<Value = Style> {
    let sizes = select(vec![(2, 2, 2), (2, 0, 2), (4, 4, 2), (4, 0, 4), (3, 1, 2), (2, 2, 4)]);
    (select(vec!["\n", "\n", "\r\n"]), sizes, any::<bool>(), prop::bool::weighted(0.1)).prop_map(
        |(newline, (unit, list, gap), final_newline, bom)| Style { newline, unit, list, gap, final_newline, bom },
    )
}

fn text() -> impl Strategy<Value = String> {
    let flips = prop_oneof![Just(Vec::new()), prop::collection::vec(prop::bool::weighted(0.25), 7..23)];
    (prop::collection::vec(yaml(), 1..3), style(), flips).prop_map(|(documents, style, flips)| {
        let mut text = String::new();
        let (turn, comments, names) = (0, 0, 0);
        let mut writer = Writer { style, out: String::new(), flips, turn, comments, anchors: Vec::new(), names };
        for (at, document) in documents.iter().enumerate() {
            writer.out.clear();
            writer.anchors.clear();
            writer.value(document, None, false, false);
            text += if at > 0 { "---" } else { "" };
            text += if at > 0 { style.newline } else { "" };
            text += writer.out.trim_start_matches(' ');
        }
        if !style.final_newline {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        if style.bom { format!("\u{feff}{text}") } else { text }
    })
}

// -------------------------------------------------------------------------------------------------------- changes

/// A change of some node, to be chosen when there is a document.
#[derive(Clone, Debug)]
struct Draft {
    kind: usize,
    node: Index,
    other: Index,
    named: bool,
    text: String,
    value: usize,
}

fn draft() -> impl Strategy<Value = Draft> {
    let texts = vec![
        "new",
        "a",
        "on",
        "12",
        "",
        "l1\nl2\n",
        "l1\n\n  l2",
        " x",
        "x: y",
        "it's \"q\"",
        "{{ x }}",
        "x, y",
        "<<",
        "-",
    ];
    let text = prop_oneof![3 => select(texts).prop_map(str::to_owned), 1 => any::<String>()];
    (0usize..4, any::<Index>(), any::<Index>(), any::<bool>(), text, 0usize..8)
        .prop_map(|(kind, node, other, named, text, value)| Draft { kind, node, other, named, text, value })
}

impl Draft {
    fn on(&self, document: &Document) -> Option<Change> {
        let nodes = document.nodes().len();
        if nodes == 0 {
            return None;
        }
        let pick = |index: &Index| document.nth(index.index(nodes)).unwrap();
        let node = pick(&self.node);
        let value = self.value(pick(&self.other).id());
        let children: Vec<NodeId> = node.children().map(|child| child.id()).collect();
        let after = (self.named && !children.is_empty()).then(|| children[self.other.index(children.len())]);
        match (self.kind, node.kind()) {
            // A merge key takes nothing but objects.
            (0, _) if node.is_merge_key() => None,
            (0, _) => Some(Change::Replace { node: node.id(), value }),
            (1, _) => node.parent().map(|_| Change::Remove { node: node.id() }),
            (2, _) => node.key_span().map(|_| Change::Rename { node: node.id(), key: self.text.clone() }),
            (_, NodeKind::Object) => {
                Some(Change::InsertMember { object: node.id(), after, key: self.text.clone(), value })
            }
            (_, NodeKind::Array) => Some(Change::InsertElement { array: node.id(), after, value }),
            _ => None,
        }
    }

    fn value(&self, other: NodeId) -> Value {
        match self.value {
            0 => Value::Bool(true),
            1 => Value::Integer(-7),
            2 => Value::String(self.text.clone()),
            3 => Value::Array(vec![]),
            4 => Value::Object(vec![("x".into(), Value::Array(vec![Value::Copy(other), Value::Bool(false)]))]),
            5 => Value::Derived { text: self.text.clone(), from: vec![other] },
            6 => Value::Array(vec![
                Value::Object(vec![(self.text.clone(), Value::Integer(1)), ("y".into(), Value::Object(vec![]))]),
                Value::Array(vec![Value::String(self.text.clone())]),
            ]),
            _ => Value::Copy(other),
        }
    }
}

/// What a node stands for.
fn data(node: Node<'_>) -> Data {
    match node.kind() {
        NodeKind::Array => node.values().map(data).collect(),
        NodeKind::Object => {
            Data::Object(node.values().map(|child| (child.key().unwrap().into_owned(), data(child))).collect())
        }
        NodeKind::String => Data::from(node.scalar().into_owned()),
        // As it is written.
        _ => Data::from(format!("{:?} {}", node.kind(), node.scalar())),
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
            Value::Bool(value) => Data::from(format!("Bool {value}")),
            Value::Integer(value) => Data::from(format!("Number {value}")),
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
            _ if node.is_alias() => self.node(node.resolved()),
            NodeKind::Array => self.items(node).into_iter().map(|(_, item)| item).collect(),
            NodeKind::Object => self.object(node),
            _ => data(node),
        }
    }

    fn object(&self, node: Node<'_>) -> Data {
        let renamed = |child: &Node<'_>| {
            self.changes.iter().any(|change| matches!(change, Change::Rename { node, .. } if *node == child.id()))
        };
        let removed = |child: &Node<'_>| self.changes.contains(&Change::Remove { node: child.id() });
        let own = self.items(node).into_iter().filter_map(|(key, item)| Some((key?, item)));
        let mut members: Map<String, Data> = own.collect();
        for merge in node.children().filter(|child| child.is_merge_key() && !renamed(child) && !removed(child)) {
            let merged = self.node(merge);
            let sources = merged.as_array().cloned().unwrap_or_else(|| vec![merged.clone()]);
            for (key, item) in sources.iter().filter_map(Data::as_object).flatten() {
                members.entry(key.clone()).or_insert_with(|| item.clone());
            }
        }
        Data::Object(members)
    }

    /// Merge keys have none.
    fn items(&self, node: Node<'_>) -> Vec<(Option<String>, Data)> {
        let mut items = Vec::new();
        for child in node.children() {
            if !self.changes.contains(&Change::Remove { node: child.id() }) {
                let renamed = self.changes.iter().find_map(|change| match change {
                    Change::Rename { node, key } if *node == child.id() => Some(key.clone()),
                    _ => None,
                });
                let own = child.key().filter(|_| !child.is_merge_key()).map(Into::into);
                items.push((renamed.or(own), self.node(child)));
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
    let again = edit::apply(document, changes).unwrap();
    assert_eq!((&applied.edits, &applied.origins), (&again.edits, &again.origins));
    assert_eq!(apply_backwards(document.text(), &applied.edits), applied.document.text());
    let model = Model { document, changes };
    for (old, new) in document.roots().zip(applied.document.roots()) {
        assert_eq!(data(new), model.node(old), "{changes:?}\n{}\n{}", document.text(), applied.document.text());
    }
    assert_eq!(document.roots().count(), applied.document.roots().count());
    assert_eq!(applied.document.errors(), []);
    check_comments(document, changes, &applied.document);
    if document.line_ending() == "\r\n" {
        assert!(!applied.document.text().replace("\r\n", "").contains('\n'), "{:?}", applied.document.text());
    }
    for (new, sources) in &applied.origins {
        assert!(applied.document.node(*new).is_leaf());
        assert!(!sources.is_empty());
    }
    Ok(())
}

/// A comment is gone only when it belonged to something that is gone: on its lines, or right above or below them.
fn check_comments(document: &Document, changes: &[Change], new: &Document) {
    let line_of = |at: u32| document.text()[..at as usize].matches('\n').count();
    let own_lines: Vec<usize> = document
        .comments()
        .iter()
        .filter(|comment| {
            let before = &document.text()[..comment.span.start as usize];
            before.trim_end_matches(' ').ends_with('\n')
        })
        .map(|comment| line_of(comment.span.start))
        .collect();
    let mut gone = Vec::new();
    for change in changes {
        let node = match change {
            Change::Remove { node } => document.node(*node),
            Change::Replace { node, .. } if document.node(*node).is_container() => document.node(*node),
            _ => continue,
        };
        let parent = node.parent();
        let is_last = parent.is_some_and(|parent| {
            parent.children().all(|child| changes.contains(&Change::Remove { node: child.id() }))
        });
        let node = if is_last { parent.unwrap() } else { node };
        let (mut first, mut last) = (line_of(node.member_span().start), line_of(node.span().end));
        // An element may begin at a dash above it.
        let dash = document.text()[..node.member_span().start as usize].trim_end();
        if !dash.ends_with(':') && node.key_span().is_none() {
            first = first.min(line_of(dash.len() as u32));
        }
        while first > 0 && own_lines.contains(&(first - 1)) {
            first -= 1;
        }
        while own_lines.contains(&(last + 1)) {
            last += 1;
        }
        gone.push(first..=last);
    }
    for comment in document.comments() {
        let text = document.slice(comment.span);
        let line = line_of(comment.span.start);
        let stays = !gone.iter().any(|lines| lines.contains(&line));
        assert!(
            !stays || new.text().contains(text),
            "{text} is lost: {changes:?}\n{}\n{}",
            document.text(),
            new.text()
        );
    }
}

fn readable(text: &str) -> Document {
    let document = Document::parse_yaml(text);
    assert_eq!(document.errors(), [], "{text}");
    document
}

/// What the oracle can take: one document, no key twice, nothing shared, no block text that the end cuts off (the oracle
/// lets it grow a line break).
fn is_plain(document: &Document) -> bool {
    let shadowed = document.nodes().any(Node::is_shadowed);
    let last = document.nodes().last();
    let is_cut_off = !document.text().ends_with('\n') && last.is_some_and(|last| last.text().starts_with('|'));
    document.roots().count() == 1
        && !is_cut_off
        && document.root().is_some_and(|root| root.kind() == NodeKind::Object && !root.is_leaf())
        && document.anchors().is_empty()
        && !shadowed
        && !document.text().starts_with('\u{feff}')
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_change_that_fits_is_made(text in text(), draft in draft()) {
        let document = readable(&text);
        if let Some(change) = draft.on(&document) {
            let result = check_applied(&document, std::slice::from_ref(&change));
            let is_fine = matches!(result, Ok(()) | Err(EditError::Shared { .. }));
            prop_assert!(is_fine, "{:?} {:?}\n{}", result, change, text);
        }
    }

    #[test]
    fn many_changes_are_made_or_refused(text in text(), drafts in prop::collection::vec(draft(), 1..6)) {
        let document = readable(&text);
        let changes: Vec<Change> = drafts.iter().filter_map(|draft| draft.on(&document)).collect();
        let result = check_applied(&document, &changes);
        let is_fine = matches!(result, Ok(()) | Err(EditError::Shared { .. } | EditError::Conflict));
        prop_assert!(is_fine, "{:?} {:?}\n{}", result, changes, text);
    }

    #[test]
    fn writing_aliases_out_keeps_the_data(text in text(), index in any::<Index>()) {
        let document = readable(&text);
        if document.anchors().is_empty() {
            return Ok(());
        }
        let anchor = document.anchors()[index.index(document.anchors().len())].node;
        let expanded = edit::expand_aliases(&document, anchor);
        prop_assert!(expanded.is_ok(), "{:?} {:?}\n{}", expanded, document.node(anchor), text);
        let expanded = expanded.unwrap().document;
        prop_assert_eq!(expanded.anchors().len() + 1, document.anchors().len());
        for (old, new) in document.roots().zip(expanded.roots()) {
            prop_assert_eq!(data(old), data(new), "{}\n{}", text, expanded.text());
        }
    }

    #[test]
    fn simple_edits_agree_with_yaml_edit(text in text(), index in any::<Index>(), kind in 0..3) {
        let document = readable(&text);
        if !is_plain(&document) {
            return Ok(());
        }
        let root = document.root().unwrap();
        let members: Vec<Node<'_>> = root.children().collect();
        let member = members[index.index(members.len())];
        let key = member.key().unwrap();
        let oracle = yaml_edit::Document::from_str(&text).unwrap();
        let mapping = oracle.as_mapping().unwrap();
        let new = Value::String("new text".to_owned());
        let change = match kind {
            0 => {
                mapping.set(key.as_ref(), "new text");
                Change::Replace { node: member.id(), value: new }
            }
            1 => {
                prop_assert!(mapping.remove(key.as_ref()).is_some());
                Change::Remove { node: member.id() }
            }
            _ => {
                mapping.set("added", "new text");
                Change::InsertMember { object: root.id(), after: None, key: "added".to_owned(), value: new }
            }
        };
        let ours = edit::apply(&document, &[change]).unwrap().document;
        let theirs = Document::parse_yaml(oracle.to_string());
        prop_assert_eq!(
            data(ours.root().unwrap()),
            data(theirs.root().unwrap()),
            "{}\nours\n{}\ntheirs\n{}", text, ours.text(), theirs.text()
        );
    }
}
