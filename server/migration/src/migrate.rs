//! From a V2 text to a V4 text that V4 takes.

use std::collections::HashMap;

use v4ward_syntax::{Document, Node, NodeId};

use crate::analysis::{Analysis, Judged, analyse};
use crate::cluster::Cluster;
use crate::convert::{Notes, convert};
use crate::finding::{Finding, Severity, Verdict};
use crate::fixes::{AppliedFix, Fixed, Selection, converge};
use crate::options::Options;
use crate::recognise::{Definition, DocumentFormat};
use crate::record::Record;
use crate::rollout::Rollout;
use crate::target::{Origins, Target, Written};
use crate::v4::{self, SchemaFailure};

/// Which fixes are applied to a copy of the text before it is converted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum FixLevel {
    /// None.
    None,
    /// Those after which requests are handled as before.
    #[default]
    Safe,
    /// Those too that need a decision.
    All,
}

/// What a caller asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Request {
    /// Fixes to apply.
    pub fixes: FixLevel,
    /// Migrate what needs a look, or what V4 would refuse at a place that a finding names.
    pub force: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Migration {
    /// The verdict of the text as it is.
    pub verdict_before: Verdict,
    /// The verdict after the fixes.
    pub verdict: Verdict,
    /// Errors that the fixes leave: beside a good verdict, places that V4 would refuse.
    pub errors: usize,
    /// The verdicts of the V2 definitions of the text, in their order.
    pub definitions: Vec<Verdicts>,
    /// The fixes.
    pub applied: Vec<AppliedFix>,
    /// The V4 text, or why there is none.
    pub result: Result<Output, Refusal>,
}

/// The verdicts of one of the definitions of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verdicts {
    /// Which document of the text it is, counted from 0.
    pub document: usize,
    /// The verdict of the text as it is.
    pub before: Verdict,
    /// The verdict after the fixes.
    pub after: Verdict,
    /// Errors that the fixes leave.
    pub errors: usize,
}

/// A V4 definition.
#[derive(Debug)]
pub struct Output {
    /// Its form.
    pub target: Target,
    /// The text.
    pub text: String,
    /// What became of every V2 leaf.
    pub record: Record,
    /// How its custom resources take the place of the V2 ones; empty where there were none.
    pub rollouts: Vec<Rollout>,
}

/// Why there is no V4 text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The text holds no V2 export.
    NotV2(Definition, DocumentFormat),
    /// So many V2 definitions, where the form asked for holds one.
    Several(usize),
    /// A blocker is left.
    Blocked,
    /// Something needs a look; `force` migrates it.
    NeedsForce,
    /// V4 would refuse the result at places that error findings name; `force` writes it.
    WouldBeRefused,
    /// The result is not valid and no finding said so: a fault of v4ward.
    Bug(Vec<SchemaFailure>),
}

/// Migrates the V2 definitions of a text: all of them, or none. The text itself is never changed; fixes go to a copy.
#[must_use]
pub fn migrate(document: &Document, options: &Options, request: &Request) -> Migration {
    // Severities that a user changed decide nothing here.
    let options = &Options { rules: Default::default(), suppressions: Default::default(), ..options.clone() };
    let analysis = analyse(document, options);
    let (Definition::V2, Some(verdict_before)) = (analysis.definition, analysis.verdict) else {
        let refusal = Refusal::NotV2(analysis.definition, analysis.format);
        let verdict = Verdict::NotMigratable;
        let (definitions, applied) = (Vec::new(), Vec::new());
        return Migration { verdict_before: verdict, verdict, errors: 0, definitions, applied, result: Err(refusal) };
    };
    let fixed = fix(document, &analysis, options, request.fixes);
    let Some(fixed) = fixed else {
        let result = attempt(document, None, &analysis, &analysis, options, request);
        let (errors, definitions, applied) = (analysis.errors(), verdicts(&analysis, &analysis), Vec::new());
        return Migration { verdict_before, verdict: verdict_before, errors, definitions, applied, result };
    };
    let after = analyse(&fixed.document, options);
    let verdict = after.verdict.unwrap_or(Verdict::NotMigratable);
    let result = attempt(document, Some(&fixed), &analysis, &after, options, request);
    let (errors, definitions) = (after.errors(), verdicts(&analysis, &after));
    Migration { verdict_before, verdict, errors, definitions, applied: fixed.applied, result }
}

