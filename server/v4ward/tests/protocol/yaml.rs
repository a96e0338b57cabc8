//! Custom resources in YAML: all that editors have for JSON.

use serde_json::{Value, json};

use crate::client::Client;
use crate::sync::{Random, shown};
use crate::text::{self, Encoding};

/// Not migratable: four findings, one of them with a safe fix.
const LEDGER: &str = include_str!("ledger.yaml");
/// Fully migratable, but for a safe fix.
const CLEAN: &str = "\
apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: post-office
spec:
  name: Post office
  version: '2'
  description: Letters
  proxy:
    virtual_hosts:
      - path: /post
    groups:
      - name: default
        endpoints:
          - name: counter
            type: http
            target: https://post.example.com
            inherit: false
  plans:
    - name: Free
      description: For all
      security: KEY_LESS
      status: PUBLISHED
";
const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: keys\nstringData:\n  list:\n  - name: hunter2\n";

/// Three documents, the second one none of ours.
fn three() -> String {
    format!("{CLEAN}---\n# not ours\n{SECRET}---\n{LEDGER}")
}

fn pulled(client: &mut Client, name: &str) -> Vec<String> {
    let items = client.pull(name);
    client.shown(name, &items)
}

const FOUND: [&str; 4] = [
    "error emulation-engine-required: v3",
    "warning endpoint-inherit-missing: name",
    "error endpoint-target-whitespace: \" https://books.example.com\"",
    "error policy-not-compatible: html-json",
];

// ---- Diagnostics

#[test]
fn findings_stand_at_their_places_in_each_encoding() {
    // Strange characters on the line of a finding.
    let strange = LEDGER
        .replace("        type: http\n        target:", "        \"t\\u0079pe\": http # ä😀\n        \"target\" :");
    let strange = strange.replace("  execution_mode: v3", "  \"é😀\": 1\n  execution_mode: v3");
    for encoding in Encoding::ALL {
        let mut client = Client::builder().encoding(encoding).start();
        client.open("ledger.yaml", LEDGER);
        let found = pulled(&mut client, "ledger.yaml");
        assert_eq!(found.len(), FOUND.len(), "{found:?}");
        for (found, expected) in found.iter().zip(FOUND) {
            assert!(found.starts_with(expected), "{found} is not {expected}");
        }
        client.open("strange.yaml", &strange);
        let found = pulled(&mut client, "strange.yaml");
        assert!(found.contains(&"hint unknown-property: \"é😀\"".to_owned()), "{encoding:?} {found:?}");
        let mut one_line = json!(null);
        client.open("flow.yaml", "{kind: ApiDefinition, apiVersion: gravitee.io/v1alpha1, spec: {name: é😀, version: '1', execution_mode: v3}}");
        for item in client.pull("flow.yaml") {
            if item["code"] == "emulation-engine-required" {
                one_line = item["range"].clone();
            }
        }
        assert_eq!(client.slice("flow.yaml", &one_line), "v3");
    }
}

#[test]
fn a_language_or_a_name_makes_it_yaml() {
    let mut client = Client::builder().start();
    for (name, language) in
        [("a.yml", "plaintext"), ("a.YAML", "x"), ("a.txt", "yaml"), ("untitled:1", "yaml.kubernetes")]
    {
        client.open_as(name, language, LEDGER);
        assert_eq!(client.pull(name).len(), 4, "{name} {language}");
    }
    client.open_as("b.txt", "plaintext", LEDGER);
    assert_eq!(client.pull("b.txt").len(), 0);
    // An export under another name.
    client.open_as("billing.yaml", "yaml", crate::BILLING);
    assert_eq!(client.pull("billing.yaml").len(), 6);
}

#[test]
fn foreign_yaml_gets_nothing() {
    let mut client = Client::builder().option("statusNotifications", json!(true)).pushed().start();
    client.open("values.yaml", "- {a: [1, 2, {b: 'c'}], d: \"e\"}\n");
    let status = client.expect_notification("v4ward/status");
    assert_eq!(status["definition"], "unknown");
    // Nor one that speaks of ours without being one.
    client.open("chart.yaml", "home: https://gravitee.io/\n- broken: [\n");
    assert_eq!(client.expect_notification("v4ward/status")["definition"], "unknown");
    for method in ["documentSymbol", "foldingRange", "codeLens"] {
        let params = client.document("chart.yaml");
        assert_eq!(client.request(&format!("textDocument/{method}"), params), Value::Null);
    }
    let params = client.at("chart.yaml", "ho|me");
    assert_eq!(client.request("textDocument/hover", params), Value::Null);
}

