"""What is said from what was seen, on made-up calls whose truth is known."""

from __future__ import annotations

import pytest

from tests.benchmarks.path import Watched, flow_again
from tests.benchmarks.rate import good_after
from tests.benchmarks.records import (
    Records,
    Seen,
    Shown,
    delays,
    frames_a_second,
    freezes,
    grown,
    percentile,
    rate,
    speech_share,
)
from tests.benchmarks.steps import is_key


def film(begin: float, seconds: float, *, late: float = 0.0, height: int = 720) -> list[Shown]:
    return [Shown(number % 120, begin + number / 30 + late, height) for number in range(round(seconds * 30))]


def captured(begin: float, seconds: float) -> list[tuple[int, float]]:
    return [(number % 120, begin + number / 30) for number in range(round(seconds * 30))]


def test_a_delay_is_from_the_latest_capture_of_the_same_number() -> None:
    found = delays(captured(100, 12), film(100, 12, late=0.05))
    assert len(found) == 360
    assert found == pytest.approx([0.05] * 360)


def test_pictures_that_cannot_be_told_have_no_delay() -> None:
    shown = [Shown(None, 101.0, 720), Shown(7, 99.0, 720), Shown(7, 120.0, 720), Shown(5000, 101.0, 720)]
    assert delays(captured(100, 4), shown) == []


def test_a_freeze_is_a_gap_of_over_a_fifth_of_a_second() -> None:
    assert freezes(film(0, 3)) == 0
    assert freezes([*film(0, 1), *film(1.15, 1), *film(3, 1)]) == 1


def test_frames_are_counted_in_each_second() -> None:
    assert frames_a_second(film(10, 2), 10, 13.5) == [30.0, 30.0, 0.0]


def test_counters_that_begin_late_or_never() -> None:
    series = [{"at": 1.0}, {"at": 2.0, "samples": 100.0}, {"at": 4.0, "samples": 300.0}]
    assert rate(series, "samples") == 100
    assert grown(series, "samples") == 200
    assert rate(series, "bytes") == grown(series, "bytes") == 0


def test_speech_is_what_was_not_made_up() -> None:
    series = [
        {"at": 0.0, "samples": 1000.0, "made_up_samples": 500.0},
        {"at": 1.0, "samples": 2000.0, "made_up_samples": 510.0},
    ]
    assert speech_share(series) == pytest.approx(0.99)
    assert speech_share([]) == 0


def test_percentiles_of_few() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([1.0], 0.95) == 1.0


def test_good_needs_bitrate_and_a_whole_second_of_pictures() -> None:
    slow, fast = {"at": 10.4, "target_bitrate": 2e6}, {"at": 11.2, "target_bitrate": 2e6}
    poor = {"at": 12.0, "target_bitrate": 1e6}
    shown = Records(shown=film(10.1, 5))
    assert good_after(Seen("ours", 10.0, Records(series=[slow, fast]), shown)) == pytest.approx(1.2)
    assert good_after(Seen("ours", 10.0, Records(series=[slow, poor]), shown)) == 10.0


def test_back_when_pictures_flow_for_good_and_nothing_is_suspected() -> None:
    pictures = [*(number / 30 for number in range(300)), 16.0, *(17 + number / 30 for number in range(60))]
    assert flow_again(pictures, 5.0) == 17.0
    seen = Watched(pictures, [(None, None), (10.8, None), (10.8, 15.5), (16.2, None), (16.2, 17.3)])
    assert seen.noticed(10.0) == pytest.approx(0.8)
    assert seen.back(10.0, 15.0) == pytest.approx(2.3)
    assert seen.noticed(18.0) is None


def test_an_end_that_never_sees_again_is_not_back() -> None:
    assert flow_again([1.0, 2.0], 5.0) == float("inf")


def test_key_pictures_in_single_slices_and_fragments() -> None:
    assert is_key(bytes([0x65])) and is_key(bytes([0x7C, 0x85]))
    assert not is_key(bytes([0x61])) and not is_key(bytes([0x7C, 0x81]))
