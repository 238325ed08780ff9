"""Fira Sans for Qt, which reads no WOFF2, from the design system's own files: booth/ui/fonts/, ignored by git."""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "clerk_console/web/node_modules/@kern-ux/native/dist/fonts/fira-sans"
TARGET = ROOT / "booth/ui/fonts"
CUTS = ("Regular", "Medium", "SemiBold", "Bold")


def main() -> None:
    """Write the fonts that are missing. The web app's packages have to be installed."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for cut in CUTS:
        target = TARGET / f"FiraSans-{cut}.ttf"
        if not target.exists():
            font = TTFont(SOURCE / f"FiraSans-{cut}.woff2")
            font.flavor = None
            font.save(target)


if __name__ == "__main__":
    main()
