use super::*;

#[test]
fn templates_stay_as_they_are() {
    let before = "a: {{ .x }}\nb:\n  c: 1\n  d: {{ .y }}\nl: [{{ .z }}, 1]\n{{ .k }}: 2\ne: 3\n";
    let refused: Vec<Make> = vec![
        set("/a", text("x")),
        remove("/a"),
        remove("/b"),
        set("/b", text("x")),
        copy("/e", "/a"),
        copy("/e", "/b"),
        copy("/l/1", "/b/d"),
        element_after("/l", "/l/0", text("x")),
        rename("/{{ .k }}", "x"),
    ];
    for (at, change) in refused.into_iter().enumerate() {
        assert_eq!(made(before, &[change]).unwrap_err(), EditError::Template, "{at}");
    }
    check(vec![
        (before, vec![set("/b/c", text("x"))], &before.replace("c: 1", "c: x")),
        (before, vec![remove("/b/c")], &before.replace("  c: 1\n", "")),
        (before, vec![rename("/a", "z")], &before.replace("a: {", "z: {")),
        (before, vec![member_after("", Some("/a"), "new", text("x"))], &before.replace("\nb:", "\nnew: x\nb:")),
        (before, vec![member("/b", "new", text("{{ x }}"))], &before.replace("\nl:", "\n  new: '{{ x }}'\nl:")),
        (before, vec![element("/l", text("x"))], &before.replace(", 1]", ", 1, x]")),
    ]);
}

#[test]
fn nothing_new_comes_under_a_condition() {
    let before = "{{- if .on }}\na: 1\n{{- end }}\nb: 2\nc:\n  {{- range .l }}\n  d: 1\n  {{- end }}\n";
    assert_eq!(made(before, &[member_after("", Some("/a"), "new", text("x"))]).unwrap_err(), EditError::Template);
    check(vec![
        (before, vec![member_after("", Some("/b"), "new", text("x"))], &before.replace("b: 2\n", "b: 2\nnew: x\n")),
        (before, vec![remove("/a")], &before.replace("a: 1\n", "")),
        (before, vec![set("/c/d", text("x"))], &before.replace("d: 1", "d: x")),
        (
            "{{- if .on }}\na: 1\n{{- end }}\n",
            vec![member("", "b", text("x"))],
            "{{- if .on }}\na: 1\nb: x\n{{- end }}\n",
        ),
    ]);
}
