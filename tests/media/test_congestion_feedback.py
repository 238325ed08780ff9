"""The feedback builder against a reader written from the draft alone."""

from __future__ import annotations

import random
import struct
from typing import NamedTuple

import pytest

from media.congestion.feedback import FeedbackBuilder


class Feedback(NamedTuple):
    base: int
    count: int
    number: int
    media_ssrc: int
    arrivals: dict[int, int]


def read_feedback(packet: bytes) -> Feedback:
    """draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1; arrivals in microseconds by 16-bit number."""
    first, kind, length = struct.unpack_from("!BBH", packet)
    assert first >> 6 == 2
    assert first & 0x1F == 15
    assert kind == 205
    assert len(packet) == 4 * (length + 1)
    media_ssrc, base, count = struct.unpack_from("!LHH", packet, 8)
    reference = int.from_bytes(packet[16:19], "big")
    symbols, position = read_symbols(packet, 20, count)
    clock = reference * 64_000
    arrivals = {}
    for index, symbol in enumerate(symbols):
        assert symbol in (0, 1, 2)
        if symbol == 0:
            continue
        (delta,) = struct.unpack_from("!B" if symbol == 1 else "!h", packet, position)
        position += symbol
        clock += delta * 250
        arrivals[(base + index) & 0xFFFF] = clock
    assert 0 <= len(packet) - position < 4
    return Feedback(base, count, packet[19], media_ssrc, arrivals)


def read_symbols(packet: bytes, position: int, count: int) -> tuple[list[int], int]:
    symbols: list[int] = []
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", packet, position)
        position += 2
        if chunk >> 15 == 0:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
        elif chunk >> 14 == 3:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    return symbols[:count], position


def drain(builder: FeedbackBuilder) -> list[Feedback]:
    packets = []
    while packet := builder.build():
        assert len(packet) <= 1200
        packets.append(read_feedback(packet))
    return packets


def test_nothing_arrived_nothing_to_say() -> None:
    assert FeedbackBuilder().build() is None


def test_three_packets_with_one_lost() -> None:
    builder = FeedbackBuilder(ssrc=7)
    builder.add(10, 64_000_000, 99)
    builder.add(12, 64_005_000, 99)
    (feedback,) = drain(builder)
    assert (feedback.base, feedback.count, feedback.media_ssrc) == (10, 3, 99)
    assert feedback.arrivals == {10: 64_000_000, 12: 64_005_000}


def test_packets_are_numbered_and_join_without_a_gap() -> None:
    builder = FeedbackBuilder()
    builder.add(65534, 0, 1)
    (first,) = drain(builder)
    builder.add(2, 1000, 1)
    (second,) = drain(builder)
    assert (first.number, second.number) == (0, 1)
    assert second.base == 65535
    assert set(second.arrivals) == {2}


def test_duplicate_counts_once() -> None:
    builder = FeedbackBuilder()
    builder.add(5, 1000, 1)
    builder.add(5, 9000, 1)
    (feedback,) = drain(builder)
    assert feedback.arrivals == {5: 1000}


def test_a_jump_in_numbers_starts_anew() -> None:
    builder = FeedbackBuilder()
    builder.add(1, 0, 1)
    drain(builder)
    builder.add(20_000, 1000, 1)
    (feedback,) = drain(builder)
    assert (feedback.base, feedback.count) == (20_000, 1)


def test_a_pause_too_long_for_a_delta_starts_a_new_packet() -> None:
    builder = FeedbackBuilder()
    builder.add(1, 0, 1)
    builder.add(2, 20_000_000, 1)
    assert [set(feedback.arrivals) for feedback in drain(builder)] == [{1}, {2}]


@pytest.mark.parametrize("seed", range(60))
def test_any_arrivals_come_out_as_they_went_in(seed: int) -> None:
    rng = random.Random(seed)
    builder = FeedbackBuilder()
    sequence, now = rng.randrange(65536), rng.randrange(10**9)
    expected: dict[int, int] = {}
    read: dict[int, int] = {}
    following: int | None = None
    for index in range(2000):
        sequence, now = sequence + 1, now + rng.choice([0, 100, 300, 5000, 90_000])
        if rng.random() < 0.1:
            continue
        expected[sequence & 0xFFFF] = now - (rng.choice([0, 0, 0, 3000]) if index else 0)
        builder.add(sequence & 0xFFFF, expected[sequence & 0xFFFF], 1)
        if rng.random() < 0.05 or index == 1999:
            for feedback in drain(builder):
                assert following in (None, feedback.base)
                following = (feedback.base + feedback.count) & 0xFFFF
                read |= feedback.arrivals
    for feedback in drain(builder):
        read |= feedback.arrivals
    assert set(read) == set(expected)
    assert all(abs(read[number] - expected[number]) <= 250 for number in read)
