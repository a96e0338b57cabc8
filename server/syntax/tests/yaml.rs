//! What YAML reads as.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use v4ward_syntax::{Document, NodeKind};

#[path = "yaml/laws.rs"]
mod laws;
#[path = "yaml/limits.rs"]
mod limits;
#[path = "yaml/links.rs"]
mod links;
#[path = "yaml/oracle.rs"]
mod oracle;
#[path = "yaml/properties.rs"]
mod properties;
#[path = "yaml/recovery.rs"]
mod recovery;
#[path = "yaml/spans.rs"]
mod spans;
#[path = "yaml/templates.rs"]
mod templates;

const SAMPLE: &str = "\
# licence
---
a: 1
b: &list
  - one
  - 'two' # beside
  - \"th\\nree\"
c: *list
d: |
  block
  text

e:
i:
  <<: &base {q: 1, r: 2}
  r: over
---
last: 0x10
";

#[test]
fn values_are_those_of_the_text() {
    let document = Document::parse_yaml(SAMPLE);
    assert_eq!(document.errors(), []);
    let scalar = |pointer: &str| document.resolve(pointer).unwrap().scalar().into_owned();
    assert_eq!(scalar("/b/1"), "two");
    assert_eq!(scalar("/b/2"), "th\nree");
    assert_eq!(scalar("/c/0"), "one");
    assert_eq!(scalar("/d"), "block\ntext\n");
    assert_eq!(document.resolve("/d").unwrap().text(), "|\n  block\n  text");
    assert_eq!(document.resolve("/e").unwrap().kind(), NodeKind::Null);
    assert_eq!((scalar("/i/q"), scalar("/i/r")), ("1".to_owned(), "over".to_owned()));
    let roots: Vec<_> = document.roots().collect();
    assert_eq!(roots[1].get("last").unwrap().scalar(), "16");
    assert_eq!(document.anchors().len(), 2);
}

#[test]
fn a_block_text_ends_with_the_file() {
    let value = |text: &str| Document::parse_yaml(text).resolve("/a").unwrap().scalar().into_owned();
    assert_eq!(value("a: |\n  b\n"), "b\n");
    assert_eq!(value("a: |\n  b"), "b");
    assert_eq!(value("a: >\n  b\n  c"), "b c");
    assert_eq!(value("a: |+\n  b\n\n"), "b\n\n");
    assert_eq!(value("a: |\n  b\n  "), "b\n");
    assert_eq!(value("a: |"), "");
}
