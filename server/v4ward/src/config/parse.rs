//! Reading `v4ward.toml`, with the place of everything that is wrong in it.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use v4ward_migration::rules::{self, Rule};
use v4ward_migration::{ApimState, IdPolicy, Options, Severity};
use v4ward_syntax::Span;

use super::did_you_mean;
use super::plugin_schemas;
use super::rule_ids::{is_rule, near_rule};
use super::suppress;

const KEYS: &[&str] =
    &["target-version", "custom-policies", "gateway-timeout-ms", "ids", "plugin-schemas", "rules", "suppress"];
const SEVERITIES: &str = "\"off\", \"hint\", \"information\", \"warning\" or \"error\"";

/// Something wrong in a settings text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Problem {
    /// Where, in bytes.
    pub(crate) span: Span,
    /// What.
    pub(crate) message: String,
}

type Value<'t> = Spanned<DeValue<'t>>;

/// The settings of a text, or all that is wrong in it, in the order of the text. What the text does not name is as in
/// `base`. Settings of an editor have no file beside which other files could be.
pub(crate) fn parse(text: &str, base: &Options, beside: Option<&mut Beside<'_>>) -> Result<Options, Vec<Problem>> {
    let mut reader = Reader { options: base.clone(), problems: Vec::new(), beside };
    match DeTable::parse(text) {
        Ok(table) => reader.table(table.get_ref()),
        Err(error) => reader.problem(error.span().unwrap_or_default(), error.message()),
    }
    if reader.problems.is_empty() {
        return Ok(reader.options);
    }
    reader.problems.sort_by_key(|problem| problem.span);
    Err(reader.problems)
}

/// What is beside a settings file.
pub(crate) struct Beside<'f> {
    /// Its folder.
    pub(crate) folder: &'f Path,
    /// Folders of plugin schemas that were read.
    pub(crate) schema_folders: Vec<PathBuf>,
}

/// Reads settings, and keeps what is wrong in them.
pub(super) struct Reader<'r, 'f> {
    options: Options,
    problems: Vec<Problem>,
    beside: Option<&'r mut Beside<'f>>,
}

impl Reader<'_, '_> {
    pub(super) fn problem(&mut self, span: Range<usize>, message: impl Into<String>) {
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.problems.push(Problem { span: Span::new(byte(span.start), byte(span.end)), message: message.into() });
    }

    pub(super) fn wrong_type(&mut self, value: &Value<'_>, what: &str) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.problem(value.span(), format!("{what}, not {found}"));
    }

    fn table(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "target-version" => self.target_version(value),
                "custom-policies" => self.custom_policies(value),
                "gateway-timeout-ms" => self.gateway_timeout(value),
                "ids" => self.ids(value),
                "plugin-schemas" => self.plugin_schemas(value),
                "rules" => self.rules(value),
                "suppress" => self.options.suppressions.entries = suppress::entries(value, self).into(),
                unknown => {
                    let near = did_you_mean(unknown, KEYS.iter().copied());
                    self.problem(key.span(), format!("unknown key \"{unknown}\"{near}"));
                }
            }
        }
    }

    fn target_version(&mut self, value: &Value<'_>) {
        match value.get_ref().as_str().map(str::parse) {
            Some(Ok(version)) => self.options.target_version = version,
            Some(Err(message)) => self.problem(value.span(), message),
            None => self.wrong_type(value, "\"target-version\" is a text such as \"4.13\""),
        }
    }

    fn custom_policies(&mut self, value: &Value<'_>) {
        const WHAT: &str = "\"custom-policies\" is a list of policy ids";
        let Some(list) = value.get_ref().as_array() else { return self.wrong_type(value, WHAT) };
        self.options.custom_policies.clear();
        for element in list {
            match element.get_ref().as_str() {
                Some("") => self.problem(element.span(), format!("{WHAT}; this one is empty")),
                Some(id) => self.options.custom_policies.push(id.to_owned()),
                None => self.wrong_type(element, WHAT),
            }
        }
    }

    fn gateway_timeout(&mut self, value: &Value<'_>) {
        const WHAT: &str = "\"gateway-timeout-ms\" is a whole number above 0";
        let Some(integer) = value.get_ref().as_integer() else { return self.wrong_type(value, WHAT) };
        match u64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) if number > 0 => self.options.gateway_timeout_ms = number,
            _ => self.problem(value.span(), WHAT),
        }
    }

    fn ids(&mut self, value: &Value<'_>) {
        match value.get_ref().as_str() {
            Some("keep") => self.options.ids = IdPolicy::Keep,
            Some("new") => self.options.ids = IdPolicy::New,
            Some(_) => self.problem(value.span(), "\"ids\" is \"keep\" or \"new\""),
            None => self.wrong_type(value, "\"ids\" is \"keep\" or \"new\""),
        }
    }

    fn plugin_schemas(&mut self, value: &Value<'_>) {
        const WHAT: &str = "\"plugin-schemas\" is the path of a folder";
        let Some(name) = value.get_ref().as_str() else { return self.wrong_type(value, WHAT) };
        let Some(beside) = &mut self.beside else {
            let message = "\"plugin-schemas\" belongs into v4ward.toml, since the folder is beside it";
            return self.problem(value.span(), message);
        };
        beside.schema_folders.push(beside.folder.join(name));
        let (schemas, problems) = plugin_schemas::load(beside.folder, name);
        self.options.policy_schemas = Arc::new(schemas);
        for problem in problems {
            self.problem(value.span(), format!("\"plugin-schemas\": {problem}"));
        }
    }

    fn rules(&mut self, value: &Value<'_>) {
        let Some(table) = value.get_ref().as_table() else {
            return self.wrong_type(value, "\"rules\" is a table of rule ids");
        };
        for (key, value) in table {
            self.rule(key.get_ref(), key.span(), value);
        }
    }

    fn rule(&mut self, id: &str, span: Range<usize>, value: &Value<'_>) {
        if !is_rule(id) {
            return self.problem(span, format!("unknown rule \"{id}\"{}", near_rule(id)));
        }
        // Nothing that a rule about V4 files finds keeps a definition from V4.
        let declaration = rules::find(id).map(Rule::declaration);
        let blocks = declaration.is_some_and(|it| it.apim == Some(ApimState::Impossible) && it.decides_verdict);
        let severity = match value.get_ref().as_str() {
            Some("off") if blocks => {
                let message = format!(
                    "\"{id}\" cannot be switched off: APIM refuses to migrate what it finds; \
                     see `v4ward explain {id}`"
                );
                return self.problem(value.span(), message);
            }
            Some("off") => None,
            Some("hint") => Some(Severity::Hint),
            Some("information") => Some(Severity::Information),
            Some("warning") => Some(Severity::Warning),
            Some("error") => Some(Severity::Error),
            Some(other) => {
                return self.problem(value.span(), format!("\"{other}\" is no severity; write {SEVERITIES}"));
            }
            None => return self.wrong_type(value, &format!("a severity is {SEVERITIES}")),
        };
        self.options.rules.insert(id.to_owned(), severity);
    }
}