/// The verdicts of each definition; one that a fix made unreadable would be no better than before.
fn verdicts(before: &Analysis<'_>, after: &Analysis<'_>) -> Vec<Verdicts> {
    let verdicts = |judged: &Judged<'_>| {
        let later = after.definitions.iter().find(|later| later.document == judged.document).unwrap_or(judged);
        let (before, after) = (judged.verdict, later.verdict);
        Verdicts { document: judged.document, before, after, errors: later.refusals }
    };
    before.definitions.iter().map(verdicts).collect()
}

/// Where the values of V2 definitions go with safe fixes, whether or not something stands in the way. The text is not
/// checked: it is for looking at places, not for writing. `None` for what is no V2 file.
#[must_use]
pub fn trace(document: &Document, options: &Options) -> Option<Output> {
    let before = analyse(document, options);
    let fixed = fix(document, &before, options, FixLevel::Safe);
    let after = fixed.as_ref().map(|fixed| analyse(&fixed.document, options));
    let converted = Converted::new(after.as_ref().unwrap_or(&before), options).ok()?;
    Some(converted.output(document, fixed.as_ref(), &before))
}

fn fix(document: &Document, analysis: &Analysis<'_>, options: &Options, level: FixLevel) -> Option<Fixed> {
    let needs_decision = match level {
        FixLevel::None => return None,
        FixLevel::Safe => false,
        FixLevel::All => true,
    };
    converge(document, analysis, options, &Selection { needs_decision, ..Selection::default() })
}

/// Judges the text after fixes, converts it and checks the result. `before` is the text as it is, `after` with fixes.
fn attempt(
    original: &Document,
    fixed: Option<&Fixed>,
    before: &Analysis<'_>,
    after: &Analysis<'_>,
    options: &Options,
    request: &Request,
) -> Result<Output, Refusal> {
    match after.verdict {
        Some(Verdict::FullyMigratable) => {}
        Some(Verdict::PartiallyMigratable) if request.force => {}
        Some(Verdict::PartiallyMigratable) => return Err(Refusal::NeedsForce),
        Some(Verdict::NotMigratable) | None => return Err(Refusal::Blocked),
    }
    let converted = Converted::new(after, options)?;
    if !converted.written.is_whole {
        return Err(Refusal::Blocked);
    }
    // What is checked is the text as it will be read.
    let result = Document::parse(converted.written.text.as_str(), converted.target.format());
    let failures = failures(&result, converted.target);
    if !failures.is_empty() {
        let source = fixed.map_or(original, |fixed| &fixed.document);
        let bugs = not_announced(failures, source, &converted.written.origins, after);
        if !bugs.is_empty() {
            return Err(Refusal::Bug(bugs));
        }
    }
    if !request.force && after.refusals > 0 {
        return Err(Refusal::WouldBeRefused);
    }
    Ok(converted.output(original, fixed, before))
}

/// V2 definitions converted and written.
struct Converted {
    target: Target,
    written: Written,
    notes: Notes,
    rollouts: Vec<Rollout>,
}

impl Converted {
    fn new(analysis: &Analysis<'_>, options: &Options) -> Result<Self, Refusal> {
        let definitions: Vec<&Judged<'_>> = analysis.v2_files().collect();
        let Some(&first) = definitions.first() else {
            return Err(Refusal::NotV2(analysis.definition, analysis.format));
        };
        let target = options.target_for(first.format);
        if target == Target::ImportJson && definitions.len() > 1 {
            return Err(Refusal::Several(definitions.len()));
        }
        let beside = Cluster::of(first.root().document());
        let (mut notes, mut objects, mut rollouts) = (Notes::default(), Vec::new(), Vec::new());
        for judged in definitions {
            let conversion = convert(&judged.api, options, target);
            notes.dropped.extend(conversion.notes.dropped);
            notes.implied.extend(conversion.notes.implied);
            if target == Target::Resource && judged.api.resource.is_some() {
                rollouts.push(Rollout::new(judged, &conversion.document, &options.cluster, &beside));
            }
            objects.push(conversion.document);
        }
        let written = target.write(&objects, first.root().document(), &notes);
        Ok(Self { target, written, notes, rollouts })
    }