#[test]
fn a_text_that_is_too_large_is_told_of_when_it_is_ours() {
    let mut client = Client::builder().option("settings", json!({"max-document-megabytes": 1})).start();
    client.open("ledger.yaml", &format!("{LEDGER}{}", "# a comment\n".repeat(100_000)));
    let found = client.pull("ledger.yaml");
    assert_eq!(found[0]["code"], "document-too-large");
    client.open("values.yaml", &"a: gravitee.io/\n---\n".repeat(60_000));
    assert_eq!(client.pull("values.yaml").len(), 0);
}

#[test]
fn a_template_is_read_as_far_as_it_goes_and_gets_no_edit_over_one() {
    let mut client = Client::builder().start();
    let text = LEDGER
        .replace("execution_mode: v3", "execution_mode: {{ .Values.mode }}")
        .replace("name: Free", "name: {{ .Values.plan }}");
    client.open("templates/ledger.yaml", &text);
    let found = pulled(&mut client, "templates/ledger.yaml");
    assert!(found.iter().any(|found| found.starts_with("error policy-not-compatible: html-json")), "{found:?}");
    for action in actions(&mut client, "templates/ledger.yaml", ".Values.m|ode") {
        assert_ne!(action["data"]["action"], "fix", "{action}");
    }
}

#[test]
fn half_typed_text_keeps_its_other_findings() {
    let mut client = Client::with("ledger.yaml", LEDGER);
    client.replace("ledger.yaml", "    status: PUBLISHED\n", "    status: [PUBLISHED\n");
    let found = pulled(&mut client, "ledger.yaml");
    assert!(found.iter().any(|found| found.starts_with("error syntax-error: ")), "{found:?}");
    assert!(found.contains(&"error emulation-engine-required: v3".to_owned()), "{found:?}");
}

#[test]
fn random_edits_end_where_a_fresh_start_does() {
    for (seed, encoding) in Encoding::ALL.into_iter().enumerate() {
        let mut random = Random(seed as u64 + 11);
        let mut client = Client::builder().encoding(encoding).start();
        client.open("edited.yaml", &three());
        for round in 0..100 {
            let edit = random.edit(client.text("edited.yaml"), encoding);
            client.change("edited.yaml", &[edit]);
            if round % 20 == 0 {
                client.pull("edited.yaml");
            }
        }
        let text = client.text("edited.yaml").to_owned();
        client.open("fresh.yaml", &text);
        assert_eq!(shown(&mut client, "edited.yaml"), shown(&mut client, "fresh.yaml"), "{text}");
        let whole = json!({"range": text::range(&text, 0, text.len(), encoding), "newText": LEDGER});
        client.change("edited.yaml", &[whole]);
        assert_eq!(client.pull("edited.yaml").len(), 4);
    }
}

#[test]
fn a_v4_resource_is_verified() {
    let mut client = Client::builder().start();
    let v4 = "apiVersion: gravitee.io/v1alpha1\nkind: ApiV4Definition\nmetadata:\n  name: new\nspec:\n  name: New\n  naame: x\n";
    client.open("new.v4.yaml", &format!("{SECRET}---\n{v4}"));
    let found = pulled(&mut client, "new.v4.yaml");
    assert!(found.contains(&"warning v4-unknown-property: naame".to_owned()), "{found:?}");
}

// ---- Several definitions

