//! Tables of resources with a mark `^` where the cursor is.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::assist::{Completion, CompletionKind, complete};
use crate::plugins::{PolicySchema, PolicySchemas};
use v4ward_syntax::{Document, Span};

const HEAD: &str = "apiVersion: gravitee.io/v1alpha1\nkind: ApiDefinition\n";

/// The text of a resource without its mark `^`, and the offset where it was.
fn unmark(text: &str) -> (Document, u32) {
    assert_eq!(text.matches('^').count(), 1, "{text}");
    let at = text.find('^').unwrap();
    (Document::parse_yaml(text.replacen('^', "", 1)), at as u32)
}

fn completions(text: &str) -> (Document, Vec<Completion>) {
    let (document, offset) = unmark(text);
    let completions = complete(&document, offset, &PolicySchemas::default());
    for Completion { replace, label, .. } in &completions {
        assert!(replace.start <= offset && offset <= replace.end, "{replace:?} of {label} does not hold {offset}");
    }
    (document, completions)
}

fn labels(text: &str) -> Vec<String> {
    completions(text).1.into_iter().map(|completion| completion.label).collect()
}

/// The text after a snippet, as editors insert one: its lines get the indentation of the line it is on. `^` is where the
/// cursor is then.
fn with_snippet(document: &Document, completion: &Completion) -> String {
    let Span { start, end } = completion.replace;
    let (before, after) = (&document.text()[..start as usize], &document.text()[end as usize..]);
    let line = &before[before.rfind('\n').map_or(0, |last| last + 1)..];
    let indentation = &line[..line.len() - line.trim_start_matches(' ').len()];
    let snippet = completion.snippet.clone().unwrap_or_else(|| format!("{}$0", completion.insert));
    let inserted = snippet.replace('\n', &format!("\n{indentation}")).replace("$0", "^").replace("$1", "^");
    format!("{before}{inserted}{after}")
}

/// The text after the completion of this label, of a client that knows snippets.
fn completed(text: &str, label: &str) -> String {
    let (document, completions) = completions(text);
    match completions.iter().find(|completion| completion.label == label) {
        Some(completion) => with_snippet(&document, completion),
        None => format!("no {label}, but {:?}", completions.iter().map(|c| &c.label).collect::<Vec<_>>()),
    }
}

#[track_caller]
fn check(cases: &[(&str, &str, &str)]) {
    for (before, label, after) in cases {
        assert_eq!(completed(&format!("{HEAD}{before}"), label), format!("{HEAD}{after}"), "{label} at {before}");
    }
}

#[track_caller]
fn check_none(cases: &[&str]) {
    for text in cases {
        assert_eq!(labels(&format!("{HEAD}{text}")), [""; 0], "{text}");
    }
}

#[test]
fn the_indentation_says_what_a_new_key_belongs_to() {
    check(&[
        ("^", "metadata", "metadata:\n  ^"),
        ("^", "spec", "spec:\n  ^"),
        ("spec:\n  ^", "name", "spec:\n  name: ^"),
        ("spec:\n  ^\n", "proxy", "spec:\n  proxy:\n    ^\n"),
        ("spec:\n  name: a\n  ^\n", "version", "spec:\n  name: a\n  version: ^\n"),
        ("spec:\n  ^\n  name: a\n", "version", "spec:\n  version: ^\n  name: a\n"),
        (
            "spec:\n  proxy:\n    cors:\n      enabled: true\n^",
            "metadata",
            "spec:\n  proxy:\n    cors:\n      enabled: true\nmetadata:\n  ^",
        ),
        (
            "spec:\n  proxy:\n    cors:\n      enabled: true\n  ^",
            "name",
            "spec:\n  proxy:\n    cors:\n      enabled: true\n  name: ^",
        ),
        (
            "spec:\n  proxy:\n    cors:\n      enabled: true\n    ^",
            "logging",
            "spec:\n  proxy:\n    cors:\n      enabled: true\n    logging:\n      ^",
        ),
        (
            "spec:\n  proxy:\n    cors:\n      enabled: true\n      ^",
            "maxAge",
            "spec:\n  proxy:\n    cors:\n      enabled: true\n      maxAge: ^",
        ),
        ("spec:\n  proxy:\n    ^\n  name: a\n", "cors", "spec:\n  proxy:\n    cors:\n      ^\n  name: a\n"),
        ("spec:\n  proxy:\n  ^\n  name: a\n", "version", "spec:\n  proxy:\n  version: ^\n  name: a\n"),
        ("spec:\n  name: a\n\n  ^  \n\n", "version", "spec:\n  name: a\n\n  version: ^  \n\n"),
    ]);
    check_none(&[
        "spec:\n  name: a\n    ^",
        "spec:\n   name: a\n  ^",
        "spec:\n  proxy:\n    cors:\n      enabled: true\n     ^\n",
        // What is below would belong to the new key.
        "spec:\n  name: a\n^\n  version: b\n",
        "spec:\n  ^\n    name: a\n",
        "spec:\n  groups:\n  ^\n  - a\n",
    ]);
}

