//! The page of a rule about V4 files, as Markdown. What is in it is run: see `tests/v4_rules.rs`.

use std::fmt::Write as _;

use v4ward_syntax::{Document, Format};

use super::{Example, Finding, Rule};
use crate::fixes::Applicability;
use crate::options::Options;
use crate::v4::verify;

/// The page of a rule. `show` draws the finding of its bad example.
///
/// `None` when the bad example does not give the finding, which a test excludes.
#[must_use]
pub fn page(rule: &dyn Rule, show: impl FnOnce(&Document, &Finding<'_>) -> String) -> Option<String> {
    let declaration = rule.declaration();
    let document = declaration.bad.document();
    let findings = verify(&document, &Options::default()).findings;
    let finding = findings.iter().find(|finding| finding.declaration().id == declaration.id)?;

    let mut page = format!("# {}\n\n{}\n\n", declaration.id, declaration.summary);
    let _ = write!(page, "* About: V4 files\n* Severity: {}\n\n", declaration.severity);
    let _ = write!(page, "{}\n\n## Example\n\n", declaration.explanation.trim());
    push_example(&mut page, "This gives the finding", &declaration.bad);
    let _ = write!(page, "v4ward says:\n\n```text\n{}\n```\n\n", show(&document, finding));
    push_example(&mut page, "This does not", &declaration.good);
    page.push_str("## Fixes\n\n");
    let fixes = finding.fixes();
    if fixes.is_empty() {
        page.push_str("None: this needs a person.\n\n");
    } else {
        for fix in &fixes {
            let safety = if fix.applicability == Applicability::Safe { "safe" } else { "unsafe" };
            let _ = writeln!(page, "* {} ({safety})", fix.title);
        }
        let _ = write!(page, "\n{}\n\n", declaration.fix_safety.trim());
    }
    let _ = writeln!(page, "## Source\n\n{}", declaration.source);
    Some(page)
}

fn push_example(page: &mut String, title: &str, example: &Example) {
    let of = match example {
        Example::Import(_) => " in an import file (other members are left out)",
        Example::File(_) | Example::Resources(_) => "",
        Example::Resource(_) => " below `spec` of a resource (other members are left out)",
    };
    let language = match example.format() {
        Format::Json => "json",
        Format::Yaml => "yaml",
    };
    let _ = write!(page, "{title}{of}:\n\n```{language}\n{}\n```\n\n", example.shown().trim_end());
}