    /// `before` is the text as it is.
    fn output(self, original: &Document, fixed: Option<&Fixed>, before: &Analysis<'_>) -> Output {
        let source = fixed.map_or(original, |fixed| &fixed.document);
        let parts: Vec<NodeId> = before.v2_files().map(|judged| judged.root().id()).collect();
        let mut links = self.written.origins.links;
        links.extend(self.written.origins.keys);
        links.sort_by_key(|link| link.v4);
        let record = Record::new(original, &parts, source, fixed, &self.notes, links);
        Output { target: self.target, text: self.written.text, record, rollouts: self.rollouts }
    }
}

/// What V4 would refuse of a text, with the root of its definition.
fn failures(result: &Document, target: Target) -> Vec<(Node<'_>, SchemaFailure)> {
    let check = |root| match target {
        Target::ImportJson => v4::check(root),
        Target::Resource => v4::check_resource(root),
    };
    result.roots().flat_map(|root| check(root).into_iter().map(move |failure| (root, failure))).collect()
}

/// The failures that no finding on the V2 text told before.
fn not_announced(
    failures: Vec<(Node<'_>, SchemaFailure)>,
    source: &Document,
    origins: &Origins,
    analysis: &Analysis<'_>,
) -> Vec<SchemaFailure> {
    let mut places: Vec<NodeId> = analysis
        .findings
        .iter()
        .filter(|finding| announces(finding))
        .filter_map(|finding| finding.place.node())
        .map(|node| node.id())
        .collect();
    places.sort_unstable();
    let sources = sources(origins);
    let is_bug = |(root, failure): &(Node<'_>, SchemaFailure)| {
        !is_announced(root.descend(&failure.pointer), source, &sources, &places)
    };
    failures.into_iter().filter(is_bug).map(|(_, failure)| failure).collect()
}

/// Findings that say beforehand that V4 would refuse something: errors, and what APIM's own dry run points out.
fn announces(finding: &Finding<'_>) -> bool {
    finding.severity == Severity::Error || finding.apim.is_some()
}

/// True when a finding stands in the V2 part that the failing V4 part was made of, or around it. `findings` are ordered.
fn is_announced(
    place: Option<Node<'_>>,
    source: &Document,
    sources: &HashMap<u32, Vec<NodeId>>,
    findings: &[NodeId],
) -> bool {
    let mut around = place.into_iter().flat_map(|place| std::iter::once(place).chain(place.ancestors()));
    let parts = around.find_map(|part| sources.get(&(part.id().index() as u32)));
    parts.into_iter().flatten().any(|part| {
        let part = source.node(*part);
        let inside = findings.get(findings.partition_point(|finding| *finding < part.id()));
        let is_inside = inside.is_some_and(|finding| part.holds(*finding));
        let is_around = || part.ancestors().any(|around| findings.binary_search(&around.id()).is_ok());
        // The root holds everything and tells nothing.
        part.parent().is_some() && (is_inside || is_around())
    })
}

/// The V2 parts that the nodes of the V4 text were made of.
fn sources(origins: &Origins) -> HashMap<u32, Vec<NodeId>> {
    let links = origins.links.iter().map(|link| (link.v4, link.v2));
    let mut sources: HashMap<u32, Vec<NodeId>> = HashMap::new();
    for (v4, v2) in origins.parts.iter().copied().chain(links) {
        sources.entry(v4).or_default().push(v2);
    }
    sources
}
