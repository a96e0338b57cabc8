#!/usr/bin/env python3
"""Makes the pictures of this folder from what v4ward really prints about examples/.

Example:

    cargo build --release
    docs/images/make.py --binary target/release/v4ward

Python alone is enough. The pictures are SVG files that refer to nothing outside: no fonts, no addresses. Long output is
cut between its blocks (parts between empty lines); a cut shows as a line with three dots.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "examples"
CUT = "\x1b[90m    ⋮\x1b[0m"

# For each picture the arguments, and a piece of each block that is kept; the other blocks are cut.
PICTURES = {
    "check": (
        ["check", "examples"],
        ["emulation-engine-required", "health-check-assertions", "4 definitions"],
    ),
    "migrate": (
        ["migrate", "--output", "v4", "examples"],
        ["Depots", "4 definitions", "Next steps"],
    ),
}

COLUMNS = 116
# In units of the picture; a character is as wide as it is in most fonts of this size.
FONT, WIDTH, HEIGHT, MARGIN, BAR = 15.0, 9.0, 20.0, 20.0, 36.0
GROUND, EDGE, PLAIN = "#1b1f26", "#3a414d", "#d6dae0"
COLOURS = ["#545b66", "#f47067", "#8fc470", "#e5c069", "#6cb6ff", "#c68ce2", "#56c2cd", "#d6dae0"]
BRIGHT = ["#8a93a1", "#ff7b82", "#9ed47e", "#f5d07a", "#7abefa", "#d69ef0", "#6cd4de", "#ffffff"]
LIGHTS = ["#ff5f57", "#febc2e", "#28c840"]


def run(binary, arguments):
    """What the program prints in a copy of the examples, both streams in their order, with colours."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(EXAMPLES, Path(folder) / "examples")
        command = [binary, "--color", "always", *arguments]
        process = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if process.returncode not in (0, 1):
        raise SystemExit(f"make.py: exit code {process.returncode} of: {' '.join(map(str, command))}")
    return process.stdout.decode("utf-8")


def cut(output, kept):
    """The blocks that hold one of the pieces; every piece must be there."""
    blocks = output.strip("\n").split("\n\n")
    for piece in kept:
        if not any(piece in block for block in blocks):
            raise SystemExit(f"make.py: the output has no {piece!r} any more")
    lines, cutting = [], False
    for block in blocks:
        if any(piece in block for piece in kept):
            lines += [block, ""]
            cutting = False
        elif not cutting:
            lines += [CUT, ""]
            cutting = True
    return "\n".join(lines).rstrip("\n")


def characters(text):
    """Every character with its colour and whether it is bold; escape sequences are read."""
    colour, bold = PLAIN, False
    for part in re.split(r"(\x1b\[[0-9;]*m)", text):
        if not part.startswith("\x1b["):
            yield from ((character, colour, bold) for character in part)
            continue
        for code in (int(code or 0) for code in part[2:-1].split(";")):
            if code == 0:
                colour, bold = PLAIN, False
            elif code in (1, 22):
                bold = code == 1
            elif code == 39:
                colour = PLAIN
            elif 30 <= code <= 37:
                colour = COLOURS[code - 30]
            elif 90 <= code <= 97:
                colour = BRIGHT[code - 90]
            else:
                raise SystemExit(f"make.py: unknown colour code {code}")


def lines(text):
    """Lines of at most so many characters, broken at spaces."""
    line = []
    for character in characters(text + "\n"):
        if character[0] == "\n":
            yield line
            line = []
            continue
        line.append(character)
        if len(line) > COLUMNS:
            space = max((i for i, (c, _, _) in enumerate(line) if c == " "), default=COLUMNS - 1)
            yield line[:space]
            line = line[space + 1 :]


def runs(line):
    """Parts of a line that look the same, without the spaces around them: (column, text, colour, bold)."""
    start = 0
    while start < len(line):
        end = start
        while end < len(line) and line[end][1:] == line[start][1:]:
            end += 1
        text = "".join(character for character, _, _ in line[start:end])
        for word in re.finditer(r"\S+(?: \S+)*", text):
            yield (start + word.start(), word.group(), *line[start][1:])
        start = end


def svg(text, title):
    """The picture of a terminal."""
    rows = list(lines(text))
    width, height = COLUMNS * WIDTH + 2 * MARGIN, len(rows) * HEIGHT + BAR + MARGIN
    window = f'x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="10"'
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect {window} fill="{GROUND}" stroke="{EDGE}"/>',
    ]
    out += [f'<circle cx="{MARGIN + 20 * i:g}" cy="18" r="6" fill="{light}"/>' for i, light in enumerate(LIGHTS)]
    fonts = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
    out.append(f'<g font-family="{fonts}" font-size="{FONT:g}" fill="{PLAIN}">')
    for row, line in enumerate(rows):
        y = BAR + HEIGHT * (row + 0.75)
        for column, part, colour, bold in runs(line):
            look = (f' fill="{colour}"' if colour != PLAIN else "") + (' font-weight="bold"' if bold else "")
            place = f'x="{MARGIN + column * WIDTH:g}" y="{y:g}" textLength="{len(part) * WIDTH:g}"'
            out.append(f'<text {place} lengthAdjust="spacingAndGlyphs"{look}>{escape(part)}</text>')
    return "\n".join([*out, "</g>", "</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", default="target/release/v4ward", help="v4ward (default: %(default)s)")
    options = parser.parse_args()
    binary = Path(options.binary).resolve()
    if not os.access(binary, os.X_OK):
        parser.error(f"{binary} is no program; `cargo build --release` makes it")
    for name, (arguments, kept) in PICTURES.items():
        command = f"v4ward {' '.join(arguments)}"
        text = f"\x1b[32m$\x1b[0m \x1b[1m{command}\x1b[0m\n" + cut(run(binary, arguments), kept)
        (HERE / f"{name}.svg").write_text(svg(text, f"Output of {command}"), encoding="utf-8")
        print(f"wrote docs/images/{name}.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
