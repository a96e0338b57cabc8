//! Hostile YAML through the real program: it says what is wrong and where, ends with a documented code, changes nothing,
//! and takes neither much memory nor for ever.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]
#![cfg(target_os = "linux")]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::Folder;
use serde_json::Value;

/// Only against hangs: nothing takes a tenth of it unless the machine is very busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// How much memory a run on a file of up to 5 MB may take.
const MOST_BYTES: u64 = 100_000_000;

const CODES: &[i32] = &[0, 1, 3];

/// A custom resource without findings; `extra` goes into its `spec`, with two spaces before each line.
fn resource(extra: &str) -> String {
    format!(
        "\
apiVersion: gravitee.io/v1alpha1
kind: ApiDefinition
metadata:
  name: orders
spec:
  name: Orders
  version: '1'
  description: Orders of shops
  execution_mode: v4-emulation-engine
  state: STOPPED
  proxy:
    virtual_hosts:
    - path: /orders
    groups:
    - name: default
      endpoints:
      - name: main
        target: https://orders.example
        inherit: false
{extra}"
    )
}

/// The same with a policy whose configuration has these lines, with ten spaces before each.
fn configured(lines: &str) -> String {
    resource(&format!(
        "  flows:
  - name: all
    path-operator:
      path: /
      operator: STARTS_WITH
    enabled: true
    pre:
    - name: Limit
      policy: rate-limit
      enabled: true
      configuration:
        rate:
          limit: 1
          periodTime: 1
          periodTimeUnit: SECONDS
{lines}"
    ))
}

/// A run that was measured.
struct Measured {
    code: Option<i32>,
    out: String,
    err: String,
    /// The most memory that it held at a time.
    peak: u64,
}

/// Runs the program, which may not take more than 120 seconds.
fn run(folder: &Folder, arguments: &[&str]) -> Measured {
    // The shell's address space becomes the program's: what goes far beyond the limit fails at once rather than making
    // the whole machine slow.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 4000000; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_v4ward")]).args(arguments);
    command.current_dir(folder.root()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let read = |mut pipe: Box<dyn std::io::Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            pipe.read_to_end(&mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        })
    };
    let (out, err) = (read(Box::new(child.stdout.take().unwrap())), read(Box::new(child.stderr.take().unwrap())));
    let (code, peak) = watch(&mut child, arguments);
    Measured { code, out: out.join().unwrap(), err: err.join().unwrap(), peak }
}

/// Waits for the end. The peak is looked at every millisecond: what is gained last is freed last.
fn watch(child: &mut Child, arguments: &[&str]) -> (Option<i32>, u64) {
    let (start, mut peak) = (Instant::now(), 0);
    loop {
        peak = peak.max(peak_of(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), peak);
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{arguments:?} did not end");
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// What the process took at most, without what is mapped of its own file: that depends on how the system keeps the file,
/// which is large in a debug build.
fn peak_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let bytes = |name: &str| -> Option<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
    };
    Some(bytes("VmHWM:")?.saturating_sub(bytes("RssFile:")?))
}

