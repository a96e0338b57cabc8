"""Rewrites PNG files with a palette of 256 colours, which is enough for pictures of an editor and halves them.

    python3 tests/vscode/shrink.py vscode-extension/images/*.png

Needs Pillow. For `run.mjs --pictures`.
"""

import sys

from PIL import Image

for name in sys.argv[1:]:
    picture = Image.open(name).convert("RGB")
    picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(name, optimize=True)
