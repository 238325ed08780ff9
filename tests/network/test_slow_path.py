"""When packets leave on a slow path, with time and chance passed in."""

from __future__ import annotations

import random
import statistics

from tests.network.slow_path import MOOD_SECONDS, Timetable


def crossing(delay: float, jitter: float, count: int = 5000, every: float = 0.005) -> tuple[list[float], list[float]]:
    """How long each packet takes, and when it leaves."""
    timetable = Timetable(random.Random(4))
    timetable.delay, timetable.jitter = delay, jitter
    left = [timetable.leaves(number * every) for number in range(count)]
    return [moment - number * every for number, moment in enumerate(left)], left


def test_a_path_without_jitter_takes_its_delay() -> None:
    took, _ = crossing(0.04, 0.0)
    assert max(took) - min(took) < 1e-9
    assert abs(took[0] - 0.04) < 1e-9


def test_jitter_is_spread_over_its_whole_range_and_keeps_the_order() -> None:
    took, left = crossing(0.01, 0.03)
    assert left == sorted(left)
    assert 0.01 <= min(took) < 0.012
    assert 0.038 < max(took) <= 0.04
    assert 0.022 < statistics.mean(took) < 0.03
    assert statistics.pstdev(took) > 0.006


def test_the_queue_on_the_way_keeps_its_length_for_a_while() -> None:
    timetable = Timetable(random.Random(1))
    timetable.jitter = 0.03
    burst = [timetable.leaves(number * MOOD_SECONDS / 10) - number * MOOD_SECONDS / 10 for number in range(10)]
    assert max(burst) - min(burst) < 1e-9


def test_a_shorter_delay_does_not_let_packets_overtake() -> None:
    timetable = Timetable(random.Random(1))
    timetable.delay = 0.5
    before = timetable.leaves(0.0)
    timetable.delay = 0.0
    assert timetable.leaves(0.1) == before
    assert timetable.leaves(1.0) == 1.0