/// What is expected of a text.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Expect {
    /// An error with a place, and no V4 file.
    Error,
    /// A finding of this rule with a place; if it is an error, no V4 file.
    Told(&'static str),
    /// A syntax error at a place that says this, and no V4 file.
    Says(&'static str),
    /// Read without a syntax error, and migrated.
    Read,
    /// No text, so no definition: the error names the file.
    Unreadable,
    /// No definition.
    Nothing,
}

/// Runs every command on a text and looks at what must hold for all.
fn hold(name: &str, bytes: &[u8], expect: Expect) {
    let file = "api.yaml";
    let folder = Folder::new();
    folder.write(file, bytes);
    let look = |arguments: &[&str]| {
        let run = run(&folder, arguments);
        let head: String = run.out.chars().take(600).collect();
        let about = format!("{name}: {arguments:?} {:?}, {} MB\n{head}\n{}", run.code, run.peak / 1_000_000, run.err);
        assert!(run.code.is_some_and(|code| CODES.contains(&code)), "{about}");
        assert!(bytes.len() > 5_000_000 || run.peak < MOST_BYTES, "{about}");
        assert!(fs::read(folder.path(file)).unwrap() == bytes, "the file has changed: {about}");
        assert_eq!(folder.names(), [file], "{about}");
        (run, about)
    };
    let (check, about) = look(&["check", "--format", "json", file]);
    let report: Value = serde_json::from_str(&check.out).unwrap();
    let findings = report["files"][0]["findings"].as_array().cloned().unwrap_or_default();
    let is_syntax_error = |finding: &&Value| finding["rule"] == "syntax-error";
    let mut is_refused = false;
    match expect {
        Expect::Says(words) => {
            assert_eq!(check.code, Some(1), "{about}");
            let mut errors = findings.iter().filter(is_syntax_error);
            let is_meant = |error: &Value| error["message"].as_str().is_some_and(|message| message.contains(words));
            let error = errors.find(|error| is_meant(error)).expect(&about);
            assert!(error["range"]["start"]["line"].is_u64(), "{about}");
            is_refused = true;
        }
        Expect::Error => {
            is_refused = true;
            assert_eq!(check.code, Some(1), "{about}");
            let error = findings.iter().find(|finding| finding["severity"] == "error").expect(&about);
            assert!(error["range"]["start"]["line"].is_u64(), "{about}");
        }
        Expect::Read => {
            assert_ne!(check.code, Some(3), "{about}");
            assert!(!findings.iter().any(|finding| is_syntax_error(&finding)), "{about}");
        }
        Expect::Told(rule) => {
            let told = findings.iter().find(|finding| finding["rule"] == rule).expect(&about);
            assert!(told["range"]["start"]["line"].is_u64(), "{about}");
            is_refused = told["severity"] == "error";
        }
        Expect::Unreadable => {
            assert_eq!(check.code, Some(3), "{about}");
            assert!(check.err.contains(file), "{about}");
        }
        Expect::Nothing => assert_eq!(check.code, Some(3), "{about}"),
    }
    // What is shown to people has the place as a line.
    let (text, about) = look(&["check", file]);
    assert_eq!(text.code, check.code, "{about}");
    assert!(!is_refused || text.out.contains("--> api.yaml:"), "{about}");
    look(&["fix", "--diff", file]);
    let (migrate, about) = look(&["migrate", "--stdout", file]);
    match expect {
        Expect::Read => assert_eq!(migrate.code, Some(0), "{about}"),
        Expect::Unreadable => assert_eq!(migrate.code, Some(3), "{about}"),
        // It is refused, which is no failure of the program.
        Expect::Nothing => assert_eq!(migrate.code, Some(1), "{about}"),
        Expect::Error | Expect::Says(_) | Expect::Told(_) => {
            assert_eq!(migrate.code == Some(1), is_refused, "{about}");
        }
    }
    if migrate.code != Some(0) {
        assert!(!migrate.err.is_empty(), "an end without a reason: {about}");
    }
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, at| {
        writeln!(text, "{}", line(at)).unwrap();
        text
    })
}

