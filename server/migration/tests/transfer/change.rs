//! Another value of the same kind for a leaf.

use crate::common::as_resource::Tree;

/// The part of a tree at a pointer.
pub(crate) fn at<'t>(tree: &'t mut Tree, pointer: &str) -> Option<&'t mut Tree> {
    pointer.split('/').skip(1).try_fold(tree, |tree, segment| match tree {
        Tree::List(items) => items.get_mut(segment.parse::<usize>().ok()?),
        object => object.get_mut(&segment.replace("~1", "/").replace("~0", "~")),
    })
}

/// Another value of the same kind; `words` are those that may stand there, but for those of `others`. `None` for what
/// has no other value: nothing, and empty texts, lists and objects.
pub(crate) fn other(value: &Tree, words: &[String], others: &[&str]) -> Option<Tree> {
    match value {
        Tree::Scalar(scalar) => other_scalar(scalar).map(Tree::Scalar),
        Tree::Text(text) if text.is_empty() => None,
        Tree::Text(text) if !words.is_empty() => {
            let known = words.iter().position(|word| word.eq_ignore_ascii_case(text))?;
            let next = (1..words.len()).map(|step| &words[(known + step) % words.len()]);
            let mut next = next.filter(|word| !word.is_empty() && !others.contains(&word.as_str()));
            next.next().cloned().map(Tree::Text)
        }
        Tree::Text(text) => Some(Tree::Text(other_text(text))),
        Tree::List(_) | Tree::Object(_) => None,
    }
}

fn other_scalar(scalar: &str) -> Option<String> {
    match scalar {
        "true" => Some("false".to_owned()),
        "false" => Some("true".to_owned()),
        "null" => None,
        number => match number.parse::<i64>() {
            Ok(number) => Some((number + 7).to_string()),
            Err(_) => number.parse::<f64>().ok().map(|number| (number + 2.0).to_string()),
        },
    }
}

fn other_text(text: &str) -> String {
    if let Some(other) = other_scalar(text) {
        return other;
    }
    if uuid::Uuid::try_parse(text).is_ok() {
        let last = if text.ends_with('0') { '1' } else { '0' };
        return format!("{}{last}", &text[..text.len() - 1]);
    }
    if let Some(rest) = text.strip_prefix("2024-") {
        return format!("2025-{rest}");
    }
    if let Some(rest) = text.strip_prefix("*/") {
        return format!("*/5{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    if let Some((before, after)) = text.rsplit_once('}') {
        return match text.starts_with("{#") {
            true => format!("{before} && true}}{after}"),
            false => format!("{before},\"other\":true}}{after}"),
        };
    }
    match text.strip_suffix('/') {
        Some(path) if !path.ends_with('*') => format!("{path}x/"),
        _ if text.starts_with('#') => format!("{text} && true"),
        _ => format!("{text}x"),
    }
}
