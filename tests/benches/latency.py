#!/usr/bin/env python3
"""Measures how fast `v4ward lsp` shows a problem after a key stroke, beside the language servers most people have: VS Code's
own for JSON, and yaml-language-server for YAML.

Example:

    cargo build --release -p v4ward -p v4ward-benches
    tests/benches/latency.py --binary target/release/v4ward --generator target/release/v4ward-generate

Both servers get the same generated V2 definitions, as export files and as custom resources, and the same edits: one
character that makes a key a duplicate, and its removal, in the middle of the file. Both must show that problem; v4ward
checks all its other rules too. Runs are interleaved (ours, peer, ours, peer, ...), so that what else the machine does
hits both. Shown is the median of the runs.

  ours, push      each edit is answered without being asked
  ours, pull      the client asks after each edit
  peer, pull      JSON: the same; its push waits half a second by design, so comparing that would flatter us
  peer, no wait   YAML: it only pushes, and waits 200 ms by design; peers/without-wait.cjs takes that out. What we are
                  compared with. It looks at each text anew, without schemas and without the network
  peer, as it is  YAML: with its wait

p50 and p95: from the write of the edit to the diagnostics that show it. CPU: of the server per edit. Burst: 31 edits 15 ms
apart, from the last one to the right diagnostics. First: from the start of the process to the first diagnostics.

The driver is lspbench.py: $V4WARD_SHARED/tools/lspbench.py, or ../shared/tools/ beside the repository. The peer is the
npm packages vscode-langservers-extracted and yaml-language-server at the versions of peers/package-lock.json, installed
into --cache.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SIZES = (10_000, 100_000, 1_000_000)

# The peer checks nothing while its settings do not say so.
JSON_SETTINGS = {"json": {"validate": {"enable": True}}}
YAML_SETTINGS = {
    "yaml": {
        "validate": True,
        "schemaStore": {"enable": False, "url": ""},
        "kubernetesCRDStore": {"enable": False, "url": ""},
    }
}


class Kind(NamedTuple):
    """A kind of files: what is measured with it, and where keys zz and zzz can be added."""

    name: str
    extension: str
    # In the order of the run: name, whose server, how it is asked.
    contenders: tuple
    # Whose figures ours are compared with.
    rival: str
    settings: dict
    generator: tuple
    # In the configuration of a step whose policy we have no schema of, where any key may stand: elsewhere an unknown key
    # would be a finding of its own.
    place: str
    added: str
    # The edit.
    before: str
    after: str


OURS = (("ours, push", "ours", "push"), ("ours, pull", "ours", "pull"))
KINDS = {
    "json": Kind(
        "JSON", "json", (*OURS, ("peer, pull", "json", "pull")), "peer, pull", JSON_SETTINGS, (),
        r'"configuration": \{(\n *)(?=")', '"zz": 1,{0}"zzz": 2,{0}', '"zz"', '"zzz"',
    ),
    "yaml": Kind(
        "YAML", "yaml", (*OURS, ("peer, no wait", "yaml, no wait", "push"), ("peer, as it is", "yaml", "push")), "peer, no wait",
        YAML_SETTINGS, ("--resources",), r"configuration:(\n *)(?=\w)", "zz: 1{0}zzz: 2{0}", "zz:", "zzz:",
    ),
}
FIGURES = (
    ("p50 ms", lambda report: report["edit"]["all"]["p50"]),
    ("p95 ms", lambda report: report["edit"]["all"]["p95"]),
    ("CPU ms/edit", lambda report: report["edit"]["cpu_ms_per_edit"]),
    ("burst ms", lambda report: report.get("burst", {}).get("last_edit_to_right_diag_ms")),
    ("first ms", lambda report: report.get("first_diag_ms")),
    ("peak MB", lambda report: report["rss_peak_mb"]),
)


class Failed(Exception):
    """The figures would mean nothing."""


def driver():
    shared = Path(os.environ.get("V4WARD_SHARED") or ROOT.parent / "shared")
    path = shared / "tools" / "lspbench.py"
    if not path.is_file():
        raise Failed(f"no driver at {path}: set V4WARD_SHARED to the folder that has tools/lspbench.py")
    return path


def peers(cache):
    """Installs the peers once; gives their command lines."""
    files = [HERE / "peers" / name for name in ("package.json", "package-lock.json")]
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    stamp = cache / "stamp"
    json_server = cache / "node_modules" / ".bin" / "vscode-json-language-server"
    yaml_server = cache / "node_modules" / "yaml-language-server" / "out" / "server" / "src" / "server.js"
    if not (stamp.is_file() and stamp.read_text() == wanted and json_server.exists() and yaml_server.exists()):
        for tool in ("node", "npm"):
            if shutil.which(tool) is None:
                raise Failed(f"the peers need {tool}")
        print(f"installing the peers into {cache}", file=sys.stderr)
        cache.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copy(file, cache)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=cache, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"{' '.join(command)}:\n{done.stdout}{done.stderr}")
        stamp.write_text(wanted)
    return {
        "json": f"{json_server} --stdio",
        "yaml": f"node {yaml_server} --stdio",
        "yaml, no wait": f"node -r {HERE / 'peers' / 'without-wait.cjs'} {yaml_server} --stdio",
    }


def definition(kind, generator, folder, size, seed):
    """A generated V2 definition of about this size, with the keys zz and zzz in its middle."""
    made = folder / f"made-{size}"
    command = [generator, "--count", "1", "--seed", str(seed), "--profile", "clean", "--bytes", str(size), *kind.generator, made]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    [source] = made.rglob(f"*.{kind.extension}")
    text = source.read_text(encoding="utf-8")
    known = {path.name.removesuffix(".schema.json") for path in (ROOT / "schemas" / "policies").glob("*.schema.json")}
    policies = [(match.end(), match.group(1)) for match in re.finditer(r"\bpolicy\"?: \"?([\w-]+)", text)]
    policy = lambda at: next((name for end, name in reversed(policies) if end < at), None)
    places = [match for match in re.finditer(kind.place, text) if policy(match.start()) not in known | {None}]
    if not places:
        raise Failed(f"{source} has no step of another policy")
    place = min(places, key=lambda match: abs(match.end() - len(text) // 2))
    break_and_indent = place.group(1)
    text = text[: place.end()] + kind.added.format(break_and_indent) + text[place.end() :]
    path = folder / f"definition-{size // 1000}kB.{kind.extension}"
    path.write_text(text, encoding="utf-8")
    shutil.rmtree(made)
    return path


def check_rule(kind, binary, path, folder):
    """That our server has the file for a V2 definition and that the edit makes the finding it is to make."""
    def found(text):
        trial = folder / f"trial.{kind.extension}"
        trial.write_text(text, encoding="utf-8")
        done = subprocess.run([binary, "check", "--format", "json", trial], capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise Failed(f"{binary} check: {done.stderr}")
        trial.unlink()
        [file] = json.loads(done.stdout)["files"]
        if file["definition"] != "v2":
            raise Failed(f"{path.name} is taken for {file['definition']}")
        return [finding["rule"] for finding in file["findings"]]

    text = path.read_text(encoding="utf-8")
    before, after = found(text), found(re.sub(rf"(?<!\w){kind.before}", kind.after, text, count=1))
    if "duplicate-key" not in after or len(after) != len(before) + 1:
        raise Failed(f"the edit must make one finding more, duplicate-key: {len(before)} before, {len(after)} after")


def measure(bench, command, settings, path, mode, label, edits, folder):
    out = folder / "report.json"
    arguments = [
        sys.executable, bench, "--label", label, "--cmd", command, "--file", path, "--mode", mode, "--kind", "dupkey",
        "--settings", json.dumps(settings), "--edits", str(edits), "--burst", "30", "--no-floor", "-o", out,
    ]
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{label} with {path.name}: exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    report = json.loads(out.read_text())
    return report[0] if isinstance(report, list) else report


def middle(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def show(value):
    if value is None:
        return "-"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def table(results):
    """Markdown; the ratios are ours to the peer's, so less than 1 is better."""
    lines = ["| file | server | " + " | ".join(name for name, _ in FIGURES) + " |", "| --- | --- |" + " ---: |" * len(FIGURES)]
    for size in results:
        for row in size["rows"]:
            figures = " | ".join(show(row["figures"][name]) for name, _ in FIGURES)
            lines.append(f"| {size['kilobytes']} kB {size['kind']} | {row['name']} | {figures} |")
        for name in ("ours, push", "ours, pull"):
            ratios = " | ".join(show(size["ratios"][name][figure]) for figure, _ in FIGURES)
            lines.append(f"| {size['kilobytes']} kB {size['kind']} | *{name} / {size['rival']}* | {ratios} |")
    return "\n".join(lines)