#[test]
fn the_frame_itself_is_clean() {
    for text in [resource(""), configured("        limit: 1\n")] {
        let folder = Folder::with(&[("api.yaml", &text)]);
        let run = folder.run(&["check", "api.yaml"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
        assert!(!run.out.contains("--> api.yaml"), "{}", run.out);
    }
}

#[test]
fn anchors_and_aliases() {
    hold("anchors", configured("        a: &a {x: 1}\n        b: *a\n").as_bytes(), Expect::Read);
    hold("unknown alias", configured("        b: *nowhere\n").as_bytes(), Expect::Error);
    hold(
        "alias of itself",
        configured("        a: &a\n          b: *a\n").as_bytes(),
        Expect::Says("a value that it is part of"),
    );
    hold(
        "merge keys",
        configured("        a: &a {x: 1}\n        b:\n          <<: *a\n          x: 2\n").as_bytes(),
        Expect::Read,
    );
    hold(
        "merge of a list",
        configured("        a: &a [1]\n        b:\n          <<: *a\n").as_bytes(),
        Expect::Says("a merge key takes an object"),
    );
    hold(
        "merge of itself",
        configured("        a: &a\n          <<: *a\n").as_bytes(),
        Expect::Says("a value that it is part of"),
    );
}

#[test]
fn a_hundred_thousand_aliases() {
    let text = lines(100_000, |at| format!("        a{at}: *a"));
    hold("aliases", configured(&format!("        a: &a {{x: 1}}\n{text}")).as_bytes(), Expect::Read);
    let text = lines(100_000, |at| format!("        a{at}: &a{at} x"));
    hold("anchors", configured(&text).as_bytes(), Expect::Read);
}

#[test]
fn billion_laughs() {
    let mut text = "        l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for at in 1..=20 {
        let before = vec![format!("*l{}", at - 1); 9].join(", ");
        writeln!(text, "        l{at}: &l{at} [{before}]").unwrap();
    }
    hold("laughs", configured(&text).as_bytes(), Expect::Says("stand for too many values"));
    let mut text = "        m0: &m0 {a: 1, b: 2}\n".to_owned();
    for at in 1..=20 {
        let before = at - 1;
        writeln!(text, "        m{at}: &m{at} {{<<: [*m{before}, *m{before}], k{at}: [*m{before}, *m{before}]}}")
            .unwrap();
    }
    hold("merged laughs", configured(&text).as_bytes(), Expect::Says("stand for too many values"));
}

#[test]
fn tabs_as_indentation() {
    hold("tabs", configured("\t\tlimit: 1\n").as_bytes(), Expect::Error);
    hold("a tab after spaces", configured("        a:\n        \tb: 1\n").as_bytes(), Expect::Error);
}

#[test]
fn deep_nesting() {
    let block = lines(1_000, |at| format!("        {}k:", " ".repeat(at)));
    hold("block", configured(&block).as_bytes(), Expect::Error);
    let lists = format!("        a:\n        {}x\n", "- ".repeat(1_000));
    hold("lists", configured(&lists).as_bytes(), Expect::Error);
    let flow = format!("        a: {}{}\n", "[".repeat(1_000), "]".repeat(1_000));
    hold("flow", configured(&flow).as_bytes(), Expect::Error);
    let flow = format!("        a: {}1{}\n", "{a: ".repeat(1_000), "}".repeat(1_000));
    hold("flow objects", configured(&flow).as_bytes(), Expect::Error);
    let flow = format!("        a: {}\n", "[".repeat(100_000));
    hold("never closed", configured(&flow).as_bytes(), Expect::Error);
}

#[test]
fn many_lines() {
    hold("40,000 lines", configured(&lines(40_000, |at| format!("        k{at}: {at}"))).as_bytes(), Expect::Read);
    hold(
        "40,000 comments",
        configured(&format!("        a: 1\n{}", "        # c\n".repeat(40_000))).as_bytes(),
        Expect::Read,
    );
    hold("4,000 pruned", resource(&lines(4_000, |at| format!("  k{at}: {at}"))).as_bytes(), Expect::Read);
    hold(
        "blank lines",
        configured(&format!("        a: 1\n{}        b: 2\n", "\n".repeat(1_000_000))).as_bytes(),
        Expect::Read,
    );
}

#[test]
fn one_long_line() {
    hold("a word", configured(&format!("        a: {}\n", "x".repeat(4_000_000))).as_bytes(), Expect::Read);
    hold("in quotes", configured(&format!("        a: \"{}\"\n", "\\u00e9 ".repeat(500_000))).as_bytes(), Expect::Read);
    hold("a list", configured(&format!("        a: [{}]\n", "1, ".repeat(100_000))).as_bytes(), Expect::Read);
    hold(
        "a key",
        configured(&format!("        {}: 1\n", "k".repeat(100_000))).as_bytes(),
        Expect::Says("longer than the 1,024 characters"),
    );
}

#[test]
fn duplicate_keys() {
    hold("two", configured("        a: 1\n        a: 2\n").as_bytes(), Expect::Told("duplicate-key"));
    hold("of the resource", resource("  name: Other\n").as_bytes(), Expect::Told("duplicate-key"));
    hold("5,000 times", configured(&"        a: 1\n".repeat(5_000)).as_bytes(), Expect::Told("duplicate-key"));
}

#[test]
fn bytes_that_are_no_text() {
    let mut latin = configured("        a: 1\n").into_bytes();
    latin.extend(b"  tags: [caf\xe9]\n");
    hold("Latin-1", &latin, Expect::Unreadable);
    let wide = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xfeff).chain(resource("").encode_utf16()).flat_map(to_bytes).collect()
    };
    hold("UTF-16, little end first", &wide(u16::to_le_bytes), Expect::Unreadable);
    hold("UTF-16, big end first", &wide(u16::to_be_bytes), Expect::Unreadable);
    hold("NUL", configured("        a: x\0y\n").as_bytes(), Expect::Error);
    hold("NUL at the end", format!("{}\0\0\0", resource("")).as_bytes(), Expect::Says("a control character"));
    hold("other control characters", configured("        a: x\u{7}\u{1b}[31my\n").as_bytes(), Expect::Error);
    hold("BOM", format!("\u{feff}{}", resource("")).as_bytes(), Expect::Read);
    hold(
        "BOM in the middle",
        configured("        a: x\u{feff}y\n        \u{feff}b: 1\n").as_bytes(),
        Expect::Says("a byte order mark"),
    );
}