#[cfg(test)]
mod tests {
    use v4ward_syntax::{LineIndex, PositionEncoding};

    use super::*;

    #[track_caller]
    fn problems(text: &str) -> Vec<String> {
        let index = LineIndex::new(text);
        let line = |problem: &Problem| {
            let at = index.position(text, problem.span.start, PositionEncoding::Utf32);
            format!("{}:{}: {}", at.line + 1, at.column + 1, problem.message)
        };
        parse(text, &Options::default(), None).unwrap_err().iter().map(line).collect()
    }

    #[test]
    fn reads_all_keys() {
        let options = parse(
            "target-version = '4.12'\ncustom-policies = ['a', 'b']\ngateway-timeout-ms = 5_000\nids = 'new'\n\
             [rules]\nhttp-option-dropped = 'off'\npolicy-not-compatible = 'warning'\nv4-page-parent = 'off'\n\
             v4-schema = 'hint'\n",
            &Options::default(),
            None,
        )
        .unwrap();
        assert_eq!(options.target_version.to_string(), "4.12");
        assert_eq!(options.custom_policies, ["a", "b"]);
        assert_eq!(options.gateway_timeout_ms, 5000);
        assert_eq!(options.ids, IdPolicy::New);
        assert_eq!(options.rules["http-option-dropped"], None);
        assert_eq!(options.rules["policy-not-compatible"], Some(Severity::Warning));
        assert_eq!((options.rules["v4-page-parent"], options.rules["v4-schema"]), (None, Some(Severity::Hint)));
        assert_eq!(parse("", &Options::default(), None).unwrap().gateway_timeout_ms, 30_000);
        let over = parse("custom-policies = ['c']\n[rules]\nwrong-type = 'hint'", &options, None).unwrap();
        assert_eq!((over.custom_policies.len(), over.gateway_timeout_ms, over.rules.len()), (1, 5000, 5));
    }

    #[test]
    fn tells_all_that_is_wrong_with_its_place() {
        assert_eq!(
            problems(
                "ids = 'keep'\n  target-versoin = '4.13'\n[rules]\nhttp-option-droped = 'off'\nx = 'off'\n\
                 v4-page-parents = 'off'\n"
            ),
            [
                "2:3: unknown key \"target-versoin\"; did you mean \"target-version\"?",
                "4:1: unknown rule \"http-option-droped\"; did you mean \"http-option-dropped\"?",
                "5:1: unknown rule \"x\"",
                "6:1: unknown rule \"v4-page-parents\"; did you mean \"v4-page-parent\"?",
            ]
        );
        assert_eq!(
            problems("target-version = 4.13\ncustom-policies = 'a'\ngateway-timeout-ms = -1\nids = 'old'\nrules = 1"),
            [
                "1:18: \"target-version\" is a text such as \"4.13\", not a number",
                "2:19: \"custom-policies\" is a list of policy ids, not a text",
                "3:22: \"gateway-timeout-ms\" is a whole number above 0",
                "4:7: \"ids\" is \"keep\" or \"new\"",
                "5:9: \"rules\" is a table of rule ids, not a number",
            ]
        );
        assert_eq!(problems("target-version = '5'"), ["1:18: \"5\" is no APIM version such as \"4.13\""]);
        assert_eq!(problems("ids = "), ["1:7: string values must be quoted, expected literal string"]);
    }

    #[test]
    fn a_blocker_cannot_be_switched_off() {
        assert_eq!(
            problems("[rules]\npolicy-not-compatible = 'off'\nhttp-option-dropped = 'silent'"),
            [
                "2:25: \"policy-not-compatible\" cannot be switched off: APIM refuses to migrate what it finds; \
                 see `v4ward explain policy-not-compatible`",
                "3:23: \"silent\" is no severity; write \"off\", \"hint\", \"information\", \"warning\" or \"error\"",
            ]
        );
    }
}
