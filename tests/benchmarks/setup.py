"""How long a newcomer waits: a fresh clone to a finished `scripts/demo --auto`, and the second time."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

from scripts.bench_runner import ROOT, Figure


def seconds_of_demo(clone: Path) -> float:
    """Run `scripts/demo --auto` and return its wall-clock seconds. Raises CalledProcessError when it fails."""
    began = time.monotonic()
    subprocess.run(["scripts/demo", "--auto"], cwd=clone, check=True, stdin=subprocess.DEVNULL)
    return time.monotonic() - began


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "fernamt"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        first = seconds_of_demo(clone)
        second = seconds_of_demo(clone)
    return [
        Figure("fresh clone to a finished demo", first, "s", "limit", 360, 1),
        Figure("the second time", second, "s", "limit", 40, 1),
    ]