#[test]
fn line_ends() {
    hold("CRLF", configured("        a: |\n          x\n          y\n").replace('\n', "\r\n").as_bytes(), Expect::Read);
    hold("CR", configured("        a: 1\n").replace('\n', "\r").as_bytes(), Expect::Read);
    hold("mixed", configured("        a: 1\r        b: 2\r\n        c: 3\n").as_bytes(), Expect::Read);
    hold("none at the end", configured("        a: 1").as_bytes(), Expect::Read);
}

#[test]
fn what_is_never_closed() {
    let rest = lines(3_000, |at| format!("        k{at}: [1, 'a', \"b\"]"));
    let quote = "the closing quote of this text is missing";
    let value = "a value cannot begin with this character";
    let name = "a name is missing after";
    for (open, words) in [
        ("'", quote),
        ("\"", quote),
        ("[", "a comma or `]` is missing in this list"),
        ("{", "a comma or `}` is missing in this object"),
        ("[{", "a comma or `}` is missing in this object"),
        ("!<", "this type tag is not valid"),
        ("? ", "this colon is out of place"),
        ("- - -", "a list cannot begin here"),
        ("&", name),
        ("*", name),
        ("%", value),
        ("@", value),
        ("`", value),
    ] {
        hold(open, configured(&format!("        a: {open}\n{rest}")).as_bytes(), Expect::Says(words));
    }
    // The text ends where the next key is, so it is empty.
    hold("|9", configured(&format!("        a: |9\n\n{rest}")).as_bytes(), Expect::Read);
    for (open, words) in [
        ('\'', "there is more text after the closing quote"),
        ('"', "there is more text after the closing quote"),
        ('[', "cannot stand between brackets"),
        ('{', "cannot stand between brackets"),
    ] {
        hold("at the start", format!("{open}\n{}", configured(&rest)).as_bytes(), Expect::Says(words));
        hold(
            "in the frame",
            configured(&rest).replacen("name: Orders", &format!("name: {open}Orders"), 1).as_bytes(),
            Expect::Error,
        );
    }
}

#[test]
fn one_broken_document_among_others() {
    let broken = resource("").replace("version: '1'", "version: '1");
    let bad = resource("  visibility: 1\n");
    for text in [
        format!("{broken}---\n{bad}"),
        format!("{bad}---\n{broken}"),
        format!("{bad}---\n{broken}---\n{}", resource("")),
    ] {
        hold("broken", text.as_bytes(), Expect::Error);
        let folder = Folder::with(&[("api.yaml", &text)]);
        let run = folder.run(&["check", "api.yaml"]);
        assert!(run.out.contains("error[syntax-error]"), "{}", run.out);
        assert!(run.out.contains("error[wrong-type]"), "the other document is judged too: {}", run.out);
    }
    let many = format!("{}---\n", resource("")).repeat(500);
    hold("500 documents", many.as_bytes(), Expect::Read);
}

#[test]
fn a_file_of_twenty_megabytes() {
    let text = configured(&format!("        a: |\n{}", lines(400_000, |_| format!("          {}", "x".repeat(40)))));
    assert!(text.len() > 20_000_000);
    hold("20 MB", text.as_bytes(), Expect::Read);
}

#[test]
fn templates() {
    let chart =
        "{{- if .Values.on }}\n".to_owned() + &configured("        a: {{ .Values.a | quote }}\n") + "{{- end }}\n";
    hold("Helm", chart.as_bytes(), Expect::Told("template-not-rendered"));
    hold(
        "never closed",
        configured("        a: {{ .Values.a\n").as_bytes(),
        Expect::Says("this object is never closed"),
    );
    hold(
        "100,000 opened",
        configured(&format!("        a: {}\n", "{{ ".repeat(100_000))).as_bytes(),
        Expect::Says("more than 255 levels"),
    );
    hold(
        "50,000",
        configured(&lines(50_000, |at| format!("        a{at}: {{{{ .x }}}}"))).as_bytes(),
        Expect::Told("template-not-rendered"),
    );
}

#[test]
fn nothing_to_read() {
    for text in [
        "",
        "\n\n",
        "# only\n# comments\n",
        "---\n",
        "---\n...\n---\n",
        "null\n",
        "- 1\n",
        "plain words\n",
        "\u{feff}",
        "%YAML 1.2\n",
    ] {
        hold(text, text.as_bytes(), Expect::Nothing);
    }
}
