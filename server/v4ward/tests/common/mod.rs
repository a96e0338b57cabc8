//! Running the real program in a folder of its own.

#![allow(clippy::unwrap_used, dead_code, missing_docs, unreachable_pub, reason = "shared by tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use v4ward_migration::rules;

/// A folder that goes away, and runs in it.
pub struct Folder(tempfile::TempDir);

/// What a run gave.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("the program was ended by a signal"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    #[track_caller]
    pub fn ends(self, code: i32, out: &str, err: &str) {
        assert_eq!((self.code, self.out.as_str(), self.err.as_str()), (code, out, err));
    }
}

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names of all files, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(self.root()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_v4ward"));
        command.current_dir(self.root()).args(arguments).env_remove("NO_COLOR");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        self.command(arguments).output().unwrap().into()
    }

    /// As a user whom permissions hold back, which root is not.
    pub fn run_as_nobody(&self, arguments: &[&str]) -> Run {
        use std::os::unix::fs::PermissionsExt as _;
        if !is_root() {
            return self.run(arguments);
        }
        fs::set_permissions(self.root(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_v4ward")]);
        command.current_dir(self.root()).args(arguments).output().unwrap().into()
    }
}

pub fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(2) == Some("0"))
}

/// A definition without any finding.
pub fn clean() -> String {
    rules::find("health-check-assertions").unwrap().declaration().good.text().replace("\"Orders\"", "\"Clean\"")
}

/// One whose only finding blocks and has a safe fix.
pub fn fixable() -> String {
    rules::find("health-check-assertions").unwrap().declaration().bad.text()
}

/// One whose only finding blocks and needs a person.
pub fn blocked() -> String {
    rules::find("policy-not-compatible").unwrap().declaration().bad.text()
}

pub const V1: &str = r#"{"name": "Old", "gravitee": "1.0.0", "paths": {"/": []}}"#;
pub const V4: &str = r#"{"api": {"definitionVersion": "V4", "name": "New"}}"#;
