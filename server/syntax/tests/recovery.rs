//! Half-typed and broken texts: the exact errors, and what is still read.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::time::{Duration, Instant};

use v4ward_syntax::SyntaxErrorKind::{self as E, *};
use v4ward_syntax::{Document, NodeKind};

/// Reads `text` and compares the errors with the text they stand at, and all values with their pointers.
#[track_caller]
fn check(text: &str, errors: &[(E, &str)], values: &[(&str, &str)]) {
    let document = Document::parse_json(text);
    let found: Vec<(E, &str)> = document.errors().iter().map(|e| (e.kind, document.slice(e.span))).collect();
    assert_eq!(found, errors, "errors of {text:?}");
    let leaves: Vec<(String, &str)> =
        document.nodes().filter(|n| n.is_leaf()).map(|n| (n.pointer(), document.slice(n.span()))).collect();
    let leaves: Vec<(&str, &str)> = leaves.iter().map(|(pointer, value)| (pointer.as_str(), *value)).collect();
    assert_eq!(leaves, values, "values of {text:?}");
}

#[test]
fn brackets_that_are_missing() {
    check("{", &[(Unclosed, "{")], &[("", "{")]);
    check("[", &[(Unclosed, "[")], &[("", "[")]);
    check("{\n  \"a\": 1,\n  \"b\": 2\n", &[(Unclosed, "{")], &[("/a", "1"), ("/b", "2")]);
    check("{\"a\": {\"b\": 1, \"c\": 2}", &[(Unclosed, "{")], &[("/a/b", "1"), ("/a/c", "2")]);
    check("[1, 2", &[(Unclosed, "[")], &[("/0", "1"), ("/1", "2")]);
    check("{\"a\": [1, 2}", &[(BracketMismatch, "}")], &[("/a/0", "1"), ("/a/1", "2")]);
    check("[{\"a\": 1]", &[(BracketMismatch, "]")], &[("/0/a", "1")]);
    check("{\"a\": {\"b\": 1], \"c\": 2}}", &[(BracketMismatch, "]")], &[("/a/b", "1"), ("/a/c", "2")]);
}

#[test]
fn brackets_that_are_too_many() {
    check("{\"a\": 1}}", &[(BracketUnexpected, "}")], &[("/a", "1")]);
    check("{\"a\": 1}\n]\n}", &[(BracketUnexpected, "]"), (BracketUnexpected, "}")], &[("/a", "1")]);
    check("[1, }2]", &[(BracketMismatch, "}")], &[("/0", "1"), ("/1", "2")]);
    check("[1}]", &[(BracketMismatch, "}")], &[("/0", "1")]);
    check("}", &[(ValueExpected, "}")], &[]);
    check("} {\"a\": 1}", &[(ValueExpected, "}")], &[("/a", "1")]);
    check("{\"a\": 1} {\"b\": 2}", &[(TrailingText, "{")], &[("/a", "1")]);
    check("{\"a\": 1}, 2", &[(TrailingText, ",")], &[("/a", "1")]);
}

#[test]
fn half_a_member() {
    check(
        "{\"a\": 1, \"b",
        &[(Unclosed, "{"), (StringUnclosed, "\"b"), (ColonExpected, "\"b")],
        &[("/a", "1"), ("/b", "")],
    );
    check("{\"a\": 1, \"b\"}", &[(ColonExpected, "\"b\"")], &[("/a", "1"), ("/b", "")]);
    check("{\"a\": 1, \"b\": }", &[(ValueExpected, "\"b\"")], &[("/a", "1"), ("/b", "")]);
    check("{\"b\":, \"a\": 1}", &[(ValueExpected, "\"b\"")], &[("/b", ""), ("/a", "1")]);
    check("{\"b\":", &[(Unclosed, "{"), (ValueExpected, "\"b\"")], &[("/b", "")]);
    check("{\"b\": tru\n}", &[(ValueInvalid, "tru")], &[("/b", "tru")]);
    check(
        "{\n  \"b\": \"half\n  \"a\": 1\n}",
        &[(StringUnclosed, "\"half"), (CommaExpected, "\"")],
        &[("/b", "\"half"), ("/a", "1")],
    );
    check(
        "{\n  \"b\n  \"a\": 1\n}",
        &[(StringUnclosed, "\"b"), (ColonExpected, "\"b"), (CommaExpected, "\"")],
        &[("/b", ""), ("/a", "1")],
    );
    check("{\n  b\n  \"a\": 1\n}", &[(KeyExpected, "b"), (CommaExpected, "\"")], &[("/a", "1")]);
    check("{\"a\": 1, }", &[(CommaUnexpected, ",")], &[("/a", "1")]);
}