#[test]
fn half_typed_keys() {
    check(&[
        ("spec:\n  na^", "name", "spec:\n  name: ^"),
        ("spec:\n  na^\n", "name", "spec:\n  name: ^\n"),
        ("spec:\n  na^me\n  version: a\n", "name", "spec:\n  name: ^\n  version: a\n"),
        ("spec:\n  version: a\n  na^\n", "name", "spec:\n  version: a\n  name: ^\n"),
        ("spec:\n  version: a\n  na^\n  groups: []\n", "name", "spec:\n  version: a\n  name: ^\n  groups: []\n"),
        ("spec:\n  version: a\n  na^ # so\n", "name", "spec:\n  version: a\n  name: ^ # so\n"),
        ("spec:\n  na^: Lamps\n", "name", "spec:\n  name^: Lamps\n"),
        ("spec:\n  ^na: Lamps\n", "name", "spec:\n  name^: Lamps\n"),
        ("spec:\n  name^ : Lamps\n", "name", "spec:\n  name^ : Lamps\n"),
        ("spec:\n  'na^': Lamps\n", "name", "spec:\n  'name'^: Lamps\n"),
        ("spec:\n  \"na^\"\n", "name", "spec:\n  \"name\": ^\n"),
        ("spec:\n  \"na^\n  version: a\n", "name", "spec:\n  \"name\": ^\n  version: a\n"),
        ("spec:\n  'na^\n  version: 'a'\n", "name", "spec:\n  'name': ^\n  version: 'a'\n"),
        // What is below is the value.
        ("spec:\n  pro^\n    groups: []\n", "proxy", "spec:\n  proxy:^\n    groups: []\n"),
        ("spec:\n  pro^\n", "proxy", "spec:\n  proxy:\n    ^\n"),
        ("sp^\n  name: a\n", "spec", "spec:^\n  name: a\n"),
    ]);
}

#[test]
fn lists() {
    let groups = "spec:\n  proxy:\n    groups:\n";
    let cases = [
        ("    - ^\n", "name", "    - name: ^\n"),
        ("      - ^\n", "name", "      - name: ^\n"),
        ("      - na^\n", "name", "      - name: ^\n"),
        ("      -   na^\n", "name", "      -   name: ^\n"),
        ("      - name: a\n        ^", "endpoints", "      - name: a\n        endpoints:\n          - ^"),
        ("    - name: a\n      ^", "endpoints", "    - name: a\n      endpoints:\n      - ^"),
        ("    - ^\n      name: a\n", "endpoints", "    - endpoints:\n      - ^\n      name: a\n"),
        ("    - name: a\n    - ^\n", "endpoints", "    - name: a\n    - endpoints:\n      - ^\n"),
        ("      - ^", "load_balancing", "      - load_balancing:\n          ^"),
        (
            "      - http:\n          ^\n        name: a\n",
            "readTimeout",
            "      - http:\n          readTimeout: ^\n        name: a\n",
        ),
    ];
    for (before, label, after) in cases {
        check(&[(&format!("{groups}{before}"), label, &format!("{groups}{after}"))]);
    }
    let below = "spec:\n  proxy:\n    groups:\n    - name: a\n    ^\n";
    check(&[
        // A list at the indentation of its key ends where a key follows.
        (below, "failover", &below.replace('^', "failover:\n      ^")),
        (
            "spec:\n  flows:\n  - methods:\n    - GET\n    - ^\n",
            "POST",
            "spec:\n  flows:\n  - methods:\n    - GET\n    - POST^\n",
        ),
        ("spec:\n  flows:\n  - methods:\n    - \"P^\"\n", "POST", "spec:\n  flows:\n  - methods:\n    - \"POST\"^\n"),
    ]);
    assert!(!labels(&format!("{HEAD}spec:\n  flows:\n  - methods:\n    - GET\n    - ^\n")).contains(&"GET".to_owned()));
    check_none(&[
        "spec:\n  proxy:\n    groups:\n    -^\n",
        "spec:\n  -^\n",
        "spec:\n  proxy:\n    groups:\n      - name: a\n      ^\n",
    ]);
}

