//! The boundaries of docs/architecture.md that no lint of the compiler holds: what a source file may name.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Sources that may not name something.
struct Boundary {
    /// Where they are.
    folder: &'static str,
    /// Below this folder it is allowed.
    except: Option<&'static str>,
    /// Paths as they stand in source text; for `std` see [`std_modules`].
    names: &'static [&'static str],
    /// What it is that they may not name.
    why: &'static str,
}

/// Modules of `std` that a pure library does without.
const IMPURE: &[&str] = &["std::env", "std::fs", "std::net", "std::process", "std::thread", "std::time"];

const LSP: &[&str] = &["tower_lsp", "lsp_types", "ls_types"];

const BOUNDARIES: &[Boundary] = &[
    Boundary { folder: "server/syntax/src", except: None, names: IMPURE, why: "the syntax library is pure" },
    Boundary { folder: "server/migration/src", except: None, names: IMPURE, why: "the migration library is pure" },
    Boundary {
        folder: "server/syntax/src",
        except: None,
        names: &["v4ward_migration", "v4ward::"],
        why: "the syntax library knows nothing of Gravitee",
    },
    Boundary { folder: "server/migration/src", except: None, names: &["v4ward::"], why: "data flows one way" },
    Boundary { folder: "server/migration/src", except: None, names: LSP, why: "no editor types in the library" },
    Boundary {
        folder: "server/v4ward/src",
        except: Some("server/v4ward/src/lsp"),
        names: LSP,
        why: "editor types stay in lsp/",
    },
];

/// Every name that stands where it may not, one line each.
pub(super) fn crossings(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for boundary in BOUNDARIES {
        for file in sources(&root.join(boundary.folder))? {
            let inside = file.strip_prefix(root).unwrap_or(&file);
            if boundary.except.is_some_and(|except| inside.starts_with(except)) {
                continue;
            }
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            for name in named(&text, boundary.names) {
                found.push(format!("{}: {name}: {}", inside.display(), boundary.why));
            }
        }
    }
    Ok(found)
}

/// The Rust files of a folder and those below it; none when there is no such folder.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut todo, mut files) = (vec![folder.to_path_buf()], Vec::new());
    while let Some(folder) = todo.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Those of the names that a source text has outside comments.
fn named<'n>(text: &str, names: &[&'n str]) -> Vec<&'n str> {
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let code: String = code.split_whitespace().collect();
    let grouped = std_modules(&code);
    names.iter().copied().filter(|name| has_path(&code, name) || grouped.iter().any(|module| module == name)).collect()
}

/// True when the path stands in the code as a whole, not as a part of a longer name.
fn has_path(code: &str, path: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(path).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + path.len()..].chars().next();
        // White space is gone from the code, so a keyword may stand right before: `usestd::fs`.
        let keyword = code[..at].ends_with("use") || code[..at].ends_with("crate");
        (keyword || !before.is_some_and(word)) && (path.ends_with(':') || !after.is_some_and(word))
    })
}

/// The modules named in `use std::{a, b::c}`, as `std::a` and `std::b`.
fn std_modules(code: &str) -> Vec<String> {
    let mut modules = Vec::new();
    for (at, opening) in code.match_indices("std::{") {
        let (mut depth, mut name) = (0_u32, String::new());
        for c in code[at + opening.len()..].chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => modules.push(std::mem::take(&mut name)),
                c if depth == 0 => name.push(c),
                _ => {}
            }
        }
        modules.push(name);
    }
    modules.iter().map(|name| format!("std::{}", name.split("::").next().unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_name_a_module_is_seen() {
        for code in [
            "use std::fs;",
            "use std::{collections::HashMap, fs::File};",
            "use std::{\n    fmt,\n    fs::{self, File},\n};",
            "pub(crate) use std :: fs :: read;",
            "fn f() { std::fs::read(\"a\"); }",
            "let x = || ::std::fs::read(\"a\");",
        ] {
            assert_eq!(named(code, IMPURE), ["std::fs"], "{code}");
        }
    }

    #[test]
    fn other_code_is_left_alone() {
        for code in ["// std::fs", "use std::fmt;", "mystd::fs::x()", "use std::fsx;", "use std::{fmt, io::{self}};"] {
            assert_eq!(named(code, IMPURE), Vec::<&str>::new(), "{code}");
        }
    }

    #[test]
    fn the_crate_names_are_told_apart() {
        assert_eq!(named("use v4ward::cli;", &["v4ward::"]), ["v4ward::"]);
        assert_eq!(named("use v4ward_syntax::Node;", &["v4ward::"]), Vec::<&str>::new());
    }
}
