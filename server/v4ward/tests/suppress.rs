//! `[[suppress]]`: what is left out, what stays, and which entries should go.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod common;

use common::{Folder, Run, blocked, clean};
use v4ward_migration::rules;

const PAST: &str = "2020-02-29";
const FUTURE: &str = "2999-12-31";

/// A definition with one warning, which needs a person.
fn warned() -> String {
    rules::find("failover-retries").unwrap().declaration().bad.text()
}

fn entry(rule: &str, rest: &str) -> String {
    format!("[[suppress]]\nrule = \"{rule}\"\nreason = \"agreed with the team\"\n{rest}\n")
}

fn summary(run: &Run) -> (u64, u64, Vec<String>) {
    let json = run.json();
    let summary = &json["summary"];
    let stale = summary["staleSuppressions"].as_array().unwrap().iter();
    let stale =
        stale.map(|it| format!("{} {} line {}", it["why"].as_str().unwrap(), it["rule"].as_str().unwrap(), it["line"]));
    (summary["findings"]["warning"].as_u64().unwrap(), summary["suppressed"].as_u64().unwrap(), stale.collect())
}

#[test]
fn a_suppressed_finding_is_only_counted() {
    let folder = Folder::with(&[("apis/a.json", &warned()), ("apis/b.json", &warned()), ("c.json", &clean())]);
    assert_eq!(summary(&folder.run(&["check", "--format", "json", "."])), (2, 0, vec![]));
    for (rest, left) in [
        ("path = \"apis/a.json\"", 1),
        ("path = \"apis/*.json\"", 0),
        ("path = \"**/b.json\"", 1),
        ("pointer = \"/proxy/failover\"", 0),
        ("path = \"apis/a.json\"\npointer = \"/proxy\"", 1),
        (&format!("path = \"apis/a.json\"\nexpires = {FUTURE}"), 1),
        (&format!("path = \"apis/a.json\"\nexpires = \"{FUTURE}\""), 1),
    ] {
        folder.write("v4ward.toml", entry("failover-retries", rest));
        let run = folder.run(&["check", "--format", "json", "."]);
        assert_eq!(summary(&run), (left, 2 - left, vec![]), "{rest}: {}", run.err);
        assert_eq!(run.err, "");
    }
    folder.write("v4ward.toml", entry("failover-retries", "path = \"apis/**\""));
    let run = folder.run(&["check", "--fail-on", "warning", "."]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.ends_with("\n2 findings are suppressed by v4ward.toml\n"), "{}", run.out);
}

#[test]
fn what_blocks_stays_with_the_reason() {
    let folder = Folder::with(&[("a.json", &blocked())]);
    let before = folder.run(&["check", "--format", "json", "a.json"]).json();
    folder.write("v4ward.toml", entry("policy-not-compatible", "path = \"a.json\""));
    let run = folder.run(&["check", "--format", "json", "a.json"]);
    assert_eq!(run.code, 1);
    let after = run.json();
    assert_eq!(after["files"][0]["verdict"], before["files"][0]["verdict"]);
    assert_eq!(after["summary"]["suppressed"], 0);
    assert_eq!(after["summary"]["staleSuppressions"], serde_json::json!([]));
    let message = |json: &serde_json::Value| json["files"][0]["findings"][0]["message"].as_str().unwrap().to_owned();
    assert_eq!(message(&after), format!("{} (explained in v4ward.toml: agreed with the team)", message(&before)));
}

#[test]
fn what_v4_refuses_still_needs_force() {
    let refused = rules::find("name-with-colon").unwrap().declaration().bad.text();
    let folder = Folder::with(&[("a.json", &refused), ("v4ward.toml", &entry("name-with-colon", "path = \"a.json\""))]);
    let json = folder.run(&["check", "--format", "json", "a.json"]).json();
    assert_eq!((&json["summary"]["refusedByV4"], &json["summary"]["suppressed"]), (&1.into(), &1.into()));
    let json = folder.run(&["migrate", "--format", "json", "a.json"]).json();
    assert_eq!(json["files"][0]["status"], "refused");
}

