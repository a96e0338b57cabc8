//! Exports as custom resources, written in several styles.

use std::fmt::Write as _;

use serde_json::Value;
use v4ward_syntax::{Document, Node, NodeKind};

/// How a resource is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// What it is called.
    pub(crate) name: &'static str,
    /// How much deeper a member is.
    unit: usize,
    /// How much deeper a dash is.
    list: usize,
    /// A comment above and at the end of each line.
    comments: bool,
    /// Small objects and lists of scalars in brackets.
    flow: bool,
    /// Texts of many lines as blocks.
    blocks: bool,
    /// A line break at the end.
    ends: bool,
}

const PLAIN: Style = Style { name: "two", unit: 2, list: 2, comments: false, flow: false, blocks: true, ends: true };

/// The styles that people write.
pub(crate) const STYLES: &[Style] = &[
    PLAIN,
    Style { name: "indentless", list: 0, ends: false, ..PLAIN },
    Style { name: "commented", unit: 4, list: 4, comments: true, ..PLAIN },
    Style { name: "flow", flow: true, blocks: false, ..PLAIN },
];

/// A tree of which the members keep their order.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Tree {
    /// A scalar, as JSON writes it; a text as itself.
    Scalar(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Tree>),
    /// An object.
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// A node of a JSON text; the last one of members with the same key.
    pub(crate) fn of(node: Node<'_>) -> Self {
        match node.kind() {
            NodeKind::Object => {
                Self::Object(node.values().map(|value| (value.key().unwrap().into_owned(), Self::of(value))).collect())
            }
            NodeKind::Array => Self::List(node.values().map(Self::of).collect()),
            NodeKind::String => Self::Text(node.scalar().into_owned()),
            _ => Self::Scalar(node.scalar().into_owned()),
        }
    }

    /// The member of an object.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match self {
            Self::Object(members) => members.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    fn text(&self, key: &str) -> Option<&str> {
        match self {
            Self::Object(members) => members.iter().find_map(|(name, value)| match value {
                Self::Text(text) if name == key => Some(text.as_str()),
                _ => None,
            }),
            _ => None,
        }
    }

    /// As JSON.
    pub(crate) fn json(&self) -> String {
        match self {
            Self::Scalar(scalar) => scalar.clone(),
            Self::Text(text) => Value::from(text.as_str()).to_string(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::json).collect::<Vec<_>>().join(",")),
            Self::Object(members) => {
                let member = |(key, value): &(String, Self)| format!("{}:{}", Value::from(key.as_str()), value.json());
                format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
            }
        }
    }
}

/// The `spec` of a resource with what an export says; `None` for a text that is no JSON object. The pages of a resource
/// are a map: their ids are the keys, or their places.
pub(crate) fn spec_of(export: &Document) -> Option<Tree> {
    let root = export.root().filter(|root| root.kind() == NodeKind::Object && export.errors().is_empty())?;
    let mut spec = Tree::of(root);
    if let Some(pages) = spec.get_mut("pages")
        && let Tree::List(items) = &pages
    {
        let mut map: Vec<(String, Tree)> = Vec::new();
        for (place, page) in items.iter().enumerate() {
            let id = page.text("id").filter(|id| map.iter().all(|(key, _)| key != id));
            map.push((id.map_or_else(|| format!("page-{place}"), str::to_owned), page.clone()));
        }
        *pages = Tree::Object(map);
    }
    Some(spec)
}

/// A resource in YAML.
pub(crate) fn resource(spec: &Tree, style: Style) -> String {
    let word = |text: &str| Tree::Text(text.to_owned());
    let metadata = Tree::Object(vec![("name".to_owned(), word("an-api")), ("namespace".to_owned(), word("shop"))]);
    let whole = Tree::Object(vec![
        ("apiVersion".to_owned(), word("gravitee.io/v1alpha1")),
        ("kind".to_owned(), word("ApiDefinition")),
        ("metadata".to_owned(), metadata),
        ("spec".to_owned(), spec.clone()),
    ]);
    let mut writer = Writer { out: String::new(), style, comments: 0 };
    writer.block(&whole, 0, false);
    if !style.ends {
        writer.out.truncate(writer.out.trim_end_matches('\n').len());
    }
    writer.out
}

