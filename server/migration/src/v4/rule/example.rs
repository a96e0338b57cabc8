//! The examples on pages of rules as whole V4 files.

use std::borrow::Cow;

use serde_json::{Map, Value};
use v4ward_syntax::{Document, Format};

/// An example on a rule's page. Examples are run: see `tests/v4_rules.rs`.
#[derive(Clone, Copy, Debug)]
pub enum Example {
    /// Members that replace those of a small clean import file; those of `api` one by one. `null` leaves one out.
    Import(&'static str),
    /// A whole import file.
    File(&'static str),
    /// Members of `spec`, in YAML, that replace those of a small clean resource.
    Resource(&'static str),
    /// Several such resources in one file.
    Resources(&'static [&'static str]),
}

const IMPORT: &str = r#"{
  "api": {
    "definitionVersion": "V4",
    "type": "PROXY",
    "name": "Orders",
    "apiVersion": "1.0",
    "listeners": [{ "type": "HTTP", "paths": [{ "path": "/orders/" }], "entrypoints": [{ "type": "http-proxy" }] }],
    "endpointGroups": [
      {
        "name": "backend",
        "type": "http-proxy",
        "endpoints": [
          { "name": "one", "type": "http-proxy", "configuration": { "target": "https://orders.example" } }
        ]
      }
    ]
  },
  "plans": [{ "definitionVersion": "V4", "name": "Free", "security": { "type": "KEY_LESS" }, "status": "PUBLISHED" }]
}"#;

/// The members of `spec`.
const RESOURCE: &str = "\
name: Orders
version: \"1.0\"
type: PROXY
listeners:
  - type: HTTP
    paths: [{ path: /orders/ }]
    entrypoints: [{ type: http-proxy }]
endpointGroups:
  - name: backend
    type: http-proxy
    endpoints:
      - name: one
        type: http-proxy
        inheritConfiguration: false
        configuration: { target: https://orders.example }
plans:
  free:
    name: Free
    security: { type: KEY_LESS }
";

const HEAD: &str = "apiVersion: gravitee.io/v1alpha1\nkind: ApiV4Definition\nmetadata: { name: orders }\nspec:\n";

impl Example {
    /// The text of the whole file that the example stands for; empty for one that cannot be read, which a test
    /// excludes.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::File(text) => (*text).to_owned(),
            Self::Import(members) => with_members(members),
            Self::Resource(members) => with_lines(members),
            Self::Resources(resources) => {
                resources.iter().map(|members| with_lines(members)).collect::<Vec<_>>().join("---\n")
            }
        }
    }

    /// The example as its page shows it.
    #[must_use]
    pub fn shown(&self) -> Cow<'static, str> {
        match self {
            Self::Import(text) | Self::File(text) | Self::Resource(text) => Cow::Borrowed(text),
            Self::Resources(_) => Cow::Owned(self.text()),
        }
    }

    /// The format of the file that the example stands for.
    #[must_use]
    pub fn format(&self) -> Format {
        match self {
            Self::Import(_) | Self::File(_) => Format::Json,
            Self::Resource(_) | Self::Resources(_) => Format::Yaml,
        }
    }

    /// That file, read.
    #[must_use]
    pub fn document(&self) -> Document {
        Document::parse(self.text(), self.format())
    }
}

fn with_members(members: &str) -> String {
    let object = |text: &str| serde_json::from_str::<Map<String, Value>>(text).ok();
    let (Some(mut file), Some(members)) = (object(IMPORT), object(members)) else { return String::new() };
    for (key, value) in members {
        match (file.get_mut(&key), value) {
            (Some(Value::Object(api)), Value::Object(changes)) => put(api, changes),
            (_, value) => put(&mut file, Map::from_iter([(key, value)])),
        }
    }
    serde_json::to_string_pretty(&file).map(|text| text + "\n").unwrap_or_default()
}

fn put(object: &mut Map<String, Value>, changes: Map<String, Value>) {
    for (key, value) in changes {
        if value.is_null() {
            object.shift_remove(&key);
        } else {
            object.insert(key, value);
        }
    }
}

fn with_lines(members: &str) -> String {
    let blocks: Vec<(&str, Vec<&str>)> = blocks(members);
    let replaced = |(key, lines)| {
        let own = blocks.iter().find(|(own, _)| *own == key);
        own.map_or((key, lines), Clone::clone)
    };
    let base = self::blocks(RESOURCE);
    let added = blocks.iter().filter(|(key, _)| base.iter().all(|(known, _)| known != key)).cloned();
    let all = base.iter().cloned().map(replaced).chain(added);
    all.flat_map(|(_, lines)| lines).fold(HEAD.to_owned(), |text, line| format!("{text}  {line}\n"))
}

/// The members at the outermost level, each with its lines.
fn blocks(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut blocks: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        match blocks.last_mut() {
            Some((_, lines)) if line.starts_with(' ') => lines.push(line),
            _ => blocks.push((line.split(':').next().unwrap_or_default(), vec![line])),
        }
    }
    blocks
}
