//! Where inputs come from: fixtures, the repository's examples, and the conformance kit when it is there.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use v4ward_migration::target::Target;
use v4ward_migration::{Options, Version};
use v4ward_syntax::{Document, Format};

/// The folder of this crate.
fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder with one folder per group, with one folder per rule.
pub(crate) fn fixtures_folder() -> PathBuf {
    crate_folder().join("tests/fixtures")
}

/// An input file.
pub(crate) struct Input {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What it says.
    pub(crate) text: String,
}

impl Input {
    /// The text, read.
    pub(crate) fn document(&self) -> Document {
        let is_yaml = self.path.extension().is_some_and(|ending| ending == "yaml");
        Document::parse(self.text.as_str(), if is_yaml { Format::Yaml } else { Format::Json })
    }

    /// With what it is looked at: `<case>.to-import.yaml` and `<case>.to-resource.json` name the form of the V4
    /// definition, which is the one that goes with the text otherwise; `<case>.for-4.12.json` names the version of APIM.
    pub(crate) fn options(&self) -> Options {
        let case = self.case();
        let target = match case.rsplit_once(".to-") {
            Some((_, "import")) => Some(Target::ImportJson),
            Some((_, "resource")) => Some(Target::Resource),
            _ => None,
        };
        let version = case.rsplit_once(".for-").and_then(|(_, version)| version.parse().ok());
        let target_version = version.unwrap_or(Version::NEWEST);
        Options { target, target_version, ..Options::default() }
    }

    /// A fixture of a rule that nearly has its finding.
    pub(crate) fn is_near_miss(&self) -> bool {
        self.case().starts_with("near-")
    }

    /// The file name without its ending.
    pub(crate) fn case(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// The paths in a folder, ordered; none when there is no such folder.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// The files in a folder whose names end like this, ordered. What is not UTF-8 is no input of these tests.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<Input> {
    let named = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(ending));
    let read = |path: PathBuf| fs::read_to_string(&path).ok().map(|text| Input { path, text });
    entries(folder).into_iter().filter(named).filter_map(read).collect()
}

/// The examples at the root of the repository.
pub(crate) fn examples() -> Vec<Input> {
    files(&crate_folder().join("../../examples"), ".json")
}

/// The folder of what is not ours: `shared` beside the repository, or where `V4WARD_SHARED` says.
pub(crate) fn shared() -> PathBuf {
    std::env::var_os("V4WARD_SHARED").map_or_else(|| crate_folder().join("../../../shared"), PathBuf::from)
}

/// Our own custom resources.
pub(crate) fn own_resources() -> Vec<Input> {
    files(&crate_folder().join("tests/resources"), ".yaml")
}

/// Our own custom resources and those of the conformance kit, when it is there.
pub(crate) fn resources() -> Vec<Input> {
    own_resources().into_iter().chain(files(&conformance_kit().join("gko"), ".v2.yaml")).collect()
}

/// The JSON inputs of the conformance kit; none, with a notice, where the kit is absent.
pub(crate) fn conformance() -> Vec<Input> {
    let kit = conformance_kit();
    let inputs: Vec<Input> = ["edge", "real"].iter().flat_map(|folder| files(&kit.join(folder), ".v2.json")).collect();
    if inputs.is_empty() {
        // Written past the capture of the test harness: a skip must be seen.
        let _ = writeln!(std::io::stderr(), "SKIPPED: no conformance inputs in {}", kit.display());
    }
    inputs
}

/// The answers of APIM's own migration in the conformance kit; none where the kit is absent.
pub(crate) fn answers() -> impl Iterator<Item = Input> {
    ["edge", "real", "gko"].into_iter().flat_map(|folder| files(&conformance_kit().join(folder), ".expected.json"))
}

fn conformance_kit() -> PathBuf {
    shared().join("conformance")
}

/// A folder of the conformance kit; none, with a notice, where the kit is absent.
pub(crate) fn conformance_folder(name: &str) -> Option<PathBuf> {
    let folder = conformance_kit().join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    let _ = writeln!(std::io::stderr(), "SKIPPED: no {}", folder.display());
    None
}
