//! `v4ward explain`

use v4ward_migration::rules::{self, Declaration, Group, RULES};
use v4ward_migration::{ApimState, v4};

use super::args::ExplainArgs;
use super::common::known_rules;
use super::console::Console;
use super::exit::Exit;
use super::render::text::bold;

const WIDTH: usize = 90;
const GROUPS: &[(Group, &str)] = &[
    (Group::Reading, "The file cannot be read as its author means"),
    (Group::Parity, "APIM's own migration reports it"),
    (Group::Loss, "V4 cannot hold it"),
    (Group::Invalid, "V4 would refuse it on save or import"),
    (Group::Behaviour, "Some requests are handled differently"),
];

pub(super) fn run(args: &ExplainArgs, console: &mut Console) -> Exit {
    let styled = console.styled;
    let Some(id) = &args.rule else {
        console.print(&list(styled));
        return Exit::Done;
    };
    match rules::find(id) {
        Some(rule) => {
            console.print(&page(rule.declaration(), styled));
            Exit::Done
        }
        None => match v4::rule::find(id) {
            Some(rule) => {
                console.print(&page_of_v4(rule.declaration(), styled));
                Exit::Done
            }
            None => known_rules(std::iter::once(id.as_str()), console).err().unwrap_or_default(),
        },
    }
}

/// All rules by group.
fn list(styled: bool) -> String {
    let width = RULES.iter().map(|rule| rule.declaration().id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for (group, what) in GROUPS {
        let rules: Vec<&Declaration> =
            RULES.iter().map(|rule| rule.declaration()).filter(|declaration| declaration.group == *group).collect();
        if rules.is_empty() {
            continue;
        }
        out += &format!("{}  {what}\n", bold(group.name(), styled));
        for rule in rules {
            let severity = rule.severity.to_string();
            out += &format!("  {:width$}  {severity:11}  {}\n", rule.id, plain(rule.summary));
        }
        out.push('\n');
    }
    let of_v4 = || v4::rule::RULES.iter().map(|rule| rule.declaration());
    let width = of_v4().map(|rule| rule.id.len()).max().unwrap_or(0);
    out += &format!("{}  What `v4ward verify` finds in V4 files\n", bold("v4", styled));
    for rule in of_v4() {
        out += &format!("  {:width$}  {:11}  {}\n", rule.id, rule.severity.to_string(), plain(rule.summary));
    }
    out + "\nThe page of a rule: v4ward explain RULE\n"
}

/// The page of a rule.
fn page(rule: &Declaration, styled: bool) -> String {
    let dry_run = match rule.apim {
        Some(ApimState::Impossible) => "not possible (IMPOSSIBLE)",
        Some(ApimState::CanBeForced) => "can be forced (CAN_BE_FORCED)",
        None => "does not mention it",
    };
    let facts = [
        vec!["Group".to_owned(), rule.group.name().to_owned()],
        vec!["Severity".to_owned(), rule.severity.to_string()],
        vec!["APIM's dry run".to_owned(), dry_run.to_owned()],
        vec!["Page".to_owned(), rule.docs()],
    ];
    let mut out = format!("{}\n{}\n\n", bold(rule.id, styled), plain(rule.summary));
    let width = facts.iter().map(|fact| fact[0].len()).max().unwrap_or(0);
    for fact in &facts {
        out += &format!("  {:width$}  {}\n", fact[0], fact[1]);
    }
    out += &format!("\n{}\n", prose(rule.explanation, styled));
    if !rule.fix_safety.is_empty() {
        out += &format!("{}\n{}\n", bold("Fix", styled), prose(rule.fix_safety, styled));
    }
    out += &format!("{}\n{}\n", bold("Has this finding", styled), indented(rule.bad.shown()));
    out += &format!("{}\n{}", bold("Has none", styled), indented(rule.good.shown()));
    out
}

/// The page of a rule about V4 files.
fn page_of_v4(rule: &v4::rule::Declaration, styled: bool) -> String {
    let mut out = format!("{}\n{}\n\n", bold(rule.id, styled), plain(rule.summary));
    out += &format!("  About     V4 files\n  Severity  {}\n  Page      {}\n", rule.severity, rule.docs());
    out += &format!("\n{}\n", prose(rule.explanation, styled));
    if !rule.fix_safety.is_empty() {
        out += &format!("{}\n{}\n", bold("Fix", styled), prose(rule.fix_safety, styled));
    }
    out += &format!("{}\n{}\n", bold("Has this finding", styled), indented(&rule.bad.shown()));
    out += &format!("{}\n{}", bold("Has none", styled), indented(&rule.good.shown()));
    out
}

/// Markdown without the marks that are of no use here.
pub(super) fn plain(text: &str) -> String {
    text.replace("**", "").replace('`', "")
}

/// Paragraphs, filled; lists and code blocks as they are.
fn prose(text: &str, styled: bool) -> String {
    let (mut out, mut code) = (String::new(), false);
    for line in text.trim().lines() {
        if line.trim_start().starts_with("```") {
            code = !code;
        } else if code {
            out += &format!("    {line}\n");
        } else {
            out += &filled(line, styled);
        }
    }
    out
}

/// One line of Markdown, broken at words; what follows a list's mark hangs below its text.
fn filled(line: &str, styled: bool) -> String {
    let indent = line.len() - line.trim_start_matches([' ', '*', '-', '#']).len();
    let hang = " ".repeat(indent);
    let (mut out, mut current) = (String::new(), String::new());
    for word in line.split(' ') {
        let width = current.chars().count() + word.chars().filter(|c| *c != '`').count();
        if width > WIDTH && !current.trim().is_empty() {
            out += &format!("{}\n", current.trim_end());
            current = hang.clone();
        }
        current += &format!("{word} ");
    }
    out += &format!("{}\n", current.trim_end());
    code_spans(&out.replace("**", ""), styled)
}

/// Words between backticks in colour, or with their backticks.
fn code_spans(text: &str, styled: bool) -> String {
    if !styled || text.matches('`').count() % 2 == 1 {
        return text.to_owned();
    }
    let parts = text.split('`').enumerate();
    parts.map(|(i, part)| if i % 2 == 1 { format!("\x1b[36m{part}\x1b[0m") } else { part.to_owned() }).collect()
}

fn indented(code: &str) -> String {
    code.lines().map(|line| format!("    {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_filled_and_lists_hang() {
        let text = format!("* {}", "word ".repeat(30).trim());
        let filled = filled(&text, false);
        assert_eq!(filled.lines().count(), 2);
        assert!(filled.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(filled.lines().nth(1).unwrap().starts_with("  word"));
    }

    #[test]
    fn every_rule_about_v4_files_has_a_page() {
        for rule in v4::rule::RULES {
            assert!(page_of_v4(rule.declaration(), false).starts_with(rule.declaration().id));
        }
    }

    #[test]
    fn every_rule_has_a_page() {
        for rule in RULES {
            let page = page(rule.declaration(), false);
            assert!(page.starts_with(rule.declaration().id), "{page}");
            assert!(!page.contains('\u{1b}'));
        }
    }
}
