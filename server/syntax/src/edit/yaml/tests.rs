mod ends;
mod insert;
mod remove;
mod replace;
mod shared;
mod templates;

use crate::edit::{Applied, Change, EditError, Value, apply, expand_aliases, replace};
use crate::tree::{Document, NodeId};

/// The node at a pointer; `1:/a` is in the second document. Aliases are followed on the way, not at the end.
fn id(document: &Document, pointer: &str) -> NodeId {
    let (root, pointer) = pointer.split_once(':').unwrap_or(("0", pointer));
    let mut node = document.roots().nth(root.parse().unwrap()).unwrap();
    for part in pointer.split('/').skip(1) {
        let mut children = node.children();
        let found = match part.parse::<usize>() {
            Ok(index) if node.kind() == crate::NodeKind::Array => children.nth(index),
            _ => children.filter(|child| child.key().as_deref() == Some(part)).last(),
        };
        node = found.or_else(|| node.get(part)).unwrap();
    }
    node.id()
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn object(members: &[(&str, Value)]) -> Value {
    Value::Object(members.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
}

type Make = Box<dyn Fn(&Document) -> Change>;

fn set(pointer: &'static str, value: Value) -> Make {
    Box::new(move |d| Change::Replace { node: id(d, pointer), value: value.clone() })
}

fn copy(pointer: &'static str, from: &'static str) -> Make {
    Box::new(move |d| Change::Replace { node: id(d, pointer), value: Value::Copy(id(d, from)) })
}

fn remove(pointer: &'static str) -> Make {
    Box::new(move |d| Change::Remove { node: id(d, pointer) })
}

fn rename(pointer: &'static str, key: &'static str) -> Make {
    Box::new(move |d| Change::Rename { node: id(d, pointer), key: key.to_owned() })
}

fn member(object: &'static str, key: &'static str, value: Value) -> Make {
    member_after(object, None, key, value)
}

fn member_after(object: &'static str, after: Option<&'static str>, key: &'static str, value: Value) -> Make {
    Box::new(move |d| Change::InsertMember {
        object: id(d, object),
        after: after.map(|after| id(d, after)),
        key: key.to_owned(),
        value: value.clone(),
    })
}

fn copy_member(object: &'static str, key: &'static str, from: &'static str) -> Make {
    Box::new(move |d| Change::InsertMember {
        object: id(d, object),
        after: None,
        key: key.to_owned(),
        value: Value::Copy(id(d, from)),
    })
}

fn element(array: &'static str, value: Value) -> Make {
    Box::new(move |d| Change::InsertElement { array: id(d, array), after: None, value: value.clone() })
}

fn element_after(array: &'static str, after: &'static str, value: Value) -> Make {
    Box::new(move |d| Change::InsertElement { array: id(d, array), after: Some(id(d, after)), value: value.clone() })
}

fn copy_element(array: &'static str, from: &'static str) -> Make {
    Box::new(move |d| Change::InsertElement { array: id(d, array), after: None, value: Value::Copy(id(d, from)) })
}

fn made(before: &str, changes: &[Make]) -> Result<Applied, EditError> {
    let document = Document::parse_yaml(before);
    let changes: Vec<Change> = changes.iter().map(|make| make(&document)).collect();
    let applied = apply(&document, &changes)?;
    assert_eq!(replace(before, &applied.edits).unwrap(), applied.document.text());
    Ok(applied)
}

/// Texts before, changes, texts after; all that fail are listed.
#[track_caller]
fn check(table: Vec<(&str, Vec<Make>, &str)>) {
    let mut wrong = String::new();
    for (before, changes, after) in table {
        let got = made(before, &changes).map(|applied| applied.document.text().to_owned());
        if got.as_deref() != Ok(after) {
            wrong += &format!("before {before:?}\nwanted {after:?}\ngot    {got:?}\n\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
