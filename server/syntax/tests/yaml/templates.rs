//! What a template engine fills in.

use v4ward_syntax::{Document, NodeKind};

use crate::laws;

/// The templates, and the values that are not known.
fn read(text: &str) -> (Document, Vec<String>, Vec<String>) {
    let document = laws::check(text);
    assert_eq!(document.errors(), [], "{text:?}");
    let templates = document.templates().iter().map(|span| document.slice(*span).to_owned()).collect();
    let unknown = document.nodes().filter(|node| node.kind() == NodeKind::Invalid);
    let unknown = unknown.map(|node| node.text().to_owned()).collect();
    (document, templates, unknown)
}

#[test]
fn values_that_a_template_makes_are_not_known() {
    let text = "a: {{ .Values.a }}\nb: x-{{ .b }}-é{{ .c }} # {{ no }}\nc:\n  - {{ .d }}\n  - [{{ .e }}, f]\n";
    let (document, templates, unknown) = read(text);
    assert_eq!(templates, ["{{ .Values.a }}", "{{ .b }}", "{{ .c }}", "{{ .d }}", "{{ .e }}"]);
    assert_eq!(unknown, ["{{ .Values.a }}", "x-{{ .b }}-é{{ .c }}", "{{ .d }}", "{{ .e }}"]);
    assert_eq!(document.resolve("/c/1/1").unwrap().scalar(), "f");
}

#[test]
fn lines_of_control_are_no_text() {
    let text = "{{- if .Values.on }}\na:\n  {{- with .x }}\n  b: 1\n  {{- end }} # c\n  {{- include \"y\" . | nindent 2 }}\n\
                {{- dict\n  \"a\" 1\n}}\n  c: 2\n{{ end }}{{ end }}\n";
    let (document, templates, unknown) = read(text);
    assert_eq!(templates.len(), 7);
    assert_eq!(unknown, [""; 0]);
    assert_eq!(document.resolve("/a/c").unwrap().scalar(), "2");
}

#[test]
fn keys_with_a_template_are_kept_as_written() {
    let (document, templates, unknown) = read("{{ .k }}: 1\nx-{{ .l }}: {{ .m }}\n\"{{ .q }}\": 2\n");
    assert_eq!(templates, ["{{ .k }}", "{{ .l }}", "{{ .m }}"]);
    assert_eq!(unknown, ["{{ .m }}"]);
    let root = document.root().unwrap();
    let keys: Vec<_> = root.children().map(|child| child.key().unwrap().into_owned()).collect();
    assert_eq!(keys, ["{{ .k }}", "x-{{ .l }}", "{{ .q }}"]);
}

#[test]
fn texts_hold_braces_as_they_like() {
    for text in [
        "a: \"{{ x }}\"\n",
        "a: 'it''s {{ x }}'\n",
        "a: # {{ x }}\n  1\n",
        "a: |\n  {{ x }}\n\n  {{ y }}\nb: 1\n",
        "- a: >-\n    {{ x }}\n  b: |2 # c\n     {{ y }}\n- |\n {{ z }}\n",
        "--- |\n{{ x }}\n",
        "a: \"two\n  {{ lines }}\"\n",
        "{\"a\":\"{{ x }}\",b: ['{{ y }}']}\n",
        "a: &x !!str |\n  {{ y }}\n",
        "a: {b: {c: 1}}\n",
        "? |\n  {{ k }}\n: 1\n",
    ] {
        let (_, templates, unknown) = read(text);
        assert_eq!((templates.len(), unknown.len()), (0, 0), "{text:?}");
    }
}

#[test]
fn a_block_text_ends_where_its_lines_do() {
    let (document, templates, _) = read("a:\n  b: |\n    {{ x }}\n  c: {{ y }}\nd: it's {{ z }}\n");
    assert_eq!(templates, ["{{ y }}", "{{ z }}"]);
    assert_eq!(document.resolve("/a/b").unwrap().scalar(), "{{ x }}\n");
    let (_, templates, _) = read("data: |\n{{ .Files.Get \"x\" | indent 2 }}\nb: 1\n");
    assert_eq!(templates.len(), 1);
}

#[test]
fn a_template_with_the_quote_around_it_is_none_of_the_text() {
    let (document, templates, unknown) = read("a: \"{{ .x | default \"y: z\" }}\"\nb: 1\n");
    assert_eq!(templates, ["{{ .x | default \"y: z\" }}"]);
    assert_eq!(unknown, ["\"{{ .x | default \"y: z\" }}\""]);
    assert_eq!(document.resolve("/b").unwrap().scalar(), "1");
}

#[test]
fn half_typed_templates_are_errors_of_their_line() {
    for text in ["a: {{ x\nb: 1\nc: {{ y }}\n", "a: \"x\nb: 1\nc: {{ y }}\n", "a: '{{ x\nb: 1\nc: {{ y }}\n"] {
        let document = laws::check(text);
        assert_eq!(document.templates().len(), 1, "{text:?}");
        assert_eq!(document.resolve("/b").map(|b| b.scalar().into_owned()).as_deref(), Some("1"), "{text:?}");
    }
}
