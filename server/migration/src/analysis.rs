//! From a document to its findings.

use v4ward_syntax::Document;

use crate::finding::{Detail, Finding, Severity, Verdict, verdict};
use crate::options::Options;
use crate::recognise::{Definition, DocumentFormat, recognise};
use crate::rules::{Context, RULES, Report};
use crate::v2;

/// The rules that run on V1 files and on saved answers of the management API too. In these, members have other names
/// and meanings, so that any other rule would only talk beside the point.
const RULES_OF_ANY_FILE: &[&str] = &["syntax-error", "duplicate-key", "not-a-v2-api"];

/// All that can be said of a document.
#[derive(Debug)]
pub struct Analysis<'d> {
    /// The generation of the definition.
    pub definition: Definition,
    /// Its shape.
    pub format: DocumentFormat,
    /// The V2 definition, when it is one.
    pub api: Option<v2::Api<'d>>,
    /// What was found, in the order of the text.
    pub findings: Vec<Finding<'d>>,
    /// The verdict, for a V1 or V2 definition.
    pub verdict: Option<Verdict>,
    /// How many findings are errors by their rules, whatever the settings make of them: beside a good verdict, what V4
    /// would refuse.
    pub refusals: usize,
}

impl Analysis<'_> {
    /// The name of the API.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.api.as_ref()?.name.as_ref().map(|name| name.value.as_ref())
    }

    /// The number of findings of severity error.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    }
}

/// Recognises a document and runs all rules on it. What is not ours, or is V4 already, has no findings.
#[must_use]
pub fn analyse<'d>(document: &'d Document, options: &Options) -> Analysis<'d> {
    let (definition, format) = recognise(document);
    let mut analysis = Analysis { definition, format, api: None, findings: Vec::new(), verdict: None, refusals: 0 };
    if !matches!(definition, Definition::V1 | Definition::V2) {
        return analysis;
    }
    let Some(api) = v2::read(document) else { return analysis };
    let context = Context { document, definition, format, api: &api, options };
    let v2_file = definition == Definition::V2 && format != DocumentFormat::ManagementV2Json;
    for &rule in RULES {
        if v2_file || RULES_OF_ANY_FILE.contains(&rule.declaration().id) {
            rule.check(&context, &mut Report { rule, findings: &mut analysis.findings });
        }
    }
    analysis.verdict = Some(verdict(&analysis.findings));
    analysis.refusals = analysis.errors();
    apply_settings(&mut analysis.findings, options);
    // Syntax errors come first: what could not be read may look like something that is missing.
    let is_syntax = |finding: &Finding<'_>| matches!(finding.detail, Detail::Syntax(_));
    analysis.findings.sort_by_key(|finding| (!is_syntax(finding), finding.place.span()));
    analysis.api = Some(api);
    analysis
}

/// Severities as the user wants them. What decides the verdict can be made quieter by nothing.
fn apply_settings(findings: &mut Vec<Finding<'_>>, options: &Options) {
    if options.rules.is_empty() {
        return;
    }
    findings.retain_mut(|finding| {
        if finding.blocks() {
            return true;
        }
        match options.rules.get(finding.declaration().id) {
            None => true,
            Some(None) => false,
            Some(Some(severity)) => {
                finding.severity = *severity;
                true
            }
        }
    });
}
