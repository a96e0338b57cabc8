//! Expressions with what they read, checked by hand.

use super::*;

/// `request.headers['X'][0]`, with `!` after a read that is guarded.
fn shown(read: &Read<'_>) -> String {
    let mut out = read.variable.to_owned();
    if read.arguments.is_some() {
        out.push_str("()");
    }
    for step in &read.steps {
        out.push_str(if step.null_safe() { "?" } else { "" });
        match step {
            Step::Property { name, .. } => out.push_str(&format!(".{name}")),
            Step::Index { key: Key::Text(key), .. } => out.push_str(&format!("['{key}']")),
            Step::Index { key: Key::Number(number), .. } => out.push_str(&format!("[{number}]")),
            Step::Index { key: Key::Other, .. } => out.push_str("[*]"),
            Step::Call { name, text: Some(text), .. } => out.push_str(&format!(".{name}('{text}')")),
            Step::Call { name, .. } => out.push_str(&format!(".{name}()")),
        }
    }
    out.push_str(if read.guarded { "!" } else { "" });
    out
}

fn all(reads: &[Read<'_>]) -> String {
    reads.iter().map(shown).collect::<Vec<_>>().join(" ")
}

/// Whole expressions and what they read.
const COMPLETE: &[(&str, &str)] = &[
    ("#request", "request"),
    ("#request.method == 'GET'", "request.method"),
    ("#request.headers['X-Key'][0]", "request.headers['X-Key'][0]"),
    ("#request.headers[X][0]", "request.headers['X'][0]"),
    ("#request.headers.get('X')", "request.headers.get('X')"),
    ("#request.headers.getFirst('X') != null", "request.headers.getFirst('X')"),
    ("#request.getHeaders().getOrDefault('X', 'y')", "request.getHeaders().getOrDefault()"),
    ("#request.headers['X']?.[0]", "request.headers['X']?[0]!"),
    ("#request.headers['X']?.size()", "request.headers['X']?.size()!"),
    ("#request.headers['X'] != null", "request.headers['X']"),
    ("#request.headers['it''s']", "request.headers['it's']"),
    ("#request.headers[\"X\"]", "request.headers['X']"),
    ("#request.params['a'] + #request.params['b']", "request.params['a'] request.params['b']"),
    ("#context.attributes['api'] eq 'x'", "context.attributes['api']"),
    ("#context.attributes[#request.params['k']]", "context.attributes[*] request.params['k']"),
    ("#h['X'] != null ? #h['X'][0] : ''", "h['X'] h['X'][0]!"),
    ("#h['X'] == null ? '' : #h['X'][0]", "h['X'] h['X'][0]!"),
    ("#h['Y'] != null ? #h['X'][0] : ''", "h['Y'] h['X'][0]"),
    ("#r.h.containsKey('X') ? #r.h['X'][0] : ''", "r.h.containsKey('X') r.h['X'][0]!"),
    ("#r.h.containsKey('X') ? #r.h.X[0] : ''", "r.h.containsKey('X') r.h.X[0]!"),
    ("#r.h.contains('Y') && #r.h['X'][0] == 'a'", "r.h.contains('Y') r.h['X'][0]"),
    ("#r.h['X'] != null && #r.h['X'][0] == 'a'", "r.h['X'] r.h['X'][0]!"),
    ("#r.h['X'] != null and #r.h.X[0] == 'a'", "r.h['X'] r.h.X[0]!"),
    ("#r.h.get('X') == null || #r.h['X'][0] == 'a'", "r.h.get('X') r.h['X'][0]!"),
    ("#r.h['X'].isEmpty() or #r.h['X'][0] == 'a'", "r.h['X'].isEmpty() r.h['X'][0]!"),
    ("#r.h != null && #r.h['X'][0] == 'a'", "r.h r.h['X'][0]"),
    ("#a != null ? #a.b : 0", "a a.b!"),
    ("#a['k'][0] ?: 'none'", "a['k'][0]"),
    ("#a ?: #b", "a b"),
    ("(#a['k'] ?: {'none'})[0]", "a['k']"),
    ("(#a['k'])[0]", "a['k'][0]"),
    ("((#a).b).c", "a.b.c"),
    ("!#a.b", "a.b"),
    ("not #a.b and not(#c)", "a.b c"),
    ("-#a + +#b", "a b"),
    ("#a++ + #b", "a b"),
    ("#a matches '^[a-z]+$'", "a"),
    ("#a instanceof T(java.lang.String)", "a"),
    ("#a between {1, 5}", "a"),
    ("#a lt 5 and #b ge 3L or #c NE 0xFF", "a b c"),
    ("#a div 2 mod 3 ^ 2 % 1.5e-3", "a"),
    ("T(java.lang.Math).max(#a, #b.c)", "a b.c"),
    ("T(java.util.UUID).randomUUID().toString()", ""),
    ("T(int[]).getName()", ""),
    ("new java.util.Date().time > #t", "t"),
    ("new String[] {'a', #b}", "b"),
    ("new int[#n]", "n"),
    ("{'a', 'b'}.contains(#request.method)", "request.method"),
    ("{1, {2, #a}}", "a"),
    ("{name: #a, 'b': {:}}", "a"),
    ("{}", ""),
    ("#a.?[#this > 1]", "a[*] this"),
    ("#a.![name].^[#this != null]", "a[*][*] this"),
    ("#a?.$[true]", "a?[*]!"),
    ("#jsonPath(#request.content, '$.id')", "jsonPath() request.content"),
    ("#jsonPath(#c, '$.a') != null ? #jsonPath(#c, '$.a')[0] : ''", "jsonPath() c jsonPath()[0]! c!"),
    ("#jsonPath(#c, '$.a') != null ? #jsonPath(#c, '$.b').c : ''", "jsonPath() c jsonPath().c c!"),
    ("#properties['key']", "properties['key']"),
    ("#endpoints['main'] + '/a?b={c}'", "endpoints['main']"),
    ("#api.properties[ 'key' ]", "api.properties['key']"),
    ("#a[0][1.5][true][-1]", "a[0][*][*][*]"),
    ("'#not' + \"#one\"", ""),
    ("@bean.call(#a)", "a"),
    ("&@factory", ""),
    ("#a = #b", "a b"),
    ("#a == null ? #b == null ? 1 : 2 : #a.c", "a b a.c!"),
    ("#größe > 1", "größe"),
    ("'a'.length() == #a . b . c ( )", "a.b.c()"),
    ("name.call(#a)", "a"),
    ("#root.x", "root.x"),
];

/// What is no whole expression, with what is found in it all the same.
const INCOMPLETE: &[(&str, &str)] = &[
    ("", ""),
    ("#", ""),
    ("#a ==", "a"),
    ("#a b #c", "a c"),
    ("#a.", "a"),
    ("#a['x", "a[*]"),
    ("#a[", "a[*]"),
    ("(#a", "a"),
    ("#a) + #b", "a b"),
    ("#a ? #b", "a b"),
    ("#a.b(#c", "a.b() c"),
    ("{#a, #b", "a b"),
    ("'it's #a", "a"),
    ("'it #a", ""),
    ("#a | #b", "a b"),
    ("~ #a", "a"),
    ("# #a", "a"),
];

#[test]
fn expressions_read_what_they_read() {
    let complete = COMPLETE.iter().map(|sample| (sample, true));
    let incomplete = INCOMPLETE.iter().map(|sample| (sample, false));
    let read = |((text, expected), complete): (&(&'static str, &'static str), bool)| {
        let expression = Expression::bare(text);
        let found = all(expression.reads());
        (found != *expected || expression.is_complete() != complete).then_some((*text, found, expression.complete))
    };
    let wrong: Vec<_> = complete.chain(incomplete).filter_map(read).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn steps_have_names_however_they_are_written() {
    for text in ["#a.b", "#a['b']", "#a[b]", "#a.get('b')", "#a.getB()", "#a?.b", "#a.b.c"] {
        let expression = Expression::bare(text);
        let [read] = expression.reads() else { panic!("{text}") };
        assert!(read.is(&["a", "b"]) && read.is(&["a"]), "{text}");
        assert!(!read.is(&["b"]) && !read.is(&["a", "c"]) && !read.is(&["a", "b", "d"]) && !read.is(&[]), "{text}");
    }
}

#[test]
fn places_are_those_of_the_text() {
    let text = "https://{#api.properties['h']}/x{#jsonPath(#a . b [0] ,'$')}";
    let template = Template::parse(text);
    let reads: Vec<_> = template.reads().map(|read| (&text[read.span.clone()], &text[read.whole.clone()])).collect();
    let expected =
        [("#api", "#api.properties['h']"), ("#jsonPath", "#jsonPath(#a . b [0] ,'$')"), ("#a", "#a . b [0]")];
    assert_eq!(reads, expected);
    let literals: Vec<_> = template.expressions().flat_map(Expression::literals).collect();
    let literals: Vec<_> = literals.iter().map(|literal| (&*literal.value, &text[literal.span.clone()])).collect();
    assert_eq!(literals, [("h", "'h'"), ("$", "'$'")]);
    let steps: Vec<_> = template.reads().flat_map(|read| &read.steps).map(|step| &text[step.span()]).collect();
    assert_eq!(steps, [".properties", "['h']", ". b", "[0]"]);
}

#[test]
fn only_some_braces_start_an_expression() {
    let parts = |text: &str| -> Vec<String> {
        let show = |part: &Part<'_>| match part {
            Part::Literal(span) => format!("'{}'", &text[span.clone()]),
            Part::Expression(expression) => text[expression.inner.clone()].to_owned(),
        };
        Template::parse(text).parts().iter().map(show).collect()
    };
    assert_eq!(parts("a{#b}c{(#d)}{T(x).y()}"), ["'a'", "#b", "'c'", "(#d)", "T(x).y()"]);
    assert_eq!(parts("{ #a } {\"b\": 1} {Ta} {'c'}"), ["'{ #a } {\"b\": 1} {Ta} {'c'}'"]);
    assert_eq!(parts("{\"b\": \"{#a['}']}\"}"), ["'{\"b\": \"'", "#a['}']", "'\"}'"]);
    assert_eq!(parts("{#a.?[{1,2}.contains(#this)]}x"), ["#a.?[{1,2}.contains(#this)]", "'x'"]);
    assert_eq!(parts(""), [""; 0]);
    for unfinished in ["{#a", "{#a['}", "{#a)}", "{#b}{(", "{#a[}]"] {
        assert!(!Template::parse(unfinished).is_complete(), "{unfinished}");
    }
    assert!(Template::parse("{#a").is_literal() && Template::parse("{#a}").is_complete());
    assert!(Template::parse("{#a}").whole().is_some() && Template::parse("{#a} ").whole().is_none());
}

#[test]
fn only_one_whole_pair_of_braces_is_taken_off() {
    assert_eq!(in_braces("{#a == '}'}"), Some("#a == '}'"));
    assert_eq!(in_braces("{{1, 2}.contains(#a)}"), Some("{1, 2}.contains(#a)"));
    assert_eq!(in_braces("{}"), Some(""));
    for text in ["{#a} && {#b}", "#a", "", "{", "{'}", "a{#a}"] {
        assert_eq!(in_braces(text), None, "{text}");
    }
}

#[test]
fn deep_and_long_texts_are_read_in_no_time() {
    let long = [
        "(".repeat(20_000),
        "{#".repeat(20_000),
        "#a[".repeat(20_000),
        "#a?".repeat(20_000),
        "#a ? #a.b : ".repeat(10_000),
        "#a && ".repeat(10_000),
        "{#a.b['c']}".repeat(5_000),
        "{#a[(".repeat(10_000),
        "'".repeat(30_001),
        "! not - ".repeat(10_000),
    ];
    for text in long {
        assert!(!Template::parse(&text).parts().is_empty());
        assert!(!Expression::bare(&text).inner.is_empty());
    }
}
