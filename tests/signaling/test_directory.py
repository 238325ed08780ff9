"""The directory file: what is wrong is said in words an operator can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from signaling import directory
from signaling.directory import DirectoryError, Priority

SMALL = """
[[services]]
id = "registration-certificate"
[[regions]]
id = "elbtal"
name = "Elbtal"
"""
BOOTH = '[[booths]]\nid = "b1"\nregion = "elbtal"\nsite = "Hall"\nkey = "{key}"\n'
SITE = '[[sites]]\nid = "hall"\nregion = "elbtal"\nname = "Village hall"\n'
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
    "one coordinate": (SMALL + SITE + "latitude = 51.0", "site 'hall' has one coordinate"),
    "feature": (SMALL + SITE + 'accessibility = ["nice"]', "Invalid enum value 'nice'"),
    "site": (
        SMALL + SITE + BOOTH.format(key=GOOD_KEY).replace("Hall", "hal"),
        "names site 'hal'; expected one of hall",
    ),
    "site elsewhere": (
        SMALL
        + '[[regions]]\nid = "heide"\nname = "Heide"\n'
        + SITE.replace("elbtal", "heide")
        + BOOTH.format(key=GOOD_KEY).replace("Hall", "hall"),
        "booth 'b1' is of region 'elbtal', its site 'hall' of 'heide'",
    ),
    "authority": (SMALL + 'authority = "x"', "names authority 'x'; expected one of none"),
    "state": (SMALL + 'state = "DE-XX"', "expected one of DE-BB, DE-BE"),
    "country": (SMALL + 'state = "XX"', "a country such as DE"),
    "service key": (SMALL.replace("[[regions]]", 'key = "12345678901234"\n[[regions]]'), "^99"),
    "backward": (SMALL + 'hours = {mon = ["12:00-08:00"]}', "region 'elbtal': '12:00-08:00' ends before it begins"),
    "overlapping": (SMALL + 'hours = {mon = ["08:00-12:00", "11:00-13:00"]}', "begins before the span in front"),
    "no time": (SMALL + 'hours = {mon = ["08:00-25:00"]}', "regex"),
    "exception twice": (
        SMALL + "exceptions = [{date = 2026-01-01, until = 2026-01-03}, {date = 2026-01-03}]",
        "region 'elbtal': exception '2026-01-03' is listed twice",
    ),
    "exception backward": (SMALL + "exceptions = [{date = 2026-01-02, until = 2026-01-01}]", "within a year after"),
    "capacity": (
        SMALL + '[[capacities]]\nregion = "elbtal"\nservice = "x"',
        "names service 'x'; expected one of registration-certificate",
    ),
    "slot": (
        SMALL + '[[capacities]]\nregion = "elbtal"\nservice = "registration-certificate"\nslot_minutes = 12',
        "multiple of 5",
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
    assert known.capacity("elbtal", "registration-certificate") is not None


def test_a_site_is_named_by_its_id_or_described_in_words() -> None:
    booths = BOOTH.format(key=GOOD_KEY).replace("Hall", "hall") + BOOTH.format(key=GOOD_KEY).replace("b1", "b2")
    known = directory.parse(SMALL + SITE + booths)
    assert known.site(known.booths[0].site) is not None
    assert known.site(known.booths[1].site) is None


def test_what_the_catalogue_says_of_a_service_is_kept() -> None:
    text = SMALL.replace("[[regions]]", 'key = "99115006000000"\nminutes = 12\npriority = "high"\n[[regions]]')
    service = directory.parse(text).service("registration-certificate")
    assert service is not None
    assert (service.key, service.minutes, service.priority) == ("99115006000000", 12, Priority.HIGH)


def structs(kind: Any) -> Iterator[type[msgspec.Struct]]:
    """A struct and all those its fields hold."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
        for hint in get_type_hints(kind).values():
            yield from structs(hint)
    for inner in get_args(kind):
        yield from structs(inner)


def test_the_page_names_every_key() -> None:
    page = (Path(__file__).parents[2] / "docs/directory.md").read_text(encoding="utf-8")
    keys = {name for kind in structs(directory.Directory) for name in kind.__struct_fields__}
    assert len(keys) > 40
    assert {key for key in keys if f"`{key}`" not in page and f"`[[{key}]]`" not in page} == set()
    assert {feature for feature in directory.Accessibility if f"`{feature}`" not in page} == set()


def test_the_pages_example_can_be_read() -> None:
    page = (Path(__file__).parents[2] / "docs/directory.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    known = directory.parse(re.sub("<base64url.*>", GOOD_KEY, example))
    assert known.capacity("elbtal", "registration-certificate") is not None
