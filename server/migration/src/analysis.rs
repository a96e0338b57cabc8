//! From a document to its findings.

use std::collections::BTreeSet;
use std::ops::Range;

use v4ward_syntax::{Document, Node, SyntaxError};

use crate::cluster::Cluster;
use crate::finding::{Detail, Finding, Severity, Verdict, verdict};
use crate::options::Options;
use crate::recognise::{Definition, DocumentFormat, recognise, recognise_root};
use crate::rules::{self, Context, Engine, RULES, Report, Rule};
use crate::suppress::Accepted;
use crate::{expression, script, v2};

/// The rules that run on V1 files and on saved answers of the management API too. In these, members have other names
/// and meanings, so that any other rule would only talk beside the point.
const RULES_OF_ANY_FILE: &[&str] = &["syntax-error", "duplicate-key", "not-a-v2-api"];

/// The rule that speaks of a file which does not name its engine.
const ENGINE_ASSUMED: &str = "execution-mode-assumed";

/// All that can be said of a text.
#[derive(Debug)]
pub struct Analysis<'d> {
    /// The generation of its definitions: of the first that is not V4 yet, else of the first.
    pub definition: Definition,
    /// The shape of that one.
    pub format: DocumentFormat,
    /// Its V1 and V2 definitions, in their order. JSON holds at most one.
    pub definitions: Vec<Judged<'d>>,
    /// What was found: by definition, in the order of the text.
    pub findings: Vec<Finding<'d>>,
    /// The worst verdict of the definitions.
    pub verdict: Option<Verdict>,
    /// How many findings are errors by their rules, whatever the settings make of them: beside a good verdict, what V4
    /// would refuse.
    pub refusals: usize,
    /// The findings that are left out because they are accepted: by definition, in the order of the text.
    pub suppressed: Vec<Accepted<Finding<'d>>>,
    /// The entries of the settings file that accept a finding.
    pub used_suppressions: BTreeSet<usize>,
}

/// A definition and what was found in it.
#[derive(Debug)]
pub struct Judged<'d> {
    /// Which document of the text it is, counted from 0.
    pub document: usize,
    /// The generation of the definition.
    pub definition: Definition,
    /// Its shape.
    pub format: DocumentFormat,
    /// The definition, read as V2.
    pub api: v2::Api<'d>,
    /// Its findings among all.
    pub findings: Range<usize>,
    /// Its verdict.
    pub verdict: Verdict,
    /// As in [`Analysis::refusals`].
    pub refusals: usize,
}

impl<'d> Judged<'d> {
    /// The root value.
    #[must_use]
    pub fn root(&self) -> Node<'d> {
        self.api.resource.as_ref().map_or(self.api.node, |resource| resource.node)
    }

    /// The name of the API.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.api.name.as_ref().map(|name| name.value.as_ref())
    }
}

impl<'d> Analysis<'d> {
    /// The name of the first API.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.definitions.first()?.name()
    }

    /// The first definition.
    #[must_use]
    pub fn api(&self) -> Option<&v2::Api<'d>> {
        self.definitions.first().map(|judged| &judged.api)
    }

    /// The V2 definitions that can be migrated.
    pub fn v2_files(&self) -> impl Iterator<Item = &Judged<'d>> {
        self.definitions.iter().filter(|judged| judged.format.is_v2_file() && judged.definition == Definition::V2)
    }

    /// The number of findings of severity error.
    #[must_use]
    pub fn errors(&self) -> usize {
        errors(&self.findings)
    }
}

fn errors(findings: &[Finding<'_>]) -> usize {
    findings.iter().filter(|finding| finding.severity == Severity::Error).count()
}

/// Recognises the definitions of a text and runs all rules on them. What is not ours, or is V4 already, has no findings.
#[must_use]
pub fn analyse<'d>(document: &'d Document, options: &Options) -> Analysis<'d> {
    analyse_by(RULES, document, options)
}