#[test]
fn keys_are_indented_as_the_file_is() {
    check(&[
        ("spec:\n    proxy:\n        ^", "cors", "spec:\n    proxy:\n        cors:\n            ^"),
        ("spec:\n    tags:\n    - a\n    ^", "groups", "spec:\n    tags:\n    - a\n    groups:\n    - ^"),
        ("spec:\n    tags:\n      - a\n    ^", "groups", "spec:\n    tags:\n      - a\n    groups:\n      - ^"),
    ]);
    let text = format!("{HEAD}spec:\n  ^\n").replace('\n', "\r\n");
    assert_eq!(completed(&text, "proxy"), text.replace('^', "proxy:\r\n    ^"));
}

#[test]
fn values() {
    check(&[
        ("spec:\n  flow_mode: ^\n", "BEST_MATCH", "spec:\n  flow_mode: BEST_MATCH^\n"),
        ("spec:\n  flow_mode:^\n", "BEST_MATCH", "spec:\n  flow_mode: BEST_MATCH^\n"),
        ("spec:\n  flow_mode: BE^\n  name: a\n", "BEST_MATCH", "spec:\n  flow_mode: BEST_MATCH^\n  name: a\n"),
        ("spec:\n  flow_mode: DEF^AULT # so\n", "BEST_MATCH", "spec:\n  flow_mode: BEST_MATCH^ # so\n"),
        ("spec:\n  flow_mode: \"BE^\"\n", "BEST_MATCH", "spec:\n  flow_mode: \"BEST_MATCH\"^\n"),
        ("spec:\n  flow_mode: '^'\n", "BEST_MATCH", "spec:\n  flow_mode: 'BEST_MATCH'^\n"),
        (
            "spec:\n  flow_mode: \"BE^\n  name: \"a\"\n",
            "BEST_MATCH",
            "spec:\n  flow_mode: \"BEST_MATCH\"^\n  name: \"a\"\n",
        ),
        ("spec:\n  local: ^\n", "true", "spec:\n  local: true^\n"),
        ("spec:\n  local: f^\n", "false", "spec:\n  local: false^\n"),
        ("spec:\n  gravitee: ^\n", "2.0.0", "spec:\n  gravitee: 2.0.0^\n"),
        (
            "spec:\n  flows:\n  - pre:\n    - policy: ra^\n",
            "rate-limit",
            "spec:\n  flows:\n  - pre:\n    - policy: rate-limit^\n",
        ),
    ]);
    assert_eq!(labels(&format!("{HEAD}spec:\n  execution_mode: ^\n")), ["v3", "v4-emulation-engine"]);
    assert_eq!(labels(&format!("{HEAD}spec:\n  local: '^'\n")), [""; 0], "a text is no flag");
    check_none(&[
        "spec:\n  name: ^\n",
        "spec:\n  name: La^mps\n",
        "spec:\n  flow_mode: BEST MA^\n",
        "spec:\n  proxy: ^\n",
    ]);
}

#[test]
fn brackets() {
    check(&[
        ("spec: {^}", "name", "spec: {name: ^}"),
        ("spec: {na^}", "name", "spec: {name: ^}"),
        ("spec: {version: a, ^}", "name", "spec: {version: a, name: ^}"),
        ("spec: {version: a ^}", "name", "spec: {version: a , name: ^}"),
        ("spec: {^version: a}", "name", "spec: {name^: a}"),
        ("spec: {^ version: a}", "name", "spec: {name: ^, version: a}"),
        ("spec: {\"na^\": a}", "name", "spec: {\"name\"^: a}"),
        ("spec: {version: a,\n  ^\n  tags: []}", "name", "spec: {version: a,\n  name: ^,\n  tags: []}"),
        ("spec: {version: a, # so, {\n  ^\n  # [\n}", "name", "spec: {version: a, # so, {\n  name: ^\n  # [\n}"),
        ("spec: {version: a # so\n  ^}", "name", "spec: {version: a # so\n  , name: ^}"),
        ("spec:\n  proxy: {^}\n", "cors", "spec:\n  proxy: {cors: {^}}\n"),
        ("spec:\n  proxy: {^}\n", "groups", "spec:\n  proxy: {groups: [^]}\n"),
        ("spec:\n  proxy: &a {^}\n", "groups", "spec:\n  proxy: &a {groups: [^]}\n"),
        ("spec: {flow_mode: ^}", "BEST_MATCH", "spec: {flow_mode: BEST_MATCH^}"),
        ("spec: {flow_mode: BE^, name: a}", "BEST_MATCH", "spec: {flow_mode: BEST_MATCH^, name: a}"),
        ("spec: {flow_mode:^}", "BEST_MATCH", "spec: {flow_mode: BEST_MATCH^}"),
        ("spec:\n  flows: [^]", "{}", "spec:\n  flows: [{^}]"),
        ("spec:\n  flows: [{methods: [GET, ^]}]", "POST", "spec:\n  flows: [{methods: [GET, POST^]}]"),
        ("spec:\n  flows: [{methods: [GET ^]}]", "POST", "spec:\n  flows: [{methods: [GET , POST^]}]"),
        ("spec:\n  flows: [{methods: [P^]}]", "POST", "spec:\n  flows: [{methods: [POST^]}]"),
    ]);
}

