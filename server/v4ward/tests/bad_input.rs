//! What users read when something is wrong with what they give: one test for each item of the list, with the message.

#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs, reason = "tests")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use common::{Folder, V1, V4, clean, is_root};

#[test]
fn a_half_typed_file_is_checked_as_far_as_it_goes() {
    let text = clean();
    let folder = Folder::with(&[("half.json", &text[..text.len() - 30])]);
    let run = folder.run(&["check", "half.json"]);
    assert_eq!(run.code, 1, "{run:?}");
    // Before all else.
    let first = run.out.lines().nth(1).unwrap();
    assert!(first.starts_with("error[syntax-error]: "), "{run:?}");
    assert!(run.out.contains("this bracket is never closed"), "{run:?}");
    let run = folder.run(&["migrate", "half.json"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(folder.names(), ["half.json"]);
}

#[test]
fn invalid_utf8() {
    let folder = Folder::new();
    folder.write("latin.json", b"{\n  \"gravitee\": \"2.0.0\",\n  \"proxy\": {}, \"name\": \"Caf\xe9\"}");
    let message = "error: latin.json: cannot be read: byte 52 (line 3) is not valid UTF-8; save the file as UTF-8\n";
    folder.run(&["check", "latin.json"]).ends(3, "", message);
    folder.run(&["migrate", "--stdout", "latin.json"]).ends(3, "", message);
    // In a walk it matters because it is a definition all the same.
    let walked = folder.run(&["check", "."]);
    assert_eq!((walked.code, walked.err.as_str()), (3, message.replace("latin", "./latin").as_str()));
}

#[test]
fn utf16() {
    let folder = Folder::new();
    let text: Vec<u8> = std::iter::once(0xfeff).chain(clean().encode_utf16()).flat_map(u16::to_le_bytes).collect();
    folder.write("wide.json", text);
    let message = "error: ./wide.json: cannot be read: the file is UTF-16; save it as UTF-8\n";
    folder.run(&["check", "."]).ends(3, "", message);
}

#[test]
fn a_foreign_file_that_is_no_utf8_is_no_concern_in_a_walk() {
    let folder = Folder::with(&[("clean.json", &clean())]);
    folder.write("foreign.json", b"{\"a\": \"\xe9\"}");
    folder.write("picture.png", b"\x89PNG\xff");
    let run = folder.run(&["check", "."]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn a_folder_without_definitions() {
    let folder = Folder::with(&[("apis/package.json", "{\"name\": \"x\"}")]);
    for command in ["check", "fix", "migrate", "rollback"] {
        folder.run(&[command, "apis"]).ends(3, "", "error: no API definition found in apis\n");
    }
    folder.run(&["verify", "apis"]).ends(3, "", "error: no V4 definition found in apis\n");
}

#[test]
fn files_without_definitions() {
    let folder = Folder::with(&[("zero.json", ""), ("other.json", "{}"), ("good.json", &clean())]);
    for command in ["check", "fix"] {
        let run = folder.run(&[command, "zero.json", "other.json"]);
        assert_eq!(run.code, 3);
        assert_eq!(run.err, "error: no API definition found in other.json, zero.json\n");
        assert_eq!(folder.run(&[command, "zero.json", "good.json"]).code, 0);
    }
    for command in ["migrate", "verify", "rollback"] {
        assert_eq!(folder.run(&[command, "zero.json", "other.json"]).code, 1);
    }
}

#[test]
fn a_path_that_does_not_exist() {
    let folder = Folder::with(&[("clean.json", &clean())]);
    let run = folder.run(&["check", "nowhere", "clean.json"]);
    assert_eq!(run.code, 3);
    assert_eq!(run.err, "error: nowhere: cannot be read: No such file or directory (os error 2)\n");
    assert!(run.out.starts_with("clean.json \"Clean\": Fully migratable\n"), "{run:?}");
}

#[test]
fn a_v1_file() {
    let folder = Folder::with(&[("old.json", V1)]);
    let run = folder.run(&["migrate", "old.json"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.err.starts_with("old.json \"Old\": refused: a V1 definition; APIM 4 has no support for those\n"),
        "{run:?}"
    );
    let run = folder.run(&["check", "old.json"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("error[not-a-v2-api]: "), "{run:?}");
    // A walk goes past it, but says so.
    let run = folder.run(&["migrate", "."]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(run.out, "1 definition\n  V1, which cannot be migrated  1\n");
}

#[test]
fn a_v4_file_given_to_migrate() {
    let folder = Folder::with(&[("new.json", V4)]);
    let message = "new.json \"New\": refused: a V4 definition already; `v4ward verify` checks it\n";
    folder.run(&["migrate", "new.json"]).ends(1, "1 definition\n  refused     1\n", message);
    folder.run(&["migrate", "--stdout", "new.json"]).ends(1, "", message);
    folder.run(&["migrate", "."]).ends(0, "Nothing to migrate: only 1 V4 definition was found.\n", "");
}

#[test]
fn a_foreign_file_given_to_migrate() {
    let folder = Folder::with(&[("package.json", "{\"name\": \"x\"}")]);
    let message = "package.json \"x\": refused: no API definition that v4ward knows\n";
    folder.run(&["migrate", "--stdout", "package.json"]).ends(1, "", message);
}

#[test]
fn an_unreadable_file_among_good_ones() {
    let folder = Folder::with(&[("a.json", &clean()), ("b.json", &clean()), ("c.json", &clean())]);
    fs::set_permissions(folder.path("b.json"), fs::Permissions::from_mode(0o000)).unwrap();
    let run = folder.run_as_nobody(&["check", "--format", "json", "."]);
    assert_eq!(run.code, 3);
    assert_eq!(run.err, "error: ./b.json: cannot be read: Permission denied (os error 13)\n");
    let json = run.json();
    let paths: Vec<&str> = json["files"].as_array().unwrap().iter().map(|f| f["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["./a.json", "./c.json"]);
    assert_eq!(json["errors"][0]["path"], "./b.json");
    assert_eq!(json["summary"]["unreadable"], 1);
}

#[test]
fn an_existing_different_v4_file() {
    let folder = Folder::with(&[("a.json", &clean()), ("a.v4.json", V4)]);
    folder.run(&["migrate", "a.json"]).ends(
        1,
        "1 definition\n  refused     1\n",
        "error: a.v4.json: exists already with other content; compare the two, then use --overwrite or remove it\n",
    );
    assert_eq!(folder.read("a.v4.json"), V4);
    assert_eq!(folder.run(&["migrate", "--overwrite", "a.json"]).code, 0);
    assert_ne!(folder.read("a.v4.json"), V4);
    assert_eq!(folder.read("a.json"), clean());
}

#[test]
fn a_v2_file_where_the_v4_file_would_go() {
    let folder = Folder::with(&[("a.json", &clean()), ("a.v4.json", &clean())]);
    let run = folder.run(&["migrate", "--overwrite", "a.json"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.err, "error: a.v4.json: exists already and is a V2 definition; it is never overwritten\n");
    assert_eq!(folder.read("a.v4.json"), clean());
}

#[test]
fn a_pipe_where_the_v4_file_would_go() {
    let folder = Folder::with(&[("a.json", &clean())]);
    let made = Command::new("mkfifo").arg(folder.path("a.v4.json")).status().unwrap();
    assert!(made.success());
    let run = folder.run(&["migrate", "--overwrite", "a.json"]);
    assert_eq!(run.code, 3);
    assert_eq!(run.err, "error: a.v4.json: cannot be written: something that is no regular file stands there\n");
    let run = folder.run(&["rollback", "a.json"]);
    assert_eq!(run.code, 3);
    assert_eq!(run.err, "error: a.v4.json: cannot be read: it is no regular file\n");
}

#[test]
fn a_v4_file_is_as_private_as_its_v2_file() {
    let folder = Folder::with(&[("a.json", &clean()), ("b.json", &clean())]);
    let set = |name: &str, mode| fs::set_permissions(folder.path(name), fs::Permissions::from_mode(mode)).unwrap();
    let mode = |name: &str| fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777;
    set("a.json", 0o600);
    set("b.json", 0o444);
    assert_eq!(folder.run(&["migrate", "."]).code, 0);
    assert_eq!((mode("a.v4.json"), mode("b.v4.json")), (0o600, 0o644));
    // Once it is there its own permissions count.
    folder.write("b.v4.json", V4);
    set("b.v4.json", 0o640);
    assert_eq!(folder.run(&["migrate", "--overwrite", "b.json"]).code, 0);
    assert_eq!(mode("b.v4.json"), 0o640);
}

#[test]
fn a_read_only_folder() {
    let folder = Folder::with(&[("apis/a.json", &clean())]);
    fs::set_permissions(folder.path("apis"), fs::Permissions::from_mode(0o555)).unwrap();
    let run = folder.run_as_nobody(&["migrate", "apis/a.json"]);
    fs::set_permissions(folder.path("apis"), fs::Permissions::from_mode(0o755)).unwrap();
    run.ends(
        3,
        "1 definition\n  failed      1\n",
        "error: apis/a.v4.json: cannot be written: Permission denied (os error 13)\n",
    );
    assert_eq!(fs::read_dir(folder.path("apis")).unwrap().count(), 1);
}

#[test]
fn a_read_only_file_is_not_fixed() {
    let folder = Folder::with(&[("a.json", &common::fixable())]);
    fs::set_permissions(folder.path("a.json"), fs::Permissions::from_mode(0o444)).unwrap();
    let run = folder.run(&["fix", "a.json"]);
    assert_eq!((run.code, run.err.as_str()), (3, "error: a.json: cannot be written: the file is read-only\n"));
    assert_eq!(folder.read("a.json"), common::fixable());
}

/// A file system of a few kilobytes, gone when dropped.
struct SmallDisk<'f>(&'f std::path::Path);

impl<'f> SmallDisk<'f> {
    fn mount(at: &'f std::path::Path) -> Option<Self> {
        let mounted = is_root()
            && Command::new("mount")
                .args(["-t", "tmpfs", "-o", "size=32k", "v4ward-test"])
                .arg(at)
                .status()
                .is_ok_and(|status| status.success());
        mounted.then_some(Self(at))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_full_disk() {
    let folder = Folder::new();
    let disk = folder.path("disk");
    fs::create_dir(&disk).unwrap();
    let Some(_mounted) = SmallDisk::mount(&disk) else {
        eprintln!("SKIPPED a_full_disk: it needs root and the right to mount a tmpfs");
        return;
    };
    fs::write(disk.join("a.json"), clean()).unwrap();
    // What does not fit any more is cut off: the disk is full then.
    let _ = fs::write(disk.join("ballast"), vec![b'x'; 64 * 1024]);
    let run = folder.run(&["migrate", "disk/a.json"]);
    let names: Vec<_> = fs::read_dir(&disk).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(fs::read_to_string(disk.join("a.json")).unwrap(), clean());
    run.ends(
        3,
        "1 definition\n  failed      1\n",
        "error: disk/a.v4.json: cannot be written: No space left on device (os error 28)\n",
    );
}

#[test]
fn output_to_a_full_disk() {
    let folder = Folder::with(&[("a.json", &clean())]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = folder.command(&["check", "a.json"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: the output could not be written: No space left on device (os error 28)\n"
    );
}

// A file that changes while it is read: see the tests of `files/read.rs`, which can say when exactly it changes.

#[test]
fn a_hundred_thousand_nested_arrays() {
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let definition = clean().replacen('{', &format!("{{\n  \"nested\": {nested},"), 1);
    let folder = Folder::with(&[("nested.json", &nested), ("definition.json", &definition)]);
    folder.run(&["check", "nested.json"]).ends(
        3,
        "nested.json: no API definition that v4ward knows\n",
        "error: no API definition found in nested.json\n",
    );
    let run = folder.run(&["check", "definition.json"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""), "{}", run.out);
    assert!(run.out.starts_with("definition.json \"Clean\": Not migratable\n"), "{}", run.out);
    let message = "error[unreadable-part]: this lies more than 1,000 levels deep: the server's parser stops here and \
                   refuses the whole file\n";
    assert!(run.out.contains(message), "{}", run.out);
    assert_eq!(folder.run(&["migrate", "definition.json"]).code, 1);
    assert_eq!(folder.names(), ["definition.json", "nested.json"]);
}

#[test]
fn a_file_of_fifty_megabytes() {
    let page = format!(
        "{{\n  \"pages\": [{{ \"id\": \"1\", \"name\": \"Big\", \"type\": \"MARKDOWN\", \"content\": \"{}\" }}],",
        "x".repeat(50_000_000)
    );
    let folder = Folder::with(&[("big.json", &clean().replacen('{', &page, 1))]);
    let run = folder.run(&["check", "big.json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.starts_with("big.json \"Clean\": Fully migratable\n"), "{}", run.out);
    assert!(run.out.len() < 10_000);
}

#[test]
fn settings_that_are_no_text() {
    let folder = Folder::with(&[("a.json", &clean())]);
    assert!(Command::new("mkfifo").arg(folder.path("v4ward.toml")).status().unwrap().success());
    let run = folder.run(&["check", "a.json"]);
    assert_eq!(run.code, 2);
    assert!(run.err.ends_with("/v4ward.toml: cannot be read: it is no regular file\n"), "{run:?}");
    fs::remove_file(folder.path("v4ward.toml")).unwrap();
    folder.write("v4ward.toml", b"ids = '\xff'");
    let run = folder.run(&["check", "a.json"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("/v4ward.toml: cannot be read: "), "{run:?}");
    // As some editors of Windows write it.
    folder.write("v4ward.toml", "\u{feff}ids = 'new'\r\n");
    assert_eq!(folder.run(&["check", "a.json"]).code, 0);
}

#[test]
fn an_unknown_key_in_the_settings() {
    let folder = Folder::with(&[("a.json", &clean()), ("v4ward.toml", "ids = \"keep\"\ncustom-polices = [\"x\"]\n")]);
    let root = fs::canonicalize(folder.root()).unwrap();
    let message = format!(
        "error: {}:2:1: unknown key \"custom-polices\"; did you mean \"custom-policies\"?\n",
        root.join("v4ward.toml").display()
    );
    for command in ["check", "fix", "migrate", "verify", "rollback"] {
        folder.run(&[command, "a.json"]).ends(2, "", &message);
    }
    assert_eq!(folder.names(), ["a.json", "v4ward.toml"]);
}
