//! What a person is told about a definition as a whole.

use v4ward_migration::migrate::Refusal;
use v4ward_migration::{Definition, Severity, Target, Verdict};

use crate::lsp::documents::{Defined, Found, Snapshot};
use crate::words;

/// What always holds when a V4 API takes the place of a V2 one.
pub(super) const NOTICES: &[&str] =
    &["The V2 file stays as it is.", "The history of analytics does not follow to the V4 API before APIM 4.12."];

/// What to do with an import document.
const NEXT_STEPS: &[&str] = &[
    "Look at the V4 file beside the V2 one. In a folder that is synced to APIM keep only one of the two: both claim \
     the same path.",
    "To keep subscriptions: import the V2 file with its safe fixes, let APIM migrate that API in place, then update it \
     with the V4 file. That deletes plans and pages that the V4 file lacks; an export never holds closed plans.",
    "Into an environment that does not have the API yet, import the V4 file. Ids and paths that exist there already \
     are refused; the setting \"ids\" with \"new\" derives other ids.",
    "Send the V4 API test traffic before it gets the real one.",
    "Roll back removes the V4 file as long as nobody has changed it.",
];

/// What to do with the V4 files.
pub(super) fn next_steps(target: Target) -> Vec<String> {
    let steps = match target {
        Target::ImportJson => NEXT_STEPS,
        Target::Resource => words::ROLLOUT_STEPS,
    };
    // The console's lines are broken where they are long.
    steps.iter().map(|step| step.replace('\n', " ")).collect()
}

/// The verdict with what stands beside it, in a line.
pub(in crate::lsp) fn headline(snapshot: &Snapshot) -> String {
    if snapshot.too_long.is_some() {
        return "Too large to be checked while it is edited".to_owned();
    }
    let headline = of_findings(snapshot.definition, snapshot.verdict, snapshot.refusals(), &snapshot.findings);
    let of_v4 = snapshot.definitions.iter().filter(|defined| defined.definition == Definition::V4).count();
    let of_v4 = if snapshot.definition == Definition::V4 { 0 } else { of_v4 };
    let headline = match snapshot.definitions.len() - of_v4 {
        0 | 1 => headline,
        several => format!("{headline}, in {several} definitions"),
    };
    let v4 = of_v4_findings(&snapshot.findings);
    match of_v4 {
        0 => headline,
        1 => format!("{headline}; its V4 definition: {v4}"),
        several => format!("{headline}; its {several} V4 definitions: {v4}"),
    }
}

/// The same of one of the definitions of a text.
pub(in crate::lsp) fn headline_of(defined: &Defined, snapshot: &Snapshot) -> String {
    of_findings(defined.definition, defined.verdict, defined.refusals, snapshot.findings_of(defined))
}

fn of_findings(definition: Definition, verdict: Option<Verdict>, refusals: usize, findings: &[Found]) -> String {
    match (definition, verdict) {
        (Definition::V4, _) => format!("V4: {}", of_v4_findings(findings)),
        (Definition::V1, _) => "V1: APIM 4 has no support for it".to_owned(),
        (_, None) => "No API definition".to_owned(),
        (_, Some(verdict)) => {
            let blockers = findings.iter().filter(|found| found.blocks).count();
            let looks = findings.iter().filter(|found| found.apim.is_some() && !found.blocks).count();
            let words = capitalised(&verdict.to_string());
            match verdict {
                Verdict::NotMigratable => format!("{words}: {}", count(blockers, "blocker", "blockers")),
                Verdict::FullyMigratable if refusals > 0 => {
                    format!("Migratable, but V4 would refuse it ({})", count(refusals, "problem", "problems"))
                }
                Verdict::PartiallyMigratable if refusals > 0 => {
                    format!("{words}, but V4 would refuse it ({})", count(refusals, "problem", "problems"))
                }
                Verdict::PartiallyMigratable => {
                    format!("{words}: {}", count(looks, "thing needs a look", "things need a look"))
                }
                Verdict::FullyMigratable => words,
            }
        }
    }
}

/// What is said of V4 definitions.
fn of_v4_findings(findings: &[Found]) -> String {
    let of_v4 = findings.iter().filter(|found| found.of_v4);
    let errors: Vec<&Found> = of_v4.filter(|found| found.severity == Severity::Error).collect();
    let problems = count(errors.len(), "problem", "problems");
    match errors.iter().any(|found| found.refused) {
        _ if errors.is_empty() => "valid".to_owned(),
        true => format!("would be refused ({problems})"),
        // The settings alone make an error of it.
        false => format!("not as v4ward.toml wants it ({problems})"),
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A headline and what needs a person, for clients that make nothing of a command's result.
pub(super) fn summary(headline: &str, findings: impl Iterator<Item = Option<String>>) -> String {
    const SHOWN: usize = 5;
    let findings: Vec<String> = findings.flatten().collect();
    let mut text = headline.to_owned();
    for finding in findings.iter().take(SHOWN) {
        text.push_str("\n* ");
        text.push_str(finding);
    }
    if findings.len() > SHOWN {
        text.push_str(&format!("\nand {} more", findings.len() - SHOWN));
    }
    text
}

/// With a capital letter at the start.
pub(in crate::lsp) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The name of a refusal in results.
pub(super) fn refusal_name(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotV2(..) => "not-v2",
        Refusal::Several(_) => "several",
        Refusal::Blocked => "blocked",
        Refusal::NeedsForce => "needs-force",
        Refusal::WouldBeRefused => "would-be-refused",
        Refusal::Bug(_) => "bug",
    }
}

/// The name of the refusal of a document that is too large to be looked at.
pub(super) const TOO_LARGE: &str = "too-large";

/// What to do with a document that is too large to be looked at.
pub(super) fn too_large(bytes: usize) -> String {
    format!("With {} MB it is too large for the editor; use `v4ward migrate`", bytes.div_ceil(1_000_000))
}

/// Why there is no V4 text, and what to do about it.
pub(super) fn refusal(refusal: &Refusal, snapshot: &Snapshot) -> String {
    let path = snapshot.path.as_deref().unwrap_or(std::path::Path::new(""));
    match refusal {
        Refusal::NotV2(definition, format) => capitalised(words::not_v2(*definition, *format, path)),
        Refusal::Several(count) => capitalised(&words::several(*count)),
        Refusal::Blocked => "APIM refuses to migrate this definition: fix its blockers first".to_owned(),
        Refusal::NeedsForce => "Look at what is named here, then migrate it all the same".to_owned(),
        Refusal::WouldBeRefused => {
            "V4 would refuse the result: mend what is named here, or write it all the same".to_owned()
        }
        Refusal::Bug(problems) => {
            let places: String = problems.iter().take(5).map(|problem| format!("\n{}", problem.pointer)).collect();
            format!(
                "The V4 definition that v4ward made is not valid, though no finding says why. This is a bug in v4ward, \
                 nothing was written; please report it with these places:{places}"
            )
        }
    }
}
