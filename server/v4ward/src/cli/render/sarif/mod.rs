//! SARIF 2.1.0, for code scanning and the viewers of editors.
//!
//! Only what readers use is written, and nothing that differs between two runs on the same files: no times, no absolute
//! paths below the repository, no excerpts, which could hold a secret.

mod objects;
mod places;

use std::collections::HashMap;
use std::path::Path;

use serde::Serialize;
use v4ward_migration::fixes::{Applicability, Fix};
use v4ward_migration::redact::secret_spans;
use v4ward_migration::rules::{self, Declaration, RULES, Rule};
use v4ward_migration::suppress::Accepted;
use v4ward_migration::v4::rule as v4_rules;
use v4ward_migration::{Finding, Severity};
use v4ward_syntax::edit::TextEdit;
use v4ward_syntax::{Node, PositionEncoding, Span};

use objects::{
    ArtifactChange, ArtifactLocation, Configuration, Fingerprints, FixObject, Location, LogicalLocation, Notification,
    PhysicalLocation, Properties, Region, Replacement, ReportingDescriptor, ResultObject, RuleProperties,
    SuppressionObject, Text,
};
pub(crate) use places::Places;
use places::ROOT;

use super::markdown::capitalised;
use super::{Source, json};
use crate::cli::explain;
use crate::cli::render::json::ErrorReport;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// Code scanning shows no more of a description.
const DESCRIPTION: usize = 1000;
/// Each fix is checked by making it; of more than this many in a file the rest is left to `v4ward fix`.
const FIXES: usize = 50;

/// Something found, whoever found it.
pub(crate) struct Found<'a, 'd> {
    pub(crate) rule: &'static str,
    pub(crate) severity: Severity,
    pub(crate) apim: Option<v4ward_migration::ApimState>,
    pub(crate) subject: Option<&'a str>,
    pub(crate) node: Option<Node<'d>>,
    pub(crate) span: Span,
    pub(crate) message: &'a str,
    pub(crate) help: Option<&'a str>,
    pub(crate) related: Vec<(Node<'d>, &'static str)>,
    pub(crate) fix: Option<Fix>,
    /// The reason for which `v4ward.toml` accepts it.
    pub(crate) accepted: Option<&'a str>,
}

/// The rule of a text that cannot be read, which both commands have.
const SYNTAX: &str = "syntax-error";

/// Which command speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speaker {
    Check,
    Verify,
}

impl Speaker {
    fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Verify => "verify",
        }
    }

    fn index_of(self, id: &str) -> Option<usize> {
        match self {
            Self::Check => RULES.iter().position(|rule| rule.declaration().id == id),
            Self::Verify if id == SYNTAX => Some(0),
            Self::Verify => v4_rules::RULES.iter().position(|rule| rule.declaration().id == id).map(|at| at + 1),
        }
    }

    /// All that the command could find, found or not: that lets alerts close.
    fn rules(self) -> Vec<ReportingDescriptor> {
        match self {
            Self::Check => RULES.iter().map(|rule| descriptor(*rule)).collect(),
            Self::Verify => {
                let syntax = rules::find(SYNTAX).map(descriptor);
                syntax.into_iter().chain(v4_rules::RULES.iter().map(|rule| v4_descriptor(*rule))).collect()
            }
        }
    }
}

/// What comes before the first result.
pub(crate) fn head(speaker: Speaker) -> String {
    format!(
        "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{{\"name\":\"{}\",\
         \"semanticVersion\":\"{}\",\"rules\":{}}}}},\"automationDetails\":{{\"id\":\"v4ward/{}/\"}},\
         \"columnKind\":\"utf16CodeUnits\",\"originalUriBaseIds\":{{\"{ROOT}\":{{\"description\":{{\"text\":\"The \
         folder of the repository, or where there is none the one in which v4ward ran.\"}}}}}},\"results\":[",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        json::text(&speaker.rules()),
        speaker.name(),
    )
}

/// What comes after the last result.
pub(crate) fn tail(errors: &[ErrorReport], summary: &impl Serialize) -> String {
    let notifications: Vec<Notification> =
        errors.iter().map(|error| Notification { level: "error", message: plain(&error.message) }).collect();
    format!(
        "\n],\"invocations\":[{{\"executionSuccessful\":{},\"toolExecutionNotifications\":{}}}],\
         \"properties\":{{\"summary\":{}}}}}]}}\n",
        errors.is_empty(),
        json::text(&notifications),
        json::text(summary)
    )
}

/// The results of one file.
pub(crate) struct Results<'s, 'd> {
    speaker: Speaker,
    places: &'s Places,
    path: &'s Path,
    source: &'s Source<'d>,
    artifact: ArtifactLocation,
    /// How often the same was found at the same place.
    seen: HashMap<u64, u64>,
    fixes: usize,
    texts: Vec<String>,
}

