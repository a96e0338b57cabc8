//! Laws of the readers of expressions and scripts: any text can be read, and every span is a part of it.

use proptest::prelude::*;
use v4ward_migration::expression::{Expression, Part, Step, Template};
use v4ward_migration::script::{Language, chains, tokens};

use super::config;

/// Texts that look like expressions more than most.
fn nearly_an_expression() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "#a", "#request", ".b", "?.c", "['k']", "[0]", "[", "]", "(", ")", "{", "}", "{#", "{(", "{T(", "'", "\"",
        "''", " ", "\n", "?", ":", "?:", "==", "!", "&&", " and ", "not ", "T(x)", "new x()", ",", ".?[", ".![", "1",
        "1.5e", "é", "😀", "#", "@", "=", "|", "\\", "x",
    ]);
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
}

/// Every span is a part of the text.
fn check_expressions(text: &str) {
    let template = Template::parse(text);
    let mut end = 0;
    for part in template.parts() {
        let span = match part {
            Part::Literal(span) => span,
            Part::Expression(expression) => &expression.span,
        };
        assert_eq!(span.start, end);
        end = span.end;
    }
    assert_eq!(end, text.len());
    assert_eq!(Template::is_likely(text), !template.is_literal() || !template.is_complete());
    let bare = Expression::bare(text);
    for expression in template.expressions().chain([&bare]) {
        for read in expression.reads() {
            assert_eq!(&text[read.span.clone()][..1], "#");
            assert!(text[read.span.clone()].ends_with(read.variable));
            assert!(text.get(read.whole.clone()).is_some_and(|whole| !whole.is_empty()));
            assert!(read.whole.start <= read.span.start && read.span.end <= read.whole.end);
            assert!(expression.inner.start <= read.whole.start && read.whole.end <= expression.inner.end);
            for step in &read.steps {
                assert!(text.get(step.span()).is_some_and(|step| !step.is_empty()));
                if let Step::Call { arguments, .. } = step {
                    assert!(text.get(arguments.clone()).is_some());
                }
            }
        }
        for literal in expression.literals() {
            assert!(text[literal.span.clone()].starts_with(['\'', '"']));
        }
    }
}

/// Texts that look like scripts more than most.
fn nearly_a_script() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "a", "request", ".", "?.", "'", "\"", "'''", "\"\"\"", "`", "${", "$", "}", "{", "(", ")", "[", "]", "/", "$/",
        "/$", "//", "/*", "*/", "\\", "\n", " ", ",", "return ", "1", ".5", "é", "😀", "=", "#!", "$b.c",
    ]);
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
}

/// Tokens follow one another, only white space is between them, and chains are parts of the text.
fn check_script(text: &str) {
    for language in [Language::Groovy, Language::JavaScript] {
        let mut end = 0;
        for token in tokens(text, language) {
            assert!(text[end..token.span.start].trim().is_empty(), "{text:?}");
            assert!(!text[token.span.clone()].is_empty());
            end = token.span.end;
        }
        assert!(text[end..].trim().is_empty());
        for chain in chains(text, language) {
            assert!(text[chain.span.clone()].starts_with(chain.root));
            for link in &chain.links {
                assert!(text[link.span.clone()].contains(link.name));
                assert!(link.call.clone().is_none_or(|call| text.get(call).is_some()));
            }
        }
    }
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn any_text_can_be_read(text in any::<String>()) {
        check_expressions(&text);
        check_script(&text);
    }

    #[test]
    fn anything_like_an_expression_can_be_read(text in nearly_an_expression()) {
        check_expressions(&text);
    }

    #[test]
    fn anything_like_a_script_can_be_read(text in nearly_a_script()) {
        check_script(&text);
    }
}