/// The same with some of the rules, which tells what they cost. The verdict is that of these rules.
#[must_use]
pub fn analyse_by<'d>(rules: &[&'static dyn Rule], document: &'d Document, options: &Options) -> Analysis<'d> {
    let (definition, format) = recognise(document);
    let (definitions, findings) = (Vec::new(), Vec::new());
    let mut analysis = Analysis {
        definition,
        format,
        definitions,
        findings,
        verdict: None,
        refusals: 0,
        suppressed: Vec::new(),
        used_suppressions: BTreeSet::new(),
    };
    if !matches!(definition, Definition::V1 | Definition::V2) {
        return analysis;
    }
    let ours: Vec<(usize, Node<'d>, Definition, DocumentFormat)> = (0..)
        .zip(document.roots())
        .map(|(index, root)| (index, root, recognise_root(root)))
        .filter(|(.., (definition, _))| matches!(definition, Definition::V1 | Definition::V2))
        .map(|(index, root, (definition, format))| (index, root, definition, format))
        .collect();
    let beside = Cluster::of(document);
    for (place, (index, root, definition, format)) in ours.iter().enumerate() {
        // What cannot be read between two definitions is told with the one before it.
        let start = if place == 0 { 0 } else { root.span().start };
        let end = ours.get(place + 1).map_or(u32::MAX, |(_, next, ..)| next.span().start);
        let errors = document.errors().iter().filter(|error| (start..end).contains(&error.span.start));
        let errors: Vec<&SyntaxError> = errors.collect();
        let place = (*index, *definition, *format);
        judge(rules, *root, &errors, place, &beside, options, &mut analysis);
    }
    analysis
}

fn judge<'d>(
    rules: &[&'static dyn Rule],
    root: Node<'d>,
    errors: &[&'d SyntaxError],
    (document, definition, format): (usize, Definition, DocumentFormat),
    beside: &Cluster,
    options: &Options,
    analysis: &mut Analysis<'d>,
) {
    let Some(api) = v2::read(root, format) else { return };
    let target = options.target_for(format);
    let v2_file = definition == Definition::V2 && format.is_v2_file();
    // Only rules of V2 files look at expressions and scripts.
    let texts = if v2_file { (expression::texts(&api), script::texts(&api)) } else { (Vec::new(), Vec::new()) };
    let (expressions, scripts) = (expression::fields(&texts.0), script::fields(&texts.1));
    let (expressions, scripts) = (expressions.as_slice(), scripts.as_slice());
    let context =
        Context { root, errors, definition, format, api: &api, target, beside, options, expressions, scripts };
    let mut findings = Vec::new();
    let engine = context.engine();
    for &rule in rules {
        if engine == Engine::Emulation && rule.only_on_legacy_engine() {
            continue;
        }
        let engine_unknown = engine == Engine::Unknown && rule.only_on_legacy_engine();
        if v2_file || RULES_OF_ANY_FILE.contains(&rule.declaration().id) {
            rule.check(&context, &mut Report { rule, engine_unknown, findings: &mut findings });
        }
    }
    if engine == Engine::Unknown {
        raise_assumed_engine(&mut findings);
    }
    let verdict = verdict(&findings);
    let refusals = self::errors(&findings);
    apply_settings(&mut findings, options);
    suppress(&mut findings, options, analysis);
    // Syntax errors come first: what could not be read may look like something that is missing.
    let is_syntax = |finding: &Finding<'_>| matches!(finding.detail, Detail::Syntax(_));
    findings.sort_by_key(|finding| (!is_syntax(finding), finding.place.span()));
    let first = analysis.findings.len();
    analysis.findings.extend(findings);
    let findings = first..analysis.findings.len();
    analysis.definitions.push(Judged { document, definition, format, api, findings, verdict, refusals });
    analysis.verdict = analysis.verdict.max(Some(verdict));
    analysis.refusals += refusals;
}

/// That the engine is not known matters once something depends on it (MIGRATION, Reading V2).
fn raise_assumed_engine(findings: &mut [Finding<'_>]) {
    if !findings.iter().any(|finding| finding.rule.only_on_legacy_engine()) {
        return;
    }
    for finding in findings.iter_mut().filter(|finding| finding.declaration().id == ENGINE_ASSUMED) {
        finding.severity = Severity::Warning;
        finding.detail = Detail::Variant(rules::ENGINE_MATTERS);
    }
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

/// Leaves out what is accepted. What blocks stays, with the reason.
fn suppress<'d>(findings: &mut Vec<Finding<'d>>, options: &Options, analysis: &mut Analysis<'d>) {
    if options.suppressions.entries.is_empty() {
        return;
    }
    let mut accepted = Vec::new();
    for mut finding in std::mem::take(findings) {
        let suppression = options.suppressions.of(finding.declaration().id, || finding.pointer());
        analysis.used_suppressions.extend(suppression.map(|suppression| suppression.entry));
        match suppression.map(|suppression| suppression.reason.clone()) {
            Some(reason) if !finding.blocks() => accepted.push(Accepted { finding, reason }),
            reason => {
                finding.accepted = reason;
                findings.push(finding);
            }
        }
    }
    accepted.sort_by_key(|accepted| accepted.finding.place.span());
    analysis.suppressed.append(&mut accepted);
}
