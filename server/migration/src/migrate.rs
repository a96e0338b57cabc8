//! From a V2 text to a V4 text that V4 takes.

use std::collections::HashMap;

use v4ward_syntax::{Document, NodeId};

use crate::analysis::{Analysis, analyse};
use crate::convert::convert;
use crate::finding::{Finding, Severity, Verdict};
use crate::fixes::{AppliedFix, Fixed, Selection, converge};
use crate::options::Options;
use crate::recognise::{Definition, DocumentFormat};
use crate::record::Record;
use crate::target::import_json::{Origins, write};
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
    /// The fixes.
    pub applied: Vec<AppliedFix>,
    /// The V4 text, or why there is none.
    pub result: Result<Output, Refusal>,
}

/// A V4 definition.
#[derive(Debug)]
pub struct Output {
    /// The text.
    pub text: String,
    /// What became of every V2 leaf.
    pub record: Record,
}

/// Why there is no V4 text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The text holds no V2 export.
    NotV2(Definition, DocumentFormat),
    /// A blocker is left.
    Blocked,
    /// Something needs a look; `force` migrates it.
    NeedsForce,
    /// V4 would refuse the result at places that error findings name; `force` writes it.
    WouldBeRefused,
    /// The result is not valid and no finding said so: a fault of v4ward.
    Bug(Vec<SchemaFailure>),
}

/// Migrates a V2 definition. The text itself is never changed; fixes go to a copy.
#[must_use]
pub fn migrate(document: &Document, options: &Options, request: &Request) -> Migration {
    // Severities that a user changed decide nothing here.
    let options = &Options { rules: Default::default(), ..options.clone() };
    let analysis = analyse(document, options);
    let (Definition::V2, Some(verdict_before)) = (analysis.definition, analysis.verdict) else {
        let refusal = Refusal::NotV2(analysis.definition, analysis.format);
        let verdict = Verdict::NotMigratable;
        return Migration { verdict_before: verdict, verdict, errors: 0, applied: Vec::new(), result: Err(refusal) };
    };
    let fixed = fix(document, &analysis, options, request.fixes);
    let Some(fixed) = fixed else {
        let result = attempt(document, document, None, &analysis, options, request);
        let errors = analysis.errors();
        return Migration { verdict_before, verdict: verdict_before, errors, applied: Vec::new(), result };
    };
    let after = analyse(&fixed.document, options);
    let verdict = after.verdict.unwrap_or(Verdict::NotMigratable);
    let result = attempt(document, &fixed.document, Some(&fixed), &after, options, request);
    Migration { verdict_before, verdict, errors: after.errors(), applied: fixed.applied, result }
}

/// Where the values of a V2 definition go with safe fixes, whether or not something stands in the way. The text is not
/// checked: it is for looking at places, not for writing. `None` for what is no V2 export.
#[must_use]
pub fn trace(document: &Document, options: &Options) -> Option<Output> {
    let analysis = analyse(document, options);
    if analysis.definition != Definition::V2 || analysis.format != DocumentFormat::ExportJson {
        return None;
    }
    let fixed = fix(document, &analysis, options, FixLevel::Safe);
    let source = fixed.as_ref().map_or(document, |fixed| &fixed.document);
    let after = fixed.as_ref().map(|fixed| analyse(&fixed.document, options));
    let api = after.as_ref().unwrap_or(&analysis).api.as_ref()?;
    let conversion = convert(api, options);
    let written = write(&conversion.document, source.indent_unit(), source.text().len() * 2);
    let record = Record::new(document, source, fixed.as_ref(), &conversion.notes, written.origins.links);
    Some(Output { text: written.text, record })
}

fn fix(document: &Document, analysis: &Analysis<'_>, options: &Options, level: FixLevel) -> Option<Fixed> {
    let needs_decision = match level {
        FixLevel::None => return None,
        FixLevel::Safe => false,
        FixLevel::All => true,
    };
    converge(document, analysis, options, &Selection { needs_decision, rules: None })
}

/// Judges the text after fixes, converts it and checks the result.
fn attempt(
    original: &Document,
    document: &Document,
    fixed: Option<&Fixed>,
    analysis: &Analysis<'_>,
    options: &Options,
    request: &Request,
) -> Result<Output, Refusal> {
    let Some(api) = &analysis.api else { return Err(Refusal::NotV2(analysis.definition, analysis.format)) };
    match analysis.verdict {
        Some(Verdict::FullyMigratable) => {}
        Some(Verdict::PartiallyMigratable) if request.force => {}
        Some(Verdict::PartiallyMigratable) => return Err(Refusal::NeedsForce),
        Some(Verdict::NotMigratable) | None => return Err(Refusal::Blocked),
    }
    let conversion = convert(api, options);
    let written = write(&conversion.document, document.indent_unit(), document.text().len() * 2);
    // What is checked is the text as it will be read.
    let result = Document::parse_json(written.text);
    let failures = v4::check(&result);
    if !failures.is_empty() {
        let bugs = not_announced(failures, &result, document, &written.origins, analysis);
        if !bugs.is_empty() {
            return Err(Refusal::Bug(bugs));
        }
    }
    if !request.force && analysis.refusals > 0 {
        return Err(Refusal::WouldBeRefused);
    }
    let record = Record::new(original, document, fixed, &conversion.notes, written.origins.links);
    Ok(Output { text: result.into_text(), record })
}

/// The failures that no finding on the V2 text told before.
fn not_announced(
    failures: Vec<SchemaFailure>,
    result: &Document,
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
    failures.into_iter().filter(|failure| !is_announced(failure, result, source, &sources, &places)).collect()
}

/// Findings that say beforehand that V4 would refuse something: errors, and what APIM's own dry run points out.
fn announces(finding: &Finding<'_>) -> bool {
    finding.severity == Severity::Error || finding.apim.is_some()
}

/// True when a finding stands in the V2 part that the failing V4 part was made of, or around it. `findings` are ordered.
fn is_announced(
    failure: &SchemaFailure,
    result: &Document,
    source: &Document,
    sources: &HashMap<u32, Vec<NodeId>>,
    findings: &[NodeId],
) -> bool {
    let place = result.resolve(&failure.pointer);
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
