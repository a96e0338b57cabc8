//! From a V2 document to V4 text. (A stand-in: the conversion replaces this file.)

use v4ward_syntax::Document;

use crate::fixes::{AppliedFix, Selection, converge};
use crate::{Definition, DocumentFormat, IdPolicy, Options, Verdict, analyse};

pub use crate::record::{Record, RecordSummary};

/// Which fixes are applied to a copy before it is converted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FixLevel {
    /// None.
    None,
    /// Those that change nothing about requests.
    Safe,
    /// Those too that a person should decide on.
    All,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Which fixes are applied first.
    pub fixes: FixLevel,
    /// Convert also what is partially migratable or what V4 would refuse.
    pub force: bool,
}

/// What became of a migration.
#[derive(Debug)]
pub struct Migration {
    /// The verdict on the text as it is.
    pub verdict_before: Verdict,
    /// The verdict after the fixes.
    pub verdict: Verdict,
    /// The fixes that were applied.
    pub applied: Vec<AppliedFix>,
    /// The V4 text, or why there is none.
    pub result: Result<Output, Refusal>,
}

/// A V4 definition as text.
#[derive(Debug)]
pub struct Output {
    /// The text.
    pub text: String,
    /// Where everything went.
    pub record: Record,
}

/// Why nothing was converted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The document is no V2 definition.
    NotV2(Definition, DocumentFormat),
    /// Something blocks.
    Blocked,
    /// Partially migratable, and not forced.
    NeedsForce,
    /// V4 would refuse it, and not forced.
    WouldBeRefused,
    /// The result is wrong though no finding said so.
    Bug(Vec<String>),
}

/// Converts a V2 document.
#[must_use]
pub fn migrate(document: &Document, options: &Options, request: &Request) -> Migration {
    let analysis = analyse(document, options);
    let verdict_before = analysis.verdict.unwrap_or(Verdict::NotMigratable);
    if analysis.definition != Definition::V2 {
        let result = Err(Refusal::NotV2(analysis.definition, analysis.format));
        return Migration { verdict_before, verdict: verdict_before, applied: Vec::new(), result };
    }
    let selection = Selection { needs_decision: request.fixes == FixLevel::All, rules: None };
    let fixed = (request.fixes != FixLevel::None).then(|| converge(document, &analysis, options, &selection)).flatten();
    let after = fixed.as_ref().map(|fixed| analyse(&fixed.document, options));
    let (verdict, errors) = match &after {
        Some(after) => (after.verdict.unwrap_or(Verdict::NotMigratable), after.errors()),
        None => (verdict_before, analysis.errors()),
    };
    let result = match verdict {
        Verdict::NotMigratable => Err(Refusal::Blocked),
        Verdict::PartiallyMigratable if !request.force => Err(Refusal::NeedsForce),
        _ if errors > 0 && !request.force => Err(Refusal::WouldBeRefused),
        _ => Ok(stand_in(fixed.as_ref().map_or(document, |fixed| &fixed.document), options)),
    };
    Migration { verdict_before, verdict, applied: fixed.map(|fixed| fixed.applied).unwrap_or_default(), result }
}

fn stand_in(document: &Document, options: &Options) -> Output {
    let name = document.root().and_then(|root| root.get("name")).map_or("\"\"", |name| name.text());
    let ids = if options.ids == IdPolicy::New { "new" } else { "keep" };
    let text = format!(
        "{{\n  \"api\": {{\n    \"definitionVersion\": \"V4\",\n    \"name\": {name},\n    \"standIn\": \"{ids} {}\"\n  }}\n}}\n",
        document.text().len()
    );
    Output { text, record: Record::default() }
}
