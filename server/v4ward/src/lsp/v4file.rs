//! The V4 file that belongs to a V2 file: what stands there, and places in both.

use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;
use v4ward_migration::record::{NULL, Outcome};
use v4ward_migration::{Definition, Verdict, recognise};
use v4ward_syntax::{Document, Span};

use super::documents::Snapshot;
use crate::files::read::{ReadError, read};
use crate::generated;
use crate::transfer::{Spot, document_of};

/// What stands where the V4 file of a definition goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Standing {
    /// Nothing.
    Absent,
    /// What would be written.
    UpToDate,
    /// What converting gives under other settings; nobody changed it.
    Generated,
    /// Something else.
    Different,
    /// Something that is never overwritten.
    Blocked,
}

/// What stands at a path, beside what a V2 definition gives.
pub(super) fn standing(path: &Path, snapshot: &Snapshot) -> Standing {
    let bytes = match read(path) {
        Ok(bytes) => bytes,
        // A link that leads nowhere is in the way.
        Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(path).is_err() => {
            return Standing::Absent;
        }
        Err(_) => return Standing::Blocked,
    };
    let expected = snapshot.migrated().document.as_ref();
    if expected.is_some_and(|document| document.text().as_bytes() == bytes) {
        return Standing::UpToDate;
    }
    if generated::is_result_of(&snapshot.document, &snapshot.options, path, &bytes) {
        return Standing::Generated;
    }
    let is_source = std::str::from_utf8(&bytes).is_ok_and(|text| {
        matches!(recognise(&crate::files::format::parse(path, text.to_owned())).0, Definition::V1 | Definition::V2)
    });
    if is_source { Standing::Blocked } else { Standing::Different }
}

/// Where the value at a place of a V2 text goes, in words, and the place.
pub(super) fn where_it_goes(snapshot: &Snapshot, offset: u32) -> Option<(String, Span)> {
    let node = snapshot.document.at(offset)?;
    // A root tells nothing that the first line does not, and what blocks goes nowhere.
    node.parent()?;
    let document = document_of(&snapshot.document, node.id());
    if !snapshot.definitions.iter().any(|defined| defined.document == document && defined.definition == Definition::V2)
    {
        return None;
    }
    if snapshot.findings.iter().any(|found| found.blocks && found.node == Some(node.id())) {
        return None;
    }
    let traced = snapshot.traced()?;
    let mut fates = Fates::default();
    // What an alias stands for is what goes somewhere.
    for outcome in traced.record.outcomes_below(&snapshot.document, node.resolved().id()) {
        fates.add(outcome, &traced.document);
    }
    let lead = match snapshot.verdict {
        Some(Verdict::NotMigratable) => "In V4, when nothing blocks the migration any more",
        _ => "In V4",
    };
    Some((format!("{lead}: {}", fates.words(node.resolved().is_leaf())), node.member_span()))
}

/// What becomes of the leaves of a part.
#[derive(Default)]
struct Fates {
    carried: usize,
    converted: usize,
    dropped: Vec<&'static str>,
    empty: usize,
    targets: Vec<Spot>,
}

/// So many places are named.
const NAMED: usize = 5;

impl Fates {
    fn add(&mut self, outcome: Outcome<'_>, v4: &Document) {
        let to = match outcome {
            Outcome::Carried { to } => {
                self.carried += 1;
                to
            }
            Outcome::Converted { to } => {
                self.converted += 1;
                to
            }
            Outcome::Dropped { rule: NULL, .. } => {
                self.empty += 1;
                return;
            }
            Outcome::Dropped { rule, .. } => {
                if !self.dropped.contains(&rule) {
                    self.dropped.push(rule);
                }
                return;
            }
        };
        self.targets.extend(to.iter().filter_map(|link| v4.nth(link.v4 as usize)).map(Spot::of));
    }

