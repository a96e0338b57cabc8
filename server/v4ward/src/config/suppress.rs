//! `[[suppress]]`: reading the entries, and what became of them.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use v4ward_migration::suppress::{Date, Pattern, Suppression, Suppressions};
use v4ward_syntax::Span;

use super::did_you_mean;
use super::parse::Reader;
use super::rule_ids::{is_rule, near_rule};
use super::{FILE_NAME, FileProblem, Problem, read_text};

const KEYS: &[&str] = &["rule", "path", "pointer", "reason", "expires"];
const SECONDS_OF_A_DAY: u64 = 86_400;

/// The day it is, in UTC.
pub(super) fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or_default();
    Date::from_days(u32::try_from(seconds / SECONDS_OF_A_DAY).unwrap_or_default())
}

/// The entries of a settings file. What is wrong in them is told to the reader.
pub(super) fn entries(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_, '_>) -> Vec<Suppression> {
    let Some(list) = value.get_ref().as_array() else {
        reader.wrong_type(value, "\"suppress\" is a list of tables; each begins with [[suppress]]");
        return Vec::new();
    };
    let read = |(index, element): (usize, &Spanned<DeValue<'_>>)| match element.get_ref().as_table() {
        Some(table) => entry(index, table, element.span(), reader),
        None => {
            reader.wrong_type(element, "an entry of \"suppress\" is a table");
            None
        }
    };
    list.iter().enumerate().filter_map(read).collect()
}

fn entry(
    index: usize,
    table: &DeTable<'_>,
    whole: std::ops::Range<usize>,
    reader: &mut Reader<'_, '_>,
) -> Option<Suppression> {
    let (mut rule, mut path, mut pointer, mut reason, mut expires) = (None, None, None, None, None);
    let mut seen = HashSet::new();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        seen.insert(name.to_owned());
        let text = value.get_ref().as_str();
        match (name, text) {
            ("rule", Some(id)) if is_rule(id) => rule = Some((id.to_owned(), value.span())),
            ("rule", Some(id)) => {
                reader.problem(value.span(), format!("unknown rule \"{id}\"{}", near_rule(id)));
            }
            ("path", Some(text)) if is_relative(text) => match Pattern::new(text) {
                Ok(pattern) => path = Some(pattern),
                Err(error) => reader.problem(value.span(), format!("\"path\": {error}")),
            },
            ("path", Some(_)) => {
                reader.problem(value.span(), "\"path\" is seen from the folder of this file, with / between names");
            }
            ("pointer", Some(text)) if text.starts_with('/') && !text.trim_end_matches('/').is_empty() => {
                pointer = Some(text.trim_end_matches('/').to_owned());
            }
            ("pointer", Some(_)) => {
                reader.problem(value.span(), "\"pointer\" is a JSON pointer such as \"/proxy/groups/0\"");
            }
            ("reason", Some(text)) if !text.trim().is_empty() => reason = Some(text.trim().to_owned()),
            ("reason", Some(_)) => reader.problem(value.span(), "\"reason\" is empty: say why this is accepted"),
            ("expires", _) => match day(value.get_ref()) {
                Some(date) => expires = Some(date),
                None => reader.problem(value.span(), "\"expires\" is a day such as 2026-12-31"),
            },
            ("rule" | "path" | "pointer" | "reason", None) => {
                reader.wrong_type(value, &format!("\"{name}\" is a text"))
            }
            (unknown, _) => {
                let near = did_you_mean(unknown, KEYS.iter().copied());
                reader.problem(key.span(), format!("unknown key \"{unknown}\"{near}"));
            }
        }
    }
    for (needed, why) in [("rule", "the rule it is about"), ("reason", "why this is accepted")] {
        if !seen.contains(needed) {
            reader.problem(whole.clone(), format!("this entry needs \"{needed}\": {why}"));
        }
    }
    if !seen.contains("path") && !seen.contains("pointer") {
        let help = "to switch a rule off everywhere, use [rules]";
        reader.problem(whole, format!("this entry needs \"path\" or \"pointer\", or both; {help}"));
    }
    let (rule, place) = rule?;
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span::new(byte(place.start), byte(place.end));
    Some(Suppression { entry: index, span, rule, path, pointer, reason: reason?, expires })
}

