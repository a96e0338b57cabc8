#!/usr/bin/env python3
"""Compares how v4ward and PyYAML read YAML files.

    pip install pyyaml==6.0.3
    tests/oracles/yaml_data.py tests/oracles/yaml FOLDER_OR_FILE...

Files that PyYAML refuses must have errors here too, and the other way round. Where both read a file, the data must be
equal but for what is documented in `normal` below. Files with templates are left out.
"""

import json
import math
import os
import pathlib
import subprocess
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# So many files on one command line.
BATCH = 200


class Loader(LOADER):
    """PyYAML with the scalars of the tools around Kubernetes."""


# These read only what is listed here; PyYAML's own list is replaced.
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in ("tag:yaml.org,2002:timestamp",)]
    for first, resolvers in LOADER.yaml_implicit_resolvers.items()
}


def construct_int(loader, node):
    """Sexagesimal numbers (`12:30`) are texts for us."""
    text = loader.construct_scalar(node)
    return text if ":" in text else yaml.constructor.SafeConstructor.construct_yaml_int(loader, node)


def construct_float(loader, node):
    text = loader.construct_scalar(node)
    return text if ":" in text else yaml.constructor.SafeConstructor.construct_yaml_float(loader, node)


Loader.add_constructor("tag:yaml.org,2002:int", construct_int)
Loader.add_constructor("tag:yaml.org,2002:float", construct_float)
# Tags of anybody else's say nothing here.
Loader.add_multi_constructor("!", lambda loader, _, node: construct_any(loader, node))
for name in ("binary", "timestamp"):
    Loader.add_constructor(f"tag:yaml.org,2002:{name}", lambda loader, node: loader.construct_scalar(node))


def construct_any(loader, node):
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    tag = loader.resolve(yaml.ScalarNode, node.value, (node.style is None, False))
    return loader.construct_object(yaml.ScalarNode(tag, node.value, node.start_mark, node.end_mark, node.style))


WORDS = {"y": True, "n": False}


def normal(value):
    """What PyYAML reads in the terms of ours; the documented differences:

    * `y`, `n` and their capitals are truth values for Kubernetes tools and texts for PyYAML;
    * timestamps and sexagesimal numbers are texts for us (above);
    * `0o17` is a number for us, and so are `1e3` and `+.5` without a point or sign that PyYAML asks for;
    * `.inf` and `.nan` are texts for us, as JSON has no such numbers.
    Keys are texts, as JSON has no others.
    """
    if isinstance(value, dict):
        return {key_of(key): normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [normal(item) for item in value]
    if isinstance(value, set):
        return {key_of(item): None for item in value}
    if isinstance(value, float) and not math.isfinite(value):
        return {"not finite": True}
    return value


def key_of(key):
    if isinstance(key, bool):
        return "true" if key else "false"
    return "null" if key is None else str(key)


def equal(ours, theirs):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if theirs == {"not finite": True}:
            return False
        return key_set(ours) == key_set(theirs) and all(equal(ours[a], theirs[b]) for a, b in pairs(ours, theirs))
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(equal, ours, theirs))
    if theirs == {"not finite": True}:
        return isinstance(ours, str)
    if isinstance(theirs, str) and isinstance(ours, bool):
        return WORDS.get(theirs.lower()) is ours
    if isinstance(theirs, str) and isinstance(ours, (int, float)):
        return is_number(theirs, ours)
    if isinstance(ours, bool) != isinstance(theirs, bool):
        return False
    return ours == theirs


def is_number(text, number):
    plain = text.replace("_", "")
    try:
        return (int(plain, 8) if plain.lstrip("+-").startswith("0o") else float(plain)) == number
    except ValueError:
        return False


# Words and numbers as keys are as written for us.
def key_set(members):
    return {word_of(key) for key in members}


def pairs(ours, theirs):
    by_word = {word_of(key): key for key in theirs}
    return [(key, by_word[word_of(key)]) for key in ours]


def word_of(key):
    lower = key.lower()
    if lower in ("yes", "on", "true"):
        return "true"
    if lower in ("no", "off", "false"):
        return "false"
    if lower in ("~", "", "null"):
        return "null"
    try:
        return str(yaml.load(key, Loader=Loader)) if lower[:1] in "+-.0123456789" else key
    except yaml.YAMLError:
        return key


def files(arguments):
    for argument in map(pathlib.Path, arguments):
        found = [argument] if argument.is_file() else sorted(argument.rglob("*"))
        yield from (file for file in found if file.suffix in (".yaml", ".yml") and file.is_file())


def ours(paths):
    command = [os.environ.get("CARGO", "cargo"), "run", "-q", "-p", "v4ward-syntax", "--example", "data", "--"]
    for start in range(0, len(paths), BATCH):
        batch = [str(path.resolve()) for path in paths[start : start + BATCH]]
        run = subprocess.run(command + batch, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        yield from map(json.loads, run.stdout.splitlines())


def main():
    paths = [path for path in files(sys.argv[1:])]
    if not paths:
        sys.exit("no YAML files in " + " ".join(sys.argv[1:]))
    compared = refused = templates = 0
    problems = []
    for read in ours(paths):
        text = pathlib.Path(read["file"]).read_text(encoding="utf-8")
        if "{{" in text:
            templates += 1
            continue
        try:
            theirs = [normal(document) for document in yaml.load_all(text, Loader=Loader)]
        except (yaml.YAMLError, ValueError, TypeError) as error:
            refused += 1
            if not read["errors"]:
                problems.append(f"{read['file']}: only PyYAML refuses this: {str(error).splitlines()[0]}")
            continue
        if read["errors"]:
            problems.append(f"{read['file']}: only v4ward refuses this")
        elif not equal(read["documents"], theirs if read["documents"] else []):
            problems.append(f"{read['file']}: the data differs")
        compared += 1
    print("\n".join(problems))
    print(f"{compared} files equal or told above, {refused} refused by both, {templates} with templates left out")
    sys.exit(bool(problems))


main()
