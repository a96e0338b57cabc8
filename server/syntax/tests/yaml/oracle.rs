//! Valid files as another reader reads them: `yaml-edit`, whose parser shares no code with ours.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

use v4ward_syntax::{Node, NodeKind};
use yaml_edit::{YamlFile, YamlNode};

use crate::laws;

/// The YAML files of the conformance kit; none, with a notice, where the kit is absent.
///
/// The kit is looked for in the folder `shared` beside the repository, or where `V4WARD_SHARED` says.
fn corpus() -> Vec<(PathBuf, String)> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("V4WARD_SHARED").map_or_else(|| here.join("../../../shared"), PathBuf::from);
    let folder = shared.join("conformance/gko");
    let mut files: Vec<_> = fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    if files.is_empty() {
        // Written past the capture of the test harness: a skip must be seen.
        let _ = writeln!(std::io::stderr(), "SKIPPED: no YAML files in {}", folder.display());
    }
    files.into_iter().filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text))).collect()
}

/// What a node says, scalars as they are decoded or else as written; merge keys and aliases as they stand there.
fn outline(node: Node<'_>) -> String {
    match node.kind() {
        _ if node.is_alias() => node.text().to_owned(),
        NodeKind::Object => {
            let members = node.children().map(|member| format!("{:?}: {}", member.key().unwrap(), outline(member)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        NodeKind::Array => format!("[{}]", node.children().map(outline).collect::<Vec<_>>().join(", ")),
        NodeKind::String => format!("{:?}", node.as_str().unwrap()),
        _ => format!("{:?}", node.text()),
    }
}

fn other_outline(node: &YamlNode) -> String {
    if let Some(mapping) = node.as_mapping() {
        let member = |(key, value): (YamlNode, YamlNode)| {
            format!("{:?}: {}", key.as_scalar().map(|key| key.as_string()).unwrap_or_default(), other_outline(&value))
        };
        return format!("{{{}}}", mapping.iter().map(member).collect::<Vec<_>>().join(", "));
    }
    if let Some(sequence) = node.as_sequence() {
        return format!("[{}]", sequence.values().map(|item| other_outline(&item)).collect::<Vec<_>>().join(", "));
    }
    match node.as_scalar() {
        Some(scalar) => format!("{:?}", scalar.as_string()),
        None => node.to_string(),
    }
}

#[test]
fn valid_files_read_as_another_reader_reads_them() {
    for (path, text) in corpus() {
        // A block text that ends with the file has no line break for tools around Kubernetes, and one for this reader.
        let text = format!("{}\n", text.trim_end());
        let document = laws::check(&text);
        if !document.templates().is_empty() {
            continue;
        }
        assert_eq!(document.errors(), [], "{}", path.display());
        let file = YamlFile::from_str(&text).unwrap();
        let roots: Vec<_> = document.roots().map(outline).collect();
        let others: Vec<_> = file
            .documents()
            .filter_map(|document| {
                let mapping = document.as_mapping().map(YamlNode::Mapping);
                let root = mapping.or_else(|| document.as_sequence().map(YamlNode::Sequence))?;
                Some(other_outline(&root))
            })
            .collect();
        assert_eq!(roots, others, "{}", path.display());
    }
}