#[test]
fn entries_that_are_over_are_told_and_count_no_more() {
    let toml = entry("failover-retries", &format!("path = \"a.json\"\nexpires = {PAST}"));
    let folder = Folder::with(&[("a.json", &warned()), ("v4ward.toml", &toml)]);
    let run = folder.run(&["check", "--format", "json", "a.json"]);
    assert_eq!(summary(&run), (1, 0, vec!["expired failover-retries line 1".to_owned()]));
    let told = format!("v4ward.toml:2:8: the suppression of failover-retries ended on {PAST}: its findings are back\n");
    assert!(run.err.starts_with("warning: ") && run.err.ends_with(&told), "{}", run.err);
}

#[test]
fn an_entry_is_unused_only_when_all_its_files_were_checked() {
    let unused = |rest: &str, paths: &[&str]| {
        let folder = Folder::with(&[
            ("apis/a.json", &clean()),
            ("apis/b.json", &clean()),
            ("v4ward.toml", &entry("failover-retries", rest)),
        ]);
        let run = folder.run(&[&["check", "--fail-on", "warning", "--format", "json"], paths].concat());
        let (_, _, stale) = summary(&run);
        assert_eq!(run.code, i32::from(!stale.is_empty()));
        !stale.is_empty()
    };
    assert!(unused("path = \"apis/a.json\"", &["apis/a.json"]));
    assert!(!unused("path = \"apis/a.json\"", &["apis/b.json"]));
    assert!(unused("path = \"apis/gone.json\"", &["apis"]));
    assert!(unused("path = \"apis/*.json\"", &["apis"]));
    assert!(!unused("path = \"apis/*.json\"", &["apis/a.json"]));
    assert!(!unused("path = \"**/a.json\"", &["apis"]));
    assert!(unused("pointer = \"/proxy\"", &["."]));
    assert!(!unused("pointer = \"/proxy\"", &["apis"]));
}

#[test]
fn mistakes_are_told_with_their_place() {
    let folder = Folder::with(&[("a.json", &warned())]);
    for (toml, told) in [
        ("suppress = 1", "1:12: \"suppress\" is a list of tables; each begins with [[suppress]], not a number"),
        (
            "[[suppress]]\nrule = \"failover-retry\"\npath = \"a\"\nreason = \"x\"",
            "2:8: unknown rule \"failover-retry\"; did you mean \"failover-retries\"?",
        ),
        (
            "[[suppress]]\nrule = \"failover-retries\"\npath = \"a\"",
            "1:1: this entry needs \"reason\": why this is accepted",
        ),
        (
            "[[suppress]]\nrule = \"failover-retries\"\npath = \"a\"\nreason = \" \"",
            "4:10: \"reason\" is empty: say why this is accepted",
        ),
        ("[[suppress]]\npath = \"a\"\nreason = \"x\"", "1:1: this entry needs \"rule\": the rule it is about"),
        (
            "[[suppress]]\nrule = \"failover-retries\"\nreason = \"x\"",
            "1:1: this entry needs \"path\" or \"pointer\", or both; to switch a rule off everywhere, use [rules]",
        ),
        (
            "[[suppress]]\nrule = \"failover-retries\"\npath = \"../a\"\nreason = \"x\"",
            "3:8: \"path\" is seen from the folder of this file, with / between names",
        ),
        (
            "[[suppress]]\nrule = \"failover-retries\"\npointer = \"proxy\"\nreason = \"x\"",
            "3:11: \"pointer\" is a JSON pointer such as \"/proxy/groups/0\"",
        ),
        (
            "[[suppress]]\nrule = \"failover-retries\"\npath = \"a\"\nreason = \"x\"\nexpires = \"soon\"",
            "5:11: \"expires\" is a day such as 2026-12-31",
        ),
        (
            "[[suppress]]\nrule = \"failover-retries\"\npath = \"a\"\nreasons = \"x\"\nreason = \"x\"",
            "4:1: unknown key \"reasons\"; did you mean \"reason\"?",
        ),
    ] {
        folder.write("v4ward.toml", toml);
        let run = folder.run(&["check", "a.json"]);
        assert_eq!(run.code, 2, "{toml}");
        assert!(run.err.ends_with(&format!("v4ward.toml:{told}\n")), "{toml}\n{}", run.err);
    }
}
