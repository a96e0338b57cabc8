//! Writes generated V2 definitions into a folder, as export files or as custom resources.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use v4ward_benches::{Profile, definition, resource};

const USAGE: &str = "\
Usage: v4ward-generate [--count N] [--seed S] [--profile clean|mixed|legacy] [--bytes B] [--resources] OUTPUT_DIR

Writes N V2 API definitions as batch-001/api-00001.json and so on, 1,000 files to a folder.

  --count N      how many (default 100)
  --seed S       the same seed gives the same files (default 1)
  --profile P    clean: fully migratable; mixed: most with problems; legacy: old spellings (default clean)
  --bytes B      size of a file that is aimed at (default 12000)
  --resources    custom resources in YAML, as batch-001/api-00001.yaml and so on
";

/// How many files stand in one folder: more would make some file systems slow, which is not what is measured.
const FILES_PER_FOLDER: u64 = 1_000;

/// What the command line asks for.
struct Options {
    count: u64,
    seed: u64,
    profile: Profile,
    resources: bool,
    output: PathBuf,
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        return finish(io::stdout().write_all(USAGE.as_bytes()).map_err(|error| error.to_string()), 3);
    }
    match parse(&arguments) {
        Ok(options) => finish(generate(&options), 3),
        Err(message) => finish(Err(format!("{message}\n\n{USAGE}")), 2),
    }
}

/// Says what went wrong, if anything, and chooses the exit code.
fn finish(result: Result<(), String>, code: u8) -> ExitCode {
    let Err(message) = result else { return ExitCode::SUCCESS };
    // Nothing is left to tell when even the error output is closed.
    let _ = writeln!(io::stderr(), "v4ward-generate: {}", message.trim_end());
    ExitCode::from(code)
}

fn parse(arguments: &[OsString]) -> Result<Options, String> {
    let (mut count, mut seed, mut profile, mut bytes, mut output) = (100, 1, Profile::clean(), None, None);
    let mut resources = false;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.to_str() {
            Some("--count") => count = number("--count", rest.next())?,
            Some("--seed") => seed = number("--seed", rest.next())?,
            Some("--bytes") => bytes = Some(number("--bytes", rest.next())?),
            Some("--resources") => resources = true,
            Some("--profile") => profile = profile_named(rest.next())?,
            Some(option) if option.starts_with('-') => return Err(format!("unknown option {option}")),
            _ if output.is_some() => return Err("more than one output folder".to_owned()),
            _ => output = Some(PathBuf::from(argument)),
        }
    }
    if let Some(bytes) = bytes {
        profile = profile.with_bytes(usize::try_from(bytes).map_err(|_| "--bytes is too large")?);
    }
    let output = output.ok_or("the output folder is missing")?;
    Ok(Options { count, seed, profile, resources, output })
}

fn number(option: &str, value: Option<&OsString>) -> Result<u64, String> {
    let text = value.and_then(|value| value.to_str()).ok_or_else(|| format!("{option} needs a number"))?;
    text.parse().map_err(|_| format!("{option} needs a number, not {text}"))
}

fn profile_named(value: Option<&OsString>) -> Result<Profile, String> {
    let name = value.and_then(|value| value.to_str()).unwrap_or_default();
    Profile::named(name).ok_or_else(|| "--profile is clean, mixed or legacy".to_owned())
}

fn generate(options: &Options) -> Result<(), String> {
    let (make, extension): (fn(u64, u64, &Profile) -> String, _) =
        if options.resources { (resource, "yaml") } else { (definition, "json") };
    for index in 1..=options.count {
        let folder = options.output.join(format!("batch-{:03}", (index - 1) / FILES_PER_FOLDER + 1));
        if (index - 1) % FILES_PER_FOLDER == 0 {
            fs::create_dir_all(&folder).map_err(|error| failure(&folder, &error))?;
        }
        let file = folder.join(format!("api-{index:05}.{extension}"));
        let text = make(options.seed, index, &options.profile);
        fs::write(&file, text).map_err(|error| failure(&file, &error))?;
    }
    Ok(())
}

fn failure(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn parsed(words: &[&str]) -> Result<Options, String> {
        parse(&words.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_read_in_any_order() {
        let options =
            parsed(&["out", "--bytes", "3000", "--count", "5", "--profile", "legacy", "--seed", "9"]).unwrap();
        assert_eq!((options.count, options.seed), (5, 9));
        assert_eq!(options.profile, Profile::legacy().with_bytes(3_000));
        assert_eq!(options.output, PathBuf::from("out"));
        assert!(!options.resources);
        assert!(parsed(&["--resources", "out"]).unwrap().resources);
    }

    #[test]
    fn wrong_usage_is_refused() {
        for words in [&[][..], &["a", "b"], &["--count", "x", "a"], &["--what", "a"], &["--profile", "odd", "a"]] {
            assert!(parsed(words).is_err(), "{words:?}");
        }
    }
}