fn is_relative(path: &str) -> bool {
    !path.is_empty() && !path.contains(['\\', ':']) && !path.split('/').any(|name| matches!(name, "" | "." | ".."))
}

fn day(value: &DeValue<'_>) -> Option<Date> {
    match value {
        DeValue::String(text) => text.parse().ok(),
        DeValue::Datetime(at) if at.time.is_none() && at.offset.is_none() => {
            at.date.and_then(|date| Date::new(date.year, date.month, date.day))
        }
        _ => None,
    }
}

/// A file as seen from the folder of its settings file, with `/`.
pub(crate) fn seen_from(home: &Path, file: &Path) -> Option<String> {
    let folder = fs::canonicalize(super::folder_of(file)).ok()?;
    let real = folder.join(file.file_name()?);
    let names = real.strip_prefix(home).ok()?.components().map(|part| part.as_os_str().to_string_lossy());
    Some(names.collect::<Vec<_>>().join("/"))
}

/// Why an entry should go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Stale {
    /// It accepts nothing.
    Unused,
    /// Its last day is over.
    Expired,
}

/// An entry that should go, with its place.
pub(crate) struct StaleEntry {
    pub(crate) why: Stale,
    pub(crate) rule: String,
    pub(crate) at: FileProblem,
}

/// The suppressions that the files of a command meet.
#[derive(Default)]
pub(crate) struct Ledger {
    /// By settings file.
    all: Vec<Suppressions>,
    /// The entries that name one of the files.
    named: HashSet<(PathBuf, usize)>,
}

impl Ledger {
    /// Notes what names a file.
    pub(super) fn note(&mut self, all: &Suppressions, path: &str) {
        if !self.all.iter().any(|known| known.home == all.home) {
            self.all.push(all.clone());
        }
        let named = all.entries.iter().filter(|entry| entry.names(path));
        self.named.extend(named.map(|entry| (all.home.clone(), entry.entry)));
    }

    /// The entries that should go, of the rules that ran. One that names many files is only judged when all of them were
    /// looked at: when its folder, or one above, was named in the command.
    pub(crate) fn stale(
        &self,
        used: &HashSet<(PathBuf, usize)>,
        folders: &[PathBuf],
        ran: impl Fn(&str) -> bool,
    ) -> Vec<StaleEntry> {
        let folders: Vec<PathBuf> = folders.iter().filter_map(|folder| fs::canonicalize(folder).ok()).collect();
        let today = today();
        let mut stale = Vec::new();
        for Suppressions { home, entries } in &self.all {
            let mut text = None;
            for entry in entries.iter().filter(|entry| ran(&entry.rule)) {
                let folder = home.join(entry.path.as_ref().map(Pattern::folder).unwrap_or_default());
                let is_one = entry.path.as_ref().is_some_and(Pattern::is_exact);
                let id = (home.clone(), entry.entry);
                let walked = folders.iter().any(|walked| folder.starts_with(walked));
                let seen = walked || (is_one && self.named.contains(&id));
                if !seen {
                    continue;
                }
                let (why, message) = match entry.expires {
                    Some(last) if entry.is_expired(today) => (
                        Stale::Expired,
                        format!("the suppression of {} ended on {last}: its findings are back", entry.rule),
                    ),
                    _ if used.contains(&id) => continue,
                    _ => (
                        Stale::Unused,
                        format!("the suppression of {} is not used: nothing is found there", entry.rule),
                    ),
                };
                let path = home.join(FILE_NAME);
                let text = text.get_or_insert_with(|| read_text(&path).unwrap_or_default()).as_str().into();
                let problem = Problem { span: entry.span, message };
                stale.push(StaleEntry {
                    why,
                    rule: entry.rule.clone(),
                    at: FileProblem { path, text, problem, is_warning: true },
                });
            }
        }
        stale
    }
}

/// The entries of a settings file that count no more, for the editor.
pub(super) fn expired(options: &v4ward_migration::Options) -> Vec<Problem> {
    let today = today();
    let over = options.suppressions.entries.iter().filter(|entry| entry.is_expired(today));
    over.filter_map(|entry| {
        let message = format!("the suppression of {} ended on {}: its findings are back", entry.rule, entry.expires?);
        Some(Problem { span: entry.span, message })
    })
    .collect()
}
