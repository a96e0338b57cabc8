//! `[[suppress]]`: what is left out, what stays, and which entries should go.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod common;

use common::{Folder, Run, blocked, clean};
use serde_json::{Value, json};
use v4ward_migration::{rules, v4};

const PAST: &str = "2020-02-29";
const FUTURE: &str = "2999-12-31";

/// A definition with one warning, which needs a person.
fn warned() -> String {
    rules::find("failover-retries").unwrap().declaration().bad.text()
}

/// A V4 definition with one error: a misspelt member.
fn misspelt() -> String {
    of_v4("v4-unknown-property")
}

/// One whose only finding is of this rule.
fn of_v4(rule: &str) -> String {
    v4::rule::find(rule).unwrap().declaration().bad.document().text().to_owned()
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
            "[[suppress]]\nrule = \"failover-retries\"\npointer = \"/\"\nreason = \"x\"",
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

// ---- V4 files

#[test]
fn an_accepted_error_does_not_fail_verify() {
    let folder = Folder::with(&[("v4/a.json", &misspelt()), ("v4/b.json", &misspelt())]);
    assert_eq!(folder.run(&["verify", "v4"]).code, 1);
    let counts = |run: &Run| {
        let summary = &run.json()["summary"];
        [&summary["valid"], &summary["problems"], &summary["suppressed"]].map(|it| it.as_u64().unwrap())
    };
    for (rest, left) in [
        ("path = \"v4/a.json\"", 1),
        ("pointer = \"/api/visibilty\"", 0),
        ("pointer = \"/api/visibility\"", 2),
        ("path = \"v4/*.json\"\npointer = \"/api\"", 0),
        (&format!("path = \"v4/*\"\nexpires = {PAST}"), 2),
    ] {
        folder.write("v4ward.toml", entry("v4-unknown-property", rest));
        let run = folder.run(&["verify", "--format", "json", "v4"]);
        assert_eq!((run.code, counts(&run)), (i32::from(left > 0), [2 - left, left, 2 - left]), "{rest}: {}", run.err);
    }
    folder.write("v4ward.toml", entry("v4-unknown-property", "path = \"v4/**\""));
    folder.run(&["verify", "v4"]).ends(
        0,
        "2 V4 definitions, 2 valid, 0 problems\n2 findings are suppressed by v4ward.toml\n",
        "",
    );
    // What is only accepted is not called valid.
    let out = folder.run(&["verify", "v4/a.json"]).out;
    assert!(out.starts_with("v4/a.json \"Orders\": valid but for 1 suppressed problem\n"), "{out}");
    let page = folder.run(&["verify", "--format", "markdown", "v4"]).out;
    assert!(page.contains("Valid but for 1 suppressed problem"), "{page}");
    assert!(page.contains("\n2 findings are suppressed by `v4ward.toml`.\n"), "{page}");
}

#[test]
fn severities_of_v4_rules_follow_the_settings() {
    let folder = Folder::with(&[("a.json", &misspelt())]);
    for (severity, code, last) in [
        ("off", 0, "1 V4 definition, 1 valid, 0 problems"),
        ("hint", 0, "1 V4 definition, 1 valid, 0 problems, 1 note"),
        ("information", 0, "1 V4 definition, 1 valid, 0 problems, 1 note"),
        ("warning", 0, "1 V4 definition, 1 valid, 0 problems, 1 warning"),
        ("error", 1, "1 V4 definition, 0 valid, 1 problem"),
    ] {
        folder.write("v4ward.toml", format!("[rules]\nv4-unknown-property = \"{severity}\"\n"));
        let run = folder.run(&["verify", "a.json"]);
        assert_eq!((run.code, run.out.lines().last(), run.err.as_str()), (code, Some(last), ""), "{severity}");
        let headline =
            if severity == "hint" { "a.json \"Orders\": valid, with 1 note\n" } else { "a.json \"Orders\": " };
        assert!(run.out.starts_with(headline), "{}", run.out);
        // Words do not depend on the severity.
        assert_eq!(run.out.contains("V4 does not know visibilty, and it would be lost"), severity != "off");
    }
    folder.write("v4ward.toml", "[rules]\nv4-unknown-properti = \"off\"\n");
    let run = folder.run(&["verify", "a.json"]);
    assert_eq!(run.code, 2);
    let told = "2:1: unknown rule \"v4-unknown-properti\"; did you mean \"v4-unknown-property\"?\n";
    assert!(run.err.ends_with(told), "{}", run.err);
}

#[test]
fn each_command_tells_of_stale_entries_of_its_own_rules() {
    let folder = Folder::with(&[("a.json", &clean()), ("b.v4.json", &misspelt())]);
    let stale = |command: &str| {
        let run = folder.run(&[command, "--format", "json", "."]);
        let json = run.json();
        let stale = json["summary"]["staleSuppressions"].as_array().unwrap().clone();
        let stale: Vec<String> = stale
            .iter()
            .map(|it| format!("{} {}", it["why"].as_str().unwrap(), it["rule"].as_str().unwrap()))
            .collect();
        assert_eq!(run.err.lines().filter(|line| line.starts_with("warning: ")).count(), stale.len(), "{}", run.err);
        stale
    };
    let both = entry("failover-retries", "path = \"a.json\"") + &entry("v4-page-parent", "path = \"b.v4.json\"");
    folder.write("v4ward.toml", both);
    assert_eq!(stale("check"), ["unused failover-retries"]);
    assert_eq!(stale("verify"), ["unused v4-page-parent"]);
    let past = format!("path = \"*.json\"\nexpires = {PAST}");
    folder.write("v4ward.toml", entry("failover-retries", &past) + &entry("v4-unknown-property", &past));
    assert_eq!(stale("check"), ["expired failover-retries"]);
    assert_eq!(stale("verify"), ["expired v4-unknown-property"]);
    folder.write("v4ward.toml", entry("v4-unknown-property", "pointer = \"/api\""));
    assert_eq!((stale("check"), stale("verify")), (vec![], vec![]));
    folder.write("v4ward.toml", entry("v4-page-parent", "path = \"b.v4.json\""));
    let page = folder.run(&["verify", "--format", "markdown", "."]).out;
    assert!(page.contains("v4ward.toml`, line 2: the suppression of v4-page-parent is not used"), "{page}");
    assert!(folder.run(&["check", "--fail-on", "warning", "a.json"]).code == 0);
}

// ---- SARIF

#[test]
fn sarif_keeps_what_is_accepted_as_suppressed() {
    let folder = Folder::with(&[("a.json", &warned()), ("a.v4.json", &misspelt())]);
    for (command, rule, code) in [("check", "failover-retries", 0), ("verify", "v4-unknown-property", 1)] {
        folder.write("v4ward.toml", "");
        let results = |code: i32| -> Vec<Value> {
            let run = folder.run(&[command, "--format", "sarif", "."]);
            assert_eq!(run.code, code, "{}", run.err);
            run.json()["runs"][0]["results"].as_array().unwrap().clone()
        };
        let mut before = results(code);
        assert_eq!((before.len(), &before[0]["suppressions"]), (1, &json!([])));
        folder.write("v4ward.toml", entry(rule, "pointer = \"/api\"") + &entry(rule, "pointer = \"/proxy\""));
        let mut after = results(0);
        let suppressions = after[0]["suppressions"].take();
        assert_eq!(suppressions, json!([{"kind": "external", "justification": "agreed with the team"}]));
        // The same alert: place, words and fingerprint are as they were.
        for result in before.iter_mut().chain(&mut after) {
            result.as_object_mut().unwrap().retain(|member, _| !matches!(member.as_str(), "suppressions" | "fixes"));
        }
        assert_eq!(before, after);
    }
}

#[test]
fn sarif_of_what_blocks_is_not_suppressed() {
    let toml = entry("policy-not-compatible", "path = \"a.json\"");
    let folder = Folder::with(&[("a.json", &blocked()), ("v4ward.toml", &toml)]);
    let run = folder.run(&["check", "--format", "sarif", "a.json"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["runs"][0]["results"][0]["suppressions"], json!([]));
}
