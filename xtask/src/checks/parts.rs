//! The parts of `cargo xtask test`, in their order: what is quick and often broken comes first.

use std::fmt;
use std::path::PathBuf;

use anyhow::Result;

use super::needs::{Need, conformance};
use super::{Length, boundaries};
use crate::generate::{self, Mode};
use crate::{cargo, root};

/// A part of the run.
pub(super) struct Part {
    /// Its name in the output.
    pub(super) name: &'static str,
    /// What it cannot run without.
    pub(super) needs: Vec<Need>,
    /// What it does.
    pub(super) action: Action,
}

/// What a part does.
pub(super) enum Action {
    /// Runs programs one after the other, up to the first that fails.
    Run(Vec<CommandLine>),
    /// Looks at the repository itself; false when something is wrong.
    Inside(fn() -> Result<bool>),
}

/// A program with its arguments and the environment variables that are set for it.
pub(super) struct CommandLine {
    pub(super) program: String,
    pub(super) arguments: Vec<String>,
    pub(super) environment: Vec<(String, String)>,
}

impl CommandLine {
    fn new(program: impl Into<String>, arguments: &str) -> Self {
        let arguments = arguments.split_whitespace().map(str::to_owned).collect();
        Self { program: program.into(), arguments, environment: Vec::new() }
    }

    fn with_words(self, words: &str) -> Self {
        words.split_whitespace().fold(self, Self::with_argument)
    }

    fn with_argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    fn with_variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    fn action(self) -> Action {
        Action::Run(vec![self])
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = if self.program == cargo() { "cargo" } else { &self.program };
        for (name, value) in &self.environment {
            write!(f, "{name}={value} ")?;
        }
        write!(f, "{program} {}", self.arguments.join(" "))
    }
}

/// All parts.
pub(super) fn all(length: Length) -> Vec<Part> {
    let mut parts = sources();
    parts.extend(tests(length));
    parts.extend(whole_program(length));
    parts.extend(editors());
    parts
}

/// What can be said without running the product.
fn sources() -> Vec<Part> {
    let clippy = || vec![Need::Component("clippy", "clippy")];
    let pure = root().join("xtask/pure").display().to_string();
    vec![
        Part {
            name: "format",
            needs: vec![Need::Component("fmt", "rustfmt")],
            action: cargo_line("fmt --all --check").action(),
        },
        Part { name: "boundaries between the parts", needs: Vec::new(), action: Action::Inside(check_boundaries) },
        Part {
            name: "lints",
            needs: clippy(),
            action: cargo_line("clippy --quiet --workspace --all-targets --all-features -- -D warnings").action(),
        },
        Part {
            name: "lints of the pure libraries",
            needs: clippy(),
            action: cargo_line("clippy --quiet -p v4ward-syntax -p v4ward-migration --lib -- -D warnings")
                .with_variable("CLIPPY_CONF_DIR", pure)
                .action(),
        },
        Part { name: "generated files", needs: Vec::new(), action: Action::Inside(check_generated) },
    ]
}

fn check_boundaries() -> Result<bool> {
    let crossings = boundaries::crossings(&root())?;
    crossings.iter().for_each(|crossing| println!("{crossing}"));
    Ok(crossings.is_empty())
}

fn check_generated() -> Result<bool> {
    generate::run(Mode::Check)
}

fn tests(length: Length) -> Vec<Part> {
    let tests = cargo_line("test --quiet --workspace");
    let tests = match length {
        // The same cases each time: a change is not refused for what another one left. The long run looks for more.
        Length::Short => tests.with_variable("PROPTEST_RNG_SEED", "1"),
        Length::Long => tests.with_variable("V4WARD_CASES", "100000").with_variable("V4WARD_TRANSFERS", "all"),
    };
    let generator = cargo_line("test --quiet --package xtask --features pages");
    // Without `--bench` a benchmark runs each of its cases once.
    let benches = cargo_line("test --quiet --package v4ward-benches --benches");
    vec![
        Part { name: "tests", needs: Vec::new(), action: tests.action() },
        Part { name: "tests of the generator", needs: Vec::new(), action: generator.action() },
        Part { name: "benchmarks, each once", needs: Vec::new(), action: benches.action() },
        Part {
            name: "YAML as PyYAML reads it",
            needs: vec![Need::Python, Need::PythonModule("yaml", "pyyaml")],
            action: yaml_oracle().action(),
        },
    ]
}

/// Our own corpus, and the one of the conformance kit where there is one.
fn yaml_oracle() -> CommandLine {
    let line = CommandLine::new("python3", "tests/oracles/yaml_data.py tests/oracles/yaml");
    let corpus = conformance().join("gko");
    if corpus.is_dir() { line.with_argument(corpus.display().to_string()) } else { line }
}

