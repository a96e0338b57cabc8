//! The contract of each command: what it prints, how it ends, what it leaves on disk.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod common;

use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use common::{Folder, V4, blocked, clean, fixable};
use serde_json::json;

const HEALTH_CHECK: &str = "health-check-assertions";

#[test]
fn check_ends_with_1_only_at_the_level_asked_for() {
    let folder = Folder::with(&[("bad.json", &fixable()), ("good.json", &clean())]);
    assert_eq!(folder.run(&["check", "good.json"]).code, 0);
    assert_eq!(folder.run(&["check", "bad.json"]).code, 1);
    assert_eq!(folder.run(&["check", "--fail-on", "warning", "bad.json"]).code, 1);
    assert_eq!(folder.run(&["check", "--fail-on", "never", "bad.json"]).code, 0);
    folder.write("v4ward.toml", "[rules]\nhttp-option-dropped = 'warning'\n");
    let warned = v4ward_migration::rules::find("http-option-dropped").unwrap().declaration().bad.text();
    folder.write("bad.json", warned);
    assert_eq!(folder.run(&["check", "bad.json"]).code, 0);
    assert_eq!(folder.run(&["check", "--fail-on", "warning", "bad.json"]).code, 1);
    folder.write("v4ward.toml", "[rules]\nhttp-option-dropped = 'off'\n");
    assert_eq!(folder.run(&["check", "--fail-on", "warning", "bad.json"]).code, 0);
}

