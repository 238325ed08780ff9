"""The meters behind a call's figures, on a clock of their own."""

import pytest

from media.consultation import CallFigures, ConsultationError, decode_from_booth, encode
from media.figures import FreezeMeter, Freezes, LossMeter
from media.quality import milliseconds


def freezes(*moments: float, now: float) -> Freezes:
    meter = FreezeMeter()
    for moment in moments:
        meter.add(moment)
    return meter.read(now)


def test_pictures_in_time_do_not_freeze() -> None:
    assert freezes(1.0, 1.033, 1.066, 1.26, now=1.4) == Freezes(0, 0.0)


def test_a_gap_of_more_than_200_ms_is_one_freeze_as_long_as_the_gap() -> None:
    seen = freezes(1.0, 1.5, 1.53, 2.03, now=2.1)
    assert seen.count == 2
    assert seen.seconds == pytest.approx(1.0)


def test_a_freeze_that_lasts_counts_already_and_only_once() -> None:
    meter = FreezeMeter()
    meter.add(1.0)
    assert meter.read(1.2) == Freezes(0, 0.0)
    assert meter.read(2.0) == Freezes(1, 1.0)
    assert meter.read(4.0) == Freezes(1, 3.0)
    meter.add(4.0)
    assert meter.read(4.1) == Freezes(1, 3.0)


def test_before_the_first_picture_nothing_freezes() -> None:
    assert freezes(now=100.0) == Freezes(0, 0.0)


def test_loss_is_that_of_the_latest_readings() -> None:
    meter = LossMeter(readings=2)
    assert meter.share is None
    for received, lost in [(100, 100), (190, 110), (290, 110)]:
        meter.read(received, lost)
    assert meter.share == 10 / 200
    meter.read(390, 110)
    assert meter.share == 0


def test_packets_that_come_late_are_not_negative_loss() -> None:
    meter = LossMeter()
    meter.read(100, 5)
    meter.read(205, 0)
    assert meter.share == 0


def test_no_packets_are_no_loss() -> None:
    meter = LossMeter()
    meter.read(100, 5)
    meter.read(100, 5)
    assert meter.share is None


def test_times_stay_within_the_protocols_bounds() -> None:
    assert [milliseconds(s) for s in (None, 0.01234, -1.0, 1e9)] == [None, 12.3, 0.0, 60_000.0]


BASE = {
    "video_fps": 30,
    "video_width": 1280,
    "video_height": 720,
    "video_frames": 1,
    "audio_seconds": 1,
    "audio_level": 0,
}


def told(**more: object) -> str:
    return encode(CallFigures(**{**BASE, **more}))  # type: ignore[arg-type]


def test_what_is_not_known_may_be_left_out() -> None:
    figures = decode_from_booth(told())
    assert isinstance(figures, CallFigures)
    assert (figures.loss, figures.sync_offset_ms, figures.video_freezes) == (None, None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"loss": 1.5},
        {"jitter_ms": -1},
        {"round_trip_ms": 60_001},
        {"video_freezes": 1.5},
        {"video_width": 10**6},
        {"bitrate": 1e12},
        {"sync_offset_ms": -60_001},
        {"video_fps": 10**6},
    ],
)
def test_figures_out_of_bounds_are_no_message(wrong: dict[str, object]) -> None:
    with pytest.raises(ConsultationError):
        decode_from_booth(told(**wrong))
