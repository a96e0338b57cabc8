//! Properties of any text: data written in any style reads as the data, and every text has a sound tree.
//!
//! `V4WARD_CASES` sets the number of cases per property.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value as Data;
use v4ward_syntax::{Node, NodeKind};

use crate::laws;

fn config() -> ProptestConfig {
    let cases = std::env::var("V4WARD_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1000);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// The data of a node.
pub(crate) fn data(node: Node<'_>) -> Data {
    match node.kind() {
        NodeKind::Null => Data::Null,
        NodeKind::Bool => Data::from(node.as_bool()),
        NodeKind::Number => {
            serde_json::from_str(&node.scalar()).unwrap_or_else(|_| Data::from(node.scalar().into_owned()))
        }
        NodeKind::String => Data::from(node.as_str()),
        NodeKind::Array => node.values().map(data).collect(),
        NodeKind::Object => node.values().map(|member| (member.key().unwrap().into_owned(), data(member))).collect(),
        NodeKind::Invalid => Data::from(vec![Data::from("invalid"), Data::from(node.text())]),
    }
}

// --------------------------------------------------------------------------------------------------------- writing

/// How data is written: each choice takes the next number.
struct Writer {
    choices: Vec<u8>,
    at: usize,
    newline: &'static str,
    step: usize,
    anchors: usize,
    /// The last line is one of a block text, which takes a comment for text.
    in_block: bool,
    out: String,
}

impl Writer {
    fn choose(&mut self, of: u8) -> u8 {
        self.at += 1;
        self.choices[self.at % self.choices.len()] % of
    }

    fn line(&mut self, indent: usize) {
        if std::mem::take(&mut self.in_block) {
            self.out.push_str(self.newline);
            self.out.push_str(&" ".repeat(indent));
            return;
        }
        if self.choose(6) == 0 {
            self.out.push_str("  # a comment: {[\"'");
        }
        self.out.push_str(self.newline);
        if self.choose(9) == 0 {
            self.out.push_str(&format!("   # - more{}", self.newline));
        }
        if self.choose(9) == 0 {
            self.out.push_str(self.newline);
        }
        self.out.push_str(&" ".repeat(indent));
    }

    fn anchor(&mut self) {
        if self.choose(8) == 0 {
            self.anchors += 1;
            self.out.push_str(&format!("&a{} ", self.anchors));
        }
    }

    /// A value after `key:` or `-`, which an empty place follows; children go at `indent`.
    fn value(&mut self, data: &Data, indent: usize, is_member: bool) {
        match data {
            Data::Array(items) if !items.is_empty() && self.choose(3) > 0 => {
                let indent = if is_member && self.choose(2) == 0 { indent - self.step } else { indent };
                for item in items {
                    self.line(indent);
                    self.out.push_str("- ");
                    self.anchor();
                    self.value(item, indent + self.step, false);
                }
            }
            Data::Object(members) if !members.is_empty() && self.choose(3) > 0 => {
                for (key, value) in members {
                    self.line(indent);
                    self.key(key);
                    self.out.push_str(": ");
                    self.anchor();
                    self.value(value, indent + self.step, true);
                }
            }
            Data::String(text) if self.choose(3) == 0 && is_block(text) => self.block(text, indent),
            _ => self.flow(data),
        }
    }

    fn block(&mut self, text: &str, indent: usize) {
        self.in_block = true;
        self.out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
        for line in text.lines() {
            self.out.push_str(self.newline);
            self.out.push_str(&" ".repeat(indent.max(1)));
            self.out.push_str(line);
        }
    }

    fn key(&mut self, key: &str) {
        if is_plain(key) && self.choose(2) == 0 { self.out.push_str(key) } else { self.quoted(key) }
    }

    fn quoted(&mut self, text: &str) {
        if self.choose(2) == 0 && !text.chars().any(char::is_control) && is_printable(text) {
            self.out.push_str(&format!("'{}'", text.replace('\'', "''")));
        } else {
            self.out.push_str(&escaped(text));
        }
    }

    fn flow(&mut self, data: &Data) {
        match data {
            Data::String(text) if is_plain(text) && self.choose(2) == 0 => self.out.push_str(text),
            Data::String(text) => self.quoted(text),
            Data::Array(items) => {
                self.out.push('[');
                for (i, item) in items.iter().enumerate() {
                    self.out.push_str(if i > 0 { ", " } else { "" });
                    self.flow(item);
                }
                self.out.push(']');
            }
            Data::Object(members) => {
                self.out.push('{');
                for (i, (key, item)) in members.iter().enumerate() {
                    self.out.push_str(if i > 0 { ", " } else { "" });
                    self.key(key);
                    self.out.push_str(": ");
                    self.flow(item);
                }
                self.out.push('}');
            }
            Data::Null if self.choose(2) == 0 => self.out.push('~'),
            other => self.out.push_str(&other.to_string()),
        }
    }
}

/// A JSON string, with everything escaped that YAML does not take as it is.
fn escaped(text: &str) -> String {
    let json = Data::from(text).to_string();
    let escape = |c: char| {
        let is_fine = is_printable(c.encode_utf8(&mut [0; 4]));
        if is_fine { c.to_string() } else { format!("\\U{:08x}", u32::from(c)) }
    };
    json.chars().map(escape).collect()
}

fn is_printable(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{202a}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{10000}'..='\u{1fffd}'))
}

/// True for a text that needs no quotes: a letter and some more.
fn is_plain(text: &str) -> bool {
    let is_word = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(|c| c.is_ascii_alphanumeric()) && !is_word
}

/// True for a text that a block can hold as it is.
fn is_block(text: &str) -> bool {
    let lines = text.strip_suffix('\n').unwrap_or(text);
    !lines.is_empty()
        && !lines.ends_with('\n')
        && !lines.starts_with([' ', '\n', '\t'])
        && lines.split('\n').all(is_printable)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z]{1,8}",
        2 => select(vec!["", "null", "yes", "12", "- x", "a: b", "#", "x # y", "it's", "\"", "\\", "{{ x }}", "é😀", "|", "<<", "&a", "*a", "!t", "@", "---"]).prop_map(str::to_owned),
        2 => "[a-z #:\\-\n]{0,20}",
        1 => any::<String>(),
    ]
}

