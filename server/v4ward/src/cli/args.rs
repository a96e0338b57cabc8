//! The command line as it is typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use v4ward_migration::{IdPolicy, Target, migrate};

const AFTER_HELP: &str = "\
Exit codes:
  0   done, and nothing found at the level of --fail-on;
      migrate: all written or up to date
  1   findings at that level, or something was refused
  2   wrong usage or configuration
  3   an input could not be read, no definition was found at all, or an output
      could not be written; the rest is still done
  70  internal error

Settings are read from the v4ward.toml nearest above each file.";

/// Checks Gravitee V2 API definitions offline and migrates them to V4.
#[derive(Parser, Debug)]
#[command(name = "v4ward", version, max_term_width = 100, after_help = AFTER_HELP, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// When to colour the output; NO_COLOR is respected by `auto`
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Say what stands between V2 definitions and V4; changes nothing
    Check(CheckArgs),
    /// Fix problems of V2 files in place, with minimal edits
    Fix(FixArgs),
    /// Write a V4 file for each V2 file; the V2 files stay as they are
    Migrate(MigrateArgs),
    /// Check V4 files against the V4 schemas
    Verify(VerifyArgs),
    /// Remove generated V4 files that nobody changed since
    Rollback(PathArgs),
    /// Show the page of a rule, or the list of all rules
    Explain(ExplainArgs),
    /// Speak the Language Server Protocol on standard input and output, for editors
    Lsp,
    /// Print the completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

#[derive(Args, Debug)]
pub(crate) struct PathArgs {
    /// Files or folders. Folders are walked with .gitignore respected; definitions are recognised by their content
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    Text,
    /// For programs; versioned
    Json,
}

/// [`OutputFormat`] where places in files are told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum FindingsFormat {
    /// For people
    Text,
    /// For programs; versioned
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// For a comment on a pull request or the summary of a job; at most 64,000 bytes
    Markdown,
}

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// Form of the output
    #[arg(long, default_value = "text")]
    pub(crate) format: FindingsFormat,
    /// From which severity on findings give exit code 1
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    pub(crate) fail_on: FailOn,
    #[command(flatten)]
    pub(crate) paths: PathArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Never,
}

#[derive(Args, Debug)]
pub(crate) struct FixArgs {
    /// Also make fixes that can change how requests are handled: the first one each rule lists
    #[arg(long = "unsafe")]
    pub(crate) needs_decision: bool,
    /// Only the fixes of this rule; can be given more than once
    #[arg(long = "rule", value_name = "ID")]
    pub(crate) rules: Vec<String>,
    /// Show what would change and write nothing; ends with 1 when something would
    #[arg(long)]
    pub(crate) diff: bool,
    #[command(flatten)]
    pub(crate) paths: PathArgs,
}

#[derive(Args, Debug)]
pub(crate) struct MigrateArgs {
    /// Write also what is only partially migratable, or what V4 would refuse
    #[arg(long)]
    pub(crate) force: bool,
    /// Fixes to apply before the conversion, to a copy in memory
    #[arg(long, default_value = "safe")]
    pub(crate) fixes: FixLevel,
    /// Ids of APIs, plans and pages: keep them, or derive new ones [default: v4ward.toml, else keep]
    #[arg(long)]
    pub(crate) ids: Option<Ids>,
    /// What to write [default: json for exports, gko for custom resources]
    #[arg(long)]
    pub(crate) to: Option<Form>,
    /// Print the V4 definitions instead of writing files
    #[arg(long, conflicts_with_all = ["output", "overwrite", "format"])]
    pub(crate) stdout: bool,
    /// Write below this folder, with the paths that the files have below the named folder
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Replace V4 files whose content differs
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Also write a report to this file: Markdown when its name ends with .md, JSON when it ends with .json
    #[arg(long, value_name = "FILE", value_parser = report_file)]
    pub(crate) report: Option<ReportFile>,
    /// Form of what is printed
    #[arg(long, default_value = "text")]
    pub(crate) format: OutputFormat,
    #[command(flatten)]
    pub(crate) paths: PathArgs,
}

/// Where a report goes, and in which form.
#[derive(Clone, Debug)]
pub(crate) struct ReportFile {
    pub(crate) path: PathBuf,
    pub(crate) form: ReportForm,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ReportForm {
    Markdown,
    Json,
}

/// The ending of the name says the form.
fn report_file(text: &str) -> Result<ReportFile, String> {
    let path = PathBuf::from(text);
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let form = match ending.as_deref() {
        Some("md") => ReportForm::Markdown,
        Some("json") => ReportForm::Json,
        _ => return Err("a report is Markdown (.md) or JSON (.json): end its name with one of the two".to_owned()),
    };
    Ok(ReportFile { path, form })
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum FixLevel {
    None,
    Safe,
    All,
}

impl FixLevel {
    /// As it is typed.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Safe => "safe",
            Self::All => "all",
        }
    }
}

impl From<FixLevel> for migrate::FixLevel {
    fn from(level: FixLevel) -> Self {
        match level {
            FixLevel::None => Self::None,
            FixLevel::Safe => Self::Safe,
            FixLevel::All => Self::All,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Ids {
    Keep,
    New,
}

impl From<Ids> for IdPolicy {
    fn from(ids: Ids) -> Self {
        match ids {
            Ids::Keep => Self::Keep,
            Ids::New => Self::New,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Form {
    /// The file that APIM imports: `<stem>.v4.json`
    Json,
    /// A custom resource for the Kubernetes operator, ApiV4Definition: `<stem>.v4.yaml`
    Gko,
}

impl From<Form> for Target {
    fn from(form: Form) -> Self {
        match form {
            Form::Json => Self::ImportJson,
            Form::Gko => Self::Resource,
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    /// Form of the output
    #[arg(long, default_value = "text")]
    pub(crate) format: FindingsFormat,
    #[command(flatten)]
    pub(crate) paths: PathArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    /// The id of the rule
    #[arg(value_name = "RULE")]
    pub(crate) rule: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}
