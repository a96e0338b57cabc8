//! Faults of regular expressions that are faults to Java, too.

/// What keeps Java from compiling an expression, where that is certain; `None` proves nothing.
pub(crate) fn certain_fault(expression: &str) -> Option<&'static str> {
    let mut open = 0usize;
    // What stands before decides whether a quantifier has something to repeat.
    let (mut nothing_to_repeat, mut repeated) = (true, false);
    let mut rest = expression.chars().peekable();
    while let Some(char) = rest.next() {
        let (was_nothing, was_repeated) = (nothing_to_repeat, repeated);
        (nothing_to_repeat, repeated) = (false, false);
        match char {
            '\\' => match rest.next() {
                None => return Some("it ends with a backslash"),
                // A quoted part may hold anything.
                Some('Q') => return None,
                Some(_) => {}
            },
            '[' if !skip_class(&mut rest) => return Some("it opens a bracket that it does not close"),
            '[' => {}
            '(' => {
                open += 1;
                nothing_to_repeat = true;
                if rest.next_if_eq(&'?').is_some() && !matches!(rest.peek(), Some(':' | '=' | '!' | '<' | '>')) {
                    // Flags may change what everything else means.
                    return None;
                }
            }
            ')' if open == 0 => return Some("it closes a parenthesis that it did not open"),
            ')' => open -= 1,
            '|' => nothing_to_repeat = true,
            '*' | '+' | '?' if was_nothing => return Some("it repeats nothing"),
            '*' if was_repeated => return Some("it repeats a repetition"),
            '*' | '+' | '?' => {
                // One more sign says how greedy the first is.
                let _ = rest.next_if(|next| matches!(next, '+' | '?'));
                repeated = true;
            }
            _ => {}
        }
    }
    (open > 0).then_some("it opens a parenthesis that it does not close")
}

/// Reads to the end of a class of characters; false when it has none. Classes nest in Java.
fn skip_class(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let mut depth = 1usize;
    let mut first = true;
    let _ = rest.next_if_eq(&'^');
    while let Some(char) = rest.next() {
        let was_first = std::mem::replace(&mut first, false);
        match char {
            '\\' => {
                let _ = rest.next();
            }
            '[' => {
                depth += 1;
                first = true;
                let _ = rest.next_if_eq(&'^');
            }
            ']' if was_first => {}
            ']' => {
                depth -= 1;
                if depth == 0 {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::certain_fault;

    #[test]
    fn what_java_refuses_is_told() {
        for bad in ["/a(b", "/a)b", "/[a-z", "*", "/a|*", "/(+a)", "/a**", "/a\\", "/[]"] {
            assert!(certain_fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn what_may_be_right_is_left_alone() {
        let good =
            ["/orders/:id", "/a.*", "/(a|b)+?", "/[]a]x", "/[a[bc]]", "/a\\(", "/(?:a)*", "/(?i)a**", "\\Q(\\E", ""];
        for good in good {
            assert_eq!(certain_fault(good), None, "{good}");
        }
    }
}
