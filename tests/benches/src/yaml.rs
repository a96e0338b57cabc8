//! The YAML form of a tree, as people write it for Kubernetes: plain words where they are safe, quotes elsewhere, and
//! block texts for what has several lines.

use crate::json::Value;

/// Words that would not be read as texts.
const RESERVED: &[&str] = &["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// Two spaces per level, line feeds, a line feed at the end.
pub(crate) fn text(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, 0, true);
    out
}

/// Writes what stands after `key:` or `-`, up to the end of the line. The first member of an object or the first element
/// of a list goes on in the same line when `fresh`.
fn write(out: &mut String, value: &Value, depth: usize, fresh: bool) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (position, (key, member)) in members.iter().enumerate() {
                start(out, depth, fresh && position == 0);
                write_text(out, key);
                out.push(':');
                // Elements of a list stand below the key itself, two to the left of the members of an object.
                let deeper = depth + usize::from(!matches!(member, Value::Array(_)));
                below(out, member, deeper, false);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (position, item) in items.iter().enumerate() {
                start(out, depth, fresh && position == 0);
                out.push('-');
                below(out, item, depth + 1, true);
            }
        }
        Value::Text(text) => {
            match text.strip_suffix('\n') {
                _ if !is_block(text) => write_text(out, text),
                Some(lines) => write_block(out, "|", lines, depth),
                None => write_block(out, "|-", text, depth),
            }
            out.push('\n');
        }
        scalar_or_empty => {
            out.push_str(&scalar_or_empty.compact());
            out.push('\n');
        }
    }
}

/// Writes the value of a key or a list's element. Of an element the first line is that of its `-`.
fn below(out: &mut String, value: &Value, depth: usize, in_line: bool) {
    let is_nested = match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    out.push(if is_nested && !in_line { '\n' } else { ' ' });
    write(out, value, depth, in_line);
}

fn start(out: &mut String, depth: usize, in_line: bool) {
    if !in_line {
        indent(out, depth);
    }
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

/// Whether a text is written line by line: several lines, the first not indented, at most one line feed at the end.
fn is_block(text: &str) -> bool {
    let lines = text.strip_suffix('\n').unwrap_or(text);
    let is_control = |character: char| character.is_control() && character != '\n';
    lines.contains('\n') && !lines.starts_with([' ', '\n']) && !lines.ends_with('\n') && !lines.contains(is_control)
}

fn write_block(out: &mut String, header: &str, lines: &str, depth: usize) {
    out.push_str(header);
    for line in lines.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            indent(out, depth);
            out.push_str(line);
        }
    }
}

fn write_text(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        // A JSON text is a YAML text.
        out.push_str(&Value::from(text).compact());
    }
}

fn is_plain(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./ ".contains(&byte);
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
        && !text.ends_with(' ')
        && text.bytes().all(inside)
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{array, object};

    #[test]
    fn text_form() {
        let value = object! {
            "plain": "a b",
            "quoted": "a: b",
            "word": "no",
            "lines": object! { "a": "x\n\n  y\n", "b": "x\ny", "c": " x\ny", "d": "x\n\n" },
            "list": array![1, "x", object! { "k": true, "l": array!["m"] }, array![array![]], "a\nb"],
            "none": object! {},
        };
        let expected = "\
plain: a b
quoted: \"a: b\"
word: \"no\"
lines:
  a: |
    x

      y
  b: |-
    x
    y
  c: \" x\\ny\"
  d: \"x\\n\\n\"
list:
- 1
- x
- k: true
  l:
  - m
- - []
- |-
  a
  b
none: {}
";
        assert_eq!(text(&value), expected);
    }
}
