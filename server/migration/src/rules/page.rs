//! The page of a rule, as Markdown. What is in it is run: see `tests/rules.rs`.

use std::fmt::Write as _;

use v4ward_syntax::{Document, Format};

use super::{Declaration, Example, Rule};
use crate::analysis::analyse;
use crate::finding::{ApimState, Finding};
use crate::fixes::{Applicability, Fix};
use crate::target::Target;

/// The page of a rule. `show` draws the finding of its bad example.
///
/// `None` when the bad example does not give the finding, which a test excludes.
#[must_use]
pub fn page(rule: &dyn Rule, show: impl FnOnce(&Document, &Finding<'_>) -> String) -> Option<String> {
    let declaration = rule.declaration();
    let document = declaration.bad.document();
    let analysis = analyse(&document, &declaration.bad.options());
    let finding = analysis.findings.iter().find(|finding| finding.declaration().id == declaration.id)?;

    let mut page = format!("# {}\n\n{}\n\n", declaration.id, declaration.summary);
    push_facts(&mut page, rule);
    let _ = write!(page, "{}\n\n", declaration.explanation.trim());
    page.push_str("## Example\n\n");
    push_example(&mut page, "This gives the finding", &declaration.bad);
    let _ = write!(page, "v4ward says:\n\n```text\n{}\n```\n\n", show(&document, finding));
    push_example(&mut page, "This does not", &declaration.good);
    push_fixes(&mut page, declaration, &rule.fixes(finding));
    let _ = writeln!(page, "## Source\n\n{}", declaration.source);
    Some(page)
}

fn push_facts(page: &mut String, rule: &dyn Rule) {
    let declaration = rule.declaration();
    let _ = write!(
        page,
        "* Group: {}\n* Severity: {}\n* APIM's dry run says: {}\n",
        declaration.group.name(),
        declaration.severity,
        apim(declaration),
    );
    if rule.only_on_legacy_engine() {
        page.push_str("* Only for APIs on the legacy engine; information when the file does not name its engine\n");
    }
    page.push('\n');
}

/// The state of APIM's dry run, in words.
fn apim(declaration: &Declaration) -> &'static str {
    match (declaration.apim, declaration.decides_verdict) {
        (None, _) => "nothing",
        (Some(ApimState::CanBeForced), _) => "can be forced",
        (Some(ApimState::Impossible), true) => "impossible",
        (Some(ApimState::Impossible), false) => "impossible, which v4ward's verdict does not follow",
    }
}

fn push_example(page: &mut String, title: &str, example: &Example) {
    if let Example::For(version, example) = example {
        return push_example(page, &format!("{title}, for APIM {version}"), example);
    }
    if let Example::Beside(_, example) = example {
        return push_example(page, title, example);
    }
    let of = match example {
        Example::Members(_) => " (other members are left out)",
        Example::OnLegacyEngine(_) => " on the legacy engine (other members are left out)",
        Example::File(_) | Example::Resource(_) | Example::For(..) | Example::Beside(..) => "",
        Example::To(Target::Resource, _) => " when it becomes a custom resource (other members are left out)",
        Example::To(Target::ImportJson, _) => " when it becomes an import file",
    };
    let language = match example.format() {
        Format::Json => "json",
        Format::Yaml => "yaml",
    };
    let _ = write!(page, "{title}{of}:\n\n```{language}\n{}\n```\n\n", example.shown().trim_end());
}

fn push_fixes(page: &mut String, declaration: &Declaration, fixes: &[Fix]) {
    page.push_str("## Fixes\n\n");
    if fixes.is_empty() {
        page.push_str("None: this needs a person.\n\n");
        return;
    }
    for fix in fixes {
        let _ = writeln!(page, "* {} ({})", fix.title, safety(fix));
    }
    let _ = write!(page, "\n{}\n\n", declaration.fix_safety.trim());
}

fn safety(fix: &Fix) -> &'static str {
    match (fix.changes(), fix.applicability) {
        (None, _) => "changes v4ward.toml",
        (Some(_), Applicability::Safe) => "safe",
        (Some(_), Applicability::Unsafe) => "unsafe",
    }
}
