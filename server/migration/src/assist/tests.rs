//! Tables of texts with a mark `|` where the cursor is.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use v4ward_syntax::Document;

use super::*;

fn complete(document: &Document, offset: u32) -> Vec<Completion> {
    super::complete(document, offset, &PolicySchemas::default())
}

fn describe(document: &Document, offset: u32) -> Option<Description> {
    super::describe(document, offset, &PolicySchemas::default())
}

/// The text without its mark `|`, and the offset where it was.
fn unmark(text: &str) -> (Document, u32) {
    assert_eq!(text.matches('|').count(), 1, "{text}");
    let at = text.find('|').unwrap();
    (Document::parse_json(text.replacen('|', "", 1)), at as u32)
}

/// Members that make a root object ours, before and after those of a case.
fn root(text: &str) -> String {
    format!(r#"{{"gravitee": "2.0.0", {text}"#)
}

fn labels(text: &str) -> Vec<String> {
    let (document, offset) = unmark(text);
    complete(&document, offset).into_iter().map(|completion| completion.label).collect()
}

/// The text after the completion of this label, without its beginning that all cases share.
fn completed(text: &str, label: &str) -> String {
    let (document, offset) = unmark(text);
    let completions = complete(&document, offset);
    let Some(completion) = completions.iter().find(|completion| completion.label == label) else {
        return format!("no {label}, but {:?}", completions.iter().map(|c| &c.label).collect::<Vec<_>>());
    };
    let Span { start, end } = completion.replace;
    assert!(start <= offset && offset <= end, "{:?} does not hold {offset} in {text}", completion.replace);
    let text = document.text();
    format!("{}{}{}", &text[..start as usize], completion.insert, &text[end as usize..])
}

#[track_caller]
fn check(cases: &[(&str, &str, &str)]) {
    for (before, label, after) in cases {
        assert_eq!(completed(&root(before), label), root(after), "{label} at {before}");
    }
}

#[test]
fn members_between_members() {
    check(&[
        (r#"|}"#, "name", r#""name": ""}"#),
        (r#""version": "1", |}"#, "name", r#""version": "1", "name": ""}"#),
        (r#""version": "1" |}"#, "name", r#""version": "1" , "name": ""}"#),
        (r#"| "version": "1"}"#, "name", r#""name": "", "version": "1"}"#),
        (r#"|"version": "1"}"#, "name", r#""name": "", "version": "1"}"#),
        (r#""proxy": {|}}"#, "groups", r#""proxy": {"groups": []}}"#),
        (r#""proxy": {|"groups": []}}"#, "cors", r#""proxy": {"cors": {}, "groups": []}}"#),
        (r#""proxy": {}|}"#, "flows", r#""proxy": {}, "flows": []}"#),
        (r#""flows": [{"enabled": true, |}]}"#, "condition", r#""flows": [{"enabled": true, "condition": ""}]}"#),
        (r#""services": {"health-check": {|}}}"#, "enabled", r#""services": {"health-check": {"enabled": true}}}"#),
        (r#""proxy": {"failover": {|}}}"#, "retryTimeout", r#""proxy": {"failover": {"retryTimeout": 10000}}}"#),
        (r#""proxy": {"failover": {|}}}"#, "cases", r#""proxy": {"failover": {"cases": ["TIMEOUT"]}}}"#),
        (r#""proxy": {"logging": {|}}}"#, "mode", r#""proxy": {"logging": {"mode": "NONE"}}}"#),
    ]);
}

#[test]
fn half_typed_members() {
    check(&[
        (r#""na|"#, "name", r#""name": """#),
        (r#""na|}"#, "name", r#""name": ""}"#),
        (r#""na|"}"#, "name", r#""name": ""}"#),
        (r#""|"}"#, "name", r#""name": ""}"#),
        (r#""na|, "version": "1"}"#, "name", r#""name": "", "version": "1"}"#),
        (r#""|"version": "1"}"#, "name", r#""name": "", "version": "1"}"#),
        (r#""n|a": "Lamps"}"#, "name", r#""name": "Lamps"}"#),
        (r#""name|" : "Lamps"}"#, "name", r#""name" : "Lamps"}"#),
        (r#"na|}"#, "name", r#""name": ""}"#),
        (r#"na|: "Lamps"}"#, "name", r#""name": "Lamps"}"#),
        ("\"na|\n  \"version\": \"1\"}", "name", "\"name\": \"\",\n  \"version\": \"1\"}"),
        ("\"na|\r\n  \"version\": \"1\"}", "name", "\"name\": \"\",\r\n  \"version\": \"1\"}"),
        ("\"na|\"\n  \"version\": \"1\"}", "name", "\"name\": \"\",\n  \"version\": \"1\"}"),
        ("\"version\": \"1\"\n\"na|\"}", "name", "\"version\": \"1\"\n, \"name\": \"\"}"),
        (r#""proxy": {"groups": [{"lo|"#, "load_balancing", r#""proxy": {"groups": [{"load_balancing": {}"#),
        (r#""proxy": {"groups": [{"lo|}]}}"#, "load_balancing", r#""proxy": {"groups": [{"load_balancing": {}}]}}"#),
    ]);
}

/// A half-typed line in the middle of a definition, as an editor has it.
#[test]
fn half_typed_lines() {
    let before = "\n  \"proxy\": {\n    \"groups\": [\n      {\n        ";
    let after = "\n      }\n    ]\n  },\n  \"name\": \"Lamps\"\n}";
    let cases = [
        ("|", "\"name\": \"default\""),
        ("\"|", "\"name\": \"default\""),
        ("\"na|", "\"name\": \"default\""),
        ("\"na|\"", "\"name\": \"default\""),
        ("na|", "\"name\": \"default\""),
        ("\"na|\",\n        \"endpoints\": []", "\"name\": \"default\",\n        \"endpoints\": []"),
        ("\"na|\n        \"endpoints\": []", "\"name\": \"default\",\n        \"endpoints\": []"),
        ("|\n        \"endpoints\": []", "\"name\": \"default\",\n        \"endpoints\": []"),
        ("\"endpoints\": [],\n        \"na|", "\"endpoints\": [],\n        \"name\": \"default\""),
    ];
    for (typed, expected) in cases {
        for newline in ["\n", "\r\n"] {
            let whole = |line: &str| root(&format!("{before}{line}{after}").replace('\n', newline));
            assert_eq!(completed(&whole(typed), "name"), whole(expected), "{typed}");
            let document = Document::parse_json(completed(&whole(typed), "name"));
            assert_eq!(document.errors(), [], "{typed}");
        }
    }
}

#[test]
fn values() {
    check(&[
        (r#""flow_mode":|}"#, "BEST_MATCH", r#""flow_mode":"BEST_MATCH"}"#),
        ("\n\"flow_mode\":|\n}", "BEST_MATCH", "\n\"flow_mode\": \"BEST_MATCH\"\n}"),
        ("\n\"flow_mode\": |\n\"name\": \"x\"}", "BEST_MATCH", "\n\"flow_mode\": \"BEST_MATCH\",\n\"name\": \"x\"}"),
        (r#""flow_mode": "|"}"#, "BEST_MATCH", r#""flow_mode": "BEST_MATCH"}"#),
        (r#""flow_mode": "|, "name": 1}"#, "BEST_MATCH", r#""flow_mode": "BEST_MATCH", "name": 1}"#),
        (r#""flow_mode": "DEF|AULT", "name": "x"}"#, "BEST_MATCH", r#""flow_mode": "BEST_MATCH", "name": "x"}"#),
        (r#""flow_mode": |"#, "BEST_MATCH", r#""flow_mode": "BEST_MATCH""#),
        (r#""flow_mode": BE|}"#, "BEST_MATCH", r#""flow_mode": "BEST_MATCH"}"#),
        (r#""disable_membership_notifications": t|}"#, "true", r#""disable_membership_notifications": true}"#),
        (r#""flows": |}"#, "[]", r#""flows": []}"#),
        (r#""proxy": |}"#, "{}", r#""proxy": {}}"#),
        (r#""plans": [{"security": "|"}]}"#, "KEY_LESS", r#""plans": [{"security": "KEY_LESS"}]}"#),
        (
            r#""flows": [{"pre": [{"policy": "ra|"}]}]}"#,
            "rate-limit",
            r#""flows": [{"pre": [{"policy": "rate-limit"}]}]}"#,
        ),
    ]);
}

#[test]
fn elements() {
    check(&[
        (r#""flows": [|]}"#, "{}", r#""flows": [{}]}"#),
        (r#""flows": [{}, |]}"#, "{}", r#""flows": [{}, {}]}"#),
        (r#""flows": [| {}]}"#, "{}", r#""flows": [{}, {}]}"#),
        (r#""flows": [{"methods": ["GET", |]}]}"#, "POST", r#""flows": [{"methods": ["GET", "POST"]}]}"#),
        (r#""flows": [{"methods": ["GET" |]}]}"#, "POST", r#""flows": [{"methods": ["GET" , "POST"]}]}"#),
        (r#""flows": [{"methods": ["P|"]}]}"#, "POST", r#""flows": [{"methods": ["POST"]}]}"#),
        (r#""flows": [{"methods": ["P|"#, "POST", r#""flows": [{"methods": ["POST""#),
    ]);
    let methods = labels(&root(r#""flows": [{"methods": ["GET", "|"]}]}"#));
    assert_eq!(methods.len(), 9, "GET is there already: {methods:?}");
}

#[test]
fn comments_marks_and_other_white_space() {
    check(&[
        ("/* , */ |}", "name", "/* , */ \"name\": \"\"}"),
        ("\"version\": \"1\" /* , */ |}", "name", "\"version\": \"1\" /* , */ , \"name\": \"\"}"),
        ("// , \"\n|}", "name", "// , \"\n\"name\": \"\"}"),
        ("|// \"\n}", "name", "\"name\": \"\"// \"\n}"),
        ("| // {\n\"version\": 1}", "name", "\"name\": \"\", // {\n\"version\": 1}"),
    ]);
    assert_eq!(labels(&root("// here|\n}")), [""; 0]);
    assert_eq!(labels(&root("/* here| */}")), [""; 0]);
    let with_mark = format!("\u{feff}{}", root(r#""na|"}"#));
    assert_eq!(completed(&with_mark, "name"), format!("\u{feff}{}", root(r#""name": ""}"#)));
}

#[test]
fn required_ones_come_first_and_old_spellings_last() {
    let (document, offset) = unmark(r#"{"gravitee": "2.0.0", |}"#);
    let mut completions = complete(&document, offset);
    completions.sort_by_key(|completion| completion.sort);
    let labels: Vec<&str> = completions.iter().map(|completion| &*completion.label).collect();
    assert_eq!(labels[..3], ["name", "proxy", "version"]);
    assert_eq!(labels[labels.len() - 2..], ["views", "paths"]);
    assert!(!labels.contains(&"gravitee"), "it is there already");
    assert!(completions.iter().all(|completion| completion.deprecated == (completion.sort >= 2_000)));
}

#[test]
fn a_completion_tells_what_it_is() {
    let (document, offset) = unmark(r#"{"gravitee": "2.0.0", "proxy": {"failover": {"re|"}}}"#);
    let completion = complete(&document, offset).into_iter().find(|c| c.label == "retryTimeout").unwrap();
    assert_eq!(
        completion,
        Completion {
            label: "retryTimeout".to_owned(),
            kind: CompletionKind::Property,
            detail: Some("whole number, default 10000".to_owned()),
            documentation:
                "Milliseconds to wait for an endpoint before the next one is tried. V4: `slowCallDuration`, \
                            at least 50.\n\nType: whole number. Default: `10000`."
                    .to_owned(),
            replace: Span::new(45, 49),
            insert: "\"retryTimeout\": 10000".to_owned(),
            snippet: Some("\"retryTimeout\": ${1:10000}".to_owned()),
            filter: "\"retryTimeout\"".to_owned(),
            sort: 1_001,
            deprecated: false,
        }
    );
}

#[test]
fn snippets_have_a_place_to_go_on() {
    let snippet = |text: &str, label: &str| {
        let (document, offset) = unmark(&root(text));
        complete(&document, offset).into_iter().find(|c| c.label == label).unwrap().snippet.unwrap()
    };
    assert_eq!(snippet("|}", "name"), r#""name": "$1""#);
    assert_eq!(snippet("|}", "flow_mode"), r#""flow_mode": "${1:DEFAULT}""#);
    assert_eq!(snippet("|}", "flows"), r#""flows": [$1]"#);
    assert_eq!(snippet("| \"name\": \"x\"}", "proxy"), r#""proxy": {$1},"#);
    assert_eq!(snippet(r#""proxy": {"cors": {|}}}"#, "maxAge"), r#""maxAge": ${1:-1}"#);
}

#[test]
fn nothing_is_offered_where_nothing_fits() {
    let cases = [
        "|{\"gravitee\": \"2.0.0\"}",
        "{\"gravitee\": \"2.0.0\"}|",
        "{\"gravitee\" |: \"2.0.0\"}",
        "{|}",
        "{}|",
        "|",
        "{\"na|\"}",
        "{\"gravitee\": \"1.0.0\", |}",
        "{\"api\": {\"definitionVersion\": \"V4\", |}}",
        "{\"gravitee\": \"2.0.0\", \"flows\": [{\"pre\": [{\"configuration\": {|}}]}]}",
        "{\"gravitee\": \"2.0.0\", \"unknown\": {|}}",
        "{\"gravitee\": \"2.0.0\", \"tags\": [|]}",
        "{\"gravitee\": \"2.0.0\", \"name\": \"La|mps\"}",
    ];
    for text in cases {
        assert_eq!(labels(text), [""; 0], "{text}");
    }
    let document = Document::parse_json("{\"gravitee\": \"2.0.0\", \"name\": \"é\"}");
    for offset in [document.text().len() as u32 + 1, u32::MAX] {
        assert_eq!((complete(&document, offset), describe(&document, offset)), (vec![], None));
    }
    assert_eq!(complete(&document, 32), [], "inside a character");
}

#[test]
fn properties_are_described() {
    let cases = [
        (r#""na|me": "Lamps"}"#, Some(("name", "\"name\"", "Name of the API"))),
        (r#""name": "La|mps"}"#, Some(("name", "\"Lamps\"", "Name of the API"))),
        (r#""name|": "Lamps"}"#, Some(("name", "\"name\"", "Name of the API"))),
        (r#""name"|: "Lamps"}"#, Some(("name", "\"name\"", "Name of the API"))),
        (r#""name": | "Lamps"}"#, None),
        (r#""tags": ["in|ternal"]}"#, Some(("tags", "\"internal\"", "Sharding tags"))),
        (r#""flows": [{"methods": ["G|ET"]}]}"#, Some(("methods", "\"GET\"", "An HTTP method"))),
        (r#""flows": [{"pre|": []}]}"#, Some(("pre", "\"pre\"", "Steps on the request"))),
        (r#""flows": [{"pre": [{"configuration": {"a|": 1}}]}]}"#, None),
        (r#""flows": [{"pre": [{"poli|cy": "#, Some(("policy", "\"policy\"", "Id of the policy"))),
        (
            r#""proxy": {"groups": [{"http": {"readTi|meout": 1"#,
            Some(("readTimeout", "\"readTimeout\"", "Milliseconds")),
        ),
        (r#""properties": {"cou|ntry": "NL"}}"#, Some(("country", "\"country\"", "Value of the property"))),
        (r#""unkn|own": 1}"#, None),
        (r#""flows": [|]}"#, None),
        ("// na|me\n}", None),
    ];
    for (text, expected) in cases {
        let (document, offset) = unmark(&root(text));
        let found = describe(&document, offset);
        let found = found.as_ref().map(|found| (&*found.title, document.slice(found.span), &*found.text));
        assert_eq!(
            found.map(|(title, span, _)| (title, span)),
            expected.map(|(title, span, _)| (title, span)),
            "{text}"
        );
        assert!(found.zip(expected).is_none_or(|(found, expected)| found.2.starts_with(expected.2)), "{found:?}");
    }
}

#[test]
fn a_description_has_type_default_and_words() {
    let (document, offset) = unmark(&root(r#""flow_mode": "DE|FAULT"}"#));
    let expected = "Which flows of a list run for a request. V4: `flowExecution.mode`.\n\n\
                    Type: text. Default: `\"DEFAULT\"`.\n\nAllowed:\n\n\
                    * `\"DEFAULT\"`: Every flow whose conditions fit.\n\
                    * `\"BEST_MATCH\"`: Only the flow whose path fits best.";
    assert_eq!(describe(&document, offset).unwrap().text, expected);
    let other = unmark(r#"{"openapi": "3.0.0", "na|me": 1}"#);
    assert_eq!(describe(&other.0, other.1), None);
}

/// Nothing here recurses, and no step looks at the whole text again for each level.
#[test]
fn deep_and_wide_texts_are_no_trouble() {
    let deep = format!("{{\"gravitee\": \"2.0.0\", \"flows\": {}", "[".repeat(200_000));
    let document = Document::parse_json(deep);
    let end = document.text().len() as u32;
    assert_eq!((complete(&document, end).len(), describe(&document, end)), (0, None));
    let wide = format!("{{\"gravitee\": \"2.0.0\", {}", "\"a\": 1, ".repeat(100_000));
    let document = Document::parse_json(wide);
    assert!(complete(&document, document.text().len() as u32).len() > 30);
}

/// A step in the export of an API.
fn step(policy: &str, configuration: &str) -> String {
    root(&format!(r#""flows": [{{"pre": [{{"policy": "{policy}", "configuration": {configuration}}}]}}]}}"#))
}

#[test]
fn configurations_are_those_of_the_policy() {
    assert_eq!(labels(&step("rate-limit", "{|}")), ["rate", "addHeaders", "async", "errorStrategy"]);
    assert_eq!(labels(&step("acme", "{|}")), Vec::<String>::new());
    let of_plan = r#""plans": [{"flows": [{"post": [{"configuration": {"|"}, "policy": "url-rewriting"}]}]}]}"#;
    assert_eq!(labels(&root(of_plan))[..2], ["fromRegex", "toReplacement"]);
    let methods = step("cache", r#"{"methods": ["GET", |]}"#);
    assert!(labels(&methods).contains(&"PUT".to_owned()) && !labels(&methods).contains(&"GET".to_owned()));
    let strategy = step("rate-limit", r#"{"errorStrategy": |}"#);
    assert_eq!(labels(&strategy), ["BLOCK_ON_INTERNAL_ERROR", "FALLBACK_PASS_TROUGH"]);
    assert_eq!(
        completed(&step("rate-limit", r#"{"rate": {|}}"#), "periodTimeUnit"),
        step("rate-limit", r#"{"rate": {"periodTimeUnit": "SECONDS"}}"#)
    );
    // Of several forms each property is offered once, and the word that tells them apart.
    let source = labels(&step("json-validation", r#"{"schemaSource": {|}}"#));
    assert_eq!(source.iter().filter(|label| *label == "sourceType").count(), 1, "{source:?}");
    let words = labels(&step("json-validation", r#"{"schemaSource": {"sourceType": |}}"#));
    assert_eq!(words, ["STATIC_SCHEMA", "SCHEMA_REGISTRY_RESOURCE"]);
}

#[test]
fn properties_of_configurations_are_described() {
    let (document, offset) = unmark(&step("quota", r#"{"quota": {"per|iodTimeUnit": "HOURS"}}"#));
    let found = describe(&document, offset).unwrap();
    assert_eq!(found.title, "periodTimeUnit");
    assert!(found.text.starts_with("Unit of the period.\n\nType: text. Default: `\"MONTHS\"`."), "{}", found.text);
}

#[test]
fn words_of_other_schemas_are_no_markup() {
    let schema = serde_json::json!({"properties": {"a": {
        "title": "[x](command:y) **b**", "default": "`q`", "enum": ["`q`"], "enumDescriptions": ["<i>"],
    }}});
    let mut policies = PolicySchemas::default();
    policies.add("acme", crate::plugins::PolicySchema::new(schema).unwrap());
    let (document, offset) = unmark(&step("acme", r#"{"a|": 1}"#));
    let told = super::describe(&document, offset, &policies).unwrap().text;
    let expected = "\\[x\\]\\(command\\:y\\) \\*\\*b\\*\\*\n\nType: any value. Default: `\"'q'\"`.\n\nAllowed:\n\n* `\"'q'\"`: \\<i\\>";
    assert_eq!(told, expected);
    let (document, offset) = unmark(&step("acme", "{|}"));
    assert_eq!(super::complete(&document, offset, &policies)[0].label, "a");
}
