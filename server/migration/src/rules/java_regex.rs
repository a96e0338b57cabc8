//! Which texts are no regular expressions of Java. Only what surely is none counts: a text that is taken for one here
//! may still be refused by APIM, never the other way round.

use std::iter::Peekable;
use std::str::Chars;

/// True for a text that Java's `Pattern.compile` surely refuses: an unbalanced bracket or parenthesis, a quantifier
/// with nothing before it, a lone backslash at the end.
pub(crate) fn is_broken(pattern: &str) -> bool {
    scan(pattern) == Err(Stop::Broken)
}

#[derive(PartialEq, Eq, Debug)]
enum Stop {
    /// Java refuses the pattern.
    Broken,
    /// Something that is not followed here.
    Unclear,
}

/// What a quantifier would stand after.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Atom,
    Counted,
    Quantified,
}

fn scan(pattern: &str) -> Result<(), Stop> {
    let mut rest = pattern.chars().peekable();
    let (mut depth, mut before) = (0_u32, Before::Nothing);
    while let Some(c) = rest.next() {
        before = match c {
            '\\' => escape(&mut rest)?.unwrap_or(before),
            '[' => class(&mut rest)?,
            '(' => {
                depth += u32::from(opens_group(&mut rest)?);
                Before::Nothing
            }
            ')' => {
                depth = depth.checked_sub(1).ok_or(Stop::Broken)?;
                Before::Atom
            }
            '|' => Before::Nothing,
            '*' | '+' | '?' => match before {
                Before::Atom => {
                    rest.next_if(|next| matches!(next, '?' | '+'));
                    Before::Quantified
                }
                Before::Nothing | Before::Counted | Before::Quantified => return Err(Stop::Broken),
            },
            '{' => match before {
                Before::Atom | Before::Counted => count(&mut rest)?,
                Before::Nothing if !rest.peek().is_some_and(char::is_ascii_digit) => return Err(Stop::Broken),
                // Java takes a count of nothing.
                Before::Nothing | Before::Quantified => return Err(Stop::Unclear),
            },
            _ => Before::Atom,
        };
    }
    if depth == 0 { Ok(()) } else { Err(Stop::Broken) }
}

/// What follows a backslash; `None` for what leaves no atom, as an empty quotation.
fn escape(rest: &mut Peekable<Chars<'_>>) -> Result<Option<Before>, Stop> {
    match rest.next().ok_or(Stop::Broken)? {
        'Q' => Ok(quotation(rest).then_some(Before::Atom)),
        // A stray end of a quotation means this or that, by its place.
        'E' => Err(Stop::Unclear),
        'c' => rest.next().map(|_| Some(Before::Atom)).ok_or(Stop::Unclear),
        'p' | 'P' | 'x' | 'N' => match rest.next_if_eq(&'{') {
            None => Ok(Some(Before::Atom)),
            Some(_) => rest.find(|c| *c == '}').map(|_| Some(Before::Atom)).ok_or(Stop::Unclear),
        },
        _ => Ok(Some(Before::Atom)),
    }
}

/// Reads to the end of `\Q…\E`; true where there is anything in it.
fn quotation(rest: &mut Peekable<Chars<'_>>) -> bool {
    let mut any = false;
    while let Some(c) = rest.next() {
        if c == '\\' && rest.next_if_eq(&'E').is_some() {
            break;
        }
        any = true;
    }
    any
}

/// Reads a class of characters after its opening bracket; classes lie in classes.
fn class(rest: &mut Peekable<Chars<'_>>) -> Result<Before, Stop> {
    let mut depth = 1_u32;
    let mut is_first = true;
    rest.next_if_eq(&'^');
    while let Some(c) = rest.next() {
        let starts_class = c == '[';
        match c {
            '\\' => match rest.next().ok_or(Stop::Broken)? {
                'Q' | 'E' | 'c' | 'p' | 'P' | 'x' | 'N' => return Err(Stop::Unclear),
                _ => {}
            },
            '&' if rest.peek() == Some(&'&') => return Err(Stop::Unclear),
            '[' => {
                depth += 1;
                rest.next_if_eq(&'^');
            }
            // The first one is a character like others.
            ']' if !is_first => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok(Before::Atom);
        }
        is_first = starts_class;
    }
    Err(Stop::Broken)
}

/// Reads what says of which kind a group is; false for flags, which are no group.
fn opens_group(rest: &mut Peekable<Chars<'_>>) -> Result<bool, Stop> {
    if rest.next_if_eq(&'?').is_none() {
        return Ok(true);
    }
    match rest.next() {
        Some(':' | '=' | '!' | '>') => Ok(true),
        Some('<') => match rest.next() {
            Some('=' | '!') => Ok(true),
            Some(name) if name.is_ascii_alphabetic() => rest.find(|c| *c == '>').map(|_| true).ok_or(Stop::Unclear),
            _ => Err(Stop::Unclear),
        },
        // With the flag x, comments and blanks mean nothing.
        Some('i') => match rest.next() {
            Some(')') => Ok(false),
            Some(':') => Ok(true),
            _ => Err(Stop::Unclear),
        },
        _ => Err(Stop::Unclear),
    }
}

/// Reads a count after its opening brace: `2}`, `2,}` or `2,3}`.
fn count(rest: &mut Peekable<Chars<'_>>) -> Result<Before, Stop> {
    let mut digits = 0_u32;
    while rest.next_if(char::is_ascii_digit).is_some() {
        digits += 1;
    }
    if digits == 0 {
        return Err(Stop::Broken);
    }
    if rest.next_if_eq(&',').is_some() {
        while rest.next_if(char::is_ascii_digit).is_some() {}
    }
    rest.next_if_eq(&'}').ok_or(Stop::Broken)?;
    rest.next_if(|next| matches!(next, '?' | '+'));
    Ok(Before::Counted)
}

#[cfg(test)]
mod tests {
    use super::is_broken;

    /// What `java.util.regex.Pattern` of JDK 17 says of each.
    #[test]
    fn java_refuses_what_is_broken() {
        let broken = [
            "*",
            "*.example",
            "(*a)",
            "a|*b",
            "a**",
            "a*+*",
            "a???",
            "(?i)*",
            "x{2}*",
            "[]",
            "[a[b]",
            "[*",
            "(?:a",
            "a)",
            "https://[a",
            "a{x}",
            "a{2",
            "a{",
            "{a}",
            "a\\",
            "(?=*)",
        ];
        for pattern in broken {
            assert!(is_broken(pattern), "{pattern}");
        }
    }

    #[test]
    fn what_java_takes_is_not_broken() {
        let taken = [
            "",
            ".*",
            "a*+",
            "a*?",
            "^*",
            "$*",
            "[]a]",
            "[^]a]",
            "[a&&[b]]",
            "[{(*]",
            "a{2}{3}",
            "a{2,}+",
            "}",
            "]",
            "\\Q(\\E",
            "\\Q(",
            "(?x)#(",
            "(?<name>a)",
            "(?<!a)*",
            "(?i)",
            "|",
            "()",
            "\\(",
            "\\p{L}*",
            "https://.*\\.a",
        ];
        for pattern in taken {
            assert!(!is_broken(pattern), "{pattern}");
        }
    }
}