#[test]
fn a_key_before_a_member() {
    for newline in ["\n", "\r\n", "\r"] {
        let text = format!("{{\"a\":{newline}\"b\": 1}}");
        check(&text, &[(ValueExpected, "\"a\""), (CommaExpected, "\"")], &[("/a", ""), ("/b", "1")]);
    }
    check("{\"a\"\n\"b\": 1}", &[(ColonExpected, "\"a\""), (CommaExpected, "\"")], &[("/a", ""), ("/b", "1")]);
    check("{\"a\": \"b\": 1}", &[(ValueInvalid, ":"), (CommaExpected, "1"), (KeyExpected, "1")], &[("/a", "\"b\"")]);
    check("{\"a\":\n\"b\"}", &[], &[("/a", "\"b\"")]);
}

#[test]
fn separators() {
    check("{\"a\": 1 \"b\": 2}", &[(CommaExpected, "\"")], &[("/a", "1"), ("/b", "2")]);
    check("[1 2]", &[(CommaExpected, "2")], &[("/0", "1"), ("/1", "2")]);
    check("[{} {}]", &[(CommaExpected, "{")], &[("/0", "{}"), ("/1", "{}")]);
    check("[\"a\" é]", &[(CommaExpected, "é"), (ValueInvalid, "é")], &[("/0", "\"a\""), ("/1", "é")]);
    check("{\"a\" 1}", &[(ColonExpected, "\"a\"")], &[("/a", "1")]);
    check("{\"a\" {\"b\": 1}}", &[(ColonExpected, "\"a\"")], &[("/a/b", "1")]);
    check("{\"a\":: 1}", &[(ValueInvalid, ":")], &[("/a", "1")]);
    check(
        "{\"a\" = 1, \"b\": 2}",
        &[(ColonExpected, "\"a\""), (ValueInvalid, "="), (CommaExpected, "1"), (KeyExpected, "1")],
        &[("/a", "="), ("/b", "2")],
    );
    check("[1,]", &[(CommaUnexpected, ",")], &[("/0", "1")]);
    check("[,1]", &[(CommaUnexpected, ",")], &[("/0", "1")]);
    check("[,]", &[(CommaUnexpected, ",")], &[("", "[,]")]);
    check("[1,,2]", &[(CommaUnexpected, ",")], &[("/0", "1"), ("/1", "2")]);
    check("{\"a\": 1; \"b\": 2}", &[(KeyExpected, ";")], &[("/a", "1"), ("/b", "2")]);
}

#[test]
fn commas_are_told_apart() {
    let document = Document::parse_json("[1,, /* , */ ]");
    let places: Vec<(E, u32)> = document.errors().iter().map(|e| (e.kind, e.span.start)).collect();
    assert_eq!(places, [(CommaUnexpected, 2), (CommaUnexpected, 3), (CommentNotAllowed, 5)]);
}

#[test]
fn comments() {
    let text = "// top\n{\"a\": /* x, \" */ 1, // end\r\n \"b\": 2 /* open";
    check(
        text,
        &[
            (CommentNotAllowed, "// top"),
            (Unclosed, "{"),
            (CommentNotAllowed, "/* x, \" */"),
            (CommentNotAllowed, "// end"),
            (CommentNotAllowed, "/* open"),
        ],
        &[("/a", "1"), ("/b", "2")],
    );
    assert_eq!(Document::parse_json(text).comments().len(), 4);
    check("{\"a\": \"// no comment\"}", &[], &[("/a", "\"// no comment\"")]);
    check("// only", &[(CommentNotAllowed, "// only"), (Empty, "")], &[]);
    check("[/*/ 1]", &[(Unclosed, "["), (CommentNotAllowed, "/*/ 1]")], &[("", "[/*/ 1]")]);
    check(
        "[1 / 2]",
        &[(CommaExpected, "/"), (ValueInvalid, "/"), (CommaExpected, "2")],
        &[("/0", "1"), ("/1", "/"), ("/2", "2")],
    );
}