fn any_data() -> impl Strategy<Value = Data> {
    let scalar = prop_oneof![
        1 => Just(Data::Null),
        1 => any::<bool>().prop_map(Data::from),
        2 => any::<i64>().prop_map(Data::from),
        1 => select(vec![0.5, -1.25, 1e3]).prop_map(Data::from),
        4 => text().prop_map(Data::from),
    ];
    scalar.prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Data::from),
            prop::collection::vec((text(), inner), 0..5)
                .prop_map(|members| Data::Object(members.into_iter().collect())),
        ]
    })
}

fn written() -> impl Strategy<Value = (Data, String)> {
    let newline = select(vec!["\n", "\n", "\r\n", "\r"]);
    (any_data(), prop::collection::vec(any::<u8>(), 50), newline, select(vec![2, 4])).prop_map(
        |(data, choices, newline, step)| {
            let mut writer =
                Writer { choices, at: 0, newline, step, anchors: 0, in_block: false, out: "---".to_owned() };
            let indent = 0;
            writer.out.push(' ');
            writer.value(&data, indent, false);
            writer.out.push_str(newline);
            (data, writer.out)
        },
    )
}

// ------------------------------------------------------------------------------------------------------- mutations

const PIECES: [&str; 56] = [
    "a",
    "a:",
    "a: ",
    ": ",
    ":",
    "- ",
    "-",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    ", ",
    "\"",
    "'",
    "\\",
    "|",
    ">",
    "|-\n",
    ">+2",
    "&a ",
    "&a",
    "*a",
    "*a ",
    "!t ",
    "!!str ",
    "!<x> ",
    "! ",
    "%",
    "@",
    "`",
    "#",
    " # c",
    "\n",
    "\r\n",
    "\r",
    "\n  ",
    "\n    ",
    "\t",
    " ",
    "---",
    "\n---\n",
    "\n...\n",
    "{{",
    "}}",
    "{{ x }}",
    "<<: ",
    "<<<<<<< a\n",
    "é",
    "😀",
    "\u{feff}",
    "\u{85}",
    "\0",
    "\u{1}",
    "1",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(select(PIECES.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
}

fn mutated() -> impl Strategy<Value = String> {
    let change = (any::<Index>(), any::<Index>(), select(PIECES.to_vec()), 0..4u8);
    (written(), prop::collection::vec(change, 1..4)).prop_map(|((_, mut text), changes)| {
        for (at, len, piece, kind) in changes {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let first = at.index(places.len());
            let range = places[first]..places[(first + len.index(12)).min(places.len() - 1)];
            match kind {
                0 => text.replace_range(range, ""),
                1 => text.insert_str(range.start, piece),
                2 => text.replace_range(range, piece),
                _ => text.truncate(range.end),
            }
        }
        text
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn data_reads_as_it_was_written((expected, text) in written()) {
        let document = laws::check(&text);
        prop_assert_eq!(document.errors(), &[]);
        prop_assert_eq!(data(document.root().unwrap()), expected);
    }

    #[test]
    fn the_tree_of_any_text_is_sound(text in prop_oneof![4 => mutated(), 4 => pieces(), 1 => any::<String>()]) {
        laws::check(&text);
    }

    #[test]
    fn values_read_alone_as_in_their_text((_, text) in written()) {
        let document = laws::check(&text);
        for node in document.nodes().filter(|node| node.is_leaf() && !node.text().contains(['\n', '\r', '|'])) {
            let alone = laws::check(node.text());
            let value = alone.root().map_or(Data::Null, data);
            prop_assert_eq!(value, data(node));
        }
    }
}
