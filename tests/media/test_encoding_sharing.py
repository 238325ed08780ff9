"""One camera for several calls: who gets which picture, whose bitrate counts, and when there are two encodings."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
import pytest

from media import i420
from media.encoding.h264 import H264Encoder
from media.encoding.picture import PictureEncoder
from media.encoding.sharing import RETURN_SECONDS, Encoded, Member, SharedPictures, Shot, pictures_of
from media.i420 import Size
from media.latest import LatestSlot
from media.testing.barcode import read_barcode
from media.testing.citizen import CitizenScene

GOOD, POOR = 2_000_000, 300_000


class Opened:
    """H.264, each encoder with what it was asked for."""

    def __init__(self) -> None:
        self.encoders: list[Counted] = []

    def __call__(self, size: Size, bitrate: int, ceiling: int) -> PictureEncoder:
        self.encoders.append(Counted(size, bitrate, ceiling))
        return self.encoders[-1]


class Counted(H264Encoder):
    def __init__(self, size: Size, bitrate: int, ceiling: int) -> None:
        super().__init__(size, bitrate, ceiling)
        self.bitrate = bitrate
        self.pictures = 0
        self.keys: list[int] = []

    def steer(self, bitrate: int) -> bool:
        self.bitrate = bitrate
        return super().steer(bitrate)

    def encode(self, frame: av.VideoFrame) -> bytes:
        if frame.pict_type == av.video.frame.PictureType.I:
            self.keys.append(self.pictures)
        self.pictures += 1
        return super().encode(frame)


class Caller:
    """A call's side: asks for pictures, decodes them, notes the barcodes."""

    def __init__(self, shared: SharedPictures, target: int = GOOD) -> None:
        self.member: Member = shared.join()
        self.member.target_bitrate = target
        self.got: list[Encoded] = []
        self.seen: list[int | None] = []
        self.behind = False
        self._decoder = av.CodecContext.create("h264", "r")

    def ask(self, number: int, force: bool = False) -> None:
        self.behind = False
        shot = Shot(None, number + 1, number / 30, self._hurry)
        picture = self.member.encode(self.frame(number), shot, force)
        if picture is None:
            return
        self.got.append(picture)
        [shown] = self._decoder.decode(av.Packet(picture.data))
        self.seen.append(read_barcode(np.ascontiguousarray(shown.to_ndarray()[: shown.height])))

    def catch_up(self, number: int) -> None:
        while self.behind:
            self.ask(number)

    def _hurry(self) -> None:
        self.behind = True

    @staticmethod
    def frame(number: int) -> av.VideoFrame:
        frame = i420.to_frame(i420.from_bgr(SCENE.frame(number)))
        frame.pts, frame.time_base = number * 3000, Fraction(1, 90_000)
        return frame


SCENE = CitizenScene()


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
def shared(opened: Opened) -> SharedPictures:
    return SharedPictures(opened)


def play(callers: list[Caller], numbers: Iterator[int] | range) -> None:
    for number in numbers:
        for caller in callers:
            caller.ask(number)


def test_two_calls_get_the_same_pictures_from_one_encoder(shared: SharedPictures, opened: Opened) -> None:
    callers = [Caller(shared), Caller(shared)]
    play(callers, range(20))
    [encoder] = opened.encoders
    assert encoder.pictures == shared.encoded == 20
    assert callers[0].got == callers[1].got
    assert callers[0].seen == callers[1].seen == list(range(20))


