//! Prints the data of files as this crate reads it: one line of JSON for each file, with its name, its documents and
//! how many errors it has. For comparisons with other readers: `tests/oracles/yaml_data.py`.

use std::io::{self, Write};

use serde_json::{Value, json};
use v4ward_syntax::{Document, Node, NodeKind};

fn data(node: Node<'_>) -> Value {
    match node.kind() {
        NodeKind::Null => Value::Null,
        NodeKind::Bool => Value::from(node.as_bool()),
        NodeKind::Number => serde_json::from_str(&node.scalar()).unwrap_or_else(|_| Value::from(node.scalar())),
        NodeKind::String => Value::from(node.as_str()),
        NodeKind::Array => node.values().map(data).collect(),
        NodeKind::Object => {
            node.values().map(|member| (member.key().unwrap_or_default().into_owned(), data(member))).collect()
        }
        NodeKind::Invalid => Value::from(format!("<invalid {}>", node.text())),
    }
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for file in std::env::args().skip(1) {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let document = if file.ends_with(".json") { Document::parse_json(text) } else { Document::parse_yaml(text) };
        let documents: Vec<_> = document.roots().map(data).collect();
        let line = json!({"file": file, "documents": documents, "errors": document.errors().len()});
        writeln!(out, "{line}")?;
    }
    Ok(())
}