    fn words(mut self, leaf: bool) -> String {
        self.targets.dedup();
        let dropped = || {
            let rules: Vec<String> = self.dropped.iter().map(|rule| format!("`{rule}`")).collect();
            rules.join(", ")
        };
        if leaf {
            let places: Vec<String> =
                self.targets.iter().take(NAMED).map(|place| format!("`{}`", place.pointer)).collect();
            let places = places.join(", ");
            return match (self.carried, self.converted) {
                (0, 0) if self.dropped.is_empty() => "nothing, since this says nothing.".to_owned(),
                (0, 0) => format!("dropped, see {}", dropped()),
                (_, 0) => places,
                _ if places.is_empty() => "no value of its own, as V4 does what it says anyway.".to_owned(),
                _ => format!("{places}, in another form"),
            };
        }
        let mut parts = Vec::new();
        if self.carried > 0 {
            parts.push(format!("{} carried", self.carried));
        }
        if self.converted > 0 {
            parts.push(format!("{} in another form", self.converted));
        }
        if !self.dropped.is_empty() {
            parts.push(format!("some dropped, see {}", dropped()));
        }
        match (common(&self.targets), parts.is_empty()) {
            (_, true) => "nothing, since this says nothing.".to_owned(),
            (Some(place), _) => format!("below `{}` ({})", place.pointer, parts.join(", ")),
            (None, _) => format!("in several places ({})", parts.join(", ")),
        }
    }
}

/// The deepest place that holds all of some places; none when that is the root.
fn common(places: &[Spot]) -> Option<Spot> {
    let document = places.first()?.document;
    let mut parts: Vec<&str> = places.first()?.pointer.split('/').collect();
    // A leaf is no place that holds something.
    parts.pop();
    for place in places {
        let same = place.pointer.split('/').zip(&parts).take_while(|(a, b)| a == *b).count();
        parts.truncate(if place.document == document { same } else { 0 });
    }
    (parts.len() > 1).then(|| Spot { document, pointer: parts.join("/") })
}

/// The places in V4 of what stands at a place of a V2 text.
pub(super) fn targets_of(v2: &Snapshot, offset: u32) -> Vec<Spot> {
    let Some(node) = v2.document.at(offset).filter(|_| v2.is_v2()) else { return Vec::new() };
    let Some(traced) = v2.traced() else { return Vec::new() };
    let node = node.resolved();
    let mut places: Vec<Spot> = Vec::new();
    for outcome in traced.record.outcomes_below(&v2.document, node.id()) {
        if let Outcome::Carried { to } | Outcome::Converted { to } = outcome {
            places.extend(to.iter().filter_map(|link| traced.document.nth(link.v4 as usize)).map(Spot::of));
        }
    }
    if node.is_leaf() {
        places.dedup();
        return places;
    }
    common(&places).into_iter().collect()
}

/// The places in V2 that what stands at a place of a V4 text came from.
pub(super) fn sources_of(v2: &Snapshot, v4: &Snapshot, offset: u32) -> Vec<Spot> {
    let Some(here) = v4.document.at(offset).filter(|_| v2.is_v2()) else { return Vec::new() };
    let Some(traced) = v2.traced() else { return Vec::new() };
    // The file may have been edited since; what stands at the same place is taken for the same.
    let Some(node) = Spot::of(here).find(&traced.document) else { return Vec::new() };
    let leaves = node.subtree().flat_map(|node| traced.record.sources(node.id().index() as u32));
    let mut places: Vec<Spot> = leaves.map(|leaf| Spot::of(v2.document.node(leaf))).collect();
    if node.is_leaf() {
        places.dedup();
        return places;
    }
    places.sort_unstable();
    common(&places).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_that_holds_all_places() {
        let spot = |document, pointer: &str| Spot { document, pointer: pointer.to_owned() };
        let of = |pointers: &[&str]| common(&pointers.iter().map(|it| spot(1, it)).collect::<Vec<_>>());
        assert_eq!(of(&["/api/a/0/b", "/api/a/1/b"]), Some(spot(1, "/api/a")));
        assert_eq!(of(&["/api/name"]), Some(spot(1, "/api")));
        assert_eq!(of(&["/api/name", "/plans/0/name"]), None);
        assert_eq!(common(&[spot(0, "/api/name"), spot(1, "/api/name")]), None);
        assert_eq!(of(&[]), None);
    }
}
