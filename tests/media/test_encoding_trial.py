"""The choice of an encoder. No machine of ours has a chip for it, so the way is proven with libx264 in its place."""

from __future__ import annotations

import glob
from typing import Any

import av
import msgspec
import numpy as np
import pytest
from aiortc import codecs

from media.aiortc_reach.encoders import get_encoder, prefer_hardware
from media.encoding.h264 import H264Encoder
from media.encoding.hardware import CANDIDATES, Candidate, HardwareEncoder, opener_of
from media.encoding.trial import choose, try_apart
from media.testing.barcode import read_barcode
from tests.media.scenes import noisy_frames

X264 = {
    "preset": "ultrafast",
    "tune": "zerolatency",
    "nal-hrd": "none",
    "bufsize": "200000",
    "forced-idr": "1",
    "sc_threshold": "0",
    "level": "31",
}
PATIENCE = 60.0
GOOD = Candidate("libx264", X264)


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda one: one.name)
def test_a_chip_that_is_not_there_is_told_apart(candidate: Candidate) -> None:
    if any(map(glob.glob, candidate.devices)):
        pytest.skip("this machine may have it")
    assert choose([candidate]) is None
    verdict = try_apart(msgspec.structs.replace(candidate, devices=()), PATIENCE)
    assert verdict.trouble.startswith("cannot be opened"), "and where it is tried nevertheless, it fails with a reason"


def test_one_that_does_all_a_call_needs_is_chosen() -> None:
    unknown = Candidate("h264_nobody", {})
    assert choose([unknown, GOOD], PATIENCE) is GOOD


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"tune": "film", "rc-lookahead": "10"}, "holds pictures back"),
        ({"g": "20"}, "gives key frames nobody asked for"),
        ({"preset": "fast", "profile": "high"}, "is not constrained baseline"),
    ],
)
def test_one_that_is_unfit_for_calls_is_left_alone(changes: dict[str, str], trouble: str) -> None:
    assert try_apart(Candidate("libx264", X264 | changes), PATIENCE).trouble == trouble


def test_one_that_cannot_be_steered_is_left_alone() -> None:
    """libx264 follows `bit_rate` only if it was opened in constant bitrate."""
    verdict = try_apart(Candidate("libx264", X264 | {"crf": "18", "maxrate": "0"}), PATIENCE)
    assert "kbit/s when asked for" in verdict.trouble


def test_one_that_hangs_or_crashes_takes_nobody_with_it() -> None:
    assert try_apart(GOOD, seconds=0.01).trouble == "takes longer than 0.01 seconds"


def test_interleaved_colours_reach_the_encoder_as_they_are() -> None:
    encoder = HardwareEncoder(Candidate("libx264", X264, pixels="nv12"), (1280, 720), 2_000_000, 2_500_000)
    decoder = av.CodecContext.create("h264", "r")
    for number, frame in enumerate(noisy_frames(3)):
        before = frame.to_ndarray(format="bgr24").astype(int)
        [shown] = decoder.decode(av.Packet(encoder.encode(frame)))
        assert read_barcode(np.ascontiguousarray(shown.to_ndarray()[:720])) == number
        assert np.abs(shown.to_ndarray(format="bgr24").astype(int) - before).mean() < 6


def test_where_the_chip_fails_in_a_call_libx264_goes_on() -> None:
    encoder = HardwareEncoder(GOOD, (1280, 720), 900_000, 2_500_000)
    decoder = av.CodecContext.create("h264", "r")
    frames = list(noisy_frames(4))
    decoder.decode(av.Packet(encoder.encode(frames[0])))
    failing: Any = encoder
    failing._codec = Failing()
    for frame in frames[1:]:
        [shown] = decoder.decode(av.Packet(encoder.encode(frame)))
        assert (shown.width, shown.height) == (1280, 720)
    assert encoder.quantizer is not None
    assert encoder.steer(700_000)
    assert not encoder.steer(2_600_000)


class Failing:
    def encode(self, frame: av.VideoFrame) -> list[Any]:
        raise av.ExternalError(-542398533, "the chip is gone")


def test_an_encoder_that_opens_no_more_is_replaced_by_libx264() -> None:
    encoder = opener_of(Candidate("h264_nobody", {}))((640, 360), 300_000, 800_000)
    [frame] = noisy_frames(1)
    assert encoder.encode(frame.reformat(640, 360))


def test_calls_use_what_passed_and_libx264_where_nothing_does() -> None:
    [codec] = [one for one in codecs.CODECS["video"] if one.parameters.get("profile-level-id") == "42e01f"]
    try:
        prefer_hardware([GOOD])
        [frame] = noisy_frames(1)
        encoder: Any = get_encoder(codec)
        assert encoder._opener is not H264Encoder
        assert encoder.encode(frame)[0]
    finally:
        prefer_hardware([])
    assert get_encoder(codec)._opener is H264Encoder  # type: ignore[attr-defined]