#[test]
fn other_quotes_and_none() {
    check("{'a': 1, b: 2}", &[(KeyExpected, "'a'"), (KeyExpected, "b")], &[("/a", "1"), ("/b", "2")]);
    check("{\"a\": 'x', \"b\": 2}", &[(ValueInvalid, "'x'")], &[("/a", "'x'"), ("/b", "2")]);
    check("{'it\\'s': 1}", &[(KeyExpected, "'it\\'s'")], &[("/it's", "1")]);
    check("{\"a\": 'x,\n\"b\": 2}", &[(ValueInvalid, "'x,"), (CommaExpected, "\"")], &[("/a", "'x,"), ("/b", "2")]);
    let document = Document::parse_json("{'a': 1, b: 2}");
    assert!(document.resolve("/a").is_some_and(|a| a.has_key("a") && a.key_span().is_some_and(|k| k.len() == 3)));
    assert!(document.resolve("/b").is_some_and(|b| b.has_key("b")));
}

#[test]
fn duplicate_keys_are_no_syntax_errors() {
    let text = r#"{"a": 1, "\u0061": 2, "b": 3, "a": 4, "a/b~": 5}"#;
    let document = Document::parse_json(text);
    assert!(document.errors().is_empty());
    let shadowed: Vec<bool> = document.nodes().map(|n| n.is_shadowed()).collect();
    assert_eq!(shadowed, [false, true, true, false, false, false]);
    assert_eq!(document.resolve("/a").map(|n| n.text()), Some("4"));
    assert_eq!(document.resolve("/a~1b~0").map(|n| n.text()), Some("5"));
    let half = Document::parse_json("{\"a\": 1, 'a': 2, a: 3, \"b\": {\"a\": 1, \"a\": 2");
    let shadowed: Vec<bool> = half.nodes().map(|n| n.is_shadowed()).collect();
    assert_eq!(shadowed, [false, true, true, false, false, true, false]);
}

#[test]
fn duplicates_among_many_keys() {
    let members: Vec<String> = (0..1000).map(|i| format!("\"/v1/long/{}/customers\": {i}", i % 900)).collect();
    let document = Document::parse_json(format!("{{{}}}", members.join(",")));
    assert_eq!(document.nodes().filter(|n| n.is_shadowed()).count(), 100);
    let root = document.root().unwrap();
    assert_eq!(root.get("/v1/long/7/customers").map(|n| n.text()), Some("907"));
    assert_eq!(root.values().count(), 900);
}

#[test]
fn marks_and_line_endings() {
    check("\u{feff}{\"a\": 1}", &[], &[("/a", "1")]);
    check("\u{feff}", &[(Empty, "")], &[]);
    check("", &[(Empty, "")], &[]);
    check(" \r\n\t", &[(Empty, "")], &[]);
    check("{\r\n\"a\": 1,\r\n\"b\": \"x\r\n}", &[(StringUnclosed, "\"x")], &[("/a", "1"), ("/b", "\"x")]);
    check("{\r\"a\": 1,\r\"b\": \"x\r}", &[(StringUnclosed, "\"x")], &[("/a", "1"), ("/b", "\"x")]);
    assert_eq!(Document::parse_json("{\r}").line_ending(), "\r");
    assert_eq!(Document::parse_json("{\r\n\n}").line_ending(), "\r\n");
    assert_eq!(Document::parse_json("{}").line_ending(), "\n");
}

