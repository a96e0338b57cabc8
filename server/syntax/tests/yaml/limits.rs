//! Large and hostile texts: read in bounded time and memory. Nothing here is timed; what is quadratic does not end.

use v4ward_syntax::Document;

use crate::laws;

fn messages(document: &Document) -> Vec<String> {
    document.errors().iter().map(|error| error.kind.to_string()).collect()
}

#[test]
fn nesting_beyond_the_limit_is_told_and_what_is_above_is_read() {
    let block: String = (0..1000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let list = "- ".repeat(1000);
    let flow = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    let objects = format!("{}1{}", "{a: ".repeat(1000), "}".repeat(1000));
    for (text, expected) in [(block, 200), (list, 200), (flow, 0), (objects, 0)] {
        let document = laws::check(&format!("first: 1\nb: {text}\nlast: 2\n"));
        if text.starts_with('[') {
            assert_eq!(document.root().unwrap().get("last").unwrap().scalar(), "2");
        }
        let alone = laws::check(&format!("{text}\n---\nb: 1\n"));
        assert!(messages(&alone).iter().any(|m| m.contains("255 levels")), "{:?}", messages(&alone));
        assert!(alone.nodes().len() > expected, "{}", alone.nodes().len());
        assert_eq!(alone.roots().last().unwrap().get("b").unwrap().scalar(), "1");
        assert_eq!(document.root().unwrap().get("first").unwrap().scalar(), "1");
    }
}

#[test]
fn open_brackets_without_end() {
    for piece in ["[", "{", "- ", "{a: ", "[a, ", "? ", "&a ", "!a ", "{{", "\"", "'", "{{ ", "|\n", "*a ", "a: [\n"] {
        laws::check(&piece.repeat(20_000));
        laws::check(&format!("a: 1\n{}", piece.repeat(1000)));
    }
}

#[test]
fn many_lines() {
    let text: String = (0..40_000).map(|line| format!("key{line}: {line}\n")).collect();
    let document = laws::check(&text);
    assert_eq!(document.errors(), []);
    assert_eq!(document.root().unwrap().children().count(), 40_000);
    // One error in the middle, and one at the end.
    let broken = format!("{text}foo\n{}", text.replace("key", "other"));
    assert_eq!(laws::check(&broken).root().unwrap().children().count(), 80_000);
    assert_eq!(laws::check(&format!("{text}foo")).root().unwrap().children().count(), 40_000);
}

#[test]
fn many_documents() {
    let document = laws::check(&"---\na: 1\n".repeat(100_000));
    assert_eq!(document.errors(), []);
    assert_eq!(document.roots().count(), 100_000);
    let document = laws::check(&"---\n".repeat(100_000));
    assert_eq!(document.roots().count(), 100_000);
    let document = laws::check(&"---\na: [\n".repeat(20_000));
    assert_eq!(document.errors().len(), 100);
    assert_eq!(document.roots().count(), 20_000);
}

#[test]
fn many_errors_and_comments() {
    laws::check(&"foo\n  bar: [\n\t- x\n".repeat(10_000));
    laws::check(&format!("{}a: 1\n", "# c\n".repeat(50_000)));
    laws::check(&"a:\n# c\n".repeat(20_000));
    laws::check(&"- # c\n".repeat(20_000));
    laws::check(&"*x : 1\n".repeat(20_000));
    laws::check(&"? [a]\n".repeat(20_000));
}

#[test]
fn equal_keys() {
    let document = laws::check(&"a: 1\n".repeat(20_000));
    assert_eq!(document.nodes().filter(|node| node.is_shadowed()).count(), 19_999);
    let document = laws::check("a: 1\n\"a\": 2\n'a': 3\n? a\n: 4\n");
    assert_eq!(document.root().unwrap().get("a").unwrap().scalar(), "4");
    assert_eq!(document.root().unwrap().values().count(), 1);
}
