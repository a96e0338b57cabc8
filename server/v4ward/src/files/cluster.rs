//! The custom resources of many files, for rules that look beyond one.

use rayon::prelude::*;
use v4ward_migration::cluster::Cluster;
use v4ward_syntax::{Document, Format};

use super::Input;
use super::format::{by_name, may_be_ours, parse};
use super::read::read;

/// Reads the resources of all YAML files. What cannot be read is told when its turn comes.
pub(crate) fn cluster(inputs: &[Input]) -> Cluster {
    let documents: Vec<(&Input, Document)> = inputs
        .par_iter()
        .filter(|input| by_name(&input.path) == Some(Format::Yaml))
        .filter_map(|input| {
            let text = v4ward_syntax::decode(read(&input.path).ok()?).ok()?;
            may_be_ours(&input.path, &text).then(|| (input, parse(&input.path, text)))
        })
        .collect();
    let mut cluster = Cluster::default();
    for (input, document) in documents {
        cluster.add(&input.path.to_string_lossy(), &document);
    }
    cluster
}
