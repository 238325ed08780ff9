"""Each assumption about aiortc 1.16 that `media.aiortc_reach.pictures` builds on: one fails when upstream changes."""

from __future__ import annotations

import random
from typing import Any

import pytest
from aiortc import (
    rtp,
)
from aiortc.jitterbuffer import JitterBuffer

from media.aiortc_reach.pictures import FrameBuffer


def packet(sequence: int, timestamp: int, data: bytes, *, last: bool = False) -> Any:
    made: Any = rtp.RtpPacket(sequence_number=sequence, timestamp=timestamp, marker=int(last))
    made._data = data
    return made


def test_the_marker_releases_a_picture_at_once() -> None:
    ours, stock = FrameBuffer(capacity=512, is_video=True), JitterBuffer(capacity=512, is_video=True)
    packets = [packet(10, 1, b"a"), packet(11, 1, b"b", last=True), packet(12, 2, b"c", last=True)]
    released = [[frame and frame.data for frame in (ours.add(one)[1], stock.add(one)[1])] for one in packets]
    assert released == [[None, None], [b"ab", None], [b"c", b"ab"]]


def test_a_picture_without_marker_ends_with_the_next_one() -> None:
    buffer = FrameBuffer(capacity=512, is_video=True)
    assert buffer.add(packet(10, 1, b"a"))[1] is None
    frame = buffer.add(packet(11, 2, b"b"))[1]
    assert frame is not None
    assert (frame.data, frame.timestamp) == (b"a", 1)


def test_packets_out_of_order_wait_for_the_missing_one() -> None:
    buffer = FrameBuffer(capacity=512, is_video=True)
    buffer.add(packet(65534, 1, b"0", last=True))
    assert buffer.add(packet(0, 2, b"b", last=True))[1] is None
    frame = buffer.add(packet(65535, 2, b"a"))[1]
    assert frame is not None
    assert frame.data == b"ab"


def test_padding_between_pictures_is_no_picture() -> None:
    buffer = FrameBuffer(capacity=512, is_video=True)
    assert buffer.add(packet(1, 1, b"a", last=True))[1] is not None
    assert buffer.add(packet(2, 1, b""))[1] is None
    frame = buffer.add(packet(3, 2, b"b", last=True))[1]
    assert frame is not None
    assert frame.data == b"b"


@pytest.mark.parametrize("seed", range(20))
def test_shuffled_pictures_come_out_whole_and_in_order(seed: int) -> None:
    rng = random.Random(seed)
    packets, expected, sequence = [], [], rng.randrange(65536)
    for timestamp in range(1, 60):
        parts = [bytes([timestamp, part]) for part in range(rng.randint(3, 8))]
        expected.append(b"".join(parts))
        for part in parts:
            packets.append(packet(sequence & 0xFFFF, timestamp, part, last=part is parts[-1]))
            sequence += 1
    head, tail = packets[0], packets[1:]
    order = sorted(range(len(tail)), key=lambda index: index + rng.choice([0, 0, 0, 2.5]))
    buffer = FrameBuffer(capacity=512, is_video=True)
    frames = [buffer.add(one)[1] for one in [head, *[tail[index] for index in order]]]
    assert [frame.data for frame in frames if frame] == expected


def test_sound_is_buffered_as_before() -> None:
    buffer = FrameBuffer(capacity=16, prefetch=2)
    assert [buffer.add(packet(n, n, b"x", last=True))[1] is None for n in range(3)] == [True, True, False]
