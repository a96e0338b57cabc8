//! What is written for others to read: reports of migrations, SARIF and Markdown, of the real program.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::fs;
use std::path::Path;

use common::{Folder, V1, V4, blocked, clean, fixable};
use serde_json::{Value, json};
use v4ward_migration::rules::{self, Group, RULES};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
const RESOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples-kubernetes");
const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/v4ward-report.schema.json");

/// With the files of the examples.
fn examples() -> Folder {
    let folder = Folder::new();
    for source in [EXAMPLES, RESOURCES] {
        for entry in fs::read_dir(source).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap();
            if !name.ends_with(".md") {
                folder.write(&format!("apis/{name}"), fs::read(entry.path()).unwrap());
            }
        }
    }
    folder
}

fn json_of(folder: &Folder, name: &str) -> Value {
    serde_json::from_str(&folder.read(name)).unwrap()
}

#[track_caller]
fn assert_valid(report: &Value) {
    let schema: Value = serde_json::from_str(&fs::read_to_string(SCHEMA).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
}

/// A definition on the legacy engine of which a rule on behaviour tells something.
fn on_legacy_engine() -> Option<(&'static str, String)> {
    RULES
        .iter()
        .find(|rule| rule.only_on_legacy_engine() && rule.declaration().group == Group::Behaviour)
        .map(|rule| (rule.declaration().id, rule.declaration().bad.text()))
}

#[test]
fn a_report_is_valid_says_the_same_again_and_is_no_definition() {
    let folder = examples();
    folder.write("apis/old.json", V1);
    let run = folder.run(&["migrate", "--report", "apis/report.json", "apis"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.ends_with("\nReport written to apis/report.json\n"), "{}", run.out);
    let report = json_of(&folder, "apis/report.json");
    assert_valid(&report);
    assert_eq!(report["summary"]["definitions"], 5);
    assert_eq!(report["summary"]["skippedV1"], 1);

    folder.run(&["migrate", "--report", "apis/report.json", "apis"]);
    let second = folder.read("apis/report.json");
    let run = folder.run(&["migrate", "--report", "apis/report.json", "apis"]);
    assert!(run.out.ends_with("\nThe report is up to date: apis/report.json\n"), "{}", run.out);
    assert_eq!(folder.read("apis/report.json"), second);
    assert_valid(&json_of(&folder, "apis/report.json"));
}

#[test]
fn every_value_is_in_a_report_with_its_places() {
    let folder = examples();
    folder.run(&["migrate", "--force", "--report", "r.json", "apis"]);
    let report = json_of(&folder, "r.json");
    assert_valid(&report);
    let mut converted = 0;
    for file in report["files"].as_array().unwrap() {
        for definition in file["definitions"].as_array().unwrap() {
            let count = |member: &str| definition[member].as_array().unwrap().len();
            let Some(values) = definition["values"].as_object() else { continue };
            assert_eq!(values["converted"], count("converted"), "{}", file["path"]);
            assert_eq!(values["dropped"], count("dropped"), "{}", file["path"]);
            converted += count("converted");
            // Each place leads to something in the V4 file.
            let Some(v4) = file["output"].as_str().filter(|path| path.ends_with(".json")) else { continue };
            let v4 = json_of(&folder, v4);
            for value in definition["converted"].as_array().unwrap() {
                for place in value["to"].as_array().unwrap() {
                    assert!(v4.pointer(place["pointer"].as_str().unwrap()).is_some(), "{value}");
                }
            }
        }
    }
    assert!(converted > 20);
    assert_eq!(report["summary"]["values"]["converted"], converted);
}

#[test]
fn a_report_tells_fixes_drops_and_what_is_left() {
    let folder = Folder::with(&[("a.json", &fixable()), ("b.json", &blocked())]);
    let run = folder.run(&["migrate", "--report", "r.json", "--format", "json", "."]);
    assert_eq!(run.code, 1);
    // Standard output is as without a report.
    run.json();
    let report = json_of(&folder, "r.json");
    assert_valid(&report);
    let fixed = &report["files"][0]["definitions"][0];
    assert_eq!(report["files"][0]["status"], "written");
    assert_eq!((&fixed["verdictBefore"], &fixed["verdict"]), (&json!("not-migratable"), &json!("fully-migratable")));
    assert_eq!(fixed["fixesApplied"][0]["rule"], "health-check-assertions");
    assert_eq!(fixed["needsLook"], json!([]));
    let left = &report["files"][1]["definitions"][0];
    assert_eq!(report["files"][1]["status"], "refused");
    assert_eq!(left["needsLook"][0]["rule"], "policy-not-compatible");
    assert_eq!(left["values"], Value::Null);
    assert!(report["nextSteps"].to_string().contains("rollback"));
    assert_eq!(report["rolloutSteps"], json!([]));
}

#[test]
fn a_report_tells_of_the_legacy_engine_though_a_fix_writes_the_other_one() {
    let Some((rule, text)) = on_legacy_engine() else { return };
    let folder = Folder::with(&[("a.json", &text)]);
    folder.run(&["migrate", "--fixes", "all", "--force", "--report", "r.json", "a.json"]);
    let report = json_of(&folder, "r.json");
    assert_valid(&report);
    let definition = &report["files"][0]["definitions"][0];
    let told: Vec<&Value> = definition["behaviour"].as_array().unwrap().iter().map(|it| &it["rule"]).collect();
    assert!(told.contains(&&json!(rule)), "{rule}: {report}");
}

#[test]
fn a_report_goes_over_nothing_but_a_report() {
    let folder = Folder::with(&[("a.json", &clean()), ("v4.json", V4), ("notes.md", "mine"), ("b.md", "")]);
    let report = |path: &str, more: &[&str]| {
        let run = folder.run(&[&["migrate", "--report", path, "a.json"], more].concat());
        (run.code, run.err)
    };
    for (path, words) in [
        ("a.json", "a.json is read: the report cannot be written over it"),
        ("./x/../a.json", "is read: the report cannot be written over it"),
        ("a.v4.json", "a.v4.json is where a V4 file goes: the report cannot be written there"),
    ] {
        fs::create_dir_all(folder.path("x")).unwrap();
        let (code, err) = report(path, &["--overwrite"]);
        assert_eq!(code, 2, "{path}: {err}");
        assert!(err.contains(words) && err.contains("nothing was written"), "{path}: {err}");
    }
    let (code, err) = report("notes.md", &[]);
    assert_eq!((code, err.contains("is no report of v4ward")), (1, true), "{err}");
    let (code, err) = report("v4.json", &["--overwrite"]);
    assert_eq!((code, err.contains("is an API definition")), (1, true), "{err}");
    assert!(!folder.path("a.v4.json").exists());
    assert_eq!((folder.read("v4.json").as_str(), folder.read("notes.md").as_str()), (V4, "mine"));

    assert_eq!(report("notes.md", &["--overwrite"]).0, 0);
    assert!(folder.read("notes.md").starts_with("<!-- v4ward migration report -->\n"));
    assert_eq!(report("notes.md", &[]).0, 0);
    let (code, err) = report("report.txt", &[]);
    assert_eq!((code, err.contains("end its name with one of the two")), (2, true), "{err}");
}

#[test]
fn a_report_that_cannot_be_written_is_an_error_and_the_rest_is_done() {
    let folder = Folder::with(&[("a.json", &clean())]);
    fs::create_dir(folder.path("r.md")).unwrap();
    let run = folder.run(&["migrate", "--report", "r.md", "a.json"]);
    assert_eq!(run.code, 3);
    assert_eq!(run.err, "error: r.md: cannot be written: something that is no regular file stands there\n");
    assert!(folder.path("a.v4.json").exists());
}

#[test]
fn a_report_of_what_is_printed_says_so() {
    let folder = Folder::with(&[("a.json", &clean())]);
    let run = folder.run(&["migrate", "--stdout", "--report", "r.json", "a.json"]);
    assert_eq!((run.code, run.json()["api"]["definitionVersion"].clone()), (0, json!("V4")));
    let report = json_of(&folder, "r.json");
    assert_valid(&report);
    assert_eq!(report["files"][0]["status"], "printed");
    assert_eq!(report["summary"]["written"], 1);
}

#[test]
fn nothing_of_a_definition_is_markup_in_a_report() {
    let text = clean().replace("\"Clean\"", "\"<img src=x> | `a` @team [x](http://x)\"");
    let folder = Folder::with(&[("a|b.json", &text)]);
    assert_eq!(folder.run(&["migrate", "--report", "r.md", "."]).code, 0);
    let report = folder.read("r.md");
    assert!(report.contains("&lt;img src=x&gt; \\| \\`a\\` @\u{200b}team \\[x\\](http://x)"), "{report}");
    assert!(report.contains("<code>./a&#124;b.json</code>"), "{report}");
}

#[test]
fn no_secret_is_in_any_output() {
    let folder = examples();
    let secret = "hunter2-hunter2";
    for name in ["billing.json", "tracking.json", "legacy.json"] {
        let text = folder.read(&format!("apis/{name}"));
        let at = text.find('{').unwrap() + 1;
        let more = format!(
            "\"password\": \"{secret}\", \"apiKey\": \"{secret}\", \"headers\": [{{\"name\": \"Authorization\", \"value\": \
             \"Bearer {secret}\"}}],"
        );
        folder.write(&format!("apis/{name}"), format!("{}{more}{}", &text[..at], &text[at..]));
    }
    let mut outputs = Vec::new();
    for format in ["sarif", "markdown", "json", "text"] {
        for command in ["check", "verify"] {
            let run = folder.run(&[command, "--format", format, "apis"]);
            outputs.extend([run.out, run.err]);
        }
    }
    for report in ["r.md", "r.json"] {
        folder.run(&["migrate", "--force", "--fixes", "all", "--report", report, "apis"]);
        outputs.push(folder.read(report));
    }
    assert!(outputs.iter().all(|output| !output.contains("hunter2")));
}

#[test]
fn sarif_lists_all_rules_and_places_results() {
    let folder = Folder::with(&[("apis/a b.json", &fixable()), ("apis/c.json", &clean())]);
    let run = folder.run(&["check", "--format", "sarif", "apis"]);
    assert_eq!(run.code, 1, "as with any other format");
    let sarif = run.json();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "v4ward/check/");
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    for rule in rules {
        for member in ["shortDescription", "fullDescription", "help"] {
            let text = rule[member]["text"].as_str().unwrap();
            assert!(!text.is_empty() && (member == "help" || text.chars().count() <= 1024), "{rule}");
        }
        assert!(rule["help"]["markdown"].as_str().is_some_and(|page| page.starts_with("# ")), "{rule}");
        assert!(["error", "warning", "note"].contains(&rule["defaultConfiguration"]["level"].as_str().unwrap()));
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 1);
    let result = &results[0];
    assert_eq!(result["ruleId"], "health-check-assertions");
    assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
    let location = &result["locations"][0];
    let address = json!({"uri": "apis/a%20b.json", "uriBaseId": "SRCROOT"});
    assert_eq!(location["physicalLocation"]["artifactLocation"], address);
    let name = &location["logicalLocations"][0]["fullyQualifiedName"];
    assert_eq!(name, "/services/health-check/steps/0/response/assertions");
    // The region is that of the JSON output, counted from 1.
    let plain = folder.run(&["check", "--format", "json", "apis"]).json();
    let range = &plain["files"][0]["findings"][0]["range"];
    let region = &location["physicalLocation"]["region"];
    for (line, column, end) in [("startLine", "startColumn", "start"), ("endLine", "endColumn", "end")] {
        assert_eq!(region[line].as_u64().unwrap(), range[end]["line"].as_u64().unwrap() + 1);
        assert_eq!(region[column].as_u64().unwrap(), range[end]["character"].as_u64().unwrap() + 1);
    }
}

#[test]
fn fixes_in_sarif_do_what_fix_does() {
    let folder = Folder::with(&[("a.json", &fixable())]);
    let sarif = folder.run(&["check", "--format", "sarif", "a.json"]).json();
    let fix = &sarif["runs"][0]["results"][0]["fixes"][0];
    let text = folder.read("a.json");
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let mut fixed = text.clone();
    for replacement in fix["artifactChanges"][0]["replacements"].as_array().unwrap().iter().rev() {
        let region = &replacement["deletedRegion"];
        let number = |member: &str| region[member].as_u64().unwrap() as usize - 1;
        let place = |line: &str, column: &str| starts[number(line)] + number(column);
        let range = place("startLine", "startColumn")..place("endLine", "endColumn");
        fixed.replace_range(range, replacement["insertedContent"]["text"].as_str().unwrap());
    }
    folder.run(&["fix", "a.json"]);
    assert_ne!(fixed, text);
    assert_eq!(fixed, folder.read("a.json"));
}

#[test]
fn fingerprints_stay_when_lines_move_and_differ_otherwise() {
    let folder = examples();
    let prints = || -> Vec<String> {
        let sarif = folder.run(&["check", "--format", "sarif", "apis"]).json();
        let results = sarif["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().map(|it| it["partialFingerprints"]["finding/v1"].as_str().unwrap().to_owned()).collect()
    };
    let before = prints();
    let mut different = before.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), before.len());
    for name in ["billing.json", "tracking.json"] {
        let text = folder.read(&format!("apis/{name}"));
        folder.write(&format!("apis/{name}"), format!("\n\n\n{}", text.replace(": ", ":   ")));
    }
    assert_eq!(prints(), before);
}

