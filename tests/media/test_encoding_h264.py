"""What we ask of libx264: a bitrate steered on the open encoder, key frames only when asked for."""

from __future__ import annotations

from collections.abc import Callable

import av
import numpy as np
import pytest

from media.encoding.h264 import H264Encoder
from media.encoding.picture import FRAME_RATE
from tests.media.scenes import noisy_frames

CEILING = 2_500_000
SPS, PPS, IDR, SLICE, SEI = 7, 8, 5, 1, 6


def nal_units(picture: bytes) -> list[bytes]:
    """Split at the start codes (ITU-T H.264, annex B)."""
    return [unit.rstrip(b"\0") for unit in picture.split(b"\0\0\1")[1:]]


def nal_types(picture: bytes) -> list[int]:
    return [unit[0] & 0x1F for unit in nal_units(picture)]


def encode(encoder: H264Encoder, count: int, before: Callable[[int, av.VideoFrame], None]) -> list[bytes]:
    pictures = []
    for number, frame in enumerate(noisy_frames(count)):
        before(number, frame)
        pictures.append(encoder.encode(frame))
    return pictures


def bitrate(pictures: list[bytes]) -> float:
    return sum(map(len, pictures)) * 8 * FRAME_RATE / len(pictures)


def test_halved_and_doubled_without_a_key_frame_or_a_burst() -> None:
    encoder = H264Encoder((1280, 720), CEILING, CEILING)

    def steer(number: int, _: av.VideoFrame) -> None:
        if number in (60, 120):
            assert encoder.steer(CEILING // 2 if number == 60 else CEILING)

    pictures = encode(encoder, 180, steer)
    assert [number for number, picture in enumerate(pictures) if IDR in nal_types(picture)] == [0]
    assert all(nal_types(picture) == [SLICE] for picture in pictures[1:])
    for start, asked in ((0, CEILING), (60, CEILING / 2), (120, CEILING)):
        part = pictures[max(1, start) : start + 60]
        assert max(map(len, part)) <= 3 * np.mean([len(picture) for picture in part])
        assert 0.75 * asked < bitrate(part[10:]) < 1.05 * asked
    assert len(pictures[0]) < 20_000


def test_starts_below_its_ceiling_and_rises_to_it() -> None:
    encoder = H264Encoder((1280, 720), 600_000, CEILING)
    pictures = encode(encoder, 60, lambda number, _: None)
    assert bitrate(pictures[15:]) < 660_000
    encoder.steer(CEILING)
    pictures = encode(encoder, 60, lambda number, _: None)
    assert bitrate(pictures[15:]) > 1_800_000


def test_never_above_its_ceiling() -> None:
    encoder = H264Encoder((1280, 720), 600_000, 600_000)
    assert not encoder.steer(600_001)
    assert encoder.steer(600_000)


def test_the_smallest_picture_keeps_to_50_kbit_at_full_rate() -> None:
    encoder = H264Encoder((320, 180), 50_000, 350_000)
    pictures = [encoder.encode(frame.reformat(width=320, height=180)) for frame in noisy_frames(90)]
    assert all(pictures), "thirty pictures a second"
    assert bitrate(pictures[30:]) < 55_000


@pytest.mark.parametrize("slower", [2, 3])
def test_a_slow_camera_gets_the_whole_bitrate_in_fewer_pictures(slower: int) -> None:
    encoder = H264Encoder((1280, 720), 600_000, CEILING)

    def stretch(_: int, frame: av.VideoFrame) -> None:
        assert frame.pts is not None
        frame.pts *= slower

    pictures = encode(encoder, 90, stretch)
    assert 480_000 < bitrate(pictures[45:]) / slower < 640_000


def test_a_key_frame_is_whole_and_comes_when_asked_for() -> None:
    def ask(number: int, frame: av.VideoFrame) -> None:
        frame.pict_type = av.video.frame.PictureType.I if number == 5 else av.video.frame.PictureType.NONE

    pictures = encode(H264Encoder((1280, 720), CEILING, CEILING), 10, ask)
    keys = {number: nal_types(picture) for number, picture in enumerate(pictures) if IDR in nal_types(picture)}
    assert list(keys) == [0, 5]
    assert all([kind for kind in kinds if kind != SEI] == [SPS, PPS, IDR] for kinds in keys.values())


def test_constrained_baseline_level_3_1() -> None:
    picture = H264Encoder((1280, 720), CEILING, CEILING).encode(next(noisy_frames(1)))
    [sps] = [unit for unit in nal_units(picture) if unit[0] & 0x1F == SPS]
    profile, constraints, level = sps[1:4]
    assert (profile, level) == (66, 31)
    assert constraints & 0x40, "42e01f is baseline with constraint_set1 (RFC 6184, 8.1)"


def test_the_quantizer_tells_how_coarse_the_picture_is() -> None:
    told: list[float | None] = []
    for asked in (2_000_000, 200_000):
        encoder = H264Encoder((1280, 720), asked, CEILING)
        assert encoder.quantizer is None
        encode(encoder, 40, lambda number, _: None)
        told.append(encoder.quantizer)
    fine, coarse = told
    assert fine is not None
    assert coarse is not None
    assert 10 < fine < 25 < coarse <= 51


def test_a_decoder_recovers_from_a_hole_with_the_next_key_frame() -> None:
    def ask(number: int, frame: av.VideoFrame) -> None:
        frame.pict_type = av.video.frame.PictureType.I if number == 20 else av.video.frame.PictureType.NONE

    pictures = encode(H264Encoder((1280, 720), CEILING, CEILING), 30, ask)
    decoder = av.CodecContext.create("h264", "r")
    shown = {number: decoder.decode(av.Packet(data)) for number, data in enumerate(pictures) if number not in (8, 9)}
    assert all(len(frames) == 1 for frames in shown.values()), "each picture comes out with its own packet"
    assert not any(frame.is_corrupt for number in range(20, 30) for frame in shown[number])


def test_a_decoder_that_missed_the_start_complains() -> None:
    """So that aiortc asks for a key frame (RFC 4585, 6.3.1)."""
    pictures = encode(H264Encoder((1280, 720), CEILING, CEILING), 3, lambda number, _: None)
    with pytest.raises(av.FFmpegError):
        av.CodecContext.create("h264", "r").decode(av.Packet(pictures[2]))
