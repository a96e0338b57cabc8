//! V4 definitions compared as data.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use v4ward_migration::convert::convert;
use v4ward_migration::target::Target;
use v4ward_migration::{Analysis, Options};
use v4ward_syntax::Document;

/// The V4 definition of the first V2 one, in the form of a target.
pub(crate) fn v4(analysis: &Analysis<'_>, target: Target) -> Value {
    let judged = analysis.v2_files().next().unwrap();
    let options = Options { target: Some(target), ..Options::default() };
    let conversion = convert(&judged.api, &options, target);
    let (notes, definitions) = (conversion.notes, [conversion.document]);
    let written = target.write(&definitions, judged.root().document(), &notes);
    let document = Document::parse(written.text, target.format());
    assert_eq!(document.errors(), [], "{}", document.text());
    super::crd::value_of(document.root().unwrap())
}

/// Without what means nothing.
pub(crate) fn canonical(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Array(items) => {
            let items: Vec<Value> = items.into_iter().filter_map(canonical).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(members) => {
            let members: BTreeMap<_, _> =
                members.into_iter().filter_map(|(key, value)| Some((key, canonical(value)?))).collect();
            (!members.is_empty()).then_some(Value::Object(members.into_iter().collect()))
        }
        scalar => Some(scalar),
    }
}

/// Each difference, with its place and what either of the named ones has there.
pub(crate) fn differences(at: &str, (a_name, a): (&str, &Value), (b_name, b): (&str, &Value), out: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys()).collect::<BTreeSet<&String>>() {
                let none = Value::Null;
                let (a, b) = (a.get(key).unwrap_or(&none), b.get(key).unwrap_or(&none));
                differences(&format!("{at}/{key}"), (a_name, a), (b_name, b), out);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (place, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{at}/{place}"), (a_name, a), (b_name, b), out);
            }
        }
        (a, b) if a == b => {}
        (a, b) => out.push(format!("{at}: {a} of the {a_name}, {b} of the {b_name}")),
    }
}