#[test]
fn sarif_tells_what_could_not_be_read() {
    let folder = Folder::with(&[("a.json", &clean())]);
    let run = folder.run(&["check", "--format", "sarif", "a.json", "nowhere.json"]);
    assert_eq!(run.code, 3);
    let invocation = &run.json()["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let told = invocation["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(told.starts_with("nowhere.json: "), "{told}");
}

#[test]
fn sarif_of_verify_is_a_run_of_its_own() {
    let folder = Folder::with(&[("v4.json", V4)]);
    let run = folder.run(&["verify", "--format", "sarif", "."]);
    assert_eq!(run.code, 1);
    let run = &run.json()["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "v4ward/verify/");
    let rules: Vec<&Value> = run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize], &result["ruleId"]);
    }
}

#[test]
fn addresses_are_below_the_repository() {
    let folder = Folder::with(&[("sub/apis/a.json", &fixable())]);
    fs::create_dir(folder.path(".git")).unwrap();
    let mut command = folder.command(&["check", "--format", "sarif", "apis"]);
    let run: common::Run = command.current_dir(Path::new(&folder.path("sub"))).output().unwrap().into();
    let location = &run.json()["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(location["uri"], "sub/apis/a.json");
}

#[test]
fn markdown_tells_the_worst_first_and_ends_as_any_other_format() {
    let folder = Folder::with(&[("a.json", &clean()), ("b.json", &blocked()), ("c.json", "{")]);
    let run = folder.run(&["check", "--format", "markdown", "."]);
    assert_eq!(run.code, 1);
    let out = run.out;
    assert!(out.starts_with("## v4ward: 2 definitions, 1 not migratable, 1 fully migratable\n\n"), "{out}");
    let table: Vec<&str> = out.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(table[0].starts_with("| `./b.json` Orders | Not migratable | Not migratable | 1 error |"), "{out}");
    assert!(
        table[1].starts_with("| `./a.json` Clean | Fully migratable | Fully migratable | nothing found |"),
        "{out}"
    );
    assert_eq!(out.matches("<details>").count(), 1);
    assert_eq!(folder.run(&["check", "--format", "markdown", "--fail-on", "never", "."]).code, 0);

    let folder = Folder::with(&[("v4.json", V4)]);
    let run = folder.run(&["verify", "--format", "markdown", "v4.json"]);
    assert_eq!(run.code, 1);
    assert!(run.out.starts_with("## v4ward: 1 V4 definition, 0 valid, "), "{}", run.out);
    assert!(rules::find("v4-schema").is_none() && run.out.contains("`v4-schema`"));
}
