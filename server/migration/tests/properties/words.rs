//! Texts made of the words that V2 definitions have.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use v4ward_benches::Profile;
use v4ward_syntax::{Document, NodeKind, quote_json};

use crate::FILES;

/// Keys, quoted, and scalars of all files and of some generated definitions.
struct Words {
    keys: Vec<String>,
    scalars: Vec<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let generated = ["clean", "mixed", "legacy"].map(|name| {
        let profile = Profile::named(name).unwrap();
        v4ward_benches::definition(1, 1, &profile)
    });
    let (mut keys, mut scalars) = (BTreeSet::new(), BTreeSet::new());
    for text in FILES.iter().chain(&generated) {
        let document = Document::parse_json(text.as_str());
        for node in document.nodes() {
            keys.extend(node.key().map(|key| quote_json(&key)));
            let scalar = !node.is_container() && node.kind() != NodeKind::Invalid && node.text().len() < 60;
            scalars.extend(scalar.then(|| node.text().to_owned()));
        }
    }
    Words { keys: keys.into_iter().collect(), scalars: scalars.into_iter().collect() }
});

/// Words and brackets in any order.
pub(crate) fn soup() -> impl Strategy<Value = String> {
    let mark = select(vec!["{", "}", "[", "]", ",", ":", "{\"gravitee\":\"2.0.0\",\"proxy\":{", "\n", "//", "\""]);
    let word = prop_oneof![
        3 => mark.prop_map(str::to_owned),
        2 => select(&WORDS.keys[..]).prop_map(|key| key + ":"),
        1 => select(&WORDS.scalars[..]),
    ];
    vec(word, 0..60).prop_map(|words| words.concat())
}

/// A V2 file whose members have the right names, at the root at least, and any values.
pub(crate) fn definition() -> impl Strategy<Value = String> {
    let member = (select(ROOT), value()).prop_map(|(key, value)| format!("\"{key}\":{value}"));
    vec(member, 1..8).prop_map(|members| format!("{{\"gravitee\":\"2.0.0\",{}}}", members.join(",")))
}

const ROOT: &[&str] = &[
    "proxy",
    "services",
    "flows",
    "plans",
    "pages",
    "properties",
    "resources",
    "metadata",
    "members",
    "groups",
    "tags",
    "path_mappings",
    "paths",
    "execution_mode",
    "response_templates",
    "name",
    "version",
];

fn value() -> impl Strategy<Value = String> {
    let scalar = select(&WORDS.scalars[..]);
    scalar.prop_recursive(6, 80, 6, |inner| {
        let member = (select(&WORDS.keys[..]), inner.clone()).prop_map(|(key, value)| format!("{key}:{value}"));
        prop_oneof![
            2 => vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(","))),
            1 => vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
        ]
    })
}
