"""How much the clerk's picture may take of a path, second by second; the app's own module, without a browser."""

from __future__ import annotations

import json
import subprocess
from itertools import pairwise
from pathlib import Path

from tests.web.test_judgement import NODE

PROGRAM = Path(__file__).with_name("narrow.mjs")
USUAL, LITTLE = 2_500_000, 15_000


def limits(*available: int | None) -> list[int]:
    run = subprocess.run([NODE, PROGRAM], input=json.dumps(available), capture_output=True, text=True, check=True)
    looks = json.loads(run.stdout)
    found = [limit for _, limit in looks]
    # `look` tells of each change, and of nothing else.
    assert [changed for changed, _ in looks] == [now != before for before, now in pairwise([USUAL, *found])]
    return found


def test_a_wide_path_and_an_unknown_one_are_left_alone() -> None:
    assert set(limits(None, 300_000, 2_000_000, None, 150_000)) == {USUAL}


def test_on_a_narrow_path_speech_gets_the_room() -> None:
    assert limits(600_000, 82_800, 82_800, None) == [USUAL, LITTLE, LITTLE, LITTLE]


def test_the_picture_returns_when_the_path_is_wide_for_a_while() -> None:
    assert limits(82_800, 112_000, 99_000, 104_000, 112_000, 126_000) == [LITTLE] * 5 + [USUAL]
