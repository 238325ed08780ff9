"""The size of the picture follows the bitrate, with hysteresis and on a clock of its own."""

from __future__ import annotations

from itertools import pairwise

import pytest

from media.encoding.ladder import COARSE, DOWN_SECONDS, FINE, MAX_BITRATE, RUNGS, UP_FACTOR, UP_SECONDS, Ladder

MIDDLING = (COARSE + FINE) / 2


def step(ladder: Ladder) -> int:
    return RUNGS.index(ladder.rung)


def hold(ladder: Ladder, bitrate: int, quantizer: float | None, start: float, seconds: float) -> list[int]:
    """The rungs of thirty pictures a second."""
    steps = []
    for number in range(round(seconds * 30) + 1):
        ladder.consider(bitrate, quantizer, start + number / 30)
        steps.append(step(ladder))
    return steps


def test_rungs_overlap_so_that_each_change_of_size_leaves_room() -> None:
    for larger, smaller in pairwise(RUNGS):
        assert larger.scale > smaller.scale
        assert smaller.floor < larger.floor < smaller.ceiling < larger.ceiling
        assert larger.floor * UP_FACTOR <= smaller.ceiling


@pytest.mark.parametrize(
    ("bitrate", "expected"),
    [(MAX_BITRATE, 0), (800_000, 0), (799_999, 1), (450_000, 1), (449_999, 2), (180_000, 2), (179_999, 3), (1, 3)],
)
def test_a_call_starts_at_the_size_its_bitrate_is_good_for(bitrate: int, expected: int) -> None:
    assert step(Ladder(bitrate)) == expected


def test_a_coarse_picture_gets_smaller_after_a_moment() -> None:
    steps = hold(Ladder(MAX_BITRATE), 300_000, COARSE, 10, 2)
    assert steps[: int(DOWN_SECONDS * 30)] == [0] * int(DOWN_SECONDS * 30)
    assert steps[-1] == 2, "straight to the size that fits"


def test_a_bitrate_that_falls_far_at_once_makes_the_picture_small_at_once() -> None:
    """Pictures of the old size would take seconds to get through a narrow path."""
    ladder = Ladder(MAX_BITRATE)
    assert set(hold(ladder, MAX_BITRATE, MIDDLING, 0, 1)) == {0}
    ladder.consider(30_000, MIDDLING, 1.1)
    assert step(ladder) == 3


def test_a_picture_that_needs_little_keeps_its_size() -> None:
    assert set(hold(Ladder(MAX_BITRATE), 100_000, COARSE - 1, 0, 10)) == {0}


def test_a_coarse_picture_with_a_good_bitrate_keeps_its_size() -> None:
    assert set(hold(Ladder(MAX_BITRATE), 800_000, 51, 0, 10)) == {0}


def test_a_short_dip_changes_nothing() -> None:
    ladder = Ladder(MAX_BITRATE)
    for second in range(5):
        assert set(hold(ladder, 300_000, COARSE, second, DOWN_SECONDS - 0.1)) == {0}
        assert set(hold(ladder, 900_000, COARSE, second + DOWN_SECONDS, 0.1)) == {0}


def test_back_up_by_itself_once_there_is_room_for_long_enough() -> None:
    ladder = Ladder(300_000)
    steps = hold(ladder, 2_000_000, COARSE, 0, UP_SECONDS + 1)
    assert steps[: int(UP_SECONDS * 30)] == [2] * int(UP_SECONDS * 30)
    assert steps[-1] == 0


def test_just_enough_for_the_next_size_is_not_enough() -> None:
    assert set(hold(Ladder(300_000), round(450_000 * UP_FACTOR) - 10, MIDDLING, 0, 10)) == {2}
    assert hold(Ladder(300_000), round(450_000 * UP_FACTOR) + 10, MIDDLING, 0, 10)[-1] == 1


def test_a_picture_that_cannot_get_finer_gets_larger_one_size_at_a_time() -> None:
    """Or a path that recovers under a calm picture would never be noticed."""
    steps = hold(Ladder(100_000), 100_000, FINE, 0, UP_SECONDS * 2 - 0.5)
    assert steps[-1] == 2


@pytest.mark.parametrize("bitrate", [150_000, 200_000, 460_000, 700_000, 820_000, 1_000_000])
def test_a_steady_bitrate_changes_the_size_once_at_most(bitrate: int) -> None:
    steps = hold(Ladder(MAX_BITRATE), bitrate, COARSE, 0, 20)
    assert sum(before != after for before, after in pairwise(steps)) <= 1


def test_without_a_quantizer_the_bitrate_decides() -> None:
    ladder = Ladder(MAX_BITRATE)
    assert hold(ladder, 100_000, None, 0, 2)[-1] == 3
    assert hold(ladder, MAX_BITRATE, None, 2, 5)[-1] == 0