/// What runs the binary as a user does.
fn whole_program(length: Length) -> Vec<Part> {
    let kit = conformance();
    let libraries = [
        Need::Python,
        Need::PythonModule("jsonschema", "jsonschema"),
        Need::PythonModule("yaml", "pyyaml"),
        Need::Conformance,
    ];
    let python = |script: PathBuf, arguments: &str| {
        let line = CommandLine::new("python3", "").with_argument(script.display().to_string());
        line.with_words(arguments)
    };
    let cases = python(kit.join("conformance.py"), "--tool")
        .with_argument(binary("v4ward"))
        .with_argument("--cases")
        .with_argument(kit.join("edge").display().to_string())
        .with_argument("--cases")
        .with_argument(kit.join("real").display().to_string())
        .with_argument("--cases")
        .with_argument(kit.join("gko").display().to_string());
    let kill = python(root().join("tests/robustness/kill.py"), "--binary")
        .with_argument(binary("v4ward"))
        .with_argument("--generator")
        .with_argument(binary("v4ward-generate"));
    let short = ["--count", "3000", "--rounds", "5"];
    let kill = if length == Length::Short { short.into_iter().fold(kill, CommandLine::with_argument) } else { kill };
    vec![
        Part { name: "release build", needs: Vec::new(), action: release_build().action() },
        Part {
            name: "conformance self-test",
            needs: libraries.to_vec(),
            action: python(kit.join("selftest.py"), "").action(),
        },
        Part { name: "conformance", needs: libraries.to_vec(), action: cases.action() },
        Part { name: "killed while migrating", needs: vec![Need::Python], action: kill.action() },
    ]
}

fn cargo_line(arguments: &str) -> CommandLine {
    CommandLine::new(cargo(), arguments)
}

/// The language server in editors, and the extension.
fn editors() -> Vec<Part> {
    let tests = vscode_script("run.mjs").with_words("--binary").with_argument(binary("v4ward"));
    let neovim = CommandLine::new("tests/neovim/run.sh", "--binary").with_argument(binary("v4ward"));
    vec![
        Part { name: "Neovim, end to end", needs: vec![Need::Neovim], action: neovim.action() },
        Part {
            name: "extension: types and unit tests",
            needs: vec![Need::Node, Need::Npm],
            action: Action::Run(vec![npm_install(), npm("run --silent check"), npm("run --silent test")]),
        },
        Part { name: "extension: package", needs: vscode_needs(), action: package().action() },
        Part {
            name: "VS Code, end to end",
            needs: [vec![Need::Chromium], vscode_needs()].concat(),
            action: Action::Run(vec![vscode_tools(), tests]),
        },
    ]
}

/// The parts of `cargo xtask vscode`, each of which needs the one before.
pub(super) fn vscode() -> Vec<Part> {
    // Not quiet: nothing but the compiler's progress shows that something happens.
    let build = if STATIC { cargo_line("static") } else { cargo_line("build --release --package v4ward") };
    vec![
        Part { name: "VS Code", needs: vscode_needs(), action: vscode_tools().action() },
        Part { name: "the language server", needs: Vec::new(), action: build.action() },
        Part { name: "the extension", needs: vscode_needs(), action: Action::Run(vec![npm_install(), package()]) },
        Part { name: "open", needs: vscode_needs(), action: vscode_script("open.mjs").action() },
    ]
}

fn vscode_needs() -> Vec<Need> {
    vec![Need::LinuxOnX64, Need::Node, Need::Npm]
}

fn vscode_tools() -> CommandLine {
    CommandLine::new("tests/vscode/setup.sh", "")
}

fn npm(arguments: &str) -> CommandLine {
    CommandLine::new("npm", "--prefix vscode-extension").with_words(arguments)
}

fn npm_install() -> CommandLine {
    npm("ci --no-audit --no-fund --loglevel=error")
}

/// Packs the extension with the server of the release build.
fn package() -> CommandLine {
    npm("run --silent package -- --target linux-x64")
        .with_words("--binary")
        .with_argument(binary("v4ward"))
        .with_words("--out")
        .with_argument(vsix())
}

/// A script of tests/vscode, with the packed extension.
fn vscode_script(name: &str) -> CommandLine {
    CommandLine::new("node", "")
        .with_argument(format!("tests/vscode/{name}"))
        .with_words("--vsix")
        .with_argument(vsix())
}

fn vsix() -> String {
    target().join("e2e/v4ward-linux-x64.vsix").display().to_string()
}

/// One release build for all parts. Where a static binary is given away it is that one: what is tested is what is shipped,
/// and nothing is built twice.
fn release_build() -> CommandLine {
    if STATIC {
        cargo_line("static --quiet --package v4ward-benches")
    } else {
        cargo_line("build --quiet --release --package v4ward --package v4ward-benches")
    }
}

/// Whether `cargo static` (`.cargo/config.toml`) can build for this machine.
const STATIC: bool = cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"));

/// A program of the release build.
fn binary(name: &str) -> String {
    let folder = if STATIC { "x86_64-unknown-linux-gnu/release" } else { "release" };
    target().join(folder).join(name).display().to_string()
}

fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    root().join(target)
}