def test_the_lowest_bitrate_counts(shared: SharedPictures, opened: Opened) -> None:
    callers = [Caller(shared, GOOD), Caller(shared, GOOD * 2 // 3)]
    play(callers, range(3))
    assert opened.encoders[0].bitrate == GOOD * 2 // 3
    del callers[1]
    play(callers, range(3, 6))
    assert opened.encoders[0].bitrate == GOOD, "who has left has no say"
    assert len(opened.encoders) == 1


def test_who_asks_for_nothing_has_no_say(shared: SharedPictures, opened: Opened) -> None:
    callers = [Caller(shared, GOOD), Caller(shared, GOOD * 2 // 3)]
    play(callers, range(3))
    play(callers[:1], range(3, 40))
    assert opened.encoders[0].bitrate == GOOD


def test_who_comes_later_begins_with_a_key_frame_that_goes_to_all(shared: SharedPictures, opened: Opened) -> None:
    first = Caller(shared)
    play([first], range(20))
    second = Caller(shared)
    play([first, second], range(20, 30))
    [encoder] = opened.encoders
    assert [one.key for one in second.got[:2]] == [True, False]
    assert second.seen == list(range(second.seen[0] or 0, 30))
    assert first.seen == list(range(30)), "not one picture is left out"
    assert encoder.keys == [0, 21], "the twentieth was encoded before anybody asked"


def test_a_key_frame_asked_for_by_one_goes_to_all(shared: SharedPictures, opened: Opened) -> None:
    callers = [Caller(shared), Caller(shared)]
    play(callers, range(10))
    callers[1].ask(10, force=True)
    callers[0].ask(10)
    assert callers[0].got[-1] == callers[1].got[-1]
    assert callers[0].got[-1].key
    callers[0].ask(11, force=True)
    callers[1].ask(11, force=True)
    assert opened.encoders[0].keys == [0, 10, 11], "one for both"


def test_who_missed_a_picture_gets_it_next(shared: SharedPictures) -> None:
    quick, slow = Caller(shared), Caller(shared)
    play([quick, slow], range(10))
    play([quick], range(10, 14))
    slow.ask(14)
    slow.catch_up(14)
    assert slow.seen == list(range(15))


def test_who_missed_too_many_gets_an_encoding_of_its_own(shared: SharedPictures, opened: Opened) -> None:
    quick, slow = Caller(shared), Caller(shared)
    play([quick, slow], range(10))
    play([quick], range(10, 22))
    play([quick, slow], range(22, 26))
    assert slow.seen[10:] == [22, 23, 24, 25]
    assert slow.got[10].key
    assert quick.seen == list(range(26))
    assert not any(one.key for one in quick.got[1:]), "the quick one is spared"
    assert len(opened.encoders) == 2


def test_a_narrow_path_gets_an_encoding_of_its_own_until_it_is_wide_again(
    shared: SharedPictures, opened: Opened
) -> None:
    good, poor = Caller(shared), Caller(shared)
    play([good, poor], range(5))
    poor.member.target_bitrate = POOR
    play([good, poor], range(5, 10))
    assert [encoder.bitrate for encoder in opened.encoders] == [GOOD, POOR]
    assert good.seen == poor.seen == list(range(10))
    assert not any(one.key for one in good.got[1:])
    poor.member.target_bitrate = GOOD
    last = 10 + round(RETURN_SECONDS * 30) + 2
    play([good, poor], range(10, last))
    before = shared.encoded
    play([good, poor], range(last, last + 5))
    assert shared.encoded == before + 5, "one encoding again"
    assert good.got[-1] == poor.got[-1]


def test_three_calls_have_two_encodings_at_most(shared: SharedPictures, opened: Opened) -> None:
    callers = [Caller(shared, target) for target in (GOOD, POOR, POOR // 2)]
    play(callers, range(10))
    assert sorted(encoder.bitrate for encoder in opened.encoders) == [POOR // 2, GOOD]
    assert shared.encoded == 20
    del callers[1:]
    play(callers, range(10, 13))
    assert shared.encoded == 23


def test_calls_with_the_same_camera_share_without_being_told() -> None:
    one: LatestSlot[int] = LatestSlot()
    other: LatestSlot[int] = LatestSlot()
    opener = H264Encoder
    member = pictures_of(one, opener).join()
    assert pictures_of(one, opener) is member._shared
    assert pictures_of(other, opener) is not member._shared
    assert pictures_of(one, Opened()) is not member._shared
