//! A report as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use v4ward_migration::Verdict;

use super::{DefinitionReport, FileReport, Report};
use crate::cli::console::count;
use crate::cli::migrate::outcome::Status;
use crate::cli::render::json::FindingReport;
use crate::cli::render::markdown::{capitalised, code, escaped, folded, head, row};
use crate::transfer::How;

/// The report below its first line.
pub(super) fn text(report: &Report<'_>) -> String {
    let mut out = String::from("# Migration to V4\n\n");
    push_summary(&mut out, report);
    push_table(&mut out, report.files);
    for file in report.files {
        push_file(&mut out, file);
    }
    if !report.errors.is_empty() {
        out.push_str("## Not read\n\n");
        for error in report.errors {
            let _ = writeln!(out, "* {}", escaped(&error.message));
        }
        out.push('\n');
    }
    push_steps(&mut out, "Next steps", &report.next_steps);
    push_steps(&mut out, "How to roll this out in the cluster", &report.rollout_steps);
    let version = report.tool.version;
    let forced = if report.request.force { ", --force" } else { "" };
    let _ = writeln!(out, "Made by v4ward {version} with `--fixes {}{forced}`.", report.request.fixes);
    out
}

fn push_summary(out: &mut String, report: &Report<'_>) {
    let (summary, tally) = (&report.summary, report.summary.tally);
    let states = [
        (tally.written, "written"),
        (tally.up_to_date, "up to date"),
        (tally.refused, "refused"),
        (tally.failed, "failed"),
    ];
    let states: Vec<String> = states.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{n} {words}")).collect();
    let files = if states.is_empty() { "none".to_owned() } else { states.join(", ") };
    let _ = writeln!(out, "* Definitions: {}", summary.definitions);
    let _ = writeln!(out, "* V4 files: {files}");
    let values = summary.values;
    let (carried, converted, dropped) = (values.carried, values.converted, values.dropped);
    let _ = writeln!(out, "* Values: {carried} carried as they are, {converted} converted, {dropped} dropped");
    let _ = writeln!(out, "* Needs a look: {}", summary.needs_look);
    let _ = writeln!(out, "* Requests handled differently: {}", count(summary.behaviour, "note", "notes"));
    if tally.skipped_v1 > 0 {
        let _ = writeln!(out, "* Left as they are: {}", count(tally.skipped_v1, "V1 definition", "V1 definitions"));
    }
    out.push('\n');
}

fn push_table(out: &mut String, files: &[FileReport]) {
    if files.is_empty() {
        return;
    }
    out.push_str(&head(&["Definition", "Before", "After the fixes", "Result"]));
    for file in files {
        let result = result(file);
        if file.definitions.is_empty() {
            out.push_str(&row([code(&file.path).as_str(), "", "", &result]));
        }
        for definition in &file.definitions {
            let (name, verdict) = (title(file, definition), |it| verdict(it));
            let (before, after) = (verdict(definition.verdict_before), after(definition));
            out.push_str(&row([name.as_str(), &before, &after, &result]));
        }
    }
    out.push('\n');
}

fn title(file: &FileReport, definition: &DefinitionReport) -> String {
    let several = file.definitions.len() > 1 || definition.document > 0;
    let document = if several { format!(" (document {})", definition.document + 1) } else { String::new() };
    let name = definition.name.as_deref().map(|name| format!(" {}", escaped(name))).unwrap_or_default();
    format!("{}{document}{name}", code(&file.path))
}

fn verdict(verdict: Option<Verdict>) -> String {
    verdict.map(|verdict| capitalised(&verdict.to_string())).unwrap_or_default()
}

fn after(definition: &DefinitionReport) -> String {
    match definition.refused_places {
        0 => verdict(definition.verdict),
        n => format!("{}, but V4 would refuse {}", verdict(definition.verdict), count(n, "place", "places")),
    }
}

fn result(file: &FileReport) -> String {
    let to = file.output.as_deref().map(|output| format!(" {}", code(output))).unwrap_or_default();
    match file.status {
        Status::Written => format!("Written to{to}"),
        Status::Printed => "Printed".to_owned(),
        Status::UpToDate => format!("Up to date:{to}"),
        Status::Refused => "Refused".to_owned(),
        Status::Failed => "Failed".to_owned(),
    }
}

fn push_file(out: &mut String, file: &FileReport) {
    if let (Some(message), true) = (&file.message, file.definitions.is_empty()) {
        let _ = write!(out, "## {}\n\n{}: {}.\n\n", code(&file.path), result(file), escaped(message));
    }
    for definition in &file.definitions {
        let _ = write!(out, "## {}\n\n", title(file, definition));
        let before = verdict(definition.verdict_before);
        let _ = writeln!(out, "* Verdict: {before}; after the fixes: {}", after(definition));
        let message = file.message.as_deref().map(|message| format!(": {}", escaped(message))).unwrap_or_default();
        let _ = writeln!(out, "* Result: {}{message}", result(file));
        if let Some(values) = definition.values {
            let (carried, converted, dropped) = (values.carried, values.converted, values.dropped);
            let _ = writeln!(out, "* Values: {carried} carried as they are, {converted} converted, {dropped} dropped");
        }
        if definition.other_findings > 0 {
            let _ = writeln!(out, "* Other findings, which `v4ward check` tells: {}", definition.other_findings);
        }
        out.push('\n');
        push_findings(out, "Needs a look", definition.needs_look.iter().map(|finding| (finding, false)));
        push_fixes(out, definition);
        let behaviour = definition.behaviour.iter().map(|it| (&it.finding, it.settled_by_fix));
        push_findings(out, "Requests handled differently", behaviour);
        push_dropped(out, definition);
        push_converted(out, definition);
    }
    push_rollout(out, file);
}

