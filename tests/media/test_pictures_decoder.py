"""Pictures through the decoder's thread: shown in time and in order, and none that refers to what was lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import av
import pytest

from media.encoding.h264 import H264Encoder
from media.encoding.vp8 import Vp8Encoder
from media.pictures.decoder import BEHIND_SECONDS, MAX_WAITING, Decoded, PictureDecoder
from media.pictures.packet import EncodedPicture
from tests.media.scenes import noisy_frames

ENCODERS: dict[str, Callable[..., Any]] = {"H264": H264Encoder, "VP8": Vp8Encoder}
SMALL = (320, 180)
PATIENCE = 60.0


class Screen:
    """What was shown, and a clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 100.0
        self.shown: list[Decoded] = []
        self.broken = 0
        self.gate = threading.Event()
        self.gate.set()
        self._changed = threading.Condition()

    def show(self, decoded: Decoded) -> None:
        assert self.gate.wait(PATIENCE)
        with self._changed:
            self.shown.append(decoded)
            self._changed.notify_all()

    def fail(self) -> None:
        with self._changed:
            self.broken += 1
            self._changed.notify_all()

    def until(self, condition: Callable[[Screen], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self), PATIENCE)


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def decoder(screen: Screen, no_threads_left: None) -> Iterator[PictureDecoder]:
    made = PictureDecoder(screen.show, screen.fail, lambda: screen.now)
    yield made
    screen.gate.set()
    made.close()


def encoded(count: int, codec: str = "H264", keys: tuple[int, ...] = (0,)) -> list[EncodedPicture]:
    encoder = ENCODERS[codec](SMALL, 500_000, 500_000)
    pictures = []
    for number, frame in enumerate(noisy_frames(count)):
        small = frame.reformat(*SMALL)
        small.pts, small.time_base = frame.pts, frame.time_base
        small.pict_type = av.video.frame.PictureType.I if number in keys else av.video.frame.PictureType.NONE
        pictures.append(EncodedPicture(codec, number * 3000, encoder.encode(small), number in keys))
    return pictures


@pytest.mark.parametrize("codec", ENCODERS)
def test_each_picture_is_shown_as_it_comes(decoder: PictureDecoder, screen: Screen, codec: str) -> None:
    for count, picture in enumerate(encoded(5, codec), start=1):
        assert decoder.put(picture, screen.now)
        screen.until(lambda screen, count=count: len(screen.shown) == count)  # type: ignore[misc]
    assert [decoded.timestamp for decoded in screen.shown] == [0, 3000, 6000, 9000, 12000]
    assert (screen.shown[0].frame.width, screen.shown[0].frame.height) == SMALL
    assert decoder.hidden == 0


def test_of_pictures_that_come_at_once_the_newest_is_shown(decoder: PictureDecoder, screen: Screen) -> None:
    pictures = encoded(6)
    screen.gate.clear()
    for picture in pictures:
        assert decoder.put(picture, screen.now)
    screen.gate.set()
    screen.until(lambda screen: len(screen.shown) == 2)
    assert [decoded.timestamp for decoded in screen.shown] == [0, 15000]
    assert decoder.decoded == 6
    assert decoder.hidden == 4


def test_a_picture_waits_until_it_is_due(decoder: PictureDecoder, screen: Screen) -> None:
    first, second = encoded(2)
    assert decoder.put(first, screen.now)
    assert decoder.put(second, screen.now + 0.05)
    screen.until(lambda screen: len(screen.shown) == 1)
    screen.now += 0.05
    screen.until(lambda screen: len(screen.shown) == 2)


def test_one_that_is_far_behind_begins_again_with_a_key_frame(decoder: PictureDecoder, screen: Screen) -> None:
    pictures = encoded(6, keys=(0, 4))
    screen.gate.clear()
    assert decoder.put(pictures[0], screen.now)
    assert decoder.put(pictures[1], screen.now)
    screen.now += BEHIND_SECONDS + 0.01
    assert not decoder.put(pictures[2], screen.now)
    assert not decoder.put(pictures[3], screen.now)
    assert decoder.put(pictures[4], screen.now)
    screen.gate.set()
    screen.until(lambda screen: bool(screen.shown) and screen.shown[-1].timestamp == 12000)
    assert not {3000, 6000, 9000} & {decoded.timestamp for decoded in screen.shown}


def test_what_the_network_held_up_is_all_decoded(decoder: PictureDecoder, screen: Screen) -> None:
    pictures = encoded(6)
    screen.gate.clear()
    for picture in pictures:
        assert decoder.put(picture, screen.now - 1.0)
    screen.gate.set()
    screen.until(lambda screen: bool(screen.shown) and screen.shown[-1].timestamp == 15000)
    assert decoder.decoded == 6


def test_the_queue_is_bounded(decoder: PictureDecoder, screen: Screen) -> None:
    key, picture = encoded(2)
    screen.gate.clear()
    taken = [decoder.put(key, screen.now)] + [decoder.put(picture, screen.now) for _ in range(MAX_WAITING + 1)]
    assert not all(taken)


@pytest.mark.parametrize("codec", ENCODERS)
def test_nothing_is_shown_before_a_key_frame(decoder: PictureDecoder, screen: Screen, codec: str) -> None:
    pictures = encoded(6, codec, keys=(0, 4))
    assert not decoder.put(pictures[2], screen.now)
    assert decoder.put(pictures[4], screen.now)
    screen.until(lambda screen: [decoded.timestamp for decoded in screen.shown] == [12000])


def test_what_cannot_be_decoded_is_told_and_the_next_key_frame_shown(decoder: PictureDecoder, screen: Screen) -> None:
    pictures = encoded(6, keys=(0, 4))
    assert decoder.put(pictures[0], screen.now)
    screen.until(lambda screen: len(screen.shown) == 1)
    screen.now += 1
    assert decoder.put(pictures[1]._replace(data=b"\0\0\0\1\x41" + bytes(300)), screen.now)
    screen.until(lambda screen: screen.broken > 0)
    assert not decoder.put(pictures[2], screen.now)
    assert decoder.put(pictures[4], screen.now)
    screen.until(lambda screen: screen.shown[-1].timestamp == 12000)
    assert decoder.failed == 1


@pytest.mark.parametrize(("codec", "data"), [("H264", b""), ("VP8", b"\0"), ("AV1", b"x"), ("H264", b"\xff" * 50)])
def test_garbage_ends_nothing(decoder: PictureDecoder, screen: Screen, codec: str, data: bytes) -> None:
    assert decoder.put(EncodedPicture(codec, 0, data, True), screen.now)
    good = encoded(1)[0]
    assert decoder.put(good._replace(timestamp=9), screen.now)
    screen.until(lambda screen: bool(screen.shown) and screen.shown[-1].timestamp == 9)


def test_a_picture_too_large_is_not_shown(decoder: PictureDecoder, screen: Screen) -> None:
    encoder = H264Encoder((2560, 1600), 500_000, 500_000)
    frame = av.VideoFrame(2560, 1600, "yuv420p")
    frame.pts, frame.time_base = 0, next(noisy_frames(1)).time_base
    assert decoder.put(EncodedPicture("H264", 0, encoder.encode(frame), True), screen.now)
    screen.until(lambda screen: screen.broken > 0)
    assert not screen.shown
