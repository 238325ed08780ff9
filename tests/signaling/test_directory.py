"""The directory file: what is wrong is said in words an operator can act on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from signaling import directory
from signaling.directory import DirectoryError

SMALL = """
[[services]]
id = "registration-certificate"
[[regions]]
id = "elbtal"
name = "Elbtal"
"""
BOOTH = '[[booths]]\nid = "b1"\nregion = "elbtal"\nsite = "Hall"\nkey = "{key}"\n'
GOOD_KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"  # RFC 8037, appendix A.2

WRONG = {
    "not TOML": ("[[services", "not valid TOML"),
    "nothing": ("", "missing required field `regions`"),
    "unknown field": (SMALL + "[[services]]\nid = 'x'\nname = 'y'", "unknown field `name`"),
    "id": (SMALL.replace("elbtal", "Elb Tal"), "regex"),
    "seconds": ("offer_seconds = 0\n" + SMALL, "offer_seconds"),
    "zone": ("timezone = 'Mars/Olympus'\n" + SMALL, "Europe/Berlin"),
    "twice": (SMALL + SMALL, "'elbtal' is listed twice"),
    "key": (SMALL + BOOTH.format(key="c2hvcnQ"), "booth 'b1': `key` must be the base64url of a 32-byte"),
    "key spelling": (SMALL + BOOTH.format(key="§§§"), "booth 'b1': `key` must be"),
    "region": (SMALL + BOOTH.format(key=GOOD_KEY).replace("elbtal", "harz"), "names region 'harz'; expected one of"),
    "service": (
        SMALL + '[[appointments]]\ncode = "DEMO2026"\nservice = "x"\nregion = "elbtal"',
        "names service 'x'; expected one of registration-certificate",
    ),
    "origin": (
        SMALL + '[[consoles]]\nissuer = "http://c"\njwks_url = "http://c/j"\norigins = ["http://c/path"]',
        "origins",
    ),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "directory.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DirectoryError) as error:
        directory.load(path)
    assert said in str(error.value)
    assert str(path) in str(error.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="Give its path with --directory"):
        directory.load(tmp_path / "none.toml")


def test_defaults_are_those_of_the_architecture() -> None:
    known = directory.parse(SMALL + BOOTH.format(key=GOOD_KEY))
    times = (known.offer_seconds, known.booth_lease_seconds, known.clerk_lease_seconds, known.minimum_group_size)
    assert times == (20, 120, 60, 5)
    assert known.booth("b1") is not None
    assert known.booth("b2") is None


def test_whole_file_is_read(town: Any) -> None:
    known = directory.parse(town.directory_toml(offer_seconds=3))
    assert known.offer_seconds == 3
    assert known.origins() == {town.origin}
    assert known.console(town.issuer) is not None
    assert known.appointment("DEMO2026") is not None
