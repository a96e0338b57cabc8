//! Reading the folder of plugin schemas that `plugin-schemas` names.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use v4ward_migration::plugins::{PolicySchema, PolicySchemas};

use super::read_text;

/// How the files are named, the longest first. What is before is the id of the policy.
const ENDINGS: &[&str] = &[".schema-form.json", ".json"];
/// Where an unpacked plugin has its schema.
const IN_PLUGIN: &str = "schemas/schema-form.json";
/// No schema of a plugin is nearly as large.
const LARGEST: u64 = 1_000_000;

/// The schemas in a folder that is named from another one, and what is wrong with them.
pub(super) fn load(base: &Path, name: &str) -> (PolicySchemas, Vec<String>) {
    let (mut schemas, mut problems) = (PolicySchemas::default(), Vec::new());
    let files = match files(base, name) {
        Ok(files) => files,
        Err(problem) => return (schemas, vec![format!("{name}: {problem}")]),
    };
    for (policy, path) in files {
        match schema(base, &path) {
            Ok(schema) => schemas.add(policy, schema),
            Err(problem) => {
                let shown = path.strip_prefix(base).unwrap_or(&path);
                problems.push(format!("{}: {problem}", shown.display()));
            }
        }
    }
    (schemas, problems)
}

/// The schema files with the ids of their policies, in the order of their names.
fn files(base: &Path, name: &str) -> Result<Vec<(String, PathBuf)>, String> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        io::ErrorKind::NotADirectory => "this is no folder".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    let inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    let folder = base.join(name);
    let real = |path: &Path| fs::canonicalize(path).map_err(unreadable);
    if name.is_empty() || !Path::new(name).components().all(inside) || !real(&folder)?.starts_with(real(base)?) {
        return Err("the folder must be below that of v4ward.toml".to_owned());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = entry.path();
        let of_plugin = path.join(IN_PLUGIN);
        if of_plugin.is_file() {
            found.push((name, of_plugin));
        } else if let Some(policy) = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)) {
            found.push((policy.to_owned(), path));
        }
    }
    found.sort();
    Ok(found)
}

fn schema(base: &Path, path: &Path) -> Result<PolicySchema, String> {
    let real = |path: &Path| fs::canonicalize(path).map_err(|error| format!("cannot be read: {error}"));
    if !real(path)?.starts_with(real(base)?) {
        return Err("a link that leads out of the folder of v4ward.toml".to_owned());
    }
    let size = fs::metadata(path).map_err(|error| format!("cannot be read: {error}"))?.len();
    if size > LARGEST {
        return Err("larger than a schema can be".to_owned());
    }
    let text = read_text(path).map_err(|error| error.to_string())?;
    let value = serde_json::from_str(&text)
        .map_err(|error| format!("no JSON at line {}, column {}", error.line(), error.column()))?;
    PolicySchema::new(value).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let plugins = folder.path().join("plugins");
        fs::create_dir_all(plugins.join("acme-three/schemas")).unwrap();
        let schema = r#"{"required": ["x"]}"#;
        for name in ["acme-one.json", "acme-two.schema-form.json", "acme-three/schemas/schema-form.json"] {
            fs::write(plugins.join(name), schema).unwrap();
        }
        fs::write(plugins.join("README.md"), "Schemas").unwrap();
        folder
    }

    #[test]
    fn all_layouts_are_read() {
        let folder = folder();
        let (schemas, problems) = load(folder.path(), "plugins");
        assert_eq!(problems, Vec::<String>::new());
        assert!(["acme-one", "acme-two", "acme-three"].iter().all(|policy| schemas.get(policy).is_some()));
        assert!(schemas.get("README").is_none());
    }

    #[test]
    fn what_cannot_be_used_is_told_with_its_file_and_the_rest_counts() {
        let folder = folder();
        let plugins = folder.path().join("plugins");
        fs::write(plugins.join("bad.json"), "{\n  \"type\": }").unwrap();
        fs::write(plugins.join("far.json"), r#"{"$ref": "http://127.0.0.1:1/x"}"#).unwrap();
        fs::create_dir(plugins.join("folder.json")).unwrap();
        fs::write(plugins.join("large.json"), " ".repeat(1_000_001)).unwrap();
        let (schemas, problems) = load(folder.path(), "plugins");
        let expected = [
            "plugins/bad.json: no JSON at line 2, column 11",
            "plugins/far.json: \"$ref\": \"http://127.0.0.1:1/x\" is no place in this file, and no other file is read",
            "plugins/folder.json: cannot be read: it is no regular file",
            "plugins/large.json: larger than a schema can be",
        ];
        assert_eq!(problems, expected);
        assert!(schemas.get("acme-one").is_some());
    }

    #[test]
    fn the_folder_is_below_the_settings_file() {
        let folder = folder();
        let told = |name: &str| load(&folder.path().join("plugins"), name).1.concat();
        let below = "the folder must be below that of v4ward.toml";
        for name in ["..", "/", "", "a/../../b"] {
            assert_eq!(told(name), format!("{name}: {below}"));
        }
        assert_eq!(told("none"), "none: there is no such folder");
        assert_eq!(told("README.md"), "README.md: this is no folder");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path(), folder.path().join("plugins/up")).unwrap();
            assert_eq!(told("up"), format!("up: {below}"));
            // Nor does a file lead out of it.
            fs::write(folder.path().join("far.json"), "{}").unwrap();
            fs::create_dir(folder.path().join("plugins/own")).unwrap();
            std::os::unix::fs::symlink(folder.path().join("far.json"), folder.path().join("plugins/own/far.json"))
                .unwrap();
            assert_eq!(told("own"), "own/far.json: a link that leads out of the folder of v4ward.toml");
        }
    }
}