#[test]
fn strings() {
    check("\"a\u{1}b\tc\"", &[(ControlCharacter, "\u{1}"), (ControlCharacter, "\t")], &[("", "\"a\u{1}b\tc\"")]);
    check(
        r#"["\x", "\u12", "\u12g4", "\é"]"#,
        &[(EscapeInvalid, "\\x"), (EscapeInvalid, "\\u"), (EscapeInvalid, "\\u"), (EscapeInvalid, "\\é")],
        &[("/0", r#""\x""#), ("/1", r#""\u12""#), ("/2", r#""\u12g4""#), ("/3", "\"\\é\"")],
    );
    check("[\"a\\\n]", &[(StringUnclosed, "\"a\\"), (EscapeInvalid, "\\")], &[("/0", "\"a\\")]);
    check("\"a\\", &[(StringUnclosed, "\"a\\"), (EscapeInvalid, "\\")], &[("", "\"a\\")]);
    check("\"a\\\"", &[(StringUnclosed, "\"a\\\"")], &[("", "\"a\\\"")]);
    check("\"", &[(StringUnclosed, "\"")], &[("", "\"")]);
    check(r#""\ud83d\ude00 \ud83d""#, &[], &[("", r#""\ud83d\ude00 \ud83d""#)]);
}

#[test]
fn numbers() {
    for good in ["0", "-0", "1e5", "1E+5", "-1.25e-3", "10"] {
        check(good, &[], &[("", good)]);
    }
    for bad in ["01", "1.", "-", "+1", ".5", "-Infinity", "1e", "0x10", "1.2.3", "1_000", "--1", "-01"] {
        check(&format!("[{bad}]"), &[(NumberInvalid, bad)], &[("/0", bad)]);
    }
    check("NaN", &[(ValueInvalid, "NaN")], &[("", "NaN")]);
    check("[1,2.]", &[(NumberInvalid, "2.")], &[("/0", "1"), ("/1", "2.")]);
}

#[test]
fn garbage() {
    check("{\"a\": @#%, \"b\": 2}", &[(ValueInvalid, "@#%")], &[("/a", "@#%"), ("/b", "2")]);
    check("{\"a\": 1, ### \"b\": 2}", &[(KeyExpected, "###")], &[("/a", "1"), ("/b", "2")]);
    check("{{\"a\": 1}", &[(KeyExpected, "{")], &[("/a", "1")]);
    check("True", &[(ValueInvalid, "True")], &[("", "True")]);
    check("\0\0", &[(ValueInvalid, "\0\0")], &[("", "\0\0")]);
    check("<html>", &[(ValueInvalid, "<"), (TrailingText, "h")], &[("", "<")]);
    let binary: String = (0..5000u32).filter_map(|i| char::from_u32(i * 7919 % 0x2000)).collect();
    assert!(Document::parse_json(format!("[{binary}")).errors().len() <= 100);
}

/// Runs on a stack that any recursion over the depth of these texts would break.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 * 1024).spawn(work).unwrap().join().unwrap();
}

const DEEP: usize = 100_000;

#[test]
fn deep_nesting() {
    on_small_stack(|| {
        let document = Document::parse_json("[".repeat(DEEP) + &"]".repeat(DEEP));
        assert_eq!((document.nodes().len(), document.errors().len()), (DEEP, 0));
        let last = document.nodes().last().unwrap();
        assert_eq!(last.ancestors().count(), DEEP - 1);
        assert_eq!(last.pointer().len(), 2 * (DEEP - 1));
        assert_eq!(document.resolve(&last.pointer()), Some(last));

        let document = Document::parse_json("{\"a\":".repeat(DEEP));
        assert_eq!(document.nodes().len(), DEEP + 1);
        assert_eq!(document.nodes().last().map(|n| n.kind()), Some(NodeKind::Invalid));
    });
}

#[test]
fn deep_and_broken_takes_linear_time() {
    let texts = [
        "{".repeat(DEEP),
        "}".repeat(DEEP),
        "[".repeat(DEEP) + &"}".repeat(DEEP),
        "{\"a\":".repeat(DEEP) + &"]".repeat(DEEP),
        "[{\"a\":".repeat(DEEP) + &"]".repeat(DEEP),
        "\"".repeat(DEEP),
        "{\"a\" \"".repeat(DEEP),
        "\"a\":\n".repeat(DEEP),
        format!("{{{}", "\"a\"\n".repeat(DEEP)),
        format!("[{}", "/*".repeat(DEEP)),
        format!("[{}", "#,".repeat(DEEP)),
    ];
    on_small_stack(|| {
        for text in texts {
            let start = Instant::now();
            let document = Document::parse_json(text);
            assert!(!document.errors().is_empty());
            assert!(document.errors().len() <= 100);
            assert!(start.elapsed() < Duration::from_secs(2), "{:?}", document.slice(v4ward_syntax::Span::new(0, 12)));
        }
    });
}

#[test]
fn fifty_megabytes() {
    on_small_stack(|| {
        let item =
            "    {\n      \"name\": \"Rate limit\",\n      \"limit\": 10,\n      \"tags\": [\"a\", \"b\\n\"]\n    }";
        let items = vec![item; 50_000_000 / (item.len() + 2)].join(",\n");
        let text = format!("{{\n  \"list\": [\n{items}\n  ]\n}}\n");
        let bytes = text.len();
        assert!(bytes > 49_000_000);
        let start = Instant::now();
        let document = Document::parse_json(text);
        assert!(document.errors().is_empty());
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        assert_eq!(
            document.nodes().filter(|n| n.has_key("name")).count(),
            document.resolve("/list").unwrap().children().count()
        );
    });
}
