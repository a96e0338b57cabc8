//! The V4 definitions of a text: all of a V4 file, or those beside V2 ones in a file that is half migrated.

use v4ward_migration::fixes::Fix;
use v4ward_migration::redact::Redactor;
use v4ward_migration::v4::compare::{Change, Difference};
use v4ward_migration::v4::rule::Finding;
use v4ward_migration::v4::verify;
use v4ward_migration::{Definition, Options, Part, Place, Severity, recognise_root};
use v4ward_syntax::{Document, Node, Span, SyntaxError};

use super::snapshot::{Defined, Found};

/// The V4 definitions of a text, and what V4 would refuse in them. What could not be read comes first: the rest may
/// follow from it.
pub(super) fn look(
    document: &Document,
    options: &Options,
    errors: &[SyntaxError],
    changes: Vec<Found>,
    redactor: &Redactor<'_>,
) -> (Vec<Defined>, Vec<Found>) {
    let (mut definitions, mut findings): (Vec<Defined>, Vec<Found>) = (Vec::new(), Vec::new());
    let verified = verify(document, options).findings;
    let mut problems: Vec<Found> = verified.iter().map(|problem| found(problem, redactor)).collect();
    problems.extend(changes);
    problems.sort_by_key(|problem| problem.span);
    let mut problems = problems.into_iter().peekable();
    let mut errors = errors.iter().peekable();
    let roots: Vec<Node<'_>> = document.roots().collect();
    for (index, root) in roots.iter().enumerate() {
        let (definition, format) = recognise_root(*root);
        if definition != Definition::V4 {
            continue;
        }
        // What cannot be read between two documents is told with the one before it.
        let next = roots.get(index + 1..).unwrap_or_default().iter().find(|root| is_v4(**root));
        let end = next.map_or(u32::MAX, |next| next.span().start);
        let first = findings.len();
        while let Some(error) = errors.next_if(|error| error.span.start < end) {
            findings.push(unexplained(
                "syntax-error",
                Severity::Error,
                error.span,
                redactor.message(&error.kind.to_string()),
            ));
        }
        while let Some(problem) = problems.next_if(|problem| problem.span.start < end) {
            findings.push(problem);
        }
        let name = crate::cli::name_of_root(*root).map(|name| redactor.message(&name));
        let findings = first..findings.len();
        definitions.push(Defined {
            document: index,
            root: root.id(),
            name,
            definition,
            format,
            verdict: None,
            refusals: 0,
            findings,
        });
    }
    (definitions, findings)
}

/// The fixes of each finding. Those of the rules are among others, such as those about the syntax.
pub(super) fn fixes(document: &Document, options: &Options, found: &[Found]) -> Vec<Vec<Fix>> {
    if found.is_empty() {
        return Vec::new();
    }
    let findings = verify(document, options).findings;
    let of = |found: &Found| {
        let id = |finding: &&Finding<'_>| {
            finding.declaration().id == found.rule
                && finding.place.span() == found.span
                && finding.place.node().map(|node| node.id()) == found.node
        };
        findings.iter().find(id).map(|finding| finding.rule.fixes(finding)).unwrap_or_default()
    };
    found.iter().map(of).collect()
}

/// So many changes since the migration are shown.
const NAMED_CHANGES: usize = 100;

/// What the V2 file gives otherwise.
pub(super) fn changes<'a, 'd: 'a>(differences: impl Iterator<Item = &'a Difference<'d>>) -> Vec<Found> {
    differences.filter_map(changed).take(NAMED_CHANGES).collect()
}

/// A place that the V2 file gives otherwise. Not what stands there: it may be a secret.
fn changed(difference: &Difference<'_>) -> Option<Found> {
    let node = difference.place?;
    let (part, message) = match difference.change {
        Change::Changed => (Part::Value, "this was changed since the migration".to_owned()),
        Change::Added => (Part::Key, "this was added since the migration".to_owned()),
        Change::Removed => (Part::Key, format!("{} was removed since the migration", difference.pointer)),
    };
    let span = Place::Node(node, part).span();
    let found = unexplained("v4-changed", Severity::Information, span, message);
    Some(Found { node: Some(node.id()), ..found })
}

fn is_v4(root: Node<'_>) -> bool {
    recognise_root(root).0 == Definition::V4
}

fn found(finding: &Finding<'_>, redactor: &Redactor<'_>) -> Found {
    let message = finding.message();
    let related = finding.related().into_iter();
    Found {
        explained: true,
        refused: finding.refused,
        node: finding.place.node().map(|node| node.id()),
        help: redactor.message(&message.help),
        related: related.map(|(node, what)| (node.key_span().unwrap_or(node.span()), what)).collect(),
        ..unexplained(finding.declaration().id, finding.severity, finding.place.span(), redactor.message(&message.what))
    }
}

/// A finding that no page is about.
fn unexplained(rule: &'static str, severity: Severity, span: Span, message: String) -> Found {
    Found {
        rule,
        explained: false,
        severity,
        of_v4: true,
        refused: severity == Severity::Error,
        apim: None,
        subject: None,
        span,
        node: None,
        blocks: false,
        idle: false,
        message,
        help: String::new(),
        related: Vec::new(),
    }
}
