"""Transport-wide feedback from an end that may send anything, and the history it is joined with."""

from __future__ import annotations

import random
import struct

import pytest
from aiortc import rtp
from hypothesis import given, settings
from hypothesis import strategies as st

from media.congestion.feedback import FeedbackBuilder
from media.congestion.feedback_reader import MAX_PACKETS, FeedbackError, read_compound, read_feedback
from media.congestion.history import KEPT_SECONDS, SendHistory

REMB = bytes(rtp.RtcpPsfbPacket(fmt=15, ssrc=1, media_ssrc=0, fci=rtp.pack_remb_fci(500_000, [7])))
PLI = bytes(rtp.RtcpPsfbPacket(fmt=1, ssrc=1, media_ssrc=7))
REPORT = bytes(rtp.RtcpRrPacket(ssrc=1))


def feedback_on(arrivals: dict[int, float]) -> bytes:
    builder = FeedbackBuilder()
    for number, arrived in arrivals.items():
        builder.add(number & 0xFFFF, round(arrived * 1e6), 7)
    packet = builder.build()
    assert packet is not None
    return packet


def framed(body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack("!BBH", 0x8F, 205, len(body) // 4) + body


@settings(max_examples=150)
@given(
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 400)), min_size=1, max_size=60),
)
def test_what_our_own_builder_says_is_read(first: int, steps: list[tuple[int, int]]) -> None:
    arrivals: dict[int, float] = {}
    number, ticks = first, 4_000_000
    for gap, later in steps:
        arrivals[number] = ticks * 250e-6
        number, ticks = number + gap, ticks + later
    read = read_feedback(feedback_on(arrivals))
    assert read.base == first
    found = {first + place: arrived for place, arrived in enumerate(read.arrivals) if arrived is not None}
    assert found == {number: round(arrived * 1e6) for number, arrived in arrivals.items()}


def test_vectors_of_single_bits_and_padding_are_read() -> None:
    # Ten packets, the odd ones arrived a millisecond after each other; Chromium pads so.
    vector = 0b10 << 14 | 0b01010101010000
    body = struct.pack("!LLHH", 1, 7, 100, 10) + bytes([0, 0, 1, 0]) + struct.pack("!H", vector) + bytes([4] * 5)
    body += bytes([0, 0, 0, 0, 5])
    packet = struct.pack("!BBH", 0xAF, 205, len(body) // 4) + body
    assert len(packet) % 4 == 0
    read = read_feedback(packet)
    assert [arrived is not None for arrived in read.arrivals] == [False, True] * 5
    assert [arrived for arrived in read.arrivals if arrived] == [64_000 + 1000 * step for step in range(1, 6)]


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_garbage_is_refused_or_read_but_never_hangs(body: bytes) -> None:
    try:
        read = read_feedback(framed(body))
    except FeedbackError:
        return
    assert len(read.arrivals) <= MAX_PACKETS


@settings(max_examples=300)
@given(st.binary(max_size=100))
def test_a_compound_of_garbage_is_refused_or_split(data: bytes) -> None:
    try:
        compound = read_compound(data, keep_bitrate_limits=True)
    except FeedbackError:
        return
    assert len(compound.rest) <= len(data)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        struct.pack("!LLHHL", 1, 7, 0, 0xFFFF, 0) + struct.pack("!H", 1 << 13 | 0x1FFF) * 9,
        struct.pack("!LLHHL", 1, 7, 0, 3, 0) + struct.pack("!H", 0),
        struct.pack("!LLHHL", 1, 7, 0, 3, 0) + struct.pack("!HH", 3 << 13 | 3, 0),
        struct.pack("!LLHHL", 1, 7, 0, 30, 0) + struct.pack("!H", 1 << 13 | 30),
    ],
    ids=["empty", "too many", "an empty run", "a reserved symbol", "no deltas"],
)
def test_what_contradicts_itself_is_refused(body: bytes) -> None:
    with pytest.raises(FeedbackError):
        read_feedback(framed(body))


def test_a_compound_is_split_between_us_and_aiortc() -> None:
    data = REPORT + feedback_on({5: 1.0}) + PLI + REMB
    told = read_compound(data, keep_bitrate_limits=False)
    assert (len(told.feedback), told.rest, told.key_frame_requests) == (1, REPORT + PLI, 1)
    assert read_compound(data, keep_bitrate_limits=True).rest == REPORT + PLI + REMB
    with pytest.raises(FeedbackError):
        read_compound(data[:-1], keep_bitrate_limits=True)


def test_history_tells_arrivals_and_after_a_while_losses() -> None:
    history = SendHistory(first=0xFFFE)
    numbers = [history.add(1.0 + 0.01 * place, 100 + place, completes=place == 3) for place in range(4)]
    assert numbers == [0xFFFE, 0xFFFF, 0, 1]
    assert history.bytes_in_flight == 406
    first = history.acknowledge(read_feedback(feedback_on({0xFFFE: 50.0, 0x10001: 50.5})), 1.1)
    assert [(report.size, report.arrived, report.completes) for report in first] == [
        (100, 50.0, False),
        (103, 50.5, True),
    ]
    assert history.bytes_in_flight == 0
    # One of the missing was only overtaken.
    later = history.acknowledge(read_feedback(feedback_on({0xFFFF: 50.6})), 1.15)
    assert [(report.size, report.arrived) for report in later] == [(101, 50.6)]
    lost = history.acknowledge(read_feedback(feedback_on({2: 51.0})), 1.3)
    assert [(report.size, report.arrived) for report in lost] == [(102, None)]


def test_history_forgets_what_nobody_tells_of() -> None:
    history = SendHistory()
    history.add(0.0, 100)
    history.add(KEPT_SECONDS + 1, 50)
    assert history.bytes_in_flight == 50
    # Feedback on the one before it was lost on its way back.
    history.add(KEPT_SECONDS + 2, 70)
    assert len(history.acknowledge(read_feedback(feedback_on({2: 9.0})), KEPT_SECONDS + 2.2)) == 1
    assert history.bytes_in_flight == 0


def test_history_takes_the_other_clock_over_its_wrap() -> None:
    history = SendHistory()
    wrap = 64e-3 * (1 << 24)
    for number in range(2):
        history.add(number, 10)
    [before] = history.acknowledge(read_feedback(feedback_on({0: wrap - 0.064})), 1.0)
    [after] = history.acknowledge(read_feedback(feedback_on({1: wrap + 0.064})), 1.1)
    assert before.arrived is not None
    assert after.arrived is not None
    assert after.arrived - before.arrived == pytest.approx(0.128)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_each_packet_is_told_of_once_whatever_the_path_does(seed: int) -> None:
    source = random.Random(seed)
    history = SendHistory(first=source.randrange(0x10000))
    builder = FeedbackBuilder()
    told = sent = 0
    on_the_way: list[tuple[float, int]] = []
    for step in range(400):
        now = 0.01 * step
        sent += 1
        number = history.add(now, 1)
        if source.random() > 0.1:
            on_the_way.append((now + source.uniform(0.0, 0.05), number))
        for arrival in sorted(one for one in on_the_way if one[0] <= now):
            builder.add(arrival[1], round(arrival[0] * 1e6), 1)
            on_the_way.remove(arrival)
        if step % 7 == 0:
            while packet := builder.build():
                told += len(history.acknowledge(read_feedback(packet), now))
    assert told <= sent
    assert told >= sent - 30
    assert 0 <= history.bytes_in_flight <= 30