struct Writer {
    out: String,
    style: Style,
    comments: usize,
}

impl Writer {
    /// The members or elements of a collection that is not empty, each on its lines; the first one may follow a dash.
    fn block(&mut self, tree: &Tree, column: usize, after_dash: bool) {
        let indent = " ".repeat(column);
        let mut is_first = after_dash;
        let mut lead = |writer: &mut Self| {
            if !std::mem::take(&mut is_first) {
                if writer.style.comments {
                    writer.comments += 1;
                    let _ = writeln!(writer.out, "{indent}#above {};", writer.comments);
                }
                writer.out.push_str(&indent);
            }
        };
        match tree {
            Tree::Object(members) => {
                for (key, value) in members {
                    lead(self);
                    self.out.push_str(&scalar(key));
                    self.out.push(':');
                    self.value(value, column, false);
                }
            }
            Tree::List(items) => {
                for item in items {
                    lead(self);
                    self.out.push('-');
                    self.value(item, column, true);
                }
            }
            Tree::Scalar(_) | Tree::Text(_) => {}
        }
    }

    /// After a key or a dash at a column, with the line break.
    fn value(&mut self, value: &Tree, outer: usize, after_dash: bool) {
        if let Some(inline) = self.inline(value) {
            let _ = write!(self.out, " {inline}");
            return self.end_line();
        }
        match value {
            Tree::Text(text) => {
                let (header, body) = text.strip_suffix('\n').map_or(("|-", text.as_str()), |body| ("|", body));
                let _ = write!(self.out, " {header}");
                self.end_line();
                for line in body.split('\n') {
                    let indent = if line.is_empty() { 0 } else { outer + self.style.unit };
                    let _ = writeln!(self.out, "{}{line}", " ".repeat(indent));
                }
            }
            Tree::Object(_) | Tree::List(_) if after_dash => {
                self.out.push(' ');
                self.block(value, outer + 2, true);
            }
            _ => {
                self.end_line();
                let deeper = if matches!(value, Tree::List(_)) { self.style.list } else { self.style.unit };
                self.block(value, outer + deeper, false);
            }
        }
    }

    fn end_line(&mut self) {
        if self.style.comments {
            self.comments += 1;
            let _ = write!(self.out, " #beside {};", self.comments);
        }
        self.out.push('\n');
    }

    /// What stands on the line of its key.
    fn inline(&self, value: &Tree) -> Option<String> {
        match value {
            Tree::Scalar(scalar) => Some(scalar.clone()),
            Tree::Text(text) if self.style.blocks && is_block(text) => None,
            Tree::Text(text) => Some(scalar(text)),
            Tree::List(items) if items.is_empty() => Some("[]".to_owned()),
            Tree::Object(members) if members.is_empty() => Some("{}".to_owned()),
            Tree::List(items) => {
                let is_small = self.style.flow && items.len() < 5 && items.iter().all(is_scalar);
                is_small.then(|| value.json())
            }
            Tree::Object(members) => {
                let is_small =
                    self.style.flow && members.len() < 5 && members.iter().all(|(_, value)| is_scalar(value));
                let member = |(key, value): &(String, Tree)| format!("{}: {}", Value::from(key.as_str()), value.json());
                is_small.then(|| format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", ")))
            }
        }
    }
}

fn is_scalar(tree: &Tree) -> bool {
    matches!(tree, Tree::Scalar(_) | Tree::Text(_))
}

fn is_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let is_fine = |line: &str| !line.ends_with([' ', '\t']) && line.chars().all(|c| c == '\t' || !c.is_control());
    body.contains('\n')
        && !body.starts_with([' ', '\t', '\n'])
        && !body.ends_with('\n')
        && body.split('\n').all(is_fine)
}

/// A text without quotes where nobody can take it for anything else.
fn scalar(text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let is_name = text.len() > 3 && text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_word);
    let is_typed = matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null");
    if is_name && !is_typed { text.to_owned() } else { Value::from(text).to_string() }
}