/// A resource with a step.
fn step(rest: &str) -> String {
    format!("{HEAD}spec:\n  flows:\n  - pre:\n    - policy: rate-limit\n      configuration:\n{rest}")
}

#[test]
fn configurations_are_those_of_the_policy() {
    assert_eq!(labels(&step("        ^\n")), ["rate", "addHeaders", "async", "errorStrategy"]);
    let pairs = [
        ("        ra^", "rate", "        rate:\n          ^"),
        ("        rate:\n          ^", "periodTimeUnit", "        rate:\n          periodTimeUnit: ^"),
        ("        rate: {periodTimeUnit: ^}", "SECONDS", "        rate: {periodTimeUnit: SECONDS^}"),
        ("        errorStrategy: ^", "FALLBACK_PASS_TROUGH", "        errorStrategy: FALLBACK_PASS_TROUGH^"),
        ("        async: ^", "true", "        async: true^"),
        ("      ^", "condition", "      condition: ^"),
    ];
    for (before, label, after) in pairs {
        assert_eq!(completed(&step(before), label), step(after));
    }
    let before = "spec:\n  flows:\n  - pre:\n    - configuration:\n        ^\n      policy: ";
    assert!(labels(&format!("{HEAD}{before}rate-limit")).contains(&"rate".to_owned()));
    check_none(&[&format!("{before}acme")]);
}

#[test]
fn what_only_exports_have_is_not_offered() {
    let spec = labels(&format!("{HEAD}spec:\n  ^"));
    for name in ["contextRef", "local", "notifyMembers", "definition_context", "plans", "lifecycle_state"] {
        assert!(spec.contains(&name.to_owned()), "{name} is not in {spec:?}");
    }
    for name in ["picture", "disable_membership_notifications", "views", "created_at"] {
        assert!(!spec.contains(&name.to_owned()), "{name}");
    }
    check(&[
        ("spec:\n  pages:\n    home:\n      ^", "parent", "spec:\n  pages:\n    home:\n      parent: ^"),
        ("spec:\n  ^\n", "pages", "spec:\n  pages:\n    ^\n"),
        ("spec:\n  resources:\n  - ^\n", "ref", "spec:\n  resources:\n  - ref:\n      ^\n"),
        (
            "spec:\n  proxy:\n    groups:\n    - ^\n",
            "headers",
            "spec:\n  proxy:\n    groups:\n    - headers:\n        ^\n",
        ),
    ]);
    let (_, all) = completions(&format!("{HEAD}spec:\n  proxy:\n    failover:\n      re^"));
    let found = all.iter().find(|completion| completion.label == "retryTimeout").unwrap();
    assert_eq!(found.detail.as_deref(), Some("whole number"), "the cluster has its own defaults");
    assert!(!found.documentation.contains("Default"), "{}", found.documentation);
    assert_eq!(
        (found.kind, found.filter.as_str(), found.insert.as_str()),
        (CompletionKind::Property, "retryTimeout", "retryTimeout: ")
    );
}

#[test]
fn names_that_are_there_are_not_offered() {
    let spec = labels(&format!("{HEAD}spec:\n  name: a\n  ^\n  \"version\": b\n"));
    assert!(!spec.contains(&"name".to_owned()) && !spec.contains(&"version".to_owned()), "{spec:?}");
    // Taken by a merge key, a member may be written all the same.
    let merged = labels(&format!("{HEAD}x: &x {{name: a}}\nspec:\n  <<: *x\n  ^\n"));
    assert!(merged.contains(&"name".to_owned()) && merged.contains(&"proxy".to_owned()), "{merged:?}");
}