impl<'s, 'd> Results<'s, 'd> {
    pub(crate) fn new(speaker: Speaker, places: &'s Places, path: &'s Path, source: &'s Source<'d>) -> Self {
        let (artifact, seen, texts) = (places.artifact(path), HashMap::new(), Vec::new());
        Self { speaker, places, path, source, artifact, seen, fixes: 0, texts }
    }

    /// Adds a finding of a rule.
    pub(crate) fn add_finding(&mut self, finding: &Finding<'d>) {
        self.add_of_v2(finding, None);
    }

    /// Adds one that is left out elsewhere: an alert that was shown before is then known as dismissed.
    pub(crate) fn add_accepted(&mut self, accepted: &Accepted<Finding<'d>>) {
        self.add_of_v2(&accepted.finding, Some(&accepted.reason));
    }

    fn add_of_v2(&mut self, finding: &Finding<'d>, accepted: Option<&str>) {
        let (declaration, message) = (finding.declaration(), finding.message());
        let safe = |fix: &Fix| fix.applicability == Applicability::Safe && fix.changes().is_some();
        self.add(Found {
            rule: declaration.id,
            severity: finding.severity,
            apim: finding.apim,
            subject: finding.subject.as_deref(),
            node: finding.place.node(),
            span: finding.place.span(),
            message: &message.what,
            help: Some(&message.help),
            related: finding.rule.related(finding),
            fix: if self.fixes < FIXES && accepted.is_none() { finding.fixes().into_iter().find(safe) } else { None },
            accepted,
        });
    }

    pub(crate) fn add(&mut self, found: Found<'_, 'd>) {
        let pointer = found.node.map(Node::pointer);
        let roots = || self.source.document.roots();
        let document = found.node.and_then(|node| roots().position(|root| root.holds(node.id()))).unwrap_or_default();
        let subject = found.subject.map(|subject| self.source.redacted(subject));
        let fingerprint = self.fingerprint(&found, document, pointer.as_deref(), subject.as_deref());
        let message = [Some(found.message), found.help].into_iter().flatten().filter(|text| !text.is_empty());
        let message: Vec<String> = message.map(|text| sentence(&self.source.redacted(text))).collect();
        let logical = pointer.filter(|pointer| !pointer.is_empty());
        let kind = if found.node.is_some_and(|node| node.key_span().is_some()) { "property" } else { "value" };
        let logical = logical.map(|fully_qualified_name| LogicalLocation { fully_qualified_name, kind });
        let location = Location {
            id: None,
            physical_location: self.physical(found.span),
            logical_locations: logical.into_iter().collect(),
            message: None,
        };
        let related = found.related.iter().enumerate().map(|(index, (node, what))| Location {
            id: Some(index + 1),
            physical_location: self.physical(node.key_span().unwrap_or(node.span())),
            logical_locations: Vec::new(),
            message: Some(plain(&sentence(what))),
        });
        let related_locations = related.collect();
        let fix = found.fix.as_ref().and_then(|fix| self.fix(fix));
        let suppression = |reason: &str| SuppressionObject {
            // The reason stands in a file of its own, not in the definition.
            kind: "external",
            justification: self.source.redacted(reason),
        };
        let suppressions = found.accepted.map(suppression).into_iter().collect();
        self.fixes += usize::from(fix.is_some());
        self.texts.push(json::text(&ResultObject {
            rule_id: found.rule,
            rule_index: self.speaker.index_of(found.rule),
            level: level(found.severity),
            message: plain(&message.join(" ")),
            locations: [location],
            partial_fingerprints: Fingerprints { finding: format!("{fingerprint:016x}") },
            related_locations,
            fixes: fix.into_iter().collect(),
            suppressions,
            properties: Properties { severity: found.severity, document, subject, apim: found.apim },
        }));
    }

    /// All of them, as members of the list of results; empty where there are none.
    pub(crate) fn text(self) -> String {
        self.texts.join(",\n")
    }

    /// The same for the same finding wherever it moves in the text.
    fn fingerprint(
        &mut self,
        found: &Found<'_, '_>,
        document: usize,
        pointer: Option<&str>,
        subject: Option<&str>,
    ) -> u64 {
        let document = document.to_string();
        let parts = [found.rule, &self.artifact.uri, &document, pointer.unwrap_or("-"), subject.unwrap_or_default()];
        let own = fnv(parts.iter().flat_map(|part| part.bytes().chain([0])));
        let count = self.seen.entry(own).or_default();
        *count += 1;
        if *count == 1 { own } else { fnv(own.to_be_bytes().into_iter().chain(count.to_be_bytes())) }
    }

    fn physical(&self, span: Span) -> PhysicalLocation {
        PhysicalLocation { artifact_location: self.places.artifact(self.path), region: Some(self.region(span)) }
    }