#[test]
fn each_definition_has_its_lenses() {
    let mut client = Client::builder().start();
    client.open("both.yaml", &three());
    let params = client.document("both.yaml");
    let lenses = client.request("textDocument/codeLens", params);
    let told: Vec<(u64, &str)> = lenses
        .as_array()
        .unwrap()
        .iter()
        .map(|lens| (lens["range"]["start"]["line"].as_u64().unwrap(), lens["command"]["title"].as_str().unwrap()))
        .collect();
    let second =
        three().lines().collect::<Vec<_>>().iter().rposition(|line| line.starts_with("apiVersion")).unwrap() as u64;
    assert_eq!(
        told,
        [
            (0, "Fully migratable"),
            (0, "Migrate to V4"),
            (0, "Preview V4"),
            (second, "Not migratable: 2 blockers"),
            (second, "Migrate to V4"),
            (second, "Preview V4"),
            (second, "Fix 1 safe problem"),
        ]
    );
    let fix = &lenses[6]["command"]["arguments"][0];
    assert_eq!(fix, &json!({"uri": client.uri("both.yaml"), "document": 2}));
    let fixed = client.run("v4ward.fixAll", json!({"uri": client.uri("both.yaml"), "document": 2, "apply": false}));
    assert_eq!(fixed["fixes"].as_array().unwrap().len(), 1);
    let none = client.run("v4ward.fixAll", json!({"uri": client.uri("both.yaml"), "document": 0, "apply": false}));
    assert_eq!((&none["fixes"], &none["edit"]), (&json!([]), &Value::Null));
    client.run_refused("v4ward.fixAll", json!({"uris": [client.uri("both.yaml"), client.uri("x")], "document": 0}));
}

#[test]
fn the_dry_run_tells_of_each_definition() {
    let mut client = Client::builder().file("both.yaml", three()).file("values.yaml", "a: 1\n").start();
    let report = client.run("v4ward.dryRun", json!({"uri": client.uri("both.yaml")}));
    assert_eq!((&report["format"], &report["verdict"]), (&json!("gko-yaml"), &json!("not-migratable")));
    assert_eq!(report["headline"], "Not migratable: 2 blockers, in 2 definitions");
    let told: Vec<Value> = report["definitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| {
            json!([part["document"], part["name"], part["verdict"], part["safeFixes"], part["counts"]["error"]])
        })
        .collect();
    assert_eq!(
        told,
        [json!([0, "Post office", "fully-migratable", 0, 0]), json!([2, "Lédger 😀", "not-migratable", 1, 3])]
    );
    assert!(report["findings"].as_array().unwrap().iter().all(|finding| finding["document"] == 2));
    let listed = client.run("v4ward.dryRun", json!({}));
    assert_eq!(listed["definitions"].as_array().unwrap().len(), 1);
    let listed = &listed["definitions"][0];
    assert_eq!((&listed["path"], &listed["format"]), (&json!("both.yaml"), &json!("gko-yaml")));
    assert_eq!(listed["output"], json!({"uri": client.uri("both.v4.yaml"), "exists": false}));
    assert_eq!(
        listed["definitions"][1],
        json!({"document": 2, "name": "Lédger 😀", "definition": "v2", "verdict": "not-migratable",
            "counts": {"error": 3, "warning": 1, "information": 0, "hint": 0}})
    );
}