#[test]
fn only_resources_of_this_kind() {
    let other = "apiVersion: v1\nkind: ConfigMap\nspec:\n  ^\n";
    assert_eq!(labels(other), [""; 0]);
    assert_eq!(labels("apiVersion: gravitee.io/v1alpha1\nkind: ApiV4Definition\nspec:\n  ^\n"), [""; 0]);
    assert_eq!(labels("^"), [""; 0]);
    assert_eq!(labels("name: a\nproxy:\n  ^"), [""; 0]);
    let ours = format!("{HEAD}spec:\n  name: a\n");
    assert_eq!(labels(&format!("{ours}---\n{other}")), [""; 0]);
    for text in [
        format!("{}---\n{ours}  ^\n", other.replace('^', "a: 1")),
        format!("{ours}  ^\n---\n{}", other.replace('^', "a: 1")),
    ] {
        assert_eq!(completed(&text, "version"), text.replace('^', "version: ^"));
    }
    check_none(&["---^", "spec: {}\n---\n^"]);
}

#[test]
fn nothing_in_comments_and_texts() {
    check_none(&[
        "spec:\n  # ^\n  name: a\n",
        "spec:\n  name: a # ^\n",
        "spec:\n  #^",
        "spec:\n  description: |\n    ^\n  name: a\n",
        "spec:\n  description: |\n    a\n    flow_mode: ^\n    b\n",
        "spec:\n  description: >-\n    na^\n",
        "spec:\n  description: \"a\n    ^\n    b\"\n",
        "spec:\n  description: a\n    ^\n    b\n",
        "spec:\n  description: a b^\n",
        "spec:\n  name: \"a\" ^\n",
        "spec:\n  name^ a\n",
        "spec:\n  description: {{ ^ }}\n",
    ]);
}

/// The line under the cursor is not the only one that cannot be read.
#[test]
fn other_lines_may_be_half_typed() {
    check(&[
        ("spec:\n  version: [a\n  na^\n  tags: []\n", "name", "spec:\n  version: [a\n  name: ^\n  tags: []\n"),
        ("spec:\n  ver\n  tags: []\n  na^\n", "name", "spec:\n  ver\n  tags: []\n  name: ^\n"),
        ("spec:\n  name: {{ .Values.name }}\n  ver^\n", "version", "spec:\n  name: {{ .Values.name }}\n  version: ^\n"),
    ]);
}

#[test]
fn words_that_yaml_takes_for_something_else_get_quotes() {
    let schema = serde_json::json!({"properties": {
        "word": {"enum": ["on", "*", "a: b", "plain", 5, true, null]}, "$text": {"type": "object"}, "yes": {},
    }});
    let mut policies = PolicySchemas::default();
    policies.add("acme", PolicySchema::new(schema).unwrap());
    let offered = |rest: &str| {
        let (document, offset) = unmark(&format!("{HEAD}spec:\n  flows:\n  - pre:\n    - policy: acme\n{rest}"));
        let found = complete(&document, offset, &policies);
        found.into_iter().map(|completion| completion.snippet.unwrap_or(completion.insert)).collect::<Vec<_>>()
    };
    let words = offered("      configuration:\n        word: ^\n");
    assert_eq!(words, ["'on'", "'*'", "'a: b'", "plain", "5", "true", "null"]);
    assert_eq!(offered("      configuration:\n        word: \"^\"\n"), ["\"on\"", "\"*\"", "\"a: b\"", "\"plain\""]);
    assert_eq!(offered("      name: \"a\"\n      configuration: {word: ^}\n")[0], "\"on\"", "as the file has them");
    let mut keys = offered("      configuration:\n        ^\n");
    keys.sort_unstable();
    assert_eq!(keys, ["'yes': ", "\\$text:\n  $0", "word: "]);
}

#[test]
fn offsets_outside_of_the_text_or_inside_a_character() {
    let text = format!("{HEAD}spec:\n  name: é\n");
    let document = Document::parse_yaml(text.as_str());
    for offset in [text.len() as u32 - 2, text.len() as u32 + 1, u32::MAX] {
        assert_eq!(complete(&document, offset, &PolicySchemas::default()), []);
    }
}