def measure_size(kind, bench, commands, binary, generator, folder, size, options):
    """All that is measured with one file."""
    path = definition(kind, generator, folder, size, options.seed)
    check_rule(kind, binary, path, folder)
    edits = options.edits if size <= 500_000 else max(options.edits // 2, 2)
    reports = {contender: [] for contender, _, _ in kind.contenders}
    for run in range(options.runs):
        for contender, whose, mode in kind.contenders:
            print(f"{path.name}: {contender}, run {run + 1} of {options.runs}", file=sys.stderr)
            settings = {} if whose == "ours" else kind.settings
            # Each in a folder of its own: a server that looks at the workspace shall see this file only.
            with tempfile.TemporaryDirectory(dir=folder) as root:
                alone = Path(shutil.copy(path, root))
                reports[contender].append(measure(bench, commands[whose], settings, alone, mode, contender, edits, folder))
    rows = [
        {"name": contender, "figures": {figure: middle([read(report) for report in reports[contender]]) for figure, read in FIGURES}}
        for contender, _, _ in kind.contenders
    ]
    [of_rival] = [row["figures"] for row in rows if row["name"] == kind.rival]
    ratios = {
        row["name"]: {
            figure: row["figures"][figure] / of_rival[figure] if row["figures"][figure] is not None and of_rival[figure] else None
            for figure, _ in FIGURES
        }
        for row in rows
        if row["name"] in ("ours, push", "ours, pull")
    }
    kilobytes = path.stat().st_size // 1000
    return {"kind": kind.name, "kilobytes": kilobytes, "rival": kind.rival, "rows": rows, "ratios": ratios, "reports": reports}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True, type=Path, help="v4ward, release build")
    parser.add_argument("--generator", required=True, type=Path, help="v4ward-generate, release build")
    parser.add_argument("--runs", type=int, default=3, help="runs of each server and file (default 3)")
    parser.add_argument("--edits", type=int, default=30, help="edits of a run; half of them above 500 kB (default 30)")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS), help="of files (default json yaml)")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="bytes of the files (default 10000 100000 1000000)")
    parser.add_argument("--seed", type=int, default=1, help="of the generator (default 1)")
    parser.add_argument("--cache", type=Path, default=ROOT / "target" / "latency-peer", help="where the peers are installed")
    parser.add_argument("--json", type=Path, help="write everything that was measured here")
    options = parser.parse_args()

    bench = driver()
    binary, generator = options.binary.resolve(), options.generator.resolve()
    for program in (binary, generator):
        if not program.is_file():
            raise Failed(f"no such program: {program}")
    commands = {"ours": f"{binary} lsp", **peers(options.cache.resolve())}
    kinds = [KINDS[name] for name in KINDS if name in options.kinds]
    results = []
    with tempfile.TemporaryDirectory(prefix="v4ward-latency-") as name:
        for kind in kinds:
            results.extend(measure_size(kind, bench, commands, binary, generator, Path(name), size, options) for size in options.sizes)
    print(table(results))
    foreign = [report["edit"]["foreign_cpu_cores"] for size in results for each in size["reports"].values() for report in each]
    print(f"\nOther load during the runs: at most {max(value or 0 for value in foreign):.2f} cores.")
    if options.json:
        options.json.write_text(json.dumps({"schema": 2, "sizes": results}, indent=2) + "\n")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"latency.py: {failure}")