#[test]
fn the_workspace_is_looked_through_for_yaml_too() {
    let mut client = Client::builder()
        .file("a/ledger.yaml", LEDGER)
        .file("b/post.yml", CLEAN)
        .file("c/values.yaml", "a: 1\n")
        .start();
    let report = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let told: Vec<(String, usize)> = report["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (client.name(&item["uri"]), item["items"].as_array().unwrap().len()))
        .collect();
    assert_eq!(told, [("a/ledger.yaml".to_owned(), 4), ("b/post.yml".to_owned(), 0)]);
}

#[test]
fn yaml_files_are_watched() {
    let mut client =
        Client::builder().capability("workspace.didChangeWatchedFiles.dynamicRegistration", json!(true)).start();
    let asked = client.expect_request("client/registerCapability", Value::Null);
    let watched = asked["registrations"][0]["registerOptions"]["watchers"].to_string();
    assert!(watched.contains("**/*.{yaml,yml}"), "{watched}");
}

// ---- Structure

fn names(symbols: &Value) -> Vec<&str> {
    symbols.as_array().into_iter().flatten().map(|symbol| symbol["name"].as_str().unwrap()).collect()
}

/// Selection ranges are in their ranges, and those in the ones around them.
fn assert_nested(symbols: &Value, around: Option<&Value>) {
    for symbol in symbols.as_array().into_iter().flatten() {
        let (whole, part) = (&symbol["range"], &symbol["selectionRange"]);
        let at = |range: &Value, end: &str| (range[end]["line"].as_u64(), range[end]["character"].as_u64());
        let within = |inner: &Value, outer: &Value| {
            at(outer, "start") <= at(inner, "start") && at(inner, "end") <= at(outer, "end")
        };
        assert!(within(part, whole), "{symbol}");
        assert!(around.is_none_or(|around| within(whole, around)), "{symbol}");
        assert_nested(&symbol["children"], Some(whole));
    }
}

#[test]
fn the_outline_has_documents_where_there_are_several() {
    let mut client = Client::builder().start();
    client.open("ledger.yaml", LEDGER);
    let params = client.document("ledger.yaml");
    let symbols = client.request("textDocument/documentSymbol", params);
    assert_eq!(names(&symbols), ["apiVersion", "kind", "metadata", "spec"]);
    let plans = symbols[3]["children"].as_array().unwrap().iter().find(|it| it["name"] == "plans").unwrap();
    assert_eq!(plans["children"][0]["detail"], "Free");
    assert_nested(&symbols, None);

    client.open("three.yaml", &three());
    let params = client.document("three.yaml");
    let symbols = client.request("textDocument/documentSymbol", params);
    assert_eq!(names(&symbols), ["ApiDefinition/post-office", "Secret/keys", "ApiDefinition/ledger"]);
    assert_nested(&symbols, None);
    // What is secret in other resources is not known.
    assert!(!symbols.to_string().contains("hunter2"), "{symbols}");
    assert!(client.slice("three.yaml", &symbols[1]["range"]).starts_with("apiVersion: v1"));
}

#[test]
fn an_alias_has_no_parts_of_its_own() {
    let mut client = Client::builder().start();
    client.open("shared.yaml", &shared());
    let params = client.document("shared.yaml");
    let symbols = client.request("textDocument/documentSymbol", params);
    assert_nested(&symbols, None);
}

#[test]
fn blocks_texts_documents_and_comments_fold() {
    let fold = |text: &str, lines: bool| {
        let mut client =
            Client::builder().capability("textDocument.foldingRange.lineFoldingOnly", json!(lines)).start();
        client.open("a.yaml", text);
        let params = client.document("a.yaml");
        let ranges = client.request("textDocument/foldingRange", params);
        let lines: Vec<&str> = text.lines().collect();
        let told = |range: &Value| {
            let line = |which: &str| lines[range[which].as_u64().unwrap() as usize].trim();
            format!("{} … {}", line("startLine"), line("endLine"))
        };
        ranges.as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    for lines in [true, false] {
        let folds = fold(LEDGER, lines);
        for expected in [
            "# The ledger of the company. … # Kept by hand.",
            "metadata: … name: ledger",
            "spec: … lines",
            "virtual_hosts: … - path: /ledger",
            "- name: books … target: \" https://books.example.com\" # do not call it directly",
            "text: | … lines",
        ] {
            assert!(folds.contains(&expected.to_owned()), "{expected} is not in {folds:#?}");
        }
    }
    let folds = fold(&three(), true);
    for expected in ["apiVersion: gravitee.io/v1alpha1 … status: PUBLISHED", "--- … - name: hunter2", "--- … lines"]
    {
        assert!(folds.contains(&expected.to_owned()), "{expected} is not in {folds:#?}");
    }
    let flow = CLEAN.replace("      - path: /post\n", "      [\n        {path: /post},\n      ]\n");
    assert!(fold(&flow, true).contains(&"virtual_hosts: … ]".to_owned()), "{:#?}", fold(&flow, true));
}

#[test]
fn a_selection_grows_through_keys_members_and_documents() {
    for encoding in Encoding::ALL {
        let mut client = Client::builder().encoding(encoding).start();
        client.open("three.yaml", &three());
        let at = client.at("three.yaml", "path: /pos|t");
        let params = json!({"textDocument": at["textDocument"], "positions": [at["position"]]});
        let found = client.request("textDocument/selectionRange", params);
        let (mut at, mut texts) = (&found[0], Vec::new());
        while at.is_object() {
            texts.push(client.slice("three.yaml", &at["range"]));
            at = &at["parent"];
        }
        assert_eq!(texts[..3], ["/post", "path: /post", "- path: /post"]);
        assert!(texts[3].starts_with("virtual_hosts:"), "{texts:?}");
        assert_eq!(texts.last().unwrap(), &three());
        assert!(texts[texts.len() - 2].starts_with("apiVersion") && !texts[texts.len() - 2].contains("Secret"));
        assert!(texts.windows(2).all(|pair| pair[1].len() > pair[0].len() && pair[1].contains(&pair[0])), "{texts:?}");
        let at = client.at("three.yaml", "version: '|2'");
        let params = json!({"textDocument": at["textDocument"], "positions": [at["position"]]});
        let found = client.request("textDocument/selectionRange", params);
        assert_eq!(client.slice("three.yaml", &found[0]["range"]), "2");
        assert_eq!(client.slice("three.yaml", &found[0]["parent"]["range"]), "'2'");
    }
}

#[test]
fn structure_of_yaml_is_an_option_of_its_own() {
    let mut client = Client::builder().option("jsonFeatures", json!(false)).start();
    assert_eq!(client.welcome["capabilities"]["documentSymbolProvider"], true);
    client.open("ledger.yaml", LEDGER);
    client.open("billing.json", crate::BILLING);
    for method in ["documentSymbol", "foldingRange"] {
        let params = client.document("ledger.yaml");
        assert!(client.request(&format!("textDocument/{method}"), params).is_array());
        let params = client.document("billing.json");
        assert_eq!(client.request(&format!("textDocument/{method}"), params), Value::Null);
    }
}

// ---- Hover

fn hover(client: &mut Client, name: &str, place: &str) -> String {
    let params = client.at(name, place);
    let hover = client.request("textDocument/hover", params);
    hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_hover_says_what_a_property_of_a_resource_is() {
    let mut client = Client::builder().start();
    let pages = "  pages:\n    home:\n      type: MARKDOWN\n      content: hello\n  local: true\n";
    client.open("ledger.yaml", &format!("{LEDGER}{pages}"));
    assert!(hover(&mut client, "ledger.yaml", "virtual_h|osts").starts_with("**virtual_hosts**"));
    assert!(hover(&mut client, "ledger.yaml", "lo|cal: true").contains("Gateways take the API from the cluster"));
    assert!(hover(&mut client, "ledger.yaml", "con|tent: hello").contains("**content**"));
    assert!(hover(&mut client, "ledger.yaml", "ki|nd: Api").contains("**kind**"));
    // The cluster has other defaults than an export.
    assert!(!hover(&mut client, "ledger.yaml", "stat|us: PUB").contains("Default"));
    let finding = hover(&mut client, "ledger.yaml", "execution_mode: v|3");
    assert!(
        finding.contains("`emulation-engine-required`") && finding.contains("Set the emulation engine"),
        "{finding}"
    );
    // In the second definition of a text too.
    client.open("three.yaml", &three());
    assert!(hover(&mut client, "three.yaml", "security: KEY|_LESS\n    status").contains("**security**"));
    assert_eq!(hover(&mut client, "three.yaml", "name: hunt|er2"), "");
}

// ---- Fixes

fn actions(client: &mut Client, name: &str, place: &str) -> Vec<Value> {
    let at = client.at(name, place);
    let range = json!({"start": at["position"], "end": at["position"]});
    let params = json!({"textDocument": at["textDocument"], "range": range, "context": {"diagnostics": []}});
    client.request("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
}

fn action(client: &mut Client, name: &str, place: &str, title: &str) -> Value {
    let all = actions(client, name, place);
    let titles: Vec<Value> = all.iter().map(|action| action["title"].clone()).collect();
    let found = all.into_iter().find(|action| action["title"].as_str().unwrap().starts_with(title));
    let found = found.unwrap_or_else(|| panic!("{title} is not among {titles:?}"));
    client.request("codeAction/resolve", found)
}

#[test]
fn a_fix_keeps_comments_and_style() {
    let mut client = Client::with("ledger.yaml", LEDGER);
    let fix = action(&mut client, "ledger.yaml", "execution_mode: v|3", "Set the emulation engine");
    client.apply(&fix["edit"]);
    assert_eq!(
        client.text("ledger.yaml"),
        LEDGER.replace("execution_mode: v3 #", "execution_mode: v4-emulation-engine #")
    );
    let fix = action(&mut client, "ledger.yaml", "- |name: books", "Write inherit: false");
    assert_eq!(fix["isPreferred"], true);
    client.apply(&fix["edit"]);
    let after = client.text("ledger.yaml").to_owned();
    assert!(after.contains("# do not call it directly\n        inherit: false\n"), "{after}");
}

#[test]
fn all_safe_fixes_are_made_in_all_definitions() {
    let mut client = Client::builder().start();
    let text = format!("{}---\n{LEDGER}", CLEAN.replace("            inherit: false\n", ""));
    client.open("both.yaml", &text);
    let fix = action(&mut client, "both.yaml", "api|Version", "v4ward: fix all safe problems (2)");
    client.apply(&fix["edit"]);
    let after = client.text("both.yaml").to_owned();
    assert_eq!(after.matches("inherit: false").count(), 2, "{after}");
    assert_eq!(after.matches('#').count(), text.matches('#').count());
}

/// Two groups with the same endpoints.
fn shared() -> String {
    let text =
        CLEAN.replace("        endpoints:\n", "        endpoints: &all\n").replace("            inherit: false\n", "");
    text.replace("  plans:\n", "      - name: other\n        endpoints: *all\n  plans:\n")
}

#[test]
fn a_fix_that_aliases_are_in_the_way_of_is_offered_as_its_first_step() {
    let mut client = Client::builder().start();
    client.open("shared.yaml", &shared());
    let found = pulled(&mut client, "shared.yaml");
    assert!(found.iter().any(|found| found.starts_with("warning endpoint-inherit-missing")), "{found:?}");
    let all = actions(&mut client, "shared.yaml", "- |name: counter");
    assert!(all.iter().all(|action| action["data"]["action"] != "fix"), "{all:?}");
    let expand = action(&mut client, "shared.yaml", "- |name: counter", "Expand the alias all (1 place), then fix");
    assert_eq!((&expand["isPreferred"], &expand["kind"]), (&json!(false), &json!("quickfix")));
    client.apply(&expand["edit"]);
    let after = client.text("shared.yaml").to_owned();
    assert!(!after.contains('&') && !after.contains('*'), "{after}");
    assert_eq!(after.matches("name: counter").count(), 2);
    let fix = action(&mut client, "shared.yaml", "- |name: counter", "Write inherit: false");
    client.apply(&fix["edit"]);
    assert_eq!(client.text("shared.yaml").matches("inherit: false").count(), 1);
}

// ---- V4

/// A resource and the V4 file that comes of it, with the resource open.
fn migrated(name: &str, text: &str, encoding: Encoding) -> Client {
    let mut client = Client::builder().encoding(encoding).file(name, text).start();
    client.open(name, text);
    let result = client.run("v4ward.migrate", json!({"uri": client.uri(name)}));
    assert_eq!(result["results"][0]["status"], "written", "{result}");
    assert_eq!(client.read(name), text);
    client
}

#[test]
fn migrating_writes_a_v4_resource_beside_the_v2_one() {
    let mut client = migrated("post.yml", CLEAN, Encoding::Utf16);
    let v4 = client.read("post.v4.yaml");
    assert!(v4.contains("kind: ApiV4Definition"), "{v4}");
    client.open("post.v4.yaml", &v4);
    assert_eq!(client.pull("post.v4.yaml"), Vec::<Value>::new());
    let report = client.run("v4ward.dryRun", json!({"uri": client.uri("post.yml")}));
    assert_eq!(report["output"], json!({"uri": client.uri("post.v4.yaml"), "state": "up-to-date"}));
    assert!(report["nextSteps"].to_string().contains("Subscription"), "{report}");
    let again = client.run("v4ward.migrate", json!({"uri": client.uri("post.yml")}));
    assert_eq!(again["results"][0]["status"], "up-to-date");
}

#[test]
fn a_preview_is_what_migrating_writes() {
    let mut client = Client::with("post.yaml", CLEAN);
    let preview = client.run("v4ward.preview", json!({"uri": client.uri("post.yaml")}));
    assert!(!client.exists("post.v4.yaml"));
    client.run("v4ward.migrate", json!({"uri": client.uri("post.yaml")}));
    assert_eq!(preview["text"], client.read("post.v4.yaml"));
}

#[test]
fn a_code_action_makes_the_v4_file() {
    let mut client = Client::with("post.yaml", CLEAN);
    let migrate = action(&mut client, "post.yaml", "api|Version", "Migrate to V4: create post.v4.yaml");
    assert!(migrate["edit"].to_string().contains("ApiV4Definition"), "{migrate}");
}

#[test]
fn rolling_back_removes_what_nobody_changed() {
    for from in ["post.yaml", "post.v4.yaml"] {
        for open in [true, false] {
            let mut client = migrated("post.yaml", CLEAN, Encoding::Utf16);
            if !open {
                client.close("post.yaml");
            }
            let changed = client.read("post.v4.yaml").replace("Letters", "Letters and parcels");
            let written = client.read("post.v4.yaml");
            client.write("post.v4.yaml", &changed);
            let roll_back = |client: &mut Client| client.run("v4ward.rollback", json!({"uri": client.uri(from)}));
            assert_eq!(roll_back(&mut client)["status"], "changed", "{from}");
            client.write("post.v4.yaml", &written);
            assert_eq!(roll_back(&mut client)["status"], "removed", "{from}");
            assert!(!client.exists("post.v4.yaml") && client.exists("post.yaml"));
        }
    }
}

/// Where a place leads, as `file: text`.
fn definition(client: &mut Client, name: &str, place: &str) -> Vec<String> {
    let params = client.at(name, place);
    let found = client.request("textDocument/definition", params);
    let told = |location: &Value| {
        let name = client.name(&location["uri"]);
        let text = client.read(&name);
        format!("{name}: {}", text::slice(&text, &location["range"], client.encoding))
    };
    found.as_array().into_iter().flatten().map(told).collect()
}

#[test]
fn places_lead_to_v4_and_back_in_each_document() {
    let second = CLEAN
        .replace("post-office", "bank")
        .replace("Post office", "Bänk 😀")
        .replace("/post", "/bank")
        .replace("Letters", "Money")
        .replace("post.example", "bank.example");
    let both = format!("{CLEAN}---\n{SECRET}---\n{second}");
    for encoding in Encoding::ALL {
        let mut client = migrated("both.yaml", &both, encoding);
        let v4 = client.read("both.v4.yaml");
        assert_eq!(v4.matches("kind: ApiV4Definition").count(), 2, "{v4}");
        for (name, description) in [("Post office", "Letters"), ("Bänk 😀", "Money")] {
            let place = format!("name: {}|{}", &name[..1], &name[1..]);
            assert_eq!(definition(&mut client, "both.yaml", &place), [format!("both.v4.yaml: name: {name}")]);
            let place = format!("description: {}|{}", &description[..1], &description[1..]);
            assert_eq!(
                definition(&mut client, "both.yaml", &place),
                [format!("both.v4.yaml: description: {description}")]
            );
        }
        client.open("both.v4.yaml", &v4);
        for name in ["Post office", "Bänk 😀"] {
            let place = format!("name: {}|{}", &name[..1], &name[1..]);
            assert_eq!(definition(&mut client, "both.v4.yaml", &place), [format!("both.yaml: name: {name}")]);
        }
        // A foreign resource leads nowhere.
        assert_eq!(definition(&mut client, "both.yaml", "name: hunt|er2"), Vec::<String>::new());
        assert!(hover(&mut client, "both.yaml", "name: B|änk").contains("In V4: `/spec/name`"));
    }
}

#[test]
fn what_an_alias_stands_for_goes_to_all_its_places() {
    let text = shared().replace("https://post.example.com\n", "https://post.example.com\n            inherit: false\n");
    let text = text.replace(
        "      - name: other\n        endpoints: *all\n",
        "      - name: other\n        endpoints:\n          - <<: *one\n            name: second\n",
    );
    let text = text.replace("endpoints: &all\n          - name", "endpoints:\n          - &one\n            name");
    let mut client = Client::with("shared.yaml", &text);
    let told = hover(&mut client, "shared.yaml", "https://p|ost");
    assert!(told.contains("/endpointGroups/0/") && told.contains("/endpointGroups/1/"), "{told}");
}
