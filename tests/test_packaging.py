"""The wheel carries everything a machine needs that has no clone: web app, screens, fonts, words, documents."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files of a wheel built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return set(zipfile.ZipFile(next(folder.glob("*.whl"))).namelist())


def test_every_data_file_of_the_packages_is_in_the_wheel(names: set[str]) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "booth", "clerk_console", "media", "signaling"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    wanted = {name for name in tracked if not name.startswith("clerk_console/web/") and (ROOT / name).exists()}
    assert wanted - names == set()


def test_what_is_built_is_in_the_wheel(names: set[str]) -> None:
    assert "clerk_console/static/index.html" in names
    assert any(name.startswith("clerk_console/static/assets/") and name.endswith(".js") for name in names)
    assert "booth/ui/fonts/FiraSans-Regular.ttf" in names


def test_sources_of_the_web_app_stay_out(names: set[str]) -> None:
    assert not any("node_modules" in name or name.startswith(("clerk_console/web/", "tests/")) for name in names)
