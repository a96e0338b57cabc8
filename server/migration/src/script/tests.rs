//! Scripts with their tokens and chains, checked by hand.

use super::*;

/// `request.headers.remove(X)`, `()` for a call without a text.
fn shown(chain: &Chain<'_>) -> String {
    let mut out = chain.root.to_owned();
    if chain.call.is_some() {
        out.push_str("()");
    }
    for link in &chain.links {
        let name = if link.name.is_empty() { "*" } else { link.name };
        out.push_str(&format!(".{name}"));
        if link.call.is_some() {
            out.push_str(&format!("({})", link.text_argument.as_deref().unwrap_or_default()));
        }
    }
    out
}

fn all(text: &str, language: Language) -> String {
    chains(text, language).iter().map(shown).collect::<Vec<_>>().join(" ")
}

const GROOVY: &[(&str, &str)] = &[
    ("request.headers.remove('X')", "request.headers.remove(X)"),
    ("request.headers.'X-Key'", "request.headers.X-Key"),
    ("request.headers['X'][0]", "request.headers.X.*"),
    ("request?.headers?.getFirst(\"X\")", "request.headers.getFirst(X)"),
    ("request.headers.remove 'X'", "request.headers.remove(X)"),
    ("request.headers.remove 'X', 'Y'", "request.headers.remove(X)"),
    ("list*.name", "list.name"),
    ("a.&b", "a.b"),
    ("// request.id\n/* request.id */ x", "x"),
    ("#!/usr/bin/groovy\nx", "x"),
    ("'request.id' + \"request.id\" + '''a\nrequest.id'''", ""),
    ("\"id ${request.id} of $context.attributes.x.\"", "request.id context.attributes.x"),
    ("\"\"\"a\n${request.headers.get('a')} \"quoted\" \"\"\" + b", "request.headers.get(a) b"),
    ("\"\\${request.id} \\$request.id\"", ""),
    ("\"${\"${a.b}\" + c}\" + d", "a.b c d"),
    ("\"${ [x: { y }] }\"", "x y"),
    ("x =~ /request.id/", "x"),
    ("x = /a\\/b ${request.id}/ + y", "x request.id y"),
    ("x = $/a $$ $/ ${request.id}/$ + y", "x request.id y"),
    ("a / b / c", "a b c"),
    ("(a) / b / c", "a b c"),
    ("return /x/ + a", "a"),
    ("request.headers.each { k, v -> v.size() }.x", "request.headers.each().x k v v.size()"),
    ("foo(a.b(c)).d", "foo().d a.b() c"),
    ("foo\n  .bar()\n  .baz", "foo.bar().baz"),
    ("foo\n(bar)\n[0]", "foo bar"),
    ("def x = new Date().time", "x Date().time"),
    ("if (request.content) { return response.status }", "request.content response.status"),
    ("'unfinished\nrequest.id", "request.id"),
    ("\"unfinished ${request.id", "request.id"),
    ("x = / unfinished", "x unfinished"),
    ("a['b'].c(d[e.f])", "a.b.c() d.* e.f"),
    ("a.b('it\\'s \\u0041')", "a.b(it's A)"),
    ("a.b(\"x${y}\")", "a.b() y"),
    ("a.b('x' + y)", "a.b() y"),
    ("1.toString() + 1.5.x", ""),
    ("größe.länge", "größe.länge"),
];

const JAVASCRIPT: &[(&str, &str)] = &[
    ("request.headers().get('X')", "request.headers().get(X)"),
    ("context.attributes['a']", "context.attributes.a"),
    ("a?.b?.['c']?.(d)", "a.b.c() d"),
    ("`id ${request.id} of ${`${x.y}`}`", "request.id x.y"),
    ("\"${request.id} $a.b\"", ""),
    ("x = /a[/]request.id/gi.test(y)", "x y"),
    ("a / b / c", "a b c"),
    ("foo\n(bar)\n[0]", "foo().* bar"),
    ("x => { return x.y }", "x x.y"),
    ("// a\nb /* c */ . d", "b.d"),
    ("'a\\\nb.c' + d", "d"),
    ("x = 1 / 2; // request.id\ny", "x y"),
    ("x = { a: b.c }", "x a b.c"),
    ("#!/bin/node\nvar a = typeof /x/", "a"),
    ("x = / unfinished\n/ y", "x unfinished y"),
];

#[test]
fn chains_are_those_of_the_code() {
    let groovy = GROOVY.iter().map(|(text, expected)| (text, all(text, Language::Groovy), expected));
    let javascript = JAVASCRIPT.iter().map(|(text, expected)| (text, all(text, Language::JavaScript), expected));
    let wrong: Vec<_> = groovy.chain(javascript).filter(|(_, found, expected)| found != *expected).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn places_are_those_of_the_text() {
    let text = "a = request . headers.put( 'X', b )";
    let chains = chains(text, Language::Groovy);
    let [_, chain, _] = chains.as_slice() else { panic!("{chains:?}") };
    assert_eq!(&text[chain.span.clone()], "request . headers.put( 'X', b )");
    let [headers, put] = chain.links.as_slice() else { panic!("{chain:?}") };
    assert_eq!((&text[headers.span.clone()], &text[put.span.clone()]), ("headers", "put"));
    assert_eq!(put.call.clone().map(|call| &text[call]), Some(" 'X', b "));
    assert!(chain.is(&["request", "headers", "put"]) && !chain.is(&["request", "put"]) && !chain.is(&[]));
}

#[test]
fn deep_and_long_scripts_are_read_in_no_time() {
    let long = [
        "a(".repeat(20_000),
        "\"${".repeat(10_000),
        "= /${\\/".repeat(10_000),
        "= /\\/ ".repeat(10_000),
        "a.b[".repeat(10_000),
        "a.b".repeat(20_000),
        ")]}".repeat(10_000),
        "$/".repeat(10_000),
        "/* ".repeat(10_000),
        "'\n".repeat(10_000),
        "x\n(".repeat(10_000),
    ];
    for text in long {
        for language in [Language::Groovy, Language::JavaScript] {
            assert!(chains(&text, language).len() <= text.len());
        }
    }
}
