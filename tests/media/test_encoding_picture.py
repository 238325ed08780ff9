"""One stream of pictures, whatever the bitrate: sizes, timestamps, and when a new encoder is opened."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from media.encoding.h264 import H264Encoder
from media.encoding.ladder import MAX_BITRATE, MIN_BITRATE
from media.encoding.picture import START_BITRATE, Opener, PictureEncoder, PictureStream, scaled
from media.encoding.vp8 import Vp8Encoder
from media.i420 import Size
from media.testing.barcode import read_barcode
from tests.media.scenes import noisy_frames


class Opened:
    """Notes what is opened."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self.calls: list[tuple[Size, int, int]] = []

    def __call__(self, size: Size, bitrate: int, ceiling: int) -> PictureEncoder:
        self.calls.append((size, bitrate, ceiling))
        return self._opener(size, bitrate, ceiling)


@pytest.mark.parametrize(
    ("opener", "name"), [pytest.param(H264Encoder, "h264", id="h264"), pytest.param(Vp8Encoder, "libvpx", id="vp8")]
)
def test_a_starved_stream_gets_smaller_keeps_its_rate_and_comes_back(opener: Opener, name: str) -> None:
    opened = Opened(opener)
    stream = PictureStream(opened)
    decoder = av.CodecContext.create(name, "r")
    sizes: list[Size] = []
    barcodes: list[int | None] = []
    for number, frame in enumerate(noisy_frames(330)):
        if number in (30, 150):
            stream.target_bitrate = 60_000 if number == 30 else MAX_BITRATE
        [shown] = decoder.decode(av.Packet(stream.encode(frame).data))
        sizes.append((shown.width, shown.height))
        barcodes.append(read_barcode(np.ascontiguousarray(shown.to_ndarray()[: shown.height])))
    assert opened.calls[0] == ((1280, 720), START_BITRATE, MAX_BITRATE)
    assert sizes[0] == (1280, 720)
    assert sizes[140] == (320, 180)
    assert sizes[-1] == (1280, 720)
    assert barcodes[::30] == list(range(0, 330, 30)), "every picture that is looked at is the one that was sent"
    assert opened.calls[-1][0] == (1280, 720)


def test_h264_opens_an_encoder_for_each_size_only() -> None:
    opened = Opened(H264Encoder)
    stream = PictureStream(opened)
    for number, frame in enumerate(noisy_frames(60)):
        stream.target_bitrate = 900_000 + 25_000 * number
        stream.encode(frame)
    assert len(opened.calls) == 1


def test_vp8_is_rebuilt_when_it_must_follow_down_and_rarely_on_the_way_up() -> None:
    encoder = Vp8Encoder((1280, 720), 1_500_000, 2_500_000)
    assert [encoder.steer(kbit * 1000) for kbit in (1500, 1400, 1300, 2000, 2100, 2500)] == [
        True, True, False, True, False, False,
    ]  # fmt: skip
    assert Vp8Encoder((1280, 720), 2_500_000, 2_500_000).steer(2_500_000)


def test_the_target_stays_between_what_makes_sense() -> None:
    stream = PictureStream(H264Encoder)
    assert stream.target_bitrate == START_BITRATE
    for asked, taken in ((1, MIN_BITRATE), (10**9, MAX_BITRATE), (700_000, 700_000)):
        stream.target_bitrate = asked
        assert stream.target_bitrate == taken


@pytest.mark.parametrize("size", [(960, 540), (640, 360), (320, 180)])
def test_scaling_keeps_picture_colour_and_time(size: Size) -> None:
    [frame] = noisy_frames(1, first=77)
    small = scaled(frame, size)
    assert (small.width, small.height, small.pts, small.time_base) == (*size, 77 * 3000, Fraction(1, 90_000))
    reference = frame.reformat(*size).to_ndarray(format="bgr24").astype(int)
    assert np.abs(small.to_ndarray(format="bgr24").astype(int) - reference).mean() < 4


def test_a_frame_of_another_format_is_turned_into_i420() -> None:
    [frame] = noisy_frames(1)
    converted = scaled(frame.reformat(format="bgr24"), (1280, 720))
    assert converted.format.name == "yuv420p"


def test_a_picture_without_time_is_refused() -> None:
    [frame] = noisy_frames(1)
    frame.pts = None
    with pytest.raises(ValueError, match="timestamp"):
        PictureStream(H264Encoder).encode(frame)
