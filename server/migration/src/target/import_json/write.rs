//! The V4 tree as JSON text, with the places of its leaves.

use v4ward_syntax::{Format, Node, NodeId, NodeKind, escape_json, quote_json};

use crate::target::{Link, Origins, Written};
use crate::v4::{Object, Origin, Scalar, Value};

/// Writes a document, one member or element per line, indented by `indent` per level.
#[must_use]
pub fn write(document: &Object<'_>, indent: &str, size_hint: usize) -> Written {
    let links = Vec::with_capacity(size_hint / 40);
    let origins = Origins { links, ..Origins::default() };
    let out = Written { text: String::with_capacity(size_hint), origins, is_whole: true };
    let mut writer = Writer { out, nodes: 0, indent, depth: 0 };
    writer.object(document);
    writer.out.text.push('\n');
    writer.out
}

struct Writer<'i> {
    out: Written,
    /// How many nodes the text has so far.
    nodes: u32,
    indent: &'i str,
    depth: usize,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value<'_>) {
        match value {
            Value::Scalar(scalar, origin) => {
                self.link(origin);
                self.scalar(scalar);
            }
            Value::Array(items, source) => self.array(items, *source),
            Value::Object(object) => self.object(object),
            Value::Raw(node) => self.raw(*node),
            Value::Embedded(value, source) => {
                // The text as a whole became this object, even an empty one.
                self.out.origins.links.push(Link { v2: *source, v4: self.nodes, same: false });
                self.embedded(value, *source);
            }
        }
    }

    fn object(&mut self, object: &Object<'_>) {
        let empty = object.members.is_empty();
        self.container(object.source, empty);
        self.open('{', '}', &object.members, |writer, (key, value)| {
            writer.key(key);
            writer.value(value);
        });
    }

    fn array(&mut self, items: &[Value<'_>], source: Option<NodeId>) {
        self.container(source, items.is_empty());
        self.open('[', ']', items, Self::value);
    }

    /// A part of the V2 text, in our layout. Nesting is limited before (`unreadable-part`).
    fn raw(&mut self, node: Node<'_>) {
        match node.kind() {
            NodeKind::Object => {
                self.container(Some(node.id()), node.values().next().is_none());
                self.open('{', '}', node.values(), |writer, member| {
                    writer.key_token(member);
                    writer.raw(member);
                });
            }
            NodeKind::Array => {
                self.container(Some(node.id()), node.values().next().is_none());
                self.open('[', ']', node.children(), Self::raw);
            }
            _ => {
                self.link(&Origin::Carried(node.id()));
                self.token(node);
            }
        }
    }

    fn embedded(&mut self, value: &serde_json::Value, source: NodeId) {
        match value {
            serde_json::Value::Object(members) => {
                self.container(None, false);
                self.open('{', '}', members, |writer, (key, value)| {
                    writer.key(key);
                    writer.embedded(value, source);
                });
            }
            serde_json::Value::Array(items) => {
                self.container(None, false);
                self.open('[', ']', items, |writer, item| writer.embedded(item, source));
            }
            scalar => {
                self.link(&Origin::Converted(source));
                self.out.text.push_str(&scalar.to_string());
            }
        }
    }

    /// Brackets around items, each on a line of its own.
    fn open<T>(&mut self, open: char, close: char, items: impl IntoIterator<Item = T>, item: impl Fn(&mut Self, T)) {
        self.out.text.push(open);
        self.depth += 1;
        let mut any = false;
        for next in items {
            if any {
                self.out.text.push(',');
            }
            any = true;
            self.line();
            item(self, next);
        }
        self.depth -= 1;
        if any {
            self.line();
        }
        self.out.text.push(close);
    }

    fn line(&mut self) {
        self.out.text.push('\n');
        for _ in 0..self.depth {
            self.out.text.push_str(self.indent);
        }
    }

    fn key(&mut self, key: &str) {
        self.out.text.push('"');
        self.out.text.push_str(&escape_json(key));
        self.out.text.push_str("\": ");
    }

    /// A key as it is written in the V2 text.
    fn key_token(&mut self, member: Node<'_>) {
        match member.document().format() {
            Format::Yaml => return self.key(&member.key().unwrap_or_default()),
            Format::Json => {
                let token = member.key_span().map(|span| member.document().slice(span)).unwrap_or_default();
                self.out.text.push_str(token);
            }
        }
        self.out.text.push_str(": ");
    }

    fn scalar(&mut self, scalar: &Scalar<'_>) {
        match scalar {
            Scalar::Bool(value) => self.out.text.push_str(if *value { "true" } else { "false" }),
            Scalar::Integer(value) => self.out.text.push_str(&value.to_string()),
            Scalar::Text(text) => {
                self.out.text.push('"');
                self.out.text.push_str(&escape_json(text));
                self.out.text.push('"');
            }
            Scalar::Token(node) => self.token(*node),
        }
    }

    /// A scalar of the V2 text; a JSON one as it is written there.
    fn token(&mut self, node: Node<'_>) {
        match (node.document().format(), node.kind()) {
            (Format::Yaml, NodeKind::String) => self.out.text.push_str(&quote_json(&node.scalar())),
            (Format::Yaml, _) => self.out.text.push_str(&node.scalar()),
            (Format::Json, _) => self.out.text.push_str(node.text()),
        }
    }

    /// Counts a container; an empty one is a leaf.
    fn container(&mut self, source: Option<NodeId>, empty: bool) {
        if let Some(source) = source {
            self.out.origins.parts.push((self.nodes, source));
        }
        match source.filter(|_| empty) {
            Some(source) => self.link(&Origin::Carried(source)),
            None => self.nodes += 1,
        }
    }

    fn link(&mut self, origin: &Origin) {
        let v4 = self.nodes;
        self.nodes += 1;
        match origin {
            Origin::Added => {}
            Origin::Carried(v2) => self.out.origins.links.push(Link { v2: *v2, v4, same: true }),
            Origin::Converted(v2) => self.out.origins.links.push(Link { v2: *v2, v4, same: false }),
            Origin::Merged(all) => {
                self.out.origins.links.extend(all.iter().map(|v2| Link { v2: *v2, v4, same: false }))
            }
        }
    }
}
