"""The sending side over simulated paths: what the citizen's words and face go through when a path gets narrow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from tests.media.simulated_path import Booth, Path, Second, simulate


def over(path: Path, *stages: tuple[dict[str, Any], int], **options: Any) -> tuple[list[list[Second]], Booth]:
    """What happens in each second of each stage, after the path has changed as told."""
    seen: list[list[Second]] = []
    booths: list[Booth] = []

    async def work() -> None:
        booth = Booth(path, **options)
        booths.append(booth)
        for changes, seconds in stages:
            for name, value in changes.items():
                setattr(path, name, value)
            seen.append(await booth.run(seconds))
        await booth.close()

    simulate(work)
    return seen, booths[0]


def longest_wait(seconds: Sequence[Second]) -> float:
    return max(delay for second in seconds for delay in second.sound_delays)


def lost(seconds: Sequence[Second]) -> int:
    return sum(second.sound_lost for second in seconds)


def estimates(seconds: Sequence[Second]) -> list[float]:
    return [second.estimate or 0.0 for second in seconds]


def test_a_wide_path_is_known_within_the_first_second() -> None:
    [[first, *later]], booth = over(Path(rate=10e6), ({}, 5))
    assert estimates([first])[0] > 2_500_000
    assert all(second.pictures == 30 and second.picture_bitrate > 2_000_000 for second in later)
    assert longest_wait(later) < 0.03
    assert booth.sending.figures().queue < 0.015
    assert set(booth.playout_delays) == {0.0}


@pytest.mark.parametrize("bucket", [0.0, 4000.0])
@pytest.mark.parametrize("feedback_seconds", [0.05, 0.2])
def test_speech_stays_whole_on_a_narrow_path_and_the_picture_comes_back(
    bucket: float, feedback_seconds: float
) -> None:
    stages = ({}, 5), ({"rate": 100e3}, 15), ({"rate": 3e6}, 8)
    (before, narrow, after), _ = over(Path(rate=3e6, bucket=bucket), *stages, feedback_seconds=feedback_seconds)
    assert all(second.picture_bitrate > 2_000_000 for second in before[1:])

    settled = narrow[5:]
    assert lost(settled) <= 5, "of 500"
    waits = sorted(delay for second in settled[4:] for delay in second.sound_delays)
    assert waits[len(waits) * 90 // 100] < 0.25
    # A bucket of tokens lets a probe through that the path does not carry: found out after a third of a second.
    assert waits[-1] < (0.35 if bucket else 0.2)
    assert not any(second.paused for second in settled)
    assert sum(second.pictures for second in settled) / len(settled) >= 20
    assert sum(second.pictures for second in settled[4:]) / len(settled[4:]) >= 25
    assert bucket or all(estimate < 130_000 for estimate in estimates(settled[4:]))

    assert max(estimates(after)) > 1_500_000
    assert after[-1].picture_bitrate > 1_500_000
    assert lost(after) == 0


def test_below_what_a_picture_needs_sound_goes_alone_until_there_is_room() -> None:
    (_, narrow, after), booth = over(Path(rate=3e6), ({}, 3), ({"rate": 66e3}, 12), ({"rate": 3e6}, 8))
    assert all(second.paused and second.pictures == 0 for second in narrow[6:])
    assert lost(narrow[6:]) == 0
    assert longest_wait(narrow[9:]) < 0.1
    assert not after[-1].paused
    assert after[-1].pictures >= 29
    assert booth.picture.key_frames == 2, "one more than needed: when it stopped and when it went on"


def test_a_path_that_is_narrow_from_the_start() -> None:
    [seconds], _ = over(Path(rate=500e3), ({}, 10))
    assert all(380_000 < estimate < 560_000 for estimate in estimates(seconds[2:]))
    assert lost(seconds[1:]) == 0
    assert longest_wait(seconds[3:]) < 0.15
    assert all(second.pictures >= 28 for second in seconds[2:])


def test_a_cut_path_quiets_the_sender_and_is_filled_again_at_once() -> None:
    (_, cut, after), booth = over(Path(), ({}, 3), ({"is_cut": True}, 5), ({"is_cut": False}, 4))
    assert estimates(cut)[-1] < 200_000
    assert after[0].pictures >= 28
    assert estimates(after)[2] > 1_500_000
    assert booth.sending.figures().loss < 0.05


@pytest.mark.parametrize(("loss", "least"), [(0.01, 2_500_000), (0.05, 2_000_000), (0.10, 1_200_000)])
def test_loss_alone_does_not_take_the_picture_away(loss: float, least: float) -> None:
    [seconds], booth = over(Path(rate=5e6, loss=loss), ({}, 12))
    assert estimates(seconds)[-1] > least
    assert booth.sending.figures().loss == pytest.approx(loss, abs=0.04)


def test_a_path_that_drops_instead_of_queueing_is_not_flooded() -> None:
    (_, narrow), _ = over(Path(rate=3e6), ({"queue": 0.005}, 4), ({"rate": 800e3}, 8))
    assert all(estimate < 1_000_000 for estimate in estimates(narrow[3:]))
    assert lost(narrow[4:]) <= 20, "of 200"


def test_pictures_are_held_back_only_on_a_path_that_jitters() -> None:
    (calm, jittery, after), booth = over(
        Path(rate=10e6), ({}, 6), ({"jitter": 0.06}, 8), ({"jitter": 0.0}, 14), wanted=1e6
    )
    assert len(calm) + len(jittery) + len(after) == 28
    delays = booth.playout_delays
    assert delays[0] == delays[-1] == 0.0
    assert 0.04 <= max(delays) <= 0.08
    changes = sum(before != later for before, later in pairwise(delays))
    assert changes <= 6


def test_a_sender_the_other_end_tells_nothing_is_left_to_remb() -> None:
    seen, booth = over(Path(), ({}, 3), feedback_seconds=100.0)
    assert seen[0][-1].estimate is None
    assert booth.picture.target_bitrate == 1_500_000
    assert seen[0][-1].pictures == 30
