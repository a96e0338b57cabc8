#!/usr/bin/env python3
"""Measures whole runs of v4ward over a folder of generated definitions: export files in JSON, then custom resources in YAML.

Example:

    cargo build --release -p v4ward -p v4ward-benches
    tests/benches/throughput.py --binary target/release/v4ward --generator target/release/v4ward-generate

Every figure is taken --runs times; the best and the median wall clock and the highest peak memory are shown. On a
shared machine the clock alone says little, so the same run also measures a baseline: two processes that only read all
the files. The ratio to that baseline is what can be compared between days and machines.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# check and migrate end with 1 when they have findings; that is a result, not a failure.
ACCEPTED = (0, 1)
START_UP_RUNS = 200
# Linux counts in KiB, macOS in bytes.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Failed(Exception):
    """A command ended in a way that makes the figures meaningless."""


def run(command, stdout=subprocess.DEVNULL, accepted=ACCEPTED):
    """Runs a command; gives its wall clock in seconds, peak memory in bytes and exit code."""
    with tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=errors)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        seconds = time.perf_counter() - begin
        # Popen must know that its child is gone already, or it would wait for it again.
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in accepted:
            errors.seek(0)
            tail = errors.read()[-2000:].decode("utf-8", "replace")
            raise Failed(f"exit code {process.returncode} of: {' '.join(map(str, command))}\n{tail}")
    return seconds, usage.ru_maxrss * RSS_UNIT, process.returncode


def summary(name, samples, files, size):
    """The figures of one line of the table."""
    seconds = [sample[0] for sample in samples]
    best = min(seconds)
    return {
        "name": name,
        "runs": len(samples),
        "bestSeconds": best,
        "medianSeconds": statistics.median(seconds),
        "peakBytes": max(sample[1] for sample in samples),
        "exitCodes": sorted({sample[2] for sample in samples}),
        "filesPerSecond": files / best if files else None,
        "bytesPerSecond": size / best if size else None,
    }


def read_all(files):
    """Reads the files one after the other in a process of its own; gives its id."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            for path in files:
                with open(path, "rb", buffering=0) as file:
                    file.read()
            code = 0
        finally:
            # Not sys.exit: the parent's open files and clean-up must not run twice.
            os._exit(code)
    return pid


def measure_baseline(files, runs):
    """Two processes, each of which reads half of the files."""
    samples = []
    for _ in range(runs):
        begin = time.perf_counter()
        readers = [read_all(files[0::2]), read_all(files[1::2])]
        ends = [os.wait4(pid, 0) for pid in readers]
        seconds = time.perf_counter() - begin
        if any(status != 0 for _, status, _ in ends):
            raise Failed("the baseline could not read the files")
        samples.append((seconds, max(usage.ru_maxrss for _, _, usage in ends) * RSS_UNIT, 0))
    return samples


def measure_floor():
    """The smallest peak that can be seen: a child is charged with our own memory until it runs its program."""
    return run([shutil.which("true") or "/bin/true"])[1]


# By the name of the kind: the generator's option, and what the files end with.
KINDS = {"json": ([], ".json"), "yaml": (["--resources"], ".yaml")}


def v4_files(folder):
    """How many V4 files stand in the folder."""
    return sum(name.endswith((".v4.json", ".v4.yaml")) for _, _, names in os.walk(folder) for name in names)


def measure_migrate(binary, source, output, runs, files):
    """Two lists of samples: into an empty folder, and once more into the full one."""
    written, again = [], []
    command = [binary, "migrate", source, "--output", output]
    for _ in range(runs):
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir(parents=True)
        written.append(run(command))
        if v4_files(output) == 0:
            raise Failed("migrate wrote no V4 file")
        again.append(run(command))
    count = v4_files(output)
    if count != files:
        print(f"note: {count} of {files} files were written", file=sys.stderr)
    shutil.rmtree(output, ignore_errors=True)
    return written, again


