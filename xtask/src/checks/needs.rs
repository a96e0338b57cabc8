//! What a part needs from the machine.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::{cargo, root};

/// Something a machine may lack.
#[derive(Clone, Copy, Debug)]
pub(super) enum Need {
    /// A component of the Rust toolchain: the word after `cargo`, and the component's name.
    Component(&'static str, &'static str),
    /// Python 3.
    Python,
    /// A Python module, and the package that has it.
    PythonModule(&'static str, &'static str),
    /// Node.js, new enough for Playwright and TypeScript.
    Node,
    /// npm, which brings the libraries and tools of the extension and its tests.
    Npm,
    /// The browser in which VS Code runs in tests.
    Chromium,
    /// Neovim.
    Neovim,
    /// The machine that the VS Code of the tests is made for.
    LinuxOnX64,
    /// The folder `shared` with the conformance kit.
    Conformance,
}

impl Need {
    /// What is missing and where to get it; `None` when it is there.
    pub(super) fn missing(self) -> Option<String> {
        let (there, what) = match self {
            Self::Component(word, name) => {
                (runs(&cargo(), &[word, "--version"]), format!("{name} (rustup component add {name})"))
            }
            Self::Python => (runs("python3", &["--version"]), "python3 (Debian package python3)".to_owned()),
            Self::PythonModule(module, package) => (
                runs("python3", &["-c", &format!("import {module}")]),
                format!("the Python module {module} (PyPI package {package}, Debian package python3-{module})"),
            ),
            Self::Node => (
                runs("node", &["-e", "process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)"]),
                "node, 20 or newer (Debian package nodejs)".to_owned(),
            ),
            Self::Npm => (runs("npm", &["--version"]), "npm (Debian package npm)".to_owned()),
            Self::Chromium => {
                (chromium(), "chromium (Debian package chromium; CHROMIUM names another place)".to_owned())
            }
            Self::Neovim => (runs("nvim", &["--version"]), "nvim (Debian package neovim)".to_owned()),
            Self::LinuxOnX64 => (cfg!(all(target_os = "linux", target_arch = "x86_64")), "Linux on x86_64".to_owned()),
            Self::Conformance => (
                conformance().join("conformance.py").is_file(),
                format!("the conformance kit at {} (V4WARD_SHARED names another place)", conformance().display()),
            ),
        };
        (!there).then_some(what)
    }
}

fn runs(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Whether there is a browser where tests/vscode/harness/tools.mjs looks for it.
fn chromium() -> bool {
    let named = std::env::var_os("CHROMIUM").is_some_and(|path| PathBuf::from(path).is_file());
    let names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
    named || names.iter().any(|name| runs(name, &["--version"]))
}

/// The conformance kit: in the folder `shared` beside the repository, or where `V4WARD_SHARED` says.
pub(super) fn conformance() -> PathBuf {
    std::env::var_os("V4WARD_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from).join("conformance")
}
