//! Findings that a person has accepted, each with the reason (`[[suppress]]` in `v4ward.toml`).
//!
//! A suppression takes a finding out of lists and counts. It changes no verdict, and what keeps a definition from V4
//! stays where it is, with the reason beside it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use v4ward_syntax::Span;

use crate::finding::Finding;

/// A day of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, if there is one.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        (1..=days).contains(&day).then_some(Self { year, month, day })
    }

    /// The day so many days after the first of 1970 (H. Hinnant, "chrono-compatible low-level date algorithms").
    #[must_use]
    pub fn from_days(days: u32) -> Self {
        let shifted = days + 719_468;
        let era = shifted / 146_097;
        let day_of_era = shifted % 146_097;
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + u32::from(month <= 2);
        let small = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
        Self { year: u16::try_from(year).unwrap_or(u16::MAX), month: small(month), day: small(day) }
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
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The path of a file or a pattern of paths: `*` stands for anything in a name, `?` for one sign of it, `**` for any
/// folders.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern of a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// True for a path that is written out.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.0.contains(['*', '?'])
    }

    /// The folder that holds all files which it can name; empty for the folder of the settings file.
    #[must_use]
    pub fn folder(&self) -> &str {
        let literal = &self.0[..self.0.find(['*', '?']).unwrap_or(self.0.len())];
        literal.rfind('/').map_or("", |slash| &literal[..slash])
    }

    /// True for a path that it names.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        // Which beginnings of the path the segments so far can stand for.
        let mut reached = vec![false; names.len() + 1];
        reached[0] = true;
        for segment in self.0.split('/') {
            let mut next = vec![false; names.len() + 1];
            if segment == "**" {
                let mut any = false;
                for (at, reached) in reached.iter().enumerate() {
                    any |= reached;
                    next[at] = any;
                }
            } else {
                for (at, name) in names.iter().enumerate() {
                    next[at + 1] = reached[at] && name_matches(segment, name);
                }
            }
            reached = next;
        }
        reached.last().copied().unwrap_or_default()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One name of a path. After a `*` fails, the last one takes a sign more.
fn name_matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    let mut last_star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                last_star = Some((p, n));
                p += 1;
            }
            Some(sign) if *sign == '?' || *sign == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match last_star {
                Some((star, taken)) => {
                    last_star = Some((star, taken + 1));
                    p = star + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|sign| *sign == '*')
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

    /// True for a finding that it accepts, in a file that it names.
    #[must_use]
    pub fn covers(&self, finding: &Finding<'_>) -> bool {
        self.rule == finding.declaration().id
            && self.pointer.as_ref().is_none_or(|accepted| {
                let found = finding.pointer();
                let below = found.as_ref().and_then(|found| found.strip_prefix(accepted.as_str()));
                below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
    }
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

    /// The one that accepts a finding.
    #[must_use]
    pub fn of(&self, finding: &Finding<'_>) -> Option<&Suppression> {
        self.entries.iter().find(|entry| entry.covers(finding))
    }
}

#[cfg(test)]
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
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
        ];
        for (pattern, path, named) in cases {
            assert_eq!(Pattern::new(pattern).matches(path), named, "{pattern} {path}");
        }
        assert_eq!(Pattern::new("apis/eu/*.json").folder(), "apis/eu");
        assert_eq!(Pattern::new("**").folder(), "");
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