fn push_findings<'f>(out: &mut String, title: &str, findings: impl Iterator<Item = (&'f FindingReport, bool)>) {
    let mut rows = findings.map(|(finding, settled)| finding_row(finding, settled)).peekable();
    if rows.peek().is_none() {
        return;
    }
    let _ = write!(out, "### {title}\n\n{}", head(&["Severity", "Place", "What", "Rule"]));
    out.extend(rows);
    out.push('\n');
}

fn finding_row(finding: &FindingReport, settled: bool) -> String {
    let line = format!("line {}", finding.range.line());
    let pointer = finding.pointer.as_deref().filter(|pointer| !pointer.is_empty());
    let place = pointer.map_or_else(|| line.clone(), |pointer| format!("{}, {line}", code(pointer)));
    let mut what = format!("{}.", escaped(&capitalised(finding.message.trim_end_matches('.'))));
    if settled {
        what.push_str(" Settled by the fix.");
    } else if let Some(help) = finding.help.as_deref().filter(|help| !help.is_empty()) {
        let _ = write!(what, " *{}.*", capitalised(escaped(help).trim_end_matches('.')));
    }
    row([finding.severity.to_string().as_str(), &place, &what, &format!("`{}`", finding.rule)])
}

fn push_fixes(out: &mut String, definition: &DefinitionReport) {
    if definition.fixes_applied.is_empty() {
        return;
    }
    let about = "Made on a copy in memory; the V2 file stays as it is.";
    let _ = write!(out, "### Fixes\n\n{about}\n\n{}", head(&["Fix", "Place", "Rule", ""]));
    for fix in &definition.fixes_applied {
        let place = fix.pointer.as_deref().map(code).unwrap_or_default();
        let safety = match fix.applicability {
            v4ward_migration::fixes::Applicability::Safe => "safe",
            v4ward_migration::fixes::Applicability::Unsafe => "unsafe",
        };
        out.push_str(&row([escaped(&fix.title).as_str(), &place, &format!("`{}`", fix.rule), safety]));
    }
    out.push('\n');
}

/// By rule, since a rule has one reason and may have many places.
fn push_dropped(out: &mut String, definition: &DefinitionReport) {
    if definition.dropped.is_empty() {
        return;
    }
    let mut by_rule: BTreeMap<&str, (String, Vec<String>)> = BTreeMap::new();
    for dropped in &definition.dropped {
        let by_fix = if dropped.by_fix { " (the fix of the rule removed it)" } else { "" };
        let (_, places) = by_rule.entry(dropped.rule).or_insert_with(|| (dropped.reason.to_owned(), Vec::new()));
        places.push(format!("{}{by_fix}", code(&dropped.pointer)));
    }
    let _ = write!(out, "### Dropped\n\nValues of the V2 file that the V4 file does not have.\n\n");
    out.push_str(&head(&["Place in V2", "Why", "Rule"]));
    for (rule, (reason, places)) in by_rule {
        out.push_str(&row([places.join("<br>").as_str(), &reason, &format!("`{rule}`")]));
    }
    out.push('\n');
}

fn push_converted(out: &mut String, definition: &DefinitionReport) {
    let mut content = String::new();
    for how in How::ALL {
        let mut values = definition.converted.iter().filter(|value| value.how == how).peekable();
        if values.peek().is_none() {
            continue;
        }
        let _ = write!(content, "{}:\n\n{}", how.reason(), head(&["Place in V2", "Place in V4"]));
        for value in values {
            let to: Vec<String> = value.to.iter().map(|spot| code(&spot.pointer)).collect();
            content.push_str(&row([code(&value.pointer).as_str(), &to.join("<br>")]));
        }
        content.push('\n');
    }
    if !content.is_empty() {
        let values = count(definition.converted.len(), "value that was converted", "values that were converted");
        out.push_str(&folded(&values, &content));
    }
}

fn push_rollout(out: &mut String, file: &FileReport) {
    for rollout in file.rollout.iter().filter(|rollout| !rollout.subscriptions.is_empty()) {
        let about = "These name the V2 resource. In V4 they need `kind: ApiV4Definition` and the key of the V4 plan.";
        let name = code(&rollout.name);
        let _ = write!(out, "### Subscriptions of {name}\n\n{about}\n\n{}", head(&["File", "Subscription", "Plan"]));
        for it in &rollout.subscriptions {
            let key = rollout.plans.iter().find(|known| known.name == it.plan).map_or(&it.plan, |known| &known.key);
            out.push_str(&row([code(&it.path).as_str(), &code(&it.name), &code(key)]));
        }
        out.push('\n');
    }
}

fn push_steps(out: &mut String, title: &str, steps: &[String]) {
    if steps.is_empty() {
        return;
    }
    let _ = write!(out, "## {title}\n\n");
    for (step, number) in steps.iter().zip(1..) {
        let _ = writeln!(out, "{number}. {step}");
    }
    out.push('\n');
}