#[test]
fn check_shows_findings_with_place_help_and_fixes() {
    let folder = Folder::with(&[("apis/bad.json", &fixable()), ("apis/good.json", &clean())]);
    let run = folder.run(&["check", "apis"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    assert_eq!(
        run.out,
        r##"apis/bad.json "Orders": Not migratable; fully migratable after the safe fixes
error[health-check-assertions]: this health check has 2 assertions, V4 takes one: APIM refuses to migrate the API
  --> apis/bad.json:46:13
   |
45 |           "response": {
46 |             "assertions": [
   |             ^^^^^^^^^^^^
47 |               "#response.status == 200",
   |
   = help: join them into one expression with &&
   = safe fix: Join the assertions
   = more: v4ward explain health-check-assertions (docs/rules/health-check-assertions.md)

2 definitions           now  after safe fixes
  fully migratable        1                 2
  partially migratable    0                 0
  not migratable          1                 0
1 finding
  error                   1
  warning                 0
  information             0
  hint                    0
1 problem can be fixed safely: v4ward fix apis
"##
    );
}

#[test]
fn check_gives_versioned_json() {
    let folder = Folder::with(&[("bad.json", &fixable()), ("new.json", V4), ("x.json", "{}")]);
    let run = folder.run(&["check", "--format", "json", "x.json", "bad.json", "new.json"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let json = run.json();
    assert_eq!(json["schema"], 1);
    assert_eq!(json["tool"]["name"], "v4ward");
    let file = &json["files"][0];
    let keys: Vec<&str> = file.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["path", "format", "definition", "document", "name", "verdict", "verdictAfterSafeFixes", "findings"]
    );
    assert_eq!(file["path"], "bad.json");
    assert_eq!((&file["format"], &file["definition"]), (&"export-json".into(), &"v2".into()));
    assert_eq!(file["verdict"], "not-migratable");
    assert_eq!(file["verdictAfterSafeFixes"], "fully-migratable");
    let finding = &file["findings"][0];
    let keys: Vec<&str> = finding.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["rule", "severity", "apim", "subject", "pointer", "range", "message", "help", "docs", "fixes"]);
    assert_eq!(finding["rule"], HEALTH_CHECK);
    assert_eq!(finding["range"]["start"], serde_json::json!({"line": 45, "character": 12}));
    assert_eq!(finding["fixes"], serde_json::json!([{"title": "Join the assertions", "applicability": "safe"}]));
    assert_eq!(json["files"][1]["definition"], "v4");
    assert!(json["files"][1]["verdict"].is_null());
    assert_eq!(json["files"][2]["definition"], "unknown");
    assert_eq!(json["summary"]["verdicts"]["not-migratable"], 1);
    assert_eq!(json["summary"]["safelyFixable"], 1);
}

#[test]
fn a_walk_is_silent_about_what_is_not_ours_and_what_is_v4() {
    let folder = Folder::with(&[("a/good.json", &clean()), ("a/x.json", "[1]"), ("a/new.v4.json", V4)]);
    folder.write("a/no-extension", clean());
    let json = folder.run(&["check", "--format", "json", "a"]).json();
    let paths: Vec<&str> = json["files"].as_array().unwrap().iter().map(|f| f["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["a/good.json", "a/no-extension"]);
    assert_eq!(json["summary"]["v4"], 1);
    // Only V4 files left: that is how it should end.
    let folder = Folder::with(&[("a/new.v4.json", V4)]);
    folder.run(&["check", "a"]).ends(0, "", "");
}

#[test]
fn secrets_are_never_printed() {
    let text = fixable().replacen("\"assertions\": [", "\"password\": \"hunter2-secret\", \"assertions\": [", 1);
    let folder = Folder::with(&[("bad.json", &text)]);
    for arguments in
        [&["check", "bad.json"][..], &["check", "--format", "json", "bad.json"], &["fix", "--diff", "bad.json"]]
    {
        let run = folder.run(arguments);
        assert_eq!(run.code, 1);
        assert!(!run.out.contains("hunter2") && !run.err.contains("hunter2"), "{run:?}");
    }
    assert!(folder.run(&["check", "bad.json"]).out.contains("••••••••••••••"));
}

#[test]
fn a_message_that_quotes_a_secret_is_blanked_in_json_too() {
    let text = v4ward_migration::rules::find("proxy-host-missing").unwrap().declaration().bad.text();
    let text = text.replace("\"backend\"", "\"hunter2-secret\"");
    let text = text.replacen('{', "{ \"password\": \"hunter2-secret\",", 1);
    let folder = Folder::with(&[("a.json", &text)]);
    for command in ["check", "migrate"] {
        let run = folder.run(&[command, "--format", "json", "a.json"]);
        assert!(run.out.contains("••••••••••••••") && !run.out.contains("hunter2"), "{run:?}");
    }
}

#[test]
fn colours_only_when_asked_for() {
    let folder = Folder::with(&[("bad.json", &fixable())]);
    assert!(!folder.run(&["check", "bad.json"]).out.contains('\u{1b}'));
    assert!(folder.run(&["--color", "always", "check", "bad.json"]).out.contains('\u{1b}'));
    assert!(folder.run(&["check", "--color=always", "bad.json"]).out.contains('\u{1b}'));
}

#[test]
fn a_name_cannot_control_the_terminal() {
    let folder = Folder::with(&[("a.json", &clean().replace("Clean", "\\u001b[2Jx"))]);
    let run = folder.run(&["check", "a.json"]);
    assert!(run.out.starts_with("a.json \"\u{fffd}[2Jx\": Fully migratable\n"), "{run:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::new();
    for i in 0..600 {
        folder.write(&format!("{i}.json"), fixable());
    }
    let mut child = folder.command(&["check", "."]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut some = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), &b""[..]));
}

#[test]
fn fix_writes_minimal_edits_in_place() {
    let folder = Folder::with(&[("bad.json", &fixable().replace('\n', "\r\n")), ("good.json", &clean())]);
    let run = folder.run(&["fix", "."]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(
        run.out,
        "./bad.json \"Orders\": 1 fix made\n  safe fix health-check-assertions: Join the assertions at \
         /services/health-check/steps/0/response/assertions\n1 fix made in 1 file.\n"
    );
    let expected = "\"{(#response.status == 200) && (#response.content.contains('up'))}\"\r\n";
    assert!(folder.read("bad.json").contains(expected), "{}", folder.read("bad.json"));
    assert_eq!(folder.names(), ["bad.json", "good.json"]);
    folder.run(&["fix", "."]).ends(0, "Nothing was fixed.\n", "");
}

#[test]
fn fix_leaves_what_needs_a_person_unless_told_otherwise() {
    let folder = Folder::with(&[("bad.json", &blocked())]);
    let run = folder.run(&["fix", "bad.json"]);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.out,
        "Nothing was fixed.\n1 error is left in 1 file: v4ward check bad.json\n\
         1 problem has an unsafe fix only: read what it changes, then use --unsafe\n"
    );
    assert_eq!(folder.read("bad.json"), blocked());
    assert_eq!(folder.run(&["fix", "--unsafe", "--rule", HEALTH_CHECK, "bad.json"]).code, 1);
    assert_eq!(folder.run(&["fix", "--unsafe", "bad.json"]).code, 0);
    assert!(!folder.read("bad.json").contains("html-json"));
}

#[test]
fn fix_tells_that_unsafe_fixes_are_left() {
    let folder = Folder::with(&[("a.json", &blocked())]);
    let hint = "1 problem has an unsafe fix only: read what it changes, then use --unsafe\n";
    for arguments in [&["fix", "a.json"][..], &["fix", "--rule", "policy-not-compatible", "a.json"]] {
        let run = folder.run(arguments);
        assert!(run.out.starts_with("Nothing was fixed.\n") && run.out.ends_with(hint), "{run:?}");
    }
    let run = folder.run(&["fix", "--unsafe", "--rule", HEALTH_CHECK, "a.json"]);
    assert!(!run.out.contains("--unsafe"), "{run:?}");
}

#[test]
fn fix_diff_writes_nothing() {
    let folder = Folder::with(&[("bad.json", &fixable())]);
    let run = folder.run(&["fix", "--diff", "bad.json"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    assert!(run.out.starts_with("--- bad.json\n+++ bad.json\n@@ -44,8 +44,7 @@\n"), "{}", run.out);
    assert_eq!(folder.read("bad.json"), fixable());
    folder.write("bad.json", clean());
    folder.run(&["fix", "--diff", "bad.json"]).ends(0, "", "");
}

#[test]
fn migrate_writes_beside_the_v2_file_and_a_second_run_changes_nothing() {
    let folder = Folder::with(&[("a.json", &clean())]);
    let run = folder.run(&["migrate", "a.json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.starts_with("a.json \"Clean\": a.v4.json written (fully migratable)\n"), "{}", run.out);
    assert!(run.out.contains("\n1 definition\n  written     1\n\nNext steps\n"), "{}", run.out);
    assert_eq!(folder.names(), ["a.json", "a.v4.json"]);
    assert_eq!(folder.read("a.json"), clean());
    let time = fs::metadata(folder.path("a.v4.json")).unwrap().modified().unwrap();
    folder.run(&["migrate", "."]).ends(
        0,
        "./a.json \"Clean\": ./a.v4.json up to date (fully migratable)\n1 definition\n  up to date  1\n",
        "",
    );
    assert_eq!(fs::metadata(folder.path("a.v4.json")).unwrap().modified().unwrap(), time);
    assert_eq!(folder.run(&["verify", "a.v4.json"]).code, 0);
}

#[test]
fn migrate_applies_safe_fixes_to_a_copy() {
    let folder = Folder::with(&[("a.json", &fixable())]);
    let json = folder.run(&["migrate", "--format", "json", "a.json"]).json();
    let file = &json["files"][0];
    assert_eq!((&file["status"], &file["output"]), (&"written".into(), &"a.v4.json".into()));
    assert_eq!(file["verdictBefore"], "not-migratable");
    assert_eq!(file["verdict"], "fully-migratable");
    assert_eq!(file["fixesApplied"][0]["rule"], HEALTH_CHECK);
    assert_eq!(json["summary"]["written"], 1);
    assert_eq!(folder.read("a.json"), fixable());
    let json = folder.run(&["migrate", "--format", "json", "a.json"]).json();
    assert_eq!(json["files"][0]["status"], "up-to-date");
    let run = folder.run(&["migrate", "--fixes", "none", "--format", "json", "a.json"]);
    assert_eq!((run.code, &run.json()["files"][0]["status"]), (1, &"refused".into()));
}

#[test]
fn migrate_refuses_what_is_blocked_and_shows_why() {
    let folder = Folder::with(&[("a.json", &blocked())]);
    for force in [&["migrate", "a.json"][..], &["migrate", "--force", "a.json"]] {
        let run = folder.run(force);
        assert_eq!(run.code, 1);
        assert!(
            run.err.starts_with("a.json \"Orders\": refused: not migratable: mend what is named here; --fixes all "),
            "{}",
            run.err
        );
        assert!(run.err.contains("\nerror[policy-not-compatible]: "));
        assert!(run.err.contains("--> a.json:"), "{}", run.err);
    }
    let run = folder.run(&["migrate", "--stdout", "--force", "--fixes", "none", "a.json"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert_eq!(folder.run(&["migrate", "--fixes", "all", "a.json"]).code, 0);
}

#[test]
fn a_refusal_names_its_reasons_whatever_the_settings_say_and_in_json() {
    let partial = v4ward_migration::rules::find("service-discovery-limited").unwrap().declaration().bad.text();
    let folder = Folder::with(&[("a.json", &partial)]);
    folder.write("v4ward.toml", "[rules]\nservice-discovery-limited = 'off'\n");
    let run = folder.run(&["migrate", "a.json"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("\nwarning[service-discovery-limited]: "), "{}", run.err);
    let json = folder.run(&["migrate", "--format", "json", "a.json"]).json();
    assert_eq!(json["files"][0]["status"], "refused");
    assert_eq!(json["files"][0]["findings"][0]["rule"], "service-discovery-limited");
    assert_eq!(json["files"][0]["findings"][0]["apim"], "can-be-forced");
}

#[test]
fn what_v4_would_refuse_is_written_when_forced_and_says_so() {
    let spaced = v4ward_migration::rules::find("endpoint-target-whitespace").unwrap().declaration().bad.text();
    let folder = Folder::with(&[("a.json", &spaced)]);
    let run = folder.run(&["migrate", "--fixes", "none", "a.json"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains(": refused: migratable, but V4 would refuse it: mend what is named here"), "{run:?}");
    let run = folder.run(&["migrate", "--fixes", "none", "--force", "a.json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let line = "a.v4.json written (fully migratable, but V4 would refuse it: 1 problem)\n";
    assert!(run.out.contains(line), "{run:?}");
    assert_eq!(folder.run(&["verify", "a.v4.json"]).code, 1);
    let json = folder.run(&["migrate", "--fixes", "none", "--force", "--format", "json", "a.json"]).json();
    assert_eq!(json["files"][0]["status"], "up-to-date");
    assert_eq!(json["files"][0]["findings"][0]["rule"], "endpoint-target-whitespace");
}

#[test]
fn paths_that_lead_nowhere_are_in_the_json() {
    let folder = Folder::with(&[("a.json", &clean())]);
    for command in ["check", "verify", "migrate"] {
        let run = folder.run(&[command, "--format", "json", "a.json", "none.json"]);
        assert_eq!(run.code, 3);
        let json = run.json();
        assert_eq!(json["errors"][0]["path"], "none.json");
        assert_eq!(json["errors"][0]["message"], "none.json: cannot be read: No such file or directory (os error 2)");
    }
}

#[test]
fn a_command_that_is_proposed_can_be_typed() {
    let folder = Folder::with(&[("-a b.json", &fixable())]);
    let run = folder.run(&["check", "--", "-a b.json"]);
    assert!(run.out.ends_with("can be fixed safely: v4ward fix './-a b.json'\n"), "{run:?}");
}

#[test]
fn a_file_that_is_named_in_two_ways_is_migrated_once() {
    let folder = Folder::with(&[("apis/a.json", &clean())]);
    let whole = folder.path("apis").to_string_lossy().into_owned();
    let run = folder.run(&["migrate", ".", "apis/../apis", &whole, "apis/a.json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.contains("1 definition\n  written     1\n"), "{run:?}");
}

#[test]
fn migrate_prints_one_after_another() {
    let folder = Folder::with(&[("a.json", &clean()), ("b.json", &fixable())]);
    let run = folder.run(&["migrate", "--stdout", "b.json", "a.json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let values: Vec<serde_json::Value> =
        serde_json::Deserializer::from_str(&run.out).into_iter().map(Result::unwrap).collect();
    let names: Vec<&str> = values.iter().map(|v4| v4["api"]["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Clean", "Orders"]);
    assert_eq!(folder.names(), ["a.json", "b.json"]);
}

#[test]
fn migrate_keeps_paths_below_the_output_folder() {
    let folder = Folder::with(&[("apis/x/a.json", &clean()), ("apis/b.json", &clean())]);
    assert_eq!(folder.run(&["migrate", "apis", "--output", "out"]).code, 0);
    assert!(folder.path("out/x/a.v4.json").is_file());
    assert!(folder.path("out/b.v4.json").is_file());
}

#[test]
fn migrate_writes_nothing_when_two_would_go_to_one_file() {
    let folder = Folder::with(&[("x/a.json", &clean()), ("y/a.json", &clean()), ("x/b.json", &clean())]);
    folder.run(&["migrate", "x", "y", "--output", "out"]).ends(
        2,
        "",
        "error: out/a.v4.json would be written for each of x/a.json and y/a.json; nothing was written\n",
    );
    assert!(!folder.path("out").exists());
    // A namesake that is no definition is no clash.
    folder.write("x/b.txt", "{ text }");
    assert_eq!(folder.run(&["migrate", "x"]).code, 0);
}

#[test]
fn rollback_removes_only_what_nobody_changed() {
    for arguments in [&["migrate", "a.json"][..], &["migrate", "--ids", "new", "--fixes", "none", "a.json"]] {
        for path in ["a.json", "a.v4.json", "."] {
            let folder = Folder::with(&[("a.json", &clean())]);
            assert_eq!(folder.run(arguments).code, 0);
            let run = folder.run(&["rollback", path]);
            assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
            assert!(run.out.ends_with("a.v4.json: removed\n1 V4 file removed, 0 left as they are\n"), "{run:?}");
            assert_eq!(folder.names(), ["a.json"]);
        }
    }
    let folder = Folder::with(&[("a.json", &clean())]);
    assert_eq!(folder.run(&["migrate", "a.json"]).code, 0);
    folder.write("a.v4.json", folder.read("a.v4.json") + "\n");
    for path in ["a.json", "a.v4.json", "."] {
        let run = folder.run(&["rollback", path]);
        assert_eq!(run.code, 1);
        assert!(run.err.contains("a.v4.json: it is not what converting "), "{run:?}");
    }
    folder.write("alone.v4.json", V4);
    folder.run(&["rollback", "alone.v4.json"]).ends(
        1,
        "0 V4 files removed, 1 left as they are\n",
        "refused: alone.v4.json: there is no V2 definition beside it that it could come from\n",
    );
}

#[test]
fn rollback_leaves_v4_files_that_stand_alone() {
    let folder = Folder::with(&[("out/a.v4.json", V4)]);
    folder.run(&["rollback", "out"]).ends(
        0,
        "1 V4 file has no V2 definition beside: left\n0 V4 files removed, 0 left as they are\n",
        "",
    );
}

#[test]
fn rollback_knows_files_whose_names_are_no_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let name = |bytes| std::ffi::OsStr::from_bytes(bytes);
    let folder = Folder::new();
    fs::write(folder.root().join(name(b"\xff.json")), clean()).unwrap();
    assert_eq!(folder.run(&["migrate", "."]).code, 0);
    let v4 = name(b"\xff.v4.json");
    assert!(folder.root().join(v4).is_file());
    let run = folder.command(&["rollback"]).arg(v4).output().unwrap();
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    assert!(!folder.root().join(v4).exists());
}

#[test]
fn verify_tells_what_a_definition_of_the_gateway_is() {
    let folder = Folder::with(&[("a.json", r#"{"definitionVersion": "4.0.0", "type": "proxy", "name": "x"}"#)]);
    folder.run(&["verify", "a.json"]).ends(
        1,
        r#"a.json "x": V4 would refuse it (1 problem)
error[v4-gateway-definition]: this is the definition as the gateway holds it, not an export: APIM imports no such file
 --> a.json:1:23
  |
1 | {"definitionVersion": "4.0.0", "type": "proxy", "name": "x"}
  |                       ^^^^^^^
  |
  = help: export the API: "Export" in the Console, or GET /management/v2/environments/{environment}/apis/{id}/_export/definition

1 V4 definition, 0 valid, 1 problem
"#,
        "",
    );
}

#[test]
fn verify_warns_of_what_comes_twice() {
    let folder = Folder::with(&[("a.json", &clean())]);
    assert_eq!(folder.run(&["migrate", "a.json"]).code, 0);
    folder.write("a.v4.json", folder.read("a.v4.json").replacen("\"name\"", "\"name\": \"Old\", \"name\"", 1));
    let run = folder.run(&["verify", "a.v4.json"]);
    assert_eq!(run.code, 0);
    assert!(run.out.starts_with("a.v4.json \"Clean\": valid, with 1 warning\nwarning[v4-duplicate-key]: "), "{run:?}");
    assert!(run.out.ends_with("1 V4 definition, 1 valid, 0 problems, 1 warning\n"), "{run:?}");
}

#[test]
fn verify_compares_with_the_v2_file_beside() {
    let folder = Folder::with(&[("a.json", &clean())]);
    assert_eq!(folder.run(&["migrate", "a.json"]).code, 0);
    let whole = "a.v4.json \"Clean\": valid\n  everything transferred: it says what a.json becomes\n";
    assert!(folder.run(&["verify", "a.v4.json"]).out.starts_with(whole));
    folder.write("a.v4.json", folder.read("a.v4.json").replacen("\"Clean\"", "\"Changed\"", 1));
    let run = folder.run(&["verify", "a.v4.json"]);
    assert_eq!(run.code, 0);
    let changed = "  1 place differs from what a.json becomes:\n    changed  /api/name\n";
    assert!(run.out.contains(changed), "{run:?}");
    // A walk tells of it too, and of what is as it was it says nothing.
    assert!(folder.run(&["verify", "."]).out.contains("    changed  /api/name\n"));
    let json = folder.run(&["verify", "--format", "json", "a.v4.json"]).json();
    let since = &json["files"][0]["since"];
    assert_eq!(since["transferred"], false);
    assert_eq!(since["changes"], serde_json::json!([{"document": 0, "pointer": "/api/name", "change": "changed"}]));
    // Without the V2 file there is nothing to compare.
    std::fs::remove_file(folder.path("a.json")).unwrap();
    let json = folder.run(&["verify", "--format", "json", "a.v4.json"]).json();
    assert!(json["files"][0].get("since").is_none());
}

#[test]
fn verify_offers_fixes() {
    let folder = Folder::with(&[("a.json", &clean())]);
    assert_eq!(folder.run(&["migrate", "a.json"]).code, 0);
    folder.write("b.v4.json", folder.read("a.v4.json").replacen("\"name\"", "\"lables\": [], \"name\"", 1));
    let run = folder.run(&["verify", "b.v4.json"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("error[v4-unknown-property]: V4 does not know lables"), "{run:?}");
    assert!(run.out.contains("= unsafe fix: Rename lables to labels"), "{run:?}");
    let json = folder.run(&["verify", "--format", "json", "b.v4.json"]).json();
    let finding = &json["files"][0]["findings"][0];
    assert_eq!(finding["docs"], "docs/rules/v4-unknown-property.md");
    assert_eq!(finding["fixes"][0]["applicability"], "unsafe");
    let run = folder.run(&["explain", "v4-unknown-property"]);
    assert_eq!(run.code, 0);
    assert!(run.out.starts_with("v4-unknown-property\nA property that V4 does not know\n"), "{run:?}");
}

#[test]
fn verify_is_for_v4_files() {
    let folder = Folder::with(&[("a.json", &clean()), ("broken.v4.json", r#"{"api": {"definitionVersion": "V4"}}"#)]);
    let run = folder.run(&["verify", "a.json"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.err, "error: a.json: a V2 definition; `v4ward check` checks it\n");
    let run = folder.run(&["verify", "."]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    assert!(run.out.starts_with("./broken.v4.json: V4 would refuse it ("), "{run:?}");
    assert!(run.out.contains("error[v4-schema]: "), "{run:?}");
    let json = folder.run(&["verify", "--format", "json", "."]).json();
    assert_eq!(json["files"][0]["findings"][0]["rule"], "v4-schema");
    assert_eq!(json["summary"]["valid"], 0);
}

/// A file that is half migrated: two V4 resources around a V2 one.
fn mixed() -> String {
    let v4 = |name: &str, path: &str| {
        format!(
            "apiVersion: gravitee.io/v1alpha1\nkind: ApiV4Definition\nmetadata: {{ name: {name} }}\nspec:\n  name: {name}\n  \
             version: '1'\n  type: PROXY\n  listeners:\n    - type: HTTP\n      paths: [{{ path: /{name}/ }}]\n      \
             entrypoints: [{{ type: http-proxy }}]\n  endpointGroups:\n    - name: default\n      type: http-proxy\n      \
             endpoints:\n        - name: one\n          type: http-proxy\n          \
             inheritConfiguration: false\n          configuration: {{ target: https://b.example }}\n  flows:\n    - name: f\n      \
             selectors: [{{ type: HTTP, path: {path}, pathOperator: EQUALS }}]\n  plans:\n    free:\n      \
             name: Free\n      security: {{ type: KEY_LESS }}\n"
        )
    };
    let v2 = "apiVersion: gravitee.io/v1alpha1\nkind: ApiDefinition\nmetadata: { name: old }\nspec:\n  name: old\n";
    format!("{v2}---\n{}---\n{}", v4("first", "/open"), v4("second", "/open/**"))
}

#[test]
fn verify_looks_at_the_v4_half_of_a_file() {
    let folder = Folder::with(&[("apis.yaml", &mixed())]);
    for path in ["apis.yaml", "."] {
        let run = folder.run(&["verify", path]);
        assert_eq!((run.code, run.err.as_str()), (1, ""), "{run:?}");
        assert!(run.out.contains("apis.yaml \"first\": V4 would refuse it (1 problem)\n"), "{run:?}");
        assert!(run.out.contains("error[v4-selector-wildcard]: "), "{run:?}");
        assert!(run.out.ends_with("1 V4 definition, 0 valid, 1 problem\n"), "{run:?}");
    }
    let json = folder.run(&["verify", "--format", "json", "apis.yaml"]).json();
    let file = &json["files"][0];
    assert_eq!(
        (&file["definition"], &file["format"], &file["document"], &file["name"]),
        (&json!("v4"), &json!("v4-gko-yaml"), &json!(1), &json!("first"))
    );
    assert_eq!(file["findings"].as_array().unwrap().len(), 1);
    assert_eq!(file.get("since"), None);
    let sarif = folder.run(&["verify", "--format", "sarif", "apis.yaml"]).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.iter().map(|it| &it["ruleId"]).collect::<Vec<_>>(), ["v4-selector-wildcard"]);
    let page = folder.run(&["verify", "--format", "markdown", "apis.yaml"]).out;
    assert!(page.contains("V4 would refuse it") && page.contains("v4-selector-wildcard"), "{page}");
    // The other half is for check, which says nothing of this one.
    let run = folder.run(&["check", "apis.yaml"]);
    assert!(!run.out.contains("v4-"), "{run:?}");
}

#[test]
fn verify_says_valid_of_the_v4_half_alone_and_tells_what_cannot_be_read() {
    let valid = mixed().replace("/open/**", "/closed");
    let folder = Folder::with(&[("apis.yaml", &valid)]);
    let run = folder.run(&["verify", "apis.yaml"]);
    run.ends(0, "apis.yaml \"first\": valid\n1 V4 definition, 1 valid, 0 problems\n", "");
    let folder = Folder::with(&[("apis.yaml", &valid.replace("metadata: { name: old }", "metadata: { name: old"))]);
    let run = folder.run(&["verify", "apis.yaml"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("error[syntax-error]: "), "{run:?}");
}

#[test]
fn what_only_the_settings_make_an_error_is_not_said_to_be_refused() {
    let text = mixed().replace("/open/**", "/closed").replacen("  flows:\n", "  colour: red\n  flows:\n", 1);
    let toml = "[rules]\nv4-unknown-property = \"error\"\n";
    let folder = Folder::with(&[("apis.yaml", &text), ("v4ward.toml", toml)]);
    let run = folder.run(&["verify", "apis.yaml"]);
    assert_eq!(run.code, 1);
    assert!(run.out.starts_with("apis.yaml \"first\": not as v4ward.toml wants it (1 problem)\n"), "{run:?}");
    let page = folder.run(&["verify", "--format", "markdown", "apis.yaml"]).out;
    assert!(page.contains("Not as v4ward.toml wants it"), "{page}");
}

#[test]
fn explain_shows_a_page_or_the_list() {
    let folder = Folder::new();
    let run = folder.run(&["explain", HEALTH_CHECK]);
    assert_eq!(run.code, 0);
    assert!(run.out.starts_with("health-check-assertions\nMore than one assertion in a health check\n"));
    let run = folder.run(&["explain"]);
    assert_eq!(run.code, 0);
    assert!(run.out.contains("\nparity  APIM's own migration reports it\n"));
    folder.run(&["explain", "health-check-assertion"]).ends(
        2,
        "",
        "error: there is no rule \"health-check-assertion\"; did you mean \"health-check-assertions\"?\n\
         The list of rules: v4ward explain\n",
    );
    assert_eq!(folder.run(&["fix", "--rule", "nothing-like-it", "."]).code, 2);
}

#[test]
fn wrong_usage_ends_with_2() {
    let folder = Folder::with(&[("a.json", &clean())]);
    for arguments in [
        &["check"][..],
        &["check", "--format", "xml", "a.json"],
        &["migrate", "--stdout", "--output", "x", "a.json"],
        &["nonsense"],
        &[],
    ] {
        assert_eq!(folder.run(arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(folder.run(&["--version"]).out, format!("v4ward {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(folder.run(&["migrate", "--help"]).code, 0);
}

#[test]
fn completions_and_manual_page_are_made() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(folder.run(&["completions", shell]).out.contains("rollback"), "{shell}");
    }
    let page = folder.run(&["man"]).out;
    assert!(page.contains(".TH v4ward 1"), "{page}");
    assert!(page.contains("V4WARD MIGRATE") && page.contains("overwrite"), "{page}");
}

#[test]
fn severities_change_neither_the_headline_nor_the_refusal() {
    let colon = clean().replacen("\"backend\"", "\"back:end\"", 1);
    let folder = Folder::with(&[("a.json", &colon), ("v4ward.toml", "[rules]\nname-with-colon = \"off\"\n")]);
    let run = folder.run(&["check", "a.json"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.starts_with("a.json \"Clean\": Migratable, but V4 would refuse it (1 problem)\n"), "{}", run.out);
    let run = folder.run(&["migrate", "a.json"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("error[name-with-colon]"), "{}", run.err);
}

#[test]
fn yaml_without_a_definition_is_named_as_such() {
    let folder = Folder::with(&[("a.yaml", "kind: ApiDefinition\n"), ("b/c.yaml", "kind: ApiDefinition\n")]);
    let run = folder.run(&["check", "a.yaml", "b"]);
    assert!(run.out.starts_with("a.yaml: no custom resource of Gravitee's that v4ward knows"), "{}", run.out);
    assert!(!run.out.contains("c.yaml"), "{}", run.out);
}

#[test]
fn each_definition_of_a_file_is_checked() {
    let folder = Folder::with(&[("all.yaml", RESOURCES)]);
    let run = folder.run(&["check", "--format", "json", "all.yaml"]);
    let files = run.json()["files"].clone();
    let of = |index: usize, key: &str| files[index][key].clone();
    assert_eq!((of(0, "document"), of(0, "format"), of(0, "name")), (0.into(), "gko-yaml".into(), "One".into()));
    assert_eq!((of(1, "document"), of(1, "verdict")), (2.into(), "not-migratable".into()));
    assert_eq!(files.as_array().unwrap().len(), 2);
}

/// Two definitions, with something else between them.
const RESOURCES: &str = r#"apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: one
spec:
  name: One
  version: "1"
  description: The first
  proxy:
    virtual_hosts:
      - path: /one
    groups:
      - name: backend
        endpoints:
          - name: backend-1
            target: https://backend.example
            inherit: true
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: other
---
apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: two
spec:
  name: Two
  version: "1"
  description: The second
"#;

/// A definition with one step of a policy of somebody's own.
fn of_acme(configuration: &str) -> String {
    let step = format!(r#"{{"name": "Own", "policy": "acme", "configuration": {configuration}}}"#);
    let flow = format!(
        r#""flows": [{{"name": "", "path-operator": {{"path": "/", "operator": "STARTS_WITH"}}, "pre": [{step}]}}]"#
    );
    let text = clean();
    let end = text.rfind('}').unwrap();
    format!("{},{flow}}}", text[..end].trim_end())
}

const ACME: &str = "custom-policies = ['acme']\nplugin-schemas = 'plugins'\n";
const ACME_SCHEMA: &str = r#"{"required": ["level"], "properties": {"level": {"type": "integer"}}}"#;

#[test]
fn configurations_of_further_policies_are_checked_by_their_schemas() {
    let folder = Folder::with(&[("a.json", &of_acme(r#"{"level": "high"}"#)), ("b.json", &of_acme(r#"{"level": 1}"#))]);
    folder.write("v4ward.toml", "custom-policies = ['acme']\n");
    assert_eq!(folder.run(&["check", "a.json"]).code, 0);
    fs::create_dir(folder.path("plugins")).unwrap();
    folder.write("plugins/acme.json", ACME_SCHEMA);
    folder.write("v4ward.toml", ACME);
    let run = folder.run(&["check", "a.json"]);
    assert_eq!(run.code, 1);
    let told = "this must be a whole number: V4 refuses a file with such a configuration of acme";
    assert!(run.out.contains(&format!("error[policy-configuration-invalid]: {told}\n")), "{run:?}");
    assert_eq!(folder.run(&["check", "b.json"]).code, 0);
}

#[test]
fn schemas_that_cannot_be_used_are_told_with_the_setting() {
    let folder = Folder::with(&[("a.json", &of_acme("{}")), ("v4ward.toml", ACME)]);
    let root = fs::canonicalize(folder.root()).unwrap();
    let at = format!("error: {}:2:18: \"plugin-schemas\": ", root.join("v4ward.toml").display());
    folder.run(&["check", "a.json"]).ends(2, "", &format!("{at}plugins: there is no such folder\n"));
    fs::create_dir(folder.path("plugins")).unwrap();
    folder.write("plugins/acme.json", r#"{"$ref": "https://example.org/acme.json"}"#);
    folder.write("plugins/other.json", "{");
    let reference = "\"$ref\": \"https://example.org/acme.json\" is no place in this file, and no other file is read";
    let expected = format!("{at}plugins/acme.json: {reference}\n{at}plugins/other.json: no JSON at line 1, column 1\n");
    folder.run(&["check", "a.json"]).ends(2, "", &expected);
    folder.write("v4ward.toml", "plugin-schemas = '../plugins'\n");
    let below = "../plugins: the folder must be below that of v4ward.toml\n";
    folder.run(&["check", "a.json"]).ends(2, "", &format!("{}{below}", at.replace(":2:", ":1:")));
}
