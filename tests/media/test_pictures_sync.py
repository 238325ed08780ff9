"""Picture and sound on one clock."""

from __future__ import annotations

import itertools
import random

import pytest

from media.devices.sound import RATE
from media.pictures.packet import CLOCK_RATE
from media.pictures.sync import (
    EVERY_SECONDS,
    FAR_SECONDS,
    MAX_DELAY_SECONDS,
    MAX_UNEVEN_SECONDS,
    NEAR_SECONDS,
    STEP_SECONDS,
    PictureClock,
    SenderClock,
)

NTP = 1 << 32


def test_a_senders_clock_is_known_from_its_report() -> None:
    clock = SenderClock(RATE)
    assert clock.captured(5) is None
    clock.report(1000 * NTP + NTP // 2, 48_000)
    assert clock.captured(48_000) == pytest.approx(1000.5)
    assert clock.captured(72_000) == pytest.approx(1001.0)
    assert clock.captured(24_000) == pytest.approx(1000.0)
    clock.report(2000 * NTP, 0xFFFFFFFF)
    assert clock.captured(47_999) == pytest.approx(2001.0), "timestamps wrap"


def test_without_delay_a_picture_is_due_at_once() -> None:
    clock, rng = PictureClock(), random.Random(1)
    for number in range(100):
        now = 50 + number / 30 + rng.random() * 0.05
        assert clock.due((number * 3000 - 30_000) & 0xFFFFFFFF, now) <= now


def test_a_delay_is_used_to_even_out_what_comes_unevenly() -> None:
    clock, rng = PictureClock(), random.Random(1)
    clock.apart = 0.06
    moments = []
    for number in range(100):
        now = 50 + number / 30 + rng.random() * 0.05
        due = clock.due(number * 3000, now)
        assert now <= due <= now + clock.delay
        moments.append(due - number * 3000 / CLOCK_RATE)
    assert max(moments[30:]) - min(moments[30:]) < 0.005


def test_timestamps_that_begin_anew_hold_nothing_back() -> None:
    clock = PictureClock()
    clock.due(0, 50.0)
    clock.apart = 0.1
    for first in (5_000_000, 100):
        for number in range(3):
            now = 60 + number / 30
            assert clock.due(first + 3000 * number, now) <= now + clock.delay


def shown_with(sound_behind: float, seconds: float) -> PictureClock:
    """Sound that is so much later than a picture which is not held."""
    clock = PictureClock()
    for step in range(round(seconds * 30)):
        clock.keep_near(sound_behind - clock.delay, step / 30)
    return clock


@pytest.mark.parametrize("sound_behind", [-0.05, 0.0, NEAR_SECONDS, FAR_SECONDS])
def test_a_picture_is_not_held_for_sound_that_is_near(sound_behind: float) -> None:
    assert shown_with(sound_behind, 20).delay == 0


@pytest.mark.parametrize("sound_behind", [0.12, 0.2, 0.3])
def test_a_picture_waits_for_sound_that_is_late(sound_behind: float) -> None:
    clock = shown_with(sound_behind, 20)
    assert sound_behind - FAR_SECONDS - 1e-9 <= clock.delay < sound_behind - FAR_SECONDS + STEP_SECONDS


def test_it_waits_in_small_steps_and_not_for_ever() -> None:
    assert shown_with(1.0, EVERY_SECONDS * 2.5).delay == pytest.approx(3 * STEP_SECONDS)
    assert shown_with(9.0, 60).delay == MAX_DELAY_SECONDS


def test_it_goes_ahead_again() -> None:
    clock = shown_with(0.2, 20)
    for step in range(600):
        clock.keep_near(0.02 - clock.delay, 20 + step / 30)
    assert clock.delay == 0


def shown_over(
    clock: PictureClock, share: float, late: float, begin: int, count: int, *, repaired: bool = True
) -> list[float]:
    """The times between pictures, when a share of them holds up those behind it."""
    rng, free, shown = random.Random(7), 0.0, []
    for number in range(begin, begin + count):
        now = number / 30
        free = max(free, now + (late if rng.random() < share else 0.0))
        shown.append(max(clock.due(number * 3000, free, repaired and free > now), free))
    return [after - before for before, after in itertools.pairwise(shown)]


def test_on_a_path_that_loses_pictures_are_shown_evenly() -> None:
    clock = PictureClock()
    shown_over(clock, 0.0, 0.0, 0, 150)
    assert clock.uneven == 0.0
    shown_over(clock, 0.1, 0.11, 150, 300)
    assert 0.06 <= clock.uneven <= MAX_UNEVEN_SECONDS
    gaps = shown_over(clock, 0.1, 0.2, 450, 600)
    assert max(gaps) < 0.2, "a gap of 233 ms as they come"
    shown_over(clock, 0.0, 0.0, 1050, 900)
    assert clock.uneven == 0.0


@pytest.mark.parametrize(("late", "repaired"), [(0.03, True), (0.2, False)])
def test_quick_repairs_and_queues_delay_nothing(late: float, repaired: bool) -> None:
    clock = PictureClock()
    shown_over(clock, 0.5, late, 0, 300, repaired=repaired)
    assert clock.delay == 0.0
