//! Findings that a person has accepted, each with the reason (`[[suppress]]` in `v4ward.toml`).
//!
//! A suppression takes a finding out of lists and counts. It changes no verdict, and what keeps a definition from V4
//! stays where it is, with the reason beside it. A V4 file has no verdict: of it any finding can be accepted.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};
use time::{Duration, Month};
use v4ward_syntax::Span;

/// A day of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date(time::Date);

impl Date {
    /// The day, if there is one.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let month = Month::try_from(month).ok()?;
        time::Date::from_calendar_date(i32::from(year), month, day).ok().map(Self)
    }

    /// The day so many days after the first of 1970; the last one there is for those beyond.
    #[must_use]
    pub fn from_days(days: u32) -> Self {
        let first = time::UtcDateTime::UNIX_EPOCH.date();
        Self(first.checked_add(Duration::days(i64::from(days))).unwrap_or(time::Date::MAX))
    }
}

impl FromStr for Date {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('-');
        let mut next = |length: usize| {
            parts.next().filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())).ok_or(())
        };
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        let number = |part: &str| part.parse::<u8>().map_err(drop);
        let date = Self::new(year.parse().map_err(drop)?, number(month)?, number(day)?);
        date.filter(|_| parts.next().is_none()).ok_or(())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The path of a file or a pattern of paths, as `globset` reads them: `*` stands for anything in a name, `**` for any
/// folders.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    matcher: GlobMatcher,
}

/// A text that is no pattern.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this is no pattern of paths")]
pub struct PatternError;

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// The pattern of a text.
    ///
    /// # Errors
    /// When the text is none, such as one with an open bracket.
    pub fn new(text: impl Into<String>) -> Result<Self, PatternError> {
        let text = text.into();
        let glob = GlobBuilder::new(&text).literal_separator(true).build().map_err(|_| PatternError)?;
        Ok(Self { matcher: glob.compile_matcher(), text })
    }

    /// True for a path that is written out.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.text.contains(SPECIAL)
    }

    /// The folder that holds all files which it can name; empty for the folder of the settings file.
    #[must_use]
    pub fn folder(&self) -> &str {
        let literal = self.text.split(SPECIAL).next().unwrap_or_default();
        literal.rfind('/').map_or("", |slash| &literal[..slash])
    }

    /// True for a path that it names.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }
}

/// The signs that stand for something else.
const SPECIAL: [char; 4] = ['*', '?', '[', '{'];

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// One accepted finding, or several of one rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppression {
    /// Which entry of its file it is, counted from 0.
    pub entry: usize,
    /// Where the entry stands in the settings file.
    pub span: Span,
    /// The rule.
    pub rule: String,
    /// The files, as seen from the settings file; all below it when there is none.
    pub path: Option<Pattern>,
    /// The place in the definition, with all below it; everywhere when there is none.
    pub pointer: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it counts.
    pub expires: Option<Date>,
}

impl Suppression {
    /// True for a file that it names; the path is seen from the settings file, with `/`.
    #[must_use]
    pub fn names(&self, path: &str) -> bool {
        self.path.as_ref().is_none_or(|pattern| pattern.matches(path))
    }

    /// True when it counts no more.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|last| last < today)
    }

    /// True for a finding of a rule that it accepts, in a file that it names. Where it is, is asked only when it counts.
    #[must_use]
    pub fn covers(&self, rule: &str, pointer: impl FnOnce() -> Option<String>) -> bool {
        self.rule == rule
            && self.pointer.as_ref().is_none_or(|accepted| {
                let found = pointer();
                let below = found.as_ref().and_then(|found| found.strip_prefix(accepted.as_str()));
                below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
    }
}

/// A finding that is left out, with the reason that a person gave.
#[derive(Clone, Debug)]
pub struct Accepted<F> {
    /// What was found.
    pub finding: F,
    /// Why it is accepted.
    pub reason: String,
}

/// The suppressions of a settings file.
#[derive(Clone, Debug, Default)]
pub struct Suppressions {
    /// The folder of the settings file.
    pub home: PathBuf,
    /// All that count.
    pub entries: Arc<[Suppression]>,
}

impl Suppressions {
    /// Those that count for a file on a day; the path is seen from the settings file, with `/`.
    #[must_use]
    pub fn for_file(&self, path: &str, today: Date) -> Self {
        let counts = |entry: &&Suppression| entry.names(path) && !entry.is_expired(today);
        Self { home: self.home.clone(), entries: self.entries.iter().filter(counts).cloned().collect() }
    }

    /// The one that accepts a finding of a rule.
    #[must_use]
    pub fn of(&self, rule: &str, pointer: impl Fn() -> Option<String>) -> Option<&Suppression> {
        self.entries.iter().find(|entry| entry.covers(rule, &pointer))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_paths() {
        let cases = [
            ("a/b.json", "a/b.json", true),
            ("a/b.json", "b.json", false),
            ("*.json", "b.json", true),
            ("*.json", "a/b.json", false),
            ("**/*.json", "b.json", true),
            ("**/*.json", "a/b/c.json", true),
            ("a/**", "a/b/c.json", true),
            ("a/**/c.json", "a/c.json", true),
            ("a/**/c.json", "b/c.json", false),
            ("a/??.json", "a/xy.json", true),
            ("a/?.json", "a/xy.json", false),
            ("{eu,us}/[a-c].json", "us/b.json", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
        ];
        for (pattern, path, named) in cases {
            assert_eq!(Pattern::new(pattern).unwrap().matches(path), named, "{pattern} {path}");
        }
        assert_eq!(Pattern::new("apis/eu/*.json").unwrap().folder(), "apis/eu");
        assert_eq!(Pattern::new("**").unwrap().folder(), "");
        assert_eq!(Pattern::new("a[b"), Err(PatternError));
    }

    #[test]
    fn days_of_the_calendar() {
        assert_eq!(Date::from_days(0).to_string(), "1970-01-01");
        assert_eq!(Date::from_days(20_512).to_string(), "2026-02-28");
        assert_eq!(Date::from_days(19_782).to_string(), "2024-02-29");
        assert_eq!("2024-02-29".parse::<Date>().map(|date| date.to_string()), Ok("2024-02-29".to_owned()));
        for wrong in ["2026-02-29", "2026-13-01", "2026-1-01", "2026-01-01-01", "+026-01-01", "", "soon"] {
            assert_eq!(wrong.parse::<Date>(), Err(()), "{wrong}");
        }
        assert!("2026-01-31".parse::<Date>() < "2026-02-01".parse());
    }
}
