#!/usr/bin/env python3
"""Kills v4ward in the middle of a migration, many times, and looks at what is left.

Example:

    cargo build --release -p v4ward -p v4ward-benches
    tests/robustness/kill.py --binary target/release/v4ward --generator target/release/v4ward-generate

Once at the start the whole folder is migrated without disturbance: that gives the run time and the right V4 files.
Then, in each round, all V4 files are removed, `v4ward migrate --force` is started and killed (SIGKILL) after a random
time. What must hold then:

* no V2 file has changed;
* every *.v4.json is whole: the same bytes as in the undisturbed run;
* a temporary file may be left, but its name does not end in .v4.json;
* a second run ends with 0, and then every V2 file has its V4 file with the right bytes.

A round in which the process had already ended is a miss and is repeated with a shorter time. Temporary files that even
the second run leaves are reported; with --no-leftovers they are a failure.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

V4_ENDING = ".v4.json"
MOST_MISSES_PER_ROUND = 25
# Enough to see what is wrong; a broken build would print thousands.
MOST_MESSAGES_PER_ROUND = 5


class Failed(Exception):
    """The test itself could not be done."""


def walk(folder):
    """All files of the folder as (name relative to it, directory entry)."""
    todo = [""]
    while todo:
        relative = todo.pop()
        with os.scandir(os.path.join(folder, relative)) as entries:
            for entry in entries:
                name = os.path.join(relative, entry.name)
                if entry.is_dir(follow_symlinks=False):
                    todo.append(name)
                else:
                    yield name, entry


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).digest()


def fault_of_v4(path):
    """What is wrong with a V4 file, or None. Made for people: the bytes are compared elsewhere."""
    with open(path, "rb") as file:
        content = file.read()
    if not content.endswith(b"\n"):
        return f"does not end with a newline ({len(content)} bytes)"
    try:
        value = json.loads(content)
    except ValueError as error:
        return f"is no JSON ({error})"
    if not isinstance(value, dict) or "api" not in value:
        return "has no api"
    return None


class State:
    """What stands in the folder: V2 files as they must be, V4 files and others as they are."""

    def __init__(self, folder):
        self.folder = str(folder)
        self.v2 = {}
        self.right_v4 = {}
        for name, entry in walk(self.folder):
            status = entry.stat(follow_symlinks=False)
            self.v2[name] = (status.st_size, status.st_mtime_ns, digest(entry.path))

    @staticmethod
    def v4_name(name):
        return os.path.splitext(name)[0] + V4_ENDING

    def path(self, name):
        return os.path.join(self.folder, name)

    def others(self):
        """Names of the V4 files and of all other files that are no V2 file."""
        v4, strange = [], []
        for name, _ in walk(self.folder):
            if name not in self.v2:
                (v4 if name.lower().endswith(V4_ENDING) else strange).append(name)
        return v4, strange

    def clear(self):
        """Removes everything but the V2 files."""
        v4, strange = self.others()
        for name in v4 + strange:
            os.unlink(self.path(name))

    def remember_v4(self):
        """Takes the V4 files that stand there as the right ones."""
        v4, strange = self.others()
        faults = [f"{name} {fault}" for name in v4 if (fault := fault_of_v4(self.path(name)))]
        faults += [f"{name}: unexpected file" for name in strange]
        faults += self.missing_v4(v4)
        if faults:
            raise Failed("even the undisturbed run went wrong: " + "; ".join(faults[:MOST_MESSAGES_PER_ROUND]))
        self.right_v4 = {name: digest(self.path(name)) for name in v4}

    def missing_v4(self, v4):
        present = set(v4)
        return [f"{name} has no V4 file" for name in self.v2 if self.v4_name(name) not in present]

    def v2_faults(self, whole):
        """V2 files that are gone or changed. Unless `whole`, size and time are believed."""
        for name, (size, modified, content) in self.v2.items():
            try:
                status = os.lstat(self.path(name))
            except FileNotFoundError:
                yield f"V2 file {name} is gone"
                continue
            same = (status.st_size, status.st_mtime_ns) == (size, modified)
            if (whole or not same) and digest(self.path(name)) != content:
                yield f"V2 file {name} has changed"
            elif not same:
                yield f"V2 file {name} was written again"

    def v4_faults(self, v4):
        """V4 files that are not whole or not right."""
        for name in v4:
            if name not in self.right_v4:
                yield f"{name}: no V2 file asks for it"
            elif digest(self.path(name)) != self.right_v4[name]:
                yield f"{name} {fault_of_v4(self.path(name)) or 'differs from that of the undisturbed run'}"


class Test:
    """One test of many rounds."""

    def __init__(self, options, folder, log):
        self.options = options
        self.folder = folder
        self.log = log
        self.random = random.Random(options.seed)
        self.state = None
        self.longest = 0.0

    def start(self):
        self.log.seek(0)
        self.log.truncate()
        return subprocess.Popen(
            [self.options.binary, "migrate", "--force", str(self.folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.log,
            cwd=self.folder,
        )

    def last_words(self):
        """The end of what the program wrote to its error output."""
        self.log.seek(0)
        return self.log.read()[-500:].decode("utf-8", "replace").strip()

    def run_to_end(self):
        """A run that nobody disturbs; gives its exit code."""
        process = self.start()
        try:
            return process.wait(self.options.timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise Failed(f"a run took longer than {self.options.timeout} seconds") from None

    def prepare(self):
        """Makes the files, and learns the run time and the right results."""
        options = self.options
        command = [options.generator, "--count", str(options.count), "--seed", str(options.seed)]
        command += ["--profile", "clean", "--bytes", str(options.bytes), str(self.folder)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        self.state = State(self.folder)
        if len(self.state.v2) != options.count:
            raise Failed(f"the generator wrote {len(self.state.v2)} files instead of {options.count}")
        begin = time.perf_counter()
        code = self.run_to_end()
        self.longest = time.perf_counter() - begin
        if code != 0:
            raise Failed(f"the undisturbed run ended with {code}: {self.last_words()}")
        self.state.remember_v4()
        faults = list(self.state.v2_faults(whole=True))
        if faults:
            raise Failed("the undisturbed run wrote V2 files: " + "; ".join(faults[:MOST_MESSAGES_PER_ROUND]))
        say(f"{options.count} definitions; an undisturbed run takes {self.longest:.2f} s")

    def kill_once(self):
        """Starts and kills; gives the delay, or None when the process was faster."""
        self.state.clear()
        delay = self.random.uniform(0.0, self.longest)
        begin = time.perf_counter()
        process = self.start()
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            pass
        process.send_signal(signal.SIGKILL)
        code = process.wait()
        if code == -signal.SIGKILL:
            return delay
        if code != 0:
            raise Failed(f"a run that nobody had killed ended with {code}: {self.last_words()}")
        # It was done before: later rounds must not wait longer than it really needs.
        self.longest = min(self.longest, time.perf_counter() - begin) * 0.95
        return None

    def round(self, whole):
        """One round; gives what was seen."""
        misses = 0
        while (delay := self.kill_once()) is None:
            misses += 1
            if misses == MOST_MISSES_PER_ROUND:
                raise Failed("the process always ends before it can be killed: more definitions are needed")
        v4, strange = self.state.others()
        faults = list(self.state.v2_faults(whole)) + list(self.state.v4_faults(v4))
        code = self.run_to_end()
        if code != 0:
            faults.append(f"the second run ended with {code}: {self.last_words()}")
        again, left = self.state.others()
        faults += self.state.missing_v4(again) + list(self.state.v4_faults(again))
        faults += list(self.state.v2_faults(whole))
        if self.options.no_leftovers:
            faults += [f"{name} is left behind" for name in left]
        return {
            "delay": delay,
            "misses": misses,
            "written": len(v4),
            "temporary": len(strange),
            "readable": sum(name.endswith(".json") for name in strange),
            "left": left,
            "faults": list(dict.fromkeys(faults)),
        }

    def rounds(self):
        """All rounds; gives what was seen in each."""
        results = []
        for number in range(1, self.options.rounds + 1):
            # Reading every V2 file is slow; in between, size and time tell of a change.
            result = self.round(whole=number in (1, self.options.rounds))
            results.append(result)
            for fault in result["faults"][:MOST_MESSAGES_PER_ROUND]:
                say(f"round {number}, killed after {result['delay']:.3f} s: {fault}")
            if len(result["faults"]) > MOST_MESSAGES_PER_ROUND:
                say(f"round {number}: {len(result['faults']) - MOST_MESSAGES_PER_ROUND} more")
            if number % 10 == 0 or number == self.options.rounds:
                say(summary(number, results[(number - 1) // 10 * 10 :]))
        return results


def summary(number, results):
    written = [result["written"] for result in results]
    return (
        f"rounds {number - len(results) + 1} to {number}: "
        f"{sum(not result['faults'] for result in results)} passed, "
        f"{sum(bool(result['faults']) for result in results)} failed, "
        f"{sum(result['misses'] for result in results)} missed; "
        f"V4 files at the kill {min(written)} to {max(written)}, "
        f"temporary files {sum(result['temporary'] for result in results)}, "
        f"left by the second run {sum(len(result['left']) for result in results)}"
    )


def say(text):
    print(text, flush=True)


def conclude(results):
    """The last lines; gives the exit code."""
    left = [name for result in results for name in result["left"]]
    if left:
        say(f"note: the second run left {len(left)} temporary files, as {left[0]}")
    readable = sum(result["readable"] for result in results)
    if readable:
        say(f"note: {readable} temporary files end in .json, so a folder walk would read them")
    failed = sum(bool(result["faults"]) for result in results)
    say(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", required=True, help="path of v4ward")
    parser.add_argument("--generator", required=True, help="path of v4ward-generate")
    parser.add_argument("--count", type=int, default=20_000, help="number of definitions (default 20000)")
    parser.add_argument("--bytes", type=int, default=3_000, help="size of a definition (default 3000)")
    parser.add_argument("--rounds", type=int, default=50, help="number of kills (default 50)")
    parser.add_argument("--seed", type=int, default=1, help="of the definitions and of the delays (default 1)")
    parser.add_argument("--timeout", type=float, default=600, help="seconds that a whole run may take (default 600)")
    parser.add_argument("--no-leftovers", action="store_true", help="a file left by the second run is a failure")
    parser.add_argument("--work", type=Path, help="folder to work in (default: a new temporary one, removed after)")
    options = parser.parse_args()
    for name in ("binary", "generator"):
        path = Path(getattr(options, name)).resolve()
        if not os.access(path, os.X_OK):
            parser.error(f"--{name}: {path} is no program")
        setattr(options, name, str(path))
    if options.rounds < 1 or options.count < 1:
        parser.error("--rounds and --count must be at least 1")
    return options


def run_in(options, work):
    # A name of its own, and made new: everything in it but the V2 files is removed in each round.
    folder = Path(tempfile.mkdtemp(prefix="v4ward-kill-", dir=work)).resolve()
    try:
        with tempfile.TemporaryFile() as log:
            test = Test(options, folder, log)
            test.prepare()
            return conclude(test.rounds())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    options = parse_arguments()
    try:
        if options.work:
            options.work.mkdir(parents=True, exist_ok=True)
        return run_in(options, options.work)
    except (Failed, subprocess.CalledProcessError) as error:
        print(f"kill.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
