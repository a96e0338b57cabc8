//! What a plain scalar is, as the tools around Kubernetes take it: JSON types from YAML 1.1 words.

use std::borrow::Cow;

use granit_parser::Tag;

use crate::tree::NodeKind;

/// The type of a scalar and its value: what a tag of the core schema says, else what the text looks like. A tag of
/// anybody else's says nothing here.
pub(super) fn of<'v>(value: &'v str, plain: bool, tag: Option<&Tag>) -> (NodeKind, Cow<'v, str>) {
    let text = (NodeKind::String, Cow::Borrowed(value));
    match tag.and_then(Tag::core_suffix) {
        Some("int" | "float" | "bool" | "null") => resolve(value),
        Some(_) => text,
        None if plain => resolve(value),
        None => text,
    }
}

/// The type of a plain scalar and its value: a text, or the JSON token of anything else.
pub(super) fn resolve(text: &str) -> (NodeKind, Cow<'_, str>) {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return (NodeKind::Null, Cow::Borrowed("null")),
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "y" | "Y" | "on" | "On" | "ON" => {
            return (NodeKind::Bool, Cow::Borrowed("true"));
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "n" | "N" | "off" | "Off" | "OFF" => {
            return (NodeKind::Bool, Cow::Borrowed("false"));
        }
        _ => {}
    }
    match number(text) {
        Some(token) => (NodeKind::Number, token),
        None => (NodeKind::String, Cow::Borrowed(text)),
    }
}

/// The JSON token of a number, unless the text is none.
pub(super) fn number(text: &str) -> Option<Cow<'_, str>> {
    let starts_like_one = text.bytes().next().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.'));
    if !starts_like_one {
        return None;
    }
    if is_json_integer(text) {
        return Some(Cow::Borrowed(text));
    }
    let plain = text.replace('_', "");
    integer(&plain)
        .map(|value| Cow::Owned(value.to_string()))
        .or_else(|| float(&plain))
        .map(|token| if token == text { Cow::Borrowed(text) } else { Cow::Owned(token.into_owned()) })
}

fn is_json_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.is_empty() && !digits.starts_with('0'))
}

/// A whole number in base 10, 16 (`0x`), 8 (`0o` or a leading 0) or 2 (`0b`).
fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if !digits.bytes().next().is_some_and(|b| b.is_ascii_digit()) {
        return None;
    }
    let lower = digits.to_ascii_lowercase();
    let (digits, radix) = match lower.as_str() {
        "0" => ("0", 10),
        prefixed if prefixed.starts_with("0x") => (&prefixed[2..], 16),
        prefixed if prefixed.starts_with("0o") => (&prefixed[2..], 8),
        prefixed if prefixed.starts_with("0b") => (&prefixed[2..], 2),
        octal if octal.starts_with('0') => (&octal[1..], 8),
        decimal => (decimal, 10),
    };
    let is_digits = digits.bytes().all(|b| b.is_ascii_alphanumeric());
    let value = i128::from_str_radix(digits, radix).ok().filter(|_| is_digits)?;
    Some(if negative { -value } else { value })
}

/// A fraction, as a JSON token.
fn float(text: &str) -> Option<Cow<'_, str>> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let has_digits = !(whole.is_empty() && fraction.is_empty()) && digits(whole) && digits(fraction);
    let exponent_is_right = exponent.is_none_or(|exponent| {
        let digits_of = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits_of.is_empty() && digits(digits_of)
    });
    if !has_digits || !exponent_is_right {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let fraction = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    let exponent = exponent.map(|exponent| format!("e{exponent}")).unwrap_or_default();
    Some(Cow::Owned(format!("{sign}{whole}{fraction}{exponent}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_json_tokens() {
        let token = |text: &'static str| number(text).map(Cow::into_owned);
        for (text, expected) in [
            ("0", "0"),
            ("-12", "-12"),
            ("+7", "7"),
            ("1_000", "1000"),
            ("0x1F", "31"),
            ("0o17", "15"),
            ("017", "15"),
            ("0b101", "5"),
            ("-0x10", "-16"),
            (".5", "0.5"),
            ("1.", "1"),
            ("1.50", "1.50"),
            ("00.5", "0.5"),
            ("1e3", "1e3"),
            ("-1.5E-2", "-1.5e-2"),
            ("08.5", "8.5"),
        ] {
            assert_eq!(token(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "-", "+", ".", "1.2.3", "1e", "0x", "0xg", "--1", "1-2", "12:30", "e3", "2015-01-01", "0x-1"] {
            assert_eq!(token(text), None, "{text}");
        }
    }
}