def measure_all(options, work, kind):
    """All lines of the table for one kind of files."""
    form, extension = KINDS[kind]
    source, output = work / "definitions", work / "converted"
    shutil.rmtree(source, ignore_errors=True)
    generate = [options.generator, "--count", str(options.count), "--seed", str(options.seed)]
    generate += ["--bytes", str(options.bytes), "--profile", options.profile, *form, str(source)]
    run(generate, accepted=(0,))
    files = sorted(source.rglob(f"*{extension}"))
    size = sum(path.stat().st_size for path in files)
    if len(files) != options.count:
        raise Failed(f"the generator wrote {len(files)} files instead of {options.count}")
    lines = []

    def line(name, samples):
        lines.append(summary(name, samples, len(files), size))
        print(f"  {name}: {lines[-1]['bestSeconds']:.3f} s", file=sys.stderr, flush=True)

    print(f"{len(files)} files, {size / 1e6:.1f} MB in {source}", file=sys.stderr, flush=True)
    # The first pass brings the files into memory; without it only the first line would pay for the disk.
    measure_baseline(files, 1)
    line("baseline: read, 2 processes", measure_baseline(files, options.runs))
    check = [options.binary, "check", "--format", "json", source]
    line("check --format json", [run(check) for _ in range(options.runs)])
    migrate = [options.binary, "migrate", "--stdout", source]
    line("migrate --stdout", [run(migrate) for _ in range(options.runs)])
    written, again = measure_migrate(options.binary, source, output, options.runs, len(files))
    line("migrate, written", written)
    line("migrate, up to date", again)
    # The machine may have become faster or slower meanwhile; both ends are shown.
    line("baseline again", measure_baseline(files, options.runs))
    start = [run([options.binary, "--version"], accepted=(0,)) for _ in range(START_UP_RUNS)]
    lines.append(summary(f"--version, {START_UP_RUNS} runs", start, 0, 0))
    return {"kind": kind, "files": len(files), "bytes": size, "peakFloorBytes": measure_floor(), "lines": lines}


def add_ratios(result):
    """The ratio of every line to the baseline, by the best times."""
    base = min(line["bestSeconds"] for line in result["lines"] if line["name"].startswith("baseline"))
    for line in result["lines"]:
        line["ratioToBaseline"] = line["bestSeconds"] / base if line["filesPerSecond"] else None


def table(result):
    """The figures for people."""
    rows = [(result["kind"], "best", "median", "peak", "files/s", "MB/s", "x baseline")]
    for line in result["lines"]:
        whole = line["filesPerSecond"] is not None
        rows.append(
            (
                line["name"],
                duration(line["bestSeconds"]),
                duration(line["medianSeconds"]),
                f"{line['peakBytes'] / 2**20:.1f} MiB",
                f"{line['filesPerSecond']:.0f}" if whole else "",
                f"{line['bytesPerSecond'] / 1e6:.1f}" if whole else "",
                f"{line['ratioToBaseline']:.2f}" if whole else "",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    text = []
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        text.append("  ".join(cells).rstrip())
    floor = result["peakFloorBytes"] / 2**20
    text.append(f"A peak below {floor:.1f} MiB cannot be told: that much is the measuring program.")
    return "\n".join(text)


def duration(seconds):
    return f"{seconds:.3f} s" if seconds >= 0.1 else f"{seconds * 1000:.2f} ms"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", required=True, help="path of v4ward")
    parser.add_argument("--generator", required=True, help="path of v4ward-generate")
    parser.add_argument("--count", type=int, default=10_000, help="number of definitions (default 10000)")
    parser.add_argument("--bytes", type=int, default=12_000, help="size of a definition (default 12000)")
    parser.add_argument("--profile", default="clean", choices=("clean", "mixed", "legacy"))
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS), help="of files (default json yaml)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=5, help="runs per figure (default 5)")
    parser.add_argument("--work", type=Path, help="folder to work in (default: a new temporary one, removed after)")
    parser.add_argument("--json", type=Path, dest="report", help="write the figures to this file")
    options = parser.parse_args()
    for name in ("binary", "generator"):
        path = Path(getattr(options, name)).resolve()
        if not os.access(path, os.X_OK):
            parser.error(f"--{name}: {path} is no program")
        setattr(options, name, str(path))
    if options.runs < 1 or options.count < 1:
        parser.error("--runs and --count must be at least 1")
    return options


def main():
    options = parse_arguments()
    results = []
    try:
        with tempfile.TemporaryDirectory(prefix="v4ward-throughput-") as folder:
            work = options.work or Path(folder)
            work.mkdir(parents=True, exist_ok=True)
            for kind in options.kinds:
                results.append(measure_all(options, work.resolve(), kind))
    except Failed as error:
        print(f"throughput.py: {error}", file=sys.stderr)
        return 1
    for result in results:
        add_ratios(result)
    print("\n\n".join(map(table, results)))
    if options.report:
        report = {"cores": os.cpu_count(), "kinds": results}
        options.report.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