    fn region(&self, span: Span) -> Region {
        let text = self.source.document.text();
        let place = |offset: u32| {
            let position = self.source.index.position(text, offset, PositionEncoding::Utf16);
            // Viewers keep the byte order mark to themselves.
            let mark = u32::from(position.line == 0 && text.starts_with('\u{feff}'));
            (position.line + 1, position.column.saturating_sub(mark) + 1)
        };
        let ((start_line, start_column), (end_line, end_column)) = (place(span.start), place(span.end));
        Region { start_line, start_column, end_line, end_column }
    }

    /// A fix, unless what it writes holds a secret, of which nothing may leave the file.
    fn fix(&self, fix: &Fix) -> Option<FixObject> {
        let applied = fix.apply(self.source.document).ok()?;
        let secrets = secret_spans(&applied.document);
        if inserted(&applied.edits)
            .any(|span| secrets.iter().any(|secret| secret.start < span.end && span.start < secret.end))
        {
            return None;
        }
        let replacement = |edit: &TextEdit| Replacement {
            deleted_region: self.region(edit.span),
            inserted_content: Text { text: edit.text.clone(), markdown: None },
        };
        let replacements = applied.edits.iter().map(replacement).collect();
        let change = ArtifactChange { artifact_location: self.places.artifact(self.path), replacements };
        Some(FixObject { description: plain(&self.source.redacted(&fix.title)), artifact_changes: vec![change] })
    }
}

/// What edits wrote, in the new text.
fn inserted(edits: &[TextEdit]) -> impl Iterator<Item = Span> {
    let mut shift = 0i64;
    edits.iter().map(move |edit| {
        let start = (i64::from(edit.span.start) + shift).max(0) as u32;
        shift += edit.text.len() as i64 - i64::from(edit.span.len());
        Span::new(start, start + edit.text.len() as u32)
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

fn descriptor(rule: &dyn Rule) -> ReportingDescriptor {
    let declaration = rule.declaration();
    let page = rules::page(rule, |_, finding| {
        let message = finding.message();
        format!("{}: {}\nhelp: {}", finding.severity, message.what, message.help)
    });
    let mut tags = vec![declaration.group.name()];
    tags.extend(if declaration.apim.is_some() { Some("apim") } else { None });
    tags.extend(if rule.only_on_legacy_engine() { Some("legacy-engine") } else { None });
    ReportingDescriptor {
        id: declaration.id,
        short_description: plain(&sentence(&explain::plain(declaration.summary))),
        full_description: plain(&described(declaration)),
        help: Text { text: explain::plain(declaration.explanation.trim()), markdown: page },
        default_configuration: Configuration { level: level(declaration.severity) },
        properties: RuleProperties { tags },
    }
}

/// The explanation, to the last whole paragraph that fits.
fn described(declaration: &Declaration) -> String {
    shortened(&explain::plain(declaration.explanation.trim()))
}

fn shortened(text: &str) -> String {
    let mut out = String::new();
    for paragraph in text.split("\n\n") {
        if !out.is_empty() && out.len() + paragraph.len() > DESCRIPTION {
            break;
        }
        let gap = if out.is_empty() { "" } else { "\n\n" };
        out.push_str(&format!("{gap}{paragraph}"));
    }
    out.chars().take(DESCRIPTION).collect()
}

fn v4_descriptor(rule: &dyn v4_rules::Rule) -> ReportingDescriptor {
    let declaration = rule.declaration();
    let text = explain::plain(declaration.explanation.trim());
    ReportingDescriptor {
        id: declaration.id,
        short_description: plain(&sentence(&explain::plain(declaration.summary))),
        full_description: plain(&shortened(&text)),
        help: Text { text, markdown: None },
        default_configuration: Configuration { level: level(declaration.severity) },
        properties: RuleProperties { tags: vec!["v4"] },
    }
}

/// A text that readers show as it is: they make links of some brackets.
fn plain(text: &str) -> Text {
    let text = if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text.to_owned() };
    Text { text, markdown: None }
}

fn sentence(text: &str) -> String {
    let text = capitalised(text.trim());
    if text.ends_with(['.', '!', '?', ':']) { text } else { text + "." }
}

/// FNV-1a, which is the same on every machine and in every version.
fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_that_everybody_knows() {
        assert_eq!(fnv(std::iter::empty()), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv("foobar".bytes()), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn what_edits_write_is_found_in_the_new_text() {
        let edit = |start, end, text: &str| TextEdit { span: Span::new(start, end), text: text.to_owned() };
        let spans: Vec<Span> = inserted(&[edit(2, 4, "abcd"), edit(6, 6, "x"), edit(8, 9, "")]).collect();
        assert_eq!(spans, [Span::new(2, 6), Span::new(8, 9), Span::new(11, 11)]);
    }

    #[test]
    fn brackets_of_a_file_make_no_link() {
        assert_eq!(plain("a [b](c)").text, r"a \[b\](c)");
        assert_eq!(plain("flows[0]").text, "flows[0]");
    }
}
