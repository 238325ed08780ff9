#!/usr/bin/env python3
"""Turns KERN's Fira Sans (woff2) into the TrueType files Qt can load: booth/ui/fonts/, ignored by git.

`build_fonts.py [FOLDER]`; without an argument the fonts the console's web app is built with. Needs
fonttools and brotli.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "clerk_console/web/node_modules/@kern-ux/native/dist/fonts/fira-sans"
TARGET = ROOT / "booth/ui/fonts"
CUTS = ("Regular", "Medium", "SemiBold", "Bold")


def main() -> int:
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    TARGET.mkdir(parents=True, exist_ok=True)
    for cut in CUTS:
        woff = source / f"FiraSans-{cut}.woff2"
        if not woff.exists():
            print(f"{woff} is not there; install the web app's packages first (npm ci in clerk_console/web).")
            return 1
        font = TTFont(woff)
        font.flavor = None
        font.save(TARGET / f"FiraSans-{cut}.ttf")
    print(f"written: {len(CUTS)} fonts in {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
